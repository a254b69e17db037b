// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/WsSession.h"

#include "hub/core/Json.h"
#include "hub/core/Message.h"
#include "hub/net/Sockets.h"

#include <QStringEncoder>
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

} // namespace

WsSession::WsSession(QTcpSocket *socket, const UserId &user, const QByteArray &remote, SessionHost &host,
                     const Settings &settings, TimerWheel &wheel, TurnWriter &turn, QObject *parent)
    : QObject(parent), m_host(host), m_settings(settings), m_wheel(wheel), m_turn(turn), m_socket(socket), m_user(user), m_remote(remote)
{
    socket->setParent(this);
    // Connected before QWebSocket's own slot, so that frames are looked at before it takes them.
    connect(socket, &QTcpSocket::readyRead, this, &WsSession::guardFrames);
    connect(socket, &QTcpSocket::disconnected, this, &WsSession::onGone);
    m_wheel.arm(*this, kHandshakeDeadline);
}

WsSession::~WsSession()
{
    if (m_state != State::Gone && m_id)
        m_host.closed(m_id);
    m_state = State::Gone;
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
    webSocket->setMaxAllowedIncomingMessageSize(quint64(m_settings.wsMaxMessageBytes));
    webSocket->setMaxAllowedIncomingFrameSize(quint64(m_settings.wsMaxMessageBytes));
    connect(webSocket, &QWebSocket::textMessageReceived, this, &WsSession::onText);
    connect(webSocket, &QWebSocket::binaryFrameReceived, this,
            [this] { closeByOurselves(CloseCode::UnsupportedData, "Only text messages are accepted"); });
    connect(webSocket, &QWebSocket::pong, this, &WsSession::onPong);
    connect(webSocket, &QWebSocket::disconnected, this, &WsSession::onGone);
    // Connected behind QWebSocket's slot: what it leaves has been looked at already.
    connect(m_socket, &QTcpSocket::readyRead, this, &WsSession::afterRead);
    m_state = State::Open;
    m_unread = 0;
    releaseReadBuffer(*m_socket);
    m_out.emplace(m_turn, *m_socket);
    m_wheel.disarm(*this);
    m_id = m_host.opened(m_user, *this, m_remote);
    if (m_id && m_settings.wsPingInterval.count() > 0)
        m_wheel.arm(*this, m_settings.wsPingInterval);
}

void WsSession::afterRead()
{
    m_unread = m_socket ? m_socket->bytesAvailable() : 0;
    // Those that send nothing but pongs are many, and shall stay small.
    if (std::exchange(m_pongCame, false) && m_socket)
        releaseReadBuffer(*m_socket);
}

void WsSession::guardFrames()
{
    if (m_state != State::Open)
        return;
    const qint64 available = m_socket->bytesAvailable();
    const qint64 fresh = available - m_unread;
    if (fresh <= 0 || m_guard.skip(quint64(fresh)))
        return;
    const QByteArray bytes = m_socket->peek(available);
    if (m_guard.feed(QByteArrayView(bytes).sliced(available - fresh)) == WsFrameGuard::Verdict::Unmasked)
        closeByOurselves(CloseCode::ProtocolError, "Frames from a client must be masked");     // RFC 6455 §5.1
}

void WsSession::onText(const QString &text)
{
    if (m_state != State::Open || !m_id)
        return;
    QStringEncoder toUtf8(QStringEncoder::Utf8, QStringEncoder::Flag::Stateless);
    QByteArray bytes;
    bytes.resize(toUtf8.requiredSpace(text.size()) + kJsonPadding);
    const char *end = toUtf8.appendToBuffer(bytes.data(), text);
    m_host.received(m_id, {bytes.constData(), end}, kJsonPadding);
}

bool WsSession::deliver(const OutboundMessage &message)
{
    if (m_state != State::Open || !m_socket)
        return false;
    const QByteArray &frame = message.frame();
    qint64 queued = m_out->unsentBytes();
    if (queued > 0 && queued + frame.size() > m_settings.sendQueueBytes) {
        // What this turn wrote has not been offered to the kernel yet.
        m_out->flush();
        queued = m_out->unsentBytes();
    }
    if (queued > 0 && queued + frame.size() > m_settings.sendQueueBytes) {
        QMetaObject::invokeMethod(
            this, [this] { closeByOurselves(CloseCode::TryAgainLater, "The client reads too slowly"); }, Qt::QueuedConnection);
        return false;
    }
    m_out->write(frame);
    return true;
}

void WsSession::close(CloseCode code, const QByteArray &reason)
{
    if (m_state == State::Closing || m_state == State::Gone || !m_webSocket)
        return;
    m_state = State::Closing;
    m_id = {};
    // A peer that does not take the close frame is cut off.
    m_wheel.arm(*this, kCloseDeadline);
    m_out->flush();
    m_webSocket->close(QWebSocketProtocol::CloseCode(code), QString::fromUtf8(reason));
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
    m_out->write(QByteArray::fromRawData(kPingFrame, sizeof kPingFrame));
}

void WsSession::measurePing()
{
    // The deadline of the pings in turn stays as it is: nobody is thrown out for being watched.
    if (m_state == State::Open && m_pingSent.sinceStart.count() == 0)
        sendPing();
}

QByteArray WsSession::closeText() const
{
    if (!m_webSocket || m_state == State::Handshake)
        return {};
    const QByteArray text = QByteArray::number(int(m_webSocket->closeCode())) + ' ' + m_webSocket->closeReason().toUtf8();
    return text.trimmed();
}

void WsSession::whenDrained(std::function<void()> drained)
{
    if (m_state == State::Open && m_socket)
        m_out->whenDrained(std::move(drained));
}

void WsSession::onPong()
{
    if (const Clock::Instant sent = std::exchange(m_pingSent, {}); sent.sinceStart.count() != 0)
        m_ping = int((m_wheel.now() - sent).count());
    m_awaitsPong = false;
    m_pongCame = true;
    if (m_state == State::Open && m_settings.wsPingInterval.count() > 0)
        m_wheel.arm(*this, m_settings.wsPingInterval);
}

void WsSession::onGone()
{
    if (m_state == State::Gone)
        return;
    m_state = State::Gone;
    m_wheel.disarm(*this);
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
        if (m_webSocket)
            m_webSocket->abort();
        break;
    case State::Gone:
        break;
    }
}

} // namespace trunkline
