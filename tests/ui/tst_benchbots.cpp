// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/BenchRoomFixture.h"
#include "tests/ui/Pictures.h"
#include "ui/bench/FaultsPage.h"
#include "ui/bench/PageHead.h"
#include "ui/detail/DetailPane.h"

#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QSpinBox>
#include <QTreeWidget>

using namespace trunkline;

/// The Bots and Faults places of the window, over a live hub.
class TestBenchBots final : public BenchRoomFixture
{
    Q_OBJECT

private Q_SLOTS:
    void botsAnswerUntilStopped();
    void botsOfEveryTemplateAreFine();
    void botsOfAFileWithMistakesDoNotStart();
    void botFilesAreOpenedAndSaved();
    void faultsStrikeAndAreShown();
    void faultsOfEveryKindAreUnderstood();
    void aHubElsewhereKeepsItsFaults();
    void aRestartedHubKeepsBotsAndFaults();
};

void TestBenchBots::botsAnswerUntilStopped()
{
    startBots("bots:\n  echo_bot:\n    - reply: {text: \"you said ${message}\"}\n  other_bot:\n    - reply: {silence: true}\n", 2);
    QTRY_COMPARE(m_room->bots().list().topLevelItem(0)->text(1), QStringLiteral("connected"));
    QTRY_COMPARE(m_room->bots().head().state(), QStringLiteral("2 of 2 connected"));
    m_live->send(QStringLiteral("echo_bot"), QStringLiteral("hello"));
    m_live->select(0);
    QVERIFY(window().detail().subject().messages.back().payload.contains("you said hello"));
    QTRY_VERIFY(m_room->bots().list().topLevelItem(0)->text(2).toInt() >= 2);
    // The same name again: whoever else takes it is told, and the bot keeps trying.
    m_room->bots().stopButton().click();
    QTRY_COMPARE(window().sessions().model().clients(), 0);
    QCOMPARE(m_room->bots().list().topLevelItemCount(), 0);
    QVERIFY(!m_room->bots().stopButton().isEnabled());
}

void TestBenchBots::botsOfEveryTemplateAreFine()
{
    const auto *menu = m_room->bots().findChild<QPushButton *>(QStringLiteral("botsTemplates"))->menu();
    QVERIFY(menu->actions().size() >= 5);
    for (QAction *action : menu->actions()) {
        action->trigger();
        FileProblems problems;
        const auto file = BotFile::read(m_room->bots().editor().text(), problems);
        QVERIFY2(file && file->bots.size() == 1, qPrintable(action->text()));
        m_room->bots().startButton().click();
        QTRY_COMPARE(m_room->bots().head().state(), QStringLiteral("1 of 1 connected"));
    }
}

void TestBenchBots::botsOfAFileWithMistakesDoNotStart()
{
    YamlEditor &editor = m_room->bots().editor();
    editor.setText("bots:\n  a:\n    - replay: {text: x}\n");
    m_room->bots().startButton().click();
    QStringList said;
    for (int i = 0; i < editor.problems().count(); ++i)
        said << editor.problems().item(i)->text();
    QVERIFY2(!said.filter(QStringLiteral("did you mean")).isEmpty(), qPrintable(said.join(u' ')));
    QVERIFY(m_room->desk()->bots().empty());
    Q_EMIT editor.problems().itemActivated(editor.problems().item(0));
    QCOMPARE(editor.field().textCursor().blockNumber(), 2);
    editor.setText("bots: {}\n");
    m_room->bots().startButton().click();
    QVERIFY(m_room->desk()->bots().empty());
}

void TestBenchBots::botFilesAreOpenedAndSaved()
{
    const QString file = write("bots.yaml", "bots:\n  filed_bot:\n    - reply: {text: x}\nfaults:\n  - {user: filed_bot, do: drop}\n");
    m_room->bots().findChild<QPushButton *>(QStringLiteral("botsOpen"))->click();
    auto *open = m_room->bots().findChild<QFileDialog *>(QStringLiteral("botsOpenDialog"));
    QVERIFY(open);
    Q_EMIT open->fileSelected(file);
    open->close();
    QVERIFY(m_room->bots().editor().text().contains("filed_bot"));
    m_room->bots().startButton().click();
    QTRY_COMPARE(m_live->hub.view->snapshot()->faultRules, 1);      // as serve --bots would have it
    m_room->bots().findChild<QPushButton *>(QStringLiteral("botsSave"))->click();
    auto *save = m_room->bots().findChild<QFileDialog *>(QStringLiteral("botsSaveDialog"));
    QVERIFY(save);
    Q_EMIT save->fileSelected(path("copy.yaml"));
    save->close();
    QFile copy(path("copy.yaml"));
    QVERIFY(copy.open(QIODevice::ReadOnly));
    QCOMPARE(copy.readAll(), m_room->bots().editor().text());
}

