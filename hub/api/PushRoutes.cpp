// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/api/PushRoutes.h"

#include "hub/api/PublishDesk.h"
#include "hub/cluster/Backplane.h"

#include <algorithm>
#include <limits>

namespace trunkline {

namespace {

HttpResponse prebuilt(QByteArray body)
{
    HttpResponse response = HttpResponse::json(std::move(body));
    response.prebuilt = prebuild(response);
    return response;
}

/// `*` is no user unless PUSH_TO_ALL says so.
BodyIssue everybodyRefused(const QByteArray &prefix)
{
    return {"value_error", prefix + R"("user_id")", "* reaches nobody: post to the broadcast path, or set PUSH_TO_ALL=true"};
}

} // namespace

void respondWhenStored(Hub &hub, HttpExchange &exchange, MessageStore::Ticket ticket, const HttpResponse &answer)
{
    DeferredAnswer &later = exchange.defer();
    const auto open = std::make_shared<bool>(true);
    later.onAborted([open] { *open = false; });
    hub.whenStored(ticket, [&later, open, answer](bool stored) {
        if (*open)
            later.respond(stored ? answer : notStored());
    });
}

HttpResponse notStored() { return HttpResponse::error(503, "The message could not be written to STORE", "Retry-After: 1\r\n"); }

HttpResponse backplaneUnavailable() { return HttpResponse::error(503, "Backplane unavailable", "Retry-After: 1\r\n"); }

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
    return readMessage(exchange, reader, request.body, request.bodyPadding);
}

std::optional<Message> readMessage(HttpExchange &exchange, JsonReader &reader, QByteArrayView text, qsizetype padding)
{
    const JsonReader::Object *body = reader.read(text, padding);
    if (!body) {
        exchange.respond(malformedJson(reader.error()));
        return std::nullopt;
    }
    BodyIssues issues;
    auto message = Message::fromJson(*body, {}, issues);
    if (message)
        message->tag(exchange.request().id, exchange.request().traceparent, *body);
    else
        exchange.respond(unprocessable(issues));
    return message;
}

QByteArray paddedCopy(QByteArrayView body)
{
    QByteArray copy;
    copy.reserve(body.size() + kJsonPadding);
    return copy.append(body);
}

bool admitsUser(HttpExchange &exchange, const Hub &hub, const Message &message)
{
    if (!message.isForAll() || hub.settings().pushToAll)
        return true;
    exchange.respond(unprocessable({everybodyRefused({})}));
    return false;
}

QByteArray pushAnswer(const Hub::Delivery &delivery)
{
    QByteArray json = delivery.delivered() ? R"({"status": "success", "message": "Message delivered", "sessions": )"
        : delivery.queued                  ? R"({"status": "queued", "message": "User not connected, the message waits", "sessions": )"
                                           : R"({"status": "partial", "message": "User not connected", "sessions": )";
    json.append(QByteArray::number(delivery.sessions));
    if (delivery.sequence != 0)
        json.append(R"(, "seq": )").append(QByteArray::number(delivery.sequence));
    return json.append('}');
}

PushRoute::PushRoute(Hub &hub, PublishDesk &desk)
    : m_hub(hub), m_desk(desk), m_reader(hub.settings().maxJsonDepth), m_mayBlock(hub.settings().slowConsumer == SlowConsumer::BlockPublisher),
      m_delivered(prebuilt(pushAnswer({.sessions = 1}))), m_notConnected(prebuilt(pushAnswer({})))
{
}

