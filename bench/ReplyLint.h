// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bench/SseLint.h"
#include "hub/core/Exchange.h"
#include "hub/core/Journal.h"

namespace trunkline {

/// The answer of one exchange as a stream of events, looked at by the linter. The hub itself writes the frames, so what is said is
/// about the replies: those that came behind the final one, a stream without a final one, replies that were sent apart (by
/// their own timestamps) and came together.
struct ReplyLint
{
    struct Piece
    {
        std::chrono::microseconds at{};     ///< since the request
        QByteArray json{};
        QByteArray delta{};                 ///< what it adds to the text of a token stream
        bool late = false;                  ///< behind the end
    };
    std::vector<Piece> pieces{};
    std::vector<LintFinding> findings{};
    QByteArray merged{};                    ///< the deltas joined; empty when it is no token stream
};

/// `messages` are those of the exchange, in order.
[[nodiscard]] ReplyLint lintReplies(const ExchangeInfo &exchange, const std::vector<JournalEntry> &messages);

} // namespace trunkline
