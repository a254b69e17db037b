// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Options.h"
#include "Samples.h"
#include "Stamp.h"

#include <atomic>
#include <numeric>
#include <vector>

namespace trunkline::bench {

/// Which user a message goes to, and which messages arrived: the one book both sides are checked against.
/// next() and sent() belong to the publishers' thread, arrived() and the vectors to the users' thread.
class Traffic
{
public:
    struct Faults
    {
        uint64_t duplicate = 0, wrongUser = 0, outOfOrder = 0, broken = 0, closed = 0;
    };

    explicit Traffic(const Options &options)
        : m_users(options.workload == Workload::Broadcast ? 1 : options.users),
          m_copies(options.workload == Workload::Broadcast ? options.connections() : options.sessionsPerUser), m_publishers(options.publishers),
          m_payload(options.payload), m_last(size_t(options.connections()) * options.publishers)
    {
        if (std::gcd(m_stride, uint64_t(m_users)) != 1)
            m_stride = 1;
    }

    uint64_t next() { return m_next.fetch_add(1, std::memory_order_relaxed); }
    [[nodiscard]] uint64_t sent() const { return m_next.load(std::memory_order_relaxed); }
    [[nodiscard]] uint32_t target(uint64_t sequence) const { return uint32_t(sequence * m_stride % m_users); }
    [[nodiscard]] size_t payload() const { return m_payload; }
    [[nodiscard]] uint64_t expected() const { return sent() * m_copies; }
    [[nodiscard]] uint64_t received() const { return m_received.load(std::memory_order_relaxed); }
    [[nodiscard]] uint64_t pings() const { return m_pings.load(std::memory_order_relaxed); }

    /// A whole text message that session `session` got. Gives its stamp, if it is one of ours.
    std::optional<Stamp> arrived(uint32_t session, std::string_view message);
    void pinged() { m_pings.fetch_add(1, std::memory_order_relaxed); }
    void closed() { ++m_faults.closed; }
    /// Only messages sent from now on count for the latency.
    void measureFrom(uint64_t ns) { m_measureFrom.store(ns, std::memory_order_relaxed); }

    // After the threads have ended:
    [[nodiscard]] uint64_t lost() const;
    [[nodiscard]] const Faults &faults() const { return m_faults; }
    [[nodiscard]] Samples &delivery() { return m_delivery; }

private:
    uint64_t m_stride = 7919;
    uint32_t m_users, m_copies, m_publishers;
    size_t m_payload;
    std::atomic<uint64_t> m_next{0}, m_received{0}, m_pings{0}, m_measureFrom{0};
    std::vector<uint16_t> m_arrivals;       // by sequence
    std::vector<uint64_t> m_last;           // by session and publisher: the last sequence + 1
    Faults m_faults;
    Samples m_delivery;
};

} // namespace trunkline::bench
