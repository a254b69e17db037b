// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/demo/DemoEngine.h"

#include "hub/demo/DemoScript.h"

#include <QNetworkProxy>
#include <QNetworkReply>
#include <QSslConfiguration>
#include <QTimer>
#include <QUrlQuery>

#include <limits>
#include <memory>
#include <utility>

namespace trunkline {

namespace {

constexpr int kOpeningAtOnce = 64;
/// So many users that could not connect: the system has no descriptors or ports left.
constexpr int kMaxFailures = 32;
/// No handshake has ended for so long: those under way never will.
constexpr std::chrono::milliseconds kStall{3000};
constexpr int kBatchesAtOnce = 4;

} // namespace

DemoEngine::DemoEngine(const DemoPlace &place, QObject *parent)
    : QObject(parent), m_place(place), m_manager(this)      // a child, so that it moves to another thread with the engine
{
    m_stall.setParent(this);
    m_stall.setSingleShot(true);
    m_stall.setInterval(kStall);
    connect(&m_stall, &QTimer::timeout, this, &DemoEngine::giveUpWaiting);
    m_manager.setProxy(QNetworkProxy(QNetworkProxy::NoProxy));
}

DemoEngine::~DemoEngine() { stop(); }

void DemoEngine::start(int load)
{
    if (m_botReady)
        sendRequest();
    else if (!m_bot)
        connectBot();
    if (load <= 0)
        return;
    m_wanted = load;
    m_failed = 0;
    m_burstDue = true;
    m_full = false;
    addUsers();
}

void DemoEngine::stop()
{
    m_wanted = 0;
    m_botReady = m_burstDue = false;
    m_stall.stop();
    for (QNetworkReply *reply : m_manager.findChildren<QNetworkReply *>()) {
        reply->disconnect(this);
        reply->abort();
        reply->deleteLater();
    }
    for (DemoUser *user : std::exchange(m_users, {})) {
        user->disconnect(this);
        delete user;
    }
    m_opening = m_connected = m_batchesUnderWay = 0;
    if (QWebSocket *bot = std::exchange(m_bot, nullptr)) {
        bot->disconnect(this);
        bot->abort();
        bot->deleteLater();
    }
}

void DemoEngine::connectBot()
{
    m_bot = new QWebSocket(QString(), QWebSocketProtocol::VersionLatest, this);
    m_bot->setProxy(QNetworkProxy(QNetworkProxy::NoProxy));
    const auto ready = [this] {
        m_botReady = true;
        Q_EMIT botReady();
        sendRequest();
    };
    connect(m_bot, &QWebSocket::connected, this, ready);
    connect(m_bot, &QWebSocket::textMessageReceived, this, [this](const QString &text) { answer(text.toUtf8()); });
    connect(m_bot, &QWebSocket::disconnected, this, [this] {
        // Gone, or refused at the door: whoever else is demo_bot may answer; the next start() tries again.
        m_botReady = false;
        if (QWebSocket *bot = std::exchange(m_bot, nullptr)) {
            bot->deleteLater();
            Q_EMIT botLost(bot->closeReason().isEmpty() ? bot->errorString() : bot->closeReason());
        }
    });
    connect(m_bot, &QWebSocket::sslErrors, m_bot, [bot = m_bot] { bot->ignoreSslErrors(); });
    QUrl url = QUrl::fromEncoded(m_place.webSocketUrl);
    url.setQuery(QStringLiteral("user_id=") + QLatin1StringView(demo::kBotName));
    QNetworkRequest request(url);
    if (!m_place.token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + m_place.token);
    request.setRawHeader("User-Agent", "trunkline-demo/" TRUNKLINE_VERSION);
    m_bot->open(request);
}

void DemoEngine::answer(const QByteArray &message)
{
    const QByteArray correlation = demo::correlationToken(message);
    if (!correlation.isEmpty())
        speak(correlation, 0);
}

void DemoEngine::speak(const QByteArray &correlation, std::size_t index)
{
    if (index >= demo::script().size() || !m_bot)
        return;
    QTimer::singleShot(demo::script()[index].after, Qt::PreciseTimer, m_bot, [this, bot = m_bot, correlation, index] {
        if (bot != m_bot)
            return;     // on its way out
        bot->sendTextMessage(QString::fromUtf8(demo::reply(index, correlation)));
        speak(correlation, index + 1);
    });
}

QNetworkReply *DemoEngine::post(const QByteArray &path, const QByteArray &body)
{
    QUrl url = QUrl::fromEncoded(m_place.url);
    url.setPath(QString::fromUtf8(path));
    QNetworkRequest request(url);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArray("application/json"));
    request.setRawHeader("Accept-Encoding", "identity");
    request.setRawHeader("User-Agent", "trunkline-demo/" TRUNKLINE_VERSION);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    if (!m_place.token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + m_place.token);
    QNetworkReply *reply = m_manager.post(request, body);
    reply->ignoreSslErrors();
    return reply;
}

