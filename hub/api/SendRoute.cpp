// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/api/SendRoute.h"

#include "hub/Hub.h"
#include "hub/api/PushRoutes.h"
#include "hub/core/UpstreamTable.h"

namespace trunkline {

SendRoute::SendRoute(Hub &hub) : m_hub(hub), m_reader(hub.settings().maxJsonDepth) { }

void SendRoute::handle(HttpExchange &exchange)
{
    const HttpRequest &request = exchange.request();
    const auto message = readMessage(exchange, m_reader);
    if (!message)
        return;
    switch (m_hub.admission(*message)) {
    case Hub::Opening::Conflict:
        return exchange.respond(HttpResponse::error(409, "The correlation_id is already open"));
    case Hub::Opening::Full:
        return exchange.respond(HttpResponse::error(
            {503, "More open requests than MAX_OPEN_CORRELATIONS=" + QByteArray::number(m_hub.settings().maxOpenCorrelations),
             "Retry-After: 1\r\n"}));
    case Hub::Opening::Streaming:
    case Hub::Opening::Ended:
        break;
    }
    OutgoingStream &stream = exchange.startStream();
    const StreamId id = m_hub.nextStreamId();
    stream.onAborted([hub = &m_hub, id] { hub->cancel(id); });
    m_hub.open(*message, id, stream, {request.received, request.remote, productOf(request.field("User-Agent")).toByteArray()});
}

} // namespace trunkline
