// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/api/StatusRoutes.h"

#include "hub/Hub.h"
#include "hub/api/MetricFamilies.h"
#include "hub/cluster/Backplane.h"

#include <array>

namespace trunkline {

namespace {

/// One number of the hub under its names in both formats.
struct Figure
{
    const char *json;
    const char *prometheus;
    const char *type;
    const char *help;
    quint64 value;
};

quint64 queuedBytes(const Hub &hub)
{
    quint64 bytes = 0;
    hub.sessions().forEach([&bytes](const Session &session) { bytes += quint64(session.endpoint->queuedBytes()); });
    return bytes;
}

std::vector<Figure> figuresOf(const Hub &hub)
{
    const Metrics &m = hub.metrics();
    const MessageLog::Size history = hub.log() ? hub.log()->history() : MessageLog::Size{};
    const MessageLog::Size queue = hub.log() ? hub.log()->queue() : MessageLog::Size{};
    const auto seconds = quint64(std::chrono::duration_cast<std::chrono::seconds>(hub.uptime()).count());
    return {
        {"active_connections", "trunkline_sessions", "gauge", "Registered sessions.", quint64(hub.sessions().size())},
        {"open_requests", "trunkline_open_requests", "gauge", "Requests that wait for replies.", hub.correlations().size()},
        {"waiting_receipts", "trunkline_waiting_receipts", "gauge", "Messages whose sender waits for an acknowledgement.", hub.acks().size()},
        {"blocked_pushes", "trunkline_blocked_pushes", "gauge", "Messages that wait for a slow reader.", hub.room().size()},
        {"queued_bytes", "trunkline_queued_bytes", "gauge", "Unsent bytes of all sessions.", queuedBytes(hub)},
        {"uptime_seconds", "trunkline_uptime_seconds", "gauge", "Seconds since the start.", seconds},
        {"sessions_accepted", "trunkline_sessions_accepted_total", "counter", "Sessions registered.", m.sessionsAccepted},
        {"sessions_rejected", "trunkline_sessions_duplicate_total", "counter", "Connections of a user who was connected.", m.sessionsRejected},
        {"pushes", "trunkline_pushes_total", "counter", "Messages of push and batch requests.", m.pushes},
        {"pushes_not_connected", "trunkline_pushes_not_connected_total", "counter", "Pushes whose user was away.", m.pushesNotConnected},
        {"requests", "trunkline_requests_total", "counter", "Send requests.", m.requests},
        {"requests_finished", "trunkline_requests_finished_total", "counter", "Send requests ended by a final reply.", m.requestsFinished},
        {"requests_not_connected", "trunkline_requests_not_connected_total", "counter", "Send requests whose user was away.", m.requestsNotConnected},
        {"requests_timed_out", "trunkline_requests_timed_out_total", "counter", "Send requests without a reply in time.", m.requestsTimedOut},
        {"requests_disconnected", "trunkline_requests_disconnected_total", "counter", "Send requests whose user went away.", m.requestsDisconnected},
        {"requests_cancelled", "trunkline_requests_cancelled_total", "counter", "Send requests whose sender hung up.", m.requestsCancelled},
        {"requests_conflicted", "trunkline_requests_conflicted_total", "counter", "Send requests with an id that was open.", m.requestsConflicted},
        {"replies", "trunkline_replies_total", "counter", "Replies streamed.", m.replies},
        {"replies_late", "trunkline_replies_late_total", "counter", "Replies after the end of their request.", m.repliesLate},
        {"replies_orphan", "trunkline_replies_orphan_total", "counter", "Replies to an unknown id.", m.repliesOrphan},
        {"replies_refused", "trunkline_replies_refused_total", "counter", "Replies of another user than the one asked.", m.repliesRefused},
        {"texts_without_id", "trunkline_texts_without_id_total", "counter", "Client texts without a correlation id.", m.textsWithoutId},
        {"texts_malformed", "trunkline_texts_malformed_total", "counter", "Client texts that are not JSON.", m.textsMalformed},
        {"messages_delivered", "trunkline_messages_delivered_total", "counter", "Messages handed to sessions.", m.messagesDelivered},
        {"messages_overflowed", "trunkline_messages_overflowed_total", "counter", "Messages that found a full queue.", m.messagesOverflowed},
        {"acks", "trunkline_acks_total", "counter", "Messages that their receiver acknowledged.", m.acks},
        {"ack_timeouts", "trunkline_ack_timeouts_total", "counter", "Acknowledgements that did not come in time.", m.ackTimeouts},
        {"broadcasts", "trunkline_broadcasts_total", "counter", "Broadcast requests.", m.broadcasts},
        {"broadcast_deliveries", "trunkline_broadcast_deliveries_total", "counter", "Messages that broadcasts handed to sessions.", m.broadcastDeliveries},
        {"messages_dropped", "trunkline_messages_dropped_total", "counter", "Messages dropped for a slow reader.", m.messagesDropped},
        {"pushes_blocked", "trunkline_pushes_blocked_total", "counter", "Pushes that had to wait for a slow reader.", m.pushesBlocked},
        {"pushes_blocked_out", "trunkline_pushes_blocked_out_total", "counter", "Pushes that waited for a slow reader in vain.", m.pushesBlockedOut},
        {"idempotent_replays", "trunkline_idempotent_replays_total", "counter", "Repeats of a POST answered from memory.", m.idempotentReplays},
        {"idempotency_conflicts", "trunkline_idempotency_conflicts_total", "counter", "Idempotency keys used with another body.", m.idempotencyConflicts},
        {"presence_events", "trunkline_presence_events_total", "counter", "Presence events handed to sessions.", m.presenceEvents},
        {"messages_queued", "trunkline_messages_queued_total", "counter", "Messages that waited for a user who was away.", m.messagesQueued},
        {"messages_replayed", "trunkline_messages_replayed_total", "counter", "Messages delivered from queue or history.", m.messagesReplayed},
        {"messages_expired", "trunkline_messages_expired_total", "counter", "Messages that waited longer than OFFLINE_TTL.", m.messagesExpired},
        {"queue_refusals", "trunkline_queue_refusals_total", "counter", "Messages that found the offline queue full.", m.queueRefusals},
        {"gaps", "trunkline_gaps_total", "counter", "Clients told that what they missed is not kept.", m.gaps},
        {"store_errors", "trunkline_store_errors_total", "counter", "Messages that could not be written to STORE.", m.storeErrors},
        {"history_messages", "trunkline_history_messages", "gauge", "Messages kept for clients that resume.", quint64(history.messages)},
        {"history_bytes", "trunkline_history_bytes", "gauge", "Bytes of them.", quint64(history.bytes)},
        {"queue_messages", "trunkline_queue_messages", "gauge", "Messages that wait for users.", quint64(queue.messages)},
        {"queue_bytes", "trunkline_queue_bytes", "gauge", "Bytes of them.", quint64(queue.bytes)},
        {"queue_users", "trunkline_queue_users", "gauge", "Users for whom messages wait.", hub.log() ? hub.log()->waiting().size() : 0},
        {"refused_unauthorized", "trunkline_refused_unauthorized_total", "counter", "Requests without a valid token (401).", m.refusedUnauthorized},
        {"refused_forbidden", "trunkline_refused_forbidden_total", "counter", "Requests of a foreign origin, role or network (403).", m.refusedForbidden},
        {"refused_hosts", "trunkline_refused_hosts_total", "counter", "Requests for a foreign Host (421).", m.refusedHosts},
        {"refused_too_large", "trunkline_refused_too_large_total", "counter", "Requests above a limit of size (413, 414, 431).", m.refusedTooLarge},
        {"refused_rates", "trunkline_refused_rates_total", "counter", "Requests (429) and sessions (1008) above a rate or a limit a user.", m.refusedRates},
        {"refused_busy", "trunkline_refused_busy_total", "counter", "Connections and requests above a limit of all (503).", m.refusedBusy},
        {"refused_slow", "trunkline_refused_slow_total", "counter", "Requests that did not arrive in time (408).", m.refusedSlow},
        {"tokens_expired", "trunkline_tokens_expired_total", "counter", "Sessions and streams whose token expired.", m.tokensExpired},
        {"posts_unanswered", "trunkline_posts_unanswered_total", "counter", "Pushes to other hubs of which nothing was heard in time.", m.postsUnanswered},
        {"requests_unavailable", "trunkline_requests_unavailable_total", "counter", "Send requests that ended because the backplane was lost.", m.requestsUnavailable},
        {"journal_entries", "trunkline_journal_entries", "gauge", "Entries in the journal.", hub.journal().size()},
        {"journal_bytes", "trunkline_journal_bytes", "gauge", "Bytes in the journal.", quint64(hub.journal().bytes())},
        {"journal_evicted", "trunkline_journal_evicted_total", "counter", "Entries that fell out of the journal.", hub.journal().evicted()},
    };
}

QByteArray metricsJson(const Hub &hub)
{
    QByteArray out = "{";
    for (const Figure &figure : figuresOf(hub))
        out.append('"').append(figure.json).append("\": ").append(QByteArray::number(figure.value)).append(", ");
    if (const Backplane *backplane = hub.backplane()) {
        const BackplaneState state = backplane->state();
        out.append(R"("backplane": {"up": )").append(backplane->isUp() ? "true" : "false").append(R"(, "hub": )").append(encodeJsonString(state.name));
        out.append(R"(, "hubs": )").append(QByteArray::number(state.hubs)).append(R"(, "problem": )").append(encodeJsonString(state.problem));
        out.append(R"(, "ping_microseconds": )").append(QByteArray::number(state.latencyMicroseconds));
        out.append(R"(, "published": )").append(QByteArray::number(state.published)).append(R"(, "received": )").append(QByteArray::number(state.received));
        out.append(R"(, "lost": )").append(QByteArray::number(state.lost)).append(R"(, "reconnects": )").append(QByteArray::number(state.reconnects)).append("}, ");
    }
    return out.append(R"("service": "websocket-sse-server", "version": ")").append(TRUNKLINE_VERSION).append("\"}");
}

/// Prometheus text exposition format 0.0.4, or OpenMetrics 1.0, which names a counter's family without `_total`.
QByteArray metricsText(const Hub &hub, bool openMetrics)
{
    QByteArray out;
    for (const Figure &figure : figuresOf(hub)) {
        if (QByteArrayView(figure.prometheus) == "trunkline_sessions")
            continue;       // by kind, with the labelled ones
        QByteArray family = figure.prometheus;
        if (openMetrics && family.endsWith("_total"))
            family.chop(6);
        out.append("# HELP ").append(family).append(' ').append(figure.help).append('\n');
        out.append("# TYPE ").append(family).append(' ').append(figure.type).append('\n');
        out.append(figure.prometheus).append(' ').append(QByteArray::number(figure.value)).append('\n');
    }
    out.append(labelledFamilies(hub, openMetrics));
    if (openMetrics)
        out.append("# EOF\n");
    return out;
}

struct Preference
{
    double quality = 0;
    int specificity = -1;
};

/// How much `accept` wants `type/subtype`: the most specific range that matches it decides.
Preference preferenceFor(QByteArrayView accept, QByteArrayView type, QByteArrayView subtype)
{
    Preference best;
    const QByteArray all = accept.toByteArray().toLower();
    for (const QByteArray &element : all.split(',')) {
        const QByteArrayList parts = element.split(';');
        const QByteArray range = parts.front().trimmed();
        const qsizetype slash = range.indexOf('/');
        if (slash < 0)
            continue;
        const QByteArray wantedType = range.left(slash);
        const QByteArray wantedSubtype = range.mid(slash + 1);
        const int specificity = (wantedType == "*" ? 0 : 1) + (wantedSubtype == "*" ? 0 : 1);
        if ((wantedType != "*" && wantedType != type) || (wantedSubtype != "*" && wantedSubtype != subtype)
            || specificity <= best.specificity)
            continue;
        double quality = 1;
        for (const QByteArray &parameter : parts.mid(1)) {
            if (const QByteArray pair = parameter.trimmed(); pair.startsWith("q="))
                quality = pair.mid(2).toDouble();
        }
        best = {quality, specificity};
    }
    return best;
}

enum class MetricsFormat { Json, Text, OpenMetrics };

MetricsFormat formatFor(QByteArrayView accept)
{
    const Preference json = preferenceFor(accept, "application", "json");
    const Preference text = preferenceFor(accept, "text", "plain");
    const Preference open = preferenceFor(accept, "application", "openmetrics-text");
    const auto beats = [](const Preference &a, const Preference &b) {
        return a.specificity > 0 && a.quality > 0
            && (a.quality > b.quality || (a.quality == b.quality && a.specificity > b.specificity));
    };
    if (beats(open, json) && open.quality >= text.quality && open.specificity == 2)
        return MetricsFormat::OpenMetrics;
    return beats(text, json) ? MetricsFormat::Text : MetricsFormat::Json;
}

} // namespace

