// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/EpollDispatcher.h"

#ifdef Q_OS_LINUX

#include <QCoreApplication>
#include <QLoggingCategory>
#include <QThread>

#include <algorithm>
#include <array>
#include <limits>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace trunkline {

namespace {

Q_LOGGING_CATEGORY(lcLoop, "trunkline.loop", QtWarningMsg)

/// What makes a notifier of each type fire; an error or a hang-up is news for all of them.
constexpr std::array<quint32, 3> Triggers{EPOLLIN | EPOLLHUP | EPOLLERR, EPOLLOUT | EPOLLHUP | EPOLLERR,
                                          EPOLLPRI | EPOLLHUP | EPOLLERR};

TimerQueue::Time now()
{
    return std::chrono::duration_cast<TimerQueue::Time>(std::chrono::steady_clock::now().time_since_epoch());
}

/// Rounded up: a loop that wakes before its timer is due would only spin.
int toMilliseconds(TimerQueue::Time time)
{
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(time).count();
    return int(std::min<qint64>(milliseconds, std::numeric_limits<int>::max()));
}

void drain(int eventDescriptor)
{
    eventfd_t ignored = 0;
    eventfd_read(eventDescriptor, &ignored);
}

void send(QSocketNotifier *notifier)
{
    QEvent event(QEvent::SockAct);
    QCoreApplication::sendEvent(notifier, &event);
}

} // namespace

EpollDispatcher::EpollDispatcher() : m_wakeUp(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)), m_watches(m_wakeUp) { }

EpollDispatcher::~EpollDispatcher()
{
    if (m_wakeUp >= 0)
        close(m_wakeUp);
}

// One turn of the loop

bool EpollDispatcher::processEvents(QEventLoop::ProcessEventsFlags flags)
{
    m_thread.store(QThread::currentThreadId(), std::memory_order_relaxed);
    m_interrupted.store(false, std::memory_order_relaxed);
    const bool notifiers = !flags.testFlag(QEventLoop::ExcludeSocketNotifiers);

    int handled = m_wakeUpHere.exchange(false, std::memory_order_relaxed) ? 1 : 0;
    QCoreApplication::sendPostedEvents();
    if (notifiers)
        handled += tryWrites();

    const bool announce = mayBlock(flags, handled);
    if (announce)
        Q_EMIT aboutToBlock();
    // A slot of that may have posted, written or called quit(): ask again.
    const int limit = announce && mayBlock(flags, handled) ? timeout(flags) : 0;
    if (m_interrupted.load(std::memory_order_relaxed)) {
        if (announce)
            Q_EMIT awake();
        return handled > 0;
    }
    handled += notifiers ? waitForNotifiers(limit, announce) : waitForWakeUp(limit, announce);
    if (!flags.testFlag(QEventLoop::X11ExcludeTimers))
        handled += fireTimers();
    if (notifiers)
        handled += tryWrites();
    return handled > 0;
}

bool EpollDispatcher::mayBlock(QEventLoop::ProcessEventsFlags flags, int handled) const
{
    // exec() waits for its exit flag alone, and whoever sets that also wakes the loop. Any other caller may wait for what
    // the events just handled have done, so the turn is over for it.
    if (!flags.testFlag(QEventLoop::WaitForMoreEvents) || (handled > 0 && !flags.testFlag(QEventLoop::EventLoopExec)))
        return false;
    const bool pendingWrites = m_watches.hasTrials() && !flags.testFlag(QEventLoop::ExcludeSocketNotifiers);
    return !pendingWrites && !m_interrupted.load(std::memory_order_relaxed)
            && !m_wakeUpHere.load(std::memory_order_relaxed) && !m_wakeUpElsewhere.load(std::memory_order_relaxed);
}

int EpollDispatcher::timeout(QEventLoop::ProcessEventsFlags flags) const
{
    if (m_timers.isEmpty() || flags.testFlag(QEventLoop::X11ExcludeTimers))
        return -1;
    const auto next = m_timers.untilNext(now());
    return next ? toMilliseconds(*next) : -1;
}

int EpollDispatcher::waitForNotifiers(int timeout, bool announce)
{
    timeout = m_watches.synchronize(timeout);
    const quint32 batch = m_watches.beginBatch();
    m_waiting.store(true);
    if (m_wakeUpHere.load())    // set by a signal handler after mayBlock(); from here on it writes
        timeout = 0;
    const int count = m_watches.wait(timeout);
    m_waiting.store(false);
    int handled = takeWakeUp() ? 1 : 0;
    if (announce)
        Q_EMIT awake();
    handled += dispatch(batch, count);      // no events after a signal: the caller's loop comes back
    if (!m_watches.alwaysReady().empty())
        handled += dispatchAlwaysReady(batch);
    return handled;
}

/// The wait of a loop that is not to see its notifiers. epoll is left alone: it reports the same again later.
int EpollDispatcher::waitForWakeUp(int timeout, bool announce)
{
    drain(m_wakeUp);            // what earlier wake-ups left there; nobody reads it in the usual wait
    bool woken = takeWakeUp();
    if (!woken) {
        pollfd descriptor{m_wakeUp, POLLIN, 0};
        m_waiting.store(true);
        if (m_wakeUpHere.load())
            timeout = 0;
        poll(&descriptor, 1, timeout);
        m_waiting.store(false);
        woken = takeWakeUp();
    }
    if (announce)
        Q_EMIT awake();
    return woken ? 1 : 0;
}

/// Clears the flag that keeps other threads from writing again. Who sets it after this writes; who set it before has
/// published its event or exit flag before, and the next turn (or the loop's caller) sees that.
bool EpollDispatcher::takeWakeUp()
{
    return m_wakeUpElsewhere.load(std::memory_order_relaxed) && m_wakeUpElsewhere.exchange(false);
}

