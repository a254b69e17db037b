// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/Desktop.h"
#include "app/desktop/EnvText.h"
#include "tests/ui/Pictures.h"
#include "ui/models/ExchangeModel.h"
#include "ui/sessions/SessionsPanel.h"
#include "ui/settings/SettingsDialog.h"
#include "ui/tables/LiveTable.h"
#include "ui/window/AttachDialog.h"
#include "ui/window/CloseQuestion.h"
#include "ui/window/MainWindow.h"

#include <QAction>
#include <QClipboard>
#include <QFrame>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>

using namespace trunkline;
using Do = MainWindow::Do;

/// Several windows, hubs elsewhere, closing, settings: the program around the windows.
class TestDesktopWindows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void opensSeveralWindowsOnOneHub();
    void asksOnceWhatClosingMeans();
    void neverAsksWhenToldToStop();
    void attachesByDialogAndComesBack();
    void marksStaleDataAndTheGap();
    void saysWhenAHubIsNotReached();
    void listsRunningHubsAndReadsReadyFiles();
    void showsWhereSettingsComeFrom();
    void savesSettingsAndRestarts();
    void refusesASettingThatTheNextStartWould();
    void leavesTheSettingsOfAHubElsewhereAlone();
    void changesOneLineOfAnEnvFile_data();
    void changesOneLineOfAnEnvFile();
    void traySaysTheState();

private:
    std::unique_ptr<Desktop> start(const QStringList &arguments = {QStringLiteral("--port=0")});
    [[nodiscard]] QString path(const char *name) const { return m_folder->filePath(QString::fromLatin1(name)); }
    [[nodiscard]] QByteArray envFile() const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QSettings> m_settings;
};

void TestDesktopWindows::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<QSettings>(path("s.ini"), QSettings::IniFormat);
    QFile env(path("hub.env"));
    QVERIFY(env.open(QIODevice::WriteOnly));
    env.write("# mine\nSSE_KEEPALIVE=20\n");
}

QByteArray TestDesktopWindows::envFile() const
{
    QFile env(path("hub.env"));
    return env.open(QIODevice::ReadOnly) ? env.readAll() : QByteArray();
}

std::unique_ptr<Desktop> TestDesktopWindows::start(const QStringList &arguments)
{
    auto parsed = parseDesktopOptions(QStringLiteral("trunkline"), arguments + QStringList{QStringLiteral("--env-file"), path("hub.env")});
    if (!parsed)
        qFatal("%s", qUtf8Printable(parsed.error().detail));
    m_settings->setValue(QStringLiteral("theme"), qEnvironmentVariable("TRUNKLINE_PICTURES_THEME") == u"light" ? 1 : 2);
    auto desktop = std::make_unique<Desktop>(*parsed, *m_settings);
    desktop->show();
    return desktop;
}

void TestDesktopWindows::opensSeveralWindowsOnOneHub()
{
    const auto desktop = start();
    QTRY_VERIFY(desktop->window().view());
    MainWindow &first = desktop->window();
    first.action(Do::NewWindow)->trigger();
    QCOMPARE(desktop->windows().size(), 2u);
    MainWindow &second = *desktop->windows().back();
    QTRY_VERIFY(second.view() && second.view()->link() == HubView::Link::Live);
    first.action(Do::TryIt)->trigger();
    QTRY_COMPARE(first.exchanges().model()->rowCount(), 1);
    QTRY_COMPARE(second.exchanges().model()->rowCount(), 1);
    second.action(Do::Pause)->trigger();
    QVERIFY(!first.isPaused());         // each has its own eyes
    QPointer<MainWindow> gone = &second;
    second.action(Do::Close)->trigger();
    QTRY_VERIFY(!gone);
    QCOMPARE(desktop->windows().size(), 1u);
    QVERIFY(first.isVisible());
    QVERIFY(!desktop->question());      // not the last one
    QVERIFY(desktop->hasOwnHub());
}