bool prefersPrometheus(QByteArrayView accept) { return formatFor(accept) != MetricsFormat::Json; }

void HealthRoute::handle(HttpExchange &exchange)
{
    QByteArray body = R"({"status": "healthy", "connections": )";
    body.append(QByteArray::number(m_hub.sessions().size())).append(R"(, "uptime": "running", "uptime_seconds": )");
    body.append(QByteArray::number(std::chrono::duration<double>(m_hub.uptime()).count(), 'f', 3));
    exchange.respond(HttpResponse::json(body.append(R"(, "version": ")").append(TRUNKLINE_VERSION).append("\"}")));
}

void ReadyRoute::handle(HttpExchange &exchange)
{
    if (m_hub.isStopping())
        return exchange.respond(HttpResponse::error(503, "Server shutting down"));
    if (const Backplane *backplane = m_hub.backplane(); backplane && !backplane->isUp())
        return exchange.respond(HttpResponse::error(503, QByteArray("Backplane unavailable: " + backplane->state().problem)));
    exchange.respond(HttpResponse::json(R"({"status": "ready"})"));
}

void MetricsRoute::handle(HttpExchange &exchange)
{
    const HttpRequest &request = exchange.request();
    MetricsFormat format = formatFor(request.field("Accept"));
    const QByteArray asked = queryValue(request.query, "format");
    if (asked == "prometheus")
        format = MetricsFormat::Text;
    else if (asked == "openmetrics")
        format = MetricsFormat::OpenMetrics;
    else if (asked == "json")
        format = MetricsFormat::Json;
    else if (!asked.isEmpty())
        return exchange.respond(HttpResponse::error(400, "format is json, prometheus or openmetrics"));
    HttpResponse response;
    switch (format) {
    case MetricsFormat::Json:
        response.body = metricsJson(m_hub);
        break;
    case MetricsFormat::Text:
        response.body = metricsText(m_hub, false);
        response.contentType = "text/plain; version=0.0.4; charset=utf-8";
        break;
    case MetricsFormat::OpenMetrics:
        response.body = metricsText(m_hub, true);
        response.contentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        break;
    }
    exchange.respond(response);
}

} // namespace trunkline
