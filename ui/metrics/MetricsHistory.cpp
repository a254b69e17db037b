// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/metrics/MetricsHistory.h"

#include <algorithm>

namespace trunkline {

namespace {

constexpr std::chrono::seconds kClockSet{5};        // further back than this, somebody has set the hub's clock

quint64 messagesIn(const Metrics &m)
{
    return m.pushes + m.requests + m.replies + m.repliesLate + m.repliesOrphan + m.repliesRefused + m.textsWithoutId + m.textsMalformed;
}

quint64 messagesOut(const Metrics &m)
{
    return m.messagesDelivered + m.replies;
}

quint64 errors(const Metrics &m)
{
    return m.pushesNotConnected + m.requestsNotConnected + m.requestsTimedOut + m.requestsDisconnected + m.requestsConflicted
         + m.repliesRefused + m.textsMalformed + m.messagesOverflowed;
}

} // namespace

bool MetricsHistory::note(const HubSnapshot &snapshot, std::chrono::milliseconds later)
{
    const auto at = snapshot.takenAt + later;
    const auto passed = at - m_at;
    // A little back: between what was guessed in a silence and what the hub said after it.
    if (m_started && passed > -kClockSet && passed < std::chrono::milliseconds(950))
        return false;
    const Metrics &now = snapshot.metrics;
    const BackplaneState before = m_delivery.backplane;
    m_delivery = {snapshot.waitingReceipts, snapshot.blockedPushes, 0, now.messagesDropped, now.ackTimeouts, snapshot.backplane};
    for (const SessionInfo &session : snapshot.sessions)
        m_delivery.queuedBytes += session.queuedBytes;
    const bool restarted = !m_started || messagesIn(now) < messagesIn(m_before) || passed.count() < 0;
    if (!restarted) {
        const double seconds = static_cast<double>(passed.count()) / 1000.0;
        const auto rate = [&](quint64 (*of)(const Metrics &)) { return static_cast<double>(of(now) - std::min(of(now), of(m_before))) / seconds; };
        const auto ms = [](int micros) { return micros < 0 ? -1.0 : micros / 1000.0; };
        m_delivery.publishedPerSecond = static_cast<double>(snapshot.backplane.published - std::min(before.published, snapshot.backplane.published)) / seconds;
        m_delivery.receivedPerSecond = static_cast<double>(snapshot.backplane.received - std::min(before.received, snapshot.backplane.received)) / seconds;
        m_samples.push_back({at, rate(messagesIn), rate(messagesOut), rate(errors), static_cast<int>(snapshot.sessions.size()),
                             ms(snapshot.firstReplyP50), ms(snapshot.firstReplyP99)});
        if (m_samples.size() > kSamples)
            m_samples.pop_front();
    }
    m_before = now;
    m_at = at;
    m_started = true;
    return !restarted;
}

void MetricsHistory::clear()
{
    m_samples.clear();
    m_delivery = {};
    m_started = false;
}

double MetricsHistory::messagesPerSecond() const
{
    return m_samples.empty() ? 0.0 : m_samples.back().inPerSecond + m_samples.back().outPerSecond;
}

} // namespace trunkline
