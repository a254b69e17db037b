// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>

#include <limits>
#include <optional>

namespace trunkline {

/// What a client asks for when it comes.
struct ClientWishes
{
    /// A `Last-Event-ID` that is no number: none of ours.
    static constexpr quint64 kUnknownPlace = std::numeric_limits<quint64>::max();

    bool sequence = false;              ///< wants to know the number of each message
    bool presence = false;              ///< wants to hear who comes and goes
    bool eventStream = false;           ///< listens on Server-Sent Events and replies by POST
    std::optional<quint64> after;       ///< resumes behind that number; 0: from the oldest that is kept

    /// Whether it sees the numbers of its messages.
    [[nodiscard]] bool numbers() const { return sequence || eventStream || after; }
    friend bool operator==(const ClientWishes &, const ClientWishes &) = default;
};

/// Reads `sequence=1`, `presence=1` and `last_event_id=N` of a query, and the field Last-Event-ID (WHATWG HTML §9.2.4), which wins: a
/// browser that connects again sends it with the old query.
ClientWishes wishesOf(QByteArrayView query, QByteArrayView lastEventId);

} // namespace trunkline
