// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exchanges/Lanes.h"

#include "hub/view/WhyLate.h"
#include "ui/models/ExchangeModel.h"
#include "ui/models/Format.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <optional>

namespace trunkline {

namespace {

using Micros = std::chrono::microseconds;
using Shape = LaneBar::Shape;

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(Lanes)
};

/// The steps of one exchange, sorted into what the lanes need.
struct Moments
{
    explicit Moments(const ExchangeInfo &exchange)
    {
        for (const ExchangeStep &step : exchange.steps) {
            switch (step.kind) {
            case StepKind::RequestComplete: break;
            case StepKind::Routed: routed = step.at; break;
            case StepKind::Written: written = step.at; break;
            case StepKind::Drained: drained = step.at; break;
            case StepKind::Reply: replies.push_back(step.at); break;
            case StepKind::EventWritten: eventWritten = step.at; break;
            case StepKind::UpstreamDrained: upstreamDrained = step.at; break;
            case StepKind::Ended: ended = step.at; break;
            case StepKind::LateReply: late.push_back(step.at); break;
            }
        }
    }

    [[nodiscard]] Micros medianGap() const
    {
        std::vector<Micros> gaps;
        for (std::size_t i = 1; i < replies.size(); ++i)
            gaps.push_back(replies[i] - replies[i - 1]);
        if (gaps.empty())
            return {};
        std::nth_element(gaps.begin(), gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2), gaps.end());
        return gaps[gaps.size() / 2];
    }

    [[nodiscard]] Micros handed() const { return written.value_or(routed.value_or(Micros{})); }

    std::optional<Micros> routed{};
    std::optional<Micros> written{};
    std::optional<Micros> drained{};
    std::optional<Micros> eventWritten{};
    std::optional<Micros> upstreamDrained{};
    std::optional<Micros> ended{};
    std::vector<Micros> replies{};
    std::vector<Micros> late{};
};

QString targetOf(const ExchangeInfo &exchange)
{
    return format::oneLine(exchange.route.target.isEmpty() ? exchange.route.named : exchange.route.target, 24);
}

Lane tokenLane(const std::vector<Micros> &replies, std::size_t first, std::size_t last)
{
    Lane lane;
    lane.title = first == last ? Words::tr("token %1").arg(first + 1)
                               : Words::tr("tokens %1%2%3").arg(first + 1).arg(QChar(0x2013)).arg(last + 1);
    for (std::size_t i = first; i <= last; ++i)
        lane.bars.push_back({replies[i], replies[i], Token::Client, Shape::Tick});
    if (last > first)
        lane.note = Words::tr("%1 apart").arg(format::duration((replies[last] - replies[first]) / static_cast<qint64>(last - first)));
    return lane;
}

/// Tokens in groups, split where one was long in coming; at most `most` splits, at the longest gaps.
void addTokens(std::vector<Lane> &lanes, const Moments &moments, Micros span)
{
    constexpr std::size_t most = 3;
    const std::vector<Micros> &replies = moments.replies;
    const Micros median = moments.medianGap();
    std::vector<std::size_t> splits;
    for (std::size_t i = 1; i < replies.size(); ++i) {
        if (isLongGap(replies[i] - replies[i - 1], median, span))
            splits.push_back(i);
    }
    std::sort(splits.begin(), splits.end(), [&](std::size_t a, std::size_t b) {
        return replies[a] - replies[a - 1] > replies[b] - replies[b - 1];
    });
    if (splits.size() > most)
        splits.resize(most);
    std::sort(splits.begin(), splits.end());
    std::size_t first = 0;
    for (const std::size_t split : splits) {
        lanes.push_back(tokenLane(replies, first, split - 1));
        lanes.push_back({Words::tr("token %1 waits").arg(split + 1), {{replies[split - 1], replies[split], Token::Client, Shape::Waiting}},
                         Words::tr("%1 without a token").arg(format::duration(replies[split] - replies[split - 1]))});
        first = split;
    }
    lanes.push_back(tokenLane(replies, first, replies.size() - 1));
}

void addEnd(std::vector<Lane> &lanes, const ExchangeInfo &exchange, const Moments &moments)
{
    if (moments.ended) {
        Lane lane;
        const Micros start = moments.replies.empty() ? *moments.ended : std::min(moments.replies.back(), *moments.ended);
        const Micros written = std::max(start, moments.eventWritten.value_or(start));
        const Micros last = std::max(written, moments.upstreamDrained.value_or(written));
        if (exchange.state == ExchangeState::Done) {
            lane = {moments.upstreamDrained ? Words::tr("done, drained") : Words::tr("done"), {{start, written, Token::Hub, Shape::Solid}},
                    format::duration(last - start)};
            if (last > written)
                lane.bars.push_back({written, last, Token::Upstream, Shape::Solid});
        } else {
            ExchangeInfo bare;
            bare.state = exchange.state;
            lane = {lookOf(bare).text, {{*moments.ended, *moments.ended, exchange.isFailed() ? Token::Failed : Token::Upstream, Shape::Tick}},
                    Words::tr("after %1").arg(format::duration(*moments.ended))};
        }
        lanes.push_back(std::move(lane));
    }
    if (!moments.late.empty()) {
        Lane lane{Words::tr("after the end"), {}, Words::tr("+%1 late").arg(format::duration(moments.late.front() - moments.ended.value_or(Micros{})))};
        for (const Micros at : moments.late)
            lane.bars.push_back({at, at, Token::Late, Shape::Tick});
        lanes.push_back(std::move(lane));
    }
}

} // namespace