void TestDesktopWindows::asksOnceWhatClosingMeans()
{
    const auto desktop = start();
    QTRY_VERIFY(desktop->window().view());
    QSignalSpy finished(desktop.get(), &Desktop::finished);
    desktop->window().close();
    QVERIFY(desktop->question());
    QVERIFY(desktop->window().isVisible());
    picture(*desktop->question(), QStringLiteral("close-question"));
    desktop->question()->findChild<QPushButton *>(QStringLiteral("closeCancel"))->click();
    QTRY_VERIFY(!desktop->question());
    desktop->window().close();
    desktop->question()->findChild<QPushButton *>(QStringLiteral("primary"))->click();
    QTRY_VERIFY(!desktop->question());
    QVERIFY(onClose(*m_settings) == OnClose::KeepRunning);
    QVERIFY(desktop->window().isMinimized() || !desktop->window().isVisible());
    QVERIFY(desktop->hasOwnHub());
    Q_EMIT desktop->tray().openWanted();
    QTRY_VERIFY(desktop->window().isVisible() && !desktop->window().isMinimized());
    desktop->window().close();
    QVERIFY(!desktop->question());      // once
    setOnClose(*m_settings, OnClose::Ask);
    desktop->window().close();
    desktop->question()->findChild<QPushButton *>(QStringLiteral("closeQuit"))->click();
    QVERIFY(finished.wait());
}

void TestDesktopWindows::neverAsksWhenToldToStop()
{
    auto desktop = start();
    QTRY_VERIFY(desktop->window().view());
    QSignalSpy finished(desktop.get(), &Desktop::finished);
    desktop->window().close();
    QVERIFY(desktop->question());       // SIGTERM comes while it asks
    desktop->stop("a test");
    QVERIFY(finished.wait());
    QVERIFY(!desktop->window().isVisible());
    desktop.reset();                    // there is one at a time
    desktop = start();
    QTRY_VERIFY(desktop->window().view());
    QSignalSpy again(desktop.get(), &Desktop::finished);
    desktop->window().action(Do::Quit)->trigger();
    QVERIFY(!desktop->question());
    QVERIFY(again.wait());
}

void TestDesktopWindows::attachesByDialogAndComesBack()
{
    Settings elsewhere;
    elsewhere.port = 0;
    elsewhere.authTokens = {"looking:observe"};
    auto hub = HubThread::start(elsewhere);
    QVERIFY(hub);
    const auto desktop = start();
    MainWindow &window = desktop->window();
    QTRY_VERIFY(window.view());
    const QByteArray own = window.view()->snapshot()->url;
    window.action(Do::Attach)->trigger();
    auto *dialog = window.findChild<AttachDialog *>();
    QVERIFY(dialog);
    dialog->urlField()->setText(QStringLiteral("not a url"));
    QVERIFY(dialog->place().url.isEmpty());
    dialog->urlField()->setText((*hub)->url().authority());     // without http://
    dialog->tokenField()->setText(QStringLiteral("looking"));
    picture(*dialog, QStringLiteral("attach"));
    QTest::keyClick(dialog->tokenField(), Qt::Key_Return);
    QTRY_VERIFY(window.view()->link() == HubView::Link::Live);
    QTRY_VERIFY(window.view()->isReadOnly());
    QTRY_VERIFY(!window.view()->snapshot()->url.isEmpty());
    QVERIFY(window.view()->snapshot()->url != own);
    QTRY_VERIFY(!window.action(Do::Compose)->isEnabled());      // the token may only look
    QCOMPARE(m_settings->value(QStringLiteral("attach/recent")).toStringList(), QStringList((*hub)->url().adjusted(QUrl::RemovePath).toString()));
    QVERIFY(!m_settings->allKeys().join(u' ').contains(QStringLiteral("token")));
    QVERIFY(window.action(Do::OwnHub)->isVisible());
    window.action(Do::OwnHub)->trigger();
    QTRY_VERIFY(window.view()->link() == HubView::Link::Live && window.view()->snapshot()->url != "");
    QTRY_VERIFY(window.action(Do::Compose)->isEnabled());
}

