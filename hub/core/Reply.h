// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Ids.h"
#include "hub/core/Json.h"

#include <optional>

namespace trunkline {

/// What a client's text says, as far as routing needs it. Views into the text.
struct Reply
{
    std::optional<CorrelationId> correlation;   ///< top level, else inside `data`; absent: reaches nobody
    bool final = false;                         ///< ends the stream
    bool ack = false;                           ///< `"type": "ack"`: a receipt for the message of that id
    QByteArray event;                           ///< the text as it goes out: line breaks removed, `is_final` set when it has to be

    /// nullopt when `text` is not JSON (reader.error() says why). `text` has `padding` readable bytes behind it.
    static std::optional<Reply> parse(JsonReader &reader, QByteArrayView text, qsizetype padding);
};

/// `json` as one Server-Sent Event of one `data` line (WHATWG HTML §9.2.6), with an `id:` line when `id` is not empty.
/// `json` holds no line break.
QByteArray encodeEvent(QByteArrayView json, QByteArrayView id = {});

} // namespace trunkline
