// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/Arguments.h"
#include "app/trunkline/BotFiles.h"
#include "app/trunkline/CaptureOptions.h"
#include "app/trunkline/Command.h"
#include "app/trunkline/Console.h"
#include "app/trunkline/Logging.h"
#include "app/trunkline/ServeRun.h"
#include "app/trunkline/Workers.h"
#include "hub/core/SettingsDocs.h"
#include "hub/core/SettingsLoader.h"
#include "hub/core/SettingsTable.h"
#include "hub/core/SettingsValues.h"

#include <QCoreApplication>
#include <QProcessEnvironment>

namespace trunkline {

namespace {

QList<Option> serveOptions()
{
    using Takes = Option::Takes;
    QList<Option> options{
        {QStringLiteral("env-file"), Takes::Value, QStringLiteral("PATH"), QStringLiteral("Read settings from here instead of .env")},
        {QStringLiteral("check-config"), Takes::Nothing, {}, QStringLiteral("Print every setting and where it came from, start nothing")},
        {QStringLiteral("json"), Takes::Nothing, {}, QStringLiteral("With --check-config: as one JSON object")},
        {QStringLiteral("ready-file"), Takes::Value, QStringLiteral("PATH"),
         QStringLiteral("Write pid, port, URLs and admin token there once connections are accepted")},
        {QStringLiteral("show-token"), Takes::Nothing, {},
         QStringLiteral("Without AUTH_TOKENS: print the admin token of this start, for a window elsewhere")},
        {QStringLiteral("exit-when-idle"), Takes::Value, QStringLiteral("DURATION"),
         QStringLiteral("End after this long without a session or a stream")},
        {QStringLiteral("workers"), Takes::Value, QStringLiteral("N"),
         QStringLiteral("Linux: start N hubs that share PORT and one Redis (REDIS_URL, or the one at 127.0.0.1:6379)")},
        {QStringLiteral("parent-pid"), Takes::Value, QStringLiteral("PID"), QStringLiteral("End when that process ends")},
        {QStringLiteral("record"), Takes::Value, QStringLiteral("FILE"), QStringLiteral("Record both legs from the first message on into a capture")}};
    options += captureFileOptions();
    options << Option{QStringLiteral("bots"), Takes::Value, QStringLiteral("FILE"), QStringLiteral("Connect the bots of this file, and its faults")};
    return options;
}

QString help(const QString &program)
{
    return QStringLiteral("Usage: %1 serve [OPTIONS]\n\nStarts a hub and serves until it is told to stop (Ctrl-C, SIGTERM). "
                          "\"serve\" may be left out.\n\n").arg(program)
         + optionsHelp(serveOptions()) + settingFlagsHelp()
         + QStringLiteral("\nA setting also comes from the environment (PORT, TRUNKLINE_PORT) and from .env; a flag wins.\n\n"
                          "Exit codes: 0 stopped when told to, 2 bad usage or setting, 3 could not listen.\n");
}

SettingSources sourcesOf(const Arguments &arguments)
{
    SettingSources sources;
    for (const Setting &setting : settingsTable()) {
        if (arguments.has(setting.flag()))
            sources.flags << std::pair(setting.nameText(), arguments.value(setting.flag()));
    }
    const QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name : environment.keys())
        sources.environment.insert(name, environment.value(name));
    sources.envFileMustExist = arguments.has(QStringLiteral("env-file"));
    sources.envFile = arguments.value(QStringLiteral("env-file"), QStringLiteral(".env"));
    return sources;
}

/// The options that are no settings. InvalidSetting with one line for people.
Result<ServeOptions> optionsOf(const Arguments &arguments)
{
    ServeOptions options;
    options.readyFile = arguments.value(QStringLiteral("ready-file"));
    options.showToken = arguments.has(QStringLiteral("show-token"));
    if (arguments.has(QStringLiteral("exit-when-idle"))) {
        const QString text = arguments.value(QStringLiteral("exit-when-idle"));
        options.exitWhenIdle = values::duration(text);
        if (!options.exitWhenIdle || options.exitWhenIdle->count() == 0) {
            return failure(ErrorCode::InvalidSetting,
                           QStringLiteral("--exit-when-idle: \"%1\" is not allowed; allowed: a duration such as 300ms, 30s or 5m").arg(text));
        }
    }
    if (arguments.has(QStringLiteral("parent-pid"))) {
        const QString text = arguments.value(QStringLiteral("parent-pid"));
        options.parentPid = values::wholeNumber(text);
        if (!options.parentPid || *options.parentPid < 1 || *options.parentPid > std::numeric_limits<int>::max()) {
            return failure(ErrorCode::InvalidSetting,
                           QStringLiteral("--parent-pid: \"%1\" is not allowed; allowed: the id of a process").arg(text));
        }
    }
    if (auto record = captureFileOf(arguments, QStringLiteral("record")))
        options.record = *record;
    else
        return tl::unexpected(record.error());
    return options;
}

int usageError(const QString &program, const QString &detail)
{
    printError(QStringLiteral("%1 serve: %2").arg(program, detail));
    return ExitUsage;
}

/// Without what only the one who starts the workers heeds.
QStringList argumentsOfWorkers(const QStringList &arguments)
{
    QStringList kept;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const QString &word = arguments[i];
        if (word == u"--workers" || word == u"--ready-file" || word == u"--hub-name")
            ++i;
        else if (!word.startsWith(QLatin1StringView("--workers=")) && !word.startsWith(QLatin1StringView("--ready-file="))
                 && !word.startsWith(QLatin1StringView("--hub-name=")))
            kept << word;
    }
    return kept;
}

