// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/Capsule.h"
#include "hub/capture/CaptureView.h"
#include "tests/ui/LiveWindow.h"
#include "tests/ui/Pictures.h"
#include "ui/bench/BenchDesk.h"
#include "ui/bench/BenchRoom.h"
#include "ui/bench/BotsPage.h"
#include "ui/bench/CapsuleDialog.h"
#include "ui/bench/FaultsPage.h"
#include "ui/bench/PageHead.h"
#include "ui/bench/RecordDialog.h"
#include "ui/bench/ScenariosPage.h"
#include "ui/bench/StreamPage.h"
#include "ui/bench/YamlEditor.h"
#include "ui/detail/DetailPane.h"
#include "ui/exchanges/TimelineView.h"
#include "ui/models/ExchangeModel.h"
#include "ui/models/Roles.h"
#include "ui/window/WindowHost.h"

#include <QAccessible>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMetaEnum>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QSplitter>
#include <QTreeWidget>

using namespace trunkline;
using Do = BenchRoom::Do;

namespace {

/// A host that only notes which captures were wanted.
class NotingHost final : public WindowHost
{
public:
    void openWindow(MainWindow &) override {}
    QList<HubPlace> runningHubs() const override { return {}; }
    std::optional<HubPlace> readReadyFile(const QString &) const override { return std::nullopt; }
    void attach(MainWindow &, const HubPlace &) override {}
    void openCapture(MainWindow &, const QString &path, const QByteArray &select) override { opened = {path, select}; }
    bool hasOwnHub() const override { return true; }
    void showOwnHub(MainWindow &) override {}
    SettingsSource *hubSettings() override { return nullptr; }
    bool mayClose(MainWindow &) override { return true; }
    void quit() override {}

    std::pair<QString, QByteArray> opened;
};

constexpr char kGood[] = "name: good\nusers:\n  alice: {}\nsteps:\n  - push: {user_id: alice, data: {n: 1}}\n    expect: {status: success}\n"
                         "  - received: {user: alice, match: {n: 1}}\n";
constexpr char kLate[] = "name: late\nusers:\n  tokens: {bot: tokens}\nbots:\n  tokens:\n"
                         "    - reply: {tokens: [\"one \", \"two \", {text: \"three \", after: 500ms}, \"four\"], every: 5ms}\n"
                         "steps:\n  - send: {user_id: tokens, data: {message: hi}}\n    expect: {events: 4, max_gap: 200ms}\n";

} // namespace

/// The test bench in the window, over a live hub: each control is used as a person would, and its effect is looked for in the hub,
/// in files, on the wire.
class TestBenchRoom : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void everyActionIsInMenuAndPalette();
    void recordsBothLegsIntoAFile();
    void saysWhyARecordingCannotBegin();
    void botsAnswerUntilStopped();
    void botsOfEveryTemplateAreFine();
    void botsOfAFileWithMistakesDoNotStart();
    void botFilesAreOpenedAndSaved();
    void faultsStrikeAndAreShown();
    void faultsOfEveryKindAreUnderstood();
    void aHubElsewhereKeepsItsFaults();
    void scenariosRunAndShowWhatFailed();
    void scenariosRunAtThisHub();
    void scenariosAreStopped();
    void scenariosAreEditedAndSaved();
    void makesAScenarioThatPasses_data();
    void makesAScenarioThatPasses();
    void makesACapsuleAfterAPreview();
    void streamMergesTextAndLints();
    void aRestartedHubKeepsBotsAndFaults();
    void whatTakesTheKeyboardHasAName();
    void picturesOfEachPlace();

private:
    void open(const Settings &settings);
    MainWindow &window() { return *m_live->window; }
    [[nodiscard]] std::shared_ptr<BenchDesk> makeDesk(HubThread &hub) const;
    void trigger(Do what) { m_room->action(what)->trigger(); }
    [[nodiscard]] QString path(const char *name) const { return m_live->folder.filePath(QString::fromLatin1(name)); }
    QString write(const char *name, const QByteArray &text) const;
    void startBots(const QByteArray &yaml, int expected);
    template<typename Widget> Widget *child(const char *name) { return window().findChild<Widget *>(QString::fromLatin1(name)); }

    NotingHost m_host;
    std::unique_ptr<LiveWindow> m_live;
    BenchRoom *m_room = nullptr;
};

