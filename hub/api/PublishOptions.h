// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/HttpMessage.h"

#include <chrono>
#include <optional>

namespace trunkline {

/// What the query of a push asks for besides.
struct PublishOptions
{
    bool waitsForAck = false;                   ///< `wait=ack`
    std::chrono::milliseconds timeout{};        ///< `timeout=2s`, else PUSH_TIMEOUT
};

/// Reads them; nullopt, and `refusal` a 422 that says what is allowed, for values that are not. Other parameters are ignored.
std::optional<PublishOptions> publishOptions(QByteArrayView query, std::chrono::milliseconds defaultTimeout, HttpResponse &refusal);

/// 422 for one parameter of the query, in FastAPI's shape.
HttpResponse badQuery(const char *parameter, const char *type, QByteArrayView text);

} // namespace trunkline
