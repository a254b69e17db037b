// SPDX-License-Identifier: GPL-3.0-or-later
// What the hub tells its exchange log, and the orders of those who watch.
#include "hub/Hub.h"

namespace trunkline {

namespace {

/// A close frame has 125 bytes, two of them for the code (RFC 6455 §5.5).
constexpr qsizetype kMaxCloseReason = 123;

ExchangeState stateOf(EntryStatus status)
{
    switch (status) {
    case EntryStatus::Timeout: return ExchangeState::TimedOut;
    case EntryStatus::NotConnected: return ExchangeState::NotConnected;
    case EntryStatus::Disconnected: return ExchangeState::Disconnected;
    case EntryStatus::Shutdown: return ExchangeState::Shutdown;
    default: return ExchangeState::Done;
    }
}

/// The first `bytes` bytes or less, without half of a character at the end.
QByteArray cutUtf8(const QByteArray &text, qsizetype bytes)
{
    qsizetype end = qMin(text.size(), bytes);
    while (end > 0 && end < text.size() && (uchar(text[end]) & 0xc0) == 0x80)
        --end;
    return text.first(end);
}

} // namespace

void Hub::noteAsked(StreamId id, const Message &message, const UserId &target, const CorrelationId &correlation,
                    const RequestOrigin &origin)
{
    ExchangeInfo info;
    info.correlation = correlation.key;
    info.route.named = message.user;
    info.route.target = target;
    if (target != message.user)
        info.route.mention = target;
    info.upstream = origin.upstream;
    info.agent = origin.agent;
    info.requestId = origin.requestId;
    info.traceparent = origin.traceparent;
    const SessionRegistry::SessionIds sessions = m_sessions.sessionsOf(target);
    info.route.sessionsFound = int(sessions.size());
    if (const Session *first = sessions.isEmpty() ? nullptr : m_sessions.find(sessions.front())) {
        info.session = first->id;
        info.queuedBytes = first->endpoint->queuedBytes();
        info.pingMicroseconds = first->endpoint->pingMicroseconds();
        if (m_watched)
            first->endpoint->measurePing();
    }
    m_exchanges.begin(id, std::move(info), origin.received.sinceStart.count() != 0 ? origin.received : m_clock.now());
    if (sessions.isEmpty())
        m_exchanges.written(id, OutboundMessage(message, correlation.json).payload(), 0, 0);
}

void Hub::noteWritten(StreamId id, const OutboundMessage &message, int written)
{
    const ExchangeLog::Asked asked = m_exchanges.asked(id);
    m_exchanges.written(id, message.payload(), written, asked.sessionsFound - written);
    if (!m_watched || written == 0)
        return;
    if (const Session *session = m_sessions.find(asked.session))
        session->endpoint->whenDrained([this, id] { m_exchanges.drained(id, StepKind::Drained); });
}

void Hub::noteEnded(StreamId id, EntryStatus status, const char *error, ReplyStream &stream)
{
    if (m_watched) {
        if (const Session *session = m_sessions.find(m_exchanges.asked(id).session))
            m_exchanges.setPing(id, session->endpoint->pingMicroseconds());
        stream.whenDrained([this, id] { m_exchanges.drained(id, StepKind::UpstreamDrained); });
    }
    m_exchanges.finish(id, stateOf(status), error);
}

void Hub::notePosted(const Message &message, EntryKind kind, QByteArrayView correlation)
{
    note({.leg = Leg::Upstream, .kind = kind, .user = message.user, .correlation = correlation, .text = message.body,
          .request = message.requestId});
}

void Hub::noteEvent(QByteArrayView json, const UserId &user, QByteArrayView correlation, EntryStatus status)
{
    note({.leg = Leg::Upstream, .direction = Direction::Out, .kind = EntryKind::Event, .status = status, .user = user,
          .correlation = correlation, .text = json});
}

bool Hub::disconnectSession(SessionId session, const QByteArray &reason)
{
    const Session *leaving = m_sessions.find(session);
    if (!leaving)
        return false;
    ClientEndpoint &endpoint = *leaving->endpoint;
    closed(session);
    endpoint.close(CloseCode::PolicyViolated, cutUtf8(reason, kMaxCloseReason));
    return true;
}

void Hub::clearHistory()
{
    m_journal.clear();
    m_exchanges.clear();
}

} // namespace trunkline
