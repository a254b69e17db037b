// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/WsSession.h"

#include "hub/core/Json.h"
#include "hub/core/Message.h"
#include "hub/core/WsFrame.h"
#include "hub/net/Admission.h"
#include "hub/net/DrainWatch.h"
#include "hub/net/Sockets.h"
#include "hub/net/TokenExpiry.h"

#include <QSslSocket>
#include <QTcpSocket>
#include <QWebSocket>
#include <QWebSocketServer>

#include <utility>

namespace trunkline {

namespace {

constexpr Clock::Duration kHandshakeDeadline = std::chrono::seconds(10);
constexpr Clock::Duration kCloseDeadline = std::chrono::seconds(3);
/// RFC 6455 §5.5.2, empty
constexpr char kPingFrame[] = {char(0x89), 0x00};
/// RFC 6455 §7.1.5: a close frame without a code
constexpr quint16 kNoCloseCode = 1005;

QByteArray closeTextOf(quint16 code, QByteArrayView reason)
{
    QByteArray text = QByteArray::number(code);
    return reason.isEmpty() ? text : text.append(' ').append(reason);
}

} // namespace

WsSession::WsSession(QTcpSocket *socket, const UserId &user, const QByteArray &remote, SessionHost &host,
                     const Settings &settings, TimerWheel &wheel, TurnWriter &turn, QByteArray &scratch, QObject *parent)
    : QObject(parent), m_host(host), m_settings(settings), m_wheel(wheel), m_turn(turn), m_socket(socket),
      m_directBytes(settings.slowConsumer == SlowConsumer::DropOldest ? Backlog::socketShare(settings.sendQueueBytes) : settings.sendQueueBytes),
      m_user(user), m_remote(remote), m_reader(settings.wsMaxMessageBytes, host.acceptsBinary() ? WsReader::Binary::Accepted : WsReader::Binary::Refused),
      m_scratch(scratch)
{
    socket->setParent(this);
    connect(socket, &QTcpSocket::readyRead, this, &WsSession::read);
    connect(socket, &QTcpSocket::disconnected, this, &WsSession::onGone);
    m_wheel.arm(*this, kHandshakeDeadline);
}

WsSession::~WsSession()
{
    if (m_state != State::Gone && m_id)
        m_host.closed(m_id);
    m_state = State::Gone;
    m_backlog.reset();
    m_out.reset();
    if (m_webSocket) {
        m_webSocket->disconnect(this);
        m_webSocket->abort();       // a QWebSocket with unsent data would leak its socket
        delete m_webSocket;
    }
}

void WsSession::stopWatching(QWebSocketServer &server) { m_socket->disconnect(&server); }

void WsSession::start(QWebSocket *webSocket)
{
    m_webSocket = webSocket;
    webSocket->setParent(this);
    // The handshake was its part: it decodes each fragment of a text by itself, takes unmasked frames, refuses close codes that
    // were registered since, and makes a QString of everything.
    disconnect(m_socket, &QTcpSocket::readyRead, webSocket, nullptr);
    m_state = State::Open;
    releaseReadBuffer(*m_socket);
    m_out.emplace(m_turn, *m_socket);
    m_wheel.disarm(*this);
    m_id = m_host.opened(m_user, *this, m_remote);
    if (m_id && m_settings.wsPingInterval.count() > 0)
        m_wheel.arm(*this, m_settings.wsPingInterval);
    if (m_id && m_tokenEnds) {
        m_expiry = std::make_unique<TokenExpiry>(m_wheel, *m_tokenEnds, [this] {
            Q_EMIT refused(CloseCode::TokenExpired, "The token has expired");
            closeByOurselves(CloseCode::TokenExpired, "The token has expired");
        });
    }
    if (m_socket->bytesAvailable() > 0)
        read();
}

void WsSession::read()
{
    if (m_state == State::Handshake || m_reading)
        return;
    m_reading = true;
    while (m_state != State::Gone && !m_paused && m_socket->bytesAvailable() > 0) {
        char *at = m_scratch.data();
        const qint64 size = m_socket->read(at, m_scratch.size() - kJsonPadding);
        if (size <= 0)
            break;
        if (m_reader.isSpent())
            continue;       // behind a close there is nothing to hear
        char *const end = at + size;
        while (const auto item = m_reader.next(at, end, kJsonPadding))
            handle(*item);
        if (m_reader.failure())
            failConnection();
    }
    m_reading = false;
    // Those that send nothing but pongs are many, and shall stay small.
    if (std::exchange(m_pongCame, false) && m_state == State::Open)
        releaseReadBuffer(*m_socket);
}

void WsSession::handle(const WsReader::Item &item)
{
    if (item.kind == WsReader::Kind::Close && m_state != State::Gone)
        return onClose(item);
    if (m_state != State::Open)
        return;
    switch (item.kind) {
    case WsReader::Kind::Text:
        if (m_rates && isTooMuch())
            return;
        return m_host.received(m_id, item.payload, item.padding);
    case WsReader::Kind::Binary:
        if (m_rates && isTooMuch())
            return;
        return m_host.receivedBinary(m_id, item.payload);
    case WsReader::Kind::Ping:
        return write(WsOpcode::Pong, item.payload);     // RFC 6455 §5.5.3
    case WsReader::Kind::Pong:
        return onPong();
    case WsReader::Kind::Close:
        break;
    }
}

/// True when this message is one too many: the session is closed.
bool WsSession::isTooMuch()
{
    const auto reason = tooManyMessages(*m_rates, m_remote, m_user);
    if (!reason)
        return false;
    Q_EMIT refused(CloseCode::PolicyViolated, *reason);
    closeByOurselves(CloseCode::PolicyViolated, *reason);
    return true;
}

void WsSession::answer(FrameKind kind, QByteArrayView payload)
{
    if (m_state == State::Open)
        write(kind == FrameKind::Text ? WsOpcode::Text : WsOpcode::Binary, payload);
}

void WsSession::write(WsOpcode opcode, QByteArrayView payload)
{
    m_out->write(makeWsFrame(opcode, payload));
    if (m_out->unsentBytes() > m_settings.sendQueueBytes)
        pauseReading();
}

/// A client that makes us answer and does not read the answers is not read either.
void WsSession::pauseReading()
{
    if (m_paused)
        return;
    m_out->flush();
    if (m_out->unsentBytes() <= m_settings.sendQueueBytes)
        return;
    m_paused = true;
    m_socket->setReadBufferSize(m_scratch.size());
    m_out->whenDrained([this] { resumeReading(); });
}

void WsSession::resumeReading()
{
    if (!std::exchange(m_paused, false) || m_state == State::Gone)
        return;
    m_socket->setReadBufferSize(0);
    read();
}

bool WsSession::deliver(const OutboundMessage &message)
{
    if (m_state != State::Open || !m_socket)
        return false;
    QByteArray numbered;
    if (m_wishes.sequence && message.sequence() != 0)
        numbered = message.numberedFrame();
    const QByteArray &frame = numbered.isNull() ? message.frame() : numbered;
    const qint64 queued = m_out->unsentBytes();
    if (queued > 0 && (queued + frame.size() > m_directBytes || (m_backlog && !m_backlog->isEmpty())))
        return deliverSlowly(frame);
    m_out->write(frame);
    return true;
}

/// Much is on its way already.
bool WsSession::deliverSlowly(const QByteArray &frame)
{
    // What this turn wrote has not been offered to the kernel yet.
    m_out->flush();
    const qint64 queued = m_out->unsentBytes();
    if ((queued == 0 || queued + frame.size() <= m_directBytes) && (!m_backlog || m_backlog->isEmpty())) {
        m_out->write(frame);
        return true;
    }
    switch (m_settings.slowConsumer) {
    case SlowConsumer::Close:
        QMetaObject::invokeMethod(
            this, [this] { closeByOurselves(CloseCode::TryAgainLater, "The client reads too slowly"); }, Qt::QueuedConnection);
        return false;
    case SlowConsumer::BlockPublisher:
        return false;
    case SlowConsumer::DropOldest:
        break;
    }
    if (!m_backlog)
        m_backlog = std::make_unique<Backlog>(*m_out, *m_socket, m_settings.sendQueueBytes);
    int dropped = 0;
    if (m_backlog->push(frame, dropped) == Backlog::Outcome::TooLarge)
        return false;
    if (dropped > 0) {
        m_dropped += quint64(dropped);
        m_host.dropped(m_id, dropped);
    }
    return true;
}

bool WsSession::hasRoom(qsizetype bytes)
{
    if (m_state != State::Open || !m_socket)
        return true;    // deliver() says no
    if (const qint64 queued = m_out->unsentBytes(); queued == 0 || queued + bytes <= m_settings.sendQueueBytes)
        return true;
    m_out->flush();
    const qint64 queued = m_out->unsentBytes();
    return queued == 0 || queued + bytes <= m_settings.sendQueueBytes;
}

void WsSession::watchRoom()
{
    if (!m_socket)
        return;
    connect(m_socket, &QTcpSocket::bytesWritten, this, &WsSession::onRoom, Qt::UniqueConnection);
    if (const auto *tls = qobject_cast<const QSslSocket *>(m_socket.data()))
        connect(tls, &QSslSocket::encryptedBytesWritten, this, &WsSession::onRoom, Qt::UniqueConnection);
}

void WsSession::onRoom()
{
    if (m_state == State::Open && m_id)
        m_host.roomMade(m_id);
}

void WsSession::close(CloseCode code, const QByteArray &reason)
{
    if (m_state != State::Open)
        return;
    m_state = State::Closing;
    m_id = {};
    m_closeText = closeTextOf(quint16(code), reason);
    // A peer that does not take the close frame, or does not answer it, is cut off.
    m_wheel.arm(*this, kCloseDeadline);
    m_out->write(makeWsCloseFrame(quint16(code), reason));
    m_out->flush();
    resumeReading();
}

/// RFC 6455 §7.1.7. What follows can't be told apart any more, so no close frame is waited for; but a connection that is closed
/// with unread bytes is reset, and the close frame lost: they are read away until the peer has gone.
void WsSession::failConnection()
{
    if (m_state != State::Open) {
        m_socket->disconnectFromHost();
        return;
    }
    const WsReader::Failure failure = *m_reader.failure();
    closeByOurselves(CloseCode(failure.code), failure.reason);
    if (m_state == State::Closing && m_socket->bytesToWrite() == 0 && !qobject_cast<QSslSocket *>(m_socket))
        shutdownWrites(*m_socket);
}

/// RFC 6455 §5.5.1: answered with the same code, then the connection ends.
void WsSession::onClose(const WsReader::Item &item)
{
    if (m_state == State::Open)
        settleReceipts();
    if (m_state == State::Open) {
        m_state = State::Closing;
        m_closeText = closeTextOf(item.code, item.payload);
        m_wheel.arm(*this, kCloseDeadline);
        m_out->write(item.code == kNoCloseCode ? makeWsFrame(WsOpcode::Close, {}) : makeWsCloseFrame(item.code, {}));
        m_out->flush();
        if (const SessionId id = std::exchange(m_id, {}))
            m_host.closed(id);
    }
    m_socket->disconnectFromHost();
}

/// Before our answer to a close is on its way: a client that closes has acknowledged what it got. Whoever waited for room may
/// only now learn that all was taken, and ask for the receipt.
void WsSession::settleReceipts()
{
    do
        m_out->flush();
    while (m_state == State::Open && DrainWatch::lookNow(*m_socket));
}

void WsSession::halfClose()
{
    if (m_state != State::Open || !m_socket)
        return;
    m_out->flush();
    shutdownWrites(*m_socket);
}

void WsSession::closeByOurselves(CloseCode code, const QByteArray &reason)
{
    if (m_state != State::Open)
        return;
    const SessionId id = m_id;
    close(code, reason);
    if (id)
        m_host.closed(id);
}

void WsSession::sendPing()
{
    m_pingSent = m_wheel.now();
    m_host.pinged();
    m_out->write(QByteArray::fromRawData(kPingFrame, sizeof kPingFrame));
}

void WsSession::measurePing()
{
    // The deadline of the pings in turn stays as it is: nobody is thrown out for being watched.
    if (m_state == State::Open && m_pingSent.sinceStart.count() == 0)
        sendPing();
}

QByteArray WsSession::closeText() const { return m_closeText; }

void WsSession::whenDrained(std::function<void()> drained)
{
    if (m_state == State::Open && m_socket)
        m_out->whenDrained(std::move(drained));
}

void WsSession::whenReceived(std::function<void()> received)
{
    if (m_state == State::Open && m_socket)
        m_out->whenReceived(std::move(received));
}

void WsSession::onPong()
{
    if (const Clock::Instant sent = std::exchange(m_pingSent, {}); sent.sinceStart.count() != 0)
        m_ping = int((m_wheel.now() - sent).count());
    m_awaitsPong = false;
    m_pongCame = true;
    m_host.ponged();
    if (m_state == State::Open && m_settings.wsPingInterval.count() > 0)
        m_wheel.arm(*this, m_settings.wsPingInterval);
}

void WsSession::onGone()
{
    if (m_state == State::Gone)
        return;
    m_state = State::Gone;
    m_wheel.disarm(*this);
    if (m_id && m_closeText.isEmpty())
        m_closeText = "1006";       // RFC 6455 §7.1.5: no close frame came
    if (m_id)
        m_host.closed(m_id);
    deleteLater();
}

void WsSession::expired()
{
    switch (m_state) {
    case State::Handshake:
        m_socket->abort();
        break;
    case State::Open:
        if (m_awaitsPong) {
            closeByOurselves(CloseCode::InternalError, "keepalive ping timeout");
            break;
        }
        m_awaitsPong = true;
        sendPing();
        m_wheel.arm(*this, m_settings.wsPingTimeout);
        break;
    case State::Closing:
        m_socket->abort();
        break;
    case State::Gone:
        break;
    }
}

} // namespace trunkline