void TestDesktopWindows::marksStaleDataAndTheGap()
{
    Settings elsewhere;
    elsewhere.port = 0;
    elsewhere.authTokens = {"secret:admin"};
    auto hub = HubThread::start(elsewhere);
    QVERIFY(hub);
    elsewhere.port = (*hub)->port();
    const auto desktop = start({QStringLiteral("--attach"), (*hub)->url().toString(), QStringLiteral("--token"), QStringLiteral("secret")});
    MainWindow &window = desktop->window();
    QTRY_VERIFY(window.view() && window.view()->link() == HubView::Link::Live);
    window.action(Do::TryIt)->trigger();
    const QAbstractItemModel *rows = window.exchanges().model();
    QTRY_COMPARE(rows->rowCount(), 1);
    QTRY_COMPARE(rows->index(0, static_cast<int>(ExchangeModel::Column::State)).data().toString(), QStringLiteral("done"));
    auto *banner = window.findChild<QFrame *>(QStringLiteral("banner"));
    QVERIFY(!banner->isVisible());
    QVERIFY(!window.action(Do::Retry)->isEnabled());
    QSignalSpy stopped(hub->get(), &HubThread::stopped);
    (*hub)->shutdown();
    QVERIFY(stopped.wait());
    hub->reset();
    QTRY_VERIFY_WITH_TIMEOUT(window.view()->link() == HubView::Link::Lost, 10'000);
    QTRY_VERIFY(banner->isVisible());
    QVERIFY2(banner->accessibleName().startsWith(QStringLiteral("Stale since ")), qUtf8Printable(banner->accessibleName()));
    QVERIFY(window.action(Do::Retry)->isEnabled());
    QCOMPARE(rows->rowCount(), 1);
    picture(window, QStringLiteral("stale"));
    hub = HubThread::start(elsewhere);
    QVERIFY(hub);
    QVERIFY(banner->findChild<QPushButton *>(QStringLiteral("bannerButton"))->isVisible());       // the same order
    window.action(Do::Retry)->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(window.view()->link() == HubView::Link::Live, 15'000);
    QTRY_COMPARE(rows->rowCount(), 2);
    QVERIFY(!banner->isVisible());
    QVERIFY(rows->index(1, static_cast<int>(ExchangeModel::Column::Summary)).data().toString().startsWith(QStringLiteral("Not connected from")));
    window.action(Do::TryIt)->trigger();
    QTRY_COMPARE(rows->rowCount(), 3);
    window.exchanges().setCurrentIndex(rows->index(1, 0));
    QVERIFY(window.isSelectionEmpty());     // a gap has no timeline
    QTRY_COMPARE(rows->index(2, static_cast<int>(ExchangeModel::Column::State)).data().toString(), QStringLiteral("done"));
    picture(window, QStringLiteral("gap"));
}

void TestDesktopWindows::saysWhenAHubIsNotReached()
{
    const auto desktop = start({QStringLiteral("--attach"), QStringLiteral("http://127.0.0.1:1"), QStringLiteral("--token"), QStringLiteral("x")});
    auto *banner = desktop->window().findChild<QFrame *>(QStringLiteral("banner"));
    QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), 10'000);
    QVERIFY2(banner->accessibleName().startsWith(QStringLiteral("The hub was not reached")), qUtf8Printable(banner->accessibleName()));
    QSignalSpy finished(desktop.get(), &Desktop::finished);
    desktop->window().close();          // no hub of its own: nothing to ask
    QVERIFY(!desktop->question());
    QVERIFY(finished.size() == 1 || finished.wait());
}

void TestDesktopWindows::listsRunningHubsAndReadsReadyFiles()
{
    const auto desktop = start();
    QTRY_VERIFY(desktop->window().view());
    for (const HubPlace &place : desktop->runningHubs())
        QVERIFY(place.url.port() != QUrl(QString::fromUtf8(desktop->window().view()->snapshot()->url)).port());     // its own is left out
    const ReadyInfo info{.pid = 1, .port = 4321, .url = QUrl(QStringLiteral("http://127.0.0.1:4321")), .webSocketUrl = {}, .token = "from-file"};
    const auto file = ReadyFile::write(path("other.json"), info);
    QVERIFY(file);
    AttachDialog dialog(desktop->theme(), *desktop, *m_settings, &desktop->window());
    dialog.setAttribute(Qt::WA_DeleteOnClose, false);
    QVERIFY(dialog.loadReadyFile(path("other.json")));
    QCOMPARE(dialog.place().url, QUrl(QStringLiteral("http://127.0.0.1:4321")));
    QCOMPARE(dialog.place().token, QByteArray("from-file"));
    QVERIFY(!dialog.loadReadyFile(path("hub.env")));
    m_settings->setValue(QStringLiteral("attach/recent"), QStringList(QStringLiteral("https://hub.example.com")));
    AttachDialog second(desktop->theme(), *desktop, *m_settings, &desktop->window());
    second.setAttribute(Qt::WA_DeleteOnClose, false);
    second.list()->setCurrentRow(second.list()->count() - 1);
    QCOMPARE(second.place().url, QUrl(QStringLiteral("https://hub.example.com")));
}

void TestDesktopWindows::showsWhereSettingsComeFrom()
{
    const auto desktop = start({QStringLiteral("--port=0"), QStringLiteral("--ws-path"), QStringLiteral("/socket")});
    QTRY_VERIFY(desktop->window().view());
    desktop->window().action(Do::Settings)->trigger();
    auto *dialog = desktop->window().findChild<SettingsDialog *>();
    QVERIFY(dialog);
    const auto row = [dialog](const char *name) { return dialog->table()->findItems(QString::fromLatin1(name), Qt::MatchExactly | Qt::MatchRecursive).value(0); };
    QCOMPARE(row("WS_PATH")->text(SettingsDialog::Value), QStringLiteral("/socket"));
    QCOMPARE(row("WS_PATH")->text(SettingsDialog::Origin), QStringLiteral("flag --ws-path"));
    QCOMPARE(row("SSE_KEEPALIVE")->text(SettingsDialog::Origin), QStringLiteral("hub.env line 2"));
    QCOMPARE(row("SSE_PATH")->text(SettingsDialog::Origin), QStringLiteral("default"));
    QVERIFY(!dialog->setValue(QStringLiteral("WS_PATH"), QStringLiteral("/other")));     // the flag wins
    dialog->findChild<QLineEdit *>(QStringLiteral("settingsSearch"))->setText(QStringLiteral("keepalive"));
    QVERIFY(row("SSE_PATH")->isHidden() && !row("SSE_KEEPALIVE")->isHidden());
    dialog->findChild<QLineEdit *>(QStringLiteral("settingsSearch"))->clear();
    dialog->setValue(QStringLiteral("DUPLICATE_POLICY"), QStringLiteral("replace"));
    picture(*dialog, QStringLiteral("settings"));
    dialog->close();
}

void TestDesktopWindows::savesSettingsAndRestarts()
{
    const auto desktop = start();
    MainWindow &window = desktop->window();
    QTRY_VERIFY(window.view());
    window.action(Do::TryIt)->trigger();
    QTRY_COMPARE(window.exchanges().model()->rowCount(), 1);
    window.action(Do::Settings)->trigger();
    auto *dialog = window.findChild<SettingsDialog *>();
    QVERIFY(!dialog->saveButton()->isEnabled() && !dialog->restartButton()->isEnabled());
    QVERIFY(dialog->setValue(QStringLiteral("SSE_PATH"), QStringLiteral("/in")));
    QVERIFY(dialog->setValue(QStringLiteral("SSE_KEEPALIVE"), QString()));      // the default again
    QCOMPARE(dialog->changes().size(), 2);
    dialog->saveButton()->click();
    QCOMPARE(envFile(), QByteArray("# mine\nSSE_PATH=/in\n"));
    QVERIFY(dialog->restartButton()->isEnabled());
    QCOMPARE(window.view()->snapshot()->ssePath, QByteArray("/sse/push"));
    const QPointer<HubView> before = window.view();
    dialog->restartButton()->click();
    QTRY_VERIFY(window.view() && window.view() != before && window.view()->snapshot()->ssePath == "/in");
    QCOMPARE(window.exchanges().model()->rowCount(), 2);        // what was read stays, with a gap behind it
    dialog->close();
}

void TestDesktopWindows::refusesASettingThatTheNextStartWould()
{
    const auto desktop = start();
    QTRY_VERIFY(desktop->window().view());
    desktop->window().action(Do::Settings)->trigger();
    auto *dialog = desktop->window().findChild<SettingsDialog *>();
    QVERIFY(dialog->setValue(QStringLiteral("MAX_BODY_BYTES"), QStringLiteral("lots")));
    QVERIFY(!dialog->saveButton()->isEnabled());
    QVERIFY2(dialog->remark().startsWith(QStringLiteral("MAX_BODY_BYTES: \"lots\" (from hub.env line 3) is not allowed")), qUtf8Printable(dialog->remark()));
    dialog->setValue(QStringLiteral("MAX_BODY_BYTES"), QStringLiteral("2MiB"));
    QVERIFY(dialog->saveButton()->isEnabled());
    dialog->setValue(QStringLiteral("SSE_BATCH_PATH"), QStringLiteral("/sse/push"));       // two on one path
    QVERIFY(!dialog->saveButton()->isEnabled());
    QCOMPARE(envFile(), QByteArray("# mine\nSSE_KEEPALIVE=20\n"));
    dialog->close();
}

void TestDesktopWindows::leavesTheSettingsOfAHubElsewhereAlone()
{
    const auto desktop = start({QStringLiteral("--attach"), QStringLiteral("http://127.0.0.1:1"), QStringLiteral("--token"), QStringLiteral("x")});
    QVERIFY(!desktop->hubSettings());
    desktop->window().action(Do::Settings)->trigger();
    auto *dialog = desktop->window().findChild<SettingsDialog *>();
    QVERIFY(dialog && !dialog->table());
    QVERIFY(!dialog->setValue(QStringLiteral("PORT"), QStringLiteral("1")));
    dialog->close();
}

void TestDesktopWindows::changesOneLineOfAnEnvFile_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QByteArray>("wanted");
    QTest::newRow("appends") << QByteArray("# mine\nA=1") << QStringLiteral("/x") << QByteArray("# mine\nA=1\nSSE_PATH=/x\n");
    QTest::newRow("empty") << QByteArray() << QStringLiteral("/x") << QByteArray("SSE_PATH=/x\n");
    QTest::newRow("replaces") << QByteArray("A=1\nSSE_PATH=/a # why\nB=2\n") << QStringLiteral("/x") << QByteArray("A=1\nSSE_PATH=/x\nB=2\n");
    QTest::newRow("the one that counts") << QByteArray("SSE_PATH=/a\nSSE_PATH=/b\n") << QStringLiteral("/x") << QByteArray("SSE_PATH=/a\nSSE_PATH=/x\n");
    QTest::newRow("prefixed") << QByteArray("TRUNKLINE_SSE_PATH=/a\nSSE_PATH=/b\n") << QStringLiteral("/x") << QByteArray("TRUNKLINE_SSE_PATH=/x\nSSE_PATH=/b\n");
    QTest::newRow("export") << QByteArray("export SSE_PATH=/a\n") << QStringLiteral("/x") << QByteArray("export SSE_PATH=/x\n");
    QTest::newRow("several lines") << QByteArray("SSE_PATH=\"/a\nb\"\nB=2\n") << QStringLiteral("/x") << QByteArray("SSE_PATH=/x\nB=2\n");
    QTest::newRow("removes all") << QByteArray("SSE_PATH=/a\n# c\nTRUNKLINE_SSE_PATH=\"/a\nb\"\nB=2\n") << QString() << QByteArray("# c\nB=2\n");
    QTest::newRow("quotes") << QByteArray() << QStringLiteral("a b # c") << QByteArray("SSE_PATH=\"a b # c\"\n");
}