void DemoEngine::sendRequest()
{
    QNetworkReply *reply = post(m_place.sendPath, demo::requestBody());
    auto buffer = std::make_shared<QByteArray>();
    connect(reply, &QNetworkReply::readyRead, this, [this, reply, buffer] { readEvents(reply, *buffer); });
    connect(reply, &QNetworkReply::finished, this, [this, reply, buffer] {
        readEvents(reply, *buffer);
        const bool fine = buffer->isEmpty() && reply->error() == QNetworkReply::NoError;
        Q_EMIT requestEnded(fine ? QString() : reply->error() == QNetworkReply::NoError ? QString::fromUtf8(*buffer) : reply->errorString());
        reply->deleteLater();
    });
}

void DemoEngine::readEvents(QNetworkReply *reply, QByteArray &buffer)
{
    buffer += reply->readAll();
    for (qsizetype end = buffer.indexOf("\n\n"); end >= 0; end = buffer.indexOf("\n\n")) {
        const QByteArray event = buffer.first(end);
        buffer.remove(0, end + 2);
        const qsizetype data = event.startsWith("data: ") ? 0 : event.indexOf("\ndata: ") + 1;
        if (data == 0 && !event.startsWith("data: "))
            continue;       // a comment
        ++m_tokens;
        Q_EMIT eventReceived(event.mid(data + 6));
    }
}

void DemoEngine::addUsers()
{
    while (m_opening < kOpeningAtOnce && int(m_users.size()) < m_wanted && m_failed < kMaxFailures && !m_full) {
        auto *user = new DemoUser(m_place, demo::userName(int(m_users.size())), this);
        m_users.push_back(user);
        ++m_opening;
        auto settled = std::make_shared<bool>(false);
        connect(user, &DemoUser::opened, this, [this, user, settled] {
            *settled = true;
            m_full = m_full || user->descriptorsAreScarce();
            userSettled(true);
        });
        connect(user, &DemoUser::ended, this, [this, settled] {
            if (!std::exchange(*settled, true))
                userSettled(false);
            else
                --m_connected;
        });
    }
    if (m_opening > 0)
        m_stall.start();
    else
        startBurst();
}

void DemoEngine::giveUpWaiting()
{
    std::erase_if(m_users, [](DemoUser *user) {
        if (!user->isOpen())
            user->deleteLater();
        return !user->isOpen();
    });
    m_opening = 0;
    startBurst();
}

void DemoEngine::startBurst()
{
    m_stall.stop();
    if (!std::exchange(m_burstDue, false))
        return;
    Q_EMIT loadConnected(m_connected);
    m_nextBatch = 0;
    m_batchesUnderWay = kBatchesAtOnce;
    for (int i = 0; i < kBatchesAtOnce; ++i)
        sendBatch();
}

void DemoEngine::userSettled(bool connected)
{
    --m_opening;
    ++(connected ? m_connected : m_failed);
    // Later: this is a slot of the very socket.
    QMetaObject::invokeMethod(this, &DemoEngine::addUsers, Qt::QueuedConnection);
}

void DemoEngine::sendBatch()
{
    const QByteArray batch = m_wanted > 0 ? demo::burstBatch(m_connected, m_nextBatch++) : QByteArray();
    if (batch.isNull()) {
        if (--m_batchesUnderWay == 0)
            Q_EMIT burstEnded();
        return;
    }
    QNetworkReply *reply = post(m_place.batchPath, batch);
    connect(reply, &QNetworkReply::finished, this, [this, reply] {
        reply->deleteLater();
        if (reply->error() != QNetworkReply::NoError)
            m_nextBatch = std::numeric_limits<int>::max() / demo::kBatchSize;     // no more: the hub is gone
        sendBatch();
    });
}

} // namespace trunkline
