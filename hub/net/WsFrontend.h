// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Endpoint.h"
#include "hub/core/Settings.h"
#include "hub/core/TimerWheel.h"
#include "hub/net/Admission.h"
#include "hub/net/Handshake.h"

#include <QHash>
#include <QObject>
#include <QWebSocketServer>

QT_BEGIN_NAMESPACE
class QTcpSocket;
QT_END_NAMESPACE

namespace trunkline {

class TurnWriter;
class WsSession;

/// Makes WebSocket sessions of sockets whose handshake the gate has checked; QWebSocketServer answers it.
class WsFrontend final : public QObject
{
    Q_OBJECT

public:
    WsFrontend(const Settings &settings, TimerWheel &wheel, TurnWriter &turn, RateLimits &rates, RefusalLog &refusals);
    ~WsFrontend() override;

    /// Takes over a socket in which the handshake request still waits to be read; `host` is told what its session does.
    void adopt(QTcpSocket *socket, SessionHost &host, const HandshakeGuest &guest, const QByteArray &remote,
               const ClientWishes &wishes);
    /// Sessions and handshakes under way, those that are closing included.
    [[nodiscard]] int count() const { return int(m_sessions.size()); }
    void abortAll();

private:
    void onNewConnection();

    const Settings &m_settings;
    TimerWheel &m_wheel;
    TurnWriter &m_turn;
    RateLimits &m_rates;
    RefusalLog &m_refusals;
    QWebSocketServer m_server;
    QByteArray m_scratch;           ///< what sessions read into, one at a time
    /// A session in the making.
    struct Newcomer
    {
        WsSession *session = nullptr;
        SessionHost *host = nullptr;
        ReservationId reservation{};
    };
    QHash<QByteArray, Newcomer> m_handshakes;       ///< by the peer's address and port
    QHash<const QObject *, WsSession *> m_sessions;
};

} // namespace trunkline
