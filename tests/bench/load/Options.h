// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>

namespace trunkline::bench {

/// Connect: only connects. Idle: connects and stays, answering pings. Push, Batch, Send, Broadcast: messages.
enum class Workload { Connect, Idle, Push, Batch, Send, Broadcast };

/// What to do to which server. `{user}` in a path stands for the user id.
struct Options
{
    Workload workload = Workload::Push;
    uint16_t port = 0;
    uint16_t publishPort = 0;               ///< where publishers POST; 0: the same
    pid_t pid = 0;                          ///< the server; its descendants count too
    std::string thread;                     ///< count the CPU time of its threads of this name only ("" = all)
    std::string wsPath = "/ws?user_id={user}";
    std::string pushPath = "/sse/push";
    std::string batchPath = "/sse/push/batch";
    std::string sendPath = "/sse/send";
    std::string broadcastPath = "/sse/broadcast";
    std::string okText;                     ///< must be in each answer to a push or a batch ("" = any 2xx)
    uint32_t users = 100;
    uint32_t sessionsPerUser = 1;           ///< more than one: fan-out; needs DUPLICATE_POLICY=allow
    uint32_t publishers = 8;
    uint32_t batch = 100;                   ///< messages in one batch
    size_t payload = 64;                    ///< bytes of text in each message
    uint32_t connecting = 64;               ///< handshakes in flight at once
    double seconds = 2;                     ///< of the measured stretch
    double warmup = 0.5;                    ///< seconds before it, not measured
    uint32_t threads = 1;                   ///< 2: users on a thread of their own

    [[nodiscard]] uint32_t connections() const { return users * sessionsPerUser; }
};

/// Ends the program with code 2 and a sentence when an argument is wrong; with 0 for --help.
[[nodiscard]] Options parseOptions(int argc, char **argv);
[[nodiscard]] const char *name(Workload workload);

} // namespace trunkline::bench
