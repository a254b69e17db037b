// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/BotFiles.h"
#include "app/trunkline/Client.h"
#include "app/trunkline/Console.h"
#include "app/trunkline/Platform.h"
#include "bench/Report.h"
#include "bench/ScenarioPool.h"
#include "hub/core/SettingsValues.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFileSystemWatcher>
#include <QSaveFile>
#include <QTimer>

#include <algorithm>
#include <set>

namespace trunkline {

namespace {

struct CheckPlan
{
    QStringList files;
    QString only;
    QString junit;
    bool json = false;
    bool watch = false;
    int jobs = 1;
    ScenarioTarget target;
};

/// All scenarios of the files; nothing, and every mistake on stderr, when there is one.
std::optional<std::vector<Scenario>> readScenarios(const CheckPlan &plan)
{
    std::vector<Scenario> scenarios;
    bool fine = true;
    for (const QString &path : plan.files) {
        const auto bytes = readWhole(path);
        if (!bytes) {
            fine = false;
            continue;
        }
        FileProblems problems;
        auto scenario = Scenario::read(*bytes, path, problems);
        for (const FileProblem &problem : problems)
            printError(problemText(path, problem));
        if (!scenario)
            fine = false;
        else if (plan.only.isEmpty() || scenario->name.contains(plan.only, Qt::CaseInsensitive))
            scenarios.push_back(*std::move(scenario));
    }
    if (fine && scenarios.empty()) {
        printError(QStringLiteral("no scenario has \"%1\" in its name").arg(plan.only));
        fine = false;
    }
    return fine ? std::optional(std::move(scenarios)) : std::nullopt;
}

/// Scenarios that run side by side at one hub need users of their own.
QString sharedUser(const std::vector<Scenario> &scenarios)
{
    std::set<UserId> seen;
    for (const Scenario &scenario : scenarios) {
        for (const ScenarioUser &user : scenario.users) {
            if (!seen.insert(user.name).second)
                return QString::fromUtf8(user.name);
        }
    }
    return {};
}

bool writeFile(const QString &path, const QByteArray &bytes)
{
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit())
        return true;
    printError(QStringLiteral("cannot write %1: %2").arg(path, file.errorString()));
    return false;
}

/// Runs the plan, once or after every save.
class CheckSession : public QObject
{
public:
    explicit CheckSession(const CheckPlan &plan) : m_plan(plan)
    {
        m_pause.setSingleShot(true);
        connect(&m_pause, &QTimer::timeout, this, &CheckSession::run);
        if (!plan.watch)
            return;
        m_watcher.addPaths(plan.files);
        connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, [this](const QString &path) {
            // Editors replace the file: watch the new one.
            m_again = true;
            QTimer::singleShot(100, this, [this, path] { m_watcher.addPath(path); });
            if (!m_pool)
                m_pause.start(200);
        });
    }

    /// Ends what runs, programs included; then the event loop.
    void interrupt()
    {
        *m_plan.target.cancelled = true;
        if (!m_pool)
            QCoreApplication::exit(ExitInterrupted);
    }

    void run()
    {
        m_again = false;
        auto scenarios = readScenarios(m_plan);
        if (!scenarios)
            return end(ExitUsage);
        if (m_plan.target.hub && m_plan.jobs > 1) {
            if (const QString user = sharedUser(*scenarios); !user.isEmpty()) {
                printError(QStringLiteral("--jobs: two scenarios have a user %1; at one hub, scenarios that run together need users of their own").arg(user));
                return end(ExitUsage);
            }
        }
        m_time.start();
        m_total = scenarios->size();
        m_pool = std::make_unique<ScenarioPool>(*std::move(scenarios), m_plan.target, m_plan.jobs);
        connect(m_pool.get(), &ScenarioPool::settled, this, &CheckSession::show);
        connect(m_pool.get(), &ScenarioPool::finished, this, &CheckSession::finish, Qt::QueuedConnection);
        m_shown = 0;
        progress();
        m_pool->start();
    }

private:
    void progress() const
    {
        if (!m_plan.json && platform::isTerminal(stderr) && m_shown < m_total)
            std::fprintf(stderr, "\r%zu of %zu ...\r", m_shown, m_total);
    }

    void show(std::size_t index)
    {
        ++m_shown;
        if (!m_plan.json && !*m_plan.target.cancelled)
            printOut(resultText(m_pool->results()[index], {.colors = colorsOnStdout() ? Colors::On : Colors::Off}));
        progress();
    }

    void finish()
    {
        const std::vector<ScenarioResult> results = m_pool->results();
        const std::chrono::microseconds took(m_time.nsecsElapsed() / 1000);
        m_pool.reset();
        if (*m_plan.target.cancelled)
            return QCoreApplication::exit(ExitInterrupted);
        printOut(m_plan.json ? toJson(results, took) : summaryText(results, took).toUtf8() + '\n');
        if (!m_plan.junit.isEmpty() && !writeFile(m_plan.junit, toJUnit(results, took)))
            return end(ExitUsage);
        end(exitCodeOf(results));
    }

