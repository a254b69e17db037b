// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/Desktop.h"
#include "bench/Capsule.h"
#include "bench/Report.h"
#include "hub/HubThread.h"
#include "hub/capture/CaptureView.h"
#include "tests/ui/Pictures.h"
#include "ui/bench/BenchDesk.h"
#include "ui/bench/BenchRoom.h"
#include "ui/bench/BotsPage.h"
#include "ui/bench/PageHead.h"
#include "ui/bench/ScenariosPage.h"
#include "ui/bench/YamlEditor.h"
#include "ui/detail/DetailPane.h"
#include "ui/exchanges/TimelineView.h"
#include "ui/tables/LiveTable.h"
#include "ui/window/ListeningPill.h"
#include "ui/window/MainWindow.h"

#include <QAction>
#include <QDropEvent>
#include <QFileDialog>
#include <QFileOpenEvent>
#include <QFrame>
#include <QLabel>
#include <QMimeData>
#include <QPointer>
#include <QPlainTextEdit>
#include <QProcess>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace trunkline;
using Do = MainWindow::Do;

namespace {

constexpr char kLate[] = R"(name: late chunk
users:
  tokens: {bot: tokens}
bots:
  tokens:
    - reply: {tokens: ["one ", "two ", {text: "three ", after: 600ms}, "four"], every: 5ms}
steps:
  - send: {user_id: tokens, data: {message: hi}}
    expect: {events: 4, max_gap: 250ms}
)";

} // namespace

/// Captures and capsules in the window: from the command line, the menu, by drop; what a failed check leaves.
class TestCaptureWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void commandOfAFailedCheckLandsOnTheLateChunk();
    void showsTheSameViewsAsLiveTraffic();
    void opensBesideAHubByMenuDropAndDoubleClick();
    void opensACapsule();
    void showsAllOfALargeCapture();
    void benchWorksAtAHubElsewhere();
    void saysWhatIsMissingInACapture();
    void saysWhenAFileIsNoCapture();
    void refusesArgumentsThatDoNotFit();

private:
    std::unique_ptr<Desktop> start(const QStringList &arguments);
    [[nodiscard]] QString path(const char *name) const { return m_folder.filePath(QString::fromLatin1(name)); }

    QTemporaryDir m_folder;
    std::unique_ptr<QSettings> m_settings;
    ScenarioResult m_result;            // of a scenario whose third chunk came late
};

/// A real run over real sockets: the third token comes late.
void TestCaptureWindow::initTestCase()
{
    m_settings = std::make_unique<QSettings>(path("s.ini"), QSettings::IniFormat);
    FileProblems problems;
    const auto scenario = Scenario::read(kLate, path("late.yaml"), problems);
    QVERIFY2(scenario, problems.empty() ? "" : qPrintable(problemText(QStringLiteral("late.yaml"), problems.front())));
    m_result = ScenarioRun(*scenario, {.captureFolder = m_folder.path()}).run();
    QCOMPARE(int(m_result.outcome), int(ScenarioResult::Outcome::Failed));
    QVERIFY(QFile::exists(m_result.capture));
}

std::unique_ptr<Desktop> TestCaptureWindow::start(const QStringList &arguments)
{
    auto parsed = parseDesktopOptions(QStringLiteral("trunkline"), arguments);
    if (!parsed)
        qFatal("%s", qUtf8Printable(parsed.error().detail));
    m_settings->setValue(QStringLiteral("theme"), qEnvironmentVariable("TRUNKLINE_PICTURES_THEME") == u"light" ? 1 : 2);
    auto desktop = std::make_unique<Desktop>(*parsed, *m_settings);
    desktop->show();
    return desktop;
}

void TestCaptureWindow::commandOfAFailedCheckLandsOnTheLateChunk()
{
    const QString report = resultText(m_result, {});
    QStringList command;
    for (const QString &line : report.split(u'\n')) {
        if (const qsizetype at = line.indexOf(QStringLiteral("trunkline-desktop ")); at >= 0)
            command = QProcess::splitCommand(line.mid(at));
    }
    QVERIFY2(command.size() == 4, qPrintable(report));
    const QByteArray correlation = m_result.failures.front().correlation;
    QCOMPARE(command.at(2), QStringLiteral("--select"));
    QCOMPARE(command.at(3).toUtf8(), correlation);

    const auto desktop = start(command.mid(1));
    MainWindow &window = desktop->window();
    QTRY_VERIFY(!window.isSelectionEmpty());
    QVERIFY(!desktop->hasOwnHub());
    const DetailPane &detail = window.detail();
    QCOMPARE(detail.subject().exchange->correlation, correlation);
    QCOMPARE(int(detail.tab()), int(DetailPane::Tab::Timeline));
    const int lane = detail.timeline().emphasized();
    QVERIFY(lane >= 0);
    const Lane &late = detail.timeline().lanes().at(std::size_t(lane));
    QVERIFY(late.bars.front().to - late.bars.front().from > std::chrono::milliseconds(150));
    QCOMPARE(late.title, QStringLiteral("token 3 waits"));
    QCOMPARE(detail.subject().messages.at(detail.subject().chosen).title, QStringLiteral("reply 3"));
    QVERIFY(detail.subject().messages.at(detail.subject().chosen).payload.contains("three"));
    picture(window, QStringLiteral("capture"));
}

