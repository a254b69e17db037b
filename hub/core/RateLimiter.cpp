// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/RateLimiter.h"

#include "hub/core/UpstreamTable.h"

#include <QHostAddress>

#include <algorithm>

namespace trunkline {

RateLimiter::RateLimiter(const Clock &clock, int perSecond, Clock::Duration burst)
    : m_clock(clock), m_perSecond(perSecond), m_interval(perSecond > 0 ? 1'000'000'000 / perSecond : 0),
      m_tolerance(std::max(Nanoseconds(0), std::chrono::duration_cast<Nanoseconds>(burst) - m_interval))
{
}

std::optional<Clock::Duration> RateLimiter::take(const QByteArray &key)
{
    if (!isOn())
        return std::nullopt;
    const auto now = std::chrono::duration_cast<Nanoseconds>(m_clock.now().sinceStart);
    Nanoseconds &fullAt = bucketOf(key, now);
    const Nanoseconds start = std::max(fullAt, now);
    if (start - now > m_tolerance) {
        const Nanoseconds wait = start - now - m_tolerance;
        return std::max(Clock::Duration(1), std::chrono::ceil<Clock::Duration>(wait));
    }
    fullAt = start + m_interval;
    return std::nullopt;
}

RateLimiter::Nanoseconds &RateLimiter::bucketOf(const QByteArray &key, Nanoseconds now)
{
    if (const auto found = m_fullAt.find(key); found != m_fullAt.end())
        return found->second;
    if (m_fullAt.size() >= m_sweepAt && now >= m_sweepNotBefore)
        forgetFull(now);
    return m_fullAt.size() >= kMaxKeys ? m_shared : m_fullAt.emplace(key, Nanoseconds(0)).first->second;
}

void RateLimiter::forgetFull(Nanoseconds now)
{
    std::erase_if(m_fullAt, [now](const auto &entry) { return entry.second <= now; });
    // Next time when as many again have come: a sweep costs a constant share of what came since the last one.
    m_sweepNotBefore = now + Nanoseconds(kSweepPause);
    m_sweepAt = std::clamp(2 * m_fullAt.size(), std::size_t(1024), kMaxKeys);
}

QByteArray senderOf(QByteArrayView peer)
{
    const QByteArrayView address = addressOfPeer(peer);
    if (!address.startsWith('['))
        return address.toByteArray();
    const QHostAddress parsed(QString::fromLatin1(address.sliced(1).chopped(1)));
    if (parsed.protocol() != QAbstractSocket::IPv6Protocol || parsed.isLoopback())
        return address.toByteArray();
    const Q_IPV6ADDR bytes = parsed.toIPv6Address();
    return QByteArray(reinterpret_cast<const char *>(&bytes), 8).toHex() + "/64";
}

} // namespace trunkline
