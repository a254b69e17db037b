// SPDX-License-Identifier: GPL-3.0-or-later
#include "Options.h"

#include "Stamp.h"

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <numeric>

namespace trunkline::bench {
namespace {

constexpr const char *Help = R"(trunkline-bench: plays WebSocket users and HTTP publishers against one server on 127.0.0.1

  --port N               the server's port (required)
  --publish-port N       where publishers POST, when that is another server (--port)
  --pid N                the server's process; its CPU time and memory, and its children's, are reported (required)
  --thread NAME          report the CPU time of its threads of that name only (all)
  --workload W           connect | idle | push | batch | send | broadcast (push)
  --users N              WebSocket users (100)
  --sessions-per-user N  sessions of each user: fan-out, needs DUPLICATE_POLICY=allow (1)
  --publishers N         keep-alive connections that POST, one request in flight each (8)
  --batch N              messages in one batch request (100)
  --payload BYTES        text in each message, at least 40 (64)
  --seconds S            measured stretch (2)      --warmup S   before it (0.5)
  --connecting N         handshakes in flight at once (64)
  --threads 1|2          2: users on a thread of their own (1)
  --ws-path P --push-path P --batch-path P --send-path P --broadcast-path P    {user} stands for the user id
  --ok TEXT              text that must be in each answer to a push or a batch

Prints one JSON object. Exit code 0: every message arrived once, whole, at the right user; 1: not; 2: bad usage;
3: could not run.
)";

[[noreturn]] void usage(const std::string &problem)
{
    std::fprintf(stderr, "trunkline-bench: %s (see --help)\n", problem.c_str());
    std::exit(2);
}

double number(const std::string &option, const std::string &text, double least, double most)
{
    char *end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (text.empty() || *end || !(value >= least && value <= most))
        usage(option + " wants a number from " + std::to_string(int64_t(least)) + " to "
              + std::to_string(int64_t(most)) + ", not \"" + text + '"');
    return value;
}

Workload workloadNamed(const std::string &text)
{
    for (const Workload workload : {Workload::Connect, Workload::Idle, Workload::Push, Workload::Batch, Workload::Send,
                                    Workload::Broadcast})
        if (text == name(workload))
            return workload;
    usage("no workload \"" + text + '"');
}

} // namespace

const char *name(Workload workload)
{
    switch (workload) {
    case Workload::Connect: return "connect";
    case Workload::Idle: return "idle";
    case Workload::Push: return "push";
    case Workload::Batch: return "batch";
    case Workload::Send: return "send";
    case Workload::Broadcast: return "broadcast";
    }
    return "";
}

Options parseOptions(int argc, char **argv)
{
    Options o;
    using Setter = std::function<void(const std::string &, const std::string &)>;
    const auto count = [](auto &target, double least, double most) -> Setter {
        return [&target, least, most](const std::string &option, const std::string &text) {
            target = std::remove_reference_t<decltype(target)>(number(option, text, least, most));
        };
    };
    const auto text = [](std::string &target) -> Setter {
        return [&target](const std::string &, const std::string &value) { target = value; };
    };
    const std::map<std::string, Setter> setters{
        {"--workload", [&o](const std::string &, const std::string &value) { o.workload = workloadNamed(value); }},
        {"--port", count(o.port, 1, 65535)}, {"--publish-port", count(o.publishPort, 1, 65535)}, {"--pid", count(o.pid, 1, 1e9)},
        {"--users", count(o.users, 1, 25000)}, {"--sessions-per-user", count(o.sessionsPerUser, 1, 25000)},
        {"--publishers", count(o.publishers, 1, 1000)}, {"--batch", count(o.batch, 1, 10000)},
        {"--payload", count(o.payload, double(Stamp::MinimumSize), 64.0 * 1024 * 1024)},
        {"--connecting", count(o.connecting, 1, 10000)}, {"--threads", count(o.threads, 1, 2)},
        {"--seconds", count(o.seconds, 0, 3600)}, {"--warmup", count(o.warmup, 0, 3600)},
        {"--ws-path", text(o.wsPath)}, {"--push-path", text(o.pushPath)}, {"--batch-path", text(o.batchPath)},
        {"--send-path", text(o.sendPath)}, {"--thread", text(o.thread)}, {"--broadcast-path", text(o.broadcastPath)}, {"--ok", text(o.okText)}};
    for (int i = 1; i < argc; i += 2) {
        const std::string option = argv[i];
        if (option == "--help") {
            std::fputs(Help, stdout);
            std::exit(0);
        }
        const auto setter = setters.find(option);
        if (setter == setters.end())
            usage("no option " + option);
        if (i + 1 == argc)
            usage(option + " wants a value");
        setter->second(option, argv[i + 1]);
    }
    if (!o.port || !o.pid)
        usage("--port and --pid are required");
    if (o.connections() > 25000)
        usage("more than 25000 connections from one address run out of ports");
    return o;
}

} // namespace trunkline::bench
