// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/Scenario.h"

#include "hub/core/SettingsTable.h"

#include <QFileInfo>

#include <algorithm>

namespace trunkline {

namespace {

using std::chrono::milliseconds;
constexpr qint64 kMany = std::numeric_limits<int>::max();

/// Reads one scenario; all mistakes go to one list.
class Reader
{
public:
    Reader(Scenario &scenario, FileProblems &problems) : m_scenario(scenario), m_problems(problems) { }

    void read(const YamlNode &root)
    {
        YamlFields fields(root, QStringLiteral("a scenario"), m_problems);
        if (const auto name = fields.text("name"))
            m_scenario.name = QString::fromUtf8(*name);
        m_scenario.seed = quint64(fields.number("seed", 0, std::numeric_limits<qint64>::max()).value_or(0));
        if (const YamlNode *hub = fields.take("hub"))
            settings(*hub);
        if (const YamlNode *bots = fields.take("bots"))
            m_scenario.bots = readBots(*bots, m_problems);
        if (const YamlNode *users = fields.take("users"))
            readUsers(*users);
        if (const YamlNode *faults = fields.take("faults"))
            m_scenario.faults = readFaults(*faults, m_problems);
        if (const YamlNode *steps = fields.take("steps"))
            readSteps(*steps);
        else if (root.isMap())
            complain(root, QStringLiteral("a scenario has steps"));
        fields.finish();
    }

private:
    void complain(const YamlNode &at, const QString &text) { m_problems.push_back({at.place, text}); }

    void settings(const YamlNode &map)
    {
        if (!map.isMap())
            return complain(map, QStringLiteral("hub is a map of settings here: NAME: value"));
        Settings scratch;
        for (std::size_t i = 0; i < map.keys.size(); ++i) {
            const QString name = QString::fromUtf8(map.keys[i].text);
            const Setting *setting = findSetting(name);
            if (!setting) {
                complain(map.keys[i], QStringLiteral("there is no setting \"%1\"%2").arg(name, suggestion(name, settingNames())));
                continue;
            }
            const QString text = QString::fromUtf8(map.items[i].isScalar() ? map.items[i].text : map.items[i].toJson());
            if (const auto assigned = setting->assign(scratch, text); !assigned)
                complain(map.items[i], assigned.error().detail);
            m_scenario.settings.emplace_back(name, text);
        }
    }

    void readUsers(const YamlNode &map)
    {
        if (!map.isMap())
            return complain(map, QStringLiteral("users are a map here: alice: {}"));
        for (std::size_t i = 0; i < map.keys.size(); ++i) {
            ScenarioUser user;
            user.name = map.keys[i].text;
            if (!isValidUserId(user.name))
                complain(map.keys[i], QStringLiteral("this is no name of a user"));
            if (!map.items[i].isNull())
                readUser(map.items[i], user);
            m_scenario.users.push_back(std::move(user));
        }
    }

    void readUser(const YamlNode &node, ScenarioUser &user)
    {
        YamlFields fields(node, QStringLiteral("a user"), m_problems);
        if (const YamlNode *command = fields.take("command")) {
            user.kind = ScenarioUser::Kind::Command;
            if (!command->isSequence() || command->items.empty())
                complain(*command, QStringLiteral("a command is a list of words: [python3, bot.py]"));
            for (const YamlNode &word : command->items)
                user.command << word.text;
        }
        if (const YamlNode *bot = fields.take("bot")) {
            user.kind = ScenarioUser::Kind::Bot;
            user.bot = bot->text;
            QStringList known;
            for (const auto &[name, rules] : m_scenario.bots)
                known << QString::fromUtf8(name);
            if (!m_scenario.botNamed(user.bot))
                complain(*bot, QStringLiteral("there is no bot \"%1\"%2").arg(QString::fromUtf8(user.bot), suggestion(QString::fromUtf8(user.bot), known)));
        }
        if (fields.boolean("external").value_or(false))
            user.kind = ScenarioUser::Kind::External;
        user.offline = fields.boolean("offline").value_or(false);
        if (user.offline && user.kind != ScenarioUser::Kind::Listener)
            complain(node, QStringLiteral("offline is for a user that only listens"));
        if ((node.find("command") != nullptr) + (node.find("bot") != nullptr) + (node.find("external") != nullptr) > 1)
            complain(node, QStringLiteral("a user has one of command, bot or external"));
        fields.finish();
    }

    /// The user that a step names; a complaint when there is none.
    UserId user(YamlFields &fields, const YamlNode &node)
    {
        const auto name = fields.text("user");
        if (!name) {
            if (fields.isMap() && !node.find("user"))
                complain(node, QStringLiteral("this step says which user"));
            return {};
        }
        QStringList known;
        for (const ScenarioUser &candidate : m_scenario.users)
            known << QString::fromUtf8(candidate.name);
        const QString typed = QString::fromUtf8(*name);
        if (!known.contains(typed))
            complain(*node.find("user"), QStringLiteral("there is no user \"%1\" in this scenario%2").arg(typed, suggestion(typed, known)));
        return *name;
    }

