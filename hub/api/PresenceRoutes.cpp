// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/api/PresenceRoutes.h"

#include "hub/Hub.h"
#include "hub/api/PublishOptions.h"
#include "hub/api/PushRoutes.h"
#include "hub/cluster/Backplane.h"

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

/// `hubs`: all that hold the user; only the sessions of this one are known in detail.
QByteArray presenceOf(const Hub &hub, const UserId &user, const QByteArrayList &hubs = {})
{
    const SessionRegistry::SessionIds ids = hub.sessions().sessionsOf(user);
    QByteArray json = R"({"user_id": )" + encodeJsonString(user) + R"(, "connected": )";
    json.append(ids.isEmpty() && hubs.isEmpty() ? "false" : "true").append(R"(, "sessions": [)");
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
    json.append(']');
    if (!hub.isShared())
        return json.append('}');
    json.append(R"(, "hubs": [)");
    for (qsizetype i = 0; i < hubs.size(); ++i)
        json.append(i > 0 ? ", " : "").append(encodeJsonString(hubs[i]));
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
    if (m_hub.isShared())
        return listEverywhere(exchange, queryValue(query, "after"), queryValue(query, "prefix"), limit);
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

void PresenceRoute::listEverywhere(HttpExchange &exchange, const QByteArray &after, const QByteArray &prefix, std::size_t limit)
{
    const auto open = std::make_shared<bool>(true);
    DeferredAnswer &later = exchange.defer();
    later.onAborted([open] { *open = false; });
    m_hub.backplane()->users(after, prefix, int(limit) + 1, [this, &later, open, limit](std::optional<std::vector<PresenceInfo>> users, qint64 total) {
        if (!*open)
            return;
        if (!users)
            return later.respond(backplaneUnavailable());
        const bool more = users->size() > limit;
        users->resize(std::min(limit, users->size()));
        QByteArray json = R"({"total": )" + QByteArray::number(total) + R"(, "users": [)";
        for (std::size_t i = 0; i < users->size(); ++i) {
            if (i > 0)
                json.append(", ");
            json.append(presenceOf(m_hub, (*users)[i].user, (*users)[i].hubs));
        }
        json.append(R"(], "next": )").append(more ? encodeJsonString(users->back().user) : QByteArray("null"));
        later.respond(fresh(json.append('}')));
    });
}

void UserPresenceRoute::handle(HttpExchange &exchange)
{
    const QByteArray user = exchange.request().path.mid(qsizetype(sizeof "/presence/") - 1);
    if (!isValidUserId(user))
        return exchange.respond(HttpResponse::error(404, "Not Found"));
    Backplane *backplane = m_hub.backplane();
    if (!backplane)
        return exchange.respond(fresh(presenceOf(m_hub, user)));
    const auto open = std::make_shared<bool>(true);
    DeferredAnswer &later = exchange.defer();
    later.onAborted([open] { *open = false; });
    backplane->holders(user, [this, user, &later, open](QByteArrayList hubs) {
        const QByteArray own = m_hub.backplane()->name();
        if (m_hub.sessions().isConnected(user) && !hubs.contains(own))
            hubs.append(own);
        if (*open)
            later.respond(fresh(presenceOf(m_hub, user, hubs)));
    });
}

} // namespace trunkline
