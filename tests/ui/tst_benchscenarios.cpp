// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/Capsule.h"
#include "tests/ui/BenchRoomFixture.h"
#include "tests/ui/Pictures.h"
#include "ui/bench/PageHead.h"
#include "ui/bench/ScenariosPage.h"
#include "ui/exchanges/TimelineView.h"

#include <QComboBox>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTreeWidget>

using namespace trunkline;

/// The Scenarios place of the window, and scenarios made of exchanges.
class TestBenchScenarios final : public BenchRoomFixture
{
    Q_OBJECT

private Q_SLOTS:
    void scenariosRunAndShowWhatFailed();
    void scenariosRunAtThisHub();
    void scenariosAreStopped();
    void scenariosAreEditedAndSaved();
    void makesAScenarioThatPasses_data();
    void makesAScenarioThatPasses();
};

void TestBenchScenarios::scenariosRunAndShowWhatFailed()
{
    ScenariosPage &page = m_room->scenarios();
    trigger(Do::Scenarios);
    page.findChild<QPushButton *>(QStringLiteral("scenariosOpen"))->click();
    auto *dialog = page.findChild<QFileDialog *>(QStringLiteral("scenariosOpenDialog"));
    QVERIFY(dialog);
    Q_EMIT dialog->filesSelected({write("good.yaml", kGood), write("late.yaml", kLate)});
    dialog->close();
    QCOMPARE(page.list().topLevelItemCount(), 2);
    page.list().setCurrentItem(page.list().topLevelItem(0));
    QSignalSpy finished(&page, &ScenariosPage::finished);
    page.findChild<QPushButton *>(QStringLiteral("scenariosRun"))->click();
    QVERIFY(page.isRunning());
    QVERIFY(finished.wait(20'000));
    QCOMPARE(page.list().topLevelItem(0)->text(1), QStringLiteral("passed"));
    QCOMPARE(page.list().topLevelItem(1)->text(1), QStringLiteral("failed"));
    QCOMPARE(page.head().state(), QStringLiteral("1 passed, 1 failed"));
    QCOMPARE(page.list().indexOfTopLevelItem(page.list().currentItem()), 1);        // what failed comes into sight
    QVERIFY(page.report().toPlainText().contains(QStringLiteral("at most 200 ms between two chunks")));
    QVERIFY(page.timeline().isVisible() && page.timeline().emphasized() >= 0);
    QCOMPARE(page.timeline().lanes().at(std::size_t(page.timeline().emphasized())).title, QStringLiteral("token 3 waits"));
    picture(window(), QStringLiteral("scenarios"));
    page.findChild<QPushButton *>(QStringLiteral("scenariosCapture"))->click();
    QCOMPARE(m_host.opened.first, page.result(1)->capture);
    QCOMPARE(m_host.opened.second, page.result(1)->failures.front().correlation);
    QVERIFY(openCapture(m_host.opened.first).has_value());
    QFile::remove(m_host.opened.first);
}

void TestBenchScenarios::scenariosRunAtThisHub()
{
    ScenariosPage &page = m_room->scenarios();
    page.open({write("good.yaml", kGood)});
    QTRY_VERIFY(page.findChild<QComboBox *>()->isEnabled());
    page.setAt(ScenariosPage::At::ThisHub);
    QSignalSpy finished(&page, &ScenariosPage::finished);
    page.run();
    QVERIFY(finished.wait(20'000));
    QCOMPARE(page.list().topLevelItem(0)->text(1), QStringLiteral("passed"));
    QTRY_VERIFY(m_live->hub.view->snapshot()->metrics.pushes >= 1);
}

void TestBenchScenarios::scenariosAreStopped()
{
    ScenariosPage &page = m_room->scenarios();
    page.open({write("long.yaml", "name: long\nusers: {alice: {}}\nsteps:\n  - pause: 60s\n")});
    QSignalSpy finished(&page, &ScenariosPage::finished);
    page.run();
    page.findChild<QPushButton *>(QStringLiteral("scenariosStop"))->click();
    QVERIFY(finished.wait(20'000));
    QVERIFY(page.result(0)->took < std::chrono::seconds(30));
    QVERIFY(page.result(0)->outcome != ScenarioResult::Outcome::Passed);
}

void TestBenchScenarios::scenariosAreEditedAndSaved()
{
    ScenariosPage &page = m_room->scenarios();
    trigger(Do::Scenarios);
    const QString file = write("good.yaml", kGood);
    page.open({file});
    page.editor().setText(QByteArray(kGood).replace("name: good", "name: better").replace("steps:", "stpes:"));
    QVERIFY(page.list().topLevelItem(0)->text(0).endsWith(QStringLiteral("*")));
    QCOMPARE(page.list().topLevelItem(0)->text(1), QStringLiteral("has mistakes"));
    page.run();
    QVERIFY(!page.isRunning());
    QVERIFY(page.editor().isVisible() && page.editor().problems().count() > 0);
    page.editor().setText(QByteArray(kGood).replace("name: good", "name: better"));
    page.findChild<QPushButton *>(QStringLiteral("scenariosSave"))->click();
    QCOMPARE(page.list().topLevelItem(0)->text(0), QStringLiteral("better"));
    QFile saved(file);
    QVERIFY(saved.open(QIODevice::ReadOnly));
    QVERIFY(saved.readAll().contains("better"));
    page.add(kLate);
    page.findChild<QPushButton *>(QStringLiteral("scenariosSave"))->click();        // has no file yet: asks
    auto *dialog = page.findChild<QFileDialog *>(QStringLiteral("scenariosSaveDialog"));
    QVERIFY(dialog);
    Q_EMIT dialog->fileSelected(path("new.yaml"));
    dialog->close();
    QVERIFY(QFile::exists(path("new.yaml")));
    // The next window opens them again.
    ScenariosPage next(m_live->theme, m_live->settings);
    QCOMPARE(next.list().topLevelItemCount(), 2);
}

void TestBenchScenarios::makesAScenarioThatPasses_data()
{
    QTest::addColumn<QString>("kind");
    for (const char *kind : {"tokens", "replies", "absent", "silent"})
        QTest::newRow(kind) << QString::fromLatin1(kind);
}

/// From what was seen, and it holds at a hub of its own.

void TestBenchScenarios::makesAScenarioThatPasses()
{
    QFETCH(QString, kind);
    if (kind == u"silent") {
        Settings quick;
        quick.sseResponseTimeout = std::chrono::milliseconds(300);
        open(quick);
    }
    const QString user = QStringLiteral("b\u00f6b's \"bot\"");
    if (kind == u"tokens")
        startBots(QByteArray("bots:\n  'b\u00f6b''s \"bot\"':\n    - reply: {tokens: ['it''s ', '\"a\" \xf0\x9f\x98\x80', end], every: 20ms}\n"), 1);
    else if (kind == u"replies")
        m_live->addUser(user, {5, 40});
    else if (kind == u"silent")
        m_live->addUser(user, {});
    m_live->send(user, QStringLiteral("it's 1\u00a0\u20ac: \"quote\" \\ back"));
    m_live->select(0);
    trigger(Do::MakeScenario);
    ScenariosPage &page = m_room->scenarios();
    QVERIFY(page.isVisible());
    QCOMPARE(page.list().topLevelItemCount(), 1);
    FileProblems problems;
    const auto scenario = Scenario::read(page.editor().text(), {}, problems);
    QVERIFY2(scenario, problems.empty() ? "" : qPrintable(problems.front().text + QLatin1Char('\n') + QString::fromUtf8(page.editor().text())));
    QSignalSpy finished(&page, &ScenariosPage::finished);
    page.run();
    QVERIFY(finished.wait(20'000));
    QVERIFY2(page.result(0)->outcome == ScenarioResult::Outcome::Passed, qPrintable(page.report().toPlainText() + QString::fromUtf8(page.editor().text())));
    if (kind == u"tokens")
        QVERIFY(page.editor().text().contains("is: \"it's \\\"a\\\" \xf0\x9f\x98\x80" "end\""));
}

QTEST_MAIN(TestBenchScenarios)
#include "tst_benchscenarios.moc"
