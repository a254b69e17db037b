// SPDX-License-Identifier: GPL-3.0-or-later
// What a scenario's steps do, and how their expectations are judged.
#include "bench/ScenarioRun.h"
#include "hub/HubThread.h"
#include "hub/bots/BotClient.h"
#include "hub/capture/Recorder.h"
#include "hub/view/WhyLate.h"

#include <QProcess>
#include <QTimer>

#include <algorithm>

namespace trunkline {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr milliseconds kAnswer{10'000};         ///< for the answer to a push
constexpr milliseconds kStreamEnd{60'000};      ///< for a stream without done_within

QString text(const QByteArray &bytes) { return QString::fromUtf8(bytes); }

QString jsonOrNothing(const QByteArray &token) { return token.isEmpty() ? QStringLiteral("nothing") : text(token); }

/// "data.n: 3, not 4; is_final: nothing"
QString mismatchText(const std::vector<JsonDifference> &mismatches)
{
    QStringList parts;
    for (const JsonDifference &mismatch : mismatches)
        parts << QStringLiteral("%1: %2, wanted %3").arg(mismatch.path.isEmpty() ? QStringLiteral("the value") : text(mismatch.path),
                                                         jsonOrNothing(mismatch.actual), text(mismatch.expected));
    return parts.join(QStringLiteral("; "));
}

QString amountText(int least, int most)
{
    if (least == most)
        return QStringLiteral("exactly %1").arg(least);
    return most == std::numeric_limits<int>::max() ? QStringLiteral("at least %1").arg(least) : QStringLiteral("%1 to %2").arg(least).arg(most);
}

QString shown(milliseconds time) { return durationText(time); }

} // namespace

void ScenarioRun::carryOut(const ScenarioStep &step)
{
    std::visit([&](const auto &what) { carryOut(step, what); }, step.what);
    if (m_result.outcome == ScenarioResult::Outcome::Failed && m_view->link() == HubView::Link::Lost)
        unusable(QStringLiteral("the hub went away: ") + m_view->linkDetail(), ScenarioResult::Outcome::HubLost);
}

ListeningClient &ScenarioRun::listener(const UserId &user)
{
    auto &client = m_listeners[user];
    if (!client)
        client = std::make_unique<ListeningClient>(m_hub, user, m_watch);
    return *client;
}

void ScenarioRun::carryOut(const ScenarioStep &step, const ConnectedStep &what)
{
    const auto there = [&] {
        return isConnected(what.user) || m_ended.contains(what.user) || m_result.outcome != ScenarioResult::Outcome::Passed;
    };
    if (m_watch.waitFor(there, what.within) && !m_ended.contains(what.user))
        return;
    QString came = QStringLiteral("%1 is not connected").arg(text(what.user));
    if (const auto ended = m_ended.find(what.user); ended != m_ended.end())
        came += QStringLiteral(": its program ended with exit code %1").arg(ended->second);
    fail(step, QStringLiteral("%1 connected within %2").arg(text(what.user), shown(what.within)), came);
}

void ScenarioRun::carryOut(const ScenarioStep &step, const ConnectStep &what)
{
    ListeningClient &client = listener(what.user);
    client.open();
    if (!m_watch.waitFor([&] { return client.isConnected() || client.isGone(); }, kAnswer) || client.isGone())
        fail(step, QStringLiteral("%1 connects").arg(text(what.user)), client.goodbye());
}

void ScenarioRun::carryOut(const ScenarioStep &step, const DisconnectStep &what)
{
    ListeningClient &client = listener(what.user);
    client.close();
    const auto gone = [&] {
        const auto snapshot = m_view->snapshot();
        return !client.isConnected() && std::none_of(snapshot->sessions.begin(), snapshot->sessions.end(), [&](const SessionInfo &session) { return session.user == what.user; });
    };
    if (!m_watch.waitFor(gone, kAnswer))
        fail(step, QStringLiteral("%1 disconnects").arg(text(what.user)), QStringLiteral("the hub still has a session of %1").arg(text(what.user)));
}

void ScenarioRun::carryOut(const ScenarioStep &, const PauseStep &what)
{
    m_watch.waitFor([] { return false; }, what.time);
}

QByteArray ScenarioRun::filled(const QByteArray &json) const
{
    QByteArray result = json;
    for (const auto &[name, token] : m_saved) {
        const QByteArray placeholder = "${" + name + '}';
        const bool isText = token.startsWith('"');
        result.replace(QByteArray('"' + placeholder + '"'), token);
        result.replace(placeholder, isText ? token.sliced(1, token.size() - 2) : token);
    }
    return result;
}

void ScenarioRun::save(const std::vector<std::pair<QByteArray, QByteArray>> &wanted, const ScenarioStep &step, const QByteArray &json)
{
    const auto tree = JsonTree::parse(json);
    for (const auto &[name, path] : wanted) {
        const JsonTree::Node *node = tree ? tree->root().at(path) : nullptr;
        if (!node)
            return fail(step, QStringLiteral("something to save at %1").arg(text(path)), json.isEmpty() ? QStringLiteral("nothing came") : text(json));
        m_saved[name] = node->raw.toByteArray();
    }
}

void ScenarioRun::carryOut(const ScenarioStep &step, const SendStep &what)
{
    auto sent = std::make_unique<Sent>();
    sent->expect = what.expect;
    sent->post = std::make_unique<PostedMessage>(m_hub, m_hub.access.sendPath, filled(what.body), m_watch);
    if (!what.as.isEmpty()) {
        m_sent[what.as] = std::move(sent);
        return;
    }
    judge(step, *sent, what.expect);
    if (!what.save.empty() && m_result.outcome == ScenarioResult::Outcome::Passed)
        save(what.save, step, sent->post->events().empty() ? QByteArray() : sent->post->events().back().text);
}

void ScenarioRun::carryOut(const ScenarioStep &step, const AwaitStep &what)
{
    Sent &sent = *m_sent.at(what.name);
    judge(step, sent, what.expect.value_or(sent.expect));
    m_sent.erase(what.name);
}

void ScenarioRun::carryOut(const ScenarioStep &step, const PushStep &what)
{
    const PostedMessage post(m_hub, m_hub.access.pushPath, filled(what.body), m_watch);
    if (!m_watch.waitFor([&] { return post.isEnded(); }, kAnswer))
        return fail(step, QStringLiteral("an answer to the push"), QStringLiteral("none within %1").arg(shown(kAnswer)));
    if (post.status() != what.status)
        return fail(step, QStringLiteral("HTTP %1").arg(what.status), post.status() == 0 ? post.problem() : QStringLiteral("HTTP %1: %2").arg(post.status()).arg(text(post.answer())));
    const auto tree = JsonTree::parse(post.answer());
    if (what.answer) {
        const auto mismatches = what.answer->mismatches(tree ? &tree->root() : nullptr);
        if (!mismatches.empty())
            return fail(step, QStringLiteral("an answer that matches"), mismatchText(mismatches) + QStringLiteral("\nthe answer: ") + text(post.answer()));
    }
    save(what.save, step, post.answer());
}

void ScenarioRun::judge(const ScenarioStep &step, Sent &sent, const StreamExpectation &expect)
{
    PostedMessage &post = *sent.post;
    // A stream that the scenario has no deadline for ends by the hub's own.
    const milliseconds limit = expect.doneWithin.value_or(kStreamEnd);
    const auto left = std::chrono::ceil<milliseconds>(post.sentAt() + limit - m_watch.now());
    const bool ended = m_watch.waitFor([&] { return post.isEnded(); }, std::max(left, milliseconds(0)));
    for (const Arrival &event : post.events()) {
        if (sent.correlation.isEmpty())
            sent.correlation = correlationIn(event.text);
    }
    if (sent.correlation.isEmpty()) {
        // No event came: the hub knows the latest exchange.
        m_watch.waitFor([this, &sent] {
            for (const auto &exchange : m_view->exchangesAfter(0, 100'000).exchanges)
                sent.correlation = exchange->correlation;
            return !sent.correlation.isEmpty();
        }, milliseconds(300));
    }
    if (ended && post.status() != expect.status) {
        return fail(step, QStringLiteral("HTTP %1").arg(expect.status),
                    post.status() == 0 ? post.problem() : QStringLiteral("HTTP %1: %2").arg(post.status()).arg(text(post.answer())), sent.correlation);
    }
    if (!ended) {
        const QString last = post.events().empty() ? QStringLiteral("no chunk came") : QStringLiteral("the last of %1 chunks came after %2")
            .arg(post.events().size()).arg(durationText(post.events().back().at - post.sentAt()));
        fail(step, QStringLiteral("the end of the stream within %1").arg(shown(limit)), QStringLiteral("it is still open: ") + last, sent.correlation);
    }
    judgeTiming(step, sent, expect);
    judgeContent(step, sent, expect);
    post.abort();
}

void ScenarioRun::judgeTiming(const ScenarioStep &step, const Sent &sent, const StreamExpectation &expect)
{
    const std::vector<Arrival> &events = sent.post->events();
    if (expect.firstWithin) {
        if (events.empty())
            fail(step, QStringLiteral("the first chunk within %1").arg(shown(*expect.firstWithin)), QStringLiteral("no chunk came"), sent.correlation);
        else if (const auto took = events.front().at - sent.post->sentAt(); took > *expect.firstWithin)
            fail(step, QStringLiteral("the first chunk within %1").arg(shown(*expect.firstWithin)), QStringLiteral("chunk 1 came after %1").arg(durationText(took)), sent.correlation);
    }
    if (!expect.maxGap)
        return;
    std::size_t worst = 0;
    for (std::size_t i = 1; i < events.size(); ++i) {
        if (worst == 0 || events[i].at - events[i - 1].at > events[worst].at - events[worst - 1].at)
            worst = i;
    }
    if (worst > 0 && events[worst].at - events[worst - 1].at > *expect.maxGap) {
        fail(step, QStringLiteral("at most %1 between two chunks").arg(shown(*expect.maxGap)),
             QStringLiteral("chunk %1 of %2 came %3 after chunk %4: %5").arg(worst + 1).arg(events.size())
                 .arg(durationText(events[worst].at - events[worst - 1].at)).arg(worst).arg(text(events[worst].text)), sent.correlation);
    }
}

void ScenarioRun::judgeContent(const ScenarioStep &step, const Sent &sent, const StreamExpectation &expect)
{
    const std::vector<Arrival> &events = sent.post->events();
    const int count = int(events.size());
    if (count < expect.least || count > expect.most) {
        QString came = QStringLiteral("%1").arg(count);
        if (!events.empty())
            came += QStringLiteral("; the last is ") + text(events.back().text);
        fail(step, QStringLiteral("%1 chunks").arg(amountText(expect.least, expect.most)), came, sent.correlation);
    }
    QByteArray joined;
    bool anyMatches = !expect.any;
    for (const Arrival &event : events) {
        const auto tree = JsonTree::parse(event.text);
        if (const JsonTree::Node *piece = tree && !expect.textPath.isEmpty() ? tree->root().at(expect.textPath) : nullptr)
            joined += piece->text();
        anyMatches = anyMatches || (tree && expect.any->matches(&tree->root()));
    }
    if (!anyMatches)
        fail(step, QStringLiteral("a chunk that matches `any`"), QStringLiteral("none of %1 does").arg(count), sent.correlation);
    if (!expect.textPath.isEmpty()) {
        const auto whole = JsonTree::parse(encodeJsonString(joined));
        const auto mismatches = expect.text.mismatches(&whole->root());
        if (!mismatches.empty())
            fail(step, QStringLiteral("the text at %1: %2").arg(text(expect.textPath), text(mismatches.front().expected)), text(encodeJsonString(joined)), sent.correlation);
    }
    if (expect.last) {
        const auto tree = events.empty() ? JsonTree::parse("null") : JsonTree::parse(events.back().text);
        const auto mismatches = expect.last->mismatches(tree && !events.empty() ? &tree->root() : nullptr);
        if (!mismatches.empty()) {
            fail(step, QStringLiteral("a last chunk that matches"), mismatchText(mismatches)
                 + (events.empty() ? QString() : QStringLiteral("\nthe last chunk: ") + text(events.back().text)), sent.correlation);
        }
    }
}

void ScenarioRun::carryOut(const ScenarioStep &step, const ReceivedStep &what)
{
    ListeningClient &client = listener(what.user);
    const auto pattern = JsonPattern::parse(filled(what.match));
    if (!pattern)
        return fail(step, QStringLiteral("a pattern"), pattern.error().detail);
    std::set<std::size_t> &seen = m_seen[what.user];
    std::vector<std::size_t> matching;
    std::size_t looked = 0;
    const auto look = [&] {
        for (; looked < client.received().size(); ++looked) {
            const auto tree = JsonTree::parse(client.received()[looked].text);
            if (!seen.contains(looked) && pattern->matches(tree ? &tree->root() : nullptr))
                matching.push_back(looked);
        }
        return int(matching.size()) > what.most || (what.most == std::numeric_limits<int>::max() && int(matching.size()) >= what.least);
    };
    m_watch.waitFor(look, what.within);
    look();
    const int count = int(matching.size());
    if (count < what.least || count > what.most) {
        QString came = QStringLiteral("%1 within %2").arg(count).arg(shown(what.within));
        if (client.received().size() > seen.size()) {
            const auto tree = JsonTree::parse(client.received().back().text);
            const auto mismatches = pattern->mismatches(tree ? &tree->root() : nullptr);
            if (!mismatches.empty())
                came += QStringLiteral("; of the latest message %1").arg(mismatchText(mismatches));
        } else {
            came += client.isConnected() ? QStringLiteral("; no message at all") : QStringLiteral("; %1 is not connected").arg(text(what.user));
        }
        return fail(step, QStringLiteral("%1 messages at %2 that match %3").arg(amountText(what.least, what.most), text(what.user), text(filled(what.match))), came);
    }
    seen.insert(matching.begin(), matching.end());
    double previous = -std::numeric_limits<double>::infinity();
    for (const std::size_t index : what.inOrder ? matching : std::vector<std::size_t>()) {
        const auto tree = JsonTree::parse(client.received()[index].text);
        const JsonTree::Node *number = tree ? tree->root().at(what.orderPath) : nullptr;
        if (!number || number->type != JsonType::Number)
            return fail(step, QStringLiteral("a number at %1 in each message").arg(text(what.orderPath)), text(client.received()[index].text));
        const double value = number->raw.toDouble();
        if (value < previous)
            return fail(step, QStringLiteral("messages in the order of %1").arg(text(what.orderPath)), QStringLiteral("%1 came behind %2").arg(value).arg(previous));
        previous = value;
    }
}

} // namespace trunkline
