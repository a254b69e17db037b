// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/LiveWindow.h"
#include "ui/filter/FilterBar.h"
#include "ui/log/LogPage.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>

#include <thread>

using namespace trunkline;
using Mode = QAbstractItemModelTester::FailureReportingMode;

/// The log of the program: its rows, and finding lines among them.
class TestLog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheLastLines();
    void takesLinesFromAnyThread();
    void hidesLinesWithoutTheWords();
    void hidesLinesThatAreNotSeriousEnough();
    void followsWhileLinesAreHidden();
    void keysOfTheWindowGoToItsField();

private:
    static void write(LogModel &log, QtMsgType level, const char *category, const char *text)
    {
        log.write({std::chrono::milliseconds(1), level, QString::fromLatin1(category), QString::fromUtf8(text)});
    }
    static void writeSome(LogModel &log)
    {
        write(log, QtDebugMsg, "trunkline.desktop", "First paint");
        write(log, QtInfoMsg, "trunkline.desktop", "Trunkline listens on http://127.0.0.1:8080");
        write(log, QtWarningMsg, "trunkline.refused", "Refused 127.0.0.1: 401 no token");
        write(log, QtCriticalMsg, "trunkline.hub", "Cannot read the certificate");
        log.refresh();
    }
    static QStringList lines(const LogPage &page)
    {
        QStringList all;
        const QAbstractItemModel *model = page.table().model();
        for (int row = 0; row < model->rowCount(); ++row)
            all << model->index(row, LogModel::Columns - 1).data().toString().section(u' ', 0, 0);
        return all;
    }
};

void TestLog::keepsTheLastLines()
{
    LogModel model;
    const QAbstractItemModelTester tester(&model, Mode::QtTest);
    for (std::size_t i = 0; i < LogModel::kMostLines + 10; ++i)
        model.write({std::chrono::milliseconds(i), QtWarningMsg, QStringLiteral("t"), QString::number(i)});
    QCOMPARE(model.rowCount(), 0);
    model.refresh();
    model.write({std::chrono::milliseconds(1), QtInfoMsg, {}, QStringLiteral("last")});
    model.refresh();
    QCOMPARE(model.rowCount(), static_cast<int>(LogModel::kMostLines));
    QCOMPARE(model.index(model.rowCount() - 1, 3).data().toString(), QStringLiteral("last"));
    model.clear();
    QCOMPARE(model.rowCount(), 0);
    write(model, QtFatalMsg, "t", "again");
    model.refresh();
    QCOMPARE(model.index(0, 1).data().toString(), QStringLiteral("error"));
}

void TestLog::takesLinesFromAnyThread()
{
    LogModel model;
    const QAbstractItemModelTester tester(&model, Mode::QtTest);
    std::thread other([&model] {
        for (int i = 0; i < 1'000; ++i)
            write(model, QtInfoMsg, "other", "line");
    });
    for (int i = 0; i < 50; ++i)
        model.refresh();
    other.join();
    model.refresh();
    QCOMPARE(model.rowCount(), 1'000);
}

void TestLog::hidesLinesWithoutTheWords()
{
    Theme theme;
    LogModel log;
    LogPage page(theme, log);
    const QAbstractItemModelTester tester(page.table().model(), Mode::QtTest);
    writeSome(log);
    const auto *count = page.findChild<QLabel *>();
    QCOMPARE(lines(page).size(), 4);
    QVERIFY(count->text().isEmpty());
    QCOMPARE(page.table().horizontalHeader()->sortIndicatorSection(), -1);      // it is in the order in which the lines came
    page.field().setText(QStringLiteral("REFUSED 401"));
    QCOMPARE(lines(page), QStringList{QStringLiteral("Refused")});
    QCOMPARE(count->text(), QStringLiteral("1 of 4"));
    write(log, QtWarningMsg, "trunkline.refused", "Refused again: 401");
    write(log, QtWarningMsg, "trunkline.hub", "other");
    log.refresh();
    QCOMPARE(lines(page).size(), 2);
    QCOMPARE(count->text(), QStringLiteral("2 of 6"));
    page.field().setText(QStringLiteral("nowhere"));
    QCOMPARE(lines(page), QStringList());
    QTest::keyClick(&page.field(), Qt::Key_Escape);
    QVERIFY(page.field().text().isEmpty());
    QCOMPARE(lines(page).size(), 6);
}

void TestLog::hidesLinesThatAreNotSeriousEnough()
{
    Theme theme;
    LogModel log;
    LogPage page(theme, log);
    writeSome(log);
    for (const int least : {3, 2, 1, 0}) {
        page.level().setCurrentIndex(least);
        QCOMPARE(lines(page).size(), 4 - least);
    }
    page.level().setCurrentIndex(2);
    page.field().setText(QStringLiteral("certificate"));
    QCOMPARE(lines(page), QStringList{QStringLiteral("Cannot")});
    page.clearSearch();
    QCOMPARE(lines(page).size(), 4);
}

void TestLog::followsWhileLinesAreHidden()
{
    Theme theme;
    LogModel log;
    LogPage page(theme, log);
    page.resize(800, 300);
    page.show();
    page.field().setText(QStringLiteral("seen"));
    for (int i = 0; i < 200; ++i)
        write(log, QtInfoMsg, "t", i % 2 ? "seen" : "hidden");
    log.refresh();
    QCOMPARE(lines(page).size(), 100);
    QVERIFY(page.table().isFollowing());
    QTRY_VERIFY(page.table().rowAt(page.table().viewport()->height() - 30) >= 98);
}

void TestLog::keysOfTheWindowGoToItsField()
{
    LiveWindow live;
    using Do = MainWindow::Do;
    live.action(Do::PageLog)->trigger();
    QLineEdit &field = live.window->logPage().field();
    for (const Do key : {Do::Find, Do::Filter}) {
        live.window->logPage().table().setFocus();
        live.action(key)->trigger();
        QVERIFY(field.hasFocus());
    }
    live.window->logPage().table().setFocus();
    QTest::keyClick(&live.window->logPage().table(), 'r');
    QCOMPARE(field.text(), QStringLiteral("r"));
    QTest::keyClicks(&field, QStringLiteral("ef"));
    QCOMPARE(field.text(), QStringLiteral("ref"));
    QTest::keyClick(&field, Qt::Key_Down);
    QVERIFY(live.window->logPage().table().hasFocus());
    live.action(Do::PageExchanges)->trigger();
    live.action(Do::Filter)->trigger();
    QVERIFY(live.window->filterBar().field().hasFocus());
}

QTEST_MAIN(TestLog)
#include "tst_log.moc"
