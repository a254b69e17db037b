// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/view/HubJson.h"
#include "hub/view/HubJsonNames.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace trunkline::hubjson {

namespace {

/// Typed access to an object's members; what is missing has the fallback.
class Reader
{
public:
    explicit Reader(const QJsonValue &value) : m_object(value.toObject()) { }

    [[nodiscard]] QJsonValue value(const char *name) const { return m_object.value(QLatin1StringView(name)); }
    [[nodiscard]] QByteArray text(const char *name) const { return value(name).toString().toUtf8(); }
    [[nodiscard]] qint64 integer(const char *name, qint64 fallback = 0) const { return value(name).toInteger(fallback); }
    [[nodiscard]] int small(const char *name, int fallback = 0) const { return value(name).toInt(fallback); }
    [[nodiscard]] quint64 natural(const char *name) const { return quint64(qMax<qint64>(0, integer(name))); }
    [[nodiscard]] bool boolean(const char *name, bool fallback = false) const { return value(name).toBool(fallback); }
    [[nodiscard]] std::chrono::milliseconds milliseconds(const char *name) const { return std::chrono::milliseconds(integer(name)); }
    [[nodiscard]] std::chrono::microseconds microseconds(const char *name) const { return std::chrono::microseconds(integer(name)); }
    [[nodiscard]] QJsonArray array(const char *name) const { return value(name).toArray(); }
    template <typename Enum, std::size_t Size>
    [[nodiscard]] Enum word(const char *name, const Names<Enum, Size> &names) const { return valueOf(names, value(name).toString()); }

private:
    QJsonObject m_object;
};

Result<QJsonValue> rootOf(const QByteArray &json)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (!document.isObject())
        return failure(ErrorCode::InvalidJson, QStringLiteral("The hub's answer is not what was expected: %1").arg(error.errorString()));
    return QJsonValue(document.object());
}

SessionInfo readSession(const QJsonValue &value)
{
    const Reader in(value);
    SessionInfo session;
    session.id = {in.natural("id")};
    session.user = in.text("user");
    session.remote = in.text("remote");
    session.isPublic = in.boolean("public");
    session.connectedAt = in.milliseconds("connected_at_ms");
    session.messagesIn = in.natural("in");
    session.messagesOut = in.natural("out");
    session.queuedBytes = in.integer("queued");
    session.pingMicroseconds = in.small("ping", -1);
    session.dropped = in.natural("dropped");
    session.eventStream = in.boolean("event_stream");
    session.catchingUp = in.boolean("catching_up");
    session.history = in.integer("history");
    session.waiting = in.integer("waiting");
    return session;
}

KeptInfo readKept(const QJsonValue &value)
{
    const Reader in(value);
    return {in.integer("messages"), in.integer("bytes"), in.integer("max_bytes")};
}

JournalEntry readEntry(const QJsonValue &value)
{
    const Reader in(value);
    JournalEntry entry;
    entry.sequence = in.natural("sequence");
    entry.time = {in.microseconds("time")};
    entry.leg = in.word("leg", kLegs);
    entry.direction = in.word("direction", kDirections);
    entry.kind = in.word("kind", kKinds);
    entry.status = in.word("status", kStatuses);
    entry.session = {in.natural("session")};
    entry.user = in.text("user");
    entry.correlation = in.text("correlation");
    entry.request = in.text("request_id");
    entry.text = in.text("text");
    entry.textBytes = in.integer("bytes");
    entry.fault = in.word("fault", kFaults);
    return entry;
}

RouteInfo readRoute(const QJsonValue &value)
{
    const Reader in(value);
    RouteInfo route;
    route.named = in.text("named");
    route.target = in.text("target");
    route.mention = in.text("mention");
    route.sessionsFound = in.small("found");
    route.written = in.small("written");
    route.overflowed = in.small("overflowed");
    route.hub = in.text("hub");
    route.answer = in.text("answer");
    return route;
}

std::shared_ptr<const ExchangeInfo> readExchange(const QJsonValue &value)
{
    const Reader in(value);
    auto exchange = std::make_shared<ExchangeInfo>();
    exchange->number = in.natural("number");
    exchange->revision = in.natural("revision");
    exchange->correlation = in.text("correlation");
    exchange->state = in.word("state", kStates);
    exchange->startedAt = in.milliseconds("started_at_ms");
    exchange->route = readRoute(in.value("route"));
    exchange->session = {in.natural("session")};
    exchange->upstream = in.text("upstream");
    exchange->agent = in.text("agent");
    exchange->requestId = in.text("request_id");
    exchange->traceparent = in.text("traceparent");
    exchange->chunks = in.small("chunks");
    exchange->lateReplies = in.small("late");
    exchange->latency = in.microseconds("latency");
    exchange->pingMicroseconds = in.small("ping", -1);
    exchange->queuedBytes = in.integer("queued");
    exchange->request = in.text("request");
    exchange->requestBytes = in.integer("request_bytes");
    exchange->stepsDropped = in.natural("steps_dropped");
    for (const QJsonValue &one : in.array("steps")) {
        const QJsonArray step = one.toArray();
        if (exchange->steps.size() < kMaxExchangeSteps)
            exchange->steps.push_back({valueOf(kSteps, step.at(0).toString()), std::chrono::microseconds(step.at(1).toInteger()),
                                       step.at(2).toInteger()});
    }
    return exchange;
}

