// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/CorrelationTable.h"
#include "support/FakeClock.h"

#include <QTest>

#include <algorithm>

using namespace trunkline;
using namespace std::chrono_literals;

namespace {

CorrelationId idOf(const QByteArray &key) { return {key, '"' + key + '"'}; }
CorrelationId idOf(int number) { return idOf(QByteArray::number(number)); }

} // namespace

/// Every opened id is settled exactly once.
class TestCorrelationTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsAnOpenRequest();
    void refusesAnIdThatIsOpen();
    void refusesOnePastTheLimit();
    void settlesOnce();
    void settlesByStream();
    void settlesOnceWhenReplyRacesTimeout();
    void expiresAtTheDeadlineOldestFirst();
    void restartsTheClockWithEachReply();
    void takesWhatWaitsForAUser();
    void takesAll();
    void opensAnIdAgainAfterItEnded();
    void remembersTenThousandFinishedIds();
    void remembersAnIdThatFinishedTwiceAsLongAsTheLaterEnd();

private:
    FakeClock m_clock;
};

void TestCorrelationTable::findsAnOpenRequest()
{
    CorrelationTable table(m_clock, 30s, 10);
    QVERIFY(table.open(idOf("a"), "alice", StreamId{1}));
    const OpenRequest *request = table.find(idOf("a"));
    QVERIFY(request);
    QCOMPARE(request->target, QByteArray("alice"));
    QVERIFY(request->stream == StreamId{1});
    QVERIFY(request->opened == m_clock.now());
    QVERIFY(request->deadline == m_clock.now() + Clock::Duration(30s));
    QCOMPARE(table.fateOf(idOf("a")), CorrelationTable::Fate::Open);
    QCOMPARE(table.fateOf(idOf("b")), CorrelationTable::Fate::Unknown);
    QVERIFY(!table.find(idOf("b")));
    QVERIFY(table.find({"a", "other token"}));      // the key is what is compared
}

void TestCorrelationTable::refusesAnIdThatIsOpen()
{
    CorrelationTable table(m_clock, 30s, 10);
    QVERIFY(table.open(idOf("a"), "alice", StreamId{1}));
    const auto again = table.open(idOf("a"), "bob", StreamId{2});
    QVERIFY(!again);
    QCOMPARE(again.error().code, ErrorCode::Conflict);
    QCOMPARE(table.find(idOf("a"))->target, QByteArray("alice"));
    QVERIFY(!table.settle(StreamId{2}));
    QCOMPARE(table.size(), std::size_t(1));
}

void TestCorrelationTable::refusesOnePastTheLimit()
{
    CorrelationTable table(m_clock, 30s, 3);
    for (int i = 0; i < 3; ++i) {
        QVERIFY(!table.isFull());
        QVERIFY(table.open(idOf(i), "alice", StreamId{quint64(i + 1)}));
    }
    QVERIFY(table.isFull());
    QVERIFY(!table.open(idOf(3), "alice", StreamId{4}));
    QVERIFY(table.settle(idOf(0)));
    QVERIFY(table.open(idOf(3), "alice", StreamId{4}));
}

void TestCorrelationTable::settlesOnce()
{
    CorrelationTable table(m_clock, 30s, 10);
    QVERIFY(table.open(idOf("a"), "alice", StreamId{1}));
    const auto settled = table.settle(idOf("a"));
    QVERIFY(settled);
    QCOMPARE(settled->id.json, QByteArray("\"a\""));
    QVERIFY(!table.settle(idOf("a")));
    QVERIFY(!table.settle(StreamId{1}));
    QVERIFY(table.takeTarget("alice").empty());
    QVERIFY(table.takeAll().empty());
    QCOMPARE(table.fateOf(idOf("a")), CorrelationTable::Fate::Finished);
}

void TestCorrelationTable::settlesByStream()
{
    CorrelationTable table(m_clock, 30s, 10);
    QVERIFY(table.open(idOf("a"), "alice", StreamId{1}));
    QVERIFY(table.open(idOf("b"), "alice", StreamId{2}));
    QCOMPARE(table.settle(StreamId{2})->id.key, QByteArray("b"));
    QVERIFY(!table.settle(StreamId{2}));
    QVERIFY(!table.settle(StreamId{3}));
    QVERIFY(table.find(idOf("a")));
}

void TestCorrelationTable::settlesOnceWhenReplyRacesTimeout()
{
    CorrelationTable table(m_clock, 30s, 10);
    QVERIFY(table.open(idOf("reply first"), "alice", StreamId{1}));
    QVERIFY(table.open(idOf("timeout first"), "alice", StreamId{2}));
    m_clock.advance(30s);
    QVERIFY(table.settle(idOf("reply first")));
    const auto expired = table.takeExpired();
    QCOMPARE(expired.size(), std::size_t(1));
    QCOMPARE(expired.front().id.key, QByteArray("timeout first"));
    QVERIFY(!table.settle(idOf("timeout first")));
}

