// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/Replay.h"

#include <algorithm>

namespace trunkline {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kConnect{10'000};
constexpr milliseconds kStragglers{300};        ///< at the end, for what nobody expects any more
constexpr milliseconds kShortPatience{50};      ///< once something has not come

/// A text with some of its values replaced: `change` gives the new token, or nothing.
QByteArray replaced(const QByteArray &text, const QByteArrayList &paths, const std::function<std::optional<QByteArray>(const JsonTree::Node &)> &change)
{
    const auto tree = JsonTree::parse(text);
    if (!tree)
        return text;
    std::vector<std::pair<QByteArrayView, QByteArray>> changes;
    for (const QByteArray &path : paths) {
        const JsonTree::Node *node = path.isEmpty() ? nullptr : tree->root().at(path);
        if (auto token = node ? change(*node) : std::nullopt)
            changes.emplace_back(node->raw, *std::move(token));
    }
    std::sort(changes.begin(), changes.end(), [](const auto &a, const auto &b) { return a.first.data() < b.first.data(); });
    QByteArray out;
    const char *from = tree->text().constData();
    for (const auto &[raw, token] : changes) {
        if (raw.data() < from)
            continue;       // inside of one that was replaced
        out.append(from, raw.data() - from).append(token);
        from = raw.data() + raw.size();
    }
    return out.append(from, tree->text().constData() + tree->text().size() - from);
}

const JsonTree::Node *idIn(const JsonTree::Node &root)
{
    const JsonTree::Node *id = root.child("correlation_id");
    return id ? id : root.at("data.correlation_id");
}

} // namespace

/// One recorded session, played.
struct Replay::Session
{
    std::unique_ptr<ListeningClient> client;
    std::vector<const JournalEntry *> recorded;     ///< what it got
    std::vector<bool> met;                          ///< of those: came already
    std::size_t looked = 0;                         ///< arrivals that have been mapped
    std::size_t due = 0;                            ///< arrivals that should be there by now
    bool impatient = false;
};

/// One recorded request.
struct Replay::Exchange
{
    QByteArray id;
    std::unique_ptr<PostedMessage> post;
    std::vector<RecordedText> recorded;
    std::size_t due = 0;
    bool impatient = false;
};

Replay::Replay(const Capture &capture, const BenchHub &hub, const ReplayOptions &options) : m_capture(capture), m_hub(hub), m_options(options) { }

Replay::~Replay() = default;

UserId Replay::mapped(const UserId &user) const
{
    const auto found = m_options.users.find(user);
    return found == m_options.users.end() ? user : found->second;
}

QByteArray Replay::withMappedUsers(const QByteArray &text) const
{
    if (m_options.users.empty())
        return text;
    return replaced(text, {"user_id", "original_sender.user_id"}, [this](const JsonTree::Node &node) -> std::optional<QByteArray> {
        const auto found = node.isString() ? m_options.users.find(node.text()) : m_options.users.end();
        return found == m_options.users.end() ? std::nullopt : std::optional(encodeJsonString(found->second));
    });
}

/// What is compared: without ids that the hub made and without what is to be ignored.
QByteArray Replay::normalized(const QByteArray &text) const
{
    const QByteArray withoutIds = replaced(text, {"correlation_id", "data.correlation_id"}, [this](const JsonTree::Node &node) -> std::optional<QByteArray> {
        return m_givenIds.contains(node.text()) ? std::nullopt : std::optional<QByteArray>("\"*\"");
    });
    return replaced(withoutIds, m_options.ignore, [](const JsonTree::Node &) -> std::optional<QByteArray> { return "\"(ignored)\""; });
}

/// What each receiver should get.
void Replay::readCapture()
{
    std::map<QByteArray, int> turns;
    std::map<QByteArray, Exchange *> open;
    for (const JournalEntry &entry : m_capture.entries) {
        if (entry.fault != Fault::None)
            continue;
        if (entry.leg == Leg::Upstream && entry.direction == Direction::In && entry.status == EntryStatus::Ok && !entry.text.isEmpty()) {
            const auto tree = JsonTree::parse(entry.text);
            if (const JsonTree::Node *id = tree ? idIn(tree->root()) : nullptr)
                m_givenIds.insert(id->text());
            if (entry.kind == EntryKind::Request) {
                auto exchange = std::make_unique<Exchange>();
                exchange->id = entry.correlation;
                open[entry.correlation] = exchange.get();
                m_exchanges[entry.correlation + '#' + QByteArray::number(turns[entry.correlation]++)] = std::move(exchange);
            }
        } else if (entry.kind == EntryKind::Event && open.contains(entry.correlation)) {
            open[entry.correlation]->recorded.push_back({entry.sequence, withMappedUsers(entry.text)});
        } else if (entry.leg == Leg::Client && entry.direction == Direction::Out && entry.status == EntryStatus::Ok && entry.session) {
            auto &session = m_sessions[entry.session.value];
            if (!session)
                session = std::make_unique<Session>();
            session->recorded.push_back(&entry);
            session->met.push_back(false);
        }
    }
}

ReplayResult Replay::run()
{
    const auto started = m_watch.now();
    readCapture();
    for (const JournalEntry &entry : m_capture.entries) {
        if (!m_result.problem.isEmpty() || m_watch.isCancelled())
            break;
        if (!m_options.lockstep && m_options.speed > 0) {
            const auto due = started + std::chrono::microseconds(qint64(double(entry.time.sinceStart.count()) / m_options.speed));
            if (const auto left = std::chrono::ceil<milliseconds>(due - m_watch.now()); left.count() > 0)
                m_watch.waitFor([] { return false; }, left);
        }
        if (entry.fault == Fault::None)
            play(entry);
        noteTurnedAway();
    }
    if (m_result.problem.isEmpty()) {
        settle();
        noteTurnedAway();
    }
    if (m_result.problem.isEmpty())
        compare();
    m_result.took = m_watch.now() - started;
    return m_result;
}

void Replay::play(const JournalEntry &entry)
{
    if (entry.leg == Leg::Upstream) {
        if (!playsUpstream())
            return;
        if (entry.direction == Direction::Out)
            expectEvent(entry);
        else if (entry.status == EntryStatus::Ok && !entry.text.isEmpty())
            post(entry);
        return;
    }
    if (!playsClients())
        return;
    switch (entry.kind) {
    case EntryKind::Connect: connectClient(entry); break;
    case EntryKind::Disconnect:
        if (const auto session = m_sessions.find(entry.session.value); session != m_sessions.end() && session->second->client)
            session->second->client->close();
        break;
    case EntryKind::Reply:
    case EntryKind::Text:
        if (entry.direction == Direction::In)
            say(entry);
        break;
    default:
        if (entry.direction == Direction::Out && entry.status == EntryStatus::Ok)
            expectDelivery(entry);
    }
}

void Replay::connectClient(const JournalEntry &entry)
{
    if (!entry.session)
        return;     // it was refused then, too
    auto &session = m_sessions[entry.session.value];
    if (!session)
        session = std::make_unique<Session>();
    session->client = std::make_unique<ListeningClient>(m_hub, mapped(entry.user), m_watch);
    ListeningClient &client = *session->client;
    client.open();
    // The hub knows a session a moment before its client does.
    if (m_watch.waitFor([&] { return client.isConnected() || client.isGone(); }, kConnect) && client.isConnected())
        return;
    m_result.problem = QStringLiteral("%1 cannot connect: %2").arg(QString::fromUtf8(client.user()), client.isGone() ? client.goodbye() : QStringLiteral("no answer"));
    m_result.hubLost = true;
}

/// A second connection of a user is let in before it is closed: that may come to light late.
void Replay::noteTurnedAway()
{
    for (const auto &[id, session] : m_sessions) {
        if (!session->client || !session->client->wasTurnedAway())
            continue;
        m_result.problem = QStringLiteral("%1 cannot stay: %2").arg(QString::fromUtf8(session->client->user()), session->client->goodbye());
        m_result.hubLost = true;
        return;
    }
}

void Replay::post(const JournalEntry &entry)
{
    const bool request = entry.kind == EntryKind::Request;
    auto message = std::make_unique<PostedMessage>(m_hub, request ? m_hub.access.sendPath : m_hub.access.pushPath, withMappedUsers(entry.text), m_watch,
                                                   request ? nullptr : &m_pushes);
    ++m_result.posted;
    PostedMessage &posted = *message;
    if (request)
        m_exchanges.at(entry.correlation + '#' + QByteArray::number(m_turns[entry.correlation]++))->post = std::move(message);
    // The next message must not overtake this one: the answer's head says that the hub has it.
    m_watch.waitFor([&] { return posted.isEnded() || (request && posted.status() != 0); }, kConnect);
    if (posted.status() == 0) {
        m_result.problem = posted.problem().isEmpty() ? QStringLiteral("the hub does not answer") : posted.problem();
        m_result.hubLost = true;
    }
}

/// Finds out which recorded message each arrival is, and so what its id is today.
void Replay::mapArrivals(Session &session)
{
    const std::vector<Arrival> &arrivals = session.client->received();
    for (; session.looked < arrivals.size(); ++session.looked) {
        const auto tree = JsonTree::parse(arrivals[session.looked].text);
        const JsonTree::Node *id = tree ? idIn(tree->root()) : nullptr;
        const QByteArray today = normalized(arrivals[session.looked].text);
        std::size_t match = session.recorded.size();
        std::size_t first = session.recorded.size();
        for (std::size_t i = 0, seen = 0; i < session.recorded.size() && seen < 100; ++i) {
            if (session.met[i])
                continue;
            first = std::min(first, i);
            ++seen;
            if (normalized(withMappedUsers(session.recorded[i]->text)) == today) {
                match = i;
                break;
            }
        }
        match = std::min(match, first == session.recorded.size() ? match : match == session.recorded.size() ? first : match);
        if (match == session.recorded.size())
            continue;
        session.met[match] = true;
        if (id)
            m_ids[session.recorded[match]->correlation] = id->raw.toByteArray();
    }
}

void Replay::expectDelivery(const JournalEntry &entry)
{
    const auto found = m_sessions.find(entry.session.value);
    if (found == m_sessions.end() || !found->second->client)
        return;
    Session &session = *found->second;
    ++session.due;
    if (!m_options.lockstep)
        return;
    const milliseconds patience = session.impatient ? kShortPatience : m_options.patience;
    if (!m_watch.waitFor([&] { return session.client->received().size() >= session.due || session.client->isGone(); }, patience))
        session.impatient = true;
}

void Replay::say(const JournalEntry &entry)
{
    const auto found = m_sessions.find(entry.session.value);
    if (found == m_sessions.end() || !found->second->client)
        return;
    Session &session = *found->second;
    if (!entry.correlation.isEmpty() && !m_givenIds.contains(entry.correlation) && entry.status != EntryStatus::Orphan) {
        const auto known = [&] {
            mapArrivals(session);
            return m_ids.contains(entry.correlation) || session.client->isGone();
        };
        if (!m_watch.waitFor(known, session.impatient ? kShortPatience : m_options.patience))
            session.impatient = true;
    }
    const QByteArray text = replaced(entry.text, {"correlation_id", "data.correlation_id"}, [this](const JsonTree::Node &node) -> std::optional<QByteArray> {
        const auto today = m_ids.find(node.text());
        return today == m_ids.end() ? std::nullopt : std::optional(today->second);
    });
    session.client->say(text);
    ++m_result.said;
}

void Replay::expectEvent(const JournalEntry &entry)
{
    const auto turn = m_turns.find(entry.correlation);
    const auto found = turn == m_turns.end() ? m_exchanges.end() : m_exchanges.find(entry.correlation + '#' + QByteArray::number(turn->second - 1));
    if (found == m_exchanges.end() || !found->second->post)
        return;
    Exchange &exchange = *found->second;
    ++exchange.due;
    if (!m_options.lockstep)
        return;
    const milliseconds patience = exchange.impatient ? kShortPatience : m_options.patience;
    if (!m_watch.waitFor([&] { return exchange.post->events().size() >= exchange.due || exchange.post->isEnded(); }, patience))
        exchange.impatient = true;
}

/// Waits for what should still come, and a moment for what should not.
void Replay::settle()
{
    const auto allThere = [this] {
        return std::all_of(m_sessions.begin(), m_sessions.end(), [](const auto &session) {
                   return !session.second->client || session.second->client->isGone() || session.second->client->received().size() >= session.second->due;
               })
            && std::all_of(m_exchanges.begin(), m_exchanges.end(), [](const auto &exchange) {
                   return !exchange.second->post || exchange.second->post->isEnded() || exchange.second->post->events().size() >= exchange.second->due;
               });
    };
    const bool waited = std::any_of(m_sessions.begin(), m_sessions.end(), [](const auto &session) { return session.second->impatient; });
    m_watch.waitFor(allThere, waited ? kStragglers : m_options.patience);
    m_watch.waitFor([] { return false; }, kStragglers);
}

void Replay::compare()
{
    for (auto &[number, session] : m_sessions) {
        if (!playsClients() || !session->client)
            continue;
        std::vector<RecordedText> expected;
        for (const JournalEntry *entry : session->recorded)
            expected.push_back({entry->sequence, normalized(withMappedUsers(entry->text))});
        QByteArrayList actual;
        for (const Arrival &arrival : session->client->received())
            actual << normalized(arrival.text);
        m_result.delivered += int(actual.size());
        const QByteArray name = "session " + QByteArray::number(number) + ", " + session->client->user();
        for (ReplayDifference &difference : compareStream(name, expected, actual))
            m_result.differences.push_back(std::move(difference));
    }
    for (auto &[key, exchange] : m_exchanges) {
        if (!playsUpstream() || !exchange->post)
            continue;
        for (RecordedText &recorded : exchange->recorded)
            recorded.text = normalized(recorded.text);
        QByteArrayList actual;
        for (const Arrival &arrival : exchange->post->events())
            actual << normalized(arrival.text);
        m_result.events += int(actual.size());
        for (ReplayDifference &difference : compareStream("events of " + exchange->id, exchange->recorded, actual))
            m_result.differences.push_back(std::move(difference));
    }
    std::stable_sort(m_result.differences.begin(), m_result.differences.end(), [](const ReplayDifference &a, const ReplayDifference &b) {
        return (a.number == 0 ? std::numeric_limits<quint64>::max() : a.number) < (b.number == 0 ? std::numeric_limits<quint64>::max() : b.number);
    });
}

} // namespace trunkline
