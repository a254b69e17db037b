// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/ExchangeModel.h"

#include <optional>
#include <vector>

namespace trunkline {

/// What the detail pane shows: an exchange with its messages, or one message. The window's own copy, so that reading goes on
/// when hub and tables have dropped it.
struct Subject
{
    /// One payload and what it is: "request", "reply 3".
    struct Message
    {
        QString title;
        QByteArray payload;
        std::chrono::milliseconds at{};     ///< since 1970-01-01 UTC; 0: unknown
    };

    ExchangePtr exchange;                   ///< null for a message without one
    std::vector<JournalEntry> entries;      ///< of the correlation, or the one that was selected
    std::optional<JournalEntry> receipt;    ///< of a push: it came, or did not come in time
    std::vector<Message> messages;
    std::size_t chosen = 0;                 ///< the message to show first
    bool evicted = false;                   ///< left the tables
    [[nodiscard]] bool isEmpty() const { return !exchange && entries.empty(); }
};

class TrafficModel;

/// An exchange with what the traffic model knows of it.
[[nodiscard]] Subject subjectOf(const ExchangePtr &exchange, const TrafficModel &traffic);
/// One message, with its exchange where there is one.
[[nodiscard]] Subject subjectOf(const JournalEntry &entry, const ExchangePtr &exchange, const TrafficModel &traffic);

} // namespace trunkline
