// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/api/SendRoute.h"

#include "hub/api/PublishDesk.h"
#include "hub/api/PushRoutes.h"
#include "hub/cluster/Backplane.h"
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
    const bool away = m_hub.isShared() && m_hub.goesElsewhere(m_hub.targetOf(*message));
    if (away && !m_hub.backplane()->isUp())
        return exchange.respond(backplaneUnavailable());
    if (m_hub.isShared() && message->correlation)
        return openWhenClaimed(exchange, *message);
    if (!away && m_hub.settings().slowConsumer == SlowConsumer::BlockPublisher) {
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
        openAgain(later, body, origin, trace);
    });
}

/// Opens a request whose body was found good when it came. False when it is refused now.
bool SendRoute::openAgain(DeferredAnswer &later, const QByteArray &body, const RequestOrigin &origin, const QByteArray &trace)
{
    BodyIssues issues;
    const JsonReader::Object &object = *m_reader.read(body, kJsonPadding);
    auto message = Message::fromJson(object, {}, issues);
    message->tag(origin.requestId, trace, object);
    if (refuses(*message, [&](const HttpResponse &response) { later.respond(response); }))
        return false;
    open(*message, later.startStream(), origin);
    return true;
}

/// A request with an id of its own, where no other hub may have that id open.
void SendRoute::openWhenClaimed(HttpExchange &exchange, const Message &message)
{
    const HttpRequest &request = exchange.request();
    const auto isOpen = std::make_shared<bool>(true);
    const RequestOrigin origin = originOf(request);
    const QByteArray trace = request.traceparent.toByteArray();
    const QByteArray body = paddedCopy(request.body);
    const CorrelationId correlation = *message.correlation;
    DeferredAnswer &later = exchange.defer();
    later.onAborted([isOpen] { *isOpen = false; });
    m_hub.claimRequest(correlation, [this, &later, isOpen, origin, trace, body, correlation](std::optional<bool> claimed) {
        const bool mine = claimed.value_or(false);
        if (!*isOpen)
            return mine ? m_hub.unclaimRequest(correlation) : void();
        if (claimed && !mine) {
            ++m_hub.counters().requestsConflicted;
            return later.respond(HttpResponse::error(409, "The correlation_id is already open"));
        }
        later.onAborted({});
        if (!openAgain(later, body, origin, trace) && mine)
            m_hub.unclaimRequest(correlation);
    });
}

} // namespace trunkline
