// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/ServeRun.h"

#include "app/trunkline/Command.h"
#include "app/trunkline/Console.h"
#include "app/trunkline/HubRecorder.h"
#include "app/trunkline/Platform.h"
#include "app/trunkline/ReadyFile.h"
#include "hub/Server.h"
#include "hub/bots/BotRunner.h"
#include "hub/capture/Recorder.h"
#include "hub/core/Clock.h"
#include "hub/net/EpollDispatcher.h"

#include <QAbstractEventDispatcher>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QHostAddress>
#include <QLoggingCategory>
#include <QTcpServer>
#include <QTimer>

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

namespace trunkline {

Q_LOGGING_CATEGORY(lcServe, "trunkline.serve")

namespace {

using std::chrono::milliseconds;

QString shellQuoted(const QString &word)
{
    static const QString harmless = QStringLiteral("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=./:,@%+");
    const bool plain = !word.isEmpty() && std::all_of(word.begin(), word.end(), [](QChar c) { return harmless.contains(c); });
    return plain ? word : u'\'' + QString(word).replace(u'\'', QStringLiteral("'\\''")) + u'\'';
}

/// The first port above `port` that is free; 0, which lets the system choose, when none of the next fifty is.
quint16 nextFreePort(const Settings &settings)
{
    for (quint16 port = settings.port; port < 65535 && port < settings.port + 50;) {
        QTcpServer probe;
        if (probe.listen(QHostAddress(settings.host), ++port))
            return port;
    }
    return 0;
}

/// One line that says what is wrong, and where it helps a second one with a command that works. Gives the exit code.
int explainStartFailure(const Error &error, const Settings &settings, const ServeOptions &options)
{
    if (error.code != ErrorCode::AddressInUse && error.code != ErrorCode::ListenFailed) {
        printError(QStringLiteral("%1 serve: %2").arg(options.program, error.detail));
        return ExitUsage;
    }
    QString line = QStringLiteral("%1 serve: cannot listen on %2 port %3: %4").arg(options.program, settings.host).arg(settings.port).arg(error.detail);
    if (error.code == ErrorCode::AddressInUse) {
        const QString holder = platform::portHolder(settings.port);
        line = QStringLiteral("%1 serve: port %2 is taken").arg(options.program).arg(settings.port)
             + (holder.isEmpty() ? QString() : QStringLiteral(" by ") + holder);
    }
    printError(line);
    if (error.code == ErrorCode::AddressInUse || settings.port < 1024)
        printError(QStringLiteral("Try:  ") + commandWithPort(options.program, options.arguments, settings.port < 1024 ? 0 : nextFreePort(settings)));
    return ExitCannotListen;
}

/// For people at a terminal: commands that work as they stand.
void showNextSteps(const Server &server, const Settings &settings, const ServeOptions &options)
{
    if (!platform::isTerminal(stderr))
        return;
    const bool secure = server.url().scheme() == u"https";
    const QString url = server.url().toString(QUrl::FullyEncoded | QUrl::StripTrailingSlash);
    const QString hub = server.port() == 8080 && !secure ? QString()
                                                         : QStringLiteral(" --hub ") + url + (secure ? QStringLiteral(" --insecure") : QString());
    printError(QStringLiteral("In a second terminal:"));
    printError(QStringLiteral("  %1 connect --user alice --echo%2").arg(options.program, hub));
    printError(QStringLiteral("In a third:"));
    printError(QStringLiteral("  curl -N%1 -X POST %2%3%4 -H 'Content-Type: application/json' -d '{\"user_id\":\"alice\",\"data\":{\"message\":\"hi\"}}'")
                   .arg(secure ? QStringLiteral("k") : QString(), url, QString::fromUtf8(settings.sseSendPath),
                        settings.authTokens.isEmpty() ? QString() : QStringLiteral(" -H 'Authorization: Bearer TOKEN'")));
}

/// The token of this start, where no other opens /admin: nobody could read the ready file of a container.
void showToken(const Server &server, const Settings &settings)
{
    if (!settings.authTokens.isEmpty() || !settings.authTokensFile.isEmpty())
        return;
    const QString url = server.url().toString(QUrl::FullyEncoded | QUrl::StripTrailingSlash);
    printOut(QStringLiteral("The admin token of this start, for a window on this hub:\n  trunkline-desktop --attach %1 --token %2\n")
                 .arg(url, QString::fromLatin1(server.adminToken())));
}

/// The ready files of one start; gone when it stops.
class ReadyFiles
{
public:
    /// Io when the one that was asked for cannot be written. The one in the runtime directory is a courtesy.
    Result<void> write(const Server &server, const QString &extraPath)
    {
        const ReadyInfo info{.pid = QCoreApplication::applicationPid(), .port = server.port(), .url = server.url(),
                             .webSocketUrl = server.webSocketUrl(), .token = server.adminToken()};
        ReadyFile::sweep();
        if (const QString path = ReadyFile::defaultPath(info.pid); !path.isEmpty()) {
            if (auto file = ReadyFile::write(path, info))
                m_files.push_back(std::move(*file));
            else
                qCWarning(lcServe, "%s; commands need --hub", qUtf8Printable(file.error().detail));
        }
        if (extraPath.isEmpty())
            return {};
        auto file = ReadyFile::write(extraPath, info);
        if (!file)
            return tl::unexpected(file.error());
        m_files.push_back(std::move(*file));
        return {};
    }
    void remove() { m_files.clear(); }

private:
    std::vector<ReadyFile> m_files;
};

/// Ends the hub when nobody has used it for a while. `stop` is called once.
void watchIdle(Server &server, milliseconds limit, const std::function<void(const char *)> &stop)
{
    auto *timer = new QTimer(&server);
    auto idle = std::make_shared<QElapsedTimer>();
    idle->start();
    QObject::connect(timer, &QTimer::timeout, &server, [&server, timer, idle, limit, stop] {
        if (!server.isIdle())
            idle->restart();
        if (!idle->hasExpired(limit.count()))
            return;
        timer->stop();
        stop("nobody is connected (--exit-when-idle)");
    });
    timer->start(std::clamp(limit / 4, milliseconds(10), milliseconds(1000)));
}

std::unique_ptr<BotRunner> startBots(Server &server, const Settings &settings, const BotFile &file)
{
    if (!file.faults.empty()) {
        server.setFaults(FaultPlan(file.faults, file.seed));
        qCWarning(lcServe, "FAULTS ARE ON: %zu rules meddle with messages on purpose (seed %llu)", file.faults.size(),
                  static_cast<unsigned long long>(file.seed));
    }
    BotPlace place{.webSocketUrl = server.webSocketUrl(), .token = server.adminToken()};
    place.insecure = true;      // it is the hub's own certificate, on the hub's own computer
    auto runner = std::make_unique<BotRunner>(place, file, settings.epoll);
    QObject::connect(runner.get(), &BotRunner::ready, &server, [](const QByteArray &user) { qCInfo(lcServe, "Bot %s is connected", user.constData()); });
    QObject::connect(runner.get(), &BotRunner::lost, &server, [&server](const QByteArray &user, const QString &why) {
        if (!server.isStopping())
            qCWarning(lcServe, "Bot %s is not connected: %s", user.constData(), qUtf8Printable(why));
    });
    return runner;
}

void watchParent(Server &server, qint64 pid, const std::function<void(const char *)> &stop)
{
    auto *timer = new QTimer(&server);
    auto watch = std::make_shared<platform::ProcessWatch>(pid);
    QObject::connect(timer, &QTimer::timeout, &server, [timer, watch, stop] {
        if (watch->isAlive())
            return;
        timer->stop();
        stop("its parent has ended (--parent-pid)");
    });
    timer->start(milliseconds(250));
}

} // namespace

QString commandWithPort(const QString &program, const QStringList &arguments, quint16 port)
{
    QString command = program + QStringLiteral(" serve");
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == u"--port")
            ++i;
        else if (!arguments[i].startsWith(QLatin1StringView("--port=")))
            command += u' ' + shellQuoted(arguments[i]);
    }
    return command + QStringLiteral(" --port %1").arg(port);
}

