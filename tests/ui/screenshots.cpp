// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of every view over a live hub with real sockets. See screenshots.sh.
#include "tests/ui/BenchPictures.h"
#include "tests/ui/LiveHub.h"
#include "tests/ui/WatchedApplication.h"
#include "ui/detail/BodyView.h"
#include "ui/detail/DetailPane.h"
#include "ui/filter/FilterBar.h"
#include "ui/filter/FilterHelp.h"
#include "ui/language/Language.h"
#include "ui/log/LogModel.h"
#include "ui/metrics/MetricsPage.h"
#include "ui/sessions/SessionsPanel.h"
#include "ui/tables/LiveTable.h"
#include "ui/window/CommandPalette.h"
#include "ui/window/MainWindow.h"

#include <QAction>
#include <QApplication>
#include <QDialog>
#include <QDir>
#include <QElapsedTimer>
#include <QFontDatabase>
#include <QImageWriter>
#include <QLineEdit>
#include <QPainter>
#include <QSettings>
#include <QTemporaryDir>

#include <functional>

using namespace trunkline;
using Do = MainWindow::Do;

namespace {

/// Runs the loop until `done` or for `most` milliseconds.
bool waitFor(const std::function<bool()> &done, int most = 10'000)
{
    QElapsedTimer clock;
    clock.start();
    while (!done() && clock.elapsed() < most)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    return done();
}

void pass(int milliseconds)
{
    waitFor([] { return false; }, milliseconds);
}

/// A desk with a few people and bots, some prompt, some slow, one silent, one absent.
void play(LiveHub &hub, MainWindow &window)
{
    hub.addUser(QStringLiteral("alice"), {6, 9, 4, 7});
    hub.addUser(QStringLiteral("bob"), {260, 92, 92, 90, 1390, 110, 105});
    hub.addUser(QStringLiteral("carol"), {});
    hub.addUser(QStringLiteral("dana@example.com"), {35, 40});
    hub.addUser(QStringLiteral("erin"), {12, 20, 14});
    hub.addUser(QStringLiteral("frank"), {3});
    hub.addUser(QStringLiteral("ci_bot"), {30, 60, 30, 45, 20});
    waitFor([&] { return hub.allConnected() && window.sessions().model().clients() == 7; });
    const auto say = [&](const char *user, const char *message, const char *agent) {
        hub.send(QString::fromUtf8(user), QString::fromUtf8(message), agent);
        pass(60);
    };
    say("alice", "What is the weather in Turin?", "python-httpx/0.27");
    say("frank", "order 8812 confirm", "order-svc/1.0");
    say("carol", "send invoice 4471", "order-svc/1.0");
    say("alice", "ping", "curl/8.5");
    say("bob", "Summarize the incident", "python-httpx/0.27");
    say("erin", "order 8813 confirm", "order-svc/1.0");
    say("frank", "run tests on my branch @ci_bot", "python-httpx/0.27");
    say("zoe", "order 8814 confirm", "order-svc/1.0");
    say("frank", "presence", "order-svc/1.0");
    say("alice", "and tomorrow?", "python-httpx/0.27");
    say("dana@example.com", "deploy staging @ci_bot", "curl/8.5");
    say("erin", "order 8815 confirm", "order-svc/1.0");
    hub.push(QStringLiteral("alice"), QStringLiteral("build 12 is green"));
    hub.push(QStringLiteral("zoe"), QStringLiteral("are you there?"));
    pass(2'600);        // bob takes his time, and carol runs into her timeout
    say("erin", "order 8816 confirm", "order-svc/1.0");
    say("bob", "one more", "python-httpx/0.27");
    pass(500);
}

class Camera final
{
public:
    Camera(QString folder, QString prefix, MainWindow &window) : m_folder(std::move(folder)), m_prefix(std::move(prefix)), m_window(window) {}
    /// `above` is a window over it: the palette, a dialog.
    void take(const QString &name, QWidget *above = nullptr) const
    {
        pass(250);
        QPixmap picture = m_window.grab();
        if (above) {
            QPainter painter(&picture);
            painter.fillRect(m_window.rect(), QColor(0, 0, 0, 60));
            const QPoint at = above->windowFlags().testFlag(Qt::Popup) ? m_window.mapFromGlobal(above->mapToGlobal(QPoint(0, 0)))
                                                                       : m_window.rect().center() - above->rect().center();
            painter.drawPixmap(at, above->grab());
        }
        QImageWriter writer(QStringLiteral("%1/%2%3.png").arg(m_folder, m_prefix, name));
        writer.setCompression(100);
        if (!writer.write(picture.toImage().convertToFormat(QImage::Format_RGB888)))
            qFatal("cannot write %s: %s", qUtf8Printable(writer.fileName()), qUtf8Printable(writer.errorString()));
    }

private:
    QString m_folder;
    QString m_prefix;
    MainWindow &m_window;
};

/// People who come back, with a history too short for one of them, and senders that wait for receipts. The clients that come back
/// are the caller's.
std::vector<std::unique_ptr<QWebSocket>> playReturns(LiveHub &hub, MainWindow &window)
{
    std::vector<std::unique_ptr<QWebSocket>> clients;
    const auto connect = [&](const char *query, bool acknowledges) {
        QWebSocket *client = clients.emplace_back(std::make_unique<QWebSocket>()).get();
        QObject::connect(client, &QWebSocket::textMessageReceived, client, [client, acknowledges](const QString &text) {
            const QJsonValue id = QJsonDocument::fromJson(text.toUtf8()).object().value(QStringLiteral("correlation_id"));
            if (acknowledges && id.isString())
                client->sendTextMessage(QString::fromUtf8(QJsonDocument(QJsonObject{{QStringLiteral("type"), QStringLiteral("ack")},
                                                                                   {QStringLiteral("correlation_id"), id}}).toJson(QJsonDocument::Compact)));
        });
        QUrl url = hub.hub->webSocketUrl();
        url.setQuery(QString::fromLatin1(query));
        client->open(url);
        waitFor([client] { return client->state() == QAbstractSocket::ConnectedState; });
        pass(100);
    };
    const auto push = [&](const char *path, const char *user, const QString &message) {
        hub.post(path, QString::fromLatin1(user), {{QStringLiteral("message"), message}});
        pass(80);
    };
    connect("user_id=alice", true);
    connect("user_id=bob", false);
    push("/sse/push?wait=ack&timeout=2s", "alice", QStringLiteral("Please confirm order 8812"));
    push("/sse/push?wait=ack&timeout=300ms", "bob", QStringLiteral("Please confirm order 8813"));
    for (int i = 1; i <= 6; ++i)
        push("/sse/push", "nina", QStringLiteral("Price %1 of 6").arg(i));
    for (int i = 1; i <= 2; ++i)
        push("/sse/push", "zoe", QStringLiteral("Reminder %1 of 2").arg(i));
    pass(400);
    connect("user_id=nina&last_event_id=1", false);
    connect("user_id=zoe", false);
    waitFor([&] { return window.sessions().model().clients() == 4; });
    return clients;
}

void takeReturns(MainWindow &window, const Camera &camera)
{
    window.setPage(MainWindow::Page::Traffic);
    const QAbstractItemModel *model = window.traffic().model();
    const auto select = [&](const QString &summary) {
        for (int row = 0; row < model->rowCount(); ++row) {
            if (model->index(row, static_cast<int>(TrafficModel::Column::Summary)).data().toString().contains(summary))
                return window.traffic().setCurrentIndex(model->index(row, 0));
        }
        qFatal("no row says %s", qUtf8Printable(summary));
    };
    window.detail().setTab(DetailPane::Tab::Route);
    select(QStringLiteral("8812"));
    camera.take(QStringLiteral("receipt"));
    select(QStringLiteral("8813"));
    camera.take(QStringLiteral("no-receipt"));
    window.traffic().setCurrentIndex(model->index(model->rowCount() - 1, 0));
    camera.take(QStringLiteral("returned"));
    window.detail().setTab(DetailPane::Tab::Timeline);
    camera.take(QStringLiteral("returned-timeline"));
    window.setPage(MainWindow::Page::Metrics);
    camera.take(QStringLiteral("returned-metrics"));
}

int rowOfUser(const MainWindow &window, const char *user)
{
    const QAbstractItemModel *model = window.exchanges().model();
    for (int row = 0; row < model->rowCount(); ++row) {
        if (model->index(row, static_cast<int>(ExchangeModel::Column::User)).data().toString() == QLatin1StringView(user))
            return row;
    }
    return 0;
}

void takeDetails(MainWindow &window, const Camera &camera)
{
    window.setPage(MainWindow::Page::Exchanges);
    window.exchanges().setCurrentIndex(window.exchanges().model()->index(rowOfUser(window, "bob"), 0));
    window.detail().setTab(DetailPane::Tab::Timeline);
    camera.take(QStringLiteral("exchanges"));
    window.detail().setTab(DetailPane::Tab::Body);
    camera.take(QStringLiteral("body"));
    window.detail().setTab(DetailPane::Tab::Headers);
    camera.take(QStringLiteral("headers"));
    window.detail().setTab(DetailPane::Tab::Diff);
    camera.take(QStringLiteral("diff"));
    window.exchanges().setCurrentIndex(window.exchanges().model()->index(rowOfUser(window, "zoe"), 0));
    window.detail().setTab(DetailPane::Tab::Route);
    camera.take(QStringLiteral("route"));
    window.detail().setTab(DetailPane::Tab::Timeline);
    window.filterBar().setText(QStringLiteral("state:failed or gap>300ms"));
    pass(200);
    camera.take(QStringLiteral("filter"));
    window.filterBar().setText({});
}

void takePages(MainWindow &window, const Camera &camera)
{
    window.setPage(MainWindow::Page::Traffic);
    window.traffic().setCurrentIndex(window.traffic().model()->index(window.traffic().model()->rowCount() - 4, 0));
    camera.take(QStringLiteral("traffic"));
    window.setPage(MainWindow::Page::Metrics);
    camera.take(QStringLiteral("metrics"));
    window.setPage(MainWindow::Page::Log);
    camera.take(QStringLiteral("log"));
    window.setPage(MainWindow::Page::Exchanges);
    window.exchanges().setCurrentIndex(window.exchanges().model()->index(rowOfUser(window, "bob"), 0));
    window.action(Do::Compose)->trigger();
    camera.take(QStringLiteral("compose"));
    window.action(Do::Compose)->trigger();
}

void takeDialogs(MainWindow &window, const Camera &camera)
{
    window.action(Do::Palette)->trigger();
    if (auto *palette = window.findChild<CommandPalette *>()) {
        palette->field()->setText(QStringLiteral("the"));
        camera.take(QStringLiteral("palette"), palette);
        palette->close();
        pass(50);           // it goes with the next turn
    }
    window.action(Do::Keys)->trigger();
    if (auto *keys = window.findChild<QDialog *>()) {
        camera.take(QStringLiteral("keys"), keys);
        keys->close();
    }
    window.filterBar().helpAction()->trigger();
    if (auto *help = window.filterBar().findChild<FilterHelp *>()) {
        camera.take(QStringLiteral("filter-help"), help);
        help->close();
    }
}

void useWantedFonts(Theme &theme)
{
    const QStringList families = QFontDatabase::families();
    const auto installed = [&](const char *name) { return families.contains(QLatin1StringView(name)) ? QString::fromLatin1(name) : QString(); };
    const bool chinese = QCoreApplication::translate("Format", "%1 d") != QStringLiteral("%1 d");
    theme.setFonts(chinese ? QString() : installed("Inter"), installed("JetBrains Mono"));
}

} // namespace

/// screenshots FOLDER light|dark WIDTHxHEIGHT empty|small|bench|returns|load[:USERS] [PREFIX]. A user of the load takes two descriptors.
/// TRUNKLINE_LANGUAGE=zh_CN draws it in Chinese.
int main(int argc, char **argv)
{
    WatchedApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() < 5)
        qFatal("usage: screenshots FOLDER light|dark WIDTHxHEIGHT empty|small|bench|returns|load [PREFIX]");
    language::install(qEnvironmentVariable("TRUNKLINE_LANGUAGE", QStringLiteral("en")));
    const QTemporaryDir folder;
    QSettings settings(folder.filePath(QStringLiteral("s.ini")), QSettings::IniFormat);
    Theme theme;
    theme.setMode(arguments[2] == u"dark" ? Theme::Mode::Dark : Theme::Mode::Light);
    useWantedFonts(theme);
    LogModel log;
    Settings hubSettings;
    hubSettings.sseResponseTimeout = std::chrono::milliseconds(2'500);
    hubSettings.offlineQueue = 20;
    hubSettings.historySize = arguments[4] == u"returns" ? 3 : 100;
    hubSettings.journalEntries = 100'000;
    hubSettings.journalBytes = 256LL * 1024 * 1024;
    LiveHub hub(hubSettings);
    log.write({SystemClock().wall(), QtInfoMsg, QStringLiteral("trunkline.desktop"), QStringLiteral("Trunkline listens on ") + hub.hub->url().toString()});
    MainWindow window({.theme = theme, .log = log, .settings = settings});
    window.resize(arguments[3].section(u'x', 0, 0).toInt(), arguments[3].section(u'x', 1, 1).toInt());
    window.setHub(hub.view.get(), hub.control.get());
    window.show();
    const Camera camera(arguments[1], arguments.value(5), window);
    waitFor([&] { return hub.view->link() == HubView::Link::Live; });
    if (arguments[4] == u"empty") {
        camera.take(QStringLiteral("empty"));
    } else if (arguments[4] == u"small") {
        play(hub, window);
        takeDetails(window, camera);
        takePages(window, camera);
        takeDialogs(window, camera);
    } else if (arguments[4] == u"bench") {
        BenchPictures(hub, window, {.theme = theme, .settings = settings}).take(QStringLiteral(TRUNKLINE_EXAMPLES), waitFor, [&](const QString &name) { camera.take(name); });
    } else if (arguments[4] == u"returns") {
        const auto clients = playReturns(hub, window);
        takeReturns(window, camera);
    } else {
        const QString number = arguments[4].section(u':', 1);
        const int users = number.isEmpty() ? 10'000 : number.toInt();
        hub.control->startDemo(users);
        waitFor([&] { return window.sessions().model().clients() >= users; }, 90'000);
        application.forget();
        window.setPage(MainWindow::Page::Traffic);
        pass(2'000);
        camera.take(QStringLiteral("load-traffic"));
        window.setPage(MainWindow::Page::Exchanges);
        pass(6'000);
        window.exchanges().setCurrentIndex(window.exchanges().model()->index(window.exchanges().model()->rowCount() / 2, 0));
        camera.take(QStringLiteral("load"));
        window.setPage(MainWindow::Page::Metrics);
        camera.take(QStringLiteral("load-metrics"));
        window.setPage(MainWindow::Page::Traffic);
        pass(2'000);
        qInfo("%lld messages known; the longest event took %.1f ms of CPU (%.1f ms on the clock)", static_cast<long long>(window.traffic().model()->rowCount()),
              application.longestCpu(), application.longestWall());
        for (const auto &[name, slow] : application.slow())
            qInfo("  %s: %d of 10 ms and more, the longest %.1f ms", qPrintable(name), slow.count, slow.worstCpu);
        hub.control->stopDemo();
        pass(500);
    }
    window.setHub(nullptr, nullptr);
    return 0;
}
