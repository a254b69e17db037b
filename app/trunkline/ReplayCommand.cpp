// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/BotFiles.h"
#include "app/trunkline/CaptureOptions.h"
#include "app/trunkline/Client.h"
#include "app/trunkline/Console.h"
#include "app/trunkline/Platform.h"
#include "bench/Capsule.h"
#include "bench/Replay.h"
#include "hub/HubThread.h"
#include "hub/core/SettingsTable.h"
#include "hub/core/SettingsValues.h"
#include "hub/view/WhyLate.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace trunkline {

namespace {

constexpr std::size_t kMostShown = 50;

QList<Option> replayOptions()
{
    using Takes = Option::Takes;
    return {{QStringLiteral("own"), Takes::Nothing, {}, QStringLiteral("Start a hub with the capture's settings, whatever TRUNKLINE_HUB says")},
            {QStringLiteral("leg"), Takes::Value, QStringLiteral("LEG"), QStringLiteral("upstream, client or both: who is played; else both")},
            {QStringLiteral("lockstep"), Takes::Nothing, {}, QStringLiteral("Send each message only when those before it have come")},
            {QStringLiteral("speed"), Takes::Value, QStringLiteral("N"), QStringLiteral("1 as it was, 10 ten times as fast, max as fast as it goes")},
            {QStringLiteral("map-user"), Takes::Value, QStringLiteral("A=B,…"), QStringLiteral("Play user A as user B")},
            {QStringLiteral("ignore"), Takes::Value, QStringLiteral("PATHS"), QStringLiteral("Don't compare these values: timestamp,data.id")},
            {QStringLiteral("patience"), Takes::Value, QStringLiteral("TIME"), QStringLiteral("Wait this long for a message that should come; else 5s")},
            {QStringLiteral("faults"), Takes::Value, QStringLiteral("FILE"), QStringLiteral("With --own: the faults of a file of bots")},
            {QStringLiteral("json"), Takes::Nothing, {}, QStringLiteral("Print one JSON object instead")}};
}

Result<ReplayOptions> optionsOf(const Arguments &arguments)
{
    const auto bad = [](const QString &detail) { return failure(ErrorCode::InvalidSetting, detail); };
    ReplayOptions options;
    const QString leg = arguments.value(QStringLiteral("leg"), QStringLiteral("both"));
    if (leg != u"both" && leg != u"upstream" && leg != u"client")
        return bad(QStringLiteral("--leg: upstream, client or both"));
    options.legs = leg == u"both" ? ReplayOptions::Legs::Both : leg == u"upstream" ? ReplayOptions::Legs::Upstream : ReplayOptions::Legs::Client;
    options.lockstep = arguments.has(QStringLiteral("lockstep"));
    if (arguments.has(QStringLiteral("speed"))) {
        const QString speed = arguments.value(QStringLiteral("speed"));
        bool fine = false;
        options.speed = speed == u"max" ? 0 : speed.toDouble(&fine);
        if (speed != u"max" && (!fine || options.speed < 0.01 || options.speed > 10'000))
            return bad(QStringLiteral("--speed: a number from 0.01 to 10000, or max"));
        if (options.lockstep)
            return bad(QStringLiteral("give either --lockstep or --speed"));
    }
    for (const QString &pair : arguments.value(QStringLiteral("map-user")).split(u',', Qt::SkipEmptyParts)) {
        const QStringList names = pair.split(u'=');
        if (names.size() != 2 || !isValidUserId(names[0].toUtf8()) || !isValidUserId(names[1].toUtf8()))
            return bad(QStringLiteral("--map-user: \"%1\" is no A=B").arg(pair));
        options.users[names[0].toUtf8()] = names[1].toUtf8();
    }
    if (arguments.has(QStringLiteral("patience"))) {
        const auto patience = values::duration(arguments.value(QStringLiteral("patience")));
        if (!patience || patience->count() == 0)
            return bad(QStringLiteral("--patience: allowed: a duration such as 300ms or 5s"));
        options.patience = *patience;
    }
    options.ignore = pathsOf(arguments.value(QStringLiteral("ignore")));
    return options;
}

/// The hub that the capture was made with, as far as its header tells; on a free port of this computer.
Settings settingsOf(const Capture &capture)
{
    Settings settings;
    static const QStringList ours{QStringLiteral("HOST"), QStringLiteral("PORT"), QStringLiteral("TLS_CERT"), QStringLiteral("TLS_KEY"), QStringLiteral("ALLOWED_HOSTS")};
    for (const auto &[name, value] : capture.header.settings) {
        const Setting *setting = findSetting(QString::fromUtf8(name));
        const bool file = setting && setting->kind == Setting::Kind::File;
        if (setting && !file && !ours.contains(setting->nameText()))
            (void)setting->assign(settings, QString::fromUtf8(value));      // one of a newer version may not be allowed here
    }
    settings.port = 0;
    return settings;
}

QByteArray toJson(const ReplayResult &result)
{
    QJsonArray differences;
    for (const ReplayDifference &difference : result.differences) {
        differences.append(QJsonObject{{QStringLiteral("kind"), QString::fromLatin1(kindName(difference.kind))}, {QStringLiteral("stream"), QString::fromUtf8(difference.stream)},
                                       {QStringLiteral("n"), qint64(difference.number)}, {QStringLiteral("path"), QString::fromUtf8(difference.path)},
                                       {QStringLiteral("expected"), QString::fromUtf8(difference.expected)}, {QStringLiteral("actual"), QString::fromUtf8(difference.actual)}});
    }
    return QJsonDocument(QJsonObject{{QStringLiteral("posted"), result.posted}, {QStringLiteral("said"), result.said}, {QStringLiteral("delivered"), result.delivered},
                                     {QStringLiteral("events"), result.events}, {QStringLiteral("seconds"), double(result.took.count()) / 1e6},
                                     {QStringLiteral("differences"), differences}}).toJson();
}

int report(const ReplayResult &result, const Invocation &invocation, bool json)
{
    if (!result.problem.isEmpty()) {
        printError(QStringLiteral("%1 replay: %2").arg(invocation.program, result.problem));
        return result.hubLost ? ExitHubLost : ExitCheckFailed;
    }
    if (json) {
        printOut(toJson(result));
    } else {
        for (std::size_t i = 0; i < std::min(result.differences.size(), kMostShown); ++i)
            printOut(differenceText(result.differences[i]) + u'\n');
        if (result.differences.size() > kMostShown)
            printOut(QStringLiteral("… and %1 more\n").arg(result.differences.size() - kMostShown));
        printOut(QStringLiteral("%1 posted, %2 said by clients, %3 delivered, %4 events in %5: %6\n").arg(result.posted).arg(result.said).arg(result.delivered)
                     .arg(result.events).arg(durationText(result.took), result.differences.empty() ? QStringLiteral("no difference")
                          : QStringLiteral("%1 difference%2").arg(result.differences.size()).arg(result.differences.size() == 1 ? QString() : QStringLiteral("s"))));
    }
    return result.differences.empty() ? ExitFine : ExitCheckFailed;
}

int replay(const Invocation &invocation, const ClientCommand &command, const Arguments &arguments, const HubLocation &found)
{
    if (arguments.positional().isEmpty())
        return command.usageError(invocation, QStringLiteral("which capture? replay FILE"));
    const auto options = optionsOf(arguments);
    if (!options)
        return command.usageError(invocation, options.error().detail);
    const auto capture = openCapture(arguments.positional().first());
    if (!capture)
        return command.usageError(invocation, capture.error().detail);
    for (const QString &remark : capture->remarks())
        printError(remark);
    const bool named = !arguments.has(QStringLiteral("own")) && (arguments.has(QStringLiteral("hub")) || qEnvironmentVariableIsSet("TRUNKLINE_HUB"));
    BenchHub hub{{.url = found.url, .token = found.token, .pushPath = capture->header.pushPath, .sendPath = capture->header.sendPath, .tls = found.tls, .insecure = found.insecure},
                 found.webSocketUrl};
    std::unique_ptr<HubThread> own;
    if (arguments.has(QStringLiteral("faults")) && named)
        return command.usageError(invocation, QStringLiteral("--faults: only a hub of its own, --own, can have them"));
    if (!named) {
        BotFile faults;
        if (arguments.has(QStringLiteral("faults"))) {
            auto read = readBotFile(arguments.value(QStringLiteral("faults")));
            if (!read)
                return ExitUsage;
            faults = *std::move(read);
        }
        auto started = HubThread::start(settingsOf(*capture), FaultPlan(faults.faults, faults.seed));
        if (!started)
            return command.usageError(invocation, QStringLiteral("the hub cannot start: ") + started.error().detail);
        own = *std::move(started);
        hub = {own->access(), own->webSocketUrl()};
    }
    const auto cancelled = std::make_shared<std::atomic<bool>>(false);
    const platform::StopSignals signalWatch;
    QObject::connect(&signalWatch, &platform::StopSignals::received, qApp, [cancelled] { *cancelled = true; });
    Replay player(*capture, hub, *options);
    player.cancelWith(cancelled);
    const ReplayResult result = player.run();
    return *cancelled ? int(ExitInterrupted) : report(result, invocation, arguments.has(QStringLiteral("json")));
}

} // namespace

int runReplay(const Invocation &invocation)
{
    const ClientCommand command{
        .name = QStringLiteral("replay"),
        .help = QStringLiteral("Usage: %1 replay FILE [--own | --hub URL] [OPTIONS]\n\nPlays a capture again and compares what comes with what was recorded.\n\n"),
        .footer = QStringLiteral("\nWithout --hub and TRUNKLINE_HUB it starts a hub of its own.\n"
                                 "Exit codes: 0 no difference, 1 a difference, 2 bad usage or no capture, 4 no hub there or it went away, 130 interrupted.\n"),
        .options = replayOptions() + hubOptions(),
        .mostPositional = 1};
    return command.start(invocation, [&](const Arguments &arguments, const HubLocation &hub) { return replay(invocation, command, arguments, hub); });
}

} // namespace trunkline
