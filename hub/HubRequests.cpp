// SPDX-License-Identifier: GPL-3.0-or-later
// Requests and their replies.
#include "hub/HubCluster.h"

namespace trunkline {

/// Wakes the hub when the first open request has waited too long.
class Hub::ExpiryTimer final : public WheelTimer
{
public:
    explicit ExpiryTimer(Hub &hub) : m_hub(hub) { }

protected:
    void expired() override { m_hub.expire(); }

private:
    Hub &m_hub;
};

std::unique_ptr<WheelTimer> Hub::makeExpiryTimer() { return std::make_unique<ExpiryTimer>(*this); }

Hub::Opening Hub::admission(const Message &message) const
{
    if (message.correlation && m_correlations.find(*message.correlation))
        return Opening::Conflict;
    return m_correlations.isFull() ? Opening::Full : Opening::Streaming;
}

Hub::Opening Hub::open(const Message &message, StreamId id, ReplyStream &stream, const RequestOrigin &origin)
{
    if (const Opening refused = admission(message); refused != Opening::Streaming) {
        if (refused == Opening::Conflict)
            ++m_metrics.requestsConflicted;
        return refused;
    }
    ++m_metrics.requests;
    const UserId target = targetOf(message);
    const CorrelationId correlation = message.correlation ? *message.correlation : makeCorrelationId();
    noteAsked(id, message, target, correlation, origin);
    if (m_recording)
        notePosted(message, EntryKind::Request, correlation.key);
    const auto end = [&](const char *error, EntryStatus status) {
        note({.leg = Leg::Upstream, .kind = EntryKind::Request, .status = status, .user = target,
              .correlation = correlation.key, .request = message.requestId});
        if (m_recording)
            noteEvent(errorEvent(error, correlation), target, correlation.key, status);
        stream.event(errorEvent(error, correlation));
        noteEnded(id, status, error, stream);
        stream.end();
        return Opening::Ended;
    };
    if (m_stopping)
        return end("Server shutting down", EntryStatus::Shutdown);
    if (m_cluster && m_cluster->goesElsewhere(target)) {
        if (m_cluster->backplane().isUp())
            return openElsewhere(message, target, correlation, id, stream);
        ++m_metrics.requestsUnavailable;
        return end("Backplane unavailable", EntryStatus::Disconnected);
    }
    const SessionRegistry::OfUser *sessions = m_sessions.of(target);
    if (!sessions) {
        ++m_metrics.requestsNotConnected;
        return end("User not connected", EntryStatus::NotConnected);
    }
    m_streams.emplace(id, &stream);
    // Registered before it is sent: a reply may come back from within deliver().
    const auto opened = m_correlations.open(correlation, target, id);
    Q_ASSERT(opened);
    OutboundMessage outbound(message, correlation.json);
    int written = 0;
    if (isNumbered(target)) {
        outbound.setEventName(eventNameOf(message));
        written = deliverNumbered(target, outbound, EntryKind::Request, correlation.key).sessions;
    } else {
        written = fanOut(*sessions, outbound, EntryKind::Request, correlation.key);
    }
    noteWritten(id, outbound, written);
    if (written == 0) {
        if (const auto request = m_correlations.settle(id)) {
            m_streams.erase(id);
            if (m_cluster)
                m_cluster->ended(*request);
            ++m_metrics.requestsNotConnected;
            return end("User not connected", EntryStatus::NotConnected);
        }
        return Opening::Ended;
    }
    if (m_correlations.fateOf(correlation) != CorrelationTable::Fate::Open)
        return Opening::Ended;
    armExpiry();
    return Opening::Streaming;
}

void Hub::cancel(StreamId stream)
{
    m_streams.erase(stream);
    m_exchanges.finish(stream, ExchangeState::Cancelled);
    if (const auto request = m_correlations.settle(stream)) {
        if (m_cluster)
            m_cluster->ended(*request);
        ++m_metrics.requestsCancelled;
        note({.leg = Leg::Upstream, .kind = EntryKind::Request, .status = EntryStatus::Cancelled,
              .user = request->target, .correlation = request->id.key});
    }
}

void Hub::received(SessionId id, QByteArrayView text, qsizetype padding)
{
    if (Session *session = m_sessions.find(id))
        take(*session, text, padding);
}

Hub::ReplyFate Hub::receivedFrom(const UserId &user, QByteArrayView text, qsizetype padding)
{
    for (const SessionId id : m_sessions.sessionsOf(user)) {
        if (Session *session = m_sessions.find(id); session && session->eventStream)
            return take(*session, text, padding);
    }
    return ReplyFate::NoStream;
}

Hub::ReplyFate Hub::take(Session &from, QByteArrayView text, qsizetype padding)
{
    ++from.messagesIn;
    auto reply = Reply::parse(m_reader, text, padding);
    if (!reply || !reply->correlation) {
        ++(reply ? m_metrics.textsWithoutId : m_metrics.textsMalformed);
        note({.kind = EntryKind::Text, .status = reply ? EntryStatus::Ok : EntryStatus::Malformed, .session = from.id,
              .user = from.user, .text = text});
        return reply ? ReplyFate::NoId : ReplyFate::Malformed;
    }
    if (acknowledge(from, *reply))
        return ReplyFate::Acknowledged;
    return deliverReply(from, *std::move(reply));
}

Hub::ReplyFate Hub::deliverReply(Session &from, Reply reply)
{
    const CorrelationId &id = *reply.correlation;
    JournalRecord entry{.kind = EntryKind::Reply, .session = from.id, .user = from.user, .correlation = id.key,
                       .text = reply.event};
    const OpenRequest *request = m_correlations.find(id);
    if (!request) {
        if (m_cluster && m_cluster->forwardReply(from, reply))
            return ReplyFate::Forwarded;
        const bool late = m_correlations.fateOf(id) == CorrelationTable::Fate::Finished;
        entry.status = late ? EntryStatus::Late : EntryStatus::Orphan;
        ++(late ? m_metrics.repliesLate : m_metrics.repliesOrphan);
        m_exchanges.lateReply(id.key, reply.event.size());
        note(entry);
        return late ? ReplyFate::Late : ReplyFate::Orphan;
    }
    if (request->target != from.user) {
        entry.status = EntryStatus::Refused;
        ++m_metrics.repliesRefused;
        note(entry);
        return ReplyFate::Refused;
    }
    ++m_metrics.replies;
    const StreamId streamId = request->stream;
    const auto stream = m_streams.find(streamId);
    Q_ASSERT(stream != m_streams.end());
    ReplyStream &out = *stream->second;
    note(entry);
    m_exchanges.reply(streamId, reply.event.size());
    if (m_recording)
        noteEvent(reply.event, from.user, id.key);
    if (reply.final) {
        // Settled before the stream is touched: writing may find it broken and come back to cancel it.
        ++m_metrics.requestsFinished;
        const auto settled = m_correlations.settle(streamId);
        m_streams.erase(stream);
        if (m_cluster)
            m_cluster->ended(*settled);
        out.event(reply.event);
        m_exchanges.eventWritten(streamId, reply.event.size());
        noteEnded(streamId, EntryStatus::Ok, nullptr, out);
        out.end();
        return ReplyFate::Forwarded;
    }
    m_correlations.touch(id);
    if (m_cluster)
        m_cluster->touched(id.key);
    out.event(reply.event);
    m_exchanges.eventWritten(streamId, reply.event.size());
    return ReplyFate::Forwarded;
}

void Hub::finish(const OpenRequest &request, const char *error, EntryStatus status)
{
    note({.leg = Leg::Upstream, .kind = EntryKind::Request, .status = status, .user = request.target,
          .correlation = request.id.key});
    if (m_cluster)
        m_cluster->ended(request);
    const auto it = m_streams.find(request.stream);
    if (it == m_streams.end())
        return;
    ReplyStream &stream = *it->second;
    m_streams.erase(it);
    if (m_recording)
        noteEvent(errorEvent(error, request.id), request.target, request.id.key, status);
    stream.event(errorEvent(error, request.id));
    noteEnded(request.stream, status, error, stream);
    stream.end();
}

void Hub::expire()
{
    for (const OpenRequest &request : m_correlations.takeExpired()) {
        ++m_metrics.requestsTimedOut;
        finish(request, "Timeout waiting for response", EntryStatus::Timeout);
    }
    armExpiry();
}

void Hub::armExpiry()
{
    if (m_expiry->isArmed())
        return;     // an earlier deadline: looks again then
    if (const auto deadline = m_correlations.nextDeadline())
        m_wheel.arm(*m_expiry, *deadline - m_clock.now());
}

QByteArray Hub::errorEvent(const char *error, const CorrelationId &correlation)
{
    QByteArray json = R"({"error": ")";
    return json.append(error).append(R"(", "correlation_id": )").append(correlation.json).append('}');
}

} // namespace trunkline
