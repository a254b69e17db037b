// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/api/BroadcastRoute.h"

#include "hub/api/PublishOptions.h"
#include "hub/api/PushRoutes.h"
#include "hub/cluster/Backplane.h"

namespace trunkline {

namespace {

HttpResponse answerTo(const Hub::BroadcastDelivery &delivery, int silent)
{
    QByteArray json = delivery.sessions > 0 ? R"({"status": "success", "message": "Message delivered")"
                                            : R"({"status": "partial", "message": "Nobody is connected")";
    if (delivery.sessions == 0 && delivery.slow > 0)
        json = R"({"status": "partial", "message": "Everybody reads too slowly")";
    json.append(R"(, "users": )").append(QByteArray::number(delivery.users));
    json.append(R"(, "sessions": )").append(QByteArray::number(delivery.sessions));
    json.append(R"(, "not_connected": )").append(QByteArray::number(delivery.notConnected));
    json.append(R"(, "slow": )").append(QByteArray::number(delivery.slow));
    if (silent > 0)
        json.append(R"(, "silent_hubs": )").append(QByteArray::number(silent));
    return HttpResponse::json(json.append('}'));
}

/// What all hubs have said; those that said nothing are counted.
HttpResponse answerTo(const PostOutcome &outcome, int named)
{
    if (outcome.fate != PostOutcome::Fate::Settled && outcome.hubs - outcome.silent <= 0)
        return backplaneUnavailable();
    return answerTo({.users = outcome.users, .sessions = outcome.sessions, .connected = outcome.connected,
                     .notConnected = named < 0 ? 0 : std::max(0, named - outcome.connected), .slow = outcome.slow},
                    outcome.silent);
}

} // namespace

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
    if (!m_hub.isShared())
        return exchange.respond(answerTo(m_hub.broadcast(*broadcast), 0));
    const int named = broadcast->named ? int(broadcast->users.size()) : -1;
    DeferredAnswer &later = exchange.defer();
    const quint64 post = m_hub.broadcastEverywhere(*broadcast, [&later, named](const PostOutcome &outcome) { later.respond(answerTo(outcome, named)); });
    later.onAborted([hub = &m_hub, post] { hub->forgetPost(post); });
}

} // namespace trunkline
