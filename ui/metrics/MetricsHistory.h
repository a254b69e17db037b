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

/// What waits for clients at the last snapshot, and what was lost since the start.
struct DeliveryState
{
    int waitingReceipts = 0;            ///< senders that wait for an acknowledgement
    int blockedPushes = 0;              ///< senders that wait for a slow reader
    qint64 queuedBytes = 0;             ///< of all sessions
    quint64 dropped = 0;
    quint64 unacknowledged = 0;
    BackplaneState backplane{};
    double publishedPerSecond = 0.0;    ///< to the backplane
    double receivedPerSecond = 0.0;     ///< from it
    friend bool operator==(const DeliveryState &, const DeliveryState &) = default;
};

/// The last half hour, a sample a second, made from the counters of successive snapshots.
class MetricsHistory final
{
public:
    static constexpr std::size_t kSamples = 1'800;

    /// True when a sample was added. Snapshots that come faster than one a second are joined. `later`: nothing has happened in the hub
    /// for so long since the snapshot.
    bool note(const HubSnapshot &snapshot, std::chrono::milliseconds later = {});
    void clear();

    [[nodiscard]] const std::deque<MetricsSample> &samples() const { return m_samples; }
    [[nodiscard]] const DeliveryState &delivery() const { return m_delivery; }
    [[nodiscard]] double messagesPerSecond() const;     ///< in and out, of the last sample

private:
    std::deque<MetricsSample> m_samples;
    DeliveryState m_delivery;
    Metrics m_before;
    std::chrono::milliseconds m_at{};
    bool m_started = false;
};

} // namespace trunkline
