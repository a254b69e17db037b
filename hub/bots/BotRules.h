// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/bots/FaultFile.h"
#include "hub/bots/Replies.h"
#include "hub/core/SeededRandom.h"

namespace trunkline {

/// One thing that a bot does.
struct BotAction
{
    enum class Kind { Send, Close };
    Kind kind = Kind::Send;
    std::chrono::milliseconds after{0};     ///< the one before, or the message
    QByteArray text{};                      ///< what is sent; the reason of a close
    quint16 code = 1000;
};

/// What a bot answers to what: the first rule that matches. A value; plain class.
class BotRules final
{
public:
    /// A list of rules. Mistakes go to `problems`.
    [[nodiscard]] static BotRules fromYaml(const YamlNode &list, FileProblems &problems);

    /// What to do about a message as the hub delivered it; nothing for silence, and where no rule matches. Jitter comes
    /// from `random`.
    [[nodiscard]] std::vector<BotAction> answer(const QByteArray &message, SeededRandom &random) const;
    [[nodiscard]] std::size_t size() const { return m_rules.size(); }

private:
    struct Step
    {
        BotAction::Kind kind = BotAction::Kind::Send;
        std::chrono::milliseconds after{0};
        std::optional<replies::Template> text{};
        QByteArray reason{};
        quint16 code = 1000;
    };
    struct Rule
    {
        JsonPattern user{};
        std::vector<std::pair<QByteArray, JsonPattern>> when{};
        std::vector<Step> steps{};
        std::chrono::milliseconds jitter{0};
    };
    class Reader;
    std::vector<Rule> m_rules;
};

/// A file of bots: `bots:` by name, `faults:`, `seed:`.
struct BotFile
{
    std::vector<std::pair<UserId, BotRules>> bots{};
    std::vector<FaultRule> faults{};
    quint64 seed = 0;

    /// Nothing, and `problems` filled, on any mistake.
    [[nodiscard]] static std::optional<BotFile> read(const QByteArray &yaml, FileProblems &problems);
};
/// The `bots:` map itself, as it stands in scenarios, too.
[[nodiscard]] std::vector<std::pair<UserId, BotRules>> readBots(const YamlNode &map, FileProblems &problems);

} // namespace trunkline
