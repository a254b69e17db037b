// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/api/PushRoutes.h"

#include "hub/Hub.h"

#include <algorithm>
#include <limits>

namespace trunkline {

namespace {

HttpResponse prebuilt(QByteArray body)
{
    HttpResponse response = HttpResponse::json(std::move(body));
    response.prebuilt = encodeResponse(response, {});
    return response;
}

} // namespace

void respondWhenStored(Hub &hub, HttpExchange &exchange, MessageStore::Ticket ticket, const HttpResponse &answer)
{
    DeferredAnswer &later = exchange.defer();
    const auto open = std::make_shared<bool>(true);
    later.onAborted([open] { *open = false; });
    hub.whenStored(ticket, [&later, open, answer](bool stored) {
        if (*open)
            later.respond(stored ? answer : HttpResponse::error(503, "The message could not be written to STORE", "Retry-After: 1\r\n"));
    });
}

HttpResponse malformedJson(const JsonError &error)
{
    HttpResponse response = HttpResponse::json(
        toJson(BodyIssues{{"json_invalid", QByteArray::number(error.offset), "JSON decode error: " + error.message}}));
    response.status = 422;
    return response;
}

HttpResponse unprocessable(const BodyIssues &issues)
{
    HttpResponse response = HttpResponse::json(toJson(issues));
    response.status = 422;
    return response;
}

std::optional<Message> readMessage(HttpExchange &exchange, JsonReader &reader)
{
    const HttpRequest &request = exchange.request();
    const JsonReader::Object *body = reader.read(request.body, request.bodyPadding);
    if (!body) {
        exchange.respond(malformedJson(reader.error()));
        return std::nullopt;
    }
    BodyIssues issues;
    auto message = Message::fromJson(*body, {}, issues);
    if (!message)
        exchange.respond(unprocessable(issues));
    return message;
}

PushRoute::PushRoute(Hub &hub)
    : m_hub(hub), m_reader(hub.settings().maxJsonDepth), m_delivered(prebuilt(R"({"status": "success", "message": "Message delivered"})")),
      m_notConnected(prebuilt(R"({"status": "partial", "message": "User not connected"})")),
      m_queued(prebuilt(R"({"status": "queued", "message": "User not connected, the message waits"})"))
{
}

void PushRoute::handle(HttpExchange &exchange)
{
    const auto message = readMessage(exchange, m_reader);
    if (!message)
        return;
    const Hub::Delivery delivery = m_hub.push(*message);
    const HttpResponse &answer = delivery.delivered() ? m_delivered : delivery.queued ? m_queued : m_notConnected;
    if (delivery.ticket == 0)
        return exchange.respond(answer);
    respondWhenStored(m_hub, exchange, delivery.ticket, answer);
}

BatchRoute::BatchRoute(Hub &hub)
    : m_hub(hub), m_reader(hub.settings().maxJsonDepth),
      m_most(hub.settings().maxBatchMessages > 0 ? hub.settings().maxBatchMessages : std::numeric_limits<qsizetype>::max())
{
}

void BatchRoute::handle(HttpExchange &exchange)
{
    const HttpRequest &request = exchange.request();
    BodyIssues issues;
    std::vector<Message> messages;
    qsizetype count = 0;
    const auto type = m_reader.readEach(request.body, request.bodyPadding, [&](qsizetype index, const JsonReader::Object &item) {
        if (++count > m_most)
            return;
        if (auto message = Message::fromJson(item, QByteArray::number(index) + ", ", issues))
            messages.push_back(*std::move(message));
    });
    if (!type)
        return exchange.respond(malformedJson(m_reader.error()));
    if (*type != JsonType::Array)
        issues.push_back({"list_type", {}, "Input should be a valid list"});
    if (count > m_most) {
        return exchange.respond(HttpResponse::error({413, "The batch holds " + QByteArray::number(count)
                                                              + " messages, more than MAX_BATCH_MESSAGES=" + QByteArray::number(m_most)}));
    }
    if (!issues.empty())
        return exchange.respond(unprocessable(issues));
    QByteArray results = R"({"results": [)";
    results.reserve(qsizetype(messages.size()) * 64 + 32);
    MessageStore::Ticket ticket = 0;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const Hub::Delivery delivery = m_hub.push(messages[i]);
        ticket = std::max(ticket, delivery.ticket);
        if (i > 0)
            results.append(", ");
        results.append(R"({"index": )").append(QByteArray::number(i)).append(R"(, "user_id": )");
        results.append(messages[i].userJson).append(
            delivery.delivered() ? R"(, "success": true})" : delivery.queued ? R"(, "success": true, "status": "queued"})" : R"(, "success": false})");
    }
    const HttpResponse answer = HttpResponse::json(results.append("]}"));
    if (ticket == 0)
        return exchange.respond(answer);
    respondWhenStored(m_hub, exchange, ticket, answer);
}

} // namespace trunkline
