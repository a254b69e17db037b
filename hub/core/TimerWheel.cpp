// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/TimerWheel.h"

#include <algorithm>
#include <limits>

namespace trunkline {

WheelTimer::~WheelTimer()
{
    if (m_wheel)
        m_wheel->disarm(*this);
}

TimerWheel::TimerWheel(const Clock &clock) : m_clock(clock), m_current(slotNumber(clock.now())), m_planned(std::numeric_limits<qint64>::max())
{
    for (Head &head : m_slots)
        head.m_previous = head.m_next = &head;
}

TimerWheel::~TimerWheel()
{
    for (Head &head : m_slots) {
        while (head.m_next != &head)
            disarm(*head.m_next);
    }
}

void TimerWheel::link(WheelTimer &timer, qint64 slot)
{
    Head &head = m_slots[std::size_t(slot % kSlots)];
    timer.m_previous = head.m_previous;
    timer.m_next = &head;
    head.m_previous->m_next = &timer;
    head.m_previous = &timer;
}

void TimerWheel::unlink(WheelTimer &timer)
{
    timer.m_previous->m_next = timer.m_next;
    timer.m_next->m_previous = timer.m_previous;
    timer.m_previous = timer.m_next = nullptr;
}

void TimerWheel::arm(WheelTimer &timer, Clock::Duration after)
{
    // What is due already waits for the next slot: the current one may be in hand.
    const Clock::Instant deadline = m_clock.now() + std::max(after, Clock::Duration(0));
    if (timer.m_wheel == this) {
        const bool later = deadline >= timer.m_deadline;
        timer.m_deadline = deadline;
        if (later)
            return;     // its slot comes round first and then sends it on
        unlink(timer);
    } else {
        timer.m_wheel = this;
        timer.m_deadline = deadline;
        ++m_count;
    }
    const qint64 slot = qMax(m_current, slotNumber(deadline) + 1);
    link(timer, slot);
    // Farther ones pass through a slot of the next round first.
    plan(m_current + (slot - m_current) % kSlots);
}

void TimerWheel::plan(qint64 slot)
{
    if (slot >= m_planned)
        return;
    m_planned = slot;
    if (m_observer)
        m_observer(std::max(Clock::Duration(0), Clock::Duration(kSlot * slot) - m_clock.now().sinceStart));
}

void TimerWheel::disarm(WheelTimer &timer)
{
    if (timer.m_wheel != this)
        return;
    unlink(timer);
    timer.m_wheel = nullptr;
    --m_count;
}

void TimerWheel::advance()
{
    const Clock::Instant now = m_clock.now();
    const qint64 due = slotNumber(now);
    if (due - m_current >= kSlots)
        m_current = due - kSlots + 1;
    for (; m_current <= due; ++m_current) {
        Head &head = m_slots[std::size_t(m_current % kSlots)];
        // What is armed from within expired() is not looked at again in this round.
        Head round;
        round.m_previous = round.m_next = &round;
        if (head.m_next != &head) {
            round.m_next = head.m_next;
            round.m_previous = head.m_previous;
            round.m_next->m_previous = round.m_previous->m_next = &round;
            head.m_previous = head.m_next = &head;
        }
        while (round.m_next != &round) {
            WheelTimer &timer = *round.m_next;
            unlink(timer);
            if (timer.m_deadline > now) {
                link(timer, qMax(due + 1, slotNumber(timer.m_deadline) + 1));
                continue;
            }
            timer.m_wheel = nullptr;
            --m_count;
            timer.expired();
        }
    }
    m_planned = std::numeric_limits<qint64>::max();
    if (const auto wake = nextWake())
        plan(slotNumber(m_clock.now() + *wake));
}

std::optional<Clock::Duration> TimerWheel::nextWake() const
{
    if (m_count == 0)
        return std::nullopt;
    for (qint64 slot = m_current; slot < m_current + kSlots; ++slot) {
        const Head &head = m_slots[std::size_t(slot % kSlots)];
        if (head.m_next != &head) {
            const Clock::Instant begin{kSlot * slot};
            const Clock::Instant now = m_clock.now();
            return begin > now ? begin - now : Clock::Duration(0);
        }
    }
    return kSlot;
}

} // namespace trunkline
