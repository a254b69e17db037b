// SPDX-License-Identifier: GPL-3.0-or-later
#include "Template.h"

#include "Correlation.h"
#include "Traffic.h"

namespace trunkline::bench {

std::string withUser(const std::string &path, uint32_t index)
{
    std::string result = path;
    if (const size_t at = result.find("{user}"); at != std::string::npos)
        result.replace(at, 6, userId(index));
    return result;
}

std::string RequestTemplate::messageJson(const Options &options, Slots &slots)
{
    std::string json = "{";
    if (options.workload != Workload::Broadcast) {
        json += R"("user_id":")";
        slots.user = json.size();
        json += userId(0) + R"(",)";
    }
    json += R"("data":{)";
    if (options.workload == Workload::Send) {
        json += R"("correlation_id":")";
        slots.correlation = json.size();
        json += std::string(CorrelationSample) + R"(",)";
    }
    json += R"("text":")";
    slots.text = json.size();
    return json + Stamp::text(options.payload) + "\"}}";
}

RequestTemplate::RequestTemplate(const Options &options)
{
    std::string body;
    const bool batch = options.workload == Workload::Batch;
    for (uint32_t i = 0; i < (batch ? options.batch : 1); ++i) {
        Slots slots{};
        const std::string json = messageJson(options, slots);
        body += !batch ? "" : i ? "," : "[";
        slots.user += slots.user ? body.size() : 0;
        slots.text += body.size();
        slots.correlation += slots.correlation ? body.size() : 0;
        body += json;
        m_messages.push_back(slots);
    }
    if (batch)
        body += ']';
    const std::string &path = batch ? options.batchPath
                            : options.workload == Workload::Send ? options.sendPath
                            : options.workload == Workload::Broadcast ? options.broadcastPath : options.pushPath;
    if (const size_t at = path.find("{user}"); at != std::string::npos)
        m_pathUser = 5 + at;
    m_bytes = "POST " + withUser(path, 0) + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(options.port)
            + "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    for (Slots &slots : m_messages) {
        slots.user += slots.user ? m_bytes.size() : 0;
        slots.text += m_bytes.size();
        slots.correlation += slots.correlation ? m_bytes.size() : 0;
    }
    m_bytes += body;
}

std::string_view RequestTemplate::next(Traffic &traffic, uint32_t publisher)
{
    m_sentNs = nowNs();
    for (const Slots &slots : m_messages) {
        const Stamp stamp{publisher, traffic.next(), m_sentNs};
        const uint32_t user = traffic.target(stamp.sequence);
        stamp.writeTo(m_bytes.data() + slots.text);
        if (slots.user)
            writeDigits(m_bytes.data() + slots.user + 5, 6, user);
        if (slots.correlation)
            writeCorrelation(m_bytes.data() + slots.correlation, stamp.sequence);
        if (m_pathUser)
            writeDigits(m_bytes.data() + m_pathUser + 5, 6, user);
        m_lastSequence = stamp.sequence;
    }
    return m_bytes;
}

} // namespace trunkline::bench
