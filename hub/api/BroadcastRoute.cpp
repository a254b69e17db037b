// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/api/BroadcastRoute.h"

#include "hub/api/PublishOptions.h"
#include "hub/api/PushRoutes.h"

namespace trunkline {

BroadcastRoute::BroadcastRoute(Hub &hub) : m_hub(hub), m_reader(hub.settings().maxJsonDepth) { }

void BroadcastRoute::handle(HttpExchange &exchange)
{
    const HttpRequest &request = exchange.request();
    if (!queryValue(request.query, "wait").isNull())
        return exchange.respond(badQuery("wait", "value_error", "A broadcast waits for nobody; push to those who must acknowledge"));
    const JsonReader::Object *body = m_reader.read(request.body, request.bodyPadding);
    if (!body)
        return exchange.respond(malformedJson(m_reader.error()));
    BodyIssues issues;
    auto broadcast = BroadcastRequest::fromJson(*body, issues);
    if (!broadcast)
        return exchange.respond(unprocessable(issues));
    broadcast->message.tag(request.id, request.traceparent, *body);
    const Hub::BroadcastDelivery delivery = m_hub.broadcast(*broadcast);
    QByteArray json = delivery.sessions > 0 ? R"({"status": "success", "message": "Message delivered")"
                                            : R"({"status": "partial", "message": "Nobody is connected")";
    if (delivery.sessions == 0 && delivery.slow > 0)
        json = R"({"status": "partial", "message": "Everybody reads too slowly")";
    json.append(R"(, "users": )").append(QByteArray::number(delivery.users));
    json.append(R"(, "sessions": )").append(QByteArray::number(delivery.sessions));
    json.append(R"(, "not_connected": )").append(QByteArray::number(delivery.notConnected));
    json.append(R"(, "slow": )").append(QByteArray::number(delivery.slow));
    exchange.respond(HttpResponse::json(json.append('}')));
}

} // namespace trunkline
