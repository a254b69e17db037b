// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/WsFrontend.h"

#include "hub/net/WsSession.h"

#include <QTcpSocket>
#include <QWebSocket>

#include <limits>
#include <memory>

namespace trunkline {

namespace {

constexpr qsizetype kScratchBytes = 64 * 1024;

QByteArray keyOf(const QHostAddress &address, quint16 port)
{
    return address.toString().toLatin1() + ' ' + QByteArray::number(port);
}

} // namespace

WsFrontend::WsFrontend(const Settings &settings, TimerWheel &wheel, TurnWriter &turn, RateLimits &rates, RefusalLog &refusals)
    : m_settings(settings), m_wheel(wheel), m_turn(turn), m_rates(rates), m_refusals(refusals),
      m_server(QStringLiteral("Trunkline"), QWebSocketServer::NonSecureMode), m_scratch(kScratchBytes, '\0')
{
    m_server.setMaxPendingConnections(std::numeric_limits<int>::max());
    m_server.setSupportedSubprotocols({QStringLiteral("bearer")});
    connect(&m_server, &QWebSocketServer::newConnection, this, &WsFrontend::onNewConnection);
}

WsFrontend::~WsFrontend() { abortAll(); }

void WsFrontend::adopt(QTcpSocket *socket, SessionHost &host, const HandshakeGuest &guest, const QByteArray &remote,
                       const ClientWishes &wishes)
{
    const QByteArray key = keyOf(socket->peerAddress(), socket->peerPort());
    auto *session = new WsSession(socket, guest.user, remote, host, m_settings, m_wheel, m_turn, m_scratch, this);
    session->setWishes(wishes);
    if (m_rates.messagesPerUser.isOn() || m_rates.messagesPerAddress.isOn())
        session->limitMessages(m_rates);
    session->closeWhenTokenEnds(guest.tokenEnds);
    connect(session, &WsSession::refused, this,
            [this, remote](CloseCode code, const QByteArray &reason) { noteRefusal(m_refusals, remote, int(code), reason); });
    m_handshakes.insert(key, {session, &host, guest.reservation});
    m_sessions.insert(session, session);
    connect(session, &QObject::destroyed, this, [this, key](QObject *gone) {
        m_sessions.remove(gone);
        if (m_handshakes.value(key).session != gone)
            return;
        const Newcomer newcomer = m_handshakes.take(key);
        newcomer.host->unreserve(newcomer.reservation);
    });
    m_server.handleConnection(socket);
}

void WsFrontend::onNewConnection()
{
    while (QWebSocket *webSocket = m_server.nextPendingConnection()) {
        const Newcomer newcomer = m_handshakes.take(keyOf(webSocket->peerAddress(), webSocket->peerPort()));
        if (!newcomer.session) {
            webSocket->deleteLater();
            continue;
        }
        newcomer.session->stopWatching(m_server);
        newcomer.session->start(webSocket);
        newcomer.host->unreserve(newcomer.reservation);
    }
}

void WsFrontend::abortAll()
{
    const auto sessions = m_sessions.values();
    for (WsSession *session : sessions)
        delete session;
}

} // namespace trunkline
