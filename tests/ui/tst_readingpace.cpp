// SPDX-License-Identifier: GPL-3.0-or-later
// How often a window reads: as often as the hub tells, less often in a flood.
#include "ui/window/ReadingPace.h"

#include <QTest>

using namespace trunkline;
using namespace std::chrono_literals;

class tst_ReadingPace : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAtOnceWhileItIsCalm();
    void waitsInAFlood();
    void aFloodEnds();
    void aBurstAfterSilenceIsNoFlood();
    void startsAnewWithAnotherHub();
};

void tst_ReadingPace::readsAtOnceWhileItIsCalm()
{
    ReadingPace pace;
    for (quint64 i = 1; i < 20; ++i) {
        QCOMPARE(pace.wait(i * 100ms), 0ms);
        pace.note(i * 100ms, i * 1'000);        // the limit itself is no flood
    }
    QVERIFY(!pace.isInFlood());
}

void tst_ReadingPace::waitsInAFlood()
{
    ReadingPace pace;
    pace.note(1'000ms, 0);
    pace.note(1'100ms, 1'001);
    QVERIFY(pace.isInFlood());
    QCOMPARE(pace.wait(1'100ms), 250ms);
    QCOMPARE(pace.wait(1'200ms), 150ms);
    QCOMPARE(pace.wait(1'349ms), 1ms);
    QCOMPARE(pace.wait(1'350ms), 0ms);
    QCOMPARE(pace.wait(9'999ms), 0ms);
    pace.note(1'350ms, 1'001 + 2'501);          // 10,004 a second
    QVERIFY(pace.isInFlood());
}

void tst_ReadingPace::aFloodEnds()
{
    ReadingPace pace;
    pace.note(1'000ms, 0);
    pace.note(1'100ms, 5'000);
    QVERIFY(pace.isInFlood());
    pace.note(1'350ms, 7'500);                  // 10,000 a second
    QVERIFY(!pace.isInFlood());
    QCOMPARE(pace.wait(1'351ms), 0ms);
}

void tst_ReadingPace::aBurstAfterSilenceIsNoFlood()
{
    ReadingPace pace;
    pace.note(1'000ms, 0);
    pace.note(6'000ms, 5'000);
    QVERIFY(!pace.isInFlood());
    // Two readings at once do not make a thousand messages a flood.
    pace.note(6'001ms, 6'000);
    QVERIFY(!pace.isInFlood());
}

void tst_ReadingPace::startsAnewWithAnotherHub()
{
    ReadingPace pace;
    pace.note(1'000ms, 0);
    pace.note(1'100ms, 90'000);
    QVERIFY(pace.isInFlood());
    pace.note(1'200ms, 0);
    QVERIFY(!pace.isInFlood());
}

QTEST_APPLESS_MAIN(tst_ReadingPace)
#include "tst_readingpace.moc"
