// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Clock.h"

namespace trunkline {

/// A clock that stands still until a test turns it.
class FakeClock final : public Clock
{
public:
    void advance(Duration by)
    {
        m_now = m_now + by;
        m_wall += std::chrono::duration_cast<std::chrono::milliseconds>(by);
    }
    void setWall(std::chrono::milliseconds wall) { m_wall = wall; }
    [[nodiscard]] Instant now() const override { return m_now; }
    [[nodiscard]] std::chrono::milliseconds wall() const override { return m_wall; }

private:
    Instant m_now{std::chrono::seconds(1)};
    std::chrono::milliseconds m_wall{1'700'000'000'000};
};

} // namespace trunkline
