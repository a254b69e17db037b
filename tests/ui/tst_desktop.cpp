// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/Desktop.h"
#include "ui/models/ExchangeModel.h"
#include "ui/sessions/SessionsPanel.h"
#include "ui/tables/LiveTable.h"
#include "ui/window/MainWindow.h"

#include <QAction>
#include <QFrame>
#include <QLabel>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

using namespace trunkline;

/// The program around the window: hub, port, ready file, attach, end.
class TestDesktop : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QFile none(m_folder->filePath(QStringLiteral("none.env")));
        QVERIFY(none.open(QIODevice::WriteOnly));
    }
    void startsAHubAndEndsWithoutAQuestion();
    void staysOpenWhenThePortIsTaken();
    void watchesAnotherHubAndItsReturn();
    void readsTokensAgain();
    void endsWhenIdle();
    void readsItsOptions();

private:
    DesktopOptions options(const QStringList &arguments)
    {
        auto parsed = parseDesktopOptions(QStringLiteral("trunkline"), arguments + QStringList{QStringLiteral("--env-file"), m_folder->filePath(QStringLiteral("none.env"))});
        if (!parsed)
            qFatal("%s", qUtf8Printable(parsed.error().detail));
        return *parsed;
    }
    [[nodiscard]] QString path(const char *name) const { return m_folder->filePath(QString::fromLatin1(name)); }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestDesktop::startsAHubAndEndsWithoutAQuestion()
{
    QSettings settings(path("s.ini"), QSettings::IniFormat);
    Desktop desktop(options({QStringLiteral("--port"), QStringLiteral("0"), QStringLiteral("--ready-file"), path("ready.json")}), settings);
    QSignalSpy finished(&desktop, &Desktop::finished);
    desktop.show();
    QVERIFY(desktop.window().isVisible());
    QTRY_VERIFY(ReadyFile::read(path("ready.json")));
    QTRY_VERIFY(desktop.window().view());
    QTRY_VERIFY(desktop.window().view()->link() == HubView::Link::Live);
    QTRY_COMPARE(desktop.window().view()->snapshot()->journalMaxBytes, 256LL * 1024 * 1024);
    desktop.stop("a test");
    QVERIFY(finished.wait());
    QVERIFY(!desktop.window().isVisible());
    QVERIFY(!QFile::exists(path("ready.json")));
}

void TestDesktop::staysOpenWhenThePortIsTaken()
{
    QTcpServer holder;
    QVERIFY(holder.listen(QHostAddress::LocalHost));
    QSettings settings(path("s.ini"), QSettings::IniFormat);
    Desktop desktop(options({QStringLiteral("--port"), QString::number(holder.serverPort())}), settings);
    desktop.show();
    auto *banner = desktop.window().findChild<QFrame *>(QStringLiteral("banner"));
    QTRY_VERIFY(banner->isVisible());
    QVERIFY2(banner->accessibleName().contains(QString::number(holder.serverPort())), qUtf8Printable(banner->accessibleName()));
    QVERIFY(!desktop.window().view());
    QTest::mouseClick(banner->findChild<QPushButton *>(), Qt::LeftButton);
    QTRY_VERIFY(desktop.window().view());
    QVERIFY(!banner->isVisible());
    QTRY_VERIFY(!desktop.window().view()->snapshot()->url.isEmpty());
    QVERIFY(QUrl(QString::fromUtf8(desktop.window().view()->snapshot()->url)).port() != holder.serverPort());
}

