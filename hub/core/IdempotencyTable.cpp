// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/IdempotencyTable.h"

namespace trunkline {

namespace {

/// What an entry costs besides its texts: table, order and allocations, rounded up.
constexpr qint64 kEntryBytes = 320;

} // namespace

IdempotencyTable::Fate IdempotencyTable::begin(const QByteArray &key, const QByteArray &fingerprint)
{
    forgetExpired();
    const auto [it, fresh] = m_entries.try_emplace(key, Entry{fingerprint});
    const Entry &entry = it->second;
    if (fresh)
        return Fate::First;
    if (entry.fingerprint != fingerprint)
        return Fate::Mismatch;
    return entry.answered ? Fate::Answered : Fate::Running;
}

const HttpResponse *IdempotencyTable::answer(const QByteArray &key) const
{
    const auto it = m_entries.find(key);
    return it != m_entries.end() && it->second.kept ? &it->second.response : nullptr;
}

quint64 IdempotencyTable::wait(const QByteArray &key, std::function<void(const HttpResponse &)> answered)
{
    const auto it = m_entries.find(key);
    Q_ASSERT(it != m_entries.end() && !it->second.answered);
    it->second.waiters.push_back({++m_lastWaiter, std::move(answered)});
    return m_lastWaiter;
}

void IdempotencyTable::leave(const QByteArray &key, quint64 waiter)
{
    if (const auto it = m_entries.find(key); it != m_entries.end())
        std::erase_if(it->second.waiters, [waiter](const Waiter &w) { return w.number == waiter; });
}

void IdempotencyTable::complete(const QByteArray &key, const HttpResponse &response)
{
    const auto it = m_entries.find(key);
    if (it == m_entries.end() || it->second.answered)
        return;
    Entry &entry = it->second;
    const std::vector<Waiter> waiters = std::exchange(entry.waiters, {});
    if (response.status >= 200 && response.status < 300) {
        entry.answered = true;
        entry.bytes = kEntryBytes + key.size() + entry.fingerprint.size();
        const qint64 whole = entry.bytes + response.body.size() + response.extraFields.size();
        entry.kept = whole <= m_maxBytes;
        if (entry.kept) {
            entry.response = response;
            entry.response.prebuilt.clear();
            entry.bytes = whole;
        }
        m_bytes += entry.bytes;
        m_ages.push_back({key, m_clock.now()});
        while (m_bytes > m_maxBytes && m_ages.size() > 1)
            forgetOldest();
    } else {
        m_entries.erase(it);
    }
    for (const Waiter &waiter : waiters)
        waiter.answered(response);
}

void IdempotencyTable::forgetOldest()
{
    const auto it = m_entries.find(m_ages.front().key);
    Q_ASSERT(it != m_entries.end());
    m_bytes -= it->second.bytes;
    m_entries.erase(it);
    m_ages.pop_front();
}

void IdempotencyTable::forgetExpired()
{
    const Clock::Instant now = m_clock.now();
    while (!m_ages.empty() && now - m_ages.front().answered >= m_ttl)
        forgetOldest();
}

} // namespace trunkline
