// SPDX-License-Identifier: GPL-3.0-or-later
#include "Traffic.h"

namespace trunkline::bench {

std::optional<Stamp> Traffic::arrived(uint32_t session, std::string_view message)
{
    const auto stamp = Stamp::find(message, m_payload);
    if (!stamp || stamp->publisher >= m_publishers || stamp->sequence >= sent()) {
        ++m_faults.broken;
        return std::nullopt;
    }
    if (target(stamp->sequence) != session / m_copies)
        ++m_faults.wrongUser;
    if (m_arrivals.size() <= stamp->sequence)
        m_arrivals.resize(size_t(stamp->sequence) * 2 + 1024);
    uint16_t &arrivals = m_arrivals[stamp->sequence];
    if (++arrivals > m_copies)
        ++m_faults.duplicate;
    uint64_t &last = m_last[size_t(session) * m_publishers + stamp->publisher];
    if (stamp->sequence < last)
        ++m_faults.outOfOrder;
    last = stamp->sequence + 1;
    if (stamp->sentNs >= m_measureFrom.load(std::memory_order_relaxed))
        m_delivery.add(nowNs() - stamp->sentNs);
    m_received.fetch_add(1, std::memory_order_relaxed);
    return stamp;
}

uint64_t Traffic::lost() const
{
    uint64_t lost = 0;
    for (uint64_t sequence = 0; sequence < sent(); ++sequence) {
        const uint64_t arrivals = sequence < m_arrivals.size() ? m_arrivals[sequence] : 0;
        lost += m_copies - std::min<uint64_t>(arrivals, m_copies);
    }
    return lost;
}

} // namespace trunkline::bench
