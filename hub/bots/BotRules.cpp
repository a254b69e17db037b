// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/bots/BotRules.h"

#include <algorithm>
#include <cmath>

namespace trunkline {

using std::chrono::milliseconds;

/// Turns `reply:` into steps.
class BotRules::Reader
{
public:
    Reader(FileProblems &problems, Rule &rule) : m_problems(problems), m_rule(rule) { }

    void read(const YamlNode &node)
    {
        YamlFields fields(node, QStringLiteral("a reply"), m_problems);
        m_after = fields.duration("after").value_or(milliseconds(0));
        m_every = fields.duration("every").value_or(milliseconds(0));
        m_rule.jitter = fields.duration("jitter").value_or(milliseconds(0));
        m_final = fields.boolean("final").value_or(true);
        int forms = 0;
        const auto form = [&](const char *name, auto &&take) {
            if (const YamlNode *value = fields.take(name)) {
                ++forms;
                take(*value);
            }
        };
        form("tokens", [&](const YamlNode &list) { stream(list, true); });
        form("chunks", [&](const YamlNode &list) { stream(list, false); });
        form("data", [&](const YamlNode &data) { add(data, withData(data.toJson(), m_final)); });
        form("text", [&](const YamlNode &text) { add(text, withData("{\"message\":" + text.toJson() + '}', m_final)); });
        form("json", [&](const YamlNode &json) { add(json, json.text); });
        form("error", [&](const YamlNode &text) { add(text, "{\"error\":" + text.toJson() + ",\"is_final\":true,\"correlation_id\":${correlation_id}}"); });
        form("silence", [](const YamlNode &) { });
        form("close", [&](const YamlNode &code) { close(code); });
        const auto reason = fields.text("reason");
        if (reason && !m_rule.steps.empty())
            m_rule.steps.back().reason = *reason;
        if (forms != 1 && fields.isMap())
            fields.complain(node, QStringLiteral("a reply has one of tokens, chunks, data, text, json, error, close or silence"));
        fields.finish();
    }

private:
    static QByteArray withData(const QByteArray &data, bool final)
    {
        return "{\"data\":" + data + ",\"is_final\":" + (final ? "true" : "false") + ",\"correlation_id\":${correlation_id}}";
    }
    [[nodiscard]] milliseconds nextWait() const { return m_rule.steps.empty() ? m_after : m_every; }

    void add(const YamlNode &node, const QByteArray &text, std::optional<milliseconds> after = std::nullopt)
    {
        auto parsed = replies::Template::parse(text);
        if (!parsed) {
            m_problems.push_back({node.place, parsed.error().detail});
            return;
        }
        Step step;
        step.after = after.value_or(nextWait());
        step.text = *std::move(parsed);
        m_rule.steps.push_back(std::move(step));
    }

    void stream(const YamlNode &list, bool tokens)
    {
        if (!list.isSequence() || list.items.empty()) {
            m_problems.push_back({list.place, QStringLiteral("this is a list of at least one")});
            return;
        }
        for (std::size_t i = 0; i < list.items.size(); ++i) {
            const YamlNode &item = list.items[i];
            const bool last = m_final && i + 1 == list.items.size();
            if (tokens)
                token(item, i, last);
            else
                add(item, withData(item.toJson(), last));
        }
    }

    /// A text, or {text: …, after: 700ms} for one that is late.
    void token(const YamlNode &item, std::size_t index, bool last)
    {
        std::optional<milliseconds> after;
        QByteArray text = item.isScalar() ? item.text : QByteArray();
        if (!item.isScalar()) {
            YamlFields fields(item, QStringLiteral("a token"), m_problems);
            text = fields.text("text").value_or(QByteArray());
            after = fields.duration("after");
            fields.finish();
        }
        add(item, "{\"type\":\"chunk\",\"index\":" + QByteArray::number(index) + ",\"data\":{\"delta\":" + encodeJsonString(text)
                + "},\"is_final\":" + (last ? "true" : "false") + ",\"correlation_id\":${correlation_id}}", after);
    }

