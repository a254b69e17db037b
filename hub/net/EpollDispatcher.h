// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractEventDispatcher>

#include <memory>

#ifdef Q_OS_LINUX
#include "hub/net/TimerQueue.h"
#include "hub/net/WatchTable.h"

#include <atomic>
#endif

namespace trunkline {

/// The hub's own event dispatcher, or null when `epoll` is off, the system is not Linux or the kernel gives no descriptor
/// for it: then keep Qt's. Install it before the application object with QCoreApplication::setEventDispatcher(), or
/// before a thread starts with QThread::setEventDispatcher(); both take ownership, neither takes null.
[[nodiscard]] std::unique_ptr<QAbstractEventDispatcher> makeEventDispatcher(bool epoll);

#ifdef Q_OS_LINUX

/// An event loop over epoll(7): a turn costs what its events cost, however many connections are idle.
///
/// Behaves as Qt's own dispatchers do: level-triggered notifiers, nested loops, timers that don't fire inside their own
/// handler. Made in any thread, used by the one it is installed in; wakeUp() and interrupt() may be called from any thread.
///
/// What it saves: a write notifier beside a read notifier on a non-blocking descriptor is tried at the end of the turn, and
/// the kernel asked only if it stays enabled (a write that would block returns 0 and leaves it so); a wake-up
/// on the loop's own thread is a flag; one from another thread is a write that nobody needs to read.
class EpollDispatcher final : public QAbstractEventDispatcher
{
public:
    EpollDispatcher();
    ~EpollDispatcher() override;

    [[nodiscard]] bool isValid() const { return m_wakeUp >= 0 && m_watches.isValid(); }
    [[nodiscard]] const WatchTable::Calls &calls() const { return m_watches.calls(); }      ///< on the loop's thread
    /// Writes to the wake-up descriptor since the start. Any thread.
    [[nodiscard]] quint64 wakeUpsWritten() const { return m_wakeUpsWritten.load(std::memory_order_relaxed); }

    bool processEvents(QEventLoop::ProcessEventsFlags flags) override;
    void registerSocketNotifier(QSocketNotifier *notifier) override;
    void unregisterSocketNotifier(QSocketNotifier *notifier) override;
    void registerTimer(int timerId, qint64 interval, Qt::TimerType timerType, QObject *object) override;
    bool unregisterTimer(int timerId) override;
    bool unregisterTimers(QObject *object) override;
    QList<TimerInfo> registeredTimers(QObject *object) const override;
    int remainingTime(int timerId) override;    ///< milliseconds, rounded up; -1 if there is no such timer
    void wakeUp() override;
    void interrupt() override;
    void closingDown() override;

private:
    static constexpr int WriteTrials = 4;       // a response in several blocks takes one each

    [[nodiscard]] bool mayBlock(QEventLoop::ProcessEventsFlags flags, int handled) const;
    [[nodiscard]] int timeout(QEventLoop::ProcessEventsFlags flags) const;
    int waitForNotifiers(int timeout, bool announce);
    int waitForWakeUp(int timeout, bool announce);
    bool takeWakeUp();
    int dispatch(quint32 batch, int count);
    int dispatchAlwaysReady(quint32 batch);
    int activate(int descriptor, quint32 events, quint32 batch);
    int tryWrites();
    int tryWrite(int descriptor);
    int fireTimers();

    const int m_wakeUp;                         // an eventfd, edge-triggered in m_watches
    WatchTable m_watches;
    TimerQueue m_timers;

    std::atomic<Qt::HANDLE> m_thread{nullptr};  // the thread that runs the loop, once it does
    std::atomic<bool> m_wakeUpHere{false};      // wakeUp() on the loop's thread
    std::atomic<bool> m_wakeUpElsewhere{false}; // wakeUp() on another
    std::atomic<bool> m_interrupted{false};
    std::atomic<bool> m_waiting{false};         // for a wakeUp() in a signal handler of the loop's thread
    std::atomic<quint64> m_wakeUpsWritten{0};
};

#endif

} // namespace trunkline
