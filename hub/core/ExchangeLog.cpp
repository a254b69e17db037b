// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/ExchangeLog.h"

#include <algorithm>
#include <limits>

namespace trunkline {

namespace {

/// Revisions of forgotten exchanges that are told apart; of older ones only the number is known.
constexpr std::size_t kMaxForgotten = 16'384;
/// What the indexes hold beside an exchange.
constexpr qint64 kIndexBytes = 200;

} // namespace

ExchangeLog::ExchangeLog(const Clock &clock, const Limits &limits) : m_clock(clock), m_limits(limits) { }

quint64 ExchangeLog::begin(StreamId stream, ExchangeInfo info, Clock::Instant received)
{
    info.number = ++m_lastNumber;
    info.state = ExchangeState::Streaming;
    info.startedAt = m_clock.wall() - std::chrono::duration_cast<std::chrono::milliseconds>(m_clock.now() - received);
    const qint64 strings = info.correlation.size() + info.route.named.size() + info.route.target.size() + info.upstream.size()
        + info.agent.size() + info.route.mention.size() + info.requestId.size() + info.traceparent.size();
    const auto exchange = m_exchanges.insert(m_exchanges.end(), Exchange{std::move(info), received, stream, 0});
    exchange->info.steps.reserve(8);
    weigh(*exchange, qint64(sizeof(Exchange)) + kIndexBytes + strings);
    m_byStream[stream] = exchange;
    m_byCorrelation[exchange->info.correlation] = exchange;
    exchange->info.steps.push_back({StepKind::RequestComplete, {}, 0});
    addStep(*exchange, StepKind::Routed);
    changed(exchange);
    return exchange->info.number;
}

void ExchangeLog::written(StreamId stream, QByteArrayView payload, int written, int overflowed)
{
    const auto exchange = find(stream);
    if (exchange == m_exchanges.end())
        return;
    ExchangeInfo &info = exchange->info;
    info.route.written = written;
    info.route.overflowed = overflowed;
    info.requestBytes = payload.size();
    if (payload.size() <= kMaxPayloadBytes && m_bytes + payload.size() <= m_limits.bytes) {
        info.request = payload.toByteArray();
        weigh(*exchange, payload.size());
    }
    // A reply may have come, and even the end, from within the write.
    if (written > 0 && info.state == ExchangeState::Streaming)
        addStep(*exchange, StepKind::Written, payload.size());
    changed(exchange);
}

void ExchangeLog::reply(StreamId stream, qint64 bytes)
{
    const auto exchange = findOpen(stream);
    if (exchange == m_exchanges.end())
        return;
    if (exchange->info.chunks++ == 0)
        noteFirstReply(m_clock.now() - exchange->received);
    addStep(*exchange, StepKind::Reply, bytes);
    changed(exchange);
}

void ExchangeLog::eventWritten(StreamId stream, qint64 bytes)
{
    const auto exchange = findOpen(stream);
    if (exchange == m_exchanges.end())
        return;
    addStep(*exchange, StepKind::EventWritten, bytes);
    changed(exchange);
}

void ExchangeLog::drained(StreamId stream, StepKind kind)
{
    const auto exchange = find(stream);
    if (exchange == m_exchanges.end())
        return;
    addStep(*exchange, kind);
    changed(exchange);
}

void ExchangeLog::finish(StreamId stream, ExchangeState state, QByteArrayView answer)
{
    const auto exchange = findOpen(stream);
    if (exchange == m_exchanges.end())
        return;
    ExchangeInfo &info = exchange->info;
    const bool full = state == ExchangeState::NotConnected && info.route.overflowed > 0;
    info.state = full ? ExchangeState::Overflow : state;
    info.latency = m_clock.now() - exchange->received;
    m_lengths.add(info.latency);
    info.route.answer = answer.toByteArray();
    addStep(*exchange, StepKind::Ended);
    changed(exchange);
    (info.isFailed() ? m_failed : m_finished).push_back(exchange);
    trim();
}

void ExchangeLog::lateReply(const QByteArray &correlation, qint64 bytes)
{
    const auto found = m_byCorrelation.find(correlation);
    if (found == m_byCorrelation.end() || found->second->info.state == ExchangeState::Streaming)
        return;
    ++found->second->info.lateReplies;
    addStep(*found->second, StepKind::LateReply, bytes);
    changed(found->second);
}

ExchangeLog::Asked ExchangeLog::asked(StreamId stream) const
{
    const auto found = m_byStream.find(stream);
    if (found == m_byStream.end())
        return {};
    return {found->second->info.session, found->second->info.route.sessionsFound};
}

void ExchangeLog::setHolder(StreamId stream, const QByteArray &hub)
{
    const auto exchange = find(stream);
    if (exchange == m_exchanges.end() || exchange->info.route.hub == hub)
        return;
    exchange->info.route.hub = hub;
    changed(exchange);
}

void ExchangeLog::setPing(StreamId stream, int microseconds)
{
    const auto exchange = find(stream);
    if (exchange == m_exchanges.end() || microseconds < 0 || exchange->info.pingMicroseconds >= 0)
        return;
    exchange->info.pingMicroseconds = microseconds;
    changed(exchange);
}

ExchangePage ExchangeLog::after(quint64 revision, std::size_t max) const
{
    ExchangePage page;
    page.revision = revision;
    page.skipped = forgottenSince(revision);
    auto first = m_exchanges.end();
    std::size_t count = 0;
    while (first != m_exchanges.begin() && std::prev(first)->info.revision > revision) {
        --first;
        ++count;
    }
    page.exchanges.reserve(std::min(count, max));
    const Clock::Instant now = m_clock.now();
    for (; first != m_exchanges.end() && page.exchanges.size() < max; ++first) {
        auto copy = std::make_shared<ExchangeInfo>(first->info);
        if (copy->state == ExchangeState::Streaming)
            copy->latency = now - first->received;
        page.revision = copy->revision;
        page.exchanges.push_back(std::move(copy));
    }
    return page;
}

void ExchangeLog::clear()
{
    for (std::deque<Iterator> *ring : {&m_finished, &m_failed}) {
        for (const Iterator exchange : *ring)
            forget(exchange);
        ring->clear();
    }
    m_forgotten.clear();
    m_forgottenNewest = m_forgottenEarlier = m_forgottenEarlierNewest = 0;
}

int ExchangeLog::firstReplyPercentile(int percent) const
{
    std::vector<int> times;
    const Clock::Instant now = m_clock.now();
    for (auto it = m_samples.rbegin(); it != m_samples.rend() && now - it->at <= kSampleAge; ++it)
        times.push_back(it->microseconds);
    if (times.empty())
        return -1;
    // Nearest rank: the smallest time that `percent` of all do not exceed.
    const std::size_t rank = std::max<std::size_t>(1, (times.size() * std::size_t(percent) + 99) / 100);
    const auto nth = times.begin() + std::ptrdiff_t(std::min(rank, times.size()) - 1);
    std::nth_element(times.begin(), nth, times.end());
    return *nth;
}

ExchangeLog::Iterator ExchangeLog::find(StreamId stream)
{
    const auto found = m_byStream.find(stream);
    return found == m_byStream.end() ? m_exchanges.end() : found->second;
}

ExchangeLog::Iterator ExchangeLog::findOpen(StreamId stream)
{
    const auto exchange = find(stream);
    return exchange != m_exchanges.end() && exchange->info.state == ExchangeState::Streaming ? exchange : m_exchanges.end();
}

void ExchangeLog::changed(Iterator exchange)
{
    exchange->info.revision = ++m_revision;
    m_exchanges.splice(m_exchanges.end(), m_exchanges, exchange);
}

void ExchangeLog::addStep(Exchange &exchange, StepKind kind, qint64 bytes)
{
    ExchangeInfo &info = exchange.info;
    // The end is always told.
    const std::size_t room = m_bytes > m_limits.bytes ? kSparseSteps : kMaxExchangeSteps;
    if (kind != StepKind::Ended && info.steps.size() + 1 >= room) {
        ++info.stepsDropped;
        return;
    }
    info.steps.push_back({kind, m_clock.now() - exchange.received, bytes});
    weigh(exchange, qint64(sizeof(ExchangeStep)));
}

void ExchangeLog::weigh(Exchange &exchange, qint64 bytes)
{
    exchange.weight += bytes;
    m_bytes += bytes;
}

void ExchangeLog::noteFirstReply(std::chrono::microseconds after)
{
    m_firstReplies.add(after);
    m_samples.push_back({m_clock.now(), int(std::min<qint64>(after.count(), std::numeric_limits<int>::max()))});
    if (m_samples.size() > kMaxSamples)
        m_samples.pop_front();
}

void ExchangeLog::forget(Iterator exchange)
{
    if (const auto found = m_byStream.find(exchange->stream); found != m_byStream.end() && found->second == exchange)
        m_byStream.erase(found);
    if (const auto found = m_byCorrelation.find(exchange->info.correlation);
        found != m_byCorrelation.end() && found->second == exchange)
        m_byCorrelation.erase(found);
    m_bytes -= exchange->weight;
    m_exchanges.erase(exchange);
}

void ExchangeLog::forgetOldest(std::deque<Iterator> &ring)
{
    const Iterator exchange = ring.front();
    ring.pop_front();
    m_forgotten.push_back(exchange->info.revision);
    m_forgottenNewest = std::max(m_forgottenNewest, exchange->info.revision);
    if (m_forgotten.size() > kMaxForgotten) {
        ++m_forgottenEarlier;
        m_forgottenEarlierNewest = std::max(m_forgottenEarlierNewest, m_forgotten.front());
        m_forgotten.pop_front();
    }
    forget(exchange);
}

void ExchangeLog::trim()
{
    while (m_finished.size() > m_limits.finished)
        forgetOldest(m_finished);
    while (m_failed.size() > m_limits.failed)
        forgetOldest(m_failed);
    while (m_bytes > m_limits.bytes && !m_finished.empty())
        forgetOldest(m_finished);
    while (m_bytes > m_limits.bytes && !m_failed.empty())
        forgetOldest(m_failed);
}

quint64 ExchangeLog::forgottenSince(quint64 revision) const
{
    if (m_forgottenNewest <= revision)
        return 0;
    const auto unread = std::count_if(m_forgotten.begin(), m_forgotten.end(), [revision](quint64 gone) { return gone > revision; });
    return quint64(unread) + (m_forgottenEarlierNewest > revision ? m_forgottenEarlier : 0);
}

} // namespace trunkline
