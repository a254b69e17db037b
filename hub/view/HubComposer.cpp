// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/view/HubComposer.h"

#include "hub/core/Json.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkProxy>
#include <QNetworkReply>

namespace trunkline {

namespace {

/// An answer in the making; a child of its reply.
class Answer final : public QObject
{
public:
    Answer(QNetworkReply *reply, QByteArray correlation, std::function<void(const ComposeAnswer &)> answered)
        : QObject(reply), m_reply(reply), m_answered(std::move(answered))
    {
        m_answer.correlation = std::move(correlation);
        connect(reply, &QNetworkReply::readyRead, this, [this] { grow(); });
        connect(reply, &QNetworkReply::finished, this, [this] { finish(); });
    }

private:
    void grow()
    {
        const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        const QByteArray more = m_reply->readAll();
        if (status == 0 || more.isEmpty())
            return;
        m_answer.status = status;
        m_answer.body += more;
        const bool stream = m_reply->header(QNetworkRequest::ContentTypeHeader).toString().startsWith(QStringLiteral("text/event-stream"));
        if (!stream)
            return;
        if (m_answer.correlation.isEmpty() && m_answer.body.startsWith("data: ") && m_answer.body.contains("\n\n"))
            m_answer.correlation = correlationIn(m_answer.body.mid(6, m_answer.body.indexOf('\n') - 6));
        m_answered(m_answer);
    }

    void finish()
    {
        const qsizetype before = m_answer.body.size();
        grow();
        m_answer.status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        const bool told = before > 0 && before == m_answer.body.size() && m_answer.body.startsWith("data: ");
        if (m_answer.status == 0)
            m_answer.body = m_reply->errorString().toUtf8();
        if (!told || m_answer.status == 0)
            m_answered(m_answer);
        m_reply->deleteLater();
    }

    QNetworkReply *m_reply;
    std::function<void(const ComposeAnswer &)> m_answered;
    ComposeAnswer m_answer;
};

/// A page of GET /presence.
std::optional<FoundUsers> readPresence(const QByteArray &json)
{
    const QJsonObject page = QJsonDocument::fromJson(json).object();
    if (!page.value(QLatin1StringView("users")).isArray())
        return std::nullopt;
    FoundUsers found;
    for (const QJsonValue &entry : page.value(QLatin1StringView("users")).toArray()) {
        FoundUser user{entry[QLatin1StringView("user_id")].toString().toUtf8()};
        for (const QJsonValue &hub : entry[QLatin1StringView("hubs")].toArray())
            user.hubs.append(hub.toString().toUtf8());
        found.users.push_back(std::move(user));
    }
    found.more = page.value(QLatin1StringView("next")).isString();
    return found;
}

const QByteArray &pathOf(const HubAccess &access, HubControl::Kind kind)
{
    switch (kind) {
    case HubControl::Kind::Push: return access.pushPath;
    case HubControl::Kind::Send: return access.sendPath;
    case HubControl::Kind::Batch: return access.batchPath;
    case HubControl::Kind::Broadcast: break;
    }
    return access.broadcastPath;
}

} // namespace

QNetworkRequest hubRequest(const HubAccess &access, const QString &path)
{
    QUrl url = access.url;
    const qsizetype query = path.indexOf(u'?');
    url.setPath(query < 0 ? path : path.left(query));
    if (query >= 0)
        url.setQuery(path.mid(query + 1));
    QNetworkRequest request(url);
    if (!access.token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + access.token);
    request.setRawHeader("Accept-Encoding", "identity");
    request.setRawHeader("User-Agent", "trunkline-desktop/" TRUNKLINE_VERSION);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    request.setSslConfiguration(access.tls);
    return request;
}

QByteArray correlationIn(const QByteArray &json)
{
    JsonReader reader;
    const JsonReader::Object *object = reader.read(json);
    if (!object)
        return {};
    const JsonMember *member = object->findInData("correlation_id");
    if (!member)
        member = object->find("correlation_id");
    if (!member)
        return {};
    return member->value.type == JsonType::String ? decodeJsonString(member->value.raw) : member->value.raw.toByteArray();
}

HubComposer::HubComposer(const HubAccess &access) : m_access(access) { }

void HubComposer::setPaths(const HubSnapshot &hub)
{
    m_access.pushPath = hub.ssePath;
    m_access.batchPath = hub.sseBatchPath;
    m_access.sendPath = hub.sseSendPath;
    if (!hub.sseBroadcastPath.isEmpty())
        m_access.broadcastPath = hub.sseBroadcastPath;
}

void HubComposer::post(HubControl::Kind kind, const QByteArray &body, std::function<void(const ComposeAnswer &)> answered)
{
    const QByteArray &path = pathOf(m_access, kind);
    QNetworkRequest request = hubRequest(m_access, QString::fromUtf8(path));
    request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArray("application/json"));
    // A manager has six connections to a host, and a stream keeps its own for long: each gets a manager of its own.
    QNetworkAccessManager *manager = kind == HubControl::Kind::Send ? new QNetworkAccessManager(&m_manager) : &m_manager;
    manager->setProxy(QNetworkProxy(QNetworkProxy::NoProxy));
    QNetworkReply *reply = manager->post(request, body);
    if (manager != &m_manager)
        QObject::connect(reply, &QObject::destroyed, manager, &QObject::deleteLater);
    if (m_access.insecure)
        reply->ignoreSslErrors();
    new Answer(reply, kind == HubControl::Kind::Send ? correlationIn(body) : QByteArray(), std::move(answered));
}

void HubComposer::findUsers(const QByteArray &prefix, int max, std::function<void(std::optional<FoundUsers>)> found)
{
    const QString path = QStringLiteral("/presence?limit=%1&prefix=%2").arg(QString::number(max), QString::fromLatin1(prefix.toPercentEncoding()));
    m_manager.setProxy(QNetworkProxy(QNetworkProxy::NoProxy));
    QNetworkReply *reply = m_manager.get(hubRequest(m_access, path));
    if (m_access.insecure)
        reply->ignoreSslErrors();
    // The reply dies with the manager, and then tells nobody.
    QObject::connect(reply, &QNetworkReply::finished, reply, [reply, found = std::move(found)] {
        reply->deleteLater();
        found(reply->error() == QNetworkReply::NoError ? readPresence(reply->readAll()) : std::nullopt);
    });
}

} // namespace trunkline