    void close(const YamlNode &code)
    {
        bool fine = false;
        const int number = code.text.toInt(&fine);
        if (!code.isScalar() || !fine || number < 1000 || number > 4999) {
            m_problems.push_back({code.place, QStringLiteral("close is a close code from 1000 to 4999")});
            return;
        }
        Step step;
        step.kind = BotAction::Kind::Close;
        step.after = nextWait();
        step.code = quint16(number);
        m_rule.steps.push_back(std::move(step));
    }

    FileProblems &m_problems;
    Rule &m_rule;
    milliseconds m_after{0};
    milliseconds m_every{0};
    bool m_final = true;
};

BotRules BotRules::fromYaml(const YamlNode &list, FileProblems &problems)
{
    BotRules rules;
    if (!list.isSequence()) {
        problems.push_back({list.place, QStringLiteral("a bot is a list of rules here: - reply: …")});
        return rules;
    }
    for (const YamlNode &item : list.items) {
        Rule rule;
        YamlFields fields(item, QStringLiteral("a rule"), problems);
        if (const YamlNode *user = fields.take("user"))
            rule.user = readPattern(*user, problems);
        if (const YamlNode *when = fields.take("when"))
            rule.when = readConditions(*when, problems);
        if (const YamlNode *reply = fields.take("reply"))
            Reader(problems, rule).read(*reply);
        else if (item.isMap())
            problems.push_back({item.place, QStringLiteral("a rule has a reply")});
        fields.finish();
        rules.m_rules.push_back(std::move(rule));
    }
    return rules;
}

std::vector<BotAction> BotRules::answer(const QByteArray &message, SeededRandom &random) const
{
    const auto tree = JsonTree::parse(message);
    if (!tree || !tree->root().child("correlation_id"))
        return {};
    const auto rule = std::find_if(m_rules.begin(), m_rules.end(), [&](const Rule &candidate) {
        return candidate.user.matches(tree->root().child("user_id"))
            && std::all_of(candidate.when.begin(), candidate.when.end(), [&](const auto &condition) {
                   return condition.second.matches(valueAtDataPath(tree->root(), condition.first));
               });
    });
    std::vector<BotAction> actions;
    if (rule == m_rules.end())
        return actions;
    for (const Step &step : rule->steps) {
        BotAction action;
        action.kind = step.kind;
        const double swing = rule->jitter.count() > 0 ? (random.fraction() * 2 - 1) * double(rule->jitter.count()) : 0;
        action.after = std::max(milliseconds(0), step.after + milliseconds(std::lround(swing)));
        action.text = step.text ? step.text->reply(message) : step.reason;
        action.code = step.code;
        actions.push_back(std::move(action));
    }
    return actions;
}

std::vector<std::pair<UserId, BotRules>> readBots(const YamlNode &map, FileProblems &problems)
{
    std::vector<std::pair<UserId, BotRules>> bots;
    if (!map.isMap())
        problems.push_back({map.place, QStringLiteral("bots are a map here: name: [rules]")});
    for (std::size_t i = 0; i < map.keys.size(); ++i) {
        if (!isValidUserId(map.keys[i].text))
            problems.push_back({map.keys[i].place, QStringLiteral("this is no name of a user")});
        bots.emplace_back(map.keys[i].text, BotRules::fromYaml(map.items[i], problems));
    }
    return bots;
}

std::optional<BotFile> BotFile::read(const QByteArray &yaml, FileProblems &problems)
{
    const std::size_t before = problems.size();
    const auto root = readYaml(yaml, problems);
    if (!root)
        return std::nullopt;
    BotFile file;
    YamlFields fields(*root, QStringLiteral("a file of bots"), problems);
    file.seed = quint64(fields.number("seed", 0, std::numeric_limits<qint64>::max()).value_or(0));
    if (const YamlNode *bots = fields.take("bots"))
        file.bots = readBots(*bots, problems);
    if (const YamlNode *faults = fields.take("faults"))
        file.faults = readFaults(*faults, problems);
    fields.finish();
    return problems.size() > before ? std::nullopt : std::optional(std::move(file));
}

} // namespace trunkline
