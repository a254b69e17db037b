// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/FaultPlan.h"

#include "hub/core/SeededRandom.h"

#include <algorithm>

namespace trunkline {

namespace {

bool matches(const FaultRule &rule, const JsonTree::Node &user, Direction direction, const JsonTree::Node *payload)
{
    if ((rule.direction && *rule.direction != direction) || !rule.user.matches(&user))
        return false;
    return std::all_of(rule.when.begin(), rule.when.end(), [payload](const auto &condition) {
        return condition.second.matches(payload ? valueAtDataPath(*payload, condition.first) : nullptr);
    });
}

} // namespace

double FaultPlan::chance(std::size_t rule, const UserId &user, int count, quint64 salt) const
{
    quint64 state = m_seed ^ (quint64(rule) << 32) ^ quint64(count) ^ salt;
    for (const char c : user)
        state = (state ^ uchar(c)) * 0x100000001b3ULL;
    return SeededRandom(state).fraction();
}

std::optional<FaultHit> FaultPlan::decide(const UserId &user, Direction direction, QByteArrayView payload)
{
    const auto name = JsonTree::parse(encodeJsonString(user));
    const auto tree = JsonTree::parse(payload.toByteArray());
    std::optional<FaultHit> hit;
    for (std::size_t i = 0; i < m_rules.size(); ++i) {
        const FaultRule &rule = m_rules[i];
        if (!name || !matches(rule, name->root(), direction, tree ? &tree->root() : nullptr))
            continue;
        const int count = ++m_matched[{i, user}];
        if (hit || count % rule.every != 0 || (rule.limit > 0 && m_hits[i] >= rule.limit))
            continue;
        if (rule.probability < 1.0 && chance(i, user, count, 0) >= rule.probability)
            continue;
        ++m_hits[i];
        const auto extra = std::chrono::milliseconds(qint64(double(rule.jitter.count()) * chance(i, user, count, 0x6a09e667f3bcc908ULL)));
        hit = FaultHit{i, rule.by + extra};
    }
    return hit;
}

const JsonTree::Node *valueAtDataPath(const JsonTree::Node &message, QByteArrayView path)
{
    const JsonTree::Node *node = message.at(path);
    return !node && path.startsWith("data.") ? message.at(path.sliced(5)) : node;
}

} // namespace trunkline
