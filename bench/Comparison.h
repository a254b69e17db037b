// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/JsonTree.h"

#include <QByteArrayList>

namespace trunkline {

/// A message that was recorded: its number in the capture and its text.
struct RecordedText
{
    quint64 number = 0;
    QByteArray text{};
};

/// Where a replay differs from its recording.
struct ReplayDifference
{
    enum class Kind { Missing, Extra, Order, Payload };
    Kind kind = Kind::Missing;
    QByteArray stream{};        ///< whose messages: "session 3 (alice)", "events of 9f3c"
    quint64 number = 0;         ///< of the recorded message; 0 for an extra one
    QByteArray path{};          ///< Payload: where; empty: the whole text
    QByteArray expected{};
    QByteArray actual{};
    friend bool operator==(const ReplayDifference &, const ReplayDifference &) = default;
};

/// Compares what one receiver got with what was recorded for it. A message that was recorded and came, but not in its place,
/// is Order; one that came in the place of another is Payload, with each path that differs; the rest is Missing and Extra.
/// Equal is what says the same JSON (sameJson()), or the same bytes where it is none. Takes O(n log n). Plain function.
[[nodiscard]] std::vector<ReplayDifference> compareStream(const QByteArray &stream, const std::vector<RecordedText> &expected,
                                                          const QByteArrayList &actual);

/// One line for people.
[[nodiscard]] QString differenceText(const ReplayDifference &difference);
/// "missing", "extra", "order", "payload"
[[nodiscard]] QByteArray kindName(ReplayDifference::Kind kind);

} // namespace trunkline
