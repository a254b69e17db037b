// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/bots/BotRules.h"

#include <variant>

/// What a scenario file says. Plain values; ScenarioRun carries it out.
namespace trunkline {

/// Who takes part.
struct ScenarioUser
{
    enum class Kind {
        Listener,       ///< a WebSocket client that only listens
        Command,        ///< a program that connects as this user
        Bot,            ///< answers by one of the scenario's rules
        External        ///< somebody else connects it
    };
    UserId name{};
    Kind kind = Kind::Listener;
    QByteArrayList command{};
    QByteArray bot{};
    bool offline = false;       ///< a listener that a `connect` step brings
};

/// What the stream of a `send` has to be like.
struct StreamExpectation
{
    int least = 0;                                          ///< events
    int most = std::numeric_limits<int>::max();
    std::optional<std::chrono::milliseconds> firstWithin{};
    std::optional<std::chrono::milliseconds> maxGap{};
    std::optional<std::chrono::milliseconds> doneWithin{};
    int status = 200;                                       ///< of the HTTP answer
    QByteArray textPath{};                                  ///< where the pieces of the text are; empty: no text is wanted
    JsonPattern text{};                                     ///< of the pieces joined, as a string
    std::optional<JsonPattern> last{};
    std::optional<JsonPattern> any{};                       ///< at least one event
};

struct ConnectedStep { UserId user{}; std::chrono::milliseconds within{10'000}; };
struct ConnectStep { UserId user{}; };
struct DisconnectStep { UserId user{}; };
struct PauseStep { std::chrono::milliseconds time{0}; };
struct SendStep
{
    QByteArray body{};              ///< JSON; ${name} are saved values
    QByteArray as{};                ///< empty: the step waits for the end
    StreamExpectation expect{};
    std::vector<std::pair<QByteArray, QByteArray>> save{};  ///< name and path in the last event
};
struct AwaitStep
{
    QByteArray name{};
    std::optional<StreamExpectation> expect{};              ///< else that of the send
};
struct PushStep
{
    QByteArray body{};
    std::optional<JsonPattern> answer{};
    int status = 200;
    std::vector<std::pair<QByteArray, QByteArray>> save{};  ///< name and path in the answer
};
struct ReceivedStep
{
    UserId user{};
    int least = 1;
    int most = std::numeric_limits<int>::max();     ///< watched for the whole of `within` where it is a bound
    QByteArray match = "{}";        ///< a pattern as JSON; ${name} are saved values
    std::chrono::milliseconds within{1000};
    bool inOrder = false;           ///< numbers at `orderPath` only grow
    QByteArray orderPath{};
};

struct ScenarioStep
{
    using What = std::variant<ConnectedStep, ConnectStep, DisconnectStep, PauseStep, SendStep, AwaitStep, PushStep, ReceivedStep>;
    TextPlace place{};
    QByteArray name{};              ///< "send"
    What what{};
};

struct Scenario
{
    QString name{};
    QString file{};
    std::vector<std::pair<QString, QString>> settings{};    ///< NAME and text
    std::vector<ScenarioUser> users{};
    std::vector<std::pair<UserId, BotRules>> bots{};
    std::vector<FaultRule> faults{};
    quint64 seed = 0;
    std::vector<ScenarioStep> steps{};

    /// Nothing, and `problems` filled, on any mistake; all of them are found in one go where they can be.
    [[nodiscard]] static std::optional<Scenario> read(const QByteArray &yaml, const QString &file, FileProblems &problems);
    [[nodiscard]] const BotRules *botNamed(const QByteArray &bot) const;
};

} // namespace trunkline