    void end(int code)
    {
        if (!m_plan.watch)
            return QCoreApplication::exit(code);
        if (m_again)
            return m_pause.start(200);
        printError(QStringLiteral("Waiting for a change; Ctrl+C ends."));
    }

    const CheckPlan m_plan;
    QFileSystemWatcher m_watcher;
    QTimer m_pause;
    QElapsedTimer m_time;
    std::unique_ptr<ScenarioPool> m_pool;
    std::size_t m_total = 0;
    std::size_t m_shown = 0;
    bool m_again = false;
};

Result<CheckPlan> planOf(const Arguments &arguments, const HubLocation &hub)
{
    const auto bad = [](const QString &detail) { return failure(ErrorCode::InvalidSetting, detail); };
    CheckPlan plan{.files = arguments.positional(),
                   .only = arguments.value(QStringLiteral("only")),
                   .junit = arguments.value(QStringLiteral("junit")),
                   .json = arguments.has(QStringLiteral("json")),
                   .watch = arguments.has(QStringLiteral("watch")),
                   .jobs = 1,
                   .target = {}};
    if (plan.files.isEmpty())
        return bad(QStringLiteral("which scenarios? check FILE…"));
    const bool own = arguments.has(QStringLiteral("own"));
    if (own && arguments.has(QStringLiteral("hub")))
        return bad(QStringLiteral("give either --own or --hub URL"));
    const bool named = arguments.has(QStringLiteral("hub")) || qEnvironmentVariableIsSet("TRUNKLINE_HUB");
    if (!own && named)
        plan.target.hub = BenchHub{{.url = hub.url, .token = hub.token, .tls = hub.tls, .insecure = hub.insecure}, hub.webSocketUrl};
    else
        plan.jobs = std::max(2, QThread::idealThreadCount());
    if (arguments.has(QStringLiteral("jobs"))) {
        const auto jobs = values::wholeNumber(arguments.value(QStringLiteral("jobs")));
        if (!jobs || *jobs < 1 || *jobs > 256)
            return bad(QStringLiteral("--jobs: a whole number from 1 to 256"));
        plan.jobs = int(*jobs);
    }
    plan.target.captureFolder = arguments.value(QStringLiteral("captures"), QStringLiteral("."));
    if (!QDir(plan.target.captureFolder).exists())
        return bad(QStringLiteral("--captures: there is no folder ") + plan.target.captureFolder);
    return plan;
}

} // namespace

int runCheck(const Invocation &invocation)
{
    using Takes = Option::Takes;
    const ClientCommand command{
        .name = QStringLiteral("check"),
        .help = QStringLiteral("Usage: %1 check FILE… [--own | --hub URL] [OPTIONS]\n\nRuns scenarios and says which expectations did not hold.\n\n"),
        .footer = QStringLiteral("\nWithout --hub and TRUNKLINE_HUB each scenario gets a hub of its own, several at a time.\n"
                                 "Exit codes: 0 all passed, 1 an expectation did not hold, 2 bad usage, a mistake in a file or a setting that differs,\n"
                                 "4 no hub there or it went away, 130 interrupted.\n"),
        .options = QList<Option>{{QStringLiteral("own"), Takes::Nothing, {}, QStringLiteral("Start a hub for each scenario, whatever TRUNKLINE_HUB says")},
                                 {QStringLiteral("only"), Takes::Value, QStringLiteral("NAME"), QStringLiteral("Only scenarios with this in their name")},
                                 {QStringLiteral("jobs"), Takes::Value, QStringLiteral("N"), QStringLiteral("Run so many at a time")},
                                 {QStringLiteral("junit"), Takes::Value, QStringLiteral("FILE"), QStringLiteral("Also write JUnit XML")},
                                 {QStringLiteral("json"), Takes::Nothing, {}, QStringLiteral("Print one JSON object instead")},
                                 {QStringLiteral("watch"), Takes::Nothing, {}, QStringLiteral("Run again whenever a file is saved")},
                                 {QStringLiteral("captures"), Takes::Value, QStringLiteral("FOLDER"), QStringLiteral("Where failed scenarios leave their captures; else here")}}
                   + hubOptions(),
        .mostPositional = 10'000};
    return command.start(invocation, [&](const Arguments &arguments, const HubLocation &hub) {
        const auto plan = planOf(arguments, hub);
        if (!plan)
            return command.usageError(invocation, plan.error().detail);
        platform::raiseOpenFileLimit();
        CheckSession session(*plan);
        const platform::StopSignals signalWatch;
        QObject::connect(&signalWatch, &platform::StopSignals::received, &session, [&session] { session.interrupt(); });
        QTimer::singleShot(0, &session, [&session] { session.run(); });
        return QCoreApplication::exec();
    });
}

} // namespace trunkline
