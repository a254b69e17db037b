// SPDX-License-Identifier: GPL-3.0-or-later
// What this hub asks of others: messages, requests, replies and broadcasts for users elsewhere.
#include "hub/HubCluster.h"

namespace trunkline {

namespace {

/// A claim lasts longer than the request may be silent, so that its hub can give it back.
constexpr std::chrono::milliseconds kClaimMargin{5'000};

} // namespace

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
    const auto told = [answer = std::move(answer)](const PostOutcome &outcome) {
        if (outcome.fate != PostOutcome::Fate::Settled)
            return answer(std::nullopt);
        answer(outcome.sessions == 0 ? ReplyFate::NoStream : ReplyFate(outcome.users));
    };
    // Several hubs may stream to the user: the reply counts once.
    return m_hub.m_settings.duplicatePolicy == DuplicatePolicy::Allow ? m_backplane.publishToOne(envelope, told) : m_backplane.publish(envelope, told);
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

bool Hub::Cluster::isHere(StreamId stream) const
{
    const auto asked = m_asked.find(stream);
    return asked != m_asked.end() && asked->second.here;
}

std::chrono::milliseconds Hub::Cluster::claimTtl() const { return m_hub.m_settings.sseResponseTimeout + kClaimMargin; }

void Hub::Cluster::touched(const QByteArray &key)
{
    if (const auto own = m_foreign.find(key); own != m_foreign.end() && isOwn(own->second))
        own->second.deadline = m_hub.m_clock.now() + own->second.patience;
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

void Hub::prolongClaim(const CorrelationId &correlation, std::chrono::milliseconds time)
{
    Backplane &backplane = m_cluster->backplane();
    backplane.settleClaim(Cluster::claimName(correlation.key), backplane.name(), m_cluster->claimTtl() + time);
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
        // Whoever is here goes on, also when the others can't be heard any more.
        const bool alone = outcome.fate == PostOutcome::Fate::Unavailable && m_cluster->isHere(id);
        if (alone || (reached && m_cluster->noteHolders(id, outcome.holders)))
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
