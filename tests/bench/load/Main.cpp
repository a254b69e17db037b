// SPDX-License-Identifier: GPL-3.0-or-later
// trunkline-bench: see --help and docs/performance.md.
#include "Publishers.h"
#include "ServerMeter.h"
#include "Users.h"

#include <cstdio>
#include <sys/resource.h>
#include <thread>

using namespace trunkline::bench;

namespace {

uint64_t ownCpuNs()
{
    timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return uint64_t(time.tv_sec) * 1'000'000'000 + uint64_t(time.tv_nsec);
}

std::string fixed(double value)
{
    char text[40];
    std::snprintf(text, sizeof text, "%.3f", value);
    return text;
}

struct Reading
{
    ServerUse server;
    uint64_t ownNs = 0, wallNs = 0;
};

/// One run: connect, warm up, measure, count what is missing, print.
class Run
{
public:
    explicit Run(const Options &options)
        : m_options(options), m_meter(options.pid, options.thread), m_traffic(options),
          m_publisherLoop(options.threads == 2 ? m_secondLoop : m_userLoop),
          m_users(m_userLoop, options, m_traffic), m_publishers(m_publisherLoop, options, m_traffic) {}

    int execute()
    {
        connectUsers();
        if (m_options.workload != Workload::Connect)
            load();
        finish();
        std::printf("{\"workload\":\"%s\",\"users\":%u,\"connections\":%u,\"publishers\":%u,\"payload\":%zu,\"batch\":%u,\n"
                    "%s%s%s}\n", name(m_options.workload), m_options.users, m_options.connections(), m_options.publishers,
                    m_options.payload, m_options.batch, m_connectJson.c_str(), m_loadJson.c_str(), faultsJson().c_str());
        return m_clean ? 0 : 1;
    }

private:
    Reading read()
    {
        return {m_meter.cpu(), ownCpuNs(), nowNs()};
    }

    void turnFor(double seconds)
    {
        const uint64_t end = nowNs() + uint64_t(seconds * 1e9);
        while (nowNs() < end)
            m_publisherLoop.turn(10);
    }

    void connectUsers()
    {
        const uint64_t pssBefore = m_meter.pssKiB();
        const Reading before = read();
        m_users.connectAll();
        const double seconds = double(nowNs() - before.wallNs) / 1e9;
        const uint64_t quietEnd = nowNs() + 300'000'000;
        while (nowNs() < quietEnd)
            m_userLoop.turn(10);
        const Reading after = read();
        m_pssConnected = m_meter.pssKiB();
        const double each = m_options.connections();
        m_connectJson = "\"connect\":{\"seconds\":" + fixed(seconds)
            + ",\"server_cpu_us_each\":" + fixed(double(after.server.cpuNs - before.server.cpuNs) / 1e3 / each)
            + ",\"pss_kib_before\":" + std::to_string(pssBefore) + ",\"pss_kib_after\":" + std::to_string(m_pssConnected)
            + ",\"pss_kib_each\":" + fixed((double(m_pssConnected) - double(pssBefore)) / each)
            + ",\"handshake_us\":" + m_users.handshakes().json() + "},\n";
        m_pssBefore = pssBefore;
    }

