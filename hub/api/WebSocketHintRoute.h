// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/api/Router.h"

namespace trunkline {

/// What is left of a WebSocket path when somebody comes without an upgrade.
class WebSocketHintRoute final : public Route
{
public:
    void handle(HttpExchange &exchange) override
    {
        exchange.respond(HttpResponse::error(426, "This path speaks WebSocket: ask with Upgrade: websocket",
                                             "Upgrade: websocket\r\n"));
    }
    [[nodiscard]] std::vector<OperationDoc> describe() const override;
    [[nodiscard]] QByteArrayList methods() const override { return {"GET"}; }
};

} // namespace trunkline
