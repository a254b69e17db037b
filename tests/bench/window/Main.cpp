// SPDX-License-Identifier: GPL-3.0-or-later
// trunkline-bench-window: the window over a hub of its own, for tests/bench/window.sh. Prints one JSON object a measurement.
#include "hub/view/filter/Filter.h"
#include "tests/bench/window/Exercise.h"
#include "tests/ui/FakeHubView.h"
#include "tests/ui/LiveHub.h"
#include "tests/ui/WatchedApplication.h"
#include "ui/detail/DetailPane.h"
#include "ui/log/LogModel.h"
#include "ui/sessions/SessionsPanel.h"
#include "ui/tables/LiveTable.h"
#include "ui/window/MainWindow.h"

#include <QAction>
#include <QSettings>
#include <QSocketNotifier>
#include <QTemporaryDir>

#include <cstdio>
#include <iostream>
#include <optional>
#include <string>
#include <sys/resource.h>

using namespace trunkline;
using Do = MainWindow::Do;

namespace {

constexpr const char *Help = R"(trunkline-bench-window: measures the window. Run it with tests/bench/window.sh

  host open|closed [ENTRIES [MIB]]   a hub with or without a window; then a command a line: report, exercise MS, page NAME, quit
  try                                one click on Try it, until the timeline stands there
  eyes USERS                         reads a message while the demo's load comes and goes
  filter ENTRIES                     a filter over so many entries
)";

void print(const QJsonObject &object)
{
    std::printf("%s\n", QJsonDocument(object).toJson(QJsonDocument::Compact).constData());
    std::fflush(stdout);
}

/// All threads, in ms.
double processCpu()
{
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

bool waitFor(const std::function<bool()> &done, int most)
{
    QElapsedTimer clock;
    clock.start();
    while (!done() && clock.elapsed() < most)
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 20);
    return done();
}

QJsonObject report(const WatchedApplication &application)
{
    QJsonArray slow;
    for (const auto &[name, what] : application.slow())
        slow.append(QJsonObject{{QStringLiteral("event"), name}, {QStringLiteral("count"), what.count}, {QStringLiteral("cpu_ms"), what.worstCpu}});
    return {{QStringLiteral("events"), application.events()}, {QStringLiteral("longest_cpu_ms"), application.longestCpu()},
            {QStringLiteral("longest_wall_ms"), application.longestWall()}, {QStringLiteral("slow"), slow}};
}