    /// Waits until every request is answered and every message arrived, or five seconds bring nothing.
    void drain()
    {
        m_publishers.stop();
        uint64_t seen = 0, progressNs = nowNs();
        while (m_publishers.inFlight() || m_traffic.received() < m_traffic.expected()) {
            m_publisherLoop.turn(1);
            const uint64_t now = m_traffic.received() + m_publishers.answered();
            if (now != seen)
                progressNs = nowNs();
            else if (nowNs() - progressNs > 5'000'000'000)
                return;
            seen = now;
        }
    }

    void stretch(double seconds)
    {
        if (m_options.workload == Workload::Idle) {
            turnFor(seconds);
            return;
        }
        m_publishers.start();
        turnFor(seconds);
        drain();
    }

    void load()
    {
        if (m_options.threads == 2)
            m_userThread = std::jthread([this](const std::stop_token &stop) {
                while (!stop.stop_requested())
                    m_userLoop.turn(10);
            });
        if (m_options.workload != Workload::Idle)
            m_publishers.connectAll();
        if (m_options.warmup > 0)
            stretch(m_options.warmup);
        m_publishers.restartSamples();
        const uint64_t messages = m_traffic.sent(), received = m_traffic.received(), answers = m_publishers.answered();
        const uint64_t pings = m_traffic.pings();
        const Reading before = read();
        m_traffic.measureFrom(nowNs());
        stretch(m_options.seconds);
        const Reading after = read();
        m_userThread = {};
        loadJson(before, after, m_traffic.sent() - messages, m_traffic.received() - received,
                 m_publishers.answered() - answers, m_traffic.pings() - pings);
    }

    void loadJson(const Reading &before, const Reading &after, uint64_t messages, uint64_t deliveries, uint64_t answers,
                  uint64_t pings)
    {
        const double wall = double(after.wallNs - before.wallNs);
        const double cpu = double(after.server.cpuNs - before.server.cpuNs);
        const double user = double(after.server.userMs - before.server.userMs);
        const double system = double(after.server.systemMs - before.server.systemMs);
        const auto per = [cpu](uint64_t count) { return count ? fixed(cpu / 1e3 / double(count)) : "null"; };
        m_loadJson = "\"load\":{\"messages\":" + std::to_string(messages) + ",\"deliveries\":" + std::to_string(deliveries)
            + ",\"requests\":" + std::to_string(answers) + ",\"pings\":" + std::to_string(pings)
            + ",\"seconds\":" + fixed(wall / 1e9) + ",\"messages_per_second\":" + fixed(double(messages) / wall * 1e9)
            + ",\n\"server_cpu_us_per_message\":" + per(messages) + ",\"server_cpu_us_per_delivery\":" + per(deliveries)
            + ",\"server_cpu_us_per_ping\":" + per(pings)
            + ",\"server_busy\":" + fixed(cpu / wall) + ",\"server_system_share\":" + fixed(system / std::max(user + system, 1.0))
            + ",\"generator_busy\":" + fixed(double(after.ownNs - before.ownNs) / wall)
            + ",\n\"delivery_us\":" + m_traffic.delivery().json() + ",\"response_us\":" + m_publishers.responses().json();
        turnFor(0.3);
        m_loadJson += ",\"pss_kib_each\":" + fixed((double(m_meter.pssKiB()) - double(m_pssBefore)) / m_options.connections())
            + "},\n";
    }

    void finish()
    {
        const Traffic::Faults &faults = m_traffic.faults();
        m_clean = !m_traffic.lost() && !faults.duplicate && !faults.wrongUser && !faults.outOfOrder && !faults.broken
               && !faults.closed && !m_publishers.badAnswers();
    }

    std::string faultsJson()
    {
        const Traffic::Faults &faults = m_traffic.faults();
        return "\"sent_in_all\":" + std::to_string(m_traffic.sent()) + ",\"faults\":{\"lost\":" + std::to_string(m_traffic.lost())
            + ",\"duplicate\":" + std::to_string(faults.duplicate) + ",\"wrong_user\":" + std::to_string(faults.wrongUser)
            + ",\"out_of_order\":" + std::to_string(faults.outOfOrder) + ",\"broken\":" + std::to_string(faults.broken)
            + ",\"closed\":" + std::to_string(faults.closed) + ",\"bad_answers\":" + std::to_string(m_publishers.badAnswers())
            + "}";
    }

    const Options &m_options;
    ServerMeter m_meter;
    Traffic m_traffic;
    Loop m_userLoop, m_secondLoop;
    Loop &m_publisherLoop;
    Users m_users;
    Publishers m_publishers;
    std::jthread m_userThread;
    uint64_t m_pssBefore = 0, m_pssConnected = 0;
    std::string m_connectJson, m_loadJson;
    bool m_clean = false;
};

} // namespace

int main(int argc, char **argv)
{
    const Options options = parseOptions(argc, argv);
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur < options.connections() + options.publishers + 50) {
        std::fprintf(stderr, "trunkline-bench: %u connections need a limit of open files above %u; the hard limit is %llu\n",
                     options.connections(), options.connections() + options.publishers + 50,
                     static_cast<unsigned long long>(files.rlim_max));
        return 3;
    }
    return Run(options).execute();
}
