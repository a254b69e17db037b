// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/TimerWheel.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace trunkline {

/// Waits for the civil time at which a token ends, and calls `ended` once. Looks again every minute: the civil clock may be set
/// while it waits. `ended` may destroy it.
class TokenExpiry final : private WheelTimer
{
public:
    static constexpr std::chrono::milliseconds kLongestWait{60'000};

    TokenExpiry(TimerWheel &wheel, std::chrono::milliseconds expiresAt, std::function<void()> ended)
        : m_wheel(wheel), m_expiresAt(expiresAt), m_ended(std::move(ended))
    {
        wait();
    }

private:
    void wait() { m_wheel.arm(*this, std::clamp(m_expiresAt - m_wheel.wall(), std::chrono::milliseconds(0), kLongestWait)); }
    void expired() override
    {
        if (m_wheel.wall() < m_expiresAt)
            return wait();
        const auto ended = std::move(m_ended);
        ended();
    }

    TimerWheel &m_wheel;
    const std::chrono::milliseconds m_expiresAt;
    std::function<void()> m_ended;
};

} // namespace trunkline