void TestDesktop::watchesAnotherHubAndItsReturn()
{
    Settings hubSettings;
    hubSettings.port = 0;
    hubSettings.authTokens = {"secret:admin"};
    auto hub = HubThread::start(hubSettings);
    QVERIFY(hub);
    hubSettings.port = (*hub)->port();
    QSettings settings(path("s.ini"), QSettings::IniFormat);
    Desktop desktop(options({QStringLiteral("--attach"), (*hub)->url().toString(), QStringLiteral("--token"), QStringLiteral("secret")}), settings);
    desktop.show();
    QTRY_VERIFY(desktop.window().view()->link() == HubView::Link::Live);
    desktop.window().action(MainWindow::Do::TryIt)->trigger();
    const QAbstractItemModel *rows = desktop.window().exchanges().model();
    QTRY_COMPARE(rows->rowCount(), 1);
    QTRY_COMPARE(rows->index(0, static_cast<int>(ExchangeModel::Column::State)).data().toString(), QStringLiteral("done"));
    QSignalSpy stopped(hub->get(), &HubThread::stopped);
    (*hub)->shutdown();
    QVERIFY(stopped.wait());
    hub->reset();
    QTRY_VERIFY_WITH_TIMEOUT(desktop.window().view()->link() == HubView::Link::Lost, 10'000);
    QCOMPARE(rows->rowCount(), 1);      // what was seen stays
    hub = HubThread::start(hubSettings);
    QVERIFY(hub);
    QTRY_VERIFY_WITH_TIMEOUT(desktop.window().view()->link() == HubView::Link::Live, 15'000);
}

/// What SIGHUP does: the next request needs the new token, and a file that cannot be read changes nothing.
void TestDesktop::readsTokensAgain()
{
    const auto write = [this](const QByteArray &text) {
        QFile file(path("tokens"));
        return file.open(QIODevice::WriteOnly | QIODevice::Truncate) && file.write(text) == text.size();
    };
    QVERIFY(write("first:admin\n"));
    QSettings settings(path("s.ini"), QSettings::IniFormat);
    Desktop desktop(options({QStringLiteral("--port"), QStringLiteral("0"), QStringLiteral("--auth-tokens-file"), path("tokens"),
                             QStringLiteral("--ready-file"), path("ready.json")}), settings);
    desktop.reload();       // no hub yet: nothing happens
    desktop.show();
    QTRY_VERIFY(ReadyFile::read(path("ready.json")));
    const QUrl snapshot = ReadyFile::read(path("ready.json"))->url.resolved(QUrl(QStringLiteral("/admin/snapshot")));
    QNetworkAccessManager network;
    const auto status = [&](const QByteArray &token) {
        QNetworkRequest request(snapshot);
        request.setRawHeader("Authorization", "Bearer " + token);
        const std::unique_ptr<QNetworkReply> reply(network.get(request));
        QSignalSpy finished(reply.get(), &QNetworkReply::finished);
        return finished.wait() ? reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() : 0;
    };
    QCOMPARE(status("first"), 200);
    QCOMPARE(status("second"), 401);
    QVERIFY(write("second:admin\n"));
    desktop.reload();
    QTRY_COMPARE(status("second"), 200);
    QCOMPARE(status("first"), 401);
    QVERIFY(write("second:nonsense\n"));
    QSignalSpy finished(&desktop, &Desktop::finished);
    desktop.reload();
    const QAbstractItemModel *log = desktop.window().findChild<QAbstractItemView *>(QStringLiteral("logTable"))->model();
    const auto says = [log](const QString &words) {
        const QModelIndex start = log->index(0, LogModel::Columns - 1);
        return start.isValid() && !log->match(start, Qt::DisplayRole, words, 1, Qt::MatchContains).isEmpty();
    };
    QTRY_VERIFY(says(QStringLiteral("all stays as it was")));
    QVERIFY(says(QStringLiteral("Read certificate, tokens and keys again")));
    QCOMPARE(status("second"), 200);
    QVERIFY(finished.isEmpty());
}

void TestDesktop::endsWhenIdle()
{
    QSettings settings(path("s.ini"), QSettings::IniFormat);
    Desktop desktop(options({QStringLiteral("--port=0"), QStringLiteral("--exit-when-idle"), QStringLiteral("200ms")}), settings);
    QSignalSpy finished(&desktop, &Desktop::finished);
    desktop.show();
    QVERIFY(finished.wait());
}

void TestDesktop::readsItsOptions()
{
    const auto bad = [](const QStringList &arguments) {
        const auto parsed = parseDesktopOptions(QStringLiteral("trunkline"), arguments);
        return parsed ? QString() : parsed.error().detail;
    };
    QVERIFY(bad({QStringLiteral("--attach"), QStringLiteral("ftp://x")}).contains(QStringLiteral("--attach")));
    QVERIFY(bad({QStringLiteral("--exit-when-idle"), QStringLiteral("soon")}).contains(QStringLiteral("--exit-when-idle")));
    QVERIFY(bad({QStringLiteral("--prot"), QStringLiteral("1")}).contains(QStringLiteral("--port")));
    QCOMPARE(options({QStringLiteral("--journal-entries"), QStringLiteral("77")}).loaded.settings.journalEntries, 77);
    QCOMPARE(options({}).loaded.settings.journalEntries, 100'000);
    QVERIFY(desktopHelp(QStringLiteral("trunkline-desktop")).contains(QStringLiteral("--attach")));
}

QTEST_MAIN(TestDesktop)
#include "tst_desktop.moc"
