// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

namespace trunkline {

/// The time as the hub sees it. Injected, so that tests turn the clock by hand.
/// now() never goes back; wall() is the civil time and may jump.
class Clock
{
public:
    using Duration = std::chrono::microseconds;
    struct Instant
    {
        Duration sinceStart{0};     ///< microseconds since an arbitrary start
        friend auto operator<=>(const Instant &, const Instant &) = default;
        friend Instant operator+(Instant instant, Duration duration) { return {instant.sinceStart + duration}; }
        friend Duration operator-(Instant later, Instant earlier) { return later.sinceStart - earlier.sinceStart; }
    };

    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant now() const = 0;
    [[nodiscard]] virtual std::chrono::milliseconds wall() const = 0;     ///< milliseconds since 1970-01-01 UTC
};

/// The real one: std::chrono::steady_clock and system_clock. Any thread.
class SystemClock final : public Clock
{
public:
    [[nodiscard]] Instant now() const override
    {
        return {std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch())};
    }
    [[nodiscard]] std::chrono::milliseconds wall() const override
    {
        return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
    }
};

} // namespace trunkline