void TestCaptureWindow::showsTheSameViewsAsLiveTraffic()
{
    const auto desktop = start({m_result.capture});
    MainWindow &window = desktop->window();
    QTRY_COMPARE(window.exchanges().model()->rowCount(), 1);
    const auto capture = openCapture(m_result.capture);
    QVERIFY(capture.has_value());
    QTRY_COMPARE(window.traffic().model()->rowCount(), int(capture->entries.size()));
    QVERIFY(window.windowTitle().startsWith(QStringLiteral("late-chunk.trunk")));
    QVERIFY(!window.findChild<QFrame *>(QStringLiteral("banner"))->isVisible());     // nothing is stale, nothing is missing
    for (const Do what : {Do::Resend, Do::Disconnect, Do::Compose, Do::ClearHub, Do::TryIt, Do::Retry})
        QVERIFY(!window.action(what)->isEnabled());
    window.exchanges().setCurrentIndex(window.exchanges().model()->index(0, 0));
    QVERIFY(window.detail().sentence().contains(QStringLiteral("tokens")));
    window.action(Do::PageTraffic)->trigger();
    picture(window, QStringLiteral("capture-traffic"));
    QSignalSpy finished(desktop.get(), &Desktop::finished);
    window.close();                     // nobody is cut off: no question
    QTRY_COMPARE(finished.count(), 1);
}

void TestCaptureWindow::opensBesideAHubByMenuDropAndDoubleClick()
{
    const auto desktop = start({QStringLiteral("--port=0")});
    QTRY_VERIFY(desktop->window().view());
    MainWindow &window = desktop->window();
    QSignalSpy opened(desktop.get(), &Desktop::captureOpened);
    window.action(Do::OpenCapture)->trigger();
    auto *dialog = window.findChild<QFileDialog *>(QStringLiteral("openCaptureDialog"));
    QVERIFY(dialog);
    Q_EMIT dialog->fileSelected(m_result.capture);
    dialog->close();
    QTRY_COMPARE(opened.count(), 1);
    QCOMPARE(desktop->windows().size(), 2u);
    QVERIFY(window.view()->link() == HubView::Link::Live);      // the hub stays in sight
    MainWindow &second = *desktop->windows().back();
    QTRY_COMPARE(second.exchanges().model()->rowCount(), 1);

    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path("notes.txt")), QUrl::fromLocalFile(m_result.capture)});
    QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &drop);
    QTRY_COMPARE(opened.count(), 2);
    QCOMPARE(desktop->windows().size(), 3u);

    QFileOpenEvent file(QUrl::fromLocalFile(m_result.capture));
    QApplication::sendEvent(qApp, &file);
    QTRY_COMPARE(opened.count(), 3);
    QCOMPARE(desktop->windows().size(), 4u);

    second.action(Do::NewWindow)->trigger();        // the same capture once more
    QTRY_COMPARE(opened.count(), 4);
    second.action(Do::OwnHub)->trigger();
    QVERIFY(second.view() && second.view()->link() != HubView::Link::Recorded);
    QCOMPARE(second.windowTitle(), QStringLiteral("Trunkline"));
}

