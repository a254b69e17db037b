// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Message.h"

namespace trunkline {

/// One message for many users: for those that are named, for those whose name begins with a prefix, or for everybody.
struct BroadcastRequest
{
    Message message;                    ///< for `*`
    bool named = false;                 ///< `users` counts, not `prefix`
    std::vector<UserId> users{};        ///< sorted, none twice
    QByteArray prefix{};                ///< empty: everybody

    /// Takes the members out of a checked body (`data`, `users` or `prefix`, `event_type` …). Issues are appended and nullopt
    /// is returned on any. The message's views point into the body.
    static std::optional<BroadcastRequest> fromJson(const JsonReader::Object &body, BodyIssues &issues);
};

} // namespace trunkline
