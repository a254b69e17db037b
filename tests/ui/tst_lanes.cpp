// SPDX-License-Identifier: GPL-3.0-or-later
// An exchange as lanes: which there are, how long their bars are, what stands behind them.
#include "ui/exchanges/Lanes.h"

#include <QTest>

#include <algorithm>

using namespace trunkline;
using namespace std::chrono_literals;
using Step = StepKind;
using Shape = LaneBar::Shape;

namespace {

ExchangeInfo exchange(std::vector<ExchangeStep> steps, ExchangeState state = ExchangeState::Done)
{
    ExchangeInfo info;
    info.state = state;
    info.route.target = "bob";
    info.route.sessionsFound = 1;
    info.request = R"({"n":1})";
    info.latency = steps.back().at;
    info.steps = std::move(steps);
    return info;
}

QStringList titlesOf(const std::vector<Lane> &lanes)
{
    QStringList titles;
    for (const Lane &lane : lanes)
        titles << lane.title;
    return titles;
}

} // namespace

class tst_Lanes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aStreamWithAGap();
    void waitsForTheKernelUntilTheAnswer_data();
    void waitsForTheKernelUntilTheAnswer();
    void nobodyWasThere();
    void aTimeoutIsWaitedFor();
};

void tst_Lanes::aStreamWithAGap()
{
    const auto lanes = lanesOf(exchange({{Step::Routed, 50us}, {Step::Written, 100us}, {Step::Reply, 10ms}, {Step::Reply, 20ms}, {Step::Reply, 30ms},
                                         {Step::Reply, 730ms}, {Step::Ended, 730ms}, {Step::EventWritten, 730ms + 40us},
                                         {Step::UpstreamDrained, 731ms}}));
    QCOMPARE(titlesOf(lanes), (QStringList{QStringLiteral("POST received"), QStringLiteral("routed, written"), QStringLiteral("bob: first reply"),
                                           QStringLiteral("tokens 1\u20133"), QStringLiteral("token 4 waits"), QStringLiteral("token 4"),
                                           QStringLiteral("done, drained")}));
    QCOMPARE(lanes[1].note, QStringLiteral("0.1 ms"));
    QCOMPARE(lanes[3].bars.size(), 3u);
    QCOMPARE(lanes[3].note, QStringLiteral("10 ms apart"));
    QCOMPARE(lanes[4].bars.front().from, 30ms);
    QCOMPARE(lanes[4].bars.front().to, 730ms);
    QCOMPARE(lanes[4].note, QStringLiteral("700 ms without a token"));
    QCOMPARE(lanes[6].bars.size(), 2u);
}

void tst_Lanes::waitsForTheKernelUntilTheAnswer_data()
{
    QTest::addColumn<int>("drained");       // microseconds
    QTest::addColumn<int>("reply");         // 0: none yet
    QTest::addColumn<int>("bars");
    QTest::newRow("a slow reader") << 5'000 << 9'000 << 2;
    QTest::newRow("seen after the answer") << 320 << 290 << 1;
    QTest::newRow("no answer yet") << 5'000 << 0 << 2;
    QTest::newRow("at once") << 100 << 290 << 1;
}

void tst_Lanes::waitsForTheKernelUntilTheAnswer()
{
    QFETCH(int, drained);
    QFETCH(int, reply);
    QFETCH(int, bars);
    std::vector<ExchangeStep> steps{{Step::Routed, 50us}, {Step::Written, 100us}, {Step::Drained, std::chrono::microseconds(drained)}};
    if (reply > 0)
        steps.push_back({Step::Reply, std::chrono::microseconds(reply)});
    std::sort(steps.begin(), steps.end(), [](const ExchangeStep &a, const ExchangeStep &b) { return a.at < b.at; });
    const auto lanes = lanesOf(exchange(std::move(steps), ExchangeState::Streaming));
    QCOMPARE(lanes[1].title, QStringLiteral("routed, written"));
    QCOMPARE(lanes[1].bars.size(), static_cast<std::size_t>(bars));
    if (bars == 2) {
        QCOMPARE(lanes[1].bars[1].shape, Shape::Waiting);
        QCOMPARE(lanes[1].bars[1].to, std::chrono::microseconds(drained));
    }
}

void tst_Lanes::nobodyWasThere()
{
    ExchangeInfo info = exchange({{Step::Ended, 40us}}, ExchangeState::NotConnected);
    info.route.sessionsFound = 0;
    const auto lanes = lanesOf(info);
    QCOMPARE(lanes[1].title, QStringLiteral("routed"));
    QCOMPARE(lanes[1].note, QStringLiteral("no session of bob"));
    QCOMPARE(lanes.back().bars.front().tone, Token::Failed);
}

void tst_Lanes::aTimeoutIsWaitedFor()
{
    const auto lanes = lanesOf(exchange({{Step::Routed, 50us}, {Step::Written, 100us}, {Step::Ended, 2s}, {Step::LateReply, 3s}}, ExchangeState::TimedOut));
    QCOMPARE(lanes[2].title, QStringLiteral("waiting for bob"));
    QCOMPARE(lanes[2].bars.front().tone, Token::Failed);
    QCOMPARE(lanes.back().title, QStringLiteral("after the end"));
    QCOMPARE(lanes.back().note, QStringLiteral("+1.00 s late"));
}

QTEST_MAIN(tst_Lanes)
#include "tst_lanes.moc"
