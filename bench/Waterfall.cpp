// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/Waterfall.h"

#include "hub/view/WhyLate.h"

namespace trunkline {

namespace {

using std::chrono::microseconds;
constexpr int kBarWidth = 56;

QByteArray colored(const QByteArray &text, GapOwner owner, Colors colors)
{
    if (colors == Colors::Off)
        return text;
    const char *color = owner == GapOwner::Hub ? "\x1b[36m" : owner == GapOwner::Client ? "\x1b[34m" : "\x1b[33m";
    return color + text + "\x1b[0m";
}

} // namespace

QByteArray waterfall(const ExchangeInfo &exchange, Colors colors)
{
    const WhyLate why = whyLate(exchange);
    const double scale = why.total.count() > 0 ? double(kBarWidth) / double(why.total.count()) : 0;
    QByteArray text;
    for (const Gap &gap : why.gaps) {
        const int from = int(double(gap.from.count()) * scale);
        const int length = qMax(1, int(double(gap.to.count()) * scale) - from);
        // Between two tokens the hub is busy for some microseconds: no line for that.
        if (gap.owner == GapOwner::Hub && gap.from.count() > 0 && gap.length() < microseconds(1000))
            continue;
        const char mark = gap.owner == GapOwner::Hub ? '#' : gap.owner == GapOwner::Client ? '=' : '~';
        const QByteArray bar = QByteArray(from, ' ') + QByteArray(length, mark);
        QByteArray label = ownerName(gap.owner, exchange).toUtf8();
        if (gap.token > 0)
            label += " token " + QByteArray::number(gap.token);
        text += durationText(gap.to).rightJustified(8).toUtf8() + durationText(gap.length()).rightJustified(9).toUtf8() + "  "
            + colored(bar.leftJustified(kBarWidth + 2, ' '), gap.owner, colors) + label + '\n';
    }
    text += '\n' + why.sentence.toUtf8() + '\n';
    if (!why.longestText.isEmpty())
        text += why.longestText.toUtf8() + '\n';
    return text;
}

} // namespace trunkline