// Notifiers that fire

int EpollDispatcher::dispatch(quint32 batch, int count)
{
    int handled = 0;
    // A nested loop that waits takes the table over. What is left of this batch is still ready, so it was reported to it.
    for (int i = 0; i < count && m_watches.batch() == batch; ++i) {
        const WatchTable::Event event = m_watches.event(i);
        if (event.descriptor >= 0)
            handled += activate(event.descriptor, event.events, batch);
    }
    return handled;
}

int EpollDispatcher::dispatchAlwaysReady(quint32 batch)
{
    int handled = 0;
    const std::vector<int> descriptors = m_watches.alwaysReady();
    for (const int descriptor : descriptors) {
        if (m_watches.watch(descriptor).alwaysReady)
            handled += activate(descriptor, EPOLLIN | EPOLLOUT, batch);
    }
    m_watches.forgetAlwaysReady();
    return handled;
}

int EpollDispatcher::activate(int descriptor, quint32 events, quint32 batch)
{
    int handled = 0;
    for (std::size_t type = 0; type < WatchTable::Types && m_watches.batch() == batch; ++type) {
        const WatchTable::Watch &watch = m_watches.watch(descriptor);
        QSocketNotifier *notifier = watch.notifiers[type];
        // One enabled inside this batch may belong to a later file of the same number; if it is ready the kernel says so again.
        if (!notifier || watch.since[type] == batch || !(events & Triggers[type]))
            continue;
        send(notifier);
        ++handled;
    }
    return handled;
}

/// Fires the write notifiers that were enabled since the last time, once each at least.
int EpollDispatcher::tryWrites()
{
    int handled = 0;
    for (std::size_t left = m_watches.trialCount(); left > 0 && m_watches.hasTrials(); --left)
        handled += tryWrite(m_watches.takeTrial());
    return handled;
}

int EpollDispatcher::tryWrite(int descriptor)
{
    const quint32 generation = m_watches.watch(descriptor).generation;
    int handled = 0;
    for (; handled < WriteTrials; ++handled) {
        const WatchTable::Watch &watch = m_watches.watch(descriptor);
        QSocketNotifier *notifier = watch.notifiers[QSocketNotifier::Write];
        if (!notifier || watch.generation != generation || (handled == 0 && !watch.onTrial) || watch.kernel & EPOLLOUT)
            break;
        m_watches.endTrial(descriptor); // before the slot runs: if it leaves the notifier enabled, a nested loop must serve it
        send(notifier);
    }
    // Enabled again by its own slot: asking the kernel is all that keeps such a slot from spinning on a full descriptor.
    if (handled > 0 && m_watches.watch(descriptor).generation == generation)
        m_watches.endTrial(descriptor);
    return handled;
}

void EpollDispatcher::registerSocketNotifier(QSocketNotifier *notifier)
{
    m_watches.add(notifier);
}

void EpollDispatcher::unregisterSocketNotifier(QSocketNotifier *notifier)
{
    m_watches.remove(notifier);
}

// Timers

int EpollDispatcher::fireTimers()
{
    if (m_timers.isEmpty())
        return 0;
    int handled = 0;
    const TimerQueue::Round round = m_timers.beginRound(now());
    while (const auto due = m_timers.takeDue(round)) {
        QTimerEvent event(due->id);
        QCoreApplication::sendEvent(due->object, &event);
        m_timers.finish(*due);
        handled += due->isZero ? 0 : 1; // else processEvents(flags, maxTime) would never find the loop idle
    }
    return handled;
}

void EpollDispatcher::registerTimer(int timerId, qint64 interval, Qt::TimerType timerType, QObject *object)
{
    if (timerId < 1 || interval < 0 || !object) {
        qCWarning(lcLoop, "a timer needs an id above 0, an interval from 0 and an object");
        return;
    }
    m_timers.add(timerId, TimerQueue::Interval(interval), timerType, object, now());
}

bool EpollDispatcher::unregisterTimer(int timerId)
{
    return m_timers.remove(timerId);
}

bool EpollDispatcher::unregisterTimers(QObject *object)
{
    return m_timers.removeAll(object);
}

QList<QAbstractEventDispatcher::TimerInfo> EpollDispatcher::registeredTimers(QObject *object) const
{
    return m_timers.timersOf(object);
}

int EpollDispatcher::remainingTime(int timerId)
{
    const auto remaining = m_timers.remaining(timerId, now());
    return remaining ? toMilliseconds(*remaining) : -1;
}

// Waking up

void EpollDispatcher::wakeUp()
{
    if (m_thread.load(std::memory_order_relaxed) == QThread::currentThreadId()) {
        m_wakeUpHere.store(true);
        if (!m_waiting.load())
            return;
    } else if (m_wakeUpElsewhere.exchange(true)) {
        return;                 // written already, and not seen yet
    }
    m_wakeUpsWritten.fetch_add(1, std::memory_order_relaxed);
    eventfd_write(m_wakeUp, 1);
}

void EpollDispatcher::interrupt()
{
    m_interrupted.store(true);
    wakeUp();
}

void EpollDispatcher::closingDown()
{
    m_thread.store(nullptr, std::memory_order_relaxed);
}

} // namespace trunkline

#endif // Q_OS_LINUX

namespace trunkline {

std::unique_ptr<QAbstractEventDispatcher> makeEventDispatcher(bool epoll)
{
#ifdef Q_OS_LINUX
    if (epoll) {
        auto dispatcher = std::make_unique<EpollDispatcher>();
        if (dispatcher->isValid())
            return dispatcher;
    }
#else
    Q_UNUSED(epoll)
#endif
    return nullptr;
}

} // namespace trunkline
