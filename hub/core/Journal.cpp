// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/Journal.h"

#include <algorithm>

namespace trunkline {

qint64 JournalEntry::bytes() const
{
    return qint64(sizeof(JournalEntry)) + text.size() + user.size() + correlation.size();
}

Journal::Journal(const Clock &clock, int maxEntries, qint64 maxBytes)
    : m_clock(clock), m_maxEntries(std::size_t(maxEntries)), m_maxBytes(maxBytes)
{
}

void Journal::append(JournalEntry entry)
{
    entry.sequence = ++m_sequence;
    const qint64 bytes = entry.bytes();
    if (m_maxEntries == 0 || bytes > m_maxBytes) {
        // An entry that is larger than the whole journal would empty it and still not fit.
        ++m_evicted;
        return;
    }
    entry.time = m_clock.now();
    m_bytes += bytes;
    m_entries.push_back(std::move(entry));
    while (m_entries.size() > m_maxEntries || m_bytes > m_maxBytes)
        evictOldest();
}

void Journal::evictOldest()
{
    m_bytes -= m_entries.front().bytes();
    m_entries.pop_front();
    ++m_evicted;
}

JournalPage Journal::after(quint64 sequence, std::size_t max) const
{
    JournalPage page;
    page.last = m_sequence;
    auto it = std::upper_bound(m_entries.begin(), m_entries.end(), sequence,
                               [](quint64 wanted, const JournalEntry &entry) { return wanted < entry.sequence; });
    quint64 expected = sequence + 1;
    for (; it != m_entries.end() && page.entries.size() < max; ++it) {
        page.skipped += it->sequence - expected;
        expected = it->sequence + 1;
        page.entries.push_back(*it);
    }
    if (it == m_entries.end() && expected <= m_sequence)
        page.skipped += m_sequence + 1 - expected;
    return page;
}

} // namespace trunkline