bool isLongGap(Micros gap, Micros median, Micros span)
{
    return gap >= std::chrono::milliseconds(20) && gap > 3 * median && gap * 8 > span;
}

Micros spanOf(const ExchangeInfo &exchange)
{
    Micros span = exchange.latency;
    for (const ExchangeStep &step : exchange.steps)
        span = std::max(span, step.at);
    return span;
}

std::vector<Lane> lanesOf(const ExchangeInfo &exchange)
{
    const Moments moments(exchange);
    const Micros span = spanOf(exchange);
    std::vector<Lane> lanes;
    lanes.push_back({Words::tr("POST received"), {{{}, {}, Token::Upstream, Shape::Tick}}, format::bytes(exchange.request.size())});
    const Micros handed = moments.handed();
    if (moments.written) {
        Lane routed{Words::tr("routed, written"), {{{}, handed, Token::Hub, Shape::Solid}}, format::duration(handed)};
        // Who has answered has read it: that the kernel was seen to be done later says nothing.
        const Micros answered = moments.replies.empty() ? span : moments.replies.front();
        if (moments.drained && *moments.drained > handed && *moments.drained <= answered)
            routed.bars.push_back({handed, *moments.drained, Token::Client, Shape::Waiting});
        lanes.push_back(std::move(routed));
    } else if (moments.routed || moments.ended) {
        lanes.push_back({Words::tr("routed"), {{{}, moments.routed.value_or(*moments.ended), Token::Hub, Shape::Solid}},
                         exchange.route.sessionsFound == 0 ? Words::tr("no session of %1").arg(targetOf(exchange)) : Words::tr("not written")});
    }
    if (!moments.replies.empty()) {
        const Micros first = moments.replies.front();
        lanes.push_back({Words::tr("%1: first reply").arg(targetOf(exchange)), {{handed, first, Token::Client, Shape::Solid}},
                         format::duration(first - handed)});
        addTokens(lanes, moments, span);
    }
    const Micros quiet = moments.replies.empty() ? handed : moments.replies.back();
    const Micros end = moments.ended.value_or(span);
    if (moments.written && (exchange.isFailed() || exchange.state == ExchangeState::Streaming) && end > quiet) {
        lanes.push_back({Words::tr("waiting for %1").arg(targetOf(exchange)),
                         {{quiet, end, exchange.isFailed() ? Token::Failed : Token::Client, Shape::Waiting}},
                         Words::tr("%1 without a token").arg(format::duration(end - quiet))});
    }
    addEnd(lanes, exchange, moments);
    return lanes;
}

int laneOfLongestGap(const ExchangeInfo &exchange, const std::vector<Lane> &lanes)
{
    const WhyLate why = whyLate(exchange);
    const auto found = std::find_if(lanes.begin(), lanes.end(), [&](const Lane &lane) {
        return why.longest && lane.bars.size() == 1 && lane.bars.front().shape != Shape::Tick && lane.bars.front().to == why.longest->to;
    });
    return found == lanes.end() ? -1 : static_cast<int>(found - lanes.begin());
}

std::vector<LaneBar> waterfallOf(const ExchangeInfo &exchange)
{
    const Moments moments(exchange);
    const Micros span = spanOf(exchange);
    const Micros median = moments.medianGap();
    const Micros handed = moments.handed();
    std::vector<LaneBar> bars{{{}, handed, Token::Hub, Shape::Solid}};
    Micros before = handed;
    for (std::size_t i = 0; i < moments.replies.size(); ++i) {
        const Micros at = moments.replies[i];
        if (i == 0)
            bars.push_back({before, at, Token::Client, Shape::Solid});
        else if (isLongGap(at - before, median, span))
            bars.push_back({before, at, Token::Client, Shape::Waiting});
        if (i > 0)
            bars.push_back({at, at, Token::Client, Shape::Tick});
        before = at;
    }
    const Micros end = moments.ended.value_or(span);
    if (moments.written && exchange.isFailed() && end > before)
        bars.push_back({before, end, Token::Failed, Shape::Waiting});
    else if (exchange.state == ExchangeState::Streaming && end > before)
        bars.push_back({before, end, Token::Client, Shape::Waiting});
    for (const Micros at : moments.late)
        bars.push_back({at, at, Token::Late, Shape::Tick});
    return bars;
}

std::vector<Micros> axisMarks(Micros span, int most)
{
    std::vector<Micros> marks;
    if (span.count() <= 0 || most < 1)
        return {Micros{}};
    double step = std::pow(10.0, std::floor(std::log10(static_cast<double>(span.count()) / most)));
    for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
        if (static_cast<double>(span.count()) / (step * factor) <= most) {
            step *= factor;
            break;
        }
    }
    const auto whole = std::max<qint64>(1, std::llround(step));
    for (qint64 at = 0; at <= span.count(); at += whole)
        marks.emplace_back(at);
    return marks;
}

QString timelineMarkdown(const ExchangeInfo &exchange, const QString &sentence)
{
    QString text = QStringLiteral("### %1 %2 %3\n\n%4\n\n| %5 | %6 | %7 |\n|---|---|---|\n")
                       .arg(QString::fromUtf8(exchange.correlation), QChar(0xb7), lookOf(exchange).text, sentence, Words::tr("step"), Words::tr("from"), Words::tr("time"));
    for (const Lane &lane : lanesOf(exchange)) {
        const Micros from = lane.bars.empty() ? Micros{} : lane.bars.front().from;
        text += QStringLiteral("| %1 | %2 | %3 |\n").arg(lane.title, format::duration(from), lane.note);
    }
    return text;
}

} // namespace trunkline