std::shared_ptr<BenchDesk> TestBenchRoom::makeDesk(HubThread &hub) const
{
    BenchDesk::Place place{.access = hub.access()};
    place.makeView = [door = hub.door()] { return std::make_unique<LocalHubView>(door, Recorder::kViewLimits, nullptr, Legs::Both); };
    place.setFaults = [door = hub.door()](const FaultPlan &plan) { door->post([plan](HubMonitor &monitor) { monitor.setFaults(plan); }); };
    return std::make_shared<BenchDesk>(std::move(place));
}

void TestBenchRoom::init()
{
    open({});
}

void TestBenchRoom::open(const Settings &settings)
{
    m_live = std::make_unique<LiveWindow>(settings);
    m_live->theme.setMode(qEnvironmentVariable("TRUNKLINE_PICTURES_THEME") == u"light" ? Theme::Mode::Light : Theme::Mode::Dark);
    m_room = new BenchRoom(window(), {.theme = m_live->theme, .settings = m_live->settings, .host = &m_host});
    m_room->setDesk(makeDesk(*m_live->hub.hub));
    QTRY_VERIFY(m_live->hub.view->snapshot()->number > 0);
}

void TestBenchRoom::cleanup()
{
    m_live.reset();
}

QString TestBenchRoom::write(const char *name, const QByteArray &text) const
{
    QFile file(path(name));
    if (!file.open(QIODevice::WriteOnly))
        qFatal("cannot write %s", name);
    file.write(text);
    return file.fileName();
}

void TestBenchRoom::startBots(const QByteArray &yaml, int expected)
{
    m_room->bots().editor().setText(yaml);
    m_room->bots().startButton().click();
    QTRY_COMPARE(window().sessions().model().clients(), expected);
}

void TestBenchRoom::everyActionIsInMenuAndPalette()
{
    const auto *menu = child<QMenu>("benchMenu");
    QVERIFY(menu && menu->menuAction()->isVisible());
    const auto all = QMetaEnum::fromType<Do>();
    for (int i = 0; i < all.keyCount(); ++i) {
        QAction *action = m_room->action(static_cast<Do>(all.value(i)));
        QVERIFY2(action, all.key(i));
        QVERIFY(menu->actions().contains(action));
        QVERIFY(window().actions().contains(action));
    }
    trigger(Do::Bots);
    QVERIFY(m_room->bots().isVisible());
    trigger(Do::Faults);
    QVERIFY(m_room->faults().isVisible());
    trigger(Do::Scenarios);
    QVERIFY(m_room->scenarios().isVisible());
    window().action(MainWindow::Do::PageExchanges)->trigger();
    QVERIFY(!m_room->scenarios().isVisible());
    m_room->setDesk(nullptr);           // a capture: nothing to record, no bots, no faults
    QVERIFY(!m_room->action(Do::Record)->isEnabled());
    QVERIFY(!m_room->bots().startButton().isEnabled());
    QVERIFY(!m_room->faults().applyButton().isEnabled());
}

