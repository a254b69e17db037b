// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubValues.h"
#include "ui/theme/Palette.h"

#include <QString>

#include <chrono>
#include <vector>

namespace trunkline {

/// One stretch of a timeline, in microseconds since the request was complete. A tick has no length of its own.
struct LaneBar
{
    enum class Shape : quint8 { Solid, Waiting, Tick };
    std::chrono::microseconds from{};
    std::chrono::microseconds to{};
    Token tone = Token::Hub;                ///< Hub, Client, Upstream, Late or Failed: who had it
    Shape shape = Shape::Solid;
};

/// One line of a timeline: its name, its bars, and the words behind the last one.
struct Lane
{
    QString title;
    std::vector<LaneBar> bars;
    QString note;
};

/// An exchange as lanes: request, routed and written, first reply, tokens with the long gaps between them, the end, and what
/// came after it. Also the twin for people who cannot see bars: titles and notes say it all.
[[nodiscard]] std::vector<Lane> lanesOf(const ExchangeInfo &exchange);
/// The same bars in one line, for a table row.
[[nodiscard]] std::vector<LaneBar> waterfallOf(const ExchangeInfo &exchange);
/// The lane of what was longest in coming; -1: nothing was.
[[nodiscard]] int laneOfLongestGap(const ExchangeInfo &exchange, const std::vector<Lane> &lanes);
/// Time from the request to the last thing that happened.
[[nodiscard]] std::chrono::microseconds spanOf(const ExchangeInfo &exchange);
/// A gap between two replies that is worth a lane of its own.
[[nodiscard]] bool isLongGap(std::chrono::microseconds gap, std::chrono::microseconds median, std::chrono::microseconds span);

/// What the axis of a timeline shows: round times from 0 to `span`, at most `most` of them.
[[nodiscard]] std::vector<std::chrono::microseconds> axisMarks(std::chrono::microseconds span, int most);

/// An exchange's timeline as Markdown: a heading, the sentence, a table of lanes.
[[nodiscard]] QString timelineMarkdown(const ExchangeInfo &exchange, const QString &sentence);

} // namespace trunkline
