// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubValues.h"

#include <deque>

namespace trunkline {

/// What the hub did in one second.
struct MetricsSample
{
    std::chrono::milliseconds at{};     ///< since 1970-01-01 UTC
    double inPerSecond = 0.0;           ///< messages that senders and clients gave the hub
    double outPerSecond = 0.0;          ///< frames and events that it handed on
    double errorsPerSecond = 0.0;
    int sessions = 0;
    double p50 = -1.0;                  ///< milliseconds to the first reply; -1: none
    double p99 = -1.0;
};

/// The last half hour, a sample a second, made from the counters of successive snapshots.
class MetricsHistory final
{
public:
    static constexpr std::size_t kSamples = 1'800;

    /// True when a sample was added. Snapshots that come faster than one a second are joined.
    bool note(const HubSnapshot &snapshot);
    void clear();

    [[nodiscard]] const std::deque<MetricsSample> &samples() const { return m_samples; }
    [[nodiscard]] double messagesPerSecond() const;     ///< in and out, of the last sample

private:
    std::deque<MetricsSample> m_samples;
    Metrics m_before;
    std::chrono::milliseconds m_at{};
    bool m_started = false;
};

} // namespace trunkline
