// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/bots/DemoEngine.h"

#include "hub/bots/DemoScript.h"

#include <QLoggingCategory>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QSslConfiguration>
#include <QTimer>

#include <limits>
#include <memory>
#include <utility>

namespace trunkline {

Q_LOGGING_CATEGORY(lcDemo, "trunkline.demo")

namespace {

constexpr int kOpeningAtOnce = 64;
/// So many users that could not connect: the system has no descriptors or ports left.
constexpr int kMaxFailures = 32;
/// No handshake has ended for so long: those under way never will.
constexpr std::chrono::milliseconds kStall{3000};
constexpr int kBatchesAtOnce = 4;

} // namespace

DemoEngine::DemoEngine(const LoadPlace &place, QObject *parent)
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
    if (m_bot && m_bot->isReady())
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
    m_burstDue = false;
    m_stall.stop();
    for (QNetworkReply *reply : m_manager.findChildren<QNetworkReply *>()) {
        reply->disconnect(this);
        reply->abort();
        reply->deleteLater();
    }
    for (LoadUser *user : std::exchange(m_users, {})) {
        user->disconnect(this);
        delete user;
    }
    m_opening = m_connected = m_batchesUnderWay = 0;
    if (BotClient *bot = std::exchange(m_bot, nullptr)) {
        bot->disconnect(this);
        delete bot;
    }
}

void DemoEngine::connectBot()
{
    FileProblems problems;
    const auto file = BotFile::read(demo::botsFile(), problems);
    Q_ASSERT(file);
    BotPlace place{.webSocketUrl = QUrl::fromEncoded(m_place.webSocketUrl), .token = m_place.token};
    place.insecure = true;      // it is the hub's own certificate, on the hub's own computer
    m_bot = new BotClient(place, file->bots.front().first, file->bots.front().second, file->seed, this);
    connect(m_bot, &BotClient::ready, this, [this] {
        Q_EMIT botReady();
        sendRequest();
    });
    connect(m_bot, &BotClient::lost, this, [this](const QString &why) {
        // Gone, or refused at the door: whoever else is demo_bot may answer; the next start() tries again.
        std::exchange(m_bot, nullptr)->deleteLater();
        Q_EMIT botLost(why);
    });
    m_bot->open();
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
        auto *user = new LoadUser(m_place, demo::userName(int(m_users.size())), this);
        m_users.push_back(user);
        ++m_opening;
        auto settled = std::make_shared<bool>(false);
        connect(user, &LoadUser::opened, this, [this, user, settled] {
            *settled = true;
            m_full = m_full || user->descriptorsAreScarce();
            userSettled(true);
        });
        connect(user, &LoadUser::ended, this, [this, settled] {
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
    std::erase_if(m_users, [](LoadUser *user) {
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
    if (const QString why = shortage(); !why.isEmpty())
        qCWarning(lcDemo, "The load of the demo has %d of %d users: %s", m_connected, m_wanted, qUtf8Printable(why));
    m_nextBatch = 0;
    m_batchesUnderWay = kBatchesAtOnce;
    for (int i = 0; i < kBatchesAtOnce; ++i)
        sendBatch();
}

QString DemoEngine::shortage() const
{
    if (m_connected >= m_wanted)
        return {};
    if (m_full)
        return QStringLiteral("This process may not open more files (ulimit -n); with the hub in the same process a user takes two.");
    return m_failed >= kMaxFailures ? QStringLiteral("The hub or the system took no more connections.") : QStringLiteral("Some users were refused or went away.");
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
