// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/api/SendRoute.h"

#include "hub/api/PublishDesk.h"
#include "hub/api/PushRoutes.h"
#include "hub/core/UpstreamTable.h"

namespace trunkline {

namespace {

RequestOrigin originOf(const HttpRequest &request)
{
    QByteArrayView parent = request.traceparent;
    if (!parent.isEmpty())
        parent = parent.sliced(1).chopped(1);
    return {request.received, request.remote, productOf(request.field("User-Agent")).toByteArray(), request.id.toByteArray(),
            parent.toByteArray()};
}

} // namespace

SendRoute::SendRoute(Hub &hub, PublishDesk &desk) : m_hub(hub), m_desk(desk), m_reader(hub.settings().maxJsonDepth) { }

void SendRoute::handle(HttpExchange &exchange)
{
    const auto message = readMessage(exchange, m_reader);
    if (!message)
        return;
    if (message->isForAll())
        return exchange.respond(unprocessable({{"value_error", R"("user_id")", "A request asks one user, not *"}}));
    if (refuses(*message, [&](const HttpResponse &response) { exchange.respond(response); }))
        return;
    if (m_hub.settings().slowConsumer == SlowConsumer::BlockPublisher) {
        const UserId target = m_hub.targetOf(*message);
        if (m_hub.room().isWaitedFor(target) || !m_hub.hasRoom(target, message->sizeEstimate()))
            return openWhenRoom(exchange, *message);
    }
    open(*message, exchange.startStream(), originOf(exchange.request()));
}

bool SendRoute::refuses(const Message &message, const std::function<void(const HttpResponse &)> &respond) const
{
    switch (m_hub.admission(message)) {
    case Hub::Opening::Conflict:
        respond(HttpResponse::error(409, "The correlation_id is already open"));
        return true;
    case Hub::Opening::Full:
        respond(HttpResponse::error(
            {503, "More open requests than MAX_OPEN_CORRELATIONS=" + QByteArray::number(m_hub.settings().maxOpenCorrelations),
             "Retry-After: 1\r\n"}));
        return true;
    case Hub::Opening::Streaming:
    case Hub::Opening::Ended:
        break;
    }
    return false;
}

void SendRoute::open(const Message &message, OutgoingStream &stream, const RequestOrigin &origin)
{
    const StreamId id = m_hub.nextStreamId();
    stream.onAborted([hub = &m_hub, id] { hub->cancel(id); });
    stream.onDropped([hub = &m_hub, id](int events) { hub->eventsDropped(id, events); });
    m_hub.open(message, id, stream, origin);
}

/// SLOW_CONSUMER=block-publisher: the head is sent once the target can take the message.
void SendRoute::openWhenRoom(HttpExchange &exchange, const Message &message)
{
    const HttpRequest &request = exchange.request();
    HttpResponse refusal;
    const auto options = publishOptions(request.query, m_hub.settings().pushTimeout, refusal);
    if (!options)
        return exchange.respond(refusal);
    m_desk.whenRoom(exchange, m_hub.targetOf(message), message.sizeEstimate(), paddedCopy(request.body), options->timeout,
                    [this, origin = originOf(request), trace = request.traceparent.toByteArray()](DeferredAnswer &later, const QByteArray &body) {
        // It was found good when it came.
        BodyIssues issues;
        const JsonReader::Object &object = *m_reader.read(body, kJsonPadding);
        auto again = Message::fromJson(object, {}, issues);
        again->tag(origin.requestId, trace, object);
        if (!refuses(*again, [&](const HttpResponse &response) { later.respond(response); }))
            open(*again, later.startStream(), origin);
    });
}

} // namespace trunkline