    void readSteps(const YamlNode &list)
    {
        if (!list.isSequence() || list.items.empty())
            return complain(list, QStringLiteral("steps are a list of at least one: - send: {…}"));
        for (const YamlNode &item : list.items)
            readStep(item);
    }

    void readStep(const YamlNode &item)
    {
        YamlFields fields(item, QStringLiteral("a step"), m_problems);
        ScenarioStep step;
        step.place = item.place;
        int kinds = 0;
        const auto kind = [&](const char *name, auto &&reader) {
            if (const YamlNode *node = fields.take(name)) {
                ++kinds;
                step.name = name;
                step.what = reader(*node);
            }
        };
        kind("connected", [this](const YamlNode &node) { return connected(node); });
        kind("connect", [this](const YamlNode &node) { return ConnectStep{onlyUser(node)}; });
        kind("disconnect", [this](const YamlNode &node) { return DisconnectStep{onlyUser(node)}; });
        kind("pause", [this](const YamlNode &node) { return pause(node); });
        kind("send", [&](const YamlNode &node) { return send(node, fields); });
        kind("await", [&](const YamlNode &node) { return await(node, fields); });
        kind("push", [&](const YamlNode &node) { return push(node, fields); });
        kind("received", [this](const YamlNode &node) { return received(node); });
        if (kinds != 1 && item.isMap() && (kinds > 1 || !hasUnknownKey(item)))
            complain(item, QStringLiteral("a step is one of connected, connect, disconnect, pause, send, await, push or received"));
        fields.finish();
        m_scenario.steps.push_back(std::move(step));
    }

    static bool hasUnknownKey(const YamlNode &item)
    {
        return std::any_of(item.keys.begin(), item.keys.end(), [](const YamlNode &key) {
            return !QByteArrayList{"expect", "as", "save"}.contains(key.text);
        });
    }

    UserId onlyUser(const YamlNode &node)
    {
        YamlFields fields(node, QStringLiteral("this"), m_problems);
        const UserId name = user(fields, node);
        fields.finish();
        return name;
    }

    ConnectedStep connected(const YamlNode &node)
    {
        YamlFields fields(node, QStringLiteral("connected"), m_problems);
        ConnectedStep step;
        step.user = user(fields, node);
        step.within = fields.duration("within").value_or(step.within);
        fields.finish();
        return step;
    }

    PauseStep pause(const YamlNode &node)
    {
        const auto time = yamlDuration(node);
        if (!time)
            complain(node, QStringLiteral("pause is a duration such as 20ms or 2s"));
        return {time.value_or(milliseconds(0))};
    }

    /// The body of a message: its members, or json: with exact bytes.
    QByteArray body(const YamlNode &node)
    {
        if (const YamlNode *json = node.isMap() ? node.find("json") : nullptr) {
            if (node.keys.size() > 1)
                complain(node, QStringLiteral("json stands alone: it is the whole body"));
            return json->text;
        }
        static const QStringList known{QStringLiteral("user_id"), QStringLiteral("data"), QStringLiteral("event_type"), QStringLiteral("event_id"),
                                       QStringLiteral("timestamp"), QStringLiteral("correlation_id"), QStringLiteral("json")};
        if (!node.isMap())
            complain(node, QStringLiteral("a message is a map: {user_id: alice, data: {…}}"));
        for (const YamlNode &key : node.keys) {
            // The hub ignores members that it does not know; only what looks like a slip is one here.
            const QString typed = QString::fromUtf8(key.text);
            if (const QString hint = suggestion(typed, known); !known.contains(typed) && hint.startsWith(u','))
                complain(key, QStringLiteral("a message knows no \"%1\"%2").arg(typed, hint));
        }
        return node.toJson();
    }

    std::vector<std::pair<QByteArray, QByteArray>> saved(YamlFields &fields)
    {
        std::vector<std::pair<QByteArray, QByteArray>> found;
        if (const YamlNode *save = fields.take("save")) {
            if (!save->isMap())
                complain(*save, QStringLiteral("save is a map here: {id: data.order.id}"));
            for (std::size_t i = 0; i < save->keys.size(); ++i)
                found.emplace_back(save->keys[i].text, save->items[i].text);
        }
        return found;
    }

    SendStep send(const YamlNode &node, YamlFields &fields)
    {
        SendStep step;
        step.body = body(node);
        step.as = fields.text("as").value_or(QByteArray());
        if (!step.as.isEmpty())
            m_open << step.as;
        if (const YamlNode *expect = fields.take("expect"))
            step.expect = expectation(*expect);
        step.save = saved(fields);
        return step;
    }

