// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Clock.h"

#include <QByteArray>
#include <QHash>

#include <optional>
#include <unordered_map>

namespace trunkline {

/// Token buckets, one a key: each fills at a rate and holds a burst. A bucket is one instant, the time at which it will be full
/// again (the generic cell rate algorithm), so a full one needs no memory at all.
/// Bounded: when kMaxKeys buckets are not full, keys that are new share one. Plain class, one thread.
class RateLimiter
{
public:
    static constexpr std::size_t kMaxKeys = 65'536;
    static constexpr std::chrono::milliseconds kSweepPause{100};

    /// `perSecond` 0: off. A bucket holds `perSecond` times `burst`, at least one.
    RateLimiter(const Clock &clock, int perSecond, Clock::Duration burst);

    [[nodiscard]] bool isOn() const { return m_interval.count() > 0; }
    /// Takes one from the bucket of `key`. nullopt: it was there; else how long until the next one is. 0 < wait.
    [[nodiscard]] std::optional<Clock::Duration> take(const QByteArray &key);
    [[nodiscard]] int perSecond() const { return m_perSecond; }
    [[nodiscard]] std::size_t size() const { return m_fullAt.size(); }

private:
    struct Hash
    {
        std::size_t operator()(const QByteArray &key) const noexcept { return qHash(key); }
    };
    using Nanoseconds = std::chrono::nanoseconds;
    Nanoseconds &bucketOf(const QByteArray &key, Nanoseconds now);
    void forgetFull(Nanoseconds now);

    const Clock &m_clock;
    int m_perSecond;
    Nanoseconds m_interval;         ///< between two of them
    Nanoseconds m_tolerance;        ///< how far ahead of now a bucket may be when one is taken
    std::unordered_map<QByteArray, Nanoseconds, Hash> m_fullAt;
    Nanoseconds m_shared{0};
    std::size_t m_sweepAt = 1024;
    Nanoseconds m_sweepNotBefore{0};
};

/// Who counts as one sender: an IPv4 address, the /64 of an IPv6 one. `peer` is `address:port` as peerName() writes it.
QByteArray senderOf(QByteArrayView peer);

} // namespace trunkline