void PushRoute::handle(HttpExchange &exchange)
{
    if (m_mayBlock || !exchange.request().query.isEmpty())
        return handleSlowly(exchange);
    auto message = readMessage(exchange, m_reader);
    if (!message || !admitsUser(exchange, m_hub, *message))
        return;
    if (m_hub.isShared() && message->isForAll())
        return broadcast(exchange, *message);
    if (m_hub.isShared() && m_hub.goesElsewhere(m_hub.targetOf(*message)))
        return pushElsewhere(exchange, *message);
    const Hub::Delivery delivery = m_hub.push(*message);
    if (delivery.ticket != 0)
        return respondWhenStored(m_hub, exchange, delivery.ticket, HttpResponse::json(pushAnswer(delivery)));
    if (delivery.sessions > 1 || delivery.sequence != 0)
        return exchange.respond(HttpResponse::json(pushAnswer(delivery)));
    exchange.respond(delivery.delivered() ? m_delivered : m_notConnected);
}

/// The message is on its way before this returns; the answer comes when its holder has said what became of it.
void PushRoute::pushElsewhere(HttpExchange &exchange, Message &message)
{
    if (!message.correlation)
        message.correlation = makeCorrelationId();
    DeferredAnswer &later = exchange.defer();
    const quint64 post = m_hub.postElsewhere(message, {false, m_hub.settings().pushTimeout},
                                             [this, &later](const PostOutcome &outcome) { later.respond(answerTo(outcome)); });
    later.onAborted([hub = &m_hub, post] { hub->forgetPost(post); });
}

/// PUSH_TO_ALL on all hubs.
void PushRoute::broadcast(HttpExchange &exchange, const Message &message)
{
    DeferredAnswer &later = exchange.defer();
    const quint64 post = m_hub.broadcastEverywhere({.message = message},
                                                   [this, &later](const PostOutcome &outcome) { later.respond(answerTo(outcome)); });
    later.onAborted([hub = &m_hub, post] { hub->forgetPost(post); });
}

HttpResponse PushRoute::answerTo(const PostOutcome &outcome) const
{
    if (outcome.fate != PostOutcome::Fate::Settled && outcome.sessions == 0)
        return backplaneUnavailable();
    if (outcome.blocked && outcome.sessions == 0)
        return HttpResponse::error(503, "The user reads too slowly (SLOW_CONSUMER=block-publisher); nothing was delivered", "Retry-After: 1\r\n");
    if (outcome.sequence == 0 && outcome.sessions <= 1 && !outcome.queued)
        return outcome.sessions == 1 ? m_delivered : m_notConnected;
    return HttpResponse::json(pushAnswer({.sessions = outcome.sessions, .queued = outcome.queued, .sequence = outcome.sequence}));
}

void PushRoute::handleSlowly(HttpExchange &exchange)
{
    const HttpRequest &request = exchange.request();
    HttpResponse refusal;
    const auto options = publishOptions(request.query, m_hub.settings().pushTimeout, refusal);
    if (!options)
        return exchange.respond(refusal);
    QByteArray body = paddedCopy(request.body);
    auto message = readMessage(exchange, m_reader, body, kJsonPadding);
    if (!message || !admitsUser(exchange, m_hub, *message))
        return;
    if (message->isForAll() && options->waitsForAck)
        return exchange.respond(badQuery("wait", "value_error", "Nobody can acknowledge for everybody: * and wait=ack exclude each other"));
    std::vector<Message> messages;
    messages.push_back(*std::move(message));
    m_desk.publish(exchange, std::move(body), std::move(messages), *options, false);
}

BatchAnswer::BatchAnswer(std::size_t messages) : m_json(R"({"results": [)") { m_json.reserve(qsizetype(messages) * 80 + 32); }

void BatchAnswer::add(const Message &message, const Hub::Delivery &delivery)
{
    if (m_count > 0)
        m_json.append(", ");
    m_json.append(R"({"index": )").append(QByteArray::number(m_count++)).append(R"(, "user_id": )").append(message.userJson);
    m_json.append(delivery.delivered() ? R"(, "success": true, "sessions": )"
                  : delivery.queued    ? R"(, "success": true, "status": "queued", "sessions": )"
                                       : R"(, "success": false, "sessions": )");
    m_json.append(QByteArray::number(delivery.sessions));
    if (delivery.sequence != 0)
        m_json.append(R"(, "seq": )").append(QByteArray::number(delivery.sequence));
    m_json.append('}');
}

