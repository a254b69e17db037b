// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/ScenarioFrom.h"

#include "hub/core/Json.h"
#include "hub/core/JsonText.h"
#include "hub/core/JsonTree.h"

#include <QDateTime>
#include <QTimeZone>

#include <algorithm>

namespace trunkline {

namespace {

using std::chrono::milliseconds;

struct Reply
{
    JsonTree tree;
    milliseconds after{};       ///< the one before, or the request
};

/// Of a reply: what looks like a placeholder was said as it stands.
QByteArray literal(QByteArray text) { return encodeJsonString(text.replace("${", "$${")); }

/// JSON as YAML reads it: what YAML does not know of JSON's escapes is decoded, numbers stay digit for digit.
QByteArray yaml(const JsonTree::Node &node, const QByteArrayList &without = {})
{
    if (node.isString())
        return literal(node.text());
    if (node.type != JsonType::Object && node.type != JsonType::Array)
        return node.raw.toByteArray();
    QByteArray inside;
    for (const JsonTree::Node &child : node.children) {
        if (node.isObject() && without.contains(child.name))
            continue;
        inside += (inside.isEmpty() ? "" : ", ") + (node.isObject() ? literal(child.name) + ": " : QByteArray()) + yaml(child);
    }
    return node.isObject() ? '{' + inside + '}' : '[' + inside + ']';
}

QByteArray plain(const QByteArray &word) { return encodeJsonString(word); }
QByteArray ms(milliseconds time) { return QByteArray::number(qint64(time.count())) + "ms"; }
/// Three times as long as it took, and never so little that a busy machine fails it.
QByteArray room(milliseconds took, milliseconds least) { return ms(std::max(least, took * 3)); }

std::vector<Reply> repliesOf(const ExchangeInfo &exchange, const std::vector<JournalEntry> &messages)
{
    std::vector<milliseconds> times;
    std::chrono::microseconds before{};
    for (const ExchangeStep &step : exchange.steps) {
        if (step.kind == StepKind::Written)
            before = step.at;
        if (step.kind != StepKind::Reply)
            continue;
        times.push_back(std::chrono::duration_cast<milliseconds>(step.at - before));
        before = step.at;
    }
    std::vector<Reply> replies;
    for (const JournalEntry &entry : messages) {
        if (entry.kind != EntryKind::Reply || entry.status != EntryStatus::Ok)
            continue;
        if (auto tree = JsonTree::parse(entry.text))
            replies.push_back({*std::move(tree), replies.size() < times.size() ? times[replies.size()] : milliseconds(0)});
    }
    return replies;
}

const JsonTree::Node *deltaOf(const Reply &reply)
{
    const JsonTree::Node *delta = reply.tree.root().at("data.delta");
    return delta && delta->isString() ? delta : nullptr;
}

bool isFinal(const Reply &reply)
{
    const JsonTree::Node *final = reply.tree.root().child("is_final");
    const JsonTree::Node *type = reply.tree.root().child("type");
    return (final && final->raw == "true") || (type && type->text() == "final_response");
}

bool areTokens(const std::vector<Reply> &replies)
{
    return !replies.empty() && std::all_of(replies.begin(), replies.end(), [](const Reply &reply) { return deltaOf(reply); });
}

QByteArray ruleOf(const std::vector<Reply> &replies)
{
    if (replies.empty())
        return "    - reply: {silence: true}\n";
    const bool tokens = areTokens(replies);
    milliseconds last{};
    for (const Reply &reply : replies)
        last += reply.after;
    QByteArray out = "    - reply:\n        after: " + ms(replies.front().after) + '\n';
    if (!tokens && replies.size() > 1)
        out += "        every: " + ms((last - replies.front().after) / qint64(replies.size() - 1)) + '\n';
    if (!isFinal(replies.back()))
        out += "        final: false\n";
    out += tokens ? "        tokens:\n" : "        chunks:\n";
    for (std::size_t i = 0; i < replies.size(); ++i) {
        const JsonTree::Node &root = replies[i].tree.root();
        if (tokens) {
            const QByteArray text = literal(deltaOf(replies[i])->text());
            out += "          - " + (i == 0 ? text : "{text: " + text + ", after: " + ms(replies[i].after) + '}') + '\n';
        } else {
            const JsonTree::Node *data = root.child("data");
            out += "          - " + (data && data->isObject() ? yaml(*data) : yaml(root, {"correlation_id", "is_final", "type"})) + '\n';
        }
    }
    return out;
}

QByteArray expectation(const ExchangeInfo &exchange, const std::vector<Reply> &replies)
{
    const bool failed = exchange.isFailed();
    QByteArray out = "    expect:\n      events: " + QByteArray::number(qint64(replies.size()) + (failed ? 1 : 0)) + '\n';
    milliseconds gap{};
    milliseconds total = std::chrono::duration_cast<milliseconds>(exchange.latency);
    for (std::size_t i = 1; i < replies.size(); ++i)
        gap = std::max(gap, replies[i].after);
    if (!replies.empty())
        out += "      first_within: " + room(replies.front().after, milliseconds(500)) + '\n';
    if (replies.size() > 1)
        out += "      max_gap: " + room(gap, milliseconds(500)) + '\n';
    out += "      done_within: " + room(total, milliseconds(2000)) + '\n';
    if (areTokens(replies) && !failed) {
        QByteArray text;
        for (const Reply &reply : replies)
            text += deltaOf(reply)->text();
        out += "      text: {path: data.delta, is: " + encodeJsonString(text) + "}\n";
    }
    switch (exchange.state) {
    case ExchangeState::TimedOut: return out + "      last: {error: \"Timeout waiting for response\"}\n";
    case ExchangeState::NotConnected: return out + "      last: {error: \"User not connected\"}\n";
    case ExchangeState::Done: return out + "      last: {is_final: true}\n";
    default: return out;
    }
}

} // namespace

QByteArray scenarioFrom(const ExchangeInfo &exchange, const std::vector<JournalEntry> &messages, const QByteArray &posted)
{
    const std::vector<Reply> replies = repliesOf(exchange, messages);
    const QByteArray target = exchange.route.target.isEmpty() ? exchange.route.named : exchange.route.target;
    const bool absent = exchange.state == ExchangeState::NotConnected;
    const QByteArray when = QDateTime::fromMSecsSinceEpoch(exchange.startedAt.count(), QTimeZone::utc()).toString(Qt::ISODate).toLatin1();
    QByteArray out = "# yaml-language-server: $schema=scenario.schema.json\n"
                     "# Made from an exchange of " + when + ". To test your own program, put {external: true} or\n"
                     "# {command: [python3, bot.py, \"${ws_url}\"]} in the place of {bot: as_it_was}.\n";
    out += "name: " + plain("ask " + target + " again") + '\n';
    QByteArrayList settings;
    if (!exchange.route.mention.isEmpty())
        settings << "PUBLIC_ACCOUNTS: " + plain(exchange.route.mention);
    if (exchange.state == ExchangeState::TimedOut)
        settings << "SSE_RESPONSE_TIMEOUT: " + QByteArray("1s");
    if (!settings.isEmpty())
        out += "hub: {" + settings.join(", ") + "}\n";
    out += "users:\n  " + plain(target) + QByteArray(absent ? ": {offline: true}\n" : ": {bot: as_it_was}\n");
    if (!absent)
        out += "bots:\n  as_it_was:\n" + ruleOf(replies);
    QByteArray body = jsontext::oneLine(posted).trimmed();
    return out + "steps:\n  - send: {json: '" + body.replace("'", "''") + "'}\n" + expectation(exchange, replies);
}

} // namespace trunkline
