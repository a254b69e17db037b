// SPDX-License-Identifier: GPL-3.0-or-later
// Several hubs behind one backplane: users who come and go, also by its loss and return.
#include "hub/HubCluster.h"

namespace trunkline {

bool Hub::Cluster::goesElsewhere(const UserId &user) const
{
    const bool here = m_hub.m_sessions.isConnected(user);
    if (!here)
        return true;
    if (!m_backplane.isUp())
        return false;
    // Numbers are made by the backplane; with several sessions a user, some may be elsewhere.
    return m_backplane.keepsMessages() || m_hub.m_settings.duplicatePolicy == DuplicatePolicy::Allow;
}

ReservationId Hub::Cluster::reserve(const UserId &user, std::function<void()> ready)
{
    const ReservationId reservation{++m_lastReservation};
    m_reservations.emplace(reservation.value, user);
    const auto [it, fresh] = m_held.try_emplace(user);
    Held &held = it->second;
    ++held.reservations;
    held.waiting.emplace(reservation.value, std::move(ready));
    // Who was refused before may be welcome now.
    if (fresh || held.refused)
        hold(user);
    else if (held.ready)
        m_backplane.later([this, user] { tellReady(user); });
    return reservation;
}

void Hub::Cluster::hold(const UserId &user)
{
    Held &held = m_held.at(user);
    held.refused = held.ready = false;
    m_backplane.hold(user, [this, user](Backplane::Hold found) { onHeld(user, std::move(found)); });
}

void Hub::Cluster::onHeld(const UserId &user, Backplane::Hold hold)
{
    const auto it = m_held.find(user);
    if (it == m_held.end())
        return;
    it->second.ready = true;
    it->second.refused = !hold.granted;
    if (hold.known && !m_hub.m_sessions.isConnected(user)) {
        it->second.known = true;
        m_hub.m_log->load(hold.kept);
    }
    tellReady(user);
    // Only a session that did not ask before it came.
    if (!hold.granted)
        taken(user, false);
}

void Hub::Cluster::tellReady(const UserId &user)
{
    const auto it = m_held.find(user);
    if (it == m_held.end())
        return;
    for (const auto &[reservation, ready] : std::exchange(it->second.waiting, {}))
        ready();
}

void Hub::Cluster::unreserve(ReservationId reservation)
{
    const auto it = m_reservations.find(reservation.value);
    if (it == m_reservations.end())
        return;
    const UserId user = it->second;
    m_reservations.erase(it);
    if (const auto held = m_held.find(user); held != m_held.end()) {
        --held->second.reservations;
        held->second.waiting.erase(reservation.value);
    }
    dropIfUnused(user);
}

bool Hub::Cluster::isRefused(const UserId &user) const
{
    const auto it = m_held.find(user);
    return it != m_held.end() && (it->second.refused || (!it->second.ready && it->second.reservations > 0));
}

void Hub::Cluster::came(const UserId &user)
{
    const auto it = m_held.find(user);
    if (it == m_held.end()) {
        // It did not ask first: a session of the hub's own, as a test makes it.
        m_held.emplace(user, Held{});
        return hold(user);
    }
    it->second.earlyBytes = 0;
    for (const QByteArray &bytes : std::exchange(it->second.early, {})) {
        if (const auto envelope = Envelope::decode(bytes))
            takeMessage(*envelope);
    }
}

void Hub::Cluster::left(const UserId &user)
{
    for (auto it = m_foreign.begin(); it != m_foreign.end();) {
        if (it->second.user != user) {
            ++it;
            continue;
        }
        m_hub.m_acks.forget(it->second.ack);
        if (Asked *own = isOwn(it->second) ? askedFor(it->first) : nullptr)
            own->here = false;
        if (it->second.request) {
            Envelope news;
            news.kind = Envelope::Kind::Left;
            news.user = user;
            news.key = it->first;
            news.ticket = it->second.ticket;
            m_backplane.tell(it->second.hub, news);
            m_hub.m_correlations.remember(it->first);
        }
        it = m_foreign.erase(it);
    }
    dropIfUnused(user);
}

void Hub::Cluster::dropIfUnused(const UserId &user)
{
    const auto it = m_held.find(user);
    if (it == m_held.end() || it->second.reservations > 0 || m_hub.m_sessions.isConnected(user))
        return;
    const std::vector<QByteArray> early = std::move(it->second.early);
    m_held.erase(it);
    m_backplane.drop(user);
    for (const QByteArray &bytes : early) {
        if (const auto envelope = Envelope::decode(bytes))
            takeMessage(*envelope);
    }
    if (m_backplane.keepsMessages())
        m_hub.m_log->unload(user);
}

void Hub::Cluster::taken(const UserId &user, bool byForce)
{
    for (const SessionId id : m_hub.m_sessions.sessionsOf(user)) {
        Session *session = m_hub.m_sessions.find(id);
        if (!session)
            continue;
        ClientEndpoint &endpoint = *session->endpoint;
        m_hub.closed(id);
        if (byForce)
            endpoint.close(CloseCode::Replaced, "Replaced by a newer connection");
        else
            endpoint.close(CloseCode::PolicyViolated, "User already connected");
    }
}

/// Nobody elsewhere can be asked, and nobody there can answer. Requests that users of this hub have got are its own from now on.
void Hub::Cluster::linkChanged(bool up)
{
    if (up)
        return;
    for (const auto &[stream, asked] : std::exchange(m_asked, {})) {
        m_backplane.forget(asked.ticket);
        if (asked.here)
            continue;
        if (const auto request = m_hub.m_correlations.settle(stream)) {
            ++m_hub.m_metrics.requestsUnavailable;
            m_hub.finish(*request, "Backplane unavailable", EntryStatus::Disconnected);
        }
    }
}

quint64 Hub::Cluster::knownThrough(const UserId &user) const
{
    const auto held = m_held.find(user);
    const UserLog *log = held != m_held.end() && held->second.known ? m_hub.m_log->find(user) : nullptr;
    return log ? log->last : 0;
}

/// What a user of this hub was sent while nothing came through.
void Hub::Cluster::missed(const UserId &user, StoredUser kept, quint64 after)
{
    if (!m_hub.m_sessions.isConnected(user) || kept.last == 0)
        return;         // gone, or it could not be read
    UserLog *log = m_hub.m_log->find(user);
    const auto held = m_held.find(user);
    // Who came meanwhile has no numbers yet, or some that this hub has made up.
    const bool known = log && held != m_held.end() && held->second.known;
    if (!known || kept.last < log->last) {
        if (held != m_held.end())
            held->second.known = true;
        return reload(user, std::move(kept), after);
    }
    log->lostThrough = std::max(log->lostThrough, kept.lostThrough);
    for (const StoredUser::Item &item : kept.items) {
        if (item.message->sequence <= log->last)
            continue;
        skipTo(user, item.message->sequence, kept.lostThrough);
        Envelope envelope;
        envelope.user = user;
        envelope.key = item.message->correlation;
        envelope.event = item.message->eventName;
        envelope.at = item.message->at.count();
        envelope.body = item.message->payload();
        envelope.sequence = item.message->sequence;
        deliver(envelope);
        log = m_hub.m_log->find(user);
        if (!log)
            return;
    }
    skipTo(user, kept.last + 1, kept.lostThrough);
    if (m_hub.m_store && m_hub.m_settings.offlineQueue > 0 && !kept.items.empty())
        m_hub.m_store->removeFromQueue(user, log->last);
    // What came by the channel since it was subscribed to again is among these.
    for (const SessionId id : m_hub.m_sessions.sessionsOf(user))
        m_hub.m_sessions.find(id)->replayedThrough = log->last;
}

/// The user's next message is number `next`. Whoever asked for numbers is told when some before it are lost, as one who comes back is;
/// who still catches up finds out by itself.
void Hub::Cluster::skipTo(const UserId &user, quint64 next, quint64 lostThrough)
{
    UserLog *log = m_hub.m_log->find(user);
    if (!log || next <= log->last + 1 || lostThrough <= log->last)
        return;
    const quint64 after = std::exchange(log->last, next - 1);
    for (const SessionId id : m_hub.m_sessions.sessionsOf(user)) {
        Session *session = m_hub.m_sessions.find(id);
        if (session && !session->catchUp && session->endpoint->wishes().numbers())
            m_hub.tellGap(*session, after, next, "expired");
    }
}

/// Takes numbers and messages of the backplane for those of this hub. What waits comes to those who are here.
void Hub::Cluster::reload(const UserId &user, StoredUser kept, quint64 after)
{
    for (const SessionId id : m_hub.m_sessions.sessionsOf(user)) {
        Session *session = m_hub.m_sessions.find(id);
        session->replayedThrough = kept.last;
        session->catchUp.reset();
    }
    kept.lostThrough = std::max(kept.lostThrough, after);
    m_hub.m_log->load(kept);
    for (const SessionId id : m_hub.m_sessions.sessionsOf(user)) {
        if (Session *session = m_hub.m_sessions.find(id)) {
            session->catchUp = std::make_unique<CatchUp>();
            m_hub.catchUp(id);
        }
    }
}

void Hub::Cluster::armExpiry(Clock::Duration after)
{
    if (!isArmed() || deadline() > m_hub.m_clock.now() + after)
        m_hub.m_wheel.arm(*this, after);
}

/// Requests of other hubs that nobody will answer any more: their hub has ended them, or has died.
void Hub::Cluster::expired()
{
    const Clock::Instant now = m_hub.m_clock.now();
    for (auto it = m_foreign.begin(); it != m_foreign.end();) {
        if (it->second.deadline > now) {
            ++it;
            continue;
        }
        m_hub.m_acks.forget(it->second.ack);
        if (!isOwn(it->second))
            m_hub.m_correlations.remember(it->first);
        it = m_foreign.erase(it);
    }
    if (!m_foreign.empty())
        armExpiry(std::chrono::seconds(1));
}

void Hub::attachBackplane(Backplane &backplane, MessageStore &store)
{
    m_cluster = std::make_unique<Cluster>(*this, backplane);
    if (!backplane.keepsMessages())
        return;
    if (!m_log)
        makeLog();
    m_store = &store;
    m_log->attach(store, {});
    m_numbersElsewhere = true;
}

BackplaneHost &Hub::backplaneHost() const { return *m_cluster; }

Backplane *Hub::backplane() const { return m_cluster ? &m_cluster->backplane() : nullptr; }

ReservationId Hub::reserve(const UserId &user, std::function<void()> ready)
{
    return m_cluster ? m_cluster->reserve(user, std::move(ready)) : ReservationId{};
}

void Hub::unreserve(ReservationId reservation)
{
    if (m_cluster)
        m_cluster->unreserve(reservation);
}

bool Hub::goesElsewhere(const UserId &target) const { return m_cluster && m_cluster->goesElsewhere(target); }

} // namespace trunkline
