// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/ScenarioRun.h"

#include "bench/Waterfall.h"
#include "hub/HubThread.h"
#include "hub/bots/BotClient.h"
#include "hub/capture/Recorder.h"
#include "hub/core/SettingsTable.h"
#include "hub/view/LocalHubView.h"
#include "hub/view/RemoteHubView.h"

#include <QCoreApplication>
#include <QDir>
#include <QEventLoop>
#include <QFileInfo>
#include <QNetworkReply>
#include <QProcess>
#include <QRegularExpression>

#include <algorithm>

namespace trunkline {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kStart{10'000};      ///< for users to connect
constexpr milliseconds kLook{5'000};        ///< for the hub to be seen
constexpr qsizetype kMaxOutput = 4'096;

/// "order bot streams" becomes "order-bot-streams".
QString fileNameOf(const QString &name)
{
    static const QRegularExpression other(QStringLiteral("[^\\p{L}\\p{N}_.]+"), QRegularExpression::UseUnicodePropertiesOption);
    QString file = name;
    file.replace(other, QStringLiteral("-"));
    while (file.startsWith(u'-') || file.startsWith(u'.'))
        file.remove(0, 1);
    return file.isEmpty() ? QStringLiteral("scenario") : file.left(100);
}

} // namespace

ScenarioRun::ScenarioRun(const Scenario &scenario, const ScenarioTarget &target) : m_scenario(scenario), m_target(target)
{
    m_watch.cancelWith(target.cancelled);
    m_result.name = scenario.name;
    m_result.file = scenario.file;
}

ScenarioRun::~ScenarioRun() { finish(); }

ScenarioResult ScenarioRun::run()
{
    const auto started = m_watch.now();
    if (startHub() && startRecorder() && startUsers()) {
        for (const ScenarioStep &step : m_scenario.steps) {
            carryOut(step);
            if (m_result.outcome != ScenarioResult::Outcome::Passed)
                break;
        }
    }
    if (m_watch.isCancelled()) {
        m_result.failures.clear();
        unusable(QStringLiteral("interrupted"));
    }
    addTimelines();
    m_result.took = m_watch.now() - started;
    finish();
    return m_result;
}

bool ScenarioRun::unusable(const QString &problem, ScenarioResult::Outcome outcome)
{
    m_result.outcome = outcome;
    m_result.problem = problem;
    return false;
}

bool ScenarioRun::startHub()
{
    if (m_target.hub) {
        if (!m_scenario.faults.empty())
            return unusable(QStringLiteral("faults need a hub of their own: --own"));
        m_hub = *m_target.hub;
        m_view = std::make_unique<RemoteHubView>(m_hub.access);
    } else {
        Settings settings;
        for (const auto &[name, text] : m_scenario.settings)
            (void)findSetting(name)->assign(settings, text);       // the reader of the scenario has tried it
        settings.host = QStringLiteral("127.0.0.1");
        settings.port = 0;
        settings.journalEntries = std::max(settings.journalEntries, 100'000);
        settings.journalBytes = std::max<qint64>(settings.journalBytes, 64LL * 1024 * 1024);
        auto started = HubThread::start(settings, FaultPlan(m_scenario.faults, m_scenario.seed));
        if (!started)
            return unusable(QStringLiteral("the hub cannot start: ") + started.error().detail);
        m_ownHub = *std::move(started);
        m_hub = {m_ownHub->access(), m_ownHub->webSocketUrl()};
        m_view = std::make_unique<LocalHubView>(m_ownHub->door());
    }
    QObject::connect(m_view.get(), &HubView::updated, m_view.get(), [this] { m_watch.poke(); });
    QObject::connect(m_view.get(), &HubView::linkChanged, m_view.get(), [this] { m_watch.poke(); });
    m_watch.waitFor([this] { return m_view->link() != HubView::Link::Connecting && (m_view->link() == HubView::Link::Lost || m_view->snapshot()->number > 0); }, kLook);
    if (m_view->link() != HubView::Link::Live) {
        const bool refused = m_view->linkDetail().contains(QStringLiteral("401")) || m_view->linkDetail().contains(QStringLiteral("403"));
        return unusable(refused ? QStringLiteral("the hub wants its admin token: --token") : m_view->linkDetail(),
                        refused ? ScenarioResult::Outcome::Unusable : ScenarioResult::Outcome::HubLost);
    }
    m_hub.access.pushPath = m_view->snapshot()->ssePath;
    m_hub.access.sendPath = m_view->snapshot()->sseSendPath;
    return !m_target.hub || checkSettings();
}

bool ScenarioRun::checkSettings()
{
    if (m_scenario.settings.empty())
        return true;
    QNetworkAccessManager manager;
    QNetworkReply *reply = manager.get(hubRequest(m_hub.access, QStringLiteral("/admin/settings")));
    if (m_hub.access.insecure)
        reply->ignoreSslErrors();
    QObject::connect(reply, &QNetworkReply::finished, reply, [this] { m_watch.poke(); });
    m_watch.waitFor([reply] { return reply->isFinished(); }, kLook);
    const auto there = JsonTree::parse(reply->readAll());
    for (const auto &[name, text] : m_scenario.settings) {
        const Setting *setting = findSetting(name);
        Settings wanted;
        (void)setting->assign(wanted, text);
        const JsonTree::Node *found = there ? there->root().child(name.toUtf8()) : nullptr;
        if (found && QString::fromUtf8(found->text()) == setting->text(wanted))
            continue;
        return unusable(QStringLiteral("the scenario wants %1=%2, the hub %3").arg(name, setting->isSecret() ? QStringLiteral("***") : setting->text(wanted),
            found ? QStringLiteral("has ") + QString::fromUtf8(found->text()) : QStringLiteral("does not say what it has")));
    }
    return true;
}

bool ScenarioRun::startRecorder()
{
    m_result.capture = QDir(m_target.captureFolder).filePath(fileNameOf(m_scenario.name) + QStringLiteral(".trunk"));
    Recorder::Options options{.file = {.path = m_result.capture}, .from = m_ownHub ? Recorder::From::Beginning : Recorder::From::Now, .settings = {}, .redact = {}};
    for (const auto &[name, text] : m_scenario.settings) {
        if (!findSetting(name)->isSecret())
            options.settings.emplace_back(name.toUtf8(), text.toUtf8());
    }
    bool recording = false;
    auto started = Recorder::start(options, [this]() -> std::unique_ptr<MailboxView> {
        if (m_ownHub)
            return std::make_unique<LocalHubView>(m_ownHub->door(), Recorder::kViewLimits, nullptr, Legs::Both);
        return std::make_unique<RemoteHubView>(m_hub.access, Recorder::kViewLimits, nullptr, Legs::Both);
    });
    if (!started)
        return unusable(started.error().detail);
    m_recorder = *std::move(started);
    QObject::connect(m_recorder.get(), &Recorder::started, m_recorder.get(), [this, &recording] {
        recording = true;
        m_watch.poke();
    });
    // What it misses in its first moments is not worth a failure.
    m_watch.waitFor([&recording] { return recording; }, kLook);
    m_recorder->disconnect();
    return true;
}

bool ScenarioRun::startUsers()
{
    for (const ScenarioUser &user : m_scenario.users) {
        switch (user.kind) {
        case ScenarioUser::Kind::Listener:
            m_listeners.emplace(user.name, std::make_unique<ListeningClient>(m_hub, user.name, m_watch));
            if (!user.offline)
                m_listeners[user.name]->open();
            break;
        case ScenarioUser::Kind::Bot: {
            const BotPlace place{m_hub.webSocketUrl, m_hub.access.token, m_hub.access.tls, m_hub.access.insecure};
            auto bot = std::make_unique<BotClient>(place, user.name, *m_scenario.botNamed(user.bot), m_scenario.seed + m_bots.size() + 1);
            QObject::connect(bot.get(), &BotClient::ready, bot.get(), [this] { m_watch.poke(); });
            bot->open();
            m_bots.push_back(std::move(bot));
            break;
        }
        case ScenarioUser::Kind::Command: startCommand(user); break;
        case ScenarioUser::Kind::External: break;
        }
    }
    const auto allThere = [this] {
        return std::all_of(m_scenario.users.begin(), m_scenario.users.end(), [this](const ScenarioUser &user) {
            return user.offline || (user.kind != ScenarioUser::Kind::Listener && user.kind != ScenarioUser::Kind::Bot) || isConnected(user.name);
        });
    };
    if (m_watch.waitFor(allThere, kStart))
        return true;
    for (const auto &[name, client] : m_listeners) {
        if (client->isGone())
            return unusable(QStringLiteral("%1 cannot connect: %2").arg(QString::fromUtf8(name), client->goodbye()));
    }
    return unusable(QStringLiteral("not all users were connected within 10 s"));
}

void ScenarioRun::startCommand(const ScenarioUser &user)
{
    auto program = std::make_unique<QProcess>();
    QStringList words;
    for (QByteArray word : user.command) {
        word.replace("${ws_url}", m_hub.webSocketUrl.toEncoded()).replace("${url}", m_hub.access.url.toEncoded());
        word.replace("${token}", m_hub.access.token).replace("${user}", user.name);
        words << QString::fromUtf8(word);
    }
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("TRUNKLINE_HUB"), m_hub.access.url.toString());
    environment.insert(QStringLiteral("TRUNKLINE_TOKEN"), QString::fromLatin1(m_hub.access.token));
    program->setProcessEnvironment(environment);
    program->setWorkingDirectory(QFileInfo(m_scenario.file).absolutePath());
    program->setProcessChannelMode(QProcess::MergedChannels);
    QObject::connect(program.get(), &QProcess::readyRead, program.get(), [this, own = program.get()] {
        m_result.output += own->readAll();
        m_result.output = m_result.output.right(kMaxOutput);
    });
    QObject::connect(program.get(), &QProcess::errorOccurred, program.get(), [this, words](QProcess::ProcessError error) {
        if (error != QProcess::FailedToStart)
            return;
        unusable(QStringLiteral("cannot start %1").arg(words.join(u' ')));
        m_watch.poke();
    });
    QObject::connect(program.get(), &QProcess::finished, program.get(), [this, own = program.get(), name = user.name] {
        m_ended[name] = own->exitCode();
        m_watch.poke();
    });
    const QString name = words.takeFirst();
    program->start(name, words);
    m_programs.push_back(std::move(program));
}

bool ScenarioRun::isConnected(const UserId &user) const
{
    if (const auto own = m_listeners.find(user); own != m_listeners.end())
        return own->second->isConnected();
    for (const auto &bot : m_bots) {
        if (bot->user() == user)
            return bot->isReady();
    }
    const auto snapshot = m_view->snapshot();
    return std::any_of(snapshot->sessions.begin(), snapshot->sessions.end(), [&user](const SessionInfo &session) { return session.user == user; });
}

void ScenarioRun::fail(const ScenarioStep &step, const QString &expected, const QString &came, const QByteArray &correlation)
{
    m_result.outcome = ScenarioResult::Outcome::Failed;
    m_result.failures.push_back({step.place, step.name, expected, came, correlation, {}});
}

/// The hub's own story of each failed exchange.
void ScenarioRun::addTimelines()
{
    for (StepFailure &failure : m_result.failures) {
        if (failure.correlation.isEmpty() || !m_view)
            continue;
        std::shared_ptr<const ExchangeInfo> found;
        m_watch.waitFor([&] {
            for (const auto &exchange : m_view->exchangesAfter(0, 100'000).exchanges) {
                if (exchange->correlation == failure.correlation)
                    found = exchange;
            }
            return found && found->state != ExchangeState::Streaming;
        }, milliseconds(500));
        if (found)
            failure.timeline = waterfall(*found, Colors::Off);
    }
}

void ScenarioRun::finish()
{
    m_sent.clear();
    m_bots.clear();
    for (const auto &program : m_programs) {
        program->disconnect();
        program->terminate();
        if (!program->waitForFinished(1000)) {
            program->kill();
            program->waitForFinished(1000);
        }
    }
    m_programs.clear();
    if (m_recorder)
        m_recorder->flush();
    m_listeners.clear();
    m_view.reset();
    m_ownHub.reset();       // its end is still recorded
    if (!std::exchange(m_recorder, nullptr))
        return;
    if (m_result.outcome == ScenarioResult::Outcome::Passed) {
        QFile::remove(m_result.capture);
        m_result.capture.clear();
    }
}

} // namespace trunkline
