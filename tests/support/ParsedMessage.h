// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Message.h"

#include <optional>

namespace trunkline {

/// A message together with the body that its views point into.
class ParsedMessage
{
public:
    explicit ParsedMessage(QByteArray json, const QByteArray &prefix = {}) : body(std::move(json))
    {
        body.reserve(body.size() + kJsonPadding);
        if (const auto *object = reader.read(body, kJsonPadding))
            message = Message::fromJson(*object, prefix, issues);
        else
            malformed = true;
    }
    ParsedMessage(const ParsedMessage &) = delete;
    ParsedMessage &operator=(const ParsedMessage &) = delete;

    [[nodiscard]] const Message &operator*() const { return *message; }
    [[nodiscard]] const Message *operator->() const { return &*message; }

    QByteArray body;
    JsonReader reader;
    BodyIssues issues;
    std::optional<Message> message;
    bool malformed = false;
};

} // namespace trunkline
