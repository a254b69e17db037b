// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/view/WhyLate.h"

#include <QCoreApplication>
#include <QLocale>

namespace trunkline {

namespace {

using std::chrono::microseconds;

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(WhyLate)
};

/// Who had the ball before a step that follows on `previous`.
GapOwner ownerBefore(const ExchangeStep &step, StepKind previous, const ExchangeInfo &exchange)
{
    switch (step.kind) {
    case StepKind::RequestComplete:
    case StepKind::Routed:
    case StepKind::Written:
        return GapOwner::Hub;
    case StepKind::Drained:
        // Its own socket was full: it had not read what it got before.
        return exchange.queuedBytes > 0 ? GapOwner::Client : GapOwner::Hub;
    case StepKind::Reply:
    case StepKind::LateReply:
        return GapOwner::Client;
    case StepKind::EventWritten:
        return GapOwner::Hub;
    case StepKind::UpstreamDrained:
        return GapOwner::Upstream;
    case StepKind::Ended:
        break;
    }
    // Behind a written event the end of a finished exchange is the hub's; any other end came while a reply was awaited.
    const bool waiting = previous == StepKind::Written || previous == StepKind::Drained || previous == StepKind::EventWritten;
    return waiting && exchange.state != ExchangeState::Done && exchange.route.written > 0 ? GapOwner::Client : GapOwner::Hub;
}

void addGap(WhyLate &why, const Gap &gap)
{
    if (gap.length().count() <= 0)
        return;
    (gap.owner == GapOwner::Hub ? why.hub : gap.owner == GapOwner::Client ? why.client : why.upstream) += gap.length();
    if (!why.gaps.empty() && why.gaps.back().owner == gap.owner && why.gaps.back().token == 0)
        why.gaps.back() = {gap.owner, why.gaps.back().from, gap.to, gap.token, gap.open};
    else
        why.gaps.push_back(gap);
    if (!why.longest || why.gaps.back().length() > why.longest->length())
        why.longest = why.gaps.back();
}

void findGaps(const ExchangeInfo &exchange, WhyLate &why)
{
    microseconds before{};
    microseconds end{-1};
    StepKind previous = StepKind::RequestComplete;
    int token = 0;
    for (const ExchangeStep &step : exchange.steps) {
        if (step.kind == StepKind::LateReply) {
            why.late.push_back(step.at - (end.count() >= 0 ? end : exchange.latency));
            continue;
        }
        // A drain is reported out of turn: it says how long the bytes stood, not who was waited for after a reply.
        const bool behindEnd = end.count() >= 0;
        if ((step.kind == StepKind::Drained && previous != StepKind::Written) || (behindEnd && step.kind != StepKind::UpstreamDrained))
            continue;
        if (step.kind == StepKind::Reply)
            ++token;
        addGap(why, {ownerBefore(step, previous, exchange), before, step.at, step.kind == StepKind::Reply ? token : 0, false});
        before = std::max(before, step.at);
        previous = step.kind;
        if (step.kind == StepKind::Ended)
            end = step.at;
    }
    if (exchange.state == ExchangeState::Streaming && exchange.latency > before) {
        const bool waiting = previous != StepKind::RequestComplete && previous != StepKind::Routed && previous != StepKind::Reply;
        addGap(why, {waiting ? GapOwner::Client : GapOwner::Hub, before, exchange.latency, 0, true});
        before = exchange.latency;
    }
    why.total = before;
}

QString sizeText(qint64 bytes)
{
    if (bytes < 1024)
        return bytes == 0 ? QStringLiteral("0") : QStringLiteral("%1 B").arg(bytes);
    return QLocale::c().formattedDataSize(bytes, 1);
}

QString prefixFor(ExchangeState state)
{
    switch (state) {
    case ExchangeState::TimedOut: return Words::tr("Timed out: ");
    case ExchangeState::Disconnected: return Words::tr("The client went away: ");
    case ExchangeState::Cancelled: return Words::tr("The sender hung up: ");
    case ExchangeState::Shutdown: return Words::tr("The hub stopped: ");
    case ExchangeState::Overflow: return Words::tr("The client's queue was full: ");
    case ExchangeState::Streaming: return Words::tr("So far ");
    case ExchangeState::Done:
    case ExchangeState::NotConnected: break;
    }
    return {};
}

QString makeSentence(const ExchangeInfo &exchange, const WhyLate &why)
{
    const QString target = QString::fromUtf8(exchange.route.target);
    if (exchange.state == ExchangeState::NotConnected || exchange.route.written == 0)
        return Words::tr("%1 was not asked; hub %2.").arg(target, durationText(why.total));
    QString text = prefixFor(exchange.state)
        + Words::tr("%1 of %2 waiting for %3; hub %4").arg(durationText(why.client), durationText(why.total), target, durationText(why.hub));
    if (why.upstream > microseconds(500))
        text += Words::tr("; the sender took %1 to read").arg(durationText(why.upstream));
    text += exchange.pingMicroseconds >= 0
        ? Words::tr("; %1's ping %2").arg(target, durationText(microseconds(exchange.pingMicroseconds)))
        : Words::tr("; %1's ping not measured yet").arg(target);
    return text + Words::tr(", queue %1.").arg(sizeText(exchange.queuedBytes));
}

QString makeLongestText(const ExchangeInfo &exchange, const Gap &gap)
{
    const QString length = durationText(gap.length());
    if (gap.open)
        return Words::tr("longest gap %1, still open").arg(length);
    if (gap.token > 0)
        return Words::tr("longest gap %1 before token %2").arg(length).arg(gap.token);
    if (gap.owner == GapOwner::Upstream)
        return Words::tr("longest gap %1 until the sender had read the answer").arg(length);
    return exchange.state == ExchangeState::Done || gap.owner == GapOwner::Hub ? Words::tr("longest gap %1 in the hub").arg(length)
                                                                               : Words::tr("longest gap %1 before the end").arg(length);
}

} // namespace

WhyLate whyLate(const ExchangeInfo &exchange)
{
    WhyLate why;
    findGaps(exchange, why);
    why.sentence = makeSentence(exchange, why);
    if (why.longest)
        why.longestText = makeLongestText(exchange, *why.longest);
    return why;
}

QString ownerName(GapOwner owner, const ExchangeInfo &exchange)
{
    switch (owner) {
    case GapOwner::Hub: return Words::tr("Hub");
    case GapOwner::Client: return QString::fromUtf8(exchange.route.target);
    case GapOwner::Upstream: break;
    }
    return Words::tr("sender");
}

QString durationText(microseconds duration)
{
    const double us = double(duration.count());
    const auto number = [](double value, int decimals) {
        QString text = QString::number(value, 'f', decimals);
        if (text.contains(u'.')) {
            while (text.endsWith(u'0'))
                text.chop(1);
            if (text.endsWith(u'.'))
                text.chop(1);
        }
        return text;
    };
    if (us < 99.5)
        return number(us, 0) + (us < 0.5 ? Words::tr(" ms") : Words::tr(" µs"));
    if (us < 9'950)
        return number(us / 1e3, 1) + Words::tr(" ms");
    if (us < 999'500)
        return number(us / 1e3, 0) + Words::tr(" ms");
    if (us < 9'995'000)
        return number(us / 1e6, 2) + Words::tr(" s");
    return number(us / 1e6, us < 99'950'000 ? 1 : 0) + Words::tr(" s");
}

QString lateText(microseconds afterEnd) { return Words::tr("+%1 late").arg(durationText(afterEnd)); }

} // namespace trunkline