    AwaitStep await(const YamlNode &node, YamlFields &fields)
    {
        AwaitStep step;
        step.name = node.text;
        QStringList known;
        for (const QByteArray &name : m_open)
            known << QString::fromUtf8(name);
        if (!m_open.contains(step.name))
            complain(node, QStringLiteral("no send before this has as: %1%2").arg(QString::fromUtf8(step.name), suggestion(QString::fromUtf8(step.name), known)));
        m_open.removeOne(step.name);
        if (const YamlNode *expect = fields.take("expect"))
            step.expect = expectation(*expect);
        return step;
    }

    PushStep push(const YamlNode &node, YamlFields &fields)
    {
        PushStep step;
        step.body = body(node);
        if (const YamlNode *expect = fields.take("expect")) {
            if (const YamlNode *code = expect->isMap() ? expect->find("http") : nullptr)
                step.status = code->text.toInt();
            else
                step.answer = readPattern(*expect, m_problems);
        }
        step.save = saved(fields);
        return step;
    }

    /// N or {min: N, max: N}
    void amount(const YamlNode &node, int &least, int &most)
    {
        if (node.isScalar()) {
            bool fine = false;
            least = most = node.text.toInt(&fine);
            if (!fine || least < 0)
                complain(node, QStringLiteral("this is a whole number, or {min: N, max: N}"));
            return;
        }
        YamlFields fields(node, QStringLiteral("a number of events"), m_problems);
        least = int(fields.number("min", 0, kMany).value_or(0));
        most = int(fields.number("max", 0, kMany).value_or(kMany));
        fields.finish();
    }

    StreamExpectation expectation(const YamlNode &node)
    {
        StreamExpectation expect;
        YamlFields fields(node, QStringLiteral("expect"), m_problems);
        if (const YamlNode *events = fields.take("events"))
            amount(*events, expect.least, expect.most);
        expect.firstWithin = fields.duration("first_within");
        expect.maxGap = fields.duration("max_gap");
        expect.doneWithin = fields.duration("done_within");
        expect.status = int(fields.number("http", 100, 599).value_or(200));
        if (const YamlNode *text = fields.take("text"))
            readText(*text, expect);
        if (const YamlNode *last = fields.take("last"))
            expect.last = readPattern(*last, m_problems);
        if (const YamlNode *any = fields.take("any"))
            expect.any = readPattern(*any, m_problems);
        fields.finish();
        return expect;
    }

    void readText(const YamlNode &node, StreamExpectation &expect)
    {
        YamlFields fields(node, QStringLiteral("text"), m_problems);
        expect.textPath = fields.text("path").value_or("data.delta");
        const auto matches = fields.text("matches");
        const auto is = fields.text("is");
        if (fields.isMap() && bool(matches) == bool(is))
            complain(node, QStringLiteral("text has either matches: EXPRESSION or is: TEXT"));
        const QByteArray json = matches ? "{\"$matches\":" + encodeJsonString(*matches) + '}' : encodeJsonString(is.value_or(QByteArray()));
        if (auto pattern = JsonPattern::parse(json))
            expect.text = *std::move(pattern);
        else
            complain(matches ? *node.find("matches") : node, pattern.error().detail);
        fields.finish();
    }

    ReceivedStep received(const YamlNode &node)
    {
        YamlFields fields(node, QStringLiteral("received"), m_problems);
        ReceivedStep step;
        step.user = user(fields, node);
        const auto exactly = fields.number("exactly", 0, kMany);
        const auto least = fields.number("min", 0, kMany);
        const auto most = fields.number("max", 0, kMany);
        if (exactly && (least || most))
            complain(node, QStringLiteral("give either exactly, or min and max"));
        step.least = int(exactly ? *exactly : least.value_or(1));
        step.most = int(exactly ? *exactly : most.value_or(kMany));
        if (const YamlNode *match = fields.take("match")) {
            (void)readPattern(*match, m_problems);
            step.match = match->toJson();
        }
        step.within = fields.duration("within").value_or(step.within);
        step.inOrder = fields.boolean("in_order").value_or(false);
        step.orderPath = fields.text("order_by").value_or("n");
        fields.finish();
        return step;
    }

    Scenario &m_scenario;
    FileProblems &m_problems;
    QByteArrayList m_open;      ///< sends that nobody has awaited yet
};

} // namespace

const BotRules *Scenario::botNamed(const QByteArray &bot) const
{
    const auto found = std::find_if(bots.begin(), bots.end(), [&](const auto &candidate) { return candidate.first == bot; });
    return found == bots.end() ? nullptr : &found->second;
}

std::optional<Scenario> Scenario::read(const QByteArray &yaml, const QString &file, FileProblems &problems)
{
    const std::size_t before = problems.size();
    const auto root = readYaml(yaml, problems);
    if (!root)
        return std::nullopt;
    Scenario scenario;
    scenario.file = file;
    scenario.name = QFileInfo(file).completeBaseName();
    Reader(scenario, problems).read(*root);
    std::stable_sort(problems.begin() + qptrdiff(before), problems.end(), [](const FileProblem &a, const FileProblem &b) {
        return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
    });
    return problems.size() > before ? std::nullopt : std::optional(std::move(scenario));
}

} // namespace trunkline
