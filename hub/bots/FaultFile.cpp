// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/bots/FaultFile.h"

#include <array>

namespace trunkline {

namespace {

struct FaultName
{
    Fault fault;
    const char *name;
    bool outOnly;       ///< it needs the socket that messages are written to
};

constexpr std::array kFaultNames{FaultName{Fault::Drop, "drop", false},         FaultName{Fault::Delay, "delay", false},
                                 FaultName{Fault::Duplicate, "duplicate", false}, FaultName{Fault::Reorder, "reorder", false},
                                 FaultName{Fault::Truncate, "truncate", false}, FaultName{Fault::Split, "split", true},
                                 FaultName{Fault::Close, "close", false},       FaultName{Fault::HalfClose, "half_close", true},
                                 FaultName{Fault::Stall, "stall", false}};

void readWhat(YamlFields &fields, const YamlNode &node, FaultRule &rule)
{
    const auto name = fields.text("do");
    if (!name) {
        if (fields.isMap() && !node.find("do"))
            fields.complain(node, QStringLiteral("a fault says what it does: do: drop"));
        return;
    }
    QStringList known;
    for (const FaultName &fault : kFaultNames) {
        known << QString::fromLatin1(fault.name);
        if (*name != fault.name)
            continue;
        rule.what = fault.fault;
        if (fault.outOnly && rule.direction == Direction::In)
            fields.complain(*node.find("do"), QStringLiteral("%1 is for direction: out").arg(known.last()));
        if (fault.outOnly)
            rule.direction = Direction::Out;
        return;
    }
    const QString typed = QString::fromUtf8(*name);
    fields.complain(*node.find("do"), QStringLiteral("there is no fault \"%1\"%2").arg(typed, suggestion(typed, known)));
}

void readDirection(YamlFields &fields, const YamlNode &node, FaultRule &rule)
{
    const auto direction = fields.text("direction");
    if (!direction)
        return;
    if (*direction == "in" || *direction == "out")
        rule.direction = *direction == "in" ? Direction::In : Direction::Out;
    else
        fields.complain(*node.find("direction"), QStringLiteral("direction is in (from the client) or out (to the client)"));
}

FaultRule readFault(const YamlNode &node, FileProblems &problems)
{
    FaultRule rule;
    YamlFields fields(node, QStringLiteral("a fault"), problems);
    if (const YamlNode *user = fields.take("user"))
        rule.user = readPattern(*user, problems);
    readDirection(fields, node, rule);
    if (const YamlNode *when = fields.take("when"))
        rule.when = readConditions(*when, problems);
    rule.every = int(fields.number("every", 1, 1'000'000).value_or(1));
    rule.probability = fields.fraction("probability", 0, 1).value_or(1.0);
    rule.limit = int(fields.number("limit", 0, 1'000'000'000).value_or(0));
    readWhat(fields, node, rule);
    rule.by = fields.duration("by").value_or(std::chrono::milliseconds(0));
    rule.jitter = fields.duration("jitter").value_or(std::chrono::milliseconds(0));
    rule.code = quint16(fields.number("code", 1000, 4999).value_or(1011));
    rule.reason = fields.text("reason").value_or(QByteArray());
    rule.bytes = fields.number("bytes", 1, 1'000'000'000).value_or(0);
    if (rule.what == Fault::Delay && rule.by.count() == 0 && rule.jitter.count() == 0 && fields.isMap())
        fields.complain(node, QStringLiteral("a delay says how long: by: 200ms"));
    fields.finish();
    return rule;
}

} // namespace

JsonPattern readPattern(const YamlNode &node, FileProblems &problems)
{
    auto pattern = JsonPattern::parse(node.toJson());
    if (pattern)
        return *std::move(pattern);
    problems.push_back({node.place, pattern.error().detail});
    return {};
}

std::vector<std::pair<QByteArray, JsonPattern>> readConditions(const YamlNode &map, FileProblems &problems)
{
    std::vector<std::pair<QByteArray, JsonPattern>> conditions;
    if (!map.isMap())
        problems.push_back({map.place, QStringLiteral("conditions are a map here: path: value")});
    for (std::size_t i = 0; i < map.keys.size(); ++i)
        conditions.emplace_back(map.keys[i].text, readPattern(map.items[i], problems));
    return conditions;
}

std::vector<FaultRule> readFaults(const YamlNode &list, FileProblems &problems)
{
    std::vector<FaultRule> rules;
    if (!list.isSequence() && !list.isNull())
        problems.push_back({list.place, QStringLiteral("faults are a list here: - do: drop")});
    for (const YamlNode &item : list.isSequence() ? list.items : std::vector<YamlNode>())
        rules.push_back(readFault(item, problems));
    return rules;
}

} // namespace trunkline
