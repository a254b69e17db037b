// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers of messages, history and resume, the offline queue.
#include "hub/HubKeeper.h"

#include <algorithm>
#include <utility>

namespace trunkline {

namespace {

/// What a client that catches up may have unsent before the rest waits.
constexpr qint64 kCatchUpBytes = 256 * 1024;
constexpr std::chrono::milliseconds kSlowestSweep{30'000};
constexpr std::chrono::milliseconds kFastestSweep{100};

MessageLog::Limits logLimits(const Settings &settings)
{
    return {settings.historySize, settings.historyTtl, settings.historyBytes,
            settings.offlineQueue, settings.offlineTtl, settings.offlineBytes};
}

/// How often to look for what is too old; 0: nothing ever is.
std::chrono::milliseconds sweepInterval(const MessageLog::Limits &limits)
{
    std::chrono::milliseconds least{};
    for (const auto &[count, ttl] : {std::pair(limits.history, limits.historyTtl), std::pair(limits.queue, limits.queueTtl)}) {
        if (count > 0 && ttl.count() > 0)
            least = least.count() == 0 ? ttl : std::min(least, ttl);
    }
    return least.count() == 0 ? least : std::clamp(least / 4, kFastestSweep, kSlowestSweep);
}

} // namespace

void Hub::Keeper::expired(const UserId &user, const KeptMessage &message)
{
    ++m_hub.m_metrics.messagesExpired;
    m_hub.note({.leg = Leg::Upstream, .kind = EntryKind::Push, .status = EntryStatus::Expired, .user = user,
                .correlation = message.correlation, .text = message.payload()});
}

void Hub::Keeper::expired()
{
    m_hub.m_log->sweep();
    m_hub.armKeeper();
}

void Hub::makeLog()
{
    m_keeper = std::make_unique<Keeper>(*this);
    m_log = std::make_unique<MessageLog>(m_clock, logLimits(m_settings), *m_keeper);
}

void Hub::attachStore(MessageStore &store, std::vector<StoredUser> users)
{
    if (!m_log)
        makeLog();
    m_store = &store;
    m_log->attach(store, std::move(users));
    armKeeper();
}

void Hub::whenStored(MessageStore::Ticket ticket, std::function<void(bool)> callback)
{
    m_store->whenWritten(ticket, [this, callback = std::move(callback)](bool written) {
        m_metrics.storeErrors += written ? 0 : 1;
        callback(written);
    });
}

void Hub::armKeeper()
{
    const auto interval = sweepInterval(m_log->limits());
    if (interval.count() > 0 && !m_keeper->isArmed() && m_log->history().messages + m_log->queue().messages > 0)
        m_wheel.arm(*m_keeper, interval);
}

Hub::Delivery Hub::pushNumbered(const Message &message, const UserId &target)
{
    const CorrelationId correlation = message.correlation ? *message.correlation : makeCorrelationId();
    OutboundMessage outbound(message, correlation.json);
    outbound.setEventName(eventNameOf(message));
    if (m_recording)
        notePosted(message, EntryKind::Push, correlation.key);
    const Delivery delivery = deliverNumbered(target, outbound, EntryKind::Push, correlation.key);
    if (delivery.delivered())
        return delivery;
    ++(delivery.queued ? m_metrics.messagesQueued : m_metrics.pushesNotConnected);
    note({.leg = Leg::Upstream, .kind = EntryKind::Push, .status = delivery.queued ? EntryStatus::Queued : EntryStatus::NotConnected,
          .user = target, .correlation = correlation.key, .text = outbound.payload(), .request = outbound.requestId()});
    return delivery;
}

/// Those that still catch up get the message from the log, behind what they miss.
Hub::Delivery Hub::deliverNumbered(const UserId &target, OutboundMessage &message, EntryKind kind, QByteArrayView correlationKey)
{
    int live = 0;
    int behind = 0;
    int behindInHistory = 0;
    for (const SessionId id : m_sessions.sessionsOf(target)) {
        const Session *session = m_sessions.find(id);
        live += session && !session->catchUp;
        behind += session && session->catchUp;
        behindInHistory += session && session->catchUp && session->catchUp->numbered;
    }
    UserLog &log = m_log->at(target);
    if (message.sequence() != 0)
        log.last = std::max(log.last, message.sequence());      // the backplane has numbered it
    else
        message.setSequence(MessageLog::next(log));
    const bool waits = (live == 0 && kind == EntryKind::Push) || behind > 0;
    // Kept before it is delivered: what is delivered may cause further messages.
    const MessageLog::Kept kept = m_log->keep(log, message, correlationKey, waits ? MessageLog::Waits::Yes : MessageLog::Waits::No);
    bool inQueue = kept.inQueue;
    Delivery delivery{.sequence = message.sequence()};
    delivery.sessions = inQueue ? behind : kept.inHistory ? behindInHistory : 0;
    if (live > 0) {
        const int taken = deliverLive(target, message, kind, correlationKey);
        delivery.sessions += taken;
        if (taken == 0 && delivery.sessions == 0 && kind == EntryKind::Push)
            inQueue = m_log->makeWait(m_log->at(target), message, correlationKey);
    }
    delivery.queued = inQueue && delivery.sessions == 0;
    m_metrics.queueRefusals += m_log->limits().queue > 0 && delivery.sessions == 0 && !inQueue;
    if (m_store && (kept.any() || inQueue))
        delivery.ticket = m_store->lastTicket();
    if (live + behind == 0)
        m_log->release(target);
    armKeeper();
    return delivery;
}

int Hub::deliverLive(const UserId &target, const OutboundMessage &message, EntryKind kind, QByteArrayView correlationKey)
{
    int taken = 0;
    for (const SessionId id : m_sessions.sessionsOf(target)) {
        if (Session *session = m_sessions.find(id); session && !session->catchUp)
            taken += deliverTo(*session, message, kind, correlationKey);
    }
    return taken;
}

/// A new session gets what waits for it, or what it missed, before anything else.
void Hub::welcome(SessionId id, ClientEndpoint &endpoint)
{
    const ClientWishes wishes = endpoint.wishes();
    const bool wantsNumbers = wishes.numbers();
    if (!m_log && wantsNumbers)
        makeLog();
    Session *session = m_sessions.find(id);
    if (!m_log || !session)
        return;
    session->eventStream = wishes.eventStream;
    UserLog *log = wantsNumbers ? &m_log->at(session->user) : m_log->find(session->user);
    if (!log)
        return;
    if (wishes.after)
        return resume(*session, *log, *wishes.after);
    const KeptMessagePtr first = m_log->after(*log, 0, MessageLog::From::QueueOnly);
    const quint64 start = first ? first->sequence - 1 : log->last;
    if (first)
        session->catchUp = std::make_unique<CatchUp>(CatchUp{start, wantsNumbers});
    if (first && wantsNumbers)
        session->replayedThrough = log->last;
    endpoint.greet(start);
    catchUp(id);
}

void Hub::resume(Session &session, UserLog &log, quint64 after)
{
    const SessionId id = session.id;
    const KeptMessagePtr oldest = m_log->after(log, 0, MessageLog::From::Everything);
    const quint64 next = oldest ? oldest->sequence : log.last + 1;
    const bool isKnown = after <= log.last;
    session.catchUp = std::make_unique<CatchUp>(CatchUp{after == 0 ? next - 1 : isKnown ? after : 0, true});
    session.replayedThrough = log.last;
    session.endpoint->greet(0);
    if (isKnown || tellGap(session, std::exchange(session.catchUp->cursor, next - 1), next, "unknown"))
        catchUp(id);
}

void Hub::catchUp(SessionId id)
{
    const qint64 enough = std::min(kCatchUpBytes, m_settings.sendQueueBytes / 2);
    while (Session *session = m_sessions.find(id)) {
        UserLog *log = session->catchUp ? m_log->find(session->user) : nullptr;
        if (!log)
            return session->catchUp.reset();
        CatchUp &progress = *session->catchUp;
        const auto from = progress.numbered ? MessageLog::From::Everything : MessageLog::From::QueueOnly;
        const KeptMessagePtr next = m_log->after(*log, progress.cursor, from);
        const quint64 number = next ? next->sequence : log->last + 1;
        if (progress.numbered && number > progress.cursor + 1 && log->lostThrough > progress.cursor) {
            if (!tellGap(*session, std::exchange(progress.cursor, number - 1), number, "expired"))
                return;
            continue;
        }
        if (!next) {
            const quint64 through = progress.cursor;
            session->catchUp.reset();
            return awaitReceipt(*session, through);
        }
        if (session->endpoint->queuedBytes() >= enough) {
            awaitReceipt(*session, progress.cursor);
            return session->endpoint->whenDrained([this, id] { catchUp(id); });
        }
        progress.cursor = next->sequence;
        const OutboundMessage message(next->frame, next->payloadOffset, next->sequence, next->eventName);
        if (!deliverTo(*session, message, EntryKind::Push, next->correlation, EntryStatus::Replayed))
            return;
        ++m_metrics.messagesReplayed;
    }
}

/// Says that messages behind the number `after` are not kept any more: the next one that the client gets is number `next`.
bool Hub::tellGap(Session &session, quint64 after, quint64 next, const char *reason)
{
    QByteArray json = R"({"type":"gap","user_id":)" + encodeJsonString(session.user) + R"(,"after":)";
    json.append(QByteArray::number(after)).append(R"(,"next":)").append(QByteArray::number(next));
    json.append(R"(,"reason":")").append(reason).append("\"}");
    ++m_metrics.gaps;
    return deliverTo(session, OutboundMessage::ofJson(json, next - 1, "gap"), EntryKind::Event, {}, EntryStatus::Gap);
}

void Hub::awaitReceipt(const Session &session, quint64 through)
{
    const UserLog *log = m_log->find(session.user);
    if (!log || log->queue.isEmpty())
        return;
    session.endpoint->whenReceived([this, user = session.user, through] { confirm(user, through); });
}

void Hub::confirm(const UserId &user, quint64 through)
{
    // Other sessions of the user that still catch up need the rest.
    for (const SessionId id : m_sessions.sessionsOf(user)) {
        if (const Session *session = m_sessions.find(id); session && session->catchUp)
            through = std::min(through, session->catchUp->cursor);
    }
    if (UserLog *log = m_log->find(user)) {
        m_log->confirm(*log, through);
        m_log->release(user);
    }
}

} // namespace trunkline
