// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/view/WhyLate.h"
#include "hub/view/WhyNot.h"

#include <QTest>

using namespace trunkline;
using namespace std::chrono_literals;

namespace {

ExchangeInfo streamed()
{
    ExchangeInfo exchange;
    exchange.route = {.named = "bob", .target = "bob", .sessionsFound = 1, .written = 1};
    exchange.state = ExchangeState::Done;
    exchange.chunks = 3;
    exchange.pingMicroseconds = 1000;
    exchange.steps = {{StepKind::RequestComplete, 0us, 0}, {StepKind::Routed, 50us, 0},         {StepKind::Written, 100us, 90},
                      {StepKind::Drained, 150us, 0},       {StepKind::Reply, 500'150us, 40},    {StepKind::EventWritten, 500'200us, 48},
                      {StepKind::Reply, 1'890'200us, 40},  {StepKind::EventWritten, 1'890'200us, 48}, {StepKind::Reply, 2'410'200us, 40},
                      {StepKind::EventWritten, 2'410'200us, 48}, {StepKind::Ended, 2'410'200us, 0}, {StepKind::UpstreamDrained, 2'410'400us, 0}};
    exchange.latency = 2'410'200us;
    return exchange;
}

} // namespace

class tst_WhyLate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysItInOneSentence();
    void gapsHaveOwnersAndNoHoles();
    void namesTheLongestGap();
    void waitsForTheClientWhileItIsOpen();
    void timeoutIsTheClientsAndLateRepliesStandBehind();
    void slowReaderIsTheSender();
    void fullSocketIsTheClients();
    void notConnectedAsksNobody();
    void durations_data();
    void durations();
    void routeOfAPlainMessage();
    void routeOfAMention();
    void routeThatEndsNowhere_data();
    void routeThatEndsNowhere();
};

void tst_WhyLate::saysItInOneSentence()
{
    QCOMPARE(whyLate(streamed()).sentence, QStringLiteral("2.41 s of 2.41 s waiting for bob; hub 0.2 ms; bob's ping 1 ms, queue 0."));
    ExchangeInfo unmeasured = streamed();
    unmeasured.pingMicroseconds = -1;
    unmeasured.queuedBytes = 2048;
    QVERIFY(whyLate(unmeasured).sentence.endsWith(QStringLiteral("bob's ping not measured yet, queue 2.0 KiB.")));
}

