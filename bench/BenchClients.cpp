// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/BenchClients.h"

#include <QEventLoop>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QTimer>

namespace trunkline {

bool BenchWatch::waitFor(const std::function<bool()> &done, std::chrono::milliseconds limit)
{
    const std::chrono::microseconds end = now() + limit;
    while (!done()) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - now());
        if (left.count() <= 0 || isCancelled())
            return false;
        QEventLoop loop;
        onChange = [&loop] { loop.quit(); };
        QTimer::singleShot(m_cancelled ? std::min(left, std::chrono::milliseconds(50)) : left, Qt::PreciseTimer, &loop, &QEventLoop::quit);
        loop.exec();
        onChange = nullptr;
    }
    return true;
}

ListeningClient::ListeningClient(const BenchHub &hub, const UserId &user, BenchWatch &watch) : m_hub(hub), m_user(user), m_watch(watch) { }

ListeningClient::~ListeningClient()
{
    if (!m_socket)
        return;
    m_socket->disconnect();
    m_socket->abort();
}

void ListeningClient::open()
{
    m_connected = m_gone = false;
    m_socket = std::make_unique<QWebSocket>();
    m_socket->setProxy(QNetworkProxy(QNetworkProxy::NoProxy));
    m_socket->setSslConfiguration(m_hub.access.tls);
    QWebSocket *socket = m_socket.get();
    if (m_hub.access.insecure)
        QObject::connect(socket, &QWebSocket::sslErrors, socket, [socket] { socket->ignoreSslErrors(); });
    QObject::connect(socket, &QWebSocket::connected, socket, [this] {
        m_connected = true;
        m_watch.poke();
    });
    QObject::connect(socket, &QWebSocket::textMessageReceived, socket, [this](const QString &text) {
        m_received.push_back({m_watch.now(), text.toUtf8()});
        m_watch.poke();
    });
    QObject::connect(socket, &QWebSocket::disconnected, socket, [this, socket] {
        m_connected = false;
        m_gone = true;
        m_turnedAway = socket->closeCode() == QWebSocketProtocol::CloseCodePolicyViolated;
        m_goodbye = socket->closeReason().isEmpty() ? socket->errorString() : QStringLiteral("%1 %2").arg(int(socket->closeCode())).arg(socket->closeReason());
        m_watch.poke();
    });
    QUrl url = m_hub.webSocketUrl;
    url.setQuery(QStringLiteral("user_id=") + QString::fromLatin1(QUrl::toPercentEncoding(QString::fromUtf8(m_user))));
    QNetworkRequest request(url);
    if (!m_hub.access.token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + m_hub.access.token);
    socket->open(request);
}

void ListeningClient::close()
{
    if (m_socket)
        m_socket->close();
}

void ListeningClient::say(const QByteArray &text)
{
    if (m_socket)
        m_socket->sendTextMessage(QString::fromUtf8(text));
}

PostedMessage::PostedMessage(const BenchHub &hub, const QByteArray &path, const QByteArray &body, BenchWatch &watch,
                             QNetworkAccessManager *shared)
    : m_watch(watch), m_own(shared ? nullptr : std::make_unique<QNetworkAccessManager>())
{
    QNetworkAccessManager &manager = shared ? *shared : *m_own;
    manager.setProxy(QNetworkProxy(QNetworkProxy::NoProxy));
    QNetworkRequest request = hubRequest(hub.access, QString::fromUtf8(path));
    request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArray("application/json"));
    request.setRawHeader("User-Agent", "trunkline-bench/" TRUNKLINE_VERSION);
    m_sentAt = watch.now();
    m_reply = manager.post(request, body);
    if (hub.access.insecure)
        m_reply->ignoreSslErrors();
    QObject::connect(m_reply, &QNetworkReply::metaDataChanged, m_reply, [this] {
        m_status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        m_watch.poke();
    });
    QObject::connect(m_reply, &QNetworkReply::readyRead, m_reply, [this] { read(); });
    QObject::connect(m_reply, &QNetworkReply::finished, m_reply, [this] {
        read();
        m_ended = true;
        m_endedAt = m_watch.now();
        if (m_status == 0)
            m_problem = m_reply->errorString();
        m_watch.poke();
    });
}

PostedMessage::~PostedMessage()
{
    m_reply->disconnect();
    m_reply->abort();
    m_reply->deleteLater();
}

void PostedMessage::abort()
{
    if (!m_ended)
        m_reply->abort();
}

void PostedMessage::read()
{
    m_status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const QByteArray bytes = m_reply->readAll();
    if (!m_reply->header(QNetworkRequest::ContentTypeHeader).toByteArray().startsWith("text/event-stream")) {
        m_answer += bytes;
        return;
    }
    const std::chrono::microseconds now = m_watch.now();
    for (const QByteArray &event : m_reader.feed(bytes))
        m_events.push_back({now, event});
    m_watch.poke();
}

} // namespace trunkline
