// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/ExchangeLog.h"
#include "support/FakeClock.h"

#include <QTest>

using namespace trunkline;
using namespace std::chrono_literals;

namespace {

ExchangeInfo asked(const QByteArray &correlation, const UserId &target = "bob")
{
    ExchangeInfo info;
    info.correlation = correlation;
    info.route.named = info.route.target = target;
    info.route.sessionsFound = 1;
    return info;
}

std::vector<StepKind> kindsOf(const ExchangeInfo &exchange)
{
    std::vector<StepKind> kinds;
    for (const ExchangeStep &step : exchange.steps)
        kinds.push_back(step.kind);
    return kinds;
}

} // namespace

class tst_ExchangeLog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsStepsInOrderWithTheirTimes();
    void countsFromTheMomentTheRequestWasComplete();
    void handsOutOnlyWhatChanged();
    void handsOutPagesInTheOrderOfRevisions();
    void copiesAreNotTouchedByLaterSteps();
    void attachesLateRepliesToTheFinishedExchange();
    void ignoresStepsOfUnknownAndOfFinishedExchanges();
    void latestExchangeOfAnIdGetsTheLateReply();
    void burstOfFinishedDoesNotWashOutFailures();
    void failuresHaveABoundToo();
    void openExchangesStayWhateverEnds();
    void countsWhatFellOutUnread();
    void boundsStepsAndCountsTheRest();
    void boundsBytes();
    void leavesOutLargePayloads();
    void drainsAreNotedBehindTheEnd();
    void pingIsFilledInOnce();
    void clearKeepsWhatIsOpen();
    void percentilesAreOfTheLastSeconds();

private:
    quint64 finishOne(ExchangeLog &log, quint64 stream, ExchangeState state = ExchangeState::Done)
    {
        const quint64 number = log.begin(StreamId{stream}, asked(QByteArray::number(stream)), m_clock.now());
        log.finish(StreamId{stream}, state);
        return number;
    }
    FakeClock m_clock;
};

void tst_ExchangeLog::keepsStepsInOrderWithTheirTimes()
{
    ExchangeLog log(m_clock, {});
    const StreamId stream{7};
    QCOMPARE(log.begin(stream, asked("c1"), m_clock.now()), 1u);
    m_clock.advance(200us);
    log.written(stream, "{\"a\":1}", 1, 0);
    m_clock.advance(1ms);
    log.reply(stream, 20);
    log.eventWritten(stream, 28);
    m_clock.advance(2ms);
    log.reply(stream, 21);
    log.eventWritten(stream, 29);
    log.finish(stream, ExchangeState::Done);

    const ExchangePage page = log.after(0, 10);
    QCOMPARE(page.exchanges.size(), 1u);
    const ExchangeInfo &exchange = *page.exchanges.front();
    QCOMPARE(exchange.number, 1u);
    QCOMPARE(exchange.state, ExchangeState::Done);
    QCOMPARE(exchange.chunks, 2);
    QCOMPARE(exchange.latency, Clock::Duration(3200));
    QCOMPARE(exchange.request, "{\"a\":1}");
    QCOMPARE(exchange.route.written, 1);
    const std::vector<ExchangeStep> steps{{StepKind::RequestComplete, 0us, 0}, {StepKind::Routed, 0us, 0}, {StepKind::Written, 200us, 7},
                                          {StepKind::Reply, 1200us, 20}, {StepKind::EventWritten, 1200us, 28}, {StepKind::Reply, 3200us, 21},
                                          {StepKind::EventWritten, 3200us, 29}, {StepKind::Ended, 3200us, 0}};
    QVERIFY(exchange.steps == steps);
}

void tst_ExchangeLog::countsFromTheMomentTheRequestWasComplete()
{
    ExchangeLog log(m_clock, {});
    const auto received = m_clock.now();
    const auto wall = m_clock.wall();
    m_clock.advance(5ms);
    log.begin(StreamId{1}, asked("c"), received);
    const auto exchange = log.after(0, 1).exchanges.front();
    QCOMPARE(exchange->startedAt, wall);
    QCOMPARE(exchange->steps.back().at, Clock::Duration(5000));
    m_clock.advance(1ms);
    QCOMPARE(log.after(0, 1).exchanges.front()->latency, Clock::Duration(6000));    // so far
}

