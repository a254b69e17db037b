// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/DesktopOptions.h"

#include "app/trunkline/Arguments.h"
#include "hub/core/SettingsDocs.h"
#include "hub/core/SettingsTable.h"
#include "hub/core/SettingsValues.h"

#include <QProcessEnvironment>

namespace trunkline {

namespace {

constexpr int kWindowJournalEntries = 100'000;
constexpr qint64 kWindowJournalBytes = 256LL * 1024 * 1024;

QList<Option> ownOptions()
{
    using Takes = Option::Takes;
    return {{QStringLiteral("select"), Takes::Value, QStringLiteral("ID"), QStringLiteral("With a capture: the exchange to show, on what was longest in coming")},
            {QStringLiteral("attach"), Takes::Value, QStringLiteral("URL"), QStringLiteral("Watch the hub that runs there instead of starting one")},
            {QStringLiteral("token"), Takes::Value, QStringLiteral("TOKEN"), QStringLiteral("Its admin token; needed with --attach")},
            {QStringLiteral("insecure"), Takes::Nothing, {}, QStringLiteral("Take any certificate of the hub that is watched")},
            {QStringLiteral("env-file"), Takes::Value, QStringLiteral("PATH"), QStringLiteral("Read settings from here instead of .env")},
            {QStringLiteral("check-config"), Takes::Nothing, {}, QStringLiteral("Print every setting and where it came from, start nothing")},
            {QStringLiteral("json"), Takes::Nothing, {}, QStringLiteral("With --check-config: as one JSON object")},
            {QStringLiteral("ready-file"), Takes::Value, QStringLiteral("PATH"), QStringLiteral("Write pid, port, URLs and admin token there once connections are accepted")},
            {QStringLiteral("exit-when-idle"), Takes::Value, QStringLiteral("DURATION"), QStringLiteral("End after this long without a session or a stream")},
            {QStringLiteral("parent-pid"), Takes::Value, QStringLiteral("PID"), QStringLiteral("End when that process ends")}};
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

tl::unexpected<Error> notAllowed(const char *flag, const QString &text, const char *allowed)
{
    return failure(ErrorCode::InvalidSetting, QStringLiteral("--%1: \"%2\" is not allowed; allowed: %3")
                                                  .arg(QLatin1StringView(flag), text, QLatin1StringView(allowed)));
}

Result<void> readOwn(const Arguments &arguments, DesktopOptions &options)
{
    options.readyFile = arguments.value(QStringLiteral("ready-file"));
    options.capture = arguments.positional().value(0);
    options.select = arguments.value(QStringLiteral("select")).toUtf8();
    if (!options.capture.isEmpty() && arguments.has(QStringLiteral("attach")))
        return failure(ErrorCode::InvalidSetting, QStringLiteral("either a capture or --attach URL"));
    if (options.capture.isEmpty() && !options.select.isEmpty())
        return failure(ErrorCode::InvalidSetting, QStringLiteral("--select: in which capture? trunkline-desktop NAME.trunk --select ID"));
    options.token = arguments.value(QStringLiteral("token")).toUtf8();
    options.insecure = arguments.has(QStringLiteral("insecure"));
    options.checkConfig = arguments.has(QStringLiteral("check-config"));
    options.json = arguments.has(QStringLiteral("json"));
    if (options.json && !options.checkConfig)
        return failure(ErrorCode::InvalidSetting, QStringLiteral("--json goes with --check-config"));
    if (arguments.has(QStringLiteral("attach"))) {
        const QString text = arguments.value(QStringLiteral("attach"));
        options.attach = QUrl(text, QUrl::StrictMode);
        if (!options.attach.isValid() || (options.attach.scheme() != u"http" && options.attach.scheme() != u"https") || options.attach.host().isEmpty())
            return notAllowed("attach", text, "a URL such as http://127.0.0.1:8080");
    }
    if (arguments.has(QStringLiteral("exit-when-idle"))) {
        const QString text = arguments.value(QStringLiteral("exit-when-idle"));
        options.exitWhenIdle = values::duration(text);
        if (!options.exitWhenIdle || options.exitWhenIdle->count() == 0)
            return notAllowed("exit-when-idle", text, "a duration such as 300ms, 30s or 5m");
    }
    if (arguments.has(QStringLiteral("parent-pid"))) {
        const QString text = arguments.value(QStringLiteral("parent-pid"));
        options.parentPid = values::wholeNumber(text);
        if (!options.parentPid || *options.parentPid < 1 || *options.parentPid > std::numeric_limits<int>::max())
            return notAllowed("parent-pid", text, "the id of a process");
    }
    return {};
}

} // namespace

Result<DesktopOptions> parseDesktopOptions(const QString &program, const QStringList &typed)
{
    QList<Option> known = ownOptions();
    for (const Setting &setting : settingsTable())
        known << Option{setting.flag(), setting.isSwitch() ? Option::Takes::Switch : Option::Takes::Value, {}, {}};
    const auto arguments = Arguments::parse(typed, known, 1);
    if (!arguments)
        return tl::unexpected(arguments.error());
    DesktopOptions options;
    options.program = program;
    options.help = arguments->has(QStringLiteral("help"));
    if (options.help)
        return options;
    if (const auto read = readOwn(*arguments, options); !read)
        return tl::unexpected(read.error());
    options.sources = sourcesOf(*arguments);
    auto loaded = loadForWindow(options.sources);
    if (!loaded)
        return tl::unexpected(loaded.error());
    options.loaded = std::move(*loaded);
    return options;
}

Result<LoadedSettings> loadForWindow(const SettingSources &sources)
{
    auto loaded = loadSettings(sources);
    if (!loaded)
        return loaded;
    const auto isDefault = [&](const char *name) { return loaded->origin(QString::fromLatin1(name)).kind == SettingOrigin::Kind::Default; };
    if (isDefault("JOURNAL_ENTRIES"))
        loaded->settings.journalEntries = kWindowJournalEntries;
    if (isDefault("JOURNAL_BYTES"))
        loaded->settings.journalBytes = kWindowJournalBytes;
    return loaded;
}

QString desktopHelp(const QString &program)
{
    return QStringLiteral("Usage: %1 [OPTIONS]\n       %1 NAME.trunk [--select ID]\n\nOpens the window over a hub of its own, or with --attach over one that runs elsewhere, or over a capture or capsule.\n\n").arg(program)
         + optionsHelp(ownOptions()) + settingFlagsHelp()
         + QStringLiteral("\nA setting also comes from the environment (PORT, TRUNKLINE_PORT) and from .env; a flag wins.\n\n"
                          "Exit codes: 0 closed or stopped when told to, 2 bad usage or setting.\n");
}

} // namespace trunkline
