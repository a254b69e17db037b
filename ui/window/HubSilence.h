// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubValues.h"

#include <algorithm>
#include <chrono>

namespace trunkline {

/// A hub in which nothing happens sends no snapshots, and time goes on all the same: rates fall to nothing, sessions grow older.
/// This tells how long the newest snapshot has been true. A hub that sends other news is not silent: with thousands of sessions
/// it takes snapshots less often. A plain class; `now` counts from anywhere, but never back.
class HubSilence
{
public:
    using Milliseconds = std::chrono::milliseconds;
    static constexpr Milliseconds kBeat{1000};      ///< how often a window looks

    /// News of any kind have come.
    void hear(Milliseconds now) { m_heard = now; }
    /// `snapshot` is the newest that there is.
    void note(const HubSnapshot &snapshot, Milliseconds now)
    {
        if (snapshot.number == m_number && snapshot.takenAt == m_takenAt)
            return;
        m_number = snapshot.number;
        m_takenAt = snapshot.takenAt;
        m_came = now;
    }
    /// Since the newest snapshot.
    [[nodiscard]] Milliseconds length(Milliseconds now) const { return now - m_came; }
    /// Nothing at all was heard for a beat.
    [[nodiscard]] bool isLong(Milliseconds now) const { return m_takenAt.count() > 0 && now - std::max(m_came, m_heard) >= kBeat; }

private:
    quint64 m_number = 0;
    Milliseconds m_takenAt{};
    Milliseconds m_came{};
    Milliseconds m_heard{};
};

} // namespace trunkline
