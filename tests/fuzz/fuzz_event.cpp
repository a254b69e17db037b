// SPDX-License-Identifier: GPL-3.0-or-later
// The whole switchboard, driven by any sequence of connections, requests, replies, time and hang-ups. Each stream ends once or
// is cancelled, nothing is called after that, and what a browser reads of an event is the one line that was sent. With history
// and queue: nobody gets a message twice or out of order, and whoever resumes misses nothing without being told.
#include "fuzz/Fuzz.h"
#include "hub/Hub.h"
#include "support/FakeClock.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

using namespace trunkline;

namespace {

/// Reads one event as the WHATWG HTML standard does (§9.2.6).
void checkEvent(const QByteArray &wire, QByteArrayView wanted, const QByteArray &id = {}, const QByteArray &name = {})
{
    QByteArray data;
    int dispatched = 0;
    for (QByteArrayView rest(wire); !rest.isEmpty();) {
        qsizetype end = 0;
        while (end < rest.size() && rest[end] != '\n' && rest[end] != '\r')
            ++end;
        FUZZ_CHECK(end < rest.size());
        const QByteArrayView line = rest.first(end);
        rest = rest.sliced(end + (rest.sliced(end).startsWith("\r\n") ? 2 : 1));
        if (line.isEmpty()) {
            ++dispatched;
            continue;
        }
        if (line.startsWith("id: ") || line.startsWith("event: ")) {
            FUZZ_CHECK(dispatched == 0 && line.sliced(line.indexOf(' ') + 1) == (line.front() == 'i' ? id : name));
            continue;
        }
        FUZZ_CHECK(line.startsWith("data: "));
        data += line.sliced(6).toByteArray() + '\n';
    }
    FUZZ_CHECK(dispatched == 1 && data == wanted.toByteArray() + '\n');
}

struct Stream final : ReplyStream
{
    void event(QByteArrayView json) override
    {
        FUZZ_CHECK(!done);
        FUZZ_CHECK(reader.read(json));
        checkEvent(encodeEvent(json), json);
    }
    void end() override
    {
        FUZZ_CHECK(!done);
        done = true;
    }
    JsonReader reader;
    StreamId id;
    bool done = false;
};

struct Endpoint final : ClientEndpoint
{
    bool deliver(const OutboundMessage &message) override
    {
        FUZZ_CHECK(!closed);
        last = message.payload().toByteArray();
        if (full)
            return false;
        checkNumber(message);
        waiting += message.frame().size();
        return true;
    }
    /// Once each, in order; who resumed is told of whatever is missing.
    void checkNumber(const OutboundMessage &message)
    {
        if (message.sequence() == 0)
            return;
        QByteArray line = message.payload().toByteArray();
        checkEvent(message.event(), line.removeIf([](char c) { return c == '\n' || c == '\r'; }), QByteArray::number(message.sequence()),
                   message.eventName());
        if (message.eventName() == "gap") {
            toldUntil = message.sequence();
            return;
        }
        FUZZ_CHECK(message.sequence() > number);
        FUZZ_CHECK(!wants.after || number == 0 || message.sequence() <= std::max(number, toldUntil) + 1);
        number = message.sequence();
    }
    [[nodiscard]] ClientWishes wishes() const override { return wants; }
    [[nodiscard]] qint64 queuedBytes() const override { return slow ? waiting * 1000 : 0; }
    void whenDrained(std::function<void()> callback) override { drained = std::move(callback); }
    void whenReceived(std::function<void()> callback) override { received.push_back(std::move(callback)); }
    /// The peer takes what waits.
    void take()
    {
        waiting = 0;
        for (const auto &callback : std::exchange(received, {}))
            callback();
        if (const auto callback = std::exchange(drained, nullptr))
            callback();
    }
    void close(CloseCode, const QByteArray &reason) override
    {
        FUZZ_CHECK(!closed && reason.size() <= 123);
        closed = true;
    }
    QByteArray last;
    SessionId id;
    ClientWishes wants;
    UserId user;
    std::function<void()> drained;
    std::vector<std::function<void()>> received;
    qint64 waiting = 0;
    quint64 number = 0;             ///< of the newest message
    quint64 toldUntil = 0;          ///< by the newest gap
    bool slow = false;
    bool closed = false;
    bool full = false;
};

class Drive
{
public:
    explicit Drive(fuzz::Input input) : m_input(input), m_settings(settingsFrom(m_input.byte())), m_wheel(m_clock), m_hub(m_settings, m_clock, m_wheel) { }

    void run()
    {
        for (int steps = 0; steps < 200 && !m_input.isEmpty(); ++steps)
            step(m_input.byte());
        m_hub.shutdown();
        FUZZ_CHECK(m_hub.correlations().size() == 0 && m_hub.sessions().size() == 0);
        for (const auto &stream : m_streams)
            FUZZ_CHECK(stream->done);
        const Metrics &m = m_hub.metrics();
        FUZZ_CHECK(m.requestsFinished + m.requestsTimedOut + m.requestsDisconnected + m.requestsCancelled + m.requestsNotConnected
                   <= m.requests);
    }

private:
    static Settings settingsFrom(uint8_t choice)
    {
        Settings settings;
        settings.duplicatePolicy = DuplicatePolicy(choice % 3);
        settings.maxOpenCorrelations = 4;
        settings.journalEntries = choice & 4 ? 5 : 100;
        settings.journalBytes = choice & 8 ? 600 : 10'000;
        settings.historySize = choice & 16 ? 3 : 0;
        settings.offlineQueue = choice & 32 ? 2 : 0;
        settings.historyTtl = settings.offlineTtl = std::chrono::seconds(choice & 64 ? 10 : 0);
        settings.offlineBytes = 1500;
        return settings;
    }
    QByteArray user() { return std::array{"alice", "bob", "ci_bot"}[m_input.byte() % 3]; }
    QByteArray text() { return m_input.bytes(m_input.byte()).toByteArray(); }