void tst_WhyLate::gapsHaveOwnersAndNoHoles()
{
    const WhyLate why = whyLate(streamed());
    const std::vector<Gap> expected{{GapOwner::Hub, 0us, 150us},
                                    {GapOwner::Client, 150us, 500'150us, 1},
                                    {GapOwner::Hub, 500'150us, 500'200us},
                                    {GapOwner::Client, 500'200us, 1'890'200us, 2},
                                    {GapOwner::Client, 1'890'200us, 2'410'200us, 3},
                                    {GapOwner::Upstream, 2'410'200us, 2'410'400us}};
    QVERIFY(why.gaps == expected);
    QCOMPARE(why.hub + why.client + why.upstream, why.total);
}

void tst_WhyLate::namesTheLongestGap()
{
    const WhyLate why = whyLate(streamed());
    QCOMPARE(why.longestText, QStringLiteral("longest gap 1.39 s before token 2"));
    QCOMPARE(why.longest->token, 2);
    QVERIFY(!whyLate(ExchangeInfo{}).longest);
    QVERIFY(whyLate(ExchangeInfo{}).longestText.isEmpty());
}

void tst_WhyLate::waitsForTheClientWhileItIsOpen()
{
    ExchangeInfo exchange = streamed();
    exchange.state = ExchangeState::Streaming;
    exchange.steps.resize(6);
    exchange.latency = 5s;
    const WhyLate why = whyLate(exchange);
    QCOMPARE(why.sentence, QStringLiteral("So far 5 s of 5 s waiting for bob; hub 0.2 ms; bob's ping 1 ms, queue 0."));
    QCOMPARE(why.longestText, QStringLiteral("longest gap 4.5 s, still open"));
}

void tst_WhyLate::timeoutIsTheClientsAndLateRepliesStandBehind()
{
    ExchangeInfo exchange = streamed();
    exchange.state = ExchangeState::TimedOut;
    exchange.steps.resize(4);
    exchange.steps.push_back({StepKind::Ended, 30s, 0});
    exchange.steps.push_back({StepKind::LateReply, 31'200ms, 40});
    exchange.latency = 30s;
    exchange.lateReplies = 1;
    const WhyLate why = whyLate(exchange);
    QVERIFY(why.sentence.startsWith(QStringLiteral("Timed out: 30 s of 30 s waiting for bob; hub 0.1 ms")));
    QCOMPARE(why.longestText, QStringLiteral("longest gap 30 s before the end"));
    QVERIFY(why.late == std::vector<std::chrono::microseconds>{1'200ms});
    QCOMPARE(lateText(why.late.front()), QStringLiteral("+1.2 s late"));
    QCOMPARE(why.total, std::chrono::microseconds(30s));
}

void tst_WhyLate::slowReaderIsTheSender()
{
    ExchangeInfo exchange = streamed();
    exchange.steps.back().at = 4'410'200us;
    const WhyLate why = whyLate(exchange);
    QCOMPARE(why.upstream, std::chrono::microseconds(2s));
    QVERIFY(why.sentence.contains(QStringLiteral("the sender took 2 s to read")));
    QCOMPARE(why.longestText, QStringLiteral("longest gap 2 s until the sender had read the answer"));
}

void tst_WhyLate::fullSocketIsTheClients()
{
    ExchangeInfo exchange = streamed();
    exchange.queuedBytes = 500'000;
    const WhyLate why = whyLate(exchange);
    QCOMPARE(why.gaps.front(), (Gap{GapOwner::Hub, 0us, 100us}));
    QCOMPARE(why.gaps[1].owner, GapOwner::Client);
}

void tst_WhyLate::notConnectedAsksNobody()
{
    ExchangeInfo exchange;
    exchange.route = {.named = "bob", .target = "bob"};
    exchange.state = ExchangeState::NotConnected;
    exchange.steps = {{StepKind::RequestComplete, 0us, 0}, {StepKind::Routed, 60us, 0}, {StepKind::Ended, 200us, 0}};
    QCOMPARE(whyLate(exchange).sentence, QStringLiteral("bob was not asked; hub 0.2 ms."));
}

void tst_WhyLate::durations_data()
{
    QTest::addColumn<qint64>("microseconds");
    QTest::addColumn<QString>("text");
    QTest::newRow("none") << qint64(0) << QStringLiteral("0 ms");
    QTest::newRow("microseconds") << qint64(40) << QStringLiteral("40 µs");
    QTest::newRow("tenths") << qint64(200) << QStringLiteral("0.2 ms");
    QTest::newRow("one") << qint64(1000) << QStringLiteral("1 ms");
    QTest::newRow("rounds to tenths") << qint64(1234) << QStringLiteral("1.2 ms");
    QTest::newRow("ten") << qint64(9999) << QStringLiteral("10 ms");
    QTest::newRow("many") << qint64(420'400) << QStringLiteral("420 ms");
    QTest::newRow("second") << qint64(999'900) << QStringLiteral("1 s");
    QTest::newRow("seconds") << qint64(2'414'000) << QStringLiteral("2.41 s");
    QTest::newRow("tens") << qint64(30'040'000) << QStringLiteral("30 s");
    QTest::newRow("hundreds") << qint64(123'456'000) << QStringLiteral("123 s");
}

void tst_WhyLate::durations()
{
    QFETCH(qint64, microseconds);
    QTEST(durationText(std::chrono::microseconds(microseconds)), "text");
}

void tst_WhyLate::routeOfAPlainMessage()
{
    const auto facts = routeFacts(streamed());
    QVERIFY(std::all_of(facts.begin(), facts.end(), [](const RouteFact &fact) { return fact.mark == RouteFact::Mark::Fine; }));
    QCOMPARE(facts.back().answer, QStringLiteral("3 replies; the last one was final."));
    QCOMPARE(routeSummary(streamed()), QStringLiteral("It arrived at bob."));
}

void tst_WhyLate::routeOfAMention()
{
    ExchangeInfo exchange = streamed();
    exchange.route.named = "alice";
    exchange.route.target = exchange.route.mention = "ci_bot";
    const auto facts = routeFacts(exchange);
    QCOMPARE(facts[0].answer, QStringLiteral("@ci_bot is a public account and comes first in the text."));
    QCOMPARE(facts[1].answer, QStringLiteral("A mention beats user_id: to ci_bot instead of alice."));
}

void tst_WhyLate::routeThatEndsNowhere_data()
{
    QTest::addColumn<int>("sessions");
    QTest::addColumn<int>("overflowed");
    QTest::addColumn<QString>("summary");
    QTest::newRow("nobody there") << 0 << 0 << QStringLiteral("None: nobody is connected as bob.");
    QTest::newRow("queue full") << 1 << 1 << QStringLiteral("To no session.");
}

void tst_WhyLate::routeThatEndsNowhere()
{
    QFETCH(int, sessions);
    QFETCH(int, overflowed);
    ExchangeInfo exchange;
    exchange.route = {.named = "bob", .target = "bob", .sessionsFound = sessions, .overflowed = overflowed, .answer = "User not connected"};
    exchange.state = ExchangeState::NotConnected;
    QTEST(routeSummary(exchange), "summary");
    QCOMPARE(routeFacts(exchange).back().answer, QStringLiteral("The error \"User not connected\"."));
}

QTEST_APPLESS_MAIN(tst_WhyLate)
#include "tst_whylate.moc"