void TestBenchRoom::recordsBothLegsIntoAFile()
{
    m_live->addUser(QStringLiteral("bob"), {5, 5});
    trigger(Do::Record);
    auto *dialog = child<RecordDialog>("recordDialog");
    QVERIFY(dialog);
    picture(*dialog, QStringLiteral("record-dialog"));
    dialog->path().setText(path("own.trunk"));
    dialog->masked().setText(QStringLiteral("data.password, *.secret"));
    dialog->findChild<QPushButton *>(QStringLiteral("primary"))->click();
    QTRY_VERIFY(m_room->recordingLabel().isVisible());
    QTRY_VERIFY(m_room->desk()->recording().bytes > 0);         // the first line is there: it has begun
    m_live->hub.post("/sse/send", QStringLiteral("bob"), {{QStringLiteral("message"), QStringLiteral("hi")}, {QStringLiteral("password"), QStringLiteral("hunter2")}});
    QTRY_VERIFY(m_room->desk()->recording().messages >= 6);     // request, delivery, two replies, two events
    QTRY_VERIFY(m_room->recordingLabel().text().contains(QStringLiteral("own.trunk")));
    QCOMPARE(m_room->action(Do::Record)->text(), QStringLiteral("Stop recording"));
    picture(window(), QStringLiteral("recording"));
    trigger(Do::Record);
    QVERIFY(!m_room->recordingLabel().isVisible());
    QCOMPARE(m_room->action(Do::Record)->text(), QStringLiteral("Record"));
    const auto capture = openCapture(path("own.trunk"));
    QVERIFY(capture.has_value());
    const auto count = [&](Leg leg, Direction direction) {
        return std::count_if(capture->entries.begin(), capture->entries.end(),
                             [&](const JournalEntry &entry) { return entry.leg == leg && entry.direction == direction && !entry.correlation.isEmpty(); });
    };
    QCOMPARE(count(Leg::Upstream, Direction::In), 1);
    QCOMPARE(count(Leg::Client, Direction::Out), 1);
    QCOMPARE(count(Leg::Client, Direction::In), 2);
    QCOMPARE(count(Leg::Upstream, Direction::Out), 2);
    QFile file(path("own.trunk"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(!file.readAll().contains("hunter2"));
}

void TestBenchRoom::saysWhyARecordingCannotBegin()
{
    trigger(Do::Record);
    auto *dialog = child<RecordDialog>("recordDialog");
    dialog->path().setText(path("no/such/folder/own.trunk"));
    dialog->findChild<QPushButton *>(QStringLiteral("primary"))->click();
    QVERIFY(dialog->isVisible());
    QVERIFY(!m_room->recordingLabel().isVisible());
    dialog->findChild<QPushButton *>(QStringLiteral("recordBrowse"))->click();
    auto *files = dialog->findChild<QFileDialog *>(QStringLiteral("recordFileDialog"));
    QVERIFY(files);
    Q_EMIT files->fileSelected(path("b.trunk"));
    files->close();
    QCOMPARE(dialog->file().path, path("b.trunk"));
    dialog->size().setValue(2);
    QCOMPARE(dialog->file().maxBytes, 2LL * 1024 * 1024);
    dialog->findChild<QPushButton *>(QStringLiteral("primary"))->click();
    QTRY_VERIFY(m_room->recordingLabel().isVisible());
}

void TestBenchRoom::botsAnswerUntilStopped()
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

void TestBenchRoom::botsOfEveryTemplateAreFine()
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

void TestBenchRoom::botsOfAFileWithMistakesDoNotStart()
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

void TestBenchRoom::botFilesAreOpenedAndSaved()
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

void TestBenchRoom::faultsStrikeAndAreShown()
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

void TestBenchRoom::faultsOfEveryKindAreUnderstood()
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

void TestBenchRoom::aHubElsewhereKeepsItsFaults()
{
    m_room->setDesk(std::make_shared<BenchDesk>(BenchDesk::Place{.access = m_live->hub.hub->access()}));
    m_room->faults().setRate("drop", 10);
    QVERIFY(!m_room->faults().applyButton().isEnabled());
    QVERIFY(m_room->faults().head().state().contains(QStringLiteral("another process")));
    startBots("bots:\n  b:\n    - reply: {text: x}\n", 1);      // bots can go there
}

void TestBenchRoom::scenariosRunAndShowWhatFailed()
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

void TestBenchRoom::scenariosRunAtThisHub()
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

void TestBenchRoom::scenariosAreStopped()
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

void TestBenchRoom::scenariosAreEditedAndSaved()
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

void TestBenchRoom::makesAScenarioThatPasses_data()
{
    QTest::addColumn<QString>("kind");
    for (const char *kind : {"tokens", "replies", "absent", "silent"})
        QTest::newRow(kind) << QString::fromLatin1(kind);
}

/// From what was seen, and it holds at a hub of its own.
void TestBenchRoom::makesAScenarioThatPasses()
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

void TestBenchRoom::makesACapsuleAfterAPreview()
{
    trigger(Do::Capsule);               // nothing is selected: it says so
    QVERIFY(!child<CapsuleDialog>("capsuleDialog"));
    m_live->addUser(QStringLiteral("bob"), {5, 30});
    m_live->hub.post("/sse/send", QStringLiteral("bob"), {{QStringLiteral("message"), QStringLiteral("hi")}, {QStringLiteral("password"), QStringLiteral("hunter2")},
                                                        {QStringLiteral("customer"), QStringLiteral("Ada")}});
    QTRY_COMPARE(m_live->rows(), 1);
    QTRY_COMPARE(m_live->hub.view->exchangesAfter(0, 10).exchanges.front()->state, ExchangeState::Done);
    m_live->select(0);
    const QByteArray correlation = window().detail().subject().exchange->correlation;
    QTRY_COMPARE(window().messagesOf(correlation).size(), 3u);
    const QStringList entries = inMenu([this] { Q_EMIT window().exchanges().menuRequested(window().exchanges().currentIndex(), QPoint(10, 10)); },
                                       QStringLiteral("Make a capsule of this exchange…"));
    QVERIFY(entries.contains(QStringLiteral("Make a scenario from this exchange")));
    auto *dialog = child<CapsuleDialog>("capsuleDialog");
    QVERIFY(dialog);
    QStringList rows;
    for (int i = 0; i < dialog->preview().topLevelItemCount(); ++i)
        rows << dialog->preview().topLevelItem(i)->text(0);
    QVERIFY2(rows.contains(QStringLiteral("report.html")) && rows.filter(QStringLiteral("password")).size() > 0, qPrintable(rows.join(u' ')));
    dialog->masked().setText(QStringLiteral("*.customer"));
    rows.clear();
    for (int i = 0; i < dialog->preview().topLevelItemCount(); ++i)
        rows << dialog->preview().topLevelItem(i)->text(0);
    QVERIFY2(rows.filter(QStringLiteral("customer")).size() > 0, qPrintable(rows.join(u' ')));
    picture(*dialog, QStringLiteral("capsule"));
    dialog->findChild<QPushButton *>(QStringLiteral("primary"))->click();
    auto *files = dialog->findChild<QFileDialog *>(QStringLiteral("capsuleFileDialog"));
    QVERIFY(files);
    const QString file = path("bob.trunkcase");
    Q_EMIT files->fileSelected(file);
    QFile zip(file);
    QVERIFY(zip.open(QIODevice::ReadOnly));
    const QByteArray bytes = zip.readAll();
    QVERIFY(!bytes.contains("hunter2") && !bytes.contains("Ada"));
    const auto capture = openCapture(file);
    QVERIFY(capture.has_value());
    const auto exchanges = exchangesOf(*capture);
    QCOMPARE(exchanges.size(), 1u);
    QCOMPARE(exchanges.front().chunks, 2);
    QCOMPARE(exchanges.front().state, ExchangeState::Done);
    const auto posted = std::find_if(capture->entries.begin(), capture->entries.end(), [](const JournalEntry &entry) { return entry.leg == Leg::Upstream && entry.direction == Direction::In; });
    QVERIFY(posted != capture->entries.end());      // put together: nobody recorded
    QVERIFY(posted->text.contains("\"message\":\"hi\""));
}

void TestBenchRoom::streamMergesTextAndLints()
{
    Settings quick;
    quick.sseResponseTimeout = std::chrono::milliseconds(500);
    open(quick);
    startBots("bots:\n  tokens:\n    - reply: {tokens: [\"Hello \", \"there, \", \"friend.\"], every: 15ms}\n"
              "  endless:\n    - reply: {tokens: [a, b], final: false}\n", 2);
    m_live->send(QStringLiteral("tokens"), QStringLiteral("hi"));
    m_live->select(0);
    auto *tabs = window().detail().findChild<QTabBar *>();
    tabs->setCurrentIndex(tabs->count() - 1);
    QTRY_COMPARE(m_room->stream().merged().toPlainText(), QStringLiteral("Hello there, friend."));
    QCOMPARE(m_room->stream().events().topLevelItemCount(), 3);
    QCOMPARE(m_room->stream().events().topLevelItem(1)->text(3), QStringLiteral("there, "));
    QVERIFY(m_room->stream().lint().findings.empty());
    QCOMPARE(tabs->tabText(tabs->count() - 1), QStringLiteral("Stream"));
    picture(window(), QStringLiteral("stream"));
    m_live->send(QStringLiteral("endless"), QStringLiteral("hi"));        // until it times out
    m_live->select(1);
    QTRY_VERIFY(!m_room->stream().lint().findings.empty());
    QCOMPARE(m_room->stream().lint().findings.front().rule, QByteArray("no-final"));
    QVERIFY(tabs->tabText(tabs->count() - 1) != QStringLiteral("Stream"));
    // The table has the mark, too, and says why; the exchange without a fault has none.
    const auto chunks = [this](int row, int role) {
        return window().exchanges().model()->index(row, static_cast<int>(ExchangeModel::Column::Chunks)).data(role);
    };
    QCOMPARE(chunks(1, IconRole).toString(), QStringLiteral("warning"));
    QVERIFY(chunks(1, Qt::ToolTipRole).toString().contains(QStringLiteral("is_final")));
    QVERIFY(chunks(1, Qt::AccessibleTextRole).toString().contains(QStringLiteral("is_final")));
    QCOMPARE(chunks(1, Qt::DisplayRole).toString(), QStringLiteral("2"));
    QVERIFY(!chunks(0, IconRole).isValid() || chunks(0, IconRole).toString().isEmpty());
    picture(window(), QStringLiteral("stream-finding"));
}

void TestBenchRoom::aRestartedHubKeepsBotsAndFaults()
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

void TestBenchRoom::whatTakesTheKeyboardHasAName()
{
    trigger(Do::Record);
    startBots("bots:\n  b:\n    - reply: {text: x}\n", 1);
    m_live->send(QStringLiteral("b"), QStringLiteral("hi"));
    m_live->select(0);
    trigger(Do::Capsule);
    const QList<QWidget *> places{&m_room->bots(), &m_room->faults(), &m_room->scenarios(), &m_room->stream(), &m_room->faultStrip(),
                                  child<RecordDialog>("recordDialog"), child<CapsuleDialog>("capsuleDialog")};
    int asked = 0;
    for (const QWidget *place : places) {
        QVERIFY(place);
        for (QWidget *widget : place->findChildren<QWidget *>()) {
            const bool isInside = widget->objectName().startsWith(QStringLiteral("qt_")) || qobject_cast<QAbstractSpinBox *>(widget->parentWidget());
            if (!(widget->focusPolicy() & Qt::TabFocus) || isInside || widget->window() != place->window() || qobject_cast<QSplitter *>(widget) || widget->inherits("QScrollArea"))
                continue;
            QAccessibleInterface *said = QAccessible::queryAccessibleInterface(widget);
            QVERIFY(said);
            QVERIFY2(!said->text(QAccessible::Name).isEmpty(), qPrintable(QString::fromLatin1(widget->metaObject()->className()) + QLatin1Char(' ')
                                                                          + widget->objectName() + QStringLiteral(" in ") + QString::fromLatin1(place->metaObject()->className())));
            ++asked;
        }
    }
    QVERIFY(asked > 40);
}

/// Only with TRUNKLINE_PICTURES: each place as a person finds it.
void TestBenchRoom::picturesOfEachPlace()
{
    if (qEnvironmentVariableIsEmpty("TRUNKLINE_PICTURES"))
        return;
    startBots(m_room->bots().editor().text() + "  silent_bot:\n    - reply: {silence: true}\n", 2);
    m_live->send(QStringLiteral("chat_bot"), QStringLiteral("hello"));
    trigger(Do::Bots);
    picture(window(), QStringLiteral("bots"));
    m_room->bots().editor().showProblems({{{3, 5}, QStringLiteral("there is no key \"replay\", did you mean \"reply\"?")}});
    picture(window(), QStringLiteral("bots-mistake"));
    trigger(Do::Faults);
    m_room->faults().setRate("drop", 2.5);
    m_room->faults().setRate("delay", 10);
    m_room->faults().setRate("close", 0.5);
    m_room->faults().user().setText(QStringLiteral("^flaky"));
    m_room->faults().applyButton().click();
    QTRY_VERIFY(m_room->faultStrip().isVisible());
    picture(window(), QStringLiteral("faults"));
    window().resize(1024, 640);
    picture(window(), QStringLiteral("faults-small"));
    window().resize(1440, 900);
    trigger(Do::Scenarios);
    picture(window(), QStringLiteral("scenarios-empty"));
    window().action(MainWindow::Do::PageExchanges)->trigger();
    m_live->select(0);
    trigger(Do::MakeScenario);
    picture(window(), QStringLiteral("scenario-made"));
}

QTEST_MAIN(TestBenchRoom)
#include "tst_benchroom.moc"
