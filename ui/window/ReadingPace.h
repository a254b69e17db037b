// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <algorithm>
#include <chrono>

namespace trunkline {

/// How often a window reads what is new: whenever the hub tells it, which is ten times a second at most; in a flood, when
/// rows run through faster than anybody reads, four times. Each reading takes a core from the hub or from those who talk to it.
class ReadingPace
{
public:
    using Milliseconds = std::chrono::milliseconds;
    static constexpr Milliseconds kShortest{100};       ///< between two looks of the hub's
    static constexpr Milliseconds kInFlood{250};
    static constexpr quint64 kFlood = 10'000;           ///< messages a second

    /// How long to wait before the next reading; 0: read now. `now` counts from anywhere, but never back.
    [[nodiscard]] Milliseconds wait(Milliseconds now) const
    {
        return m_inFlood ? std::max(Milliseconds{0}, m_read + kInFlood - now) : Milliseconds{0};
    }
    /// A reading begins; `arrived` messages have come in all, before it.
    void note(Milliseconds now, quint64 arrived)
    {
        const auto since = static_cast<quint64>(std::max(kShortest, now - m_read).count());
        m_inFlood = arrived > m_arrived && (arrived - m_arrived) * 1000 / since > kFlood;
        m_read = now;
        m_arrived = arrived;
    }
    [[nodiscard]] bool isInFlood() const { return m_inFlood; }

private:
    Milliseconds m_read{0};
    quint64 m_arrived = 0;
    bool m_inFlood = false;
};

} // namespace trunkline