int serve(const LoadedSettings &loaded, const ServeOptions &options)
{
    for (const QString &warning : loaded.warnings)
        qCWarning(lcServe, "%s", qUtf8Printable(warning));
    platform::tuneAllocator();
    const quint64 files = platform::raiseOpenFileLimit();
    qCDebug(lcServe, "up to %llu open files", static_cast<unsigned long long>(files));

    const SystemClock clock;
    const Settings &settings = loaded.settings;
    // Before the server in life, behind it in death: it writes what the server's end still says.
    std::unique_ptr<HubRecorder> recorder;
    const auto cannotRecord = [&options](const Error &error) {
        printError(QStringLiteral("%1 serve: --record: %2").arg(options.program, error.detail));
        return ExitUsage;
    };
    if (!options.record.path.isEmpty()) {
        auto prepared = HubRecorder::prepare(options.record);
        if (!prepared)
            return cannotRecord(prepared.error());
        recorder = *std::move(prepared);
    }
    const auto passed = platform::passedListener();
    if (!passed) {
        printError(QStringLiteral("%1 serve: %2").arg(options.program, passed.error().detail));
        return ExitCannotListen;
    }
    const auto server = Server::start(settings, clock, passed->value_or(-1));
    if (!server)
        return explainStartFailure(server.error(), loaded.settings, options);

    // Before the ready file: whoever waits for that may ask us to end at once.
    const platform::StopSignals signalWatch;
    // Before the first connection is served: nothing is missed.
    if (recorder) {
        if (const auto started = recorder->start(**server, recordedSettings(settings)); !started)
            return cannotRecord(started.error());
        QObject::connect(recorder.get(), &HubRecorder::failed, server->get(), [](const QString &detail) {
            qCCritical(lcServe, "Recording has ended: %s", qUtf8Printable(detail));
        });
        qCInfo(lcServe, "Recording to %s", qUtf8Printable(options.record.path));
    }
    ReadyFiles readyFiles;
    if (const auto written = readyFiles.write(**server, options.readyFile); !written) {
        printError(QStringLiteral("%1 serve: --ready-file: %2").arg(options.program, written.error().detail));
        return ExitUsage;
    }
    const std::unique_ptr<BotRunner> bots = options.bots ? startBots(**server, settings, *options.bots) : nullptr;
    const std::function<void(const char *)> stop = [&](const char *reason) {
        qCInfo(lcServe, "Stopping: %s", reason);
        platform::notifyServiceManager("STOPPING=1");
        readyFiles.remove();
        (*server)->shutdown();
    };
    QObject::connect(&signalWatch, &platform::StopSignals::received, server->get(), [stop] { stop("asked to"); });
    QObject::connect(&signalWatch, &platform::StopSignals::reloadRequested, server->get(), [&server] {
        if (const auto reloaded = (*server)->reload())
            qCInfo(lcServe, "Read certificate, tokens and keys again (SIGHUP)");
        else
            qCCritical(lcServe, "SIGHUP: all stays as it was: %s", qUtf8Printable(reloaded.error().detail));
    });
    QObject::connect(server->get(), &Server::stopped, qApp, &QCoreApplication::quit, Qt::QueuedConnection);
    if (options.exitWhenIdle)
        watchIdle(**server, *options.exitWhenIdle, stop);
    if (options.parentPid)
        watchParent(**server, *options.parentPid, stop);

    qCInfo(lcServe, "Trunkline " TRUNKLINE_VERSION " listens on %s (WebSocket %s)%s", qUtf8Printable((*server)->url().toString()),
           qUtf8Printable((*server)->webSocketUrl().toString()), *passed ? ", the service manager's socket: HOST and PORT do not count" : "");
    showNextSteps(**server, loaded.settings, options);
    if (options.showToken)
        showToken(**server, loaded.settings);
    platform::notifyServiceManager("READY=1");
    const int code = QCoreApplication::exec();
    qCInfo(lcServe, "Stopped");
    return code;
}

void installEventDispatcher(const Settings &settings)
{
    // Qt's default dispatcher looks at every connection in every turn; the hub's own one only at those with news.
    if (auto dispatcher = makeEventDispatcher(settings.epoll))
        QCoreApplication::setEventDispatcher(dispatcher.release());
}

} // namespace trunkline
