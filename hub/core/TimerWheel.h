// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Clock.h"

#include <QtGlobal>

#include <array>
#include <functional>
#include <optional>

namespace trunkline {

class TimerWheel;

/// One deadline, embedded in what it belongs to. Costs nothing while it is not armed; disarms itself when destroyed.
class WheelTimer
{
public:
    WheelTimer() = default;
    virtual ~WheelTimer();
    WheelTimer(const WheelTimer &) = delete;
    WheelTimer &operator=(const WheelTimer &) = delete;

    [[nodiscard]] bool isArmed() const { return m_wheel != nullptr; }
    [[nodiscard]] Clock::Instant deadline() const { return m_deadline; }

protected:
    /// Called once per arming, disarmed before; may arm again, may destroy this or other timers.
    virtual void expired() = 0;

private:
    friend class TimerWheel;
    TimerWheel *m_wheel = nullptr;
    WheelTimer *m_previous = nullptr;
    WheelTimer *m_next = nullptr;
    Clock::Instant m_deadline;
};

/// All deadlines of a hub (Varghese and Lauck's hashed wheel): arming, moving and disarming are O(1) and allocate nothing.
/// A deadline is met at most one slot (20 ms) late, never early. Plain class; somebody calls advance().
class TimerWheel
{
public:
    static constexpr Clock::Duration kSlot{20'000};
    static constexpr int kSlots = 256;

    explicit TimerWheel(const Clock &clock);
    ~TimerWheel();

    /// (Re)arms `timer` to expire `after` from now. Moving it later only notes the new time.
    void arm(WheelTimer &timer, Clock::Duration after);
    void disarm(WheelTimer &timer);
    /// Expires what is due.
    void advance();
    /// Called whenever advance() becomes due earlier than it was known before, with the time until then.
    void setWakeObserver(std::function<void(Clock::Duration)> observer) { m_observer = std::move(observer); }
    /// How long until advance() may have work; nullopt while nothing is armed.
    [[nodiscard]] std::optional<Clock::Duration> nextWake() const;
    [[nodiscard]] std::size_t size() const { return m_count; }
    [[nodiscard]] Clock::Instant now() const { return m_clock.now(); }
    [[nodiscard]] std::chrono::milliseconds wall() const { return m_clock.wall(); }

private:
    struct Head final : WheelTimer
    {
        void expired() override { }
    };
    [[nodiscard]] qint64 slotNumber(Clock::Instant instant) const { return instant.sinceStart / kSlot; }
    void link(WheelTimer &timer, qint64 slot);
    void plan(qint64 slot);
    static void unlink(WheelTimer &timer);

    const Clock &m_clock;
    std::array<Head, kSlots> m_slots;
    qint64 m_current;           ///< every slot before this one was expired
    qint64 m_planned;           ///< the slot for which the observer was told to come back
    std::function<void(Clock::Duration)> m_observer;
    std::size_t m_count = 0;
};

} // namespace trunkline
