// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/api/EchoRoute.h"

namespace trunkline {

void EchoRoute::handle(HttpExchange &exchange)
{
    const HttpRequest &request = exchange.request();
    HttpResponse response;
    const QByteArrayView type = request.field("Content-Type");
    response.contentType = type.isEmpty() ? QByteArray("application/octet-stream") : type.toByteArray();
    response.body = request.body.toByteArray();
    // A body that says it is a page stays text to a browser: no script of it runs in the hub's origin.
    response.extraFields = "X-Content-Type-Options: nosniff\r\nContent-Security-Policy: sandbox; default-src 'none'\r\n";
    exchange.respond(response);
}

} // namespace trunkline