    void step(uint8_t what)
    {
        switch (what % 8) {
        case 0: connect(); break;
        case 1: leave(); break;
        case 2: send(text()); break;
        case 3: send(request()); break;
        case 4: reply(text()); break;
        case 5: reply(answer(what)); break;
        case 6: pass(); break;
        case 7: hangUp(); break;
        }
        FUZZ_CHECK(m_hub.journal().bytes() <= m_hub.journal().maxBytes());
        FUZZ_CHECK(m_hub.correlations().size() <= 4);
        if (const MessageLog *log = m_hub.log()) {
            FUZZ_CHECK(log->queue().bytes <= 1500 && log->queue().bytes >= 0 && log->history().bytes >= 0);
            FUZZ_CHECK((log->queue().messages == 0) == log->waiting().empty() && log->history().messages <= 9);
        }
    }
    QByteArray request()
    {
        const QByteArray named = user();
        const QByteArray mentioned = user();
        return R"({"user_id":")" + named + R"(","data":{"message":"@)" + mentioned + R"(","correlation_id":)" + idToken() + "}}";
    }
    QByteArray answer(uint8_t what)
    {
        QByteArray json = R"({"correlation_id":)" + idToken();
        if (what & 64)
            json += R"(,"is_final":true)";
        if (what & 32)
            json += "\n,\r\n\"type\":\"final_response\"";
        return json + (what & 128 ? "\n}" : "}");
    }
    QByteArray idToken() { return QByteArray::number(m_input.byte() % 6); }
    void connect()
    {
        m_endpoints.push_back(std::make_unique<Endpoint>());
        Endpoint &endpoint = *m_endpoints.back();
        endpoint.full = m_input.byte() > 250;
        endpoint.user = user();
        if (m_settings.historySize + m_settings.offlineQueue > 0)
            wish(endpoint, m_input.byte());
        endpoint.id = m_hub.opened(endpoint.user, endpoint, "127.0.0.1:1");
        FUZZ_CHECK(bool(endpoint.id) != endpoint.closed);
    }
    void wish(Endpoint &endpoint, uint8_t how)
    {
        endpoint.wants.sequence = how & 1;
        endpoint.wants.eventStream = how & 2;
        endpoint.slow = how & 4;
        if (!(how & 8))
            return;
        endpoint.wants.after = how & 16 ? ClientWishes::kUnknownPlace : 0;
        for (const auto &before : m_endpoints) {
            if (before->user == endpoint.user && before->number > 0 && !(how & 16)) {
                endpoint.wants.after = before->number;
                endpoint.number = before->number;
            }
        }
    }
    Endpoint *some() { return m_endpoints.empty() ? nullptr : m_endpoints[m_input.byte() % m_endpoints.size()].get(); }
    void leave()
    {
        if (Endpoint *endpoint = some()) {
            m_hub.closed(endpoint->id);
            FUZZ_CHECK(!m_hub.sessions().find(endpoint->id));
        }
    }
    void send(const QByteArray &body)
    {
        const auto *object = m_reader.read(body);
        BodyIssues issues;
        const auto message = object ? Message::fromJson(*object, {}, issues) : std::nullopt;
        if (!message)
            return;
        m_hub.push(*message);
        auto stream = std::make_unique<Stream>();
        stream->id = m_hub.nextStreamId();
        const Hub::Opening admitted = m_hub.admission(*message);
        const Hub::Opening opening = m_hub.open(*message, stream->id, *stream);
        FUZZ_CHECK(admitted == Hub::Opening::Streaming || admitted == opening);
        FUZZ_CHECK((opening == Hub::Opening::Ended) == stream->done);
        if (opening == Hub::Opening::Streaming)
            m_streams.push_back(std::move(stream));
    }
    void reply(const QByteArray &text)
    {
        if (const Endpoint *endpoint = some())
            m_hub.received(endpoint->id, text, 0);
    }
    void pass()
    {
        m_clock.advance(std::chrono::milliseconds(m_input.byte() * 100));
        m_wheel.advance();
        for (const auto &endpoint : m_endpoints) {
            if (m_hub.sessions().find(endpoint->id))
                endpoint->take();
        }
    }
    void hangUp()
    {
        if (m_streams.empty())
            return;
        Stream &stream = *m_streams[m_input.byte() % m_streams.size()];
        if (stream.done)
            return;
        m_hub.cancel(stream.id);
        stream.done = true;
    }

    fuzz::Input m_input;
    Settings m_settings;
    FakeClock m_clock;
    TimerWheel m_wheel;
    Hub m_hub;
    JsonReader m_reader;
    std::vector<std::unique_ptr<Endpoint>> m_endpoints;
    std::vector<std::unique_ptr<Stream>> m_streams;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    Drive(fuzz::Input(data, size)).run();
    return 0;
}
