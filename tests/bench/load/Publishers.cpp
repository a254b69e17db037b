// SPDX-License-Identifier: GPL-3.0-or-later
#include "Publishers.h"

#include "Response.h"

namespace trunkline::bench {

Publisher::Publisher(Publishers &all, uint32_t number) : m_all(all), m_request(all.m_options), m_number(number) {}

void Publisher::start()
{
    const Options &options = m_all.m_options;
    m_socket.connectTo(options.publishPort ? options.publishPort : options.port, m_all.m_loop, this);
}

void Publisher::post()
{
    m_response.clear();
    ++m_all.m_inFlight;
    m_socket.write(m_request.next(m_all.m_traffic, m_number));
}

void Publisher::ready(uint32_t events)
{
    if (events & EPOLLOUT) {
        m_connected = true;
        m_socket.writable();
    }
    if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
        return;
    bool ended = false;
    m_response += m_socket.read(ended);
    if (ended)
        fail("the server closed a publisher's connection");
    if (isWholeResponse(m_response))
        answered();
}

void Publisher::answered()
{
    m_all.m_responses.add(nowNs() - m_request.sentNs());
    ++m_all.m_answered;
    --m_all.m_inFlight;
    if (!isGood())
        m_all.report(m_response);
    if (m_all.m_running)
        post();
}

bool Publisher::isGood() const
{
    if (!isSuccess(m_response))
        return false;
    if (m_all.m_options.workload != Workload::Send)
        return m_response.find(m_all.m_options.okText) != std::string::npos;
    const auto reply = Stamp::find(m_response, m_all.m_traffic.payload());
    return reply && reply->sequence == m_request.lastSequence();
}

Publishers::Publishers(Loop &loop, const Options &options, Traffic &traffic)
    : m_loop(loop), m_options(options), m_traffic(traffic)
{
    for (uint32_t i = 0; i < options.publishers; ++i)
        m_publishers.push_back(std::make_unique<Publisher>(*this, i));
}

void Publishers::connectAll()
{
    for (const auto &publisher : m_publishers) {
        publisher->start();
        for (int turns = 0; !publisher->connected(); ++turns) {
            if (turns == 100)
                fail("ten seconds without a connection for a publisher");
            m_loop.turn(100);
        }
    }
}

void Publishers::start()
{
    m_running = true;
    for (const auto &publisher : m_publishers)
        publisher->post();
}

void Publishers::report(std::string_view response)
{
    if (m_badAnswers++ == 0)
        std::fprintf(stderr, "trunkline-bench: unexpected answer: %.*s\n", int(std::min<size_t>(response.size(), 600)),
                     response.data());
}

} // namespace trunkline::bench