void TestCaptureWindow::opensACapsule()
{
    const auto capture = openCapture(m_result.capture);
    const QByteArray correlation = m_result.failures.front().correlation;
    const auto capsule = makeCapsule(*capture, {.correlation = correlation});
    QVERIFY(capsule.has_value());
    QFile file(path("late.trunkcase"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(toZip(capsule->files));
    file.close();
    const auto desktop = start({file.fileName(), QStringLiteral("--select"), QString::fromUtf8(correlation)});
    QTRY_VERIFY(!desktop->window().isSelectionEmpty());
    QCOMPARE(desktop->window().detail().subject().exchange->correlation, correlation);
    QVERIFY(desktop->window().detail().timeline().emphasized() >= 0);
}

/// More than a window keeps of a hub that goes on: of a file, nothing falls out.
void TestCaptureWindow::showsAllOfALargeCapture()
{
    constexpr int exchanges = 12'000;
    Capture capture;
    for (int n = 0; n < exchanges; ++n) {
        for (const auto &[direction, kind, text] : {std::tuple(Direction::Out, EntryKind::Request, "{\"message\":\"hi\"}"),
                                                    std::tuple(Direction::In, EntryKind::Reply, "{\"is_final\":true}")}) {
            JournalEntry entry;
            entry.sequence = capture.entries.size() + 1;
            entry.time = {std::chrono::microseconds(entry.sequence * 100)};
            entry.direction = direction;
            entry.kind = kind;
            entry.session = {1};
            entry.user = "alice";
            entry.correlation = "c" + QByteArray::number(n);
            entry.text = text;
            entry.textBytes = entry.text.size();
            capture.entries.push_back(std::move(entry));
        }
    }
    QFile file(path("large.trunk"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(toBytes(capture));
    file.close();
    const auto desktop = start({file.fileName(), QStringLiteral("--select"), QStringLiteral("c0")});
    QTRY_COMPARE_WITH_TIMEOUT(desktop->window().exchanges().model()->rowCount(), exchanges, 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(desktop->window().traffic().model()->rowCount(), 2 * exchanges, 30'000);
    QTRY_COMPARE(desktop->window().detail().subject().exchange->correlation, QByteArray("c0"));     // the oldest
}

/// Attached: recording, bots and scenarios go to that hub; its faults are its own.
void TestCaptureWindow::benchWorksAtAHubElsewhere()
{
    const auto elsewhere = HubThread::start([] {
        Settings settings;
        settings.port = 0;
        return settings;
    }());
    QVERIFY(elsewhere.has_value());
    HubThread &hub = **elsewhere;
    const auto desktop = start({QStringLiteral("--attach"), hub.url().toString(), QStringLiteral("--token"), QString::fromLatin1(hub.adminToken())});
    MainWindow &window = desktop->window();
    QTRY_VERIFY(window.view() && window.view()->link() == HubView::Link::Live);
    BenchRoom &bench = desktop->bench(window);
    QVERIFY(!bench.desk()->canSetFaults());
    QVERIFY(bench.desk()->startRecording({.path = path("elsewhere.trunk")}, {}).has_value());
    bench.bots().editor().setText("bots:\n  far_bot:\n    - reply: {tokens: [a, b], every: 5ms}\n");
    bench.bots().startButton().click();
    QTRY_COMPARE(bench.bots().head().state(), QStringLiteral("1 of 1 connected"));
    QTRY_VERIFY(bench.recordingLabel().isVisible() && bench.desk()->recording().bytes > 0);     // the bot is in it
    QFile file(path("far.yaml"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("name: far\nusers: {far_bot: {external: true}}\nsteps:\n  - send: {user_id: far_bot, data: {}}\n    expect: {events: 2}\n");
    file.close();
    bench.scenarios().open({file.fileName()});
    bench.scenarios().setAt(ScenariosPage::At::ThisHub);
    QSignalSpy finished(&bench.scenarios(), &ScenariosPage::finished);
    bench.scenarios().run();
    QVERIFY(finished.wait(20'000));
    QVERIFY2(bench.scenarios().result(0)->outcome == ScenarioResult::Outcome::Passed, qPrintable(bench.scenarios().report().toPlainText()));
    QTRY_VERIFY(bench.desk()->recording().messages >= 6);       // posted, delivered, two replies, two events
    bench.action(BenchRoom::Do::Record)->trigger();
    const auto capture = openCapture(path("elsewhere.trunk"));
    QVERIFY(capture.has_value());
    QCOMPARE(exchangesOf(*capture).front().chunks, 2);
    QVERIFY(std::any_of(capture->entries.begin(), capture->entries.end(), [](const JournalEntry &entry) { return entry.leg == Leg::Upstream; }));
}

void TestCaptureWindow::saysWhatIsMissingInACapture()
{
    QFile whole(m_result.capture);
    QVERIFY(whole.open(QIODevice::ReadOnly));
    QByteArray bytes = whole.readAll();
    bytes.insert(bytes.indexOf('\n') + 1, captureGapLine(123));
    bytes.chop(20);
    QFile torn(path("torn.trunk"));
    QVERIFY(torn.open(QIODevice::WriteOnly));
    torn.write(bytes);
    torn.close();
    const auto desktop = start({torn.fileName()});
    const auto *banner = desktop->window().findChild<QFrame *>(QStringLiteral("banner"));
    QTRY_VERIFY(banner->isVisible());
    QVERIFY2(banner->accessibleName().contains(QStringLiteral("123")), qPrintable(banner->accessibleName()));
}

void TestCaptureWindow::saysWhenAFileIsNoCapture()
{
    const auto desktop = start({path("nothing.trunk")});
    const auto *banner = desktop->window().findChild<QFrame *>(QStringLiteral("banner"));
    QTRY_VERIFY(banner->isVisible());
    QVERIFY(banner->accessibleName().contains(QStringLiteral("nothing.trunk")));
}

void TestCaptureWindow::refusesArgumentsThatDoNotFit()
{
    const auto refused = [](const QStringList &arguments) { return !parseDesktopOptions(QStringLiteral("trunkline"), arguments).has_value(); };
    QVERIFY(refused({QStringLiteral("--select"), QStringLiteral("x")}));
    QVERIFY(refused({QStringLiteral("a.trunk"), QStringLiteral("b.trunk")}));
    QVERIFY(refused({QStringLiteral("a.trunk"), QStringLiteral("--attach"), QStringLiteral("http://127.0.0.1:8080")}));
}

QTEST_MAIN(TestCaptureWindow)
#include "tst_capturewindow.moc"
