// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/api/AdminRoutes.h"

#include "hub/api/PushRoutes.h"
#include "hub/view/HubJson.h"

#include <algorithm>

namespace trunkline {

namespace {

/// A whole number in the query; the fallback when it is missing, nullopt when it is something else.
std::optional<quint64> naturalIn(QByteArrayView query, QByteArrayView name, quint64 fallback)
{
    const QByteArray text = queryValue(query, name);
    if (text.isNull())
        return fallback;
    bool fine = false;
    const quint64 value = text.toULongLong(&fine);
    return fine && !text.startsWith('-') && !text.startsWith('+') ? std::optional(value) : std::nullopt;
}

struct Range
{
    quint64 after = 0;
    quint64 max = 0;
};

/// `after` and `max` of a request; answers 400 itself when they are no numbers.
std::optional<Range> rangeOf(HttpExchange &exchange, quint64 limit)
{
    const QByteArrayView query = exchange.request().query;
    const auto after = naturalIn(query, "after", 0);
    const auto max = naturalIn(query, "max", limit);
    if (after && max)
        return Range{*after, std::min(*max, limit)};
    exchange.respond(HttpResponse::error(400, "after and max are whole numbers"));
    return std::nullopt;
}

HttpResponse fresh(QByteArray json)
{
    HttpResponse response = HttpResponse::json(std::move(json));
    response.extraFields = "Cache-Control: no-store\r\n";
    return response;
}

} // namespace

void AdminRoute::handle(HttpExchange &exchange)
{
    if (const auto refusal = exchange.refusalFor(m_needed))
        return exchange.respond(HttpResponse::error(*refusal));
    admitted(exchange);
}

void AdminSnapshotRoute::admitted(HttpExchange &exchange) { exchange.respond(fresh(hubjson::encode(*m_monitor.snapshot()))); }

void AdminSettingsRoute::admitted(HttpExchange &exchange)
{
    QByteArray json = "{";
    for (const auto &[name, value] : m_monitor.feed().settings())
        json += (json.size() > 1 ? "," : "") + encodeJsonString(name) + ':' + encodeJsonString(value);
    exchange.respond(fresh(json + '}'));
}

void AdminJournalRoute::admitted(HttpExchange &exchange)
{
    if (const auto range = rangeOf(exchange, kMaxEntries))
        exchange.respond(fresh(hubjson::encode(m_monitor.feed().journal().after(range->after, std::size_t(range->max)))));
}

void AdminExchangesRoute::admitted(HttpExchange &exchange)
{
    if (const auto range = rangeOf(exchange, kMaxExchanges))
        exchange.respond(fresh(hubjson::encode(m_monitor.feed().exchanges().after(range->after, std::size_t(range->max)))));
}

/// One open event stream.
class AdminEventsRoute::Watcher final : public HubMonitor::Listener
{
public:
    Watcher(HubMonitor &monitor, OutgoingStream &stream, bool isAdmin, Legs legs, std::chrono::milliseconds keepalive)
        : m_monitor(monitor), m_stream(stream), m_legs(legs)
    {
        if (m_legs == Legs::Both)
            m_monitor.addRecorder();
        const QByteArray more = QByteArray(R"("role":)") + (isAdmin ? R"("admin")" : R"("observe")") + R"(,"keepalive_ms":)"
            + QByteArray::number(qint64(keepalive.count())) + ',';
        m_stream.event(eventOf("hello", more));
        m_monitor.addListener(this);
    }
    ~Watcher() override
    {
        if (m_legs == Legs::Both)
            m_monitor.removeRecorder();
        m_monitor.removeListener(this);
    }
    void changed() override { m_stream.event(eventOf("update", {})); }
    void end() { m_stream.end(); }

private:
    [[nodiscard]] QByteArray eventOf(const char *type, const QByteArray &more) const
    {
        const auto snapshot = m_monitor.snapshot();
        return QByteArray(R"({"type":")") + type + R"(",)" + more + R"("instance":)" + encodeJsonString(snapshot->instance)
            + R"(,"snapshot":)" + QByteArray::number(snapshot->number) + R"(,"journal":)"
            + QByteArray::number(m_monitor.feed().journal().lastSequence()) + R"(,"exchanges":)"
            + QByteArray::number(m_monitor.feed().exchanges().revision()) + R"(,"cleared":)"
            + QByteArray::number(m_monitor.timesCleared()) + '}';
    }

    HubMonitor &m_monitor;
    OutgoingStream &m_stream;
    const Legs m_legs;
};

AdminEventsRoute::AdminEventsRoute(HubMonitor &monitor, std::chrono::milliseconds keepalive)
    : AdminRoute(monitor, Role::Observe), m_keepalive(keepalive)
{
}

AdminEventsRoute::~AdminEventsRoute() = default;

void AdminEventsRoute::admitted(HttpExchange &exchange)
{
    if (m_monitor.feed().isStopping())
        return exchange.respond(HttpResponse::error(503, "Server shutting down"));
    if (m_watchers.size() >= kMaxWatchers)
        return exchange.respond(HttpResponse::error(503, "Too many watchers", "Retry-After: 5\r\n"));
    const bool isAdmin = !exchange.refusalFor(Role::Admin);
    const Legs legs = queryValue(exchange.request().query, "legs") == "both" ? Legs::Both : Legs::AsIs;
    OutgoingStream &stream = exchange.startStream();
    m_watchers.push_back(std::make_unique<Watcher>(m_monitor, stream, isAdmin, legs, m_keepalive));
    stream.onAborted([this, gone = m_watchers.back().get()] {
        std::erase_if(m_watchers, [gone](const auto &watcher) { return watcher.get() == gone; });
    });
}

void AdminEventsRoute::endAll()
{
    for (const auto &watcher : m_watchers)
        watcher->end();
    m_watchers.clear();
}

void AdminControlRoute::admitted(HttpExchange &exchange)
{
    // CORS_ORIGINS lets pages send messages; it does not let them govern the hub.
    if (!exchange.isSameOrigin())
        return exchange.respond(HttpResponse::error(403, "/admin/control takes no orders from pages of another origin"));
    const HttpRequest &request = exchange.request();
    const JsonReader::Object *body = m_reader.read(request.body, request.bodyPadding);
    exchange.respond(body ? carryOut(*body) : malformedJson(m_reader.error()));
}

HttpResponse AdminControlRoute::carryOut(const JsonReader::Object &body)
{
    const auto textOf = [&body](QByteArrayView name) {
        const JsonMember *member = body.find(name);
        return member && member->value.type == JsonType::String ? decodeJsonString(member->value.raw) : QByteArray();
    };
    const auto numberOf = [&body](QByteArrayView name, bool &fine) {
        const JsonMember *member = body.find(name);
        fine = !member || member->value.type == JsonType::Number;
        return member && fine ? member->value.raw.toByteArray().toULongLong(&fine) : 0;
    };
    const QByteArray order = textOf("order");
    bool fine = true;
    if (order == "disconnect") {
        const quint64 session = numberOf("session", fine);
        if (!fine || session == 0)
            return HttpResponse::error(422, "disconnect needs the session's number");
        const QByteArray reason = textOf("reason");
        if (!m_monitor.feed().disconnectSession({session}, reason.isEmpty() ? "Disconnected by the operator" : reason))
            return HttpResponse::error(404, "There is no such session");
    } else if (order == "clear") {
        m_monitor.clearHistory();
    } else if (order == "demo") {
        const quint64 load = numberOf("load", fine);
        if (!fine)
            return HttpResponse::error(422, "load is a whole number");
        m_monitor.feed().startDemo(int(std::min<quint64>(load, 1'000'000)));
    } else if (order == "stop_demo") {
        m_monitor.feed().stopDemo();
    } else {
        return HttpResponse::error(422, "order is one of disconnect, clear, demo, stop_demo");
    }
    return fresh(R"({"status": "success"})");
}

} // namespace trunkline