void tst_ExchangeLog::handsOutOnlyWhatChanged()
{
    ExchangeLog log(m_clock, {});
    log.begin(StreamId{1}, asked("a"), m_clock.now());
    log.begin(StreamId{2}, asked("b"), m_clock.now());
    const quint64 seen = log.after(0, 10).revision;
    QCOMPARE(seen, log.revision());
    QVERIFY(log.after(seen, 10).exchanges.empty());
    QCOMPARE(log.after(seen, 10).revision, seen);
    log.reply(StreamId{1}, 1);
    const ExchangePage page = log.after(seen, 10);
    QCOMPARE(page.exchanges.size(), 1u);
    QCOMPARE(page.exchanges.front()->correlation, "a");
}

void tst_ExchangeLog::handsOutPagesInTheOrderOfRevisions()
{
    ExchangeLog log(m_clock, {});
    for (quint64 i = 1; i <= 5; ++i)
        log.begin(StreamId{i}, asked(QByteArray::number(i)), m_clock.now());
    log.reply(StreamId{2}, 1);
    QByteArrayList seen;
    quint64 revision = 0;
    for (;;) {
        const ExchangePage page = log.after(revision, 2);
        if (page.exchanges.empty())
            break;
        QVERIFY(page.exchanges.size() <= 2);
        for (const auto &exchange : page.exchanges) {
            QVERIFY(exchange->revision > revision);
            revision = exchange->revision;
            seen.append(exchange->correlation);
        }
        QCOMPARE(page.revision, revision);
    }
    QCOMPARE(seen, QByteArrayList({"1", "3", "4", "5", "2"}));
}

void tst_ExchangeLog::copiesAreNotTouchedByLaterSteps()
{
    ExchangeLog log(m_clock, {});
    log.begin(StreamId{1}, asked("a"), m_clock.now());
    const auto before = log.after(0, 1).exchanges.front();
    log.reply(StreamId{1}, 1);
    log.finish(StreamId{1}, ExchangeState::Done);
    QCOMPARE(before->chunks, 0);
    QCOMPARE(before->state, ExchangeState::Streaming);
}

void tst_ExchangeLog::attachesLateRepliesToTheFinishedExchange()
{
    ExchangeLog log(m_clock, {});
    log.begin(StreamId{1}, asked("a"), m_clock.now());
    log.written(StreamId{1}, "{}", 1, 0);
    m_clock.advance(30s);
    log.finish(StreamId{1}, ExchangeState::TimedOut, "Timeout waiting for response");
    m_clock.advance(1200ms);
    const quint64 seen = log.revision();
    log.lateReply("a", 33);
    const ExchangePage page = log.after(seen, 10);
    QCOMPARE(page.exchanges.size(), 1u);
    const ExchangeInfo &exchange = *page.exchanges.front();
    QCOMPARE(exchange.lateReplies, 1);
    QCOMPARE(exchange.chunks, 0);
    QCOMPARE(exchange.latency, Clock::Duration(30s));
    QVERIFY((exchange.steps.back() == ExchangeStep{StepKind::LateReply, 31200ms, 33}));
    QCOMPARE(exchange.route.answer, "Timeout waiting for response");
}

void tst_ExchangeLog::ignoresStepsOfUnknownAndOfFinishedExchanges()
{
    ExchangeLog log(m_clock, {});
    log.reply(StreamId{9}, 1);
    log.drained(StreamId{9}, StepKind::Drained);
    log.finish(StreamId{9}, ExchangeState::Done);
    log.lateReply("nobody", 1);
    QCOMPARE(log.size(), 0u);
    finishOne(log, 1);
    const quint64 revision = log.revision();
    log.reply(StreamId{1}, 1);
    log.eventWritten(StreamId{1}, 1);
    log.finish(StreamId{1}, ExchangeState::Cancelled);
    QCOMPARE(log.revision(), revision);
    // A reply that came from within the write has ended it: what was written is known, the step is not out of order.
    log.written(StreamId{1}, "{}", 1, 0);
    const auto exchange = log.after(0, 1).exchanges.front();
    QCOMPARE(exchange->route.written, 1);
    QVERIFY(kindsOf(*exchange) == std::vector({StepKind::RequestComplete, StepKind::Routed, StepKind::Ended}));
}

