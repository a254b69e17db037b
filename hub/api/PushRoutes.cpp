// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/api/PushRoutes.h"

#include "hub/Hub.h"

namespace trunkline {

namespace {

HttpResponse prebuilt(QByteArray body)
{
    HttpResponse response = HttpResponse::json(std::move(body));
    response.prebuilt = encodeResponse(response, {});
    return response;
}

} // namespace

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
    : m_hub(hub), m_delivered(prebuilt(R"({"status": "success", "message": "Message delivered"})")),
      m_notConnected(prebuilt(R"({"status": "partial", "message": "User not connected"})"))
{
}

void PushRoute::handle(HttpExchange &exchange)
{
    const auto message = readMessage(exchange, m_reader);
    if (!message)
        return;
    exchange.respond(m_hub.push(*message).delivered() ? m_delivered : m_notConnected);
}

void BatchRoute::handle(HttpExchange &exchange)
{
    const HttpRequest &request = exchange.request();
    BodyIssues issues;
    std::vector<Message> messages;
    const auto type = m_reader.readEach(request.body, request.bodyPadding, [&](qsizetype index, const JsonReader::Object &item) {
        if (auto message = Message::fromJson(item, QByteArray::number(index) + ", ", issues))
            messages.push_back(*std::move(message));
    });
    if (!type)
        return exchange.respond(malformedJson(m_reader.error()));
    if (*type != JsonType::Array)
        issues.push_back({"list_type", {}, "Input should be a valid list"});
    if (!issues.empty())
        return exchange.respond(unprocessable(issues));
    QByteArray results = R"({"results": [)";
    results.reserve(qsizetype(messages.size()) * 64 + 32);
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const bool delivered = m_hub.push(messages[i]).delivered();
        if (i > 0)
            results.append(", ");
        results.append(R"({"index": )").append(QByteArray::number(i)).append(R"(, "user_id": )");
        results.append(messages[i].userJson).append(delivered ? R"(, "success": true})" : R"(, "success": false})");
    }
    exchange.respond(HttpResponse::json(results.append("]}")));
}

} // namespace trunkline
