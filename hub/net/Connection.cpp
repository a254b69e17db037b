// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/Connection.h"

#include "hub/core/Json.h"
#include "hub/core/LogRequest.h"
#include "hub/net/Handshake.h"
#include "hub/net/HttpFrontend.h"
#include "hub/net/LaneSocket.h"
#include "hub/net/Sockets.h"
#include "hub/net/SseStream.h"
#include "hub/net/TokenExpiry.h"
#include "hub/net/WsFrontend.h"

#include <QLoggingCategory>

#include <cstring>

namespace trunkline {

namespace {

Q_LOGGING_CATEGORY(lcHttp, "trunkline.http", QtInfoMsg)

} // namespace

Connection::Connection(QTcpSocket *socket, GateContext &context, QObject *parent)
    : QObject(parent), m_context(context), m_socket(socket), m_remote(peerName(*socket)), m_peerIsLoopback(trunkline::peerIsLoopback(*socket))
{
    socket->setParent(this);
    m_out.emplace(m_context.turn, *socket);
    connect(socket, &QTcpSocket::readyRead, this, &Connection::process);
    connect(socket, &QTcpSocket::disconnected, this, &Connection::onDisconnected);
    // A client that asks and closes its side at once (nc -N) gets its answer before Qt closes ours.
    connect(socket, &QTcpSocket::stateChanged, this, [this](QAbstractSocket::SocketState state) {
        if (state == QAbstractSocket::ClosingState && m_out)
            m_out->flush();
    });
    m_context.wheel.arm(*this, m_context.deadlines.head);
}

Connection::~Connection()
{
    if (m_stream)
        m_stream->abort();
    tellAborted();
    if (m_lane)
        m_lane->leave();
    unreserve();
    if (m_upstream)
        UpstreamTable::leave(*m_upstream);
}

void Connection::process()
{
    if (m_processing || !m_socket)
        return;
    m_processing = true;
    bool more = true;
    while (more && m_socket && m_socket->bytesAvailable() > 0) {
        if (m_phase == Phase::Head)
            more = !isCongested() && readHead();
        else if (m_phase == Phase::Body)
            more = readBody();
        else
            more = false;
    }
    m_processing = false;
    if (!m_socket)
        return;
    if (m_phase == Phase::Draining)
        discardInput();
    else if (m_phase == Phase::Streaming && m_socket->bytesAvailable() > kMaxHeldBytes)
        m_socket->abort();
}

/// A client that asks and asks and does not read its answers waits until it has: nothing more of it is read meanwhile.
bool Connection::isCongested()
{
    const qint64 limit = m_context.settings.sendQueueBytes;
    if (m_out->unsentBytes() <= limit)
        return false;
    m_out->flush();
    if (m_out->unsentBytes() <= limit)
        return false;
    if (!m_congested) {
        m_congested = true;
        m_socket->setReadBufferSize(m_context.scratch.size());
        awaitProgress();
    }
    return true;
}

/// Bytes wait to be taken by the peer: it has as long as for a body, from each time that it takes some.
void Connection::awaitProgress()
{
    connect(m_socket, &QTcpSocket::bytesWritten, this, &Connection::onProgress, Qt::UniqueConnection);
    m_context.wheel.arm(*this, m_context.deadlines.body);
}

void Connection::onProgress()
{
    if (!m_socket || (!m_congested && m_phase != Phase::Draining))
        return;
    m_context.wheel.arm(*this, m_context.deadlines.body);
    if (!m_congested || m_out->unsentBytes() > m_context.settings.sendQueueBytes / 2)
        return;
    m_congested = false;
    m_socket->setReadBufferSize(0);
    if (m_phase == Phase::Head)
        m_context.wheel.arm(*this, m_context.deadlines.idle);
    process();
}

bool Connection::readHead()
{
    QByteArray &scratch = m_context.scratch;
    const qint64 available = m_socket->peek(scratch.data(), scratch.size() - kJsonPadding);
    const QByteArrayView bytes(scratch.constData(), available);
    switch (m_context.parser.parse(bytes)) {
    case RequestHeadParser::Outcome::NeedMore:
        if (!m_headStarted) {
            m_headStarted = true;
            m_headOnly = m_oldClient = false;
            m_cors.clear();
            m_trace.begin();
            m_context.wheel.arm(*this, m_context.deadlines.head);
        }
        return false;
    case RequestHeadParser::Outcome::Bad:
        // Even this answer must be readable for a page that is allowed in.
        m_cors = m_context.access->corsFields(m_context.parser.head().field("Origin"));
        m_headOnly = m_oldClient = false;
        m_trace.begin();
        refuse(m_context.parser.refusal());
        return false;
    case RequestHeadParser::Outcome::Complete:
        break;
    }
    m_headStarted = false;
    const RequestHead &head = m_context.parser.head();
    m_trace.begin(head.requestId, head.traceparent);
    if (const auto refusal = refusalOf(head))
        return turnAway(*refusal, head, available);
    if (head.wantsWebSocket) {
        upgrade(head, m_socket->bytesAvailable() > head.size);
        return m_phase == Phase::Head;
    }
    const qint64 length = head.contentLength.value_or(0);
    if (head.chunked || available < head.size + length) {
        m_storedHead = bytes.first(head.size).toByteArray();
        m_socket->skip(head.size);
        expectBody(head);
        return true;
    }
    m_socket->skip(head.size + length);
    dispatch(head, bytes.sliced(head.size, length), scratch.size() - head.size - length);
    return m_phase == Phase::Head;
}

void Connection::dispatch(const RequestHead &head, QByteArrayView body, qsizetype padding)
{
    m_phase = Phase::Answering;
    m_request = {};
    m_request.method = head.method;
    m_request.fields = &head.fields;
    m_request.body = body;
    m_request.bodyPadding = padding;
    m_request.remote = m_remote;
    m_trace.ensureId(m_context.requestIds);
    m_request.id = m_trace.id();
    m_request.traceparent = m_trace.traceparentJson();
    if (m_context.upstreams)
        noteUpstream(head);
    if (!splitTarget(head.target, m_request.path, m_request.query)) {
        respond(HttpResponse::error(400, "The path holds a broken percent escape"));
        return;
    }
    if (m_context.settings.fastLane && head.method == "POST" && m_context.handler.isFastPath(m_request.path))
        m_context.handler.handle(*this);
    else
        serveOnQtLane(head, body);
    if (m_phase == Phase::Answering) {
        m_closeAfter = true;
        respond(HttpResponse::error(400, "The request could not be read"));
    } else if (m_phase == Phase::Waiting) {
        m_request = {};
    }
}

void Connection::serveOnQtLane(const RequestHead &head, QByteArrayView body)
{
    m_received = m_context.wheel.now();
    m_context.http->serve(*this, head, body);
}

void Connection::noteUpstream(const RequestHead &head)
{
    // Those who watch would otherwise see themselves watching.
    if (head.target.startsWith("/admin/"))
        return;
    if (!m_upstream)
        m_upstream = m_context.upstreams->enter(addressOfPeer(m_remote), productOf(head.field("User-Agent")));
    if (m_upstream)
        ++m_upstream->requests;
}

LaneSocket *Connection::lane() const { return m_lane; }

void Connection::setLane(LaneSocket *lane) { m_lane = lane; }

void Connection::handleFromLane(const HttpRequest &request)
{
    // As it was sent: QUrl mends broken escapes, which are then no longer seen to be broken.
    const QByteArrayView query = m_request.query;
    m_request = request;
    m_request.query = query;
    m_request.remote = m_remote;
    m_request.received = m_received;
    m_request.id = m_trace.id();
    m_request.traceparent = m_trace.traceparentJson();
    m_context.handler.handle(*this);
}

ResponseFraming Connection::framing()
{
    m_trace.ensureId(m_context.requestIds);
    return {m_headOnly, m_closeAfter, m_oldClient && !m_closeAfter, m_cors, m_trace.id()};
}

void Connection::respond(const HttpResponse &response)
{
    if (m_phase == Phase::Waiting)
        endWaiting();
    Q_ASSERT(m_phase == Phase::Answering);
    const bool plain = !m_headOnly && !m_closeAfter && !m_oldClient && m_cors.isEmpty() && m_trace.isMade();
    if (plain && !response.prebuilt.isEmpty()) {
        writePrebuilt(response.prebuilt);
    } else {
        const ResponseFraming frame = framing();
        if (response.status >= 400)
            noteFailed(response);
        m_out->write(encodeResponse(response, frame));
    }
    answered();
}

/// Nothing is allocated as long as the same answer follows on itself and the last one is on its way: only its id is new.
void Connection::writePrebuilt(const QByteArray &prebuilt)
{
    if (m_plainOf != prebuilt.constData() || !m_plain.isDetached()) {
        m_plain = QByteArray(prebuilt.constData(), prebuilt.size());
        m_plainOf = prebuilt.constData();
    }
    std::memcpy(m_plain.data() + kPrebuiltIdOffset, m_trace.id().data(), kMadeRequestIdBytes);
    m_out->write(m_plain);
}

void Connection::respondStreamHead()
{
    Q_ASSERT(m_phase == Phase::Answering && m_headOnly);
    m_out->write(encodeStreamHead(!m_oldClient, framing()));
    answered();
}

void Connection::answered()
{
    if (m_closeAfter) {
        drain();
        return;
    }
    m_phase = Phase::Head;
    m_context.wheel.arm(*this, m_context.deadlines.idle);
}

void Connection::respondToPreflight(const QByteArray &allow)
{
    const bool preflight = !m_visitor.origin.isNull() && !m_request.field("Access-Control-Request-Method").isNull();
    if (preflight && m_cors.isEmpty())
        return respond(HttpResponse::error(m_context.access->foreignOrigin(m_visitor.origin)));
    HttpResponse response = HttpResponse::json("{}");
    response.extraFields = allow;
    if (preflight)
        response.extraFields.append(
            m_context.access->preflightFields(m_visitor.origin, m_request.field("Access-Control-Request-Headers")));
    respond(response);
}

OutgoingStream &Connection::startStream()
{
    if (m_phase == Phase::Waiting)
        endWaiting();
    Q_ASSERT(m_phase == Phase::Answering);
    m_phase = Phase::Streaming;
    m_context.wheel.disarm(*this);
    const Settings &settings = m_context.settings;
    const SseOptions options{!m_oldClient, settings.sseEventIds, settings.sseKeepalive, settings.sendQueueBytes,
                             settings.slowConsumer == SlowConsumer::DropOldest, m_context.keepAlives};
    if (m_oldClient)
        m_closeAfter = true;
    const LogRequest about(m_trace.id());
    qCDebug(lcHttp, "%s streams to %s", m_request.path.constData(), m_remote.constData());
    m_stream = std::make_unique<SseStream>(*m_socket, *m_out, m_context.wheel, options, encodeStreamHead(!m_oldClient, framing()));
    // Queued: the stream is never destroyed from within its own call.
    connect(m_stream.get(), &SseStream::ended, this, &Connection::finishStream, Qt::QueuedConnection);
    connect(m_stream.get(), &SseStream::overflowed, this, [this] { m_socket->abort(); }, Qt::QueuedConnection);
    if (m_tokenEnds)
        m_expiry = std::make_unique<TokenExpiry>(m_context.wheel, *std::exchange(m_tokenEnds, {}), [this] { endExpired(); });
    return *m_stream;
}

void Connection::finishStream()
{
    if (m_phase != Phase::Streaming || !m_socket)
        return;
    m_stream.reset();
    m_expiry.reset();
    m_request = {};
    if (m_closeAfter || m_stopping) {
        drain();
        return;
    }
    m_phase = Phase::Head;
    m_context.wheel.arm(*this, m_context.deadlines.idle);
    process();
}

void Connection::refuse(const HttpRefusal &refusal)
{
    m_request = {};
    m_closeAfter = true;
    m_phase = Phase::Answering;
    respond(HttpResponse::error(refusal));
}

void Connection::upgrade(const RequestHead &head, bool bytesFollow)
{
    HandshakeGuest guest;
    if (const auto refused = refuseHandshake(head, bytesFollow, m_context.settings, *m_context.access, m_visitor, guest)) {
        m_request = {};
        m_closeAfter = true;
        m_phase = Phase::Answering;
        respond(*refused);
        return;
    }
    if (!guest.user.isNull() && !m_reservation) {
        m_reservation = m_context.sessions->reserve(guest.user, [this] { onReserved(); });
        if (m_reservation) {
            m_phase = Phase::Reserving;
            m_context.wheel.arm(*this, m_context.deadlines.handshake);
            return;
        }
    }
    guest.reservation = std::exchange(m_reservation, {});
    QTcpSocket *socket = m_socket;
    // QWebSocketServer sees no more than what was checked: it closes without an answer on much that is allowed.
    replaceHead(*socket, head.size, bareHandshake(head, m_context.settings.wsPath));
    m_phase = Phase::Gone;
    m_context.wheel.disarm(*this);
    disconnect(socket, nullptr, this, nullptr);
    m_out.reset();
    m_socket = nullptr;
    // The head is still in the socket: QWebSocketServer reads it again.
    m_context.webSockets->adopt(socket, guest.user.isNull() ? *m_context.echo : *m_context.sessions, guest, m_remote, handshakeWishes(head));
    deleteLater();
}

} // namespace trunkline
