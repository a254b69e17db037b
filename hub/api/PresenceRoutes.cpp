// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/api/PresenceRoutes.h"

#include "hub/Hub.h"
#include "hub/api/PublishOptions.h"

#include <QDateTime>
#include <QTimeZone>

namespace trunkline {

namespace {

/// RFC 3339 in UTC, with milliseconds.
QByteArray civilTime(const Hub &hub, Clock::Instant instant)
{
    const auto ago = std::chrono::duration_cast<std::chrono::milliseconds>(hub.clock().now() - instant);
    const QDateTime time = QDateTime::fromMSecsSinceEpoch((hub.clock().wall() - ago).count(), QTimeZone::utc());
    return time.toString(Qt::ISODateWithMs).toLatin1();
}

QByteArray presenceOf(const Hub &hub, const UserId &user)
{
    const SessionRegistry::SessionIds ids = hub.sessions().sessionsOf(user);
    QByteArray json = R"({"user_id": )" + encodeJsonString(user) + R"(, "connected": )";
    json.append(ids.isEmpty() ? "false" : "true").append(R"(, "sessions": [)");
    bool first = true;
    for (const SessionId id : ids) {
        const Session *session = hub.sessions().find(id);
        if (!session)
            continue;
        if (!std::exchange(first, false))
            json.append(", ");
        json.append(R"({"id": )").append(QByteArray::number(id.value)).append(R"(, "kind": ")").append(session->eventStream ? "sse" : "websocket");
        json.append(R"(", "since": ")").append(civilTime(hub, session->since)).append(R"(", "queued_bytes": )");
        json.append(QByteArray::number(session->endpoint->queuedBytes())).append('}');
    }
    return json.append("]}");
}

HttpResponse fresh(QByteArray json)
{
    HttpResponse response = HttpResponse::json(std::move(json));
    response.extraFields = "Cache-Control: no-store\r\n";
    return response;
}

} // namespace

void PresenceRoute::handle(HttpExchange &exchange)
{
    const QByteArrayView query = exchange.request().query;
    std::size_t limit = kPage;
    if (const QByteArray text = queryValue(query, "limit"); !text.isNull()) {
        bool fine = false;
        const int value = text.toInt(&fine);
        if (!fine || value < 1 || value > kMaxPage)
            return exchange.respond(badQuery("limit", "int_parsing", "Input should be a whole number from 1 to 1000"));
        limit = std::size_t(value);
    }
    // One more than asked for tells whether there is another page.
    std::vector<UserId> users = m_hub.sessions().usersAfter(queryValue(query, "after"), queryValue(query, "prefix"), limit + 1);
    const bool more = users.size() > limit;
    users.resize(std::min(limit, users.size()));
    QByteArray json = R"({"total": )" + QByteArray::number(m_hub.sessions().userCount()) + R"(, "users": [)";
    for (std::size_t i = 0; i < users.size(); ++i) {
        if (i > 0)
            json.append(", ");
        json.append(presenceOf(m_hub, users[i]));
    }
    json.append(R"(], "next": )").append(more ? encodeJsonString(users.back()) : QByteArray("null"));
    exchange.respond(fresh(json.append('}')));
}

void UserPresenceRoute::handle(HttpExchange &exchange)
{
    const QByteArray user = exchange.request().path.mid(qsizetype(sizeof "/presence/") - 1);
    if (!isValidUserId(user))
        return exchange.respond(HttpResponse::error(404, "Not Found"));
    exchange.respond(fresh(presenceOf(m_hub, user)));
}

} // namespace trunkline
