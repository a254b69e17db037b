// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubValues.h"

#include <chrono>
#include <memory>

namespace trunkline {

/// A hub in which nothing happens sends no snapshots, and time goes on all the same: rates fall to nothing, sessions grow older.
/// This tells how long the newest snapshot has been true, and what it says now. A plain class; `now` counts from anywhere, but never back.
class HubSilence
{
public:
    using Milliseconds = std::chrono::milliseconds;
    static constexpr Milliseconds kBeat{1000};      ///< how often a window looks

    /// `snapshot` is the newest that there is.
    void note(const HubSnapshot &snapshot, Milliseconds now)
    {
        if (snapshot.number == m_number && snapshot.takenAt == m_takenAt)
            return;
        m_number = snapshot.number;
        m_takenAt = snapshot.takenAt;
        m_came = now;
    }
    [[nodiscard]] Milliseconds length(Milliseconds now) const { return now - m_came; }
    [[nodiscard]] bool isLong(Milliseconds now) const { return m_takenAt.count() > 0 && length(now) >= kBeat; }

    /// The same hub `later`, when nothing has happened there.
    [[nodiscard]] static std::shared_ptr<const HubSnapshot> asOf(const HubSnapshot &snapshot, Milliseconds later)
    {
        auto aged = std::make_shared<HubSnapshot>(snapshot);
        aged->takenAt += later;
        aged->instant = aged->instant + later;
        aged->uptime += later;
        return aged;
    }

private:
    quint64 m_number = 0;
    Milliseconds m_takenAt{};
    Milliseconds m_came{};
};

} // namespace trunkline
