// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/WatchTable.h"

#ifdef Q_OS_LINUX

#include <QLoggingCategory>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace trunkline {

namespace {

Q_LOGGING_CATEGORY(lcLoop, "trunkline.loop", QtWarningMsg)

constexpr quint64 WakeUpKey = ~quint64(0);
constexpr int RetryAfter = 100;     // milliseconds, when the kernel had no memory for a registration

constexpr quint64 key(int descriptor, quint32 generation)
{
    return quint64(generation) << 32 | quint32(descriptor);
}

} // namespace

quint32 WatchTable::Watch::wanted() const
{
    return (notifiers[QSocketNotifier::Read] ? quint32(EPOLLIN) : 0)
            | (notifiers[QSocketNotifier::Write] && !onTrial ? quint32(EPOLLOUT) : 0)
            | (notifiers[QSocketNotifier::Exception] ? quint32(EPOLLPRI) : 0);
}

WatchTable::WatchTable(int wakeUp) : m_wakeUp(wakeUp)
{
    rebuild();
}

WatchTable::~WatchTable()
{
    if (m_epoll >= 0)
        close(m_epoll);
}

void WatchTable::add(QSocketNotifier *notifier)
{
    const int descriptor = int(notifier->socket());
    const auto type = std::size_t(notifier->type());
    if (descriptor < 0 || type >= Types) {
        qCWarning(lcLoop, "a socket notifier without a descriptor is not watched");
        return;
    }
    if (std::size_t(descriptor) >= m_watches.size())
        m_watches.resize(std::max(std::size_t(descriptor) + 1, m_watches.size() * 2));
    Watch &watch = m_watches[std::size_t(descriptor)];
    if (watch.isEmpty()) {
        ++watch.generation;
    } else if (watch.notifiers[type] && watch.notifiers[type] != notifier) {
        qCWarning(lcLoop, "two socket notifiers of one type for descriptor %d; the later one is served", descriptor);
        watch.suspect = true;       // the earlier one's file may be closed, and epoll has forgotten it
    }
    watch.notifiers[type] = notifier;
    watch.since[type] = m_batch;
    if (type == QSocketNotifier::Write && mayTry(descriptor, watch)) {
        watch.onTrial = true;
        if (!watch.trialQueued)
            m_trials.push_back(descriptor);
        watch.trialQueued = true;
    }
    markDirty(descriptor, watch);
}

void WatchTable::remove(QSocketNotifier *notifier)
{
    const auto descriptor = std::size_t(notifier->socket());
    const auto type = std::size_t(notifier->type());
    if (descriptor >= m_watches.size() || type >= Types || m_watches[descriptor].notifiers[type] != notifier)
        return;
    Watch &watch = m_watches[descriptor];
    watch.notifiers[type] = nullptr;
    if (type == QSocketNotifier::Write)
        watch.onTrial = false;
    if (watch.isEmpty())
        release(int(descriptor), watch);
    else
        markDirty(int(descriptor), watch);
}

/// Whether firing a write notifier unasked is harmless: the descriptor does not block, and it is read from too. The latter
/// leaves out sockets that still connect, where writable means connected.
bool WatchTable::mayTry(int descriptor, Watch &watch) const
{
    if (!watch.notifiers[QSocketNotifier::Read] || watch.kernel & EPOLLOUT || watch.alwaysReady)
        return false;
    if (watch.blocking == Blocking::Unknown) {
        const int flags = fcntl(descriptor, F_GETFL);
        watch.blocking = flags >= 0 && flags & O_NONBLOCK ? Blocking::No : Blocking::Yes;
    }
    return watch.blocking == Blocking::No;
}

/// At once, not before the next wait: the descriptor is about to be closed, and if a copy of it lives on elsewhere
/// epoll would report it for ever.
void WatchTable::release(int descriptor, Watch &watch)
{
    if (watch.kernel != 0)
        control(EPOLL_CTL_DEL, descriptor, 0);      // ENOENT or EBADF: closed before its notifier went
    watch.kernel = 0;
    watch.emptied = m_batch;
    watch.blocking = Blocking::Unknown;
    watch.suspect = false;
    watch.alwaysReady = false;
}

void WatchTable::markDirty(int descriptor, Watch &watch)
{
    if (!watch.dirty)
        m_dirty.push_back(descriptor);
    watch.dirty = true;
}

// The kernel's view

int WatchTable::synchronize(int timeout)
{
    if (m_rebuild)
        rebuild();
    std::size_t kept = 0;
    for (std::size_t i = 0; i < m_dirty.size(); ++i) {      // by index: disabling a notifier may append
        const int descriptor = m_dirty[i];
        m_watches[std::size_t(descriptor)].dirty = false;
        if (!apply(descriptor)) {
            m_watches[std::size_t(descriptor)].dirty = true;
            m_dirty[kept++] = descriptor;
        }
    }
    m_dirty.resize(kept);
    if (!m_alwaysReady.empty())
        return 0;
    if (m_dirty.empty())
        return timeout;
    return timeout < 0 ? RetryAfter : std::min(timeout, RetryAfter);
}