void tst_ExchangeLog::latestExchangeOfAnIdGetsTheLateReply()
{
    ExchangeLog log(m_clock, {});
    for (quint64 i = 1; i <= 2; ++i) {
        log.begin(StreamId{i}, asked("same"), m_clock.now());
        log.finish(StreamId{i}, ExchangeState::Done);
    }
    log.lateReply("same", 1);
    const ExchangePage page = log.after(0, 10);
    QCOMPARE(page.exchanges.back()->number, 2u);
    QCOMPARE(page.exchanges.back()->lateReplies, 1);
    QCOMPARE(page.exchanges.front()->lateReplies, 0);
}

void tst_ExchangeLog::burstOfFinishedDoesNotWashOutFailures()
{
    ExchangeLog log(m_clock, {.finished = 10, .failed = 3});
    const quint64 failure = finishOne(log, 1, ExchangeState::TimedOut);
    for (quint64 i = 2; i <= 100; ++i)
        finishOne(log, i);
    QCOMPARE(log.size(), 11u);
    QCOMPARE(log.after(0, 1).exchanges.front()->number, failure);
}

void tst_ExchangeLog::failuresHaveABoundToo()
{
    ExchangeLog log(m_clock, {.finished = 10, .failed = 3});
    for (quint64 i = 1; i <= 4; ++i)
        finishOne(log, i, ExchangeState::NotConnected);
    QCOMPARE(log.size(), 3u);
    QCOMPARE(log.after(0, 1).exchanges.front()->number, 2u);
    ExchangeLog off(m_clock, {.finished = 0, .failed = 0});
    finishOne(off, 1);
    QCOMPARE(off.size(), 0u);
    QCOMPARE(off.bytes(), 0);
}

void tst_ExchangeLog::openExchangesStayWhateverEnds()
{
    ExchangeLog log(m_clock, {.finished = 1, .failed = 1});
    log.begin(StreamId{1000}, asked("open"), m_clock.now());
    for (quint64 i = 1; i <= 50; ++i)
        finishOne(log, i);
    QCOMPARE(log.size(), 2u);
    log.reply(StreamId{1000}, 5);
    QCOMPARE(log.after(0, 10).exchanges.back()->correlation, "open");
}

void tst_ExchangeLog::countsWhatFellOutUnread()
{
    ExchangeLog log(m_clock, {.finished = 10, .failed = 1});
    for (quint64 i = 1; i <= 15; ++i)
        finishOne(log, i);
    QCOMPARE(log.after(0, 100).skipped, 5u);
    const quint64 seen = log.revision();
    for (quint64 i = 16; i <= 20; ++i)
        finishOne(log, i);
    QCOMPARE(log.after(seen, 100).skipped, 0u);     // those that fell out had been read
    for (quint64 i = 21; i <= 33; ++i)
        finishOne(log, i);
    QCOMPARE(log.after(seen, 100).skipped, 8u);
}

void tst_ExchangeLog::boundsStepsAndCountsTheRest()
{
    ExchangeLog log(m_clock, {});
    log.begin(StreamId{1}, asked("a"), m_clock.now());
    for (int i = 0; i < 600; ++i)
        log.reply(StreamId{1}, 1);
    log.finish(StreamId{1}, ExchangeState::Done);
    log.lateReply("a", 1);
    const auto exchange = log.after(0, 1).exchanges.front();
    QCOMPARE(exchange->steps.size(), kMaxExchangeSteps);
    QCOMPARE(exchange->steps.back().kind, StepKind::Ended);
    QCOMPARE(exchange->chunks, 600);
    QCOMPARE(exchange->stepsDropped, 2u + 600u + 1u + 1u - kMaxExchangeSteps);
}

