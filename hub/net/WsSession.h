// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Endpoint.h"
#include "hub/core/Settings.h"
#include "hub/core/TimerWheel.h"
#include "hub/core/WsFrame.h"
#include "hub/net/TurnWriter.h"

#include <QObject>
#include <QPointer>

#include <optional>

QT_BEGIN_NAMESPACE
class QTcpSocket;
class QWebSocket;
class QWebSocketServer;
QT_END_NAMESPACE

namespace trunkline {

/// One client on a WebSocket. QWebSocket reads and speaks the protocol; messages are written as ready frames to the
/// socket beneath it. Deletes itself when the peer is gone.
class WsSession final : public QObject, public ClientEndpoint, private WheelTimer
{
    Q_OBJECT

public:
    /// Watches the socket during the handshake; start() follows when that succeeded.
    WsSession(QTcpSocket *socket, const UserId &user, const QByteArray &remote, SessionHost &host, const Settings &settings,
              TimerWheel &wheel, TurnWriter &turn, QObject *parent);
    ~WsSession() override;

    /// The handshake is over: the server need not hear of the socket's end. Its slot would walk all sockets to find the one.
    void stopWatching(QWebSocketServer &server);
    void start(QWebSocket *webSocket);

    bool deliver(const OutboundMessage &message) override;
    void close(CloseCode code, const QByteArray &reason) override;
    [[nodiscard]] qint64 queuedBytes() const override { return m_out ? m_out->unsentBytes() : 0; }
    [[nodiscard]] int pingMicroseconds() const override { return m_ping; }
    void measurePing() override;
    [[nodiscard]] QByteArray closeText() const override;
    void whenDrained(std::function<void()> drained) override;

private:
    enum class State { Handshake, Open, Closing, Gone };

    void guardFrames();
    void afterRead();
    void onText(const QString &text);
    void sendPing();
    void onPong();
    void onGone();
    void closeByOurselves(CloseCode code, const QByteArray &reason);
    void expired() override;

    SessionHost &m_host;
    const Settings &m_settings;
    TimerWheel &m_wheel;
    TurnWriter &m_turn;
    QPointer<QTcpSocket> m_socket;
    std::optional<SocketWriter> m_out;
    QPointer<QWebSocket> m_webSocket;
    UserId m_user;
    QByteArray m_remote;
    SessionId m_id;
    WsFrameGuard m_guard;
    qint64 m_unread = 0;        ///< bytes that the guard has seen and QWebSocket has left in the socket
    Clock::Instant m_pingSent;  ///< the one that no pong has answered yet; 0: none
    int m_ping = -1;            ///< microseconds the last one took
    State m_state = State::Handshake;
    bool m_awaitsPong = false;
    bool m_pongCame = false;
};

} // namespace trunkline
