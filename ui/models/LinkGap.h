// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QVariant>

#include <chrono>

namespace trunkline {

/// A time in which a window did not see its hub. It stands as a row of its own where it happened.
struct LinkGap
{
    std::chrono::milliseconds from{};       ///< since 1970-01-01 UTC
    std::chrono::milliseconds to{};
    bool restarted = false;                 ///< another start of the hub answers since: its numbers began anew
    quint64 missed = 0;                     ///< what came and went unseen, as far as the same start can tell
};

/// "Not connected from 12:03:04 to 12:05:10 · 37 missed", one line.
[[nodiscard]] QString wordsOf(const LinkGap &gap);

/// Where in its row a cell stands.
enum class GapCell { Time, State, Summary, Other };
/// What a table's model answers for a cell of a gap's row.
[[nodiscard]] QVariant gapData(const LinkGap &gap, GapCell cell, int role);

} // namespace trunkline