/// The window with what it needs around it, over a live hub.
struct Stage
{
    explicit Stage(const Settings &hubSettings, bool withWindow = true) : hub(hubSettings)
    {
        if (!withWindow) {
            hub.view.reset();               // nobody watches
            return;
        }
        theme.emplace();
        theme->setMode(Theme::Mode::Light);
        window.emplace(MainWindow::Parts{.theme = *theme, .log = log, .settings = settings});
        window->resize(1440, 900);
        window->setHub(hub.view.get(), hub.control.get());
        window->show();
        waitFor([this] { return hub.view->link() == HubView::Link::Live; }, 5'000);
    }
    ~Stage()
    {
        if (window)
            window->setHub(nullptr, nullptr);
    }

    QTemporaryDir folder;
    QSettings settings{folder.filePath(QStringLiteral("s.ini")), QSettings::IniFormat};
    LogModel log;
    LiveHub hub;
    std::optional<Theme> theme;
    std::optional<MainWindow> window;
};

Settings windowSettings()
{
    Settings settings;
    settings.journalEntries = 100'000;
    settings.journalBytes = 256LL * 1024 * 1024;
    return settings;
}

int host(WatchedApplication &application, const QStringList &arguments)
{
    Settings settings = windowSettings();
    if (arguments.size() > 3)
        settings.journalEntries = arguments[3].toInt();
    if (arguments.size() > 4)
        settings.journalBytes = arguments[4].toLongLong() * 1024 * 1024;
    Stage stage(settings, arguments.value(2) == u"open");
    print({{QStringLiteral("port"), stage.hub.hub->port()}, {QStringLiteral("pid"), QCoreApplication::applicationPid()}});
    std::optional<Exercise> exercise;
    const auto obey = [&](const QString &line) {
        const QString word = line.section(u' ', 0, 0);
        if (word == u"quit") {
            QCoreApplication::quit();
        } else if (word == u"forget") {
            application.forget();
            print({});
        } else if (word == u"page" && stage.window) {
            stage.window->action(line.endsWith(u"traffic") ? Do::PageTraffic : Do::PageExchanges)->trigger();
            print({});
        } else if (word == u"exercise" && stage.window) {
            exercise.emplace(application, *stage.window);
            QObject::connect(&*exercise, &Exercise::finished, &application, [&application] { print(report(application)); });
            exercise->start(line.section(u' ', 1).toInt());
        } else {
            QJsonObject said = report(application);
            if (stage.window) {
                said[QStringLiteral("sessions")] = stage.window->sessions().model().clients();
                said[QStringLiteral("messages")] = stage.window->traffic().model()->rowCount();
            }
            print(said);
        }
    };
    QSocketNotifier input(0, QSocketNotifier::Read);
    QObject::connect(&input, &QSocketNotifier::activated, &application, [&] {
        std::string line;
        if (!std::getline(std::cin, line))
            line = "quit";
        // On a turn of its own, so that it counts by itself.
        QMetaObject::invokeMethod(&application, [&obey, text = QString::fromStdString(line)] { obey(text); }, Qt::QueuedConnection);
    });
    return QApplication::exec();
}

int tryIt(WatchedApplication &application)
{
    Stage stage(windowSettings());
    waitFor([] { return false; }, 300);
    application.forget();
    QElapsedTimer clock;
    clock.start();
    stage.window->action(Do::TryIt)->trigger();
    const DetailPane &detail = stage.window->detail();
    const bool begun = waitFor([&] { return detail.subject().exchange != nullptr; }, 10'000);
    const qint64 shown = clock.elapsed();
    const bool done = waitFor([&] { return detail.subject().exchange && detail.subject().exchange->state != ExchangeState::Streaming; }, 10'000);
    QJsonObject said = report(application);
    said[QStringLiteral("shown_ms")] = shown;
    said[QStringLiteral("whole_ms")] = clock.elapsed();
    said[QStringLiteral("sentence")] = detail.sentence();
    said[QStringLiteral("ok")] = begun && done && detail.tab() == DetailPane::Tab::Timeline && detail.sentence().contains(u"demo_bot");
    print(said);
    return said[QStringLiteral("ok")].toBool() ? 0 : 1;
}

/// What stands under the reader's eyes, as text.
QString readable(const MainWindow &window)
{
    const Subject &subject = window.detail().subject();
    if (!subject.exchange)
        return {};
    QString text = window.detail().sentence() + QString::fromUtf8(subject.exchange->request);
    for (const Subject::Message &message : subject.messages)
        text += QString::fromUtf8(message.payload);
    return text;
}

int eyes(WatchedApplication &application, int users)
{
    Stage stage(windowSettings());
    MainWindow &window = *stage.window;
    stage.hub.addUser(QStringLiteral("alice"), {20, 30, 40});
    waitFor([&] { return window.sessions().model().clients() == 1; }, 5'000);
    stage.hub.send(QStringLiteral("alice"), QStringLiteral("read me"));
    const auto first = [&] { return window.exchanges().model()->index(0, 0); };
    waitFor([&] { return first().isValid(); }, 5'000);
    window.exchanges().setCurrentIndex(first());
    waitFor([&] { return window.detail().subject().exchange && window.detail().subject().exchange->state != ExchangeState::Streaming; }, 5'000);
    waitFor([] { return false; }, 500);
    const QString before = readable(window);
    application.forget();
    stage.hub.control->startDemo(users);
    int most = 0;
    int changes = 0;
    QElapsedTimer quiet;
    quiet.start();
    qsizetype messages = 0;
    // Until the burst is over: nothing new for three seconds.
    waitFor([&] {
        const int clients = window.sessions().model().clients();
        const qsizetype now = window.traffic().model()->rowCount() + clients;
        changes += readable(window) != before ? 1 : 0;
        if (now != messages)
            quiet.restart();
        messages = now;
        most = std::max(most, clients);
        return quiet.elapsed() > 3'000 && most > 2;
    }, 120'000);
    const auto known = window.traffic().model()->rowCount();
    stage.hub.control->stopDemo();
    waitFor([&] { return window.sessions().model().clients() <= 1; }, 60'000);
    changes += readable(window) != before ? 1 : 0;
    QJsonObject said = report(application);
    said[QStringLiteral("sessions")] = most;
    said[QStringLiteral("messages")] = known;
    said[QStringLiteral("changes")] = changes;
    said[QStringLiteral("ok")] = !before.isEmpty() && changes == 0;
    print(said);
    return said[QStringLiteral("ok")].toBool() ? 0 : 1;
}

int filterMany(WatchedApplication &application, int entries)
{
    FakeHubView hub;
    TrafficModel model(nullptr, static_cast<std::size_t>(entries) + EntryStore::ChunkSize, 1LL << 40);
    for (int done = 0; done < entries;) {
        for (int i = 0; i < 10'000 && done < entries; ++i, ++done) {
            JournalEntry entry;
            entry.user = "u" + QByteArray::number(done % 997);
            entry.correlation = "c" + QByteArray::number(done);
            entry.text = R"({"data":{"message":"hello number )" + QByteArray::number(done) + R"(","order":{"id":)" + QByteArray::number(done % 1000) + "}}}";
            hub.addEntry(std::move(entry));
        }
        model.refresh(hub, 20'000);
        hub.journal.clear();
    }
    QJsonArray results;
    for (const char *text : {"user:u42", "hello", "data.order.id:42", "user~4.*2 and size>10"}) {
        const auto parsed = Filter::parse(QString::fromLatin1(text));
        if (!parsed)
            qFatal("%s does not parse", text);
        int told = 0;
        bool finished = false;
        const auto progress = QObject::connect(&model, &TrafficModel::filterProgressed, [&told] { ++told; });
        const auto end = QObject::connect(&model, &TrafficModel::filterFinished, [&finished] { finished = true; });
        application.forget();
        const double cpuBefore = processCpu();
        QElapsedTimer clock;
        clock.start();
        // As an event, so that the watch sees it.
        QMetaObject::invokeMethod(&model, [&model, filter = *parsed] { model.setFilter([filter](const JournalEntry &entry) { return filter.matches(entry); }); },
                                  Qt::QueuedConnection);
        waitFor([&finished] { return finished; }, 60'000);
        results.append(QJsonObject{{QStringLiteral("filter"), QString::fromLatin1(text)}, {QStringLiteral("ms"), clock.elapsed()},
                                   {QStringLiteral("cpu_ms"), processCpu() - cpuBefore},
                                   {QStringLiteral("rows"), model.rowCount()}, {QStringLiteral("progress"), told},
                                   {QStringLiteral("longest_cpu_ms"), application.longestCpu()}});
        QObject::disconnect(progress);
        QObject::disconnect(end);
        model.setFilter({});
    }
    print({{QStringLiteral("entries"), entries}, {QStringLiteral("filters"), results}});
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    WatchedApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const QString mode = arguments.value(1);
    if (mode == u"host")
        return host(application, arguments);
    if (mode == u"try")
        return tryIt(application);
    if (mode == u"eyes")
        return eyes(application, arguments.value(2).toInt());
    if (mode == u"filter")
        return filterMany(application, arguments.value(2).toInt());
    std::fputs(Help, stderr);
    return 2;
}