void TestCorrelationTable::expiresAtTheDeadlineOldestFirst()
{
    CorrelationTable table(m_clock, 30s, 10);
    QVERIFY(!table.nextDeadline());
    QVERIFY(table.open(idOf("a"), "alice", StreamId{1}));
    m_clock.advance(1s);
    QVERIFY(table.open(idOf("b"), "bob", StreamId{2}));
    QVERIFY(*table.nextDeadline() == m_clock.now() + Clock::Duration(29s));
    m_clock.advance(29s - 1us);
    QVERIFY(table.takeExpired().empty());
    m_clock.advance(1us);
    QCOMPARE(table.takeExpired().size(), std::size_t(1));
    QVERIFY(table.open(idOf("c"), "bob", StreamId{3}));
    m_clock.advance(1h);
    const auto expired = table.takeExpired();
    QCOMPARE(expired.size(), std::size_t(2));
    QCOMPARE(expired[0].id.key, QByteArray("b"));
    QCOMPARE(expired[1].id.key, QByteArray("c"));
    QVERIFY(!table.nextDeadline());
}

void TestCorrelationTable::restartsTheClockWithEachReply()
{
    CorrelationTable table(m_clock, 30s, 10);
    QVERIFY(table.open(idOf("a"), "alice", StreamId{1}));
    QVERIFY(table.open(idOf("b"), "alice", StreamId{2}));
    m_clock.advance(20s);
    table.touch(idOf("a"));
    table.touch(idOf("nobody"));
    QCOMPARE(table.find(idOf("a"))->replies, quint64(1));
    m_clock.advance(20s);
    const auto expired = table.takeExpired();
    QCOMPARE(expired.size(), std::size_t(1));
    QCOMPARE(expired.front().id.key, QByteArray("b"));
    QVERIFY(*table.nextDeadline() == m_clock.now() + Clock::Duration(10s));
    m_clock.advance(10s);
    QCOMPARE(table.takeExpired().size(), std::size_t(1));
}

void TestCorrelationTable::takesWhatWaitsForAUser()
{
    CorrelationTable table(m_clock, 30s, 10);
    QVERIFY(table.open(idOf("a"), "alice", StreamId{1}));
    QVERIFY(table.open(idOf("b"), "bob", StreamId{2}));
    QVERIFY(table.open(idOf("c"), "alice", StreamId{3}));
    auto taken = table.takeTarget("alice");
    std::sort(taken.begin(), taken.end(), [](const OpenRequest &x, const OpenRequest &y) { return x.id.key < y.id.key; });
    QCOMPARE(taken.size(), std::size_t(2));
    QCOMPARE(taken[0].id.key, QByteArray("a"));
    QCOMPARE(taken[1].id.key, QByteArray("c"));
    QVERIFY(table.takeTarget("alice").empty());
    QVERIFY(table.takeTarget("nobody").empty());
    QCOMPARE(table.size(), std::size_t(1));
}

void TestCorrelationTable::takesAll()
{
    CorrelationTable table(m_clock, 30s, 10);
    for (int i = 0; i < 5; ++i)
        QVERIFY(table.open(idOf(i), "alice", StreamId{quint64(i + 1)}));
    QCOMPARE(table.takeAll().size(), std::size_t(5));
    QCOMPARE(table.size(), std::size_t(0));
    QVERIFY(table.takeAll().empty());
    QVERIFY(!table.nextDeadline());
}

void TestCorrelationTable::opensAnIdAgainAfterItEnded()
{
    CorrelationTable table(m_clock, 30s, 10);
    QVERIFY(table.open(idOf("a"), "alice", StreamId{1}));
    QVERIFY(table.settle(idOf("a")));
    QVERIFY(table.open(idOf("a"), "bob", StreamId{2}));
    QCOMPARE(table.fateOf(idOf("a")), CorrelationTable::Fate::Open);
    QVERIFY(!table.settle(StreamId{1}));
    QVERIFY(table.settle(StreamId{2}));
}

void TestCorrelationTable::remembersTenThousandFinishedIds()
{
    CorrelationTable table(m_clock, 30s, 10);
    const int most = int(kMaxFinishedCorrelations);
    for (int i = 0; i <= most; ++i) {
        QVERIFY(table.open(idOf(i), "alice", StreamId{quint64(i + 1)}));
        QVERIFY(table.settle(idOf(i)));
        if (i == most - 1)
            QCOMPARE(table.fateOf(idOf(0)), CorrelationTable::Fate::Finished);
    }
    QCOMPARE(table.fateOf(idOf(0)), CorrelationTable::Fate::Unknown);
    QCOMPARE(table.fateOf(idOf(1)), CorrelationTable::Fate::Finished);
    QCOMPARE(table.fateOf(idOf(most)), CorrelationTable::Fate::Finished);
}

void TestCorrelationTable::remembersAnIdThatFinishedTwiceAsLongAsTheLaterEnd()
{
    CorrelationTable table(m_clock, 30s, 10);
    quint64 stream = 0;
    const auto finish = [&](const CorrelationId &id) {
        QVERIFY(table.open(id, "alice", StreamId{++stream}));
        QVERIFY(table.settle(id));
    };
    finish(idOf("twice"));
    for (int i = 0; i < 100; ++i)
        finish(idOf(i));
    finish(idOf("twice"));
    for (int i = 100; i < int(kMaxFinishedCorrelations) - 1 + 100; ++i)
        finish(idOf(i));
    QCOMPARE(table.fateOf(idOf("twice")), CorrelationTable::Fate::Finished);
    finish(idOf("one more"));
    QCOMPARE(table.fateOf(idOf("twice")), CorrelationTable::Fate::Unknown);
}

QTEST_APPLESS_MAIN(TestCorrelationTable)
#include "tst_correlationtable.moc"
