// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/bots/BotClient.h"

#include <QNetworkProxy>
#include <QNetworkRequest>
#include <QTimer>
#include <QWebSocket>

#include <utility>

namespace trunkline {

BotClient::BotClient(const BotPlace &place, const UserId &user, BotRules rules, quint64 seed, QObject *parent)
    : QObject(parent), m_place(place), m_user(user), m_rules(std::move(rules)), m_random(seed)
{
}

BotClient::~BotClient()
{
    // A QWebSocket that is deleted with something unsent would leak its socket.
    for (QWebSocket *socket : findChildren<QWebSocket *>()) {
        socket->disconnect(this);
        socket->abort();
    }
}

void BotClient::open()
{
    close();
    m_socket = new QWebSocket(QString(), QWebSocketProtocol::VersionLatest, this);
    m_socket->setProxy(QNetworkProxy(QNetworkProxy::NoProxy));
    m_socket->setSslConfiguration(m_place.tls);
    connect(m_socket, &QWebSocket::connected, this, [this] {
        m_ready = true;
        Q_EMIT ready();
    });
    connect(m_socket, &QWebSocket::textMessageReceived, this, [this](const QString &text) { answer(text.toUtf8()); });
    connect(m_socket, &QWebSocket::disconnected, this, [this] {
        m_ready = false;
        if (QWebSocket *gone = std::exchange(m_socket, nullptr)) {
            gone->deleteLater();
            Q_EMIT lost(gone->closeReason().isEmpty() ? gone->errorString() : gone->closeReason());
        }
    });
    if (m_place.insecure)
        connect(m_socket, &QWebSocket::sslErrors, m_socket, [socket = m_socket] { socket->ignoreSslErrors(); });
    QUrl url = m_place.webSocketUrl;
    // Percent-encoded by hand: QUrlQuery would leave a + alone, which means a space there.
    url.setQuery(QStringLiteral("user_id=") + QString::fromLatin1(QUrl::toPercentEncoding(QString::fromUtf8(m_user))));
    QNetworkRequest request(url);
    if (!m_place.token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + m_place.token);
    request.setRawHeader("User-Agent", "trunkline-bot/" TRUNKLINE_VERSION);
    m_socket->open(request);
}

void BotClient::close()
{
    m_ready = false;
    if (QWebSocket *socket = std::exchange(m_socket, nullptr)) {
        socket->disconnect(this);
        socket->close();        // what is unsent goes out first
        if (socket->state() != QAbstractSocket::UnconnectedState) {
            connect(socket, &QWebSocket::disconnected, socket, &QObject::deleteLater);
            QTimer::singleShot(1000, socket, [socket] { socket->abort(); });
        }
        else
            socket->deleteLater();
    }
}

void BotClient::answer(const QByteArray &message)
{
    Q_EMIT received(message);
    auto actions = std::make_shared<const std::vector<BotAction>>(m_rules.answer(message, m_random));
    carryOut(actions, 0);
}

void BotClient::carryOut(const std::shared_ptr<const std::vector<BotAction>> &actions, std::size_t index)
{
    if (index >= actions->size() || !m_socket)
        return;
    const auto act = [this, socket = m_socket, actions, index] {
        if (socket != m_socket)
            return;     // on its way out
        const BotAction &action = (*actions)[index];
        if (action.kind == BotAction::Kind::Close)
            return m_socket->close(QWebSocketProtocol::CloseCode(action.code), QString::fromUtf8(action.text));
        m_socket->sendTextMessage(QString::fromUtf8(action.text));
        Q_EMIT said(action.text);
        carryOut(actions, index + 1);
    };
    if ((*actions)[index].after.count() == 0)
        act();
    else
        QTimer::singleShot((*actions)[index].after, Qt::PreciseTimer, m_socket, act);
}

} // namespace trunkline
