// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/Hub.h"

#include "hub/HubCluster.h"
#include "hub/HubKeeper.h"

namespace trunkline {

namespace {

/// A hub without a journal remembers no exchange either.
ExchangeLog::Limits exchangeLimits(const Settings &settings)
{
    if (settings.journalEntries == 0 || settings.journalBytes == 0)
        return {0, 0, 0};
    ExchangeLog::Limits limits;
    limits.bytes = settings.journalBytes;
    return limits;
}

} // namespace

Hub::Hub(const Settings &settings, const Clock &clock, TimerWheel &wheel)
    : m_settings(settings), m_clock(clock), m_wheel(wheel), m_started(clock.now()),
      m_correlations(clock, settings.sseResponseTimeout, std::size_t(settings.maxOpenCorrelations)),
      m_mentions(settings.publicAccounts, settings.publicAccountsDefaults),
      m_journal(clock, settings.journalEntries, settings.journalBytes),
      m_exchanges(clock, exchangeLimits(settings)), m_refusals(clock, m_metrics), m_reader(settings.maxJsonDepth), m_expiry(makeExpiryTimer()),
      m_acks(std::size_t(settings.maxOpenCorrelations)), m_later(makeLaterTimer())
{
    if (settings.historySize > 0 || settings.offlineQueue > 0)
        makeLog();
}

Hub::~Hub()
{
    m_cluster.reset();      // it refers to all the rest
}

SessionId Hub::opened(const UserId &user, ClientEndpoint &endpoint, const QByteArray &remote)
{
    if (m_stopping) {
        endpoint.close(CloseCode::GoingAway, "Server shutting down");
        return {};
    }
    JournalRecord record{.leg = Leg::Client, .kind = EntryKind::Connect, .user = user, .text = remote};
    const bool second = m_settings.duplicatePolicy != DuplicatePolicy::Allow && m_sessions.isConnected(user);
    if (second) {
        ++m_metrics.sessionsRejected;
        if (m_settings.duplicatePolicy == DuplicatePolicy::Reject) {
            record.status = EntryStatus::Duplicate;
            note(record);
            endpoint.close(CloseCode::PolicyViolated, "User already connected");
            return {};
        }
    }
    if (m_cluster && m_cluster->isRefused(user)) {
        ++m_metrics.sessionsRejected;
        record.status = EntryStatus::Duplicate;
        note(record);
        endpoint.close(CloseCode::PolicyViolated, "User already connected");
        return {};
    }
    const int most = m_settings.maxSessionsPerUser;
    if (most > 0 && m_sessions.sessionsOf(user).size() >= most && m_settings.duplicatePolicy == DuplicatePolicy::Allow) {
        ++m_metrics.sessionsRejected;
        record.status = EntryStatus::Duplicate;
        note(record);
        const QByteArray reason = "More sessions than MAX_SESSIONS_PER_USER=" + QByteArray::number(most) + " allows";
        m_refusals.note(remote, int(CloseCode::PolicyViolated), reason);
        endpoint.close(CloseCode::PolicyViolated, reason);
        return {};
    }
    const bool watches = endpoint.wishes().presence;
    if (watches && !canWatchPresence()) {
        record.status = EntryStatus::Refused;
        note(record);
        endpoint.close(CloseCode::TryAgainLater, "Too many watch presence");
        return {};
    }
    const SessionRegistry::SessionIds old = second ? m_sessions.sessionsOf(user) : SessionRegistry::SessionIds{};
    // The new session is registered first, so that open requests to this user live on.
    const SessionId id = nextSessionId();
    if (!m_presenceWatchers.empty() && !m_cluster && !m_sessions.isConnected(user))
        notePresence(user, true);
    m_sessions.add(id, user, endpoint, remote, m_clock.now());
    ++m_metrics.sessionsAccepted;
    record.session = id;
    note(record);
    for (const SessionId session : old)
        replace(session);
    welcome(id, endpoint);
    if (watches)
        watchPresence(id);
    if (m_cluster)
        m_cluster->came(user);
    return id;
}

void Hub::replace(SessionId id)
{
    Session *session = m_sessions.find(id);
    if (!session)
        return;
    note({.leg = Leg::Client, .kind = EntryKind::Disconnect, .status = EntryStatus::Duplicate, .session = id, .user = session->user});
    ClientEndpoint *endpoint = session->endpoint;
    m_sessions.remove(id);
    std::erase(m_presenceWatchers, id);
    noteWatchers();
    endpoint->close(CloseCode::Replaced, "Replaced by a newer connection");
}

void Hub::closed(SessionId session)
{
    const Session *leaving = m_sessions.find(session);
    if (!leaving)
        return;
    const UserId user = leaving->user;
    note({.leg = Leg::Client, .kind = EntryKind::Disconnect, .session = session, .user = user,
          .text = leaving->endpoint->closeText()});
    if (!m_presenceWatchers.empty()) {
        std::erase(m_presenceWatchers, session);
        noteWatchers();
    }
    if (!m_sessions.remove(session))
        return;
    if (!m_presenceWatchers.empty() && !m_cluster)
        notePresence(user, false);
    if (m_room.isWaitedFor(user)) {
        m_usersLeft.push_back(user);
        armLater();
    }
    // Those that went by the backplane end when it says that the user is gone from every hub.
    const auto askedEverywhere = [this](StreamId stream) { return m_cluster && m_cluster->isAsked(stream); };
    for (const OpenRequest &request : m_correlations.takeTarget(user, askedEverywhere)) {
        ++m_metrics.requestsDisconnected;
        finish(request, "User disconnected", EntryStatus::Disconnected);
    }
    if (m_log)
        m_log->release(user);
    if (m_cluster)
        m_cluster->left(user);
}

UserId Hub::targetOf(const Message &message) const
{
    if (auto account = m_mentions.mentioned(message.text))
        return *std::move(account);
    return message.user;
}

bool Hub::deliverTo(Session &session, const OutboundMessage &message, EntryKind kind, QByteArrayView correlationKey,
                    EntryStatus status)
{
    const SessionId id = session.id;
    const UserId user = session.user;       // the session may be closed from within deliver()
    JournalRecord record{.leg = Leg::Client, .direction = Direction::Out, .kind = kind, .status = status, .session = id,
                         .user = user, .correlation = correlationKey, .text = message.payload(), .request = message.requestId()};
    ++session.messagesOut;
    if (session.endpoint->deliver(message)) {
        ++m_metrics.messagesDelivered;
        note(record);
        return true;
    }
    ++m_metrics.messagesOverflowed;
    record.status = EntryStatus::Overflow;
    // A write that found its socket broken may have come back to close the session.
    if (Session *still = m_sessions.find(id))
        --still->messagesOut;
    note(record);
    return false;
}

int Hub::fanOut(const SessionRegistry::OfUser &target, const OutboundMessage &message, EntryKind kind,
                QByteArrayView correlationKey)
{
    if (target.ids.size() == 1)
        return deliverTo(*target.first, message, kind, correlationKey) ? 1 : 0;
    int taken = 0;
    const SessionRegistry::SessionIds ids = target.ids;
    for (const SessionId id : ids) {
        if (Session *session = m_sessions.find(id))
            taken += deliverTo(*session, message, kind, correlationKey);
    }
    return taken;
}

Hub::Delivery Hub::timedPush(const Message &message)
{
    const Clock::Instant start = m_clock.now();
    const Delivery delivery = untimedPush(message);
    m_pushTimes.add(m_clock.now() - start);
    return delivery;
}

Hub::Delivery Hub::untimedPush(const Message &message)
{
    ++m_metrics.pushes;
    if (message.isForAll()) [[unlikely]]
        return pushToAll(message);
    const UserId target = targetOf(message);
    if (isNumbered(target))
        return pushNumbered(message, target);
    Delivery delivery;
    if (const SessionRegistry::OfUser *sessions = m_sessions.of(target)) {
        if (message.correlation) {
            if (m_recording)
                notePosted(message, EntryKind::Push, message.correlation->key);
            delivery.sessions = fanOut(*sessions, OutboundMessage(message, message.correlation->json), EntryKind::Push,
                                       message.correlation->key);
        } else {
            const FreshCorrelation fresh;
            if (m_recording)
                notePosted(message, EntryKind::Push, fresh.key());
            delivery.sessions = fanOut(*sessions, OutboundMessage(message, fresh.json()), EntryKind::Push, fresh.key());
        }
    } else if (m_recording) {
        notePosted(message, EntryKind::Push, message.correlation ? QByteArrayView(message.correlation->key) : QByteArrayView());
    }
    if (!delivery.delivered()) {
        ++m_metrics.pushesNotConnected;
        note({.leg = Leg::Upstream, .kind = EntryKind::Push, .status = EntryStatus::NotConnected, .user = target,
              .request = message.requestId});
    }
    return delivery;
}

void Hub::shutdown()
{
    m_stopping = true;
    for (const OpenRequest &request : m_correlations.takeAll())
        finish(request, "Server shutting down", EntryStatus::Shutdown);
    for (const SessionId id : m_sessions.all()) {
        if (Session *session = m_sessions.find(id)) {
            ClientEndpoint *endpoint = session->endpoint;
            const UserId user = session->user;
            m_sessions.remove(id);
            endpoint->close(CloseCode::GoingAway, "Server shutting down");
            if (m_cluster && !m_sessions.isConnected(user))
                m_cluster->left(user);
        }
    }
}

} // namespace trunkline
