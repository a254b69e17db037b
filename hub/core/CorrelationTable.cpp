// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/CorrelationTable.h"

namespace trunkline {

CorrelationTable::CorrelationTable(const Clock &clock, Clock::Duration timeout, std::size_t maxOpen)
    : m_clock(clock), m_timeout(timeout), m_maxOpen(maxOpen)
{
}

Result<void> CorrelationTable::open(const CorrelationId &id, const UserId &target, StreamId stream)
{
    if (m_open.contains(id.key))
        return failure(ErrorCode::Conflict, QStringLiteral("The correlation id is already open"));
    if (isFull())
        return failure(ErrorCode::Conflict, QStringLiteral("Too many open requests"));
    const Clock::Instant now = m_clock.now();
    const auto request = m_requests.insert(m_requests.end(), OpenRequest{id, target, stream, now, now + m_timeout});
    m_open.emplace(id.key, request);
    m_byStream.emplace(stream, request);
    m_byTarget[target].insert(stream);
    return {};
}

CorrelationTable::Fate CorrelationTable::fateOf(const CorrelationId &id) const
{
    if (m_open.contains(id.key))
        return Fate::Open;
    return m_finished.contains(id.key) ? Fate::Finished : Fate::Unknown;
}

const OpenRequest *CorrelationTable::find(const CorrelationId &id) const
{
    const auto it = m_open.find(id.key);
    return it == m_open.end() ? nullptr : &*it->second;
}

void CorrelationTable::touch(const CorrelationId &id)
{
    const auto it = m_open.find(id.key);
    if (it == m_open.end())
        return;
    ++it->second->replies;
    it->second->deadline = m_clock.now() + m_timeout;
    m_requests.splice(m_requests.end(), m_requests, it->second);
}

OpenRequest CorrelationTable::take(Requests::iterator request)
{
    OpenRequest taken = std::move(*request);
    m_open.erase(taken.id.key);
    m_byStream.erase(taken.stream);
    if (const auto target = m_byTarget.find(taken.target); target != m_byTarget.end()) {
        target->second.erase(taken.stream);
        if (target->second.empty())
            m_byTarget.erase(target);
    }
    m_requests.erase(request);
    remember(taken.id.key);
    return taken;
}

void CorrelationTable::remember(const QByteArray &key)
{
    ++m_finished[key];
    m_finishedOrder.push_back(key);
    if (m_finishedOrder.size() > kMaxFinishedCorrelations) {
        const auto oldest = m_finished.find(m_finishedOrder.front());
        if (--oldest->second == 0)
            m_finished.erase(oldest);
        m_finishedOrder.pop_front();
    }
}

std::optional<OpenRequest> CorrelationTable::settle(const CorrelationId &id)
{
    const auto it = m_open.find(id.key);
    return it == m_open.end() ? std::nullopt : std::optional(take(it->second));
}

std::optional<OpenRequest> CorrelationTable::settle(StreamId stream)
{
    const auto it = m_byStream.find(stream);
    return it == m_byStream.end() ? std::nullopt : std::optional(take(it->second));
}

std::vector<OpenRequest> CorrelationTable::takeExpired()
{
    std::vector<OpenRequest> expired;
    const Clock::Instant now = m_clock.now();
    while (!m_requests.empty() && m_requests.front().deadline <= now)
        expired.push_back(take(m_requests.begin()));
    return expired;
}

std::vector<OpenRequest> CorrelationTable::takeTarget(const UserId &target, const std::function<bool(StreamId)> &but)
{
    std::vector<OpenRequest> taken;
    const auto it = m_byTarget.find(target);
    if (it == m_byTarget.end())
        return taken;
    const std::vector<StreamId> streams(it->second.begin(), it->second.end());
    for (const StreamId stream : streams) {
        if (!but || !but(stream))
            taken.push_back(take(m_byStream.at(stream)));
    }
    return taken;
}

std::vector<OpenRequest> CorrelationTable::takeAll()
{
    std::vector<OpenRequest> taken;
    while (!m_requests.empty())
        taken.push_back(take(m_requests.begin()));
    return taken;
}

std::optional<Clock::Instant> CorrelationTable::nextDeadline() const
{
    return m_requests.empty() ? std::nullopt : std::optional(m_requests.front().deadline);
}

} // namespace trunkline
