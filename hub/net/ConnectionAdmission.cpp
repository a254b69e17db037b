// SPDX-License-Identifier: GPL-3.0-or-later
// Who may have what: the part of a Connection that asks AccessPolicy, rates and tokens.
#include "hub/net/Connection.h"

#include "hub/core/LogRequest.h"
#include "hub/net/LaneSocket.h"
#include "hub/net/SseStream.h"
#include "hub/net/TokenExpiry.h"

#include <QLoggingCategory>

namespace trunkline {

namespace {

Q_LOGGING_CATEGORY(lcHttp, "trunkline.http", QtInfoMsg)

/// `host[:port]` of an absolute-form target; null for the asterisk-form.
QByteArrayView authorityOfTarget(QByteArrayView target)
{
    const qsizetype scheme = target.indexOf("://");
    if (scheme < 0)
        return {};
    const QByteArrayView rest = target.sliced(scheme + 3);
    for (qsizetype i = 0; i < rest.size(); ++i) {
        if (rest[i] == '/' || rest[i] == '?')
            return rest.first(i);
    }
    return rest;
}

} // namespace

/// What every request must pass, before its body is read.
std::optional<HttpRefusal> Connection::refusalOf(const RequestHead &head)
{
    m_closeAfter = head.closes || m_stopping;
    m_headOnly = head.method == "HEAD";
    m_oldClient = head.minorVersion == 0;
    m_visitor = visitorFor(head);
    m_cors = m_context.access->corsFields(m_visitor.origin);
    // The same Host again, no Origin, no rate to heed: nothing that a check could find.
    const bool known = m_visitor.origin.isNull() && !m_knownHost.isNull() && m_visitor.host == m_knownHost;
    std::optional<HttpRefusal> refusal = known ? std::nullopt : refusalOfStranger();
    if (!refusal && head.contentLength.value_or(0) > m_context.settings.maxBodyBytes)
        refusal = HttpRefusal{413, "The body is larger than MAX_BODY_BYTES="
                                       + QByteArray::number(m_context.settings.maxBodyBytes)};
    return refusal;
}

std::optional<HttpRefusal> Connection::refusalOfStranger()
{
    RateLimiter &rate = m_context.rates.requestsPerAddress;
    if (rate.isOn()) {
        if (const auto wait = rate.take(senderOf(m_remote)))
            return tooManyRequests("RATE_REQUESTS_PER_ADDRESS", rate, *wait);
    }
    if (auto refusal = m_context.access->check(m_visitor))
        return refusal;
    // With a rate every request is a stranger's.
    if (!m_visitor.host.isNull() && !rate.isOn())
        m_knownHost = m_visitor.host.toByteArray();
    return std::nullopt;
}

/// True when the connection goes on: whoever only comes too often may keep it, a new one would cost more.
bool Connection::turnAway(const HttpRefusal &refusal, const RequestHead &head, qint64 available)
{
    const qint64 size = head.size + head.contentLength.value_or(0);
    if (refusal.status != 429 || head.chunked || head.wantsWebSocket || available < size) {
        refuse(refusal);
        return false;
    }
    m_socket->skip(size);
    m_request = {};
    m_phase = Phase::Answering;
    respond(HttpResponse::error(refusal));
    return m_phase == Phase::Head;
}

Visitor Connection::visitorFor(const RequestHead &head) const
{
    Visitor visitor;
    visitor.peerIsLoopback = m_peerIsLoopback;
    visitor.secure = m_context.secure;
    visitor.method = head.method;
    // RFC 9112 §3.2.2: the authority of an absolute-form target overrules Host.
    visitor.host = head.target.startsWith('/') ? head.field("Host") : authorityOfTarget(head.target);
    visitor.origin = head.field("Origin");
    visitor.authorization = head.field("Authorization");
    visitor.handshake = head.wantsWebSocket;
    return visitor;
}

bool Connection::authorized(Role role)
{
    if (!m_context.access->needsTokens())
        return true;
    Pass pass;
    if (const auto refusal = m_context.access->authorize(m_visitor, role, &pass)) {
        respond(HttpResponse::error(*refusal));
        return false;
    }
    m_tokenEnds = pass.expiresAt;
    m_tokenUser = pass.user;
    RateLimiter &rate = m_context.rates.requestsPerUser;
    if (const auto wait = rate.isOn() ? rate.take(pass.bearer) : std::nullopt) {
        respond(HttpResponse::error(tooManyRequests("RATE_REQUESTS_PER_USER", rate, *wait)));
        return false;
    }
    return true;
}

std::optional<HttpRefusal> Connection::refusalFor(Role role)
{
    Pass pass;
    auto refusal = m_context.access->authorizeAlways(m_visitor, role, &pass);
    if (!refusal)
        m_tokenEnds = pass.expiresAt;
    return refusal;
}

std::optional<HttpRefusal> Connection::refusalForForeigner() const { return m_context.access->refusalForForeigner(m_visitor); }

bool Connection::isSameOrigin() const { return AccessPolicy::isSameOrigin(m_visitor); }

void Connection::noteFailed(const HttpResponse &response)
{
    const LogRequest about(m_trace.id());
    // Without the query, which may hold a token. A head that was refused has no method here.
    if (!m_request.method.isEmpty())
        qCDebug(lcHttp, "%s %s from %s answered with %d", m_request.method.toByteArray().constData(), m_request.path.constData(),
                m_remote.constData(), response.status);
    else
        qCDebug(lcHttp, "A request from %s answered with %d: %s", m_remote.constData(), response.status, errorDetail(response).constData());
    // The 503 of a hub that stops turns nobody away for what they did.
    if (RefusalLog::isRefusal(response.status) && !(m_stopping && response.status == 503))
        noteRefusal(m_context.refusals, m_remote, response.status, errorDetail(response));
}

/// The token of an open stream has expired. To the route it looks as if the peer had hung up.
void Connection::endExpired()
{
    const LogRequest about(m_trace.id());
    noteRefusal(m_context.refusals, m_remote, int(CloseCode::TokenExpired), "The token of this stream has expired");
    if (m_socket)
        m_socket->abort();
}

} // namespace trunkline