int WatchTable::wait(int timeout)
{
    ++m_calls.waits;
    const int count = epoll_wait(m_epoll, m_events.data(), BatchSize, timeout);
    if (count < 0 && errno != EINTR)
        qCCritical(lcLoop, "epoll_wait: %s", strerror(errno));
    return count;
}

WatchTable::Event WatchTable::event(int index)
{
    const epoll_event &event = m_events[std::size_t(index)];
    if (event.data.u64 == WakeUpKey)
        return {-1, 0};
    const int descriptor = int(event.data.u64 & 0xffffffffu);
    const Watch &watch = m_watches[std::size_t(descriptor)];
    if (!watch.isEmpty() && watch.generation == quint32(event.data.u64 >> 32))
        return {descriptor, event.events};
    if (watch.emptied != m_batch)
        m_rebuild = true;   // not a notifier that went inside this batch: the kernel holds what we can't name any more
    return {-1, 0};
}

int WatchTable::takeTrial()
{
    const int descriptor = m_trials.front();
    m_trials.pop_front();
    m_watches[std::size_t(descriptor)].trialQueued = false;
    return descriptor;
}

void WatchTable::endTrial(int descriptor)
{
    Watch &watch = m_watches[std::size_t(descriptor)];
    watch.onTrial = false;
    markDirty(descriptor, watch);
}

void WatchTable::forgetAlwaysReady()
{
    std::erase_if(m_alwaysReady, [this](int descriptor) { return !m_watches[std::size_t(descriptor)].alwaysReady; });
}

/// False when it should be tried again.
bool WatchTable::apply(int descriptor)
{
    Watch &watch = m_watches[std::size_t(descriptor)];
    const quint32 wanted = watch.wanted();
    if (watch.alwaysReady || (wanted == watch.kernel && !watch.suspect))
        return true;
    watch.suspect = false;
    int error = control(wanted == 0 ? EPOLL_CTL_DEL : watch.kernel == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, wanted);
    if (error == EEXIST)
        error = control(EPOLL_CTL_MOD, descriptor, wanted);
    else if (error == ENOENT && wanted != 0)    // closed, and the number taken by another file
        error = control(EPOLL_CTL_ADD, descriptor, wanted);
    if (error == 0 || wanted == 0) {
        watch.kernel = wanted;
        return true;
    }
    watch.kernel = 0;
    return settle(descriptor, error);
}

/// What to do about a registration that the kernel refused. False when it should be tried again.
bool WatchTable::settle(int descriptor, int error)
{
    if (error == EPERM) {
        forgetAlwaysReady();    // of an earlier user of this number
        m_watches[std::size_t(descriptor)].alwaysReady = true;
        m_alwaysReady.push_back(descriptor);
    } else if (error == EBADF) {
        disableAll(descriptor);
    } else {
        qCWarning(lcLoop, "epoll_ctl for descriptor %d: %s", descriptor, strerror(error));
        return false;
    }
    return true;
}

/// 0, or the errno.
int WatchTable::control(int operation, int descriptor, quint32 events)
{
    epoll_event event{};
    event.events = events;
    event.data.u64 = key(descriptor, m_watches[std::size_t(descriptor)].generation);
    ++m_calls.controls;
    return epoll_ctl(m_epoll, operation, descriptor, &event) == 0 ? 0 : errno;
}

void WatchTable::disableAll(int descriptor)
{
    qCWarning(lcLoop, "descriptor %d is closed; its socket notifiers are disabled", descriptor);
    for (std::size_t type = 0; type < Types; ++type) {
        if (QSocketNotifier *notifier = m_watches[std::size_t(descriptor)].notifiers[type])
            notifier->setEnabled(false);
    }
}

/// Starts over with a new epoll descriptor. A file that was closed before its notifier went, while a copy of it lives on
/// (dup, a child process), stays in the old one, and no call can take it out.
void WatchTable::rebuild()
{
    m_rebuild = false;
    const int fresh = epoll_create1(EPOLL_CLOEXEC);
    if (fresh < 0)
        return;
    if (m_epoll >= 0) {
        close(m_epoll);
        ++m_calls.rebuilds;
    }
    m_epoll = fresh;
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;       // an edge for each write: the counter need not be read
    event.data.u64 = WakeUpKey;
    epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_wakeUp, &event);
    for (std::size_t i = 0; i < m_watches.size(); ++i) {
        if (m_watches[i].kernel == 0)
            continue;
        m_watches[i].kernel = 0;
        markDirty(int(i), m_watches[i]);
    }
}

} // namespace trunkline

#endif // Q_OS_LINUX