void BatchAnswer::addMember(QByteArrayView member)
{
    m_json.chop(1);
    m_json.append(", ").append(member).append('}');
}

HttpResponse BatchAnswer::take() { return HttpResponse::json(std::move(m_json.append("]}"))); }

std::optional<std::vector<Message>> BatchRoute::readMessages(HttpExchange &exchange, QByteArrayView body, qsizetype padding)
{
    BodyIssues issues;
    std::vector<Message> messages;
    const bool toAll = m_hub.settings().pushToAll;
    const HttpRequest &request = exchange.request();
    qsizetype count = 0;
    const auto type = m_reader.readEach(body, padding, [&](qsizetype index, const JsonReader::Object &item) {
        if (++count > m_most)
            return;
        auto message = Message::fromJson(item, QByteArray::number(index) + ", ", issues);
        if (message && message->isForAll() && !toAll && issues.size() < kMaxBodyIssues)
            issues.push_back(everybodyRefused(QByteArray::number(index) + ", "));
        if (message) {
            message->tag(request.id, request.traceparent, item);
            messages.push_back(*std::move(message));
        }
    });
    if (!type) {
        exchange.respond(malformedJson(m_reader.error()));
        return std::nullopt;
    }
    if (*type != JsonType::Array)
        issues.push_back({"list_type", {}, "Input should be a valid list"});
    if (count > m_most) {
        exchange.respond(HttpResponse::error({413, "The batch holds " + QByteArray::number(count)
                                                       + " messages, more than MAX_BATCH_MESSAGES=" + QByteArray::number(m_most)}));
        return std::nullopt;
    }
    if (!issues.empty()) {
        exchange.respond(unprocessable(issues));
        return std::nullopt;
    }
    return messages;
}

BatchRoute::BatchRoute(Hub &hub, PublishDesk &desk)
    : m_hub(hub), m_desk(desk), m_reader(hub.settings().maxJsonDepth),
      m_most(hub.settings().maxBatchMessages > 0 ? hub.settings().maxBatchMessages : std::numeric_limits<qsizetype>::max())
{
}

void BatchRoute::handle(HttpExchange &exchange)
{
    const HttpRequest &request = exchange.request();
    if (m_hub.settings().slowConsumer == SlowConsumer::BlockPublisher || !request.query.isEmpty())
        return handleSlowly(exchange);
    const auto messages = readMessages(exchange, request.body, request.bodyPadding);
    if (!messages)
        return;
    const auto isElsewhere = [this](const Message &message) {
        return !message.isForAll() && m_hub.goesElsewhere(m_hub.targetOf(message));
    };
    if (m_hub.isShared() && std::any_of(messages->begin(), messages->end(), isElsewhere))
        return handleSlowly(exchange);
    BatchAnswer answer(messages->size());
    MessageStore::Ticket ticket = 0;
    for (const Message &message : *messages) {
        const Hub::Delivery delivery = m_hub.push(message);
        ticket = std::max(ticket, delivery.ticket);
        answer.add(message, delivery);
    }
    if (ticket == 0)
        return exchange.respond(answer.take());
    respondWhenStored(m_hub, exchange, ticket, answer.take());
}

void BatchRoute::handleSlowly(HttpExchange &exchange)
{
    const HttpRequest &request = exchange.request();
    HttpResponse refusal;
    const auto options = publishOptions(request.query, m_hub.settings().pushTimeout, refusal);
    if (!options)
        return exchange.respond(refusal);
    QByteArray body = paddedCopy(request.body);
    auto messages = readMessages(exchange, body, kJsonPadding);
    if (messages)
        m_desk.publish(exchange, std::move(body), *std::move(messages), *options, true);
}

} // namespace trunkline
