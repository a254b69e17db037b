// SPDX-License-Identifier: GPL-3.0-or-later
// How often a window reads: as often as the hub tells, less often in a flood.
#include "tests/ui/FakeHubView.h"
#include "ui/log/LogModel.h"
#include "ui/tables/LiveTable.h"
#include "ui/window/MainWindow.h"

#include <QSettings>
#include <QTemporaryDir>
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
    void theWindowReadsTheLastOfAFlood();
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

/// What came while the window waited is read though the hub says nothing more.
void tst_ReadingPace::theWindowReadsTheLastOfAFlood()
{
    const QTemporaryDir folder;
    QSettings settings(folder.filePath(QStringLiteral("s.ini")), QSettings::IniFormat);
    Theme theme;
    LogModel log;
    FakeHubView view;
    view.state->number = 1;
    view.state->takenAt = 1'700'000'000'000ms;
    MainWindow window({.theme = theme, .log = log, .settings = settings});
    window.setHub(&view, nullptr);
    const auto add = [&view](int count) {
        for (int i = 0; i < count; ++i)
            view.addEntry({.user = "alice", .text = "{}"});
        view.announce();
    };
    const auto rows = [&window] { return window.traffic().model()->rowCount(); };
    add(5'000);
    QTRY_COMPARE(rows(), 5'000);
    add(1);             // this reading sees that 5,000 have come
    add(1);
    add(1);
    QTRY_COMPARE(rows(), 5'003);
    window.setHub(nullptr, nullptr);
}

QTEST_MAIN(tst_ReadingPace)
#include "tst_readingpace.moc"
