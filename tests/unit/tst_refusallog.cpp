// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/RefusalLog.h"
#include "support/FakeClock.h"

#include <QTest>

using namespace trunkline;
using namespace std::chrono_literals;

/// Who was turned away, and how that is counted, kept and logged.
class TestRefusalLog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsByKind_data();
    void countsByKind();
    void knowsWhatTurnsAway();
    void mergesTheSameFromOneAddress();
    void keepsApartWhatDiffers();
    void beginsAnewAfterAWhile();
    void keepsTheLastOnes();
    void logsNoFlood();
    void survivesAClockSetBack();

private:
    FakeClock m_clock;
};

void TestRefusalLog::countsByKind_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<quint64 Metrics::*>("counter");
    QTest::newRow("401") << 401 << &Metrics::refusedUnauthorized;
    QTest::newRow("403") << 403 << &Metrics::refusedForbidden;
    QTest::newRow("408") << 408 << &Metrics::refusedSlow;
    QTest::newRow("413") << 413 << &Metrics::refusedTooLarge;
    QTest::newRow("414") << 414 << &Metrics::refusedTooLarge;
    QTest::newRow("421") << 421 << &Metrics::refusedHosts;
    QTest::newRow("429") << 429 << &Metrics::refusedRates;
    QTest::newRow("431") << 431 << &Metrics::refusedTooLarge;
    QTest::newRow("503") << 503 << &Metrics::refusedBusy;
    QTest::newRow("1008") << 1008 << &Metrics::refusedRates;
    QTest::newRow("4401") << 4401 << &Metrics::tokensExpired;
}

void TestRefusalLog::countsByKind()
{
    QFETCH(int, code);
    QFETCH(quint64 Metrics::*, counter);
    Metrics metrics;
    RefusalLog log(m_clock, metrics);
    for (int i = 0; i < 3; ++i)
        (void)log.note("192.0.2.1:1", code, "why");
    Metrics expected;
    expected.*counter = 3;
    QVERIFY(metrics == expected);
}

void TestRefusalLog::knowsWhatTurnsAway()
{
    for (const int status : {401, 403, 408, 413, 414, 421, 429, 431, 503})
        QVERIFY2(RefusalLog::isRefusal(status), QByteArray::number(status).constData());
    for (const int status : {200, 400, 404, 405, 409, 415, 422, 426, 500})
        QVERIFY2(!RefusalLog::isRefusal(status), QByteArray::number(status).constData());
}

void TestRefusalLog::mergesTheSameFromOneAddress()
{
    Metrics metrics;
    RefusalLog log(m_clock, metrics);
    QCOMPARE(log.note("192.0.2.1:1001", 403, "foreign"), RefusalLog::Worth::Line);
    QCOMPARE(log.note("192.0.2.2:7", 403, "foreign"), RefusalLog::Worth::Line);
    m_clock.advance(9s);
    QCOMPARE(log.note("192.0.2.1:1002", 403, "foreign"), RefusalLog::Worth::Nothing);
    QCOMPARE(log.recent().size(), std::size_t(2));
    const Refusal &first = log.recent().front();
    QCOMPARE(first.count, quint64(2));
    QCOMPARE(first.remote, QByteArray("192.0.2.1:1002"));
    QCOMPARE(first.at, m_clock.wall());
    QCOMPARE(first.number, quint64(1));
}

void TestRefusalLog::keepsApartWhatDiffers()
{
    Metrics metrics;
    RefusalLog log(m_clock, metrics);
    (void)log.note("192.0.2.1:1", 403, "a");
    (void)log.note("192.0.2.1:1", 403, "b");
    (void)log.note("192.0.2.1:1", 401, "a");
    (void)log.note("192.0.2.10:1", 403, "a");
    QCOMPARE(log.recent().size(), std::size_t(4));
}

void TestRefusalLog::beginsAnewAfterAWhile()
{
    Metrics metrics;
    RefusalLog log(m_clock, metrics);
    (void)log.note("192.0.2.1:1", 421, "why");
    m_clock.advance(RefusalLog::kMergeTime);
    QCOMPARE(log.note("192.0.2.1:1", 421, "why"), RefusalLog::Worth::Line);
    QCOMPARE(log.recent().size(), std::size_t(2));
}

void TestRefusalLog::keepsTheLastOnes()
{
    Metrics metrics;
    RefusalLog log(m_clock, metrics);
    for (std::size_t i = 0; i < RefusalLog::kMaxEntries + 5; ++i)
        (void)log.note("192.0.2.1:1", 403, QByteArray::number(i));
    QCOMPARE(log.recent().size(), RefusalLog::kMaxEntries);
    QCOMPARE(log.recent().front().number, quint64(6));
    QCOMPARE(log.recent().back().number, quint64(RefusalLog::kMaxEntries + 5));
    QCOMPARE(metrics.refusedForbidden, quint64(RefusalLog::kMaxEntries + 5));
}

void TestRefusalLog::logsNoFlood()
{
    Metrics metrics;
    RefusalLog log(m_clock, metrics);
    int lines = 0;
    int last = 0;
    const auto flood = [&] {
        for (int i = 0; i < 1'000; ++i) {
            const auto worth = log.note("192.0.2.1:1", 421, QByteArray("host " + QByteArray::number(i + lines * 1'000)));
            lines += worth != RefusalLog::Worth::Nothing;
            last += worth == RefusalLog::Worth::LastLine;
        }
    };
    flood();
    QCOMPARE(lines, RefusalLog::kMaxLinesInMergeTime + 1);
    QCOMPARE(last, 1);
    m_clock.advance(RefusalLog::kMergeTime);
    flood();
    QCOMPARE(lines, 2 * (RefusalLog::kMaxLinesInMergeTime + 1));
    QCOMPARE(last, 2);
}

void TestRefusalLog::survivesAClockSetBack()
{
    Metrics metrics;
    RefusalLog log(m_clock, metrics);
    for (int i = 0; i < 100; ++i)
        (void)log.note("192.0.2.1:1", 421, QByteArray::number(i));
    m_clock.setWall(m_clock.wall() - 1h);
    QCOMPARE(log.note("192.0.2.1:1", 421, "later"), RefusalLog::Worth::Line);
}

QTEST_GUILESS_MAIN(TestRefusalLog)
#include "tst_refusallog.moc"