void tst_ExchangeLog::boundsBytes()
{
    const qint64 limit = 64 * 1024;
    ExchangeLog log(m_clock, {.bytes = limit});
    const QByteArray payload(4096, 'x');
    for (quint64 i = 1; i <= 100; ++i) {
        log.begin(StreamId{i}, asked(QByteArray::number(i)), m_clock.now());
        log.written(StreamId{i}, payload, 1, 0);
        log.finish(StreamId{i}, i == 1 ? ExchangeState::TimedOut : ExchangeState::Done);
        QVERIFY2(log.bytes() <= limit, QByteArray::number(log.bytes()));
    }
    QVERIFY(log.size() > 5);
    QCOMPARE(log.after(0, 1).exchanges.front()->state, ExchangeState::TimedOut);
    // Open ones can't fall out: they become sparse.
    for (quint64 i = 1000; i < 1400; ++i) {
        log.begin(StreamId{i}, asked(QByteArray::number(i)), m_clock.now());
        log.written(StreamId{i}, payload, 1, 0);
        for (int n = 0; n < 100; ++n)
            log.reply(StreamId{i}, 1);
    }
    const auto last = log.after(0, 1000).exchanges.back();
    QVERIFY(last->request.isEmpty());
    QCOMPARE(last->requestBytes, 4096);
    QVERIFY(last->steps.size() < ExchangeLog::kSparseSteps + 1);
    QVERIFY(last->stepsDropped > 0);
}

void tst_ExchangeLog::leavesOutLargePayloads()
{
    ExchangeLog log(m_clock, {});
    for (const qsizetype size : {ExchangeLog::kMaxPayloadBytes, ExchangeLog::kMaxPayloadBytes + 1}) {
        const StreamId stream{quint64(size)};
        log.begin(stream, asked(QByteArray::number(size)), m_clock.now());
        log.written(stream, QByteArray(size, 'x'), 1, 0);
        const auto exchange = log.after(0, 10).exchanges.back();
        QCOMPARE(exchange->requestBytes, size);
        QCOMPARE(exchange->request.isEmpty(), size > ExchangeLog::kMaxPayloadBytes);
    }
}

void tst_ExchangeLog::drainsAreNotedBehindTheEnd()
{
    ExchangeLog log(m_clock, {});
    log.begin(StreamId{1}, asked("a"), m_clock.now());
    log.finish(StreamId{1}, ExchangeState::Done);
    m_clock.advance(3ms);
    log.drained(StreamId{1}, StepKind::UpstreamDrained);
    const auto exchange = log.after(0, 1).exchanges.front();
    QVERIFY((exchange->steps.back() == ExchangeStep{StepKind::UpstreamDrained, 3ms, 0}));
    QCOMPARE(exchange->latency, Clock::Duration(0));
}

void tst_ExchangeLog::pingIsFilledInOnce()
{
    ExchangeLog log(m_clock, {});
    log.begin(StreamId{1}, asked("a"), m_clock.now());
    log.setPing(StreamId{1}, -1);
    QCOMPARE(log.after(0, 1).exchanges.front()->pingMicroseconds, -1);
    log.setPing(StreamId{1}, 900);
    log.setPing(StreamId{1}, 5);
    QCOMPARE(log.after(0, 1).exchanges.front()->pingMicroseconds, 900);
}

void tst_ExchangeLog::clearKeepsWhatIsOpen()
{
    ExchangeLog log(m_clock, {.finished = 2});
    for (quint64 i = 1; i <= 5; ++i)
        finishOne(log, i);
    log.begin(StreamId{9}, asked("open"), m_clock.now());
    log.clear();
    QCOMPARE(log.size(), 1u);
    QCOMPARE(log.after(0, 10).skipped, 0u);
    QCOMPARE(log.after(0, 10).exchanges.front()->number, 6u);
    log.finish(StreamId{9}, ExchangeState::Done);
    QCOMPARE(log.size(), 1u);
}

void tst_ExchangeLog::percentilesAreOfTheLastSeconds()
{
    ExchangeLog log(m_clock, {});
    QCOMPARE(log.firstReplyPercentile(50), -1);
    for (quint64 i = 1; i <= 100; ++i) {
        const auto received = m_clock.now();
        log.begin(StreamId{i}, asked(QByteArray::number(i)), received);
        m_clock.advance(Clock::Duration(i));
        log.reply(StreamId{i}, 1);
        log.reply(StreamId{i}, 1);      // only the first one counts
    }
    QCOMPARE(log.firstReplyPercentile(50), 50);
    QCOMPARE(log.firstReplyPercentile(99), 99);
    m_clock.advance(11s);
    QCOMPARE(log.firstReplyPercentile(99), -1);
}

QTEST_APPLESS_MAIN(tst_ExchangeLog)
#include "tst_exchangelog.moc"
