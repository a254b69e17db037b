// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Endpoint.h"
#include "hub/core/Settings.h"
#include "hub/core/TimerWheel.h"
#include "hub/core/WsReader.h"
#include "hub/net/Backlog.h"
#include "hub/net/TurnWriter.h"

#include <QObject>
#include <QPointer>

#include <memory>
#include <optional>

QT_BEGIN_NAMESPACE
class QTcpSocket;
class QWebSocket;
class QWebSocketServer;
QT_END_NAMESPACE

namespace trunkline {

class TokenExpiry;
struct RateLimits;

/// One client on a WebSocket. QWebSocketServer has answered the handshake; from there on WsReader reads the frames, and
/// what goes out is written as ready frames. Deletes itself when the peer is gone.
class WsSession final : public QObject, public ClientEndpoint, private WheelTimer
{
    Q_OBJECT

public:
    /// Watches the socket during the handshake; start() follows when that succeeded. `scratch` is what all sessions of the
    /// thread read into, one at a time.
    WsSession(QTcpSocket *socket, const UserId &user, const QByteArray &remote, SessionHost &host, const Settings &settings,
              TimerWheel &wheel, TurnWriter &turn, QByteArray &scratch, QObject *parent);
    ~WsSession() override;

    /// The handshake is over: the server need not hear of the socket's end. Its slot would walk all sockets to find the one.
    void stopWatching(QWebSocketServer &server);
    void start(QWebSocket *webSocket);
    void setWishes(const ClientWishes &wishes) { m_wishes = wishes; }
    /// Each message from now on must keep to the rates; they outlive the session. Not called: no rates.
    void limitMessages(RateLimits &rates) { m_rates = &rates; }
    /// Closes with 4401 at that civil time; nullopt: never. Before start().
    void closeWhenTokenEnds(std::optional<std::chrono::milliseconds> tokenEnds) { m_tokenEnds = tokenEnds; }

    bool deliver(const OutboundMessage &message) override;
    [[nodiscard]] bool hasRoom(qsizetype bytes) override;
    void watchRoom() override;
    void close(CloseCode code, const QByteArray &reason) override;
    void answer(FrameKind kind, QByteArrayView payload) override;
    [[nodiscard]] ClientWishes wishes() const override { return m_wishes; }
    void whenReceived(std::function<void()> received) override;
    void halfClose() override;
    [[nodiscard]] qint64 queuedBytes() const override { return (m_out ? m_out->unsentBytes() : 0) + (m_backlog ? m_backlog->bytes() : 0); }
    [[nodiscard]] quint64 droppedMessages() const override { return m_dropped; }
    [[nodiscard]] int pingMicroseconds() const override { return m_ping; }
    void measurePing() override;
    [[nodiscard]] QByteArray closeText() const override;
    void whenDrained(std::function<void()> drained) override;

Q_SIGNALS:
    /// Is being closed for a limit or for its token.
    void refused(trunkline::CloseCode code, const QByteArray &reason);

private:
    bool isTooMuch();
    enum class State { Handshake, Open, Closing, Gone };

    bool deliverSlowly(const QByteArray &frame);
    void onRoom();
    void read();
    void handle(const WsReader::Item &item);
    void write(WsOpcode opcode, QByteArrayView payload);
    void pauseReading();
    void resumeReading();
    void sendPing();
    void onPong();
    void onClose(const WsReader::Item &item);
    void settleReceipts();
    void onGone();
    void closeByOurselves(CloseCode code, const QByteArray &reason);
    void failConnection();
    void expired() override;

    SessionHost &m_host;
    const Settings &m_settings;
    TimerWheel &m_wheel;
    TurnWriter &m_turn;
    QPointer<QTcpSocket> m_socket;
    std::optional<SocketWriter> m_out;
    std::unique_ptr<Backlog> m_backlog;     ///< once it was needed
    const qint64 m_directBytes;             ///< what may wait in the socket
    quint64 m_dropped = 0;
    QPointer<QWebSocket> m_webSocket;
    UserId m_user;
    QByteArray m_remote;
    SessionId m_id;
    ClientWishes m_wishes;
    WsReader m_reader;
    QByteArray &m_scratch;
    QByteArray m_closeText;     ///< code and reason, once either side has said them
    RateLimits *m_rates = nullptr;
    std::optional<std::chrono::milliseconds> m_tokenEnds;
    std::unique_ptr<TokenExpiry> m_expiry;
    Clock::Instant m_pingSent;  ///< the one that no pong has answered yet; 0: none
    int m_ping = -1;            ///< microseconds the last one took
    State m_state = State::Handshake;
    bool m_awaitsPong = false;
    bool m_pongCame = false;
    bool m_reading = false;
    bool m_paused = false;      ///< the peer does not take what we answer: nothing more of it is read
};

} // namespace trunkline