int serveWithWorkers(const Invocation &invocation, const Arguments &arguments, const Settings &settings)
{
    const QString text = arguments.value(QStringLiteral("workers"));
    const auto count = values::wholeNumber(text);
    constexpr qint64 kMostWorkers = 256;
    if (!count || *count < 1 || *count > kMostWorkers)
        return usageError(invocation.program, QStringLiteral("--workers: \"%1\" is not allowed; allowed: a whole number from 1 to %2").arg(text).arg(kMostWorkers));
    if (settings.port == 0)
        return usageError(invocation.program, QStringLiteral("--workers: the workers share one port; PORT must not be 0"));
    for (const char *single : {"record", "bots", "exit-when-idle", "show-token", "parent-pid"}) {
        if (arguments.has(QString::fromLatin1(single)))
            return usageError(invocation.program, QStringLiteral("--%1 is for a single hub; it does not go with --workers").arg(QString::fromLatin1(single)));
    }
    installEventDispatcher(settings);
    QCoreApplication application(invocation.argc, invocation.argv);
    return runWorkers({.count = int(*count), .program = QCoreApplication::applicationFilePath(), .arguments = argumentsOfWorkers(invocation.arguments),
                       .readyFile = arguments.value(QStringLiteral("ready-file")), .hubName = settings.hubName,
                       .hasRedis = !settings.redisUrl.isEmpty()});
}

} // namespace

int runServe(const Invocation &invocation)
{
    QList<Option> known = serveOptions();
    for (const Setting &setting : settingsTable())
        known << Option{setting.flag(), setting.isSwitch() ? Option::Takes::Switch : Option::Takes::Value, {}, {}};
    const auto arguments = Arguments::parse(invocation.arguments, known);
    if (!arguments)
        return usageError(invocation.program, arguments.error().detail + QStringLiteral(" (") + invocation.program + QStringLiteral(" serve --help)"));
    if (arguments->has(QStringLiteral("help")))
        return printOut(help(invocation.program)) ? ExitFine : ExitCheckFailed;
    if (arguments->has(QStringLiteral("json")) && !arguments->has(QStringLiteral("check-config")))
        return usageError(invocation.program, QStringLiteral("--json goes with --check-config; LOG_FORMAT=json (--log-format json) is for the log"));
    auto options = optionsOf(*arguments);
    if (!options)
        return usageError(invocation.program, options.error().detail);
    if (arguments->has(QStringLiteral("bots"))) {
        options->bots = readBotFile(arguments->value(QStringLiteral("bots")));
        if (!options->bots)
            return ExitUsage;
    }
    const auto loaded = loadSettings(sourcesOf(*arguments));
    if (!loaded)
        return usageError(invocation.program, loaded.error().detail);
    if (arguments->has(QStringLiteral("check-config"))) {
        for (const QString &warning : loaded->warnings)
            printError(QStringLiteral("warning: ") + warning);
        const QByteArray text = arguments->has(QStringLiteral("json")) ? settingsJson(*loaded) : describeSettings(*loaded).toUtf8();
        return printOut(text) ? ExitFine : ExitCheckFailed;
    }

    options->program = invocation.program;
    options->arguments = invocation.arguments;
    const auto format = LogFormat::parse(loaded->settings.logFormat);
    Q_ASSERT(format);       // the settings table has parsed it before
    installLogging(*format, loaded->settings.logLevel, colorsOnStderr() ? LogFormat::Colors::On : LogFormat::Colors::Off);
    if (arguments->has(QStringLiteral("workers")))
        return serveWithWorkers(invocation, *arguments, loaded->settings);
    installEventDispatcher(loaded->settings);
    QCoreApplication application(invocation.argc, invocation.argv);
    return serve(*loaded, *options);
}

} // namespace trunkline
