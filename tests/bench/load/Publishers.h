// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Socket.h"
#include "Template.h"
#include "Traffic.h"

#include <memory>

namespace trunkline::bench {

class Publishers;

/// One keep-alive connection that POSTs the next request as soon as the last one is answered.
class Publisher final : public Handler
{
public:
    Publisher(Publishers &all, uint32_t number);
    void start();
    void post();
    void ready(uint32_t events) override;
    [[nodiscard]] bool connected() const { return m_connected; }

private:
    void answered();
    [[nodiscard]] bool isGood() const;

    Publishers &m_all;
    Socket m_socket;
    RequestTemplate m_request;
    std::string m_response;
    uint32_t m_number;
    bool m_connected = false;
};

/// All publishers of a run, one request in flight each. Lives on one thread.
class Publishers
{
public:
    Publishers(Loop &loop, const Options &options, Traffic &traffic);
    void connectAll();
    void start();                                           ///< everyone posts until stop()
    void stop() { m_running = false; }
    [[nodiscard]] uint32_t inFlight() const { return m_inFlight; }
    [[nodiscard]] uint64_t answered() const { return m_answered; }
    [[nodiscard]] uint64_t badAnswers() const { return m_badAnswers; }
    [[nodiscard]] Samples &responses() { return m_responses; }
    /// Forgets the latencies so far.
    void restartSamples() { m_responses = Samples(); }

private:
    friend class Publisher;
    void report(std::string_view response);

    Loop &m_loop;
    const Options &m_options;
    Traffic &m_traffic;
    std::vector<std::unique_ptr<Publisher>> m_publishers;
    Samples m_responses;
    uint64_t m_answered = 0, m_badAnswers = 0;
    uint32_t m_inFlight = 0;
    bool m_running = false;
};

} // namespace trunkline::bench
