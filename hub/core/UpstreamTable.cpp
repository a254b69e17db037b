// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/UpstreamTable.h"

#include <iterator>

namespace trunkline {

UpstreamTable::Entry *UpstreamTable::enter(QByteArrayView address, QByteArrayView agent)
{
    Key key{address.toByteArray(), agent.toByteArray()};
    if (m_entries.size() >= kMaxEntries && !m_entries.contains(key)) {
        dropIdle();
        if (m_entries.size() >= kMaxEntries)
            return nullptr;
    }
    Entry &entry = m_entries[std::move(key)];
    ++entry.connections;
    return &entry;
}

void UpstreamTable::dropIdle()
{
    for (auto it = m_entries.begin(); it != m_entries.end();)
        it = it->second.connections == 0 ? m_entries.erase(it) : std::next(it);
}

void UpstreamTable::forEach(
    const std::function<void(const QByteArray &address, const QByteArray &agent, const Entry &entry)> &visit) const
{
    for (const auto &[key, entry] : m_entries)
        visit(key.first, key.second, entry);
}

QByteArrayView addressOfPeer(QByteArrayView peer)
{
    const qsizetype colon = peer.lastIndexOf(':');
    return colon < 0 ? peer : peer.first(colon);
}

QByteArrayView productOf(QByteArrayView userAgent)
{
    qsizetype end = 0;
    while (end < userAgent.size() && end < 64 && userAgent[end] > ' ' && userAgent[end] != '(' && userAgent[end] < 0x7f)
        ++end;
    return userAgent.first(end);
}

} // namespace trunkline
