// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace trunkline::bench {

/// What a server used so far, all its processes and threads together.
struct ServerUse
{
    uint64_t cpuNs = 0;         ///< from schedstat; from utime + stime (10 ms steps) where the kernel has none
    uint64_t userMs = 0;        ///< utime, 10 ms steps
    uint64_t systemMs = 0;      ///< stime, 10 ms steps
    uint64_t pssKiB = 0;        ///< proportional set size
};

/// Reads a server's CPU time and memory from /proc: the process given and all its descendants.
class ServerMeter
{
public:
    /// `thread`: count the CPU time of threads of that name only; empty: of all.
    explicit ServerMeter(pid_t root, std::string thread = {}) : m_root(root), m_thread(std::move(thread)) {}
    [[nodiscard]] ServerUse cpu() const;        ///< without pssKiB
    [[nodiscard]] uint64_t pssKiB() const;      ///< slow (a page-table walk): never inside a measured stretch

private:
    [[nodiscard]] std::vector<pid_t> processes() const;
    pid_t m_root;
    std::string m_thread;
};

} // namespace trunkline::bench
