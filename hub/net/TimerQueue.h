// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractEventDispatcher>
#include <QList>

#include <chrono>
#include <optional>
#include <unordered_map>
#include <vector>

namespace trunkline {

/// The timers of one event loop: what is registered, what is due, how long to sleep. Adding, removing and firing cost
/// O(log n). No clock of its own: every call that needs the time is handed it, in nanoseconds of any steady clock.
/// Not thread-safe.
///
/// Precise timers are due at the exact nanosecond. Coarse ones move to a round time of the clock within 5 % of the
/// interval, so that many of them share a wake-up; up to 20 ms they count as precise, from 20 s on as very coarse.
/// Very coarse ones are due on whole seconds of the clock.
class TimerQueue final
{
public:
    using Time = std::chrono::nanoseconds;
    using Interval = std::chrono::milliseconds;

    /// What is due in one pass over the timers: nothing that was added or fired since the pass began.
    struct Round
    {
        Time now;
        quint64 firstLaterOrder;
    };

    /// A timer that is being fired; hand it back to finish().
    struct Due
    {
        int id;
        QObject *object;
        quint64 serial;     ///< tells this timer from a later one with the same id
        bool isZero;        ///< interval 0: due in every round
    };

    /// `interval` is not negative. An interval past 100 years counts as 100 years.
    void add(int id, Interval interval, Qt::TimerType type, QObject *object, Time now);
    bool remove(int id);                        ///< false if there is no such timer
    bool removeAll(const QObject *object);      ///< false if the object had none

    [[nodiscard]] Round beginRound(Time now) const { return {now, m_nextOrder}; }
    /// The next timer of the round, already rescheduled. It does not come due again before finish(), whatever happens in
    /// between: a timer whose handler runs a nested event loop is not fired inside that loop.
    [[nodiscard]] std::optional<Due> takeDue(const Round &round);
    void finish(const Due &due);                ///< harmless when the timer is gone

    /// How long until a timer is due, not below zero. Timers being fired don't count. Nothing if there is none.
    [[nodiscard]] std::optional<Time> untilNext(Time now) const;
    [[nodiscard]] std::optional<Time> remaining(int id, Time now) const;      ///< the same for one timer, being fired or not
    [[nodiscard]] QList<QAbstractEventDispatcher::TimerInfo> timersOf(const QObject *object) const;
    [[nodiscard]] bool isEmpty() const { return m_timers.empty(); }
    [[nodiscard]] std::size_t size() const { return m_timers.size(); }

private:
    static constexpr std::size_t NotQueued = ~std::size_t(0);

    struct Timer
    {
        int id = 0;
        Qt::TimerType type = Qt::PreciseTimer;
        Interval interval{0};
        QObject *object = nullptr;
        Time expected{0};                   // the exact time, without coarseness: rounding must not add up
        Time deadline{0};
        quint64 serial = 0;
        std::size_t position = NotQueued;   // in the heap; NotQueued while being fired
        Timer *previous = nullptr;          // the other timers of the same object
        Timer *next = nullptr;
    };

    struct Entry                            // the sort key beside the pointer: comparing stays in one array
    {
        Time deadline;
        quint64 order;
        Timer *timer;
        [[nodiscard]] bool isBefore(const Entry &other) const
        {
            return deadline != other.deadline ? deadline < other.deadline : order < other.order;
        }
    };

    static void schedule(Timer &timer, Time now);
    void push(Timer &timer);
    void erase(std::size_t position);
    void siftUp(std::size_t position, const Entry &entry);
    void siftDown(std::size_t position, const Entry &entry);
    void place(std::size_t position, const Entry &entry);

    std::unordered_map<int, Timer> m_timers;
    std::unordered_map<const QObject *, Timer *> m_firstOf;
    std::vector<Entry> m_heap;              // four children a node: half the levels of a binary heap
    quint64 m_nextOrder = 0;
    quint64 m_nextSerial = 0;
};

} // namespace trunkline
