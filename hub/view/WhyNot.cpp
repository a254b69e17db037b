// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/view/WhyNot.h"

#include "hub/view/WhyLate.h"

#include <QCoreApplication>

namespace trunkline {

namespace {

using Mark = RouteFact::Mark;

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(WhyNot)
};

/// `one` and `many` are marked with QT_TRANSLATE_NOOP where they stand.
QString counted(int number, const char *one, const char *many)
{
    return number == 1 ? Words::tr(one) : Words::tr(many).arg(number);
}

RouteFact mentionFact(const RouteInfo &route)
{
    if (route.mention.isEmpty())
        return {Mark::Fine, Words::tr("Mention"), Words::tr("No public account is mentioned, so user_id decides.")};
    return {Mark::Note, Words::tr("Mention"),
            Words::tr("@%1 is a public account and comes first in the text.").arg(QString::fromUtf8(route.mention))};
}

RouteFact ruleFact(const RouteInfo &route)
{
    const QString named = QString::fromUtf8(route.named);
    if (route.mention.isEmpty())
        return {Mark::Fine, Words::tr("Rule"), Words::tr("To the user that the sender named: %1.").arg(named)};
    return {Mark::Note, Words::tr("Rule"),
            Words::tr("A mention beats user_id: to %1 instead of %2.").arg(QString::fromUtf8(route.target), named)};
}

RouteFact sessionsFact(const RouteInfo &route)
{
    const QString target = QString::fromUtf8(route.target);
    if (route.sessionsFound == 0 && !route.hub.isEmpty())
        return {Mark::Fine, Words::tr("Sessions found"), Words::tr("On another hub: %1 is connected to %2.").arg(target, QString::fromUtf8(route.hub))};
    if (route.sessionsFound == 0)
        return {Mark::Problem, Words::tr("Sessions found"), Words::tr("None: nobody is connected as %1.").arg(target)};
    return {Mark::Fine, Words::tr("Sessions found"),
            counted(route.sessionsFound, QT_TRANSLATE_NOOP("WhyNot", "One session is connected."), QT_TRANSLATE_NOOP("WhyNot", "%1 sessions are connected."))};
}

void addDelivery(const ExchangeInfo &exchange, std::vector<RouteFact> &facts)
{
    const RouteInfo &route = exchange.route;
    facts.push_back({route.written > 0 ? Mark::Fine : Mark::Problem, Words::tr("Written"),
                     route.written > 0 ? counted(route.written, QT_TRANSLATE_NOOP("WhyNot", "To one session."), QT_TRANSLATE_NOOP("WhyNot", "To %1 sessions."))
                                       : Words::tr("To no session.")});
    if (exchange.queuedBytes > 0)
        facts.push_back({Mark::Note, Words::tr("Queued"),
                         Words::tr("%1 bytes were waiting in its queue already: it reads slowly.").arg(exchange.queuedBytes)});
    if (route.overflowed > 0)
        facts.push_back({Mark::Problem, Words::tr("Dropped"),
                         counted(route.overflowed, QT_TRANSLATE_NOOP("WhyNot", "One session's queue was full (SEND_QUEUE_BYTES); it is closed with 1013."),
                                 QT_TRANSLATE_NOOP("WhyNot", "The queues of %1 sessions were full (SEND_QUEUE_BYTES); they are closed with 1013."))});
}

RouteFact answerFact(const ExchangeInfo &exchange)
{
    const QString answer = QString::fromUtf8(exchange.route.answer);
    const QString replies = counted(exchange.chunks, QT_TRANSLATE_NOOP("WhyNot", "one reply"), QT_TRANSLATE_NOOP("WhyNot", "%1 replies"));
    switch (exchange.state) {
    case ExchangeState::Streaming:
        return {Mark::Note, Words::tr("Sender got"), exchange.chunks == 0 ? Words::tr("Nothing yet; the stream is open.")
                                                                   : Words::tr("%1 so far; the stream is open.").arg(replies)};
    case ExchangeState::Done:
        return {Mark::Fine, Words::tr("Sender got"), Words::tr("%1; the last one was final.").arg(replies)};
    case ExchangeState::Cancelled:
        return {Mark::Note, Words::tr("Sender got"), Words::tr("%1, then the sender hung up.").arg(replies)};
    default:
        break;
    }
    return {Mark::Problem, Words::tr("Sender got"),
            exchange.chunks == 0 ? Words::tr("The error \"%1\".").arg(answer) : Words::tr("%1, then the error \"%2\".").arg(replies, answer)};
}

} // namespace

std::vector<RouteFact> routeFacts(const ExchangeInfo &exchange)
{
    const RouteInfo &route = exchange.route;
    std::vector<RouteFact> facts{mentionFact(route), ruleFact(route)};
    facts.push_back({Mark::Fine, Words::tr("User looked up"), QString::fromUtf8(route.target)});
    facts.push_back(sessionsFact(route));
    if (route.sessionsFound > 0)
        addDelivery(exchange, facts);
    facts.push_back(answerFact(exchange));
    if (exchange.lateReplies > 0)
        facts.push_back({Mark::Note, Words::tr("Late"),
                         counted(exchange.lateReplies, QT_TRANSLATE_NOOP("WhyNot", "One reply came after the end and reached nobody."),
                                 QT_TRANSLATE_NOOP("WhyNot", "%1 replies came after the end and reached nobody."))});
    return facts;
}

QString routeSummary(const ExchangeInfo &exchange)
{
    for (const RouteFact &fact : routeFacts(exchange)) {
        if (fact.mark == Mark::Problem)
            return fact.answer;
    }
    return Words::tr("It arrived at %1.").arg(QString::fromUtf8(exchange.route.target));
}

} // namespace trunkline
