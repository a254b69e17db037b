// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSocketNotifier>

#ifdef Q_OS_LINUX

#include <array>
#include <deque>
#include <vector>

#include <sys/epoll.h>

namespace trunkline {

/// Which socket notifiers wait for which file descriptor, and what epoll has been told about it. Sends no event itself:
/// EpollDispatcher does. Not thread-safe.
///
/// epoll hears of changes before a wait, not when they happen, so what is enabled and disabled in between costs nothing.
/// Waits are numbered: the batch of a wait is void once a later wait (of a nested loop) has begun.
class WatchTable final
{
public:
    static constexpr int Types = 3;             // QSocketNotifier::Read, Write, Exception
    static constexpr int BatchSize = 256;       // events a wait

    enum class Blocking : quint8 { Unknown, Yes, No };

    /// All that concerns one file descriptor.
    struct Watch
    {
        std::array<QSocketNotifier *, Types> notifiers{};
        std::array<quint32, Types> since{};     // the batch in which each was enabled
        quint32 generation = 0;                 // counts the users of this descriptor number
        quint32 emptied = 0;                    // the batch in which the last notifier went
        quint32 kernel = 0;                     // what epoll reports at present
        Blocking blocking = Blocking::Unknown;
        bool onTrial = false;                   // the write notifier is not for the kernel yet
        bool trialQueued = false;               // in m_trials
        bool dirty = false;                     // in m_dirty
        bool suspect = false;                   // epoll may have dropped the descriptor: ask again
        bool alwaysReady = false;               // a file that epoll refuses (EPERM): ready at any time, as poll(2) has it

        [[nodiscard]] bool isEmpty() const { return !notifiers[0] && !notifiers[1] && !notifiers[2]; }
        [[nodiscard]] quint32 wanted() const;
    };

    /// What epoll reported: a watch and its events, unless they belong to one that is gone.
    struct Event
    {
        int descriptor;
        quint32 events;
    };

    /// Calls into the kernel since the start, for tests and metrics.
    struct Calls
    {
        quint64 waits = 0;          ///< epoll_wait
        quint64 controls = 0;       ///< epoll_ctl
        quint64 rebuilds = 0;       ///< new epoll descriptors, see rebuild()
    };

    /// `wakeUp` is an eventfd: each write to it ends a wait. It must outlive the table.
    explicit WatchTable(int wakeUp);
    ~WatchTable();
    Q_DISABLE_COPY_MOVE(WatchTable)

    [[nodiscard]] bool isValid() const { return m_epoll >= 0; }
    [[nodiscard]] const Calls &calls() const { return m_calls; }
    [[nodiscard]] quint32 batch() const { return m_batch; }         ///< the number of the last wait
    [[nodiscard]] const std::vector<int> &alwaysReady() const { return m_alwaysReady; }
    [[nodiscard]] bool hasTrials() const { return !m_trials.empty(); }
    [[nodiscard]] std::size_t trialCount() const { return m_trials.size(); }
    /// Valid until the next add(), so until the next event that is sent.
    [[nodiscard]] const Watch &watch(int descriptor) const { return m_watches[std::size_t(descriptor)]; }

    void add(QSocketNotifier *notifier);
    void remove(QSocketNotifier *notifier);     ///< harmless when it was not added

    /// Tells the kernel what changed. Call it before each wait; it may disable notifiers of closed descriptors.
    /// Returns the longest time to wait, in milliseconds: `timeout` or less.
    [[nodiscard]] int synchronize(int timeout);
    quint32 beginBatch() { return ++m_batch; }
    /// Waits and returns the number of events, -1 after a signal. -1 as `timeout` means for ever.
    [[nodiscard]] int wait(int timeout);
    /// The event at `index` of the current batch. Its descriptor is -1 if it has no notifier any more.
    [[nodiscard]] Event event(int index);

    [[nodiscard]] int takeTrial();              ///< the next descriptor with a write notifier to try; hasTrials() must hold
    void endTrial(int descriptor);              ///< from now on the kernel is asked about its write notifier
    void forgetAlwaysReady();                   ///< drops those whose notifiers went

private:
    [[nodiscard]] bool mayTry(int descriptor, Watch &watch) const;
    void release(int descriptor, Watch &watch);
    void markDirty(int descriptor, Watch &watch);
    [[nodiscard]] bool apply(int descriptor);
    [[nodiscard]] bool settle(int descriptor, int error);
    int control(int operation, int descriptor, quint32 events);
    void disableAll(int descriptor);
    void rebuild();

    int m_wakeUp;
    int m_epoll = -1;
    std::vector<Watch> m_watches;               // by descriptor number; the kernel hands out the lowest free one
    std::vector<int> m_dirty;                   // descriptors to tell the kernel about before the next wait
    std::vector<int> m_alwaysReady;
    std::deque<int> m_trials;                   // descriptors with a write notifier to try
    std::array<epoll_event, BatchSize> m_events{};
    quint32 m_batch = 0;
    bool m_rebuild = false;
    Calls m_calls;
};

} // namespace trunkline

#endif // Q_OS_LINUX
