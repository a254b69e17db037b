// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace trunkline::bench {

/// Every latency of a stretch in nanoseconds, kept whole: no buckets, no averages of percentiles.
class Samples
{
public:
    void add(uint64_t ns) { m_ns.push_back(ns); }
    void reserve(size_t count) { m_ns.reserve(count); }

    /// `{"p50":…,"p90":…,"p99":…,"p99_9":…,"max":…}` in microseconds; `null` without samples.
    [[nodiscard]] std::string json()
    {
        if (m_ns.empty())
            return "null";
        std::sort(m_ns.begin(), m_ns.end());
        return "{\"p50\":" + at(0.5) + ",\"p90\":" + at(0.9) + ",\"p99\":" + at(0.99) + ",\"p99_9\":" + at(0.999)
             + ",\"max\":" + at(1) + '}';
    }

private:
    [[nodiscard]] std::string at(double quantile) const
    {
        const auto rank = size_t(quantile * double(m_ns.size()) + 0.5);
        return std::to_string(double(m_ns[std::clamp<size_t>(rank, 1, m_ns.size()) - 1]) / 1000);
    }

    std::vector<uint64_t> m_ns;
};

} // namespace trunkline::bench
