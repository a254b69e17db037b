// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/MessageLog.h"

#include "hub/core/Message.h"

#include <algorithm>

namespace trunkline {

namespace {

/// Numbers a millisecond of civil time: more messages than that do not come for one user, and all fit a JavaScript number.
constexpr quint64 kNumbersPerMillisecond = 1000;
/// What a message costs besides its bytes: the object, two places in lists, allocations.
constexpr qint64 kMessageOverhead = 200;

/// How many of the messages at the front have a sequence of at most `sequence`.
qsizetype countThrough(const QList<KeptMessagePtr> &list, quint64 sequence)
{
    return std::upper_bound(list.begin(), list.end(), sequence,
                            [](quint64 wanted, const KeptMessagePtr &message) { return wanted < message->sequence; })
        - list.begin();
}

bool holds(const QList<KeptMessagePtr> &list, quint64 sequence)
{
    const qsizetype place = countThrough(list, sequence);
    return place > 0 && list[place - 1]->sequence == sequence;
}

/// How many at the front are older than `ttl`.
qsizetype countExpired(const QList<KeptMessagePtr> &list, std::chrono::milliseconds now, std::chrono::milliseconds ttl)
{
    if (ttl.count() == 0)
        return 0;
    return std::find_if(list.begin(), list.end(), [=](const KeptMessagePtr &message) { return now - message->at < ttl; }) - list.begin();
}

/// `log` is the user whose list got a message last.
void touch(std::list<UserLog *> &order, std::list<UserLog *>::iterator &place, UserLog &log, bool isNew)
{
    if (isNew)
        place = order.insert(order.end(), &log);
    else
        order.splice(order.end(), order, place);
}

} // namespace

MessageLog::MessageLog(const Clock &clock, const Limits &limits, Observer &observer)
    : m_clock(clock), m_limits(limits), m_observer(observer)
{
}

MessageLog::~MessageLog() = default;

qint64 MessageLog::costOf(const KeptMessage &message)
{
    return kMessageOverhead + message.frame.size() + message.eventName.size() + message.correlation.size();
}

quint64 MessageLog::firstNumber() const
{
    return std::max(quint64(std::max<qint64>(0, m_clock.wall().count())) * kNumbersPerMillisecond, m_released);
}

void MessageLog::attach(MessageStore &store, std::vector<StoredUser> users)
{
    // By the age of their newest message, as the orders of those lists want it.
    std::sort(users.begin(), users.end(), [](const StoredUser &a, const StoredUser &b) {
        const auto newest = [](const StoredUser &user) { return user.items.empty() ? std::chrono::milliseconds{} : user.items.back().message->at; };
        return newest(a) < newest(b);
    });
    for (const StoredUser &stored : users) {
        UserLog &log = at(stored.user);
        // Clients may have seen numbers that were not written any more: those are not used again.
        log.last = std::max(log.last, stored.last);
        adopt(stored);
    }
    m_store = &store;
    for (const StoredUser &stored : users) {
        if (UserLog *log = find(stored.user)) {
            trim(*log);
            noteStanding(*log);
        }
    }
    makeRoom();
    for (const StoredUser &stored : users)
        release(stored.user);
}

void MessageLog::adopt(const StoredUser &stored)
{
    UserLog &log = at(stored.user);
    log.lostThrough = stored.lostThrough;
    for (const StoredUser::Item &item : stored.items) {
        log.last = std::max(log.last, item.message->sequence);
        if (item.inHistory && m_limits.history > 0)
            addToHistory(log, item.message);
        if (item.inQueue)
            addToQueue(log, item.message);
    }
    // Without a history the store does not hear of what is delivered at once: all but what waits may be lost.
    if (m_limits.history == 0)
        log.lostThrough = log.queue.isEmpty() ? log.last : log.queue.first()->sequence - 1;
}

void MessageLog::load(const StoredUser &user)
{
    unload(user.user);
    if (user.last == 0 && user.items.empty())
        return;
    MessageStore *store = std::exchange(m_store, nullptr);
    UserLog &log = at(user.user);
    // The numbers are not this hub's: it takes them as they are.
    log.last = user.last;
    adopt(user);
    m_store = store;
    trim(log);
}

void MessageLog::unload(const UserId &user)
{
    UserLog *log = find(user);
    if (!log)
        return;
    MessageStore *store = std::exchange(m_store, nullptr);
    dropHistory(*log, log->history.size());
    dropQueue(*log, log->queue.size());
    if (log->isIdle)
        m_idle.erase(log->idlePlace);
    m_users.erase(user);
    m_store = store;
}

UserLog &MessageLog::at(const UserId &user)
{
    const auto [it, fresh] = m_users.try_emplace(user);
    if (fresh) {
        it->second.user = user;
        it->second.last = it->second.lostThrough = firstNumber();
    } else if (it->second.isIdle) {
        it->second.isIdle = false;
        m_idle.erase(it->second.idlePlace);
    }
    return it->second;
}

UserLog *MessageLog::find(const UserId &user)
{
    const auto it = m_users.find(user);
    return it == m_users.end() ? nullptr : &it->second;
}

const UserLog *MessageLog::find(const UserId &user) const
{
    const auto it = m_users.find(user);
    return it == m_users.end() ? nullptr : &it->second;
}

bool MessageLog::hasRoomInQueue(const UserLog &log, qint64 cost) const
{
    return log.queue.size() < m_limits.queue && m_queue.bytes + cost <= m_limits.queueBytes;
}

KeptMessagePtr MessageLog::made(const OutboundMessage &message, QByteArrayView correlation) const
{
    return std::make_shared<const KeptMessage>(KeptMessage{message.sequence(), m_clock.wall(), message.frame(),
                                                           message.payloadOffset(), message.eventName(), correlation.toByteArray()});
}

MessageLog::Kept MessageLog::keep(UserLog &log, const OutboundMessage &message, QByteArrayView correlation, Waits waits)
{
    trim(log);
    const KeptMessagePtr kept = made(message, correlation);
    const qint64 cost = costOf(*kept);
    const Kept done{m_limits.history > 0 && cost <= m_limits.historyBytes, waits == Waits::Yes && hasRoomInQueue(log, cost)};
    if (m_store && done.any())
        m_store->keep(log.user, kept, done.inHistory, done.inQueue);
    if (done.inQueue)
        addToQueue(log, kept);
    if (done.inHistory)
        addToHistory(log, kept);
    if (!done.any())
        log.lostThrough = kept->sequence;
    if (done.inHistory) {
        if (log.history.size() > m_limits.history)
            dropHistory(log, log.history.size() - m_limits.history);
        makeRoom();
    }
    if (m_store && (done.any() || m_limits.history > 0))
        noteStanding(log);
    return done;
}

bool MessageLog::makeWait(UserLog &log, const OutboundMessage &message, QByteArrayView correlation)
{
    trim(log);
    const KeptMessagePtr kept = made(message, correlation);
    if (!hasRoomInQueue(log, costOf(*kept)))
        return false;
    if (m_store)
        m_store->keep(log.user, kept, holds(log.history, kept->sequence), true);
    addToQueue(log, kept);
    if (m_store)
        noteStanding(log);
    return true;
}

void MessageLog::addToHistory(UserLog &log, const KeptMessagePtr &message)
{
    touch(m_withHistory, log.historyPlace, log, log.history.isEmpty());
    log.history.insert(countThrough(log.history, message->sequence), message);
    ++m_history.messages;
    m_history.bytes += costOf(*message);
}

void MessageLog::addToQueue(UserLog &log, const KeptMessagePtr &message)
{
    touch(m_withQueue, log.queuePlace, log, log.queue.isEmpty());
    log.queue.insert(countThrough(log.queue, message->sequence), message);      // the end, but for one that came back
    ++m_queue.messages;
    m_queue.bytes += costOf(*message);
}

void MessageLog::dropHistory(UserLog &log, qsizetype count)
{
    if (count <= 0)
        return;
    const quint64 through = log.history[count - 1]->sequence;
    for (qsizetype i = 0; i < count; ++i) {
        const KeptMessagePtr message = log.history.takeFirst();
        --m_history.messages;
        m_history.bytes -= costOf(*message);
        if (!holds(log.queue, message->sequence))
            log.lostThrough = std::max(log.lostThrough, message->sequence);
    }
    if (log.history.isEmpty()) {
        m_withHistory.erase(log.historyPlace);
        log.history = {};
    }
    if (m_store)
        m_store->removeFromHistory(log.user, through);
}

void MessageLog::dropQueue(UserLog &log, qsizetype count)
{
    if (count <= 0)
        return;
    const quint64 through = log.queue[count - 1]->sequence;
    for (qsizetype i = 0; i < count; ++i) {
        const KeptMessagePtr message = log.queue.takeFirst();
        --m_queue.messages;
        m_queue.bytes -= costOf(*message);
        if (!holds(log.history, message->sequence))
            log.lostThrough = std::max(log.lostThrough, message->sequence);
    }
    if (log.queue.isEmpty()) {
        m_withQueue.erase(log.queuePlace);
        log.queue = {};
    }
    if (m_store)
        m_store->removeFromQueue(log.user, through);
}

/// Drops what is too old, and what is too much since the limits were changed.
void MessageLog::trim(UserLog &log)
{
    const std::chrono::milliseconds now = m_clock.wall();
    dropHistory(log, std::max(countExpired(log.history, now, m_limits.historyTtl), log.history.size() - m_limits.history));
    const qsizetype old = countExpired(log.queue, now, m_limits.queueTtl);
    for (qsizetype i = 0; i < old; ++i)
        m_observer.expired(log.user, *log.queue[i]);
    dropQueue(log, old);
}

/// The user who got nothing for the longest time loses history first.
void MessageLog::makeRoom()
{
    while (m_history.bytes > m_limits.historyBytes && !m_withHistory.empty()) {
        UserLog &log = *m_withHistory.front();
        dropHistory(log, 1);
        if (log.history.isEmpty() && log.queue.isEmpty())
            release(UserId(log.user));
    }
}

KeptMessagePtr MessageLog::after(UserLog &log, quint64 sequence, From from)
{
    trim(log);
    const auto first = [sequence](const QList<KeptMessagePtr> &list) {
        const qsizetype place = countThrough(list, sequence);
        return place < list.size() ? list[place] : KeptMessagePtr();
    };
    KeptMessagePtr queued = first(log.queue);
    if (from == From::QueueOnly)
        return queued;
    KeptMessagePtr past = first(log.history);
    if (!past || !queued)
        return past ? past : queued;
    return past->sequence <= queued->sequence ? past : queued;
}

void MessageLog::confirm(UserLog &log, quint64 through)
{
    const qsizetype count = countThrough(log.queue, through);
    if (count == 0)
        return;
    dropQueue(log, count);
    if (m_store)
        noteStanding(log);
}

void MessageLog::sweep()
{
    const std::chrono::milliseconds now = m_clock.wall();
    std::vector<UserId> emptied;
    const auto clear = [&](std::list<UserLog *> &order, QList<KeptMessagePtr> UserLog::*list, std::chrono::milliseconds ttl) {
        // The newest message of each later user is younger.
        while (ttl.count() > 0 && !order.empty() && now - (order.front()->*list).last()->at >= ttl) {
            UserLog &log = *order.front();
            trim(log);
            emptied.push_back(log.user);
        }
    };
    clear(m_withHistory, &UserLog::history, m_limits.historyTtl);
    clear(m_withQueue, &UserLog::queue, m_limits.queueTtl);
    for (const UserId &user : emptied)
        release(user);
}

void MessageLog::release(const UserId &user)
{
    UserLog *log = find(user);
    if (!log || log->isIdle || !log->history.isEmpty() || !log->queue.isEmpty() || m_observer.isConnected(user))
        return;
    log->isIdle = true;
    log->idlePlace = m_idle.insert(m_idle.end(), log);
    if (m_idle.size() > kMaxIdleUsers)
        forgetIdle();
}

void MessageLog::forgetIdle()
{
    const UserLog *log = m_idle.front();
    m_idle.pop_front();
    m_released = std::max(m_released, log->last);
    if (m_store)
        m_store->forget(log->user);
    m_users.erase(UserId(log->user));
}

void MessageLog::noteStanding(const UserLog &log) { m_store->note(log.user, log.last, log.lostThrough); }

} // namespace trunkline