void TestBenchBots::faultsStrikeAndAreShown()
{
    FaultsPage &page = m_room->faults();
    QVERIFY(!page.applyButton().isEnabled());       // no rate, no fault
    page.setRate("drop", 100);
    page.user().setText(QStringLiteral("^flaky"));
    page.direction().setCurrentIndex(1);
    page.seed().setValue(7);
    QVERIFY(page.yaml().contains("seed: 7"));
    page.applyButton().click();
    QTRY_VERIFY(m_room->faultStrip().isVisible());
    QVERIFY(page.head().state().startsWith(QStringLiteral("ON")));
    m_live->addUser(QStringLiteral("flaky"), {5});
    m_live->addUser(QStringLiteral("steady"), {5});
    m_live->hub.push(QStringLiteral("flaky"), QStringLiteral("lost"));
    m_live->hub.push(QStringLiteral("steady"), QStringLiteral("found"));
    const auto faulty = [this] {
        const auto entries = m_live->hub.view->journalAfter(0, 1000).entries;
        return std::count_if(entries.begin(), entries.end(), [](const JournalEntry &entry) { return entry.fault == Fault::Drop; });
    };
    QTRY_COMPARE(faulty(), 1);
    picture(window(), QStringLiteral("fault-strip"));
    child<QPushButton>("faultStripShow")->click();
    QVERIFY(page.isVisible());
    page.findChild<QPushButton *>(QStringLiteral("faultsCopy"))->click();
    QVERIFY(QGuiApplication::clipboard()->text().contains(QStringLiteral("do: drop")));
    child<QPushButton>("faultStripOff")->click();
    QTRY_VERIFY(!m_room->faultStrip().isVisible());
    QCOMPARE(page.head().state(), QStringLiteral("Off"));
    m_live->hub.push(QStringLiteral("flaky"), QStringLiteral("arrives"));
    QTRY_VERIFY(m_live->hub.view->snapshot()->metrics.pushes >= 3);
    QCOMPARE(faulty(), 1);
    page.applyButton().click();
    QTRY_VERIFY(m_room->faultStrip().isVisible());
    page.offButton().click();
    QTRY_VERIFY(!m_room->faultStrip().isVisible());
}

void TestBenchBots::faultsOfEveryKindAreUnderstood()
{
    FaultsPage &page = m_room->faults();
    const char *kinds[] = {"drop", "delay", "duplicate", "reorder", "truncate", "split", "close", "half_close", "stall"};
    for (const char *kind : kinds)
        page.setRate(kind, 12.5);
    page.user().setText(QStringLiteral("a\"b\\d"));
    for (const int direction : {0, 1, 2}) {
        page.direction().setCurrentIndex(direction);
        FileProblems problems;
        const auto file = BotFile::read(page.yaml(), problems);
        QVERIFY2(file, problems.empty() ? "" : qPrintable(problems.front().text));
        QCOMPARE(file->faults.size(), direction == 2 ? 7u : 9u);        // two of them need the way to the client
        QCOMPARE(file->faults.front().probability, 0.125);
    }
    for (const char *kind : kinds)
        page.setRate(kind, 0);
    QVERIFY(!page.applyButton().isEnabled());
}

void TestBenchBots::aHubElsewhereKeepsItsFaults()
{
    m_room->setDesk(std::make_shared<BenchDesk>(BenchDesk::Place{.access = m_live->hub.hub->access()}));
    m_room->faults().setRate("drop", 10);
    QVERIFY(!m_room->faults().applyButton().isEnabled());
    QVERIFY(m_room->faults().head().state().contains(QStringLiteral("another process")));
    startBots("bots:\n  b:\n    - reply: {text: x}\n", 1);      // bots can go there
}

void TestBenchBots::aRestartedHubKeepsBotsAndFaults()
{
    startBots("bots:\n  b:\n    - reply: {text: x}\n", 1);
    m_room->faults().setRate("drop", 50);
    m_room->faults().applyButton().click();
    QTRY_COMPARE(m_live->hub.view->snapshot()->faultRules, 1);
    LiveHub second;
    BenchDesk::Place place{.access = second.hub->access()};
    place.setFaults = [door = second.hub->door()](const FaultPlan &plan) { door->post([plan](HubMonitor &monitor) { monitor.setFaults(plan); }); };
    m_room->desk()->moveTo(std::move(place));
    QTRY_COMPARE(second.view->snapshot()->sessions.size(), 1u);
    QTRY_COMPARE(second.view->snapshot()->faultRules, 1);
    m_room->setDesk(nullptr);           // the last window over it has gone: it ends what it runs
    QTRY_COMPARE(second.view->snapshot()->sessions.size(), 0u);
    QTRY_COMPARE(second.view->snapshot()->faultRules, 0);
}

QTEST_MAIN(TestBenchBots)
#include "tst_benchbots.moc"