BackplaneState readBackplane(const Reader &in)
{
    BackplaneState backplane;
    backplane.link = in.word("link", kBackplaneLinks);
    backplane.name = in.text("name");
    backplane.place = in.text("place");
    backplane.problem = in.text("problem");
    backplane.hubs = in.small("hubs");
    backplane.latencyMicroseconds = in.small("ping", -1);
    backplane.published = in.natural("published");
    backplane.received = in.natural("received");
    backplane.reconnects = in.natural("reconnects");
    backplane.lost = in.natural("lost");
    return backplane;
}

void readHub(const Reader &in, HubSnapshot &snapshot)
{
    snapshot.instance = in.text("instance");
    snapshot.number = in.natural("number");
    snapshot.takenAt = in.milliseconds("taken_at_ms");
    snapshot.instant = {in.microseconds("instant")};
    snapshot.uptime = in.microseconds("uptime");
    snapshot.openRequests = in.small("open_requests");
    snapshot.waitingReceipts = in.small("waiting_receipts");
    snapshot.blockedPushes = in.small("blocked_pushes");
    snapshot.idempotencyKeys = in.small("idempotency_keys");
    snapshot.journalLast = in.natural("journal_last");
    snapshot.journalEvicted = in.natural("journal_evicted");
    snapshot.journalBytes = in.integer("journal_bytes");
    snapshot.journalMaxBytes = in.integer("journal_max_bytes");
    snapshot.firstReplyP50 = in.small("first_reply_p50", -1);
    snapshot.firstReplyP99 = in.small("first_reply_p99", -1);
    snapshot.url = in.text("url");
    snapshot.webSocketUrl = in.text("ws_url");
    snapshot.ssePath = in.text("sse_path");
    snapshot.sseBatchPath = in.text("sse_batch_path");
    snapshot.sseSendPath = in.text("sse_send_path");
    snapshot.sseBroadcastPath = in.text("sse_broadcast_path");
    snapshot.version = in.text("version");
    snapshot.secure = in.boolean("secure");
    snapshot.boundToLoopback = in.boolean("bound_to_loopback", true);
    snapshot.protectedMode = in.boolean("protected_mode", true);
    snapshot.tokensNeeded = in.boolean("tokens_needed");
    snapshot.stopping = in.boolean("stopping");
    snapshot.faultRules = in.small("fault_rules");
    if (const QJsonValue backplane = in.value("backplane"); backplane.isObject())
        snapshot.backplane = readBackplane(Reader(backplane));
}

} // namespace

Result<HubSnapshot> decodeSnapshot(const QByteArray &json)
{
    const auto root = rootOf(json);
    if (!root)
        return tl::unexpected(root.error());
    const Reader in(*root);
    HubSnapshot snapshot;
    readHub(in, snapshot);
    const Reader metrics(in.value("metrics"));
    for (const auto &[name, counter] : kMetrics)
        snapshot.metrics.*counter = metrics.natural(name);
    snapshot.history = readKept(in.value("history"));
    snapshot.queue = readKept(in.value("queue"));
    snapshot.stored = in.boolean("stored");
    for (const QJsonValue &value : in.array("waiting")) {
        const Reader waiting(value);
        snapshot.waiting.push_back({waiting.text("user"), waiting.integer("messages"), waiting.milliseconds("since_ms")});
    }
    for (const QJsonValue &account : in.array("public_accounts"))
        snapshot.publicAccounts.append(account.toString().toUtf8());
    for (const QJsonValue &value : in.array("upstreams")) {
        const Reader upstream(value);
        snapshot.upstreams.push_back(
            {upstream.text("address"), upstream.text("agent"), upstream.natural("requests"), upstream.small("connections")});
    }
    for (const QJsonValue &value : in.array("refusals")) {
        const Reader refusal(value);
        if (snapshot.refusals.size() < kMaxShownRefusals)
            snapshot.refusals.push_back({refusal.natural("number"), refusal.milliseconds("at_ms"), refusal.text("remote"),
                                         refusal.small("code"), refusal.text("reason"), refusal.natural("count")});
    }
    const QJsonArray sessions = in.array("sessions");
    snapshot.sessions.reserve(std::size_t(sessions.size()));
    for (const QJsonValue &session : sessions)
        snapshot.sessions.push_back(readSession(session));
    return snapshot;
}

Result<JournalPage> decodeJournal(const QByteArray &json)
{
    const auto root = rootOf(json);
    if (!root)
        return tl::unexpected(root.error());
    const Reader in(*root);
    JournalPage page;
    page.last = in.natural("last");
    page.skipped = in.natural("skipped");
    const QJsonArray entries = in.array("entries");
    page.entries.reserve(std::size_t(entries.size()));
    for (const QJsonValue &entry : entries)
        page.entries.push_back(readEntry(entry));
    return page;
}

Result<ExchangePage> decodeExchanges(const QByteArray &json)
{
    const auto root = rootOf(json);
    if (!root)
        return tl::unexpected(root.error());
    const Reader in(*root);
    ExchangePage page;
    page.revision = in.natural("revision");
    page.skipped = in.natural("skipped");
    for (const QJsonValue &exchange : in.array("exchanges"))
        page.exchanges.push_back(readExchange(exchange));
    return page;
}

} // namespace trunkline::hubjson
