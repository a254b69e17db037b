// SPDX-License-Identifier: GPL-3.0-or-later
// Several hubs behind one backplane: users who come and go, and what is sent to users elsewhere.
#include "hub/HubCluster.h"

namespace trunkline {

namespace {

/// A claim lasts longer than the request may be silent, so that its hub can give it back.
constexpr std::chrono::milliseconds kClaimMargin{5'000};

} // namespace

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
    if (hold.known && !m_hub.m_sessions.isConnected(user))
        m_hub.m_log->load(hold.kept);
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

quint64 Hub::Cluster::publish(const Message &message, const UserId &target, EntryKind kind, const CorrelationId &correlation,
                              const PostWishes &wishes, std::function<void(const PostOutcome &)> answer)
{
    const OutboundMessage outbound(message, correlation.json);
    const QByteArray event = eventNameOf(message);
    Envelope envelope;
    envelope.kind = kind == EntryKind::Request ? Envelope::Kind::Request : Envelope::Kind::Push;
    envelope.flags = wishes.ack ? Envelope::WantsAck : Envelope::None;
    envelope.patience = quint32(wishes.patience.count());
    envelope.at = m_hub.m_clock.wall().count();
    envelope.user = target;
    envelope.key = correlation.key;
    envelope.event = event;
    envelope.request = message.requestId;
    envelope.body = outbound.payload();
    if (kind == EntryKind::Request)
        return m_backplane.publish(envelope, std::move(answer));
    ++m_hub.m_metrics.pushes;
    if (m_hub.m_recording)
        m_hub.notePosted(message, EntryKind::Push, correlation.key);
    return m_backplane.publish(envelope, [this, target, key = correlation.key, request = message.requestId.toByteArray(),
                                          answer = std::move(answer)](const PostOutcome &outcome) {
        noteNotTaken(target, key, outcome, request);
        answer(outcome);
    });
}

void Hub::Cluster::noteNotTaken(const UserId &target, const QByteArray &correlation, const PostOutcome &outcome, QByteArrayView request)
{
    if (outcome.sessions > 0)
        return;
    EntryStatus status = EntryStatus::NotConnected;
    if (outcome.queued) {
        ++m_hub.m_metrics.messagesQueued;
        status = EntryStatus::Queued;
    } else if (outcome.fate != PostOutcome::Fate::Settled) {
        ++m_hub.m_metrics.postsUnanswered;
        status = EntryStatus::Timeout;
    } else {
        ++m_hub.m_metrics.pushesNotConnected;
    }
    m_hub.note({.leg = Leg::Upstream, .kind = EntryKind::Push, .status = status, .user = target, .correlation = correlation,
                .request = request});
}

quint64 Hub::Cluster::say(const UserId &user, QByteArrayView text, std::function<void(std::optional<ReplyFate>)> answer)
{
    Envelope envelope;
    envelope.kind = Envelope::Kind::Said;
    envelope.user = user;
    envelope.body = text;
    return m_backplane.publish(envelope, [answer = std::move(answer)](const PostOutcome &outcome) {
        if (outcome.fate != PostOutcome::Fate::Settled)
            return answer(std::nullopt);
        answer(outcome.sessions == 0 ? ReplyFate::NoStream : ReplyFate(outcome.users));
    });
}

quint64 Hub::Cluster::broadcast(const BroadcastRequest &request, std::function<void(const PostOutcome &)> answer)
{
    const CorrelationId correlation = request.message.correlation ? *request.message.correlation : makeCorrelationId();
    const OutboundMessage outbound(request.message, correlation.json);
    const QByteArray event = eventNameOf(request.message);
    QByteArray users;
    for (const UserId &user : request.users)
        users.append(QByteArray::number(user.size())).append(':').append(user);
    Envelope envelope;
    envelope.kind = Envelope::Kind::Broadcast;
    envelope.flags = request.named ? Envelope::Named : Envelope::None;
    envelope.at = m_hub.m_clock.wall().count();
    envelope.user = request.prefix;
    envelope.text = users;
    envelope.key = correlation.key;
    envelope.event = event;
    envelope.request = request.message.requestId;
    envelope.body = outbound.payload();
    // One entry for all of it, as on a hub that stands alone.
    const QByteArray audience = request.prefix + '*';
    m_hub.note({.leg = Leg::Upstream, .kind = EntryKind::Broadcast, .user = audience, .correlation = correlation.key, .text = outbound.payload(),
                .request = outbound.requestId()});
    return m_backplane.publishToAll(envelope, std::move(answer));
}

bool Hub::Cluster::noteHolders(StreamId stream, int holders)
{
    const auto asked = m_asked.find(stream);
    if (asked == m_asked.end())
        return true;
    asked->second.holders = holders;
    return asked->second.left < holders;
}

std::chrono::milliseconds Hub::Cluster::claimTtl() const { return m_hub.m_settings.sseResponseTimeout + kClaimMargin; }

void Hub::Cluster::touched(const QByteArray &key)
{
    const auto it = m_claims.find(key);
    if (it == m_claims.end() || m_hub.m_clock.now() - it->second < claimTtl() / 4)
        return;
    it->second = m_hub.m_clock.now();
    m_backplane.settleClaim(claimName(key), m_backplane.name(), claimTtl());
}

void Hub::Cluster::ended(const OpenRequest &request)
{
    if (const auto asked = m_asked.find(request.stream); asked != m_asked.end()) {
        m_backplane.forget(asked->second.ticket);
        m_asked.erase(asked);
    }
    // Its own part as the holder of the user ends with it.
    if (const auto own = m_foreign.find(request.id.key); own != m_foreign.end() && own->second.hub == m_backplane.name())
        m_foreign.erase(own);
    if (m_claims.erase(request.id.key) > 0)
        m_backplane.settleClaim(claimName(request.id.key), {}, {});
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

/// Nobody elsewhere can be asked, and nobody there can answer.
void Hub::Cluster::linkChanged(bool up)
{
    if (up)
        return;
    for (const auto &[stream, asked] : std::exchange(m_asked, {})) {
        m_backplane.forget(asked.ticket);
        if (const auto request = m_hub.m_correlations.settle(stream)) {
            ++m_hub.m_metrics.requestsUnavailable;
            m_hub.finish(*request, "Backplane unavailable", EntryStatus::Disconnected);
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

quint64 Hub::postElsewhere(const Message &message, const PostWishes &wishes, std::function<void(const PostOutcome &)> answer)
{
    return m_cluster->publish(message, targetOf(message), EntryKind::Push, *message.correlation, wishes, std::move(answer));
}

quint64 Hub::sayElsewhere(const UserId &user, QByteArrayView text, std::function<void(std::optional<ReplyFate>)> answer)
{
    return m_cluster->say(user, text, std::move(answer));
}

void Hub::forgetPost(quint64 ticket)
{
    if (m_cluster)
        m_cluster->backplane().forget(ticket);
}

quint64 Hub::broadcastEverywhere(const BroadcastRequest &request, std::function<void(const PostOutcome &)> answer)
{
    ++m_metrics.broadcasts;
    return m_cluster->broadcast(request, std::move(answer));
}

void Hub::claimRequest(const CorrelationId &correlation, std::function<void(std::optional<bool>)> done)
{
    Backplane &backplane = m_cluster->backplane();
    backplane.claim(Cluster::claimName(correlation.key), backplane.name(), m_cluster->claimTtl(),
                    [this, key = correlation.key, done = std::move(done)](std::optional<bool> taken, const QByteArray &) {
        if (taken.value_or(false))
            m_cluster->claimed(key);
        done(taken);
    });
}

void Hub::unclaimRequest(const CorrelationId &correlation)
{
    OpenRequest request;
    request.id = correlation;
    m_cluster->ended(request);
}

Hub::Opening Hub::openElsewhere(const Message &message, const UserId &target, const CorrelationId &correlation, StreamId id,
                                ReplyStream &stream)
{
    m_streams.emplace(id, &stream);
    const auto opened = m_correlations.open(correlation, target, id);
    Q_ASSERT(opened);
    const OutboundMessage outbound(message, correlation.json);
    const QByteArray payload = outbound.payload().toByteArray();
    const quint64 ticket = m_cluster->publish(message, target, EntryKind::Request, correlation, {false, m_settings.sseResponseTimeout},
                                              [this, id, payload](const PostOutcome &outcome) {
        m_exchanges.setHolder(id, outcome.holder);
        m_exchanges.written(id, payload, outcome.sessions, 0);
        const bool reached = outcome.sessions > 0;
        if (reached && m_cluster->noteHolders(id, outcome.holders))
            return;
        const auto request = m_correlations.settle(id);
        if (!request)
            return;
        if (reached) {
            ++m_metrics.requestsDisconnected;
            return finish(*request, "User disconnected", EntryStatus::Disconnected);
        }
        if (outcome.fate == PostOutcome::Fate::Settled) {
            ++m_metrics.requestsNotConnected;
            return finish(*request, "User not connected", EntryStatus::NotConnected);
        }
        ++m_metrics.requestsUnavailable;
        finish(*request, "Backplane unavailable", EntryStatus::Disconnected);
    });
    m_cluster->asked(id, ticket);
    armExpiry();
    return Opening::Streaming;
}

} // namespace trunkline
