// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <algorithm>
#include <array>
#include <chrono>

namespace trunkline {

/// Counts durations in fixed buckets, as a Prometheus histogram has them. A value; add() allocates nothing.
class LatencyHistogram
{
public:
    /// Upper bounds in microseconds, inclusive; one more bucket takes what is longer.
    static constexpr std::array<qint64, 19> kBounds{5, 10, 25, 50, 100, 250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 100'000,
                                                    250'000, 1'000'000, 2'500'000, 10'000'000, 30'000'000, 60'000'000};

    void add(std::chrono::microseconds duration)
    {
        ++m_counts[std::size_t(std::lower_bound(kBounds.begin(), kBounds.end(), duration.count()) - kBounds.begin())];
        m_sum += duration;
    }
    /// How many took at most kBounds[bucket]; all of them for bucket == kBounds.size().
    [[nodiscard]] quint64 countUpTo(std::size_t bucket) const
    {
        quint64 count = 0;
        for (std::size_t i = 0; i <= bucket; ++i)
            count += m_counts[i];
        return count;
    }
    [[nodiscard]] quint64 count() const { return countUpTo(kBounds.size()); }
    [[nodiscard]] std::chrono::microseconds sum() const { return m_sum; }

private:
    std::array<quint64, kBounds.size() + 1> m_counts{};
    std::chrono::microseconds m_sum{0};
};

} // namespace trunkline
