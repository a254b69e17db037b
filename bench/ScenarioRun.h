// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bench/BenchClients.h"
#include "bench/Scenario.h"

#include <map>
#include <set>

QT_BEGIN_NAMESPACE
class QProcess;
QT_END_NAMESPACE

namespace trunkline {

class BotClient;
class HubThread;
class Recorder;

/// An expectation that did not hold.
struct StepFailure
{
    TextPlace place{};
    QByteArray step{};          ///< "send"
    QString expected{};
    QString came{};
    QByteArray correlation{};   ///< of the exchange in question; empty when there is none
    QByteArray timeline{};      ///< of that exchange, for a terminal, without colors
};

struct ScenarioResult
{
    enum class Outcome {
        Passed,
        Failed,         ///< an expectation did not hold
        Unusable,       ///< it cannot be run like this: a setting differs, a program cannot be started
        HubLost         ///< no hub there, or it went away
    };
    QString name{};
    QString file{};
    Outcome outcome = Outcome::Passed;
    QString problem{};                      ///< Unusable and HubLost, in one sentence
    std::vector<StepFailure> failures{};
    std::chrono::microseconds took{};
    QString capture{};                      ///< what a scenario that did not pass leaves
    QByteArray output{};                    ///< what its programs printed at last
};

/// Where scenarios run.
struct ScenarioTarget
{
    std::optional<BenchHub> hub{};          ///< none: a hub of its own for each
    QString captureFolder = QStringLiteral(".");
    std::shared_ptr<std::atomic<bool>> cancelled = std::make_shared<std::atomic<bool>>(false);     ///< set: all end soon
};

/// Carries out one scenario. Blocks its thread, whose event loop runs meanwhile; one thread a run.
class ScenarioRun final
{
public:
    ScenarioRun(const Scenario &scenario, const ScenarioTarget &target);
    ~ScenarioRun();

    [[nodiscard]] ScenarioResult run();

private:
    /// A request under way or ended.
    struct Sent
    {
        std::unique_ptr<PostedMessage> post;
        StreamExpectation expect;
        QByteArray correlation;
    };
    bool startHub();
    bool checkSettings();
    bool startRecorder();
    bool startUsers();
    void startCommand(const ScenarioUser &user);
    void carryOut(const ScenarioStep &step);
    void carryOut(const ScenarioStep &step, const ConnectedStep &what);
    void carryOut(const ScenarioStep &step, const ConnectStep &what);
    void carryOut(const ScenarioStep &step, const DisconnectStep &what);
    void carryOut(const ScenarioStep &step, const PauseStep &what);
    void carryOut(const ScenarioStep &step, const SendStep &what);
    void carryOut(const ScenarioStep &step, const AwaitStep &what);
    void carryOut(const ScenarioStep &step, const PushStep &what);
    void carryOut(const ScenarioStep &step, const ReceivedStep &what);
    void judge(const ScenarioStep &step, Sent &sent, const StreamExpectation &expect);
    void judgeTiming(const ScenarioStep &step, const Sent &sent, const StreamExpectation &expect);
    void judgeContent(const ScenarioStep &step, const Sent &sent, const StreamExpectation &expect);
    bool unusable(const QString &problem, ScenarioResult::Outcome outcome = ScenarioResult::Outcome::Unusable);
    void fail(const ScenarioStep &step, const QString &expected, const QString &came, const QByteArray &correlation = {});
    void addTimelines();
    [[nodiscard]] bool isConnected(const UserId &user) const;
    [[nodiscard]] QByteArray filled(const QByteArray &json) const;
    void save(const std::vector<std::pair<QByteArray, QByteArray>> &wanted, const ScenarioStep &step, const QByteArray &json);
    ListeningClient &listener(const UserId &user);
    void finish();

    const Scenario &m_scenario;
    const ScenarioTarget m_target;
    BenchWatch m_watch;
    BenchHub m_hub;
    ScenarioResult m_result;
    std::unique_ptr<HubThread> m_ownHub;
    std::unique_ptr<HubView> m_view;
    std::unique_ptr<Recorder> m_recorder;
    std::map<UserId, std::unique_ptr<ListeningClient>> m_listeners;
    std::map<UserId, std::set<std::size_t>> m_seen;     ///< messages of a listener that earlier steps have taken
    std::vector<std::unique_ptr<BotClient>> m_bots;
    std::vector<std::unique_ptr<QProcess>> m_programs;
    std::map<UserId, int> m_ended;              ///< programs that ended by themselves, and their exit codes
    std::map<QByteArray, std::unique_ptr<Sent>> m_sent;
    std::map<QByteArray, QByteArray> m_saved;   ///< name and token
};

} // namespace trunkline
