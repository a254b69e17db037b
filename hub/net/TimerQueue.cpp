// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/TimerQueue.h"

#include <algorithm>
#include <array>
#include <limits>

namespace trunkline {

using namespace std::chrono_literals;

namespace {

using Time = TimerQueue::Time;

constexpr TimerQueue::Interval Longest = std::chrono::hours(24 * 365 * 100);    // nanoseconds in 63 bits hold 292 years
constexpr auto PreciseUpTo = 20ms;      // 5 % of less is below the millisecond that a timer counts in
constexpr auto VeryCoarseFrom = 20s;    // 5 % of more is above a second
constexpr std::size_t Children = 4;

Time nearestMultiple(Time time, Time step)
{
    return (time + step / 2) / step * step;
}

/// The roundest time within 5 % of the interval around `expected`.
Time coarse(Time expected, Time interval)
{
    static constexpr std::array<Time, 9> steps{1s, 500ms, 250ms, 100ms, 50ms, 25ms, 10ms, 5ms, 2ms};
    const Time window = interval / 10;  // 5 % to either side: a window that wide holds a multiple of any step up to it
    for (const Time step : steps) {
        if (step <= window)
            return nearestMultiple(expected, step);
    }
    return expected;
}

Qt::TimerType effectiveType(Qt::TimerType type, TimerQueue::Interval interval)
{
    if (interval == 0ms)
        return Qt::PreciseTimer;
    if (type != Qt::CoarseTimer)
        return type;
    if (interval <= PreciseUpTo)
        return Qt::PreciseTimer;
    return interval >= VeryCoarseFrom ? Qt::VeryCoarseTimer : Qt::CoarseTimer;
}

} // namespace

void TimerQueue::add(int id, Interval interval, Qt::TimerType type, QObject *object, Time now)
{
    remove(id);
    Timer &timer = m_timers[id];
    timer.id = id;
    timer.type = type;
    timer.interval = std::min(interval, Longest);
    timer.object = object;
    timer.expected = now + timer.interval;
    timer.serial = m_nextSerial++;
    Timer *&first = m_firstOf[object];
    timer.next = first;
    if (first)
        first->previous = &timer;
    first = &timer;
    schedule(timer, now);
    push(timer);
}

bool TimerQueue::remove(int id)
{
    const auto found = m_timers.find(id);
    if (found == m_timers.end())
        return false;
    Timer &timer = found->second;
    if (timer.position != NotQueued)
        erase(timer.position);
    if (timer.next)
        timer.next->previous = timer.previous;
    if (timer.previous)
        timer.previous->next = timer.next;
    else if (timer.next)
        m_firstOf[timer.object] = timer.next;
    else
        m_firstOf.erase(timer.object);
    m_timers.erase(found);
    return true;
}

bool TimerQueue::removeAll(const QObject *object)
{
    bool any = false;
    for (auto first = m_firstOf.find(object); first != m_firstOf.end(); first = m_firstOf.find(object))
        any = remove(first->second->id);
    return any;
}

/// Sets the deadline from the expected time; it is after `now` for every timer but those with interval 0.
void TimerQueue::schedule(Timer &timer, Time now)
{
    switch (effectiveType(timer.type, timer.interval)) {
    case Qt::PreciseTimer:
        timer.deadline = timer.expected;
        break;
    case Qt::CoarseTimer:
        timer.deadline = coarse(timer.expected, timer.interval);
        if (timer.deadline <= now)      // a late one, rounded down
            timer.deadline = timer.expected;
        break;
    case Qt::VeryCoarseTimer:
        timer.deadline = nearestMultiple(timer.expected, 1s);
        if (timer.deadline <= now)      // an interval below half a second
            timer.deadline = (now / 1s + 1) * Time(1s);
        break;
    }
}

std::optional<TimerQueue::Due> TimerQueue::takeDue(const Round &round)
{
    // What was queued since the round began sorts behind all of the round's own: its deadline is not before round.now,
    // and among equal deadlines the order decides.
    if (m_heap.empty() || m_heap.front().deadline > round.now || m_heap.front().order >= round.firstLaterOrder)
        return std::nullopt;
    Timer &timer = *m_heap.front().timer;
    erase(0);
    timer.expected += timer.interval;
    if (timer.expected <= round.now)    // late by more than an interval: skip what was missed, never fire in a burst
        timer.expected = round.now + timer.interval;
    schedule(timer, round.now);
    return Due{timer.id, timer.object, timer.serial, timer.interval == 0ms};
}

void TimerQueue::finish(const Due &due)
{
    const auto found = m_timers.find(due.id);
    if (found != m_timers.end() && found->second.serial == due.serial)
        push(found->second);
}

std::optional<TimerQueue::Time> TimerQueue::untilNext(Time now) const
{
    if (m_heap.empty())
        return std::nullopt;
    return std::max(m_heap.front().deadline - now, Time(0));
}

std::optional<TimerQueue::Time> TimerQueue::remaining(int id, Time now) const
{
    const auto found = m_timers.find(id);
    if (found == m_timers.end())
        return std::nullopt;
    return std::max(found->second.deadline - now, Time(0));
}

QList<QAbstractEventDispatcher::TimerInfo> TimerQueue::timersOf(const QObject *object) const
{
    QList<QAbstractEventDispatcher::TimerInfo> list;
    const auto first = m_firstOf.find(object);
    for (const Timer *timer = first == m_firstOf.end() ? nullptr : first->second; timer; timer = timer->next) {
        const qint64 interval = std::min<qint64>(timer->interval.count(), std::numeric_limits<int>::max());
        list.append({timer->id, int(interval), timer->type});
    }
    return list;
}

void TimerQueue::push(Timer &timer)
{
    m_heap.emplace_back();
    siftUp(m_heap.size() - 1, {timer.deadline, m_nextOrder++, &timer});
}

void TimerQueue::erase(std::size_t position)
{
    m_heap[position].timer->position = NotQueued;
    const Entry last = m_heap.back();
    m_heap.pop_back();
    if (position == m_heap.size())
        return;
    if (position > 0 && last.isBefore(m_heap[(position - 1) / Children]))
        siftUp(position, last);
    else
        siftDown(position, last);
}

void TimerQueue::siftUp(std::size_t position, const Entry &entry)
{
    while (position > 0) {
        const std::size_t parent = (position - 1) / Children;
        if (!entry.isBefore(m_heap[parent]))
            break;
        place(position, m_heap[parent]);
        position = parent;
    }
    place(position, entry);
}

void TimerQueue::siftDown(std::size_t position, const Entry &entry)
{
    for (;;) {
        const std::size_t first = position * Children + 1;
        if (first >= m_heap.size())
            break;
        const std::size_t end = std::min(first + Children, m_heap.size());
        std::size_t least = first;
        for (std::size_t child = first + 1; child < end; ++child) {
            if (m_heap[child].isBefore(m_heap[least]))
                least = child;
        }
        if (!m_heap[least].isBefore(entry))
            break;
        place(position, m_heap[least]);
        position = least;
    }
    place(position, entry);
}

void TimerQueue::place(std::size_t position, const Entry &entry)
{
    m_heap[position] = entry;
    entry.timer->position = position;
}

} // namespace trunkline
