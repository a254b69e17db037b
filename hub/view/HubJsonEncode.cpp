// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/Json.h"
#include "hub/view/HubJson.h"
#include "hub/view/HubJsonNames.h"

namespace trunkline::hubjson {

namespace {

/// Writes JSON from left to right. Members with their default values are left out by those who call.
class Writer
{
public:
    explicit Writer(qsizetype reserve) { m_bytes.reserve(reserve); }

    void open(char bracket) { separate(); m_bytes.append(bracket); m_first = true; }
    void close(char bracket) { m_bytes.append(bracket); m_first = false; }
    Writer &name(const char *name)
    {
        separate();
        m_bytes.append('"').append(name).append("\":");
        m_first = true;
        return *this;
    }
    template <typename Number>
    void number(Number value) { separate(); m_bytes.append(QByteArray::number(value)); }
    void text(QByteArrayView utf8) { separate(); m_bytes.append(encodeJsonString(utf8)); }
    void word(const char *plain) { separate(); m_bytes.append('"').append(plain).append('"'); }
    void boolean(bool value) { separate(); m_bytes.append(value ? "true" : "false"); }
    [[nodiscard]] QByteArray take() { return std::move(m_bytes); }

private:
    void separate()
    {
        if (!m_first)
            m_bytes.append(',');
        m_first = false;
    }
    QByteArray m_bytes;
    bool m_first = true;
};

void write(Writer &out, const SessionInfo &session)
{
    out.open('{');
    out.name("id").number(session.id.value);
    out.name("user").text(session.user);
    out.name("remote").text(session.remote);
    if (session.isPublic)
        out.name("public").boolean(true);
    out.name("connected_at_ms").number(qint64(session.connectedAt.count()));
    out.name("in").number(session.messagesIn);
    out.name("out").number(session.messagesOut);
    if (session.queuedBytes > 0)
        out.name("queued").number(session.queuedBytes);
    if (session.pingMicroseconds >= 0)
        out.name("ping").number(session.pingMicroseconds);
    if (session.dropped > 0)
        out.name("dropped").number(session.dropped);
    if (session.eventStream)
        out.name("event_stream").boolean(true);
    if (session.catchingUp)
        out.name("catching_up").boolean(true);
    if (session.history > 0)
        out.name("history").number(session.history);
    if (session.waiting > 0)
        out.name("waiting").number(session.waiting);
    out.close('}');
}

void write(Writer &out, const KeptInfo &kept)
{
    out.open('{');
    out.name("messages").number(kept.messages);
    out.name("bytes").number(kept.bytes);
    out.name("max_bytes").number(kept.maxBytes);
    out.close('}');
}

void writeKept(Writer &out, const HubSnapshot &snapshot)
{
    write(out.name("history"), snapshot.history);
    write(out.name("queue"), snapshot.queue);
    out.name("stored").boolean(snapshot.stored);
    out.name("waiting").open('[');
    for (const WaitingInfo &waiting : snapshot.waiting) {
        out.open('{');
        out.name("user").text(waiting.user);
        out.name("messages").number(waiting.messages);
        out.name("since_ms").number(qint64(waiting.since.count()));
        out.close('}');
    }
    out.close(']');
}

void write(Writer &out, const JournalEntry &entry)
{
    out.open('{');
    out.name("sequence").number(entry.sequence);
    out.name("time").number(qint64(entry.time.sinceStart.count()));
    out.name("leg").word(nameOf(kLegs, entry.leg));
    out.name("direction").word(nameOf(kDirections, entry.direction));
    out.name("kind").word(nameOf(kKinds, entry.kind));
    out.name("status").word(nameOf(kStatuses, entry.status));
    if (entry.session)
        out.name("session").number(entry.session.value);
    out.name("user").text(entry.user);
    if (!entry.correlation.isEmpty())
        out.name("correlation").text(entry.correlation);
    if (!entry.request.isEmpty())
        out.name("request_id").text(entry.request);
    if (!entry.text.isEmpty())
        out.name("text").text(entry.text);
    out.name("bytes").number(entry.textBytes);
    if (entry.fault != Fault::None)
        out.name("fault").word(nameOf(kFaults, entry.fault));
    out.close('}');
}

void write(Writer &out, const RouteInfo &route)
{
    out.open('{');
    out.name("named").text(route.named);
    out.name("target").text(route.target);
    if (!route.mention.isEmpty())
        out.name("mention").text(route.mention);
    out.name("found").number(route.sessionsFound);
    out.name("written").number(route.written);
    out.name("overflowed").number(route.overflowed);
    out.name("hub").text(route.hub);
    if (!route.answer.isEmpty())
        out.name("answer").text(route.answer);
    out.close('}');
}

void write(Writer &out, const ExchangeInfo &exchange)
{
    out.open('{');
    out.name("number").number(exchange.number);
    out.name("revision").number(exchange.revision);
    out.name("correlation").text(exchange.correlation);
    out.name("state").word(nameOf(kStates, exchange.state));
    out.name("started_at_ms").number(qint64(exchange.startedAt.count()));
    out.name("route");
    write(out, exchange.route);
    out.name("session").number(exchange.session.value);
    out.name("upstream").text(exchange.upstream);
    out.name("agent").text(exchange.agent);
    if (!exchange.requestId.isEmpty())
        out.name("request_id").text(exchange.requestId);
    if (!exchange.traceparent.isEmpty())
        out.name("traceparent").text(exchange.traceparent);
    out.name("chunks").number(exchange.chunks);
    out.name("late").number(exchange.lateReplies);
    out.name("latency").number(qint64(exchange.latency.count()));
    out.name("ping").number(exchange.pingMicroseconds);
    out.name("queued").number(exchange.queuedBytes);
    out.name("request").text(exchange.request);
    out.name("request_bytes").number(exchange.requestBytes);
    out.name("steps_dropped").number(exchange.stepsDropped);
    out.name("steps").open('[');
    for (const ExchangeStep &step : exchange.steps) {
        out.open('[');
        out.word(nameOf(kSteps, step.kind));
        out.number(qint64(step.at.count()));
        out.number(step.bytes);
        out.close(']');
    }
    out.close(']');
    out.close('}');
}

void write(Writer &out, const BackplaneState &backplane)
{
    out.open('{');
    out.name("link").word(nameOf(kBackplaneLinks, backplane.link));
    out.name("name").text(backplane.name);
    out.name("place").text(backplane.place);
    out.name("problem").text(backplane.problem);
    out.name("hubs").number(backplane.hubs);
    out.name("ping").number(backplane.latencyMicroseconds);
    out.name("published").number(backplane.published);
    out.name("received").number(backplane.received);
    out.name("reconnects").number(backplane.reconnects);
    out.name("lost").number(backplane.lost);
    out.close('}');
}

void writeHub(Writer &out, const HubSnapshot &snapshot)
{
    out.name("instance").text(snapshot.instance);
    out.name("number").number(snapshot.number);
    out.name("taken_at_ms").number(qint64(snapshot.takenAt.count()));
    out.name("instant").number(qint64(snapshot.instant.sinceStart.count()));
    out.name("uptime").number(qint64(snapshot.uptime.count()));
    out.name("open_requests").number(snapshot.openRequests);
    out.name("waiting_receipts").number(snapshot.waitingReceipts);
    out.name("blocked_pushes").number(snapshot.blockedPushes);
    out.name("idempotency_keys").number(snapshot.idempotencyKeys);
    out.name("journal_last").number(snapshot.journalLast);
    out.name("journal_evicted").number(snapshot.journalEvicted);
    out.name("journal_bytes").number(snapshot.journalBytes);
    out.name("journal_max_bytes").number(snapshot.journalMaxBytes);
    out.name("first_reply_p50").number(snapshot.firstReplyP50);
    out.name("first_reply_p99").number(snapshot.firstReplyP99);
    out.name("url").text(snapshot.url);
    out.name("ws_url").text(snapshot.webSocketUrl);
    out.name("sse_path").text(snapshot.ssePath);
    out.name("sse_batch_path").text(snapshot.sseBatchPath);
    out.name("sse_send_path").text(snapshot.sseSendPath);
    out.name("sse_broadcast_path").text(snapshot.sseBroadcastPath);
    out.name("version").text(snapshot.version);
    out.name("secure").boolean(snapshot.secure);
    out.name("bound_to_loopback").boolean(snapshot.boundToLoopback);
    out.name("protected_mode").boolean(snapshot.protectedMode);
    out.name("tokens_needed").boolean(snapshot.tokensNeeded);
    out.name("stopping").boolean(snapshot.stopping);
    if (snapshot.faultRules > 0)
        out.name("fault_rules").number(snapshot.faultRules);
    if (snapshot.backplane.link != BackplaneState::Link::None)
        write(out.name("backplane"), snapshot.backplane);
}

} // namespace

QByteArray encode(const HubSnapshot &snapshot)
{
    Writer out(2048 + qsizetype(snapshot.sessions.size()) * 160);
    out.open('{');
    writeHub(out, snapshot);
    out.name("metrics").open('{');
    for (const auto &[name, counter] : kMetrics)
        out.name(name).number(snapshot.metrics.*counter);
    out.close('}');
    writeKept(out, snapshot);
    out.name("public_accounts").open('[');
    for (const QByteArray &account : snapshot.publicAccounts)
        out.text(account);
    out.close(']');
    out.name("upstreams").open('[');
    for (const UpstreamInfo &upstream : snapshot.upstreams) {
        out.open('{');
        out.name("address").text(upstream.address);
        out.name("agent").text(upstream.agent);
        out.name("requests").number(upstream.requests);
        out.name("connections").number(upstream.connections);
        out.close('}');
    }
    out.close(']');
    out.name("refusals").open('[');
    for (const Refusal &refusal : snapshot.refusals) {
        out.open('{');
        out.name("number").number(refusal.number);
        out.name("at_ms").number(qint64(refusal.at.count()));
        out.name("remote").text(refusal.remote);
        out.name("code").number(refusal.code);
        out.name("reason").text(refusal.reason);
        out.name("count").number(refusal.count);
        out.close('}');
    }
    out.close(']');
    out.name("sessions").open('[');
    for (const SessionInfo &session : snapshot.sessions)
        write(out, session);
    out.close(']');
    out.close('}');
    return out.take();
}

QByteArray encode(const JournalPage &page)
{
    qsizetype size = 128;
    for (const JournalEntry &entry : page.entries)
        size += 240 + entry.text.size() + entry.text.size() / 8;
    Writer out(size);
    out.open('{');
    out.name("last").number(page.last);
    out.name("skipped").number(page.skipped);
    out.name("entries").open('[');
    for (const JournalEntry &entry : page.entries)
        write(out, entry);
    out.close(']');
    out.close('}');
    return out.take();
}

QByteArray encode(const ExchangeInfo &exchange)
{
    Writer out(1024 + exchange.request.size() * 2);
    write(out, exchange);
    return out.take();
}

QByteArray encode(const ExchangePage &page)
{
    Writer out(128 + qsizetype(page.exchanges.size()) * 1024);
    out.open('{');
    out.name("revision").number(page.revision);
    out.name("skipped").number(page.skipped);
    out.name("exchanges").open('[');
    for (const auto &exchange : page.exchanges)
        write(out, *exchange);
    out.close(']');
    out.close('}');
    return out.take();
}

} // namespace trunkline::hubjson