void TestDesktopWindows::changesOneLineOfAnEnvFile()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, value);
    QTEST(withSetting(text, QStringLiteral("SSE_PATH"), value), "wanted");
}

void TestDesktopWindows::traySaysTheState()
{
    const auto desktop = start();
    QTRY_VERIFY(desktop->hasOwnHub());
    QVERIFY2(desktop->tray().words().contains(QStringLiteral("Listening 127.0.0.1:")), qUtf8Printable(desktop->tray().words()));
    const auto trigger = [&](const char *name) { desktop->tray().menu().findChild<QAction *>(QString::fromLatin1(name))->trigger(); };
    trigger("trayCopyAddress");
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(QStringLiteral("127.0.0.1:")));
    trigger("trayNewWindow");
    QCOMPARE(desktop->windows().size(), 2u);
    QVERIFY(desktop->tray().icon(TrayIcon::State::Listening).pixmap(32).toImage() != desktop->tray().icon(TrayIcon::State::Stopped).pixmap(32).toImage());
    QSignalSpy finished(desktop.get(), &Desktop::finished);
    trigger("trayOpen");
    QVERIFY(desktop->window().isVisible());
    trigger("trayQuit");
    QVERIFY(finished.wait());
    QVERIFY(!desktop->question());
}

QTEST_MAIN(TestDesktopWindows)
#include "tst_desktopwindows.moc"
