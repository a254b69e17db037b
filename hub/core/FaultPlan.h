// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Journal.h"
#include "hub/core/JsonPattern.h"

#include <map>

namespace trunkline {

/// Which messages are meddled with, and how.
struct FaultRule
{
    JsonPattern user{};                     ///< of the session, as a JSON string
    std::optional<Direction> direction{};   ///< none: both
    std::vector<std::pair<QByteArray, JsonPattern>> when{};     ///< path and pattern; all have to match
    int every = 1;                          ///< every nth message that matches, counted for each user
    double probability = 1.0;               ///< 0 to 1, of those
    int limit = 0;                          ///< at most so many in all; 0: no bound
    Fault what = Fault::Drop;
    std::chrono::milliseconds by{0};        ///< Delay; Stall, where 0 means to the end of the session
    std::chrono::milliseconds jitter{0};    ///< Delay: so much more, at most
    quint16 code = 1011;                    ///< Close
    QByteArray reason{};
    qsizetype bytes = 0;                    ///< Truncate: what is left; 0: half
};

/// What happens to one message.
struct FaultHit
{
    std::size_t rule = 0;                   ///< from 0
    std::chrono::milliseconds by{0};
};

/// The value at `path` of a message; the sender's `data.x` is `x` in what a client gets, so that both are found.
[[nodiscard]] const JsonTree::Node *valueAtDataPath(const JsonTree::Node &message, QByteArrayView path);

/// Decides which messages are meddled with. Seeded: the same messages of a user in the same order meet the same faults,
/// whatever other users do in between. Not thread-safe; plain class.
class FaultPlan final
{
public:
    FaultPlan() = default;
    FaultPlan(std::vector<FaultRule> rules, quint64 seed) : m_rules(std::move(rules)), m_seed(seed) { }

    [[nodiscard]] bool isEmpty() const { return m_rules.empty(); }
    [[nodiscard]] const std::vector<FaultRule> &rules() const { return m_rules; }
    /// The first rule that strikes; all rules that match count the message.
    [[nodiscard]] std::optional<FaultHit> decide(const UserId &user, Direction direction, QByteArrayView payload);

private:
    [[nodiscard]] double chance(std::size_t rule, const UserId &user, int count, quint64 salt) const;

    std::vector<FaultRule> m_rules;
    quint64 m_seed = 0;
    std::map<std::pair<std::size_t, UserId>, int> m_matched;
    std::map<std::size_t, int> m_hits;
};

} // namespace trunkline
