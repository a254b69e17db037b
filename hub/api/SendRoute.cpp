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
    if (m_hub.isShared() && m_hub.goesElsewhere(m_hub.targetOf(*message)) && !m_hub.backplane()->isUp())
        return exchange.respond(backplaneUnavailable());
    if ((m_hub.isShared() && message->correlation) || mustWait(*message))
        return postpone(exchange, *message);
    open(*message, exchange.startStream(), originOf(exchange.request()));
}

/// SLOW_CONSUMER=block-publisher: the head is sent once the target can take the message.
bool SendRoute::mustWait(const Message &message) const
{
    if (m_hub.settings().slowConsumer != SlowConsumer::BlockPublisher)
        return false;
    const UserId target = m_hub.targetOf(message);
    return !m_hub.goesElsewhere(target) && (m_hub.room().isWaitedFor(target) || !m_hub.hasRoom(target, message.sizeEstimate()));
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

/// A request that is opened later. Its body was found good when it came.
struct SendRoute::Postponed
{
    Hub &hub;
    QByteArray body;
    RequestOrigin origin;
    QByteArray trace;
    std::chrono::milliseconds timeout;              ///< how long it waits for room
    std::optional<CorrelationId> claimed{};         ///< given back when it is not opened

    ~Postponed()
    {
        if (claimed)
            hub.unclaimRequest(*claimed);
    }
};

Message SendRoute::messageOf(const Postponed &request)
{
    BodyIssues issues;
    const JsonReader::Object &object = *m_reader.read(request.body, kJsonPadding);
    auto message = Message::fromJson(object, {}, issues);
    message->tag(request.origin.requestId, request.trace, object);
    return *std::move(message);
}

void SendRoute::postpone(HttpExchange &exchange, const Message &message)
{
    const HttpRequest &http = exchange.request();
    std::chrono::milliseconds timeout = m_hub.settings().pushTimeout;
    if (m_hub.settings().slowConsumer == SlowConsumer::BlockPublisher) {
        HttpResponse refusal;
        const auto options = publishOptions(http.query, timeout, refusal);
        if (!options)
            return exchange.respond(refusal);
        timeout = options->timeout;
    }
    const auto request = std::make_shared<Postponed>(Postponed{m_hub, paddedCopy(http.body), originOf(http), http.traceparent.toByteArray(), timeout});
    const std::optional<CorrelationId> correlation = message.correlation;
    DeferredAnswer &later = exchange.defer();
    if (m_hub.isShared() && correlation)
        return claim(later, request, *correlation);
    openWhenRoom(later, request);
}

/// A request with an id of its own, where no other hub may have that id open.
void SendRoute::claim(DeferredAnswer &later, const std::shared_ptr<Postponed> &request, const CorrelationId &correlation)
{
    const auto isOpen = std::make_shared<bool>(true);
    later.onAborted([isOpen] { *isOpen = false; });
    m_hub.claimRequest(correlation, [this, &later, isOpen, request, correlation](std::optional<bool> claimed) {
        if (claimed.value_or(false))
            request->claimed = correlation;
        if (!*isOpen)
            return;
        if (claimed && !*claimed) {
            ++m_hub.counters().requestsConflicted;
            return later.respond(HttpResponse::error(409, "The correlation_id is already open"));
        }
        later.onAborted({});
        openWhenRoom(later, request);
    });
}

void SendRoute::openWhenRoom(DeferredAnswer &later, const std::shared_ptr<Postponed> &request)
{
    const Message message = messageOf(*request);
    if (!mustWait(message))
        return openNow(later, *request);
    if (request->claimed)
        m_hub.prolongClaim(*request->claimed, request->timeout);
    m_desk.whenRoom(later, m_hub.targetOf(message), message.sizeEstimate(), request->body, request->timeout,
                    [this, request](DeferredAnswer &open, const QByteArray &) { openNow(open, *request); });
}

void SendRoute::openNow(DeferredAnswer &later, Postponed &request)
{
    const Message message = messageOf(request);
    if (refuses(message, [&](const HttpResponse &response) { later.respond(response); }))
        return;
    request.claimed.reset();        // it goes with the request from now on
    open(message, later.startStream(), request.origin);
}

} // namespace trunkline
