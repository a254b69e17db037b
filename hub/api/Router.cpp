// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/api/Router.h"

#include "hub/Hub.h"
#include "hub/api/AdminRoutes.h"
#include "hub/api/BroadcastRoute.h"
#include "hub/api/EchoRoute.h"
#include "hub/api/Idempotency.h"
#include "hub/api/PresenceRoutes.h"
#include "hub/api/PublishDesk.h"
#include "hub/api/OpenApiRoute.h"
#include "hub/api/PageRoute.h"
#include "hub/api/PushRoutes.h"
#include "hub/api/SendRoute.h"
#include "hub/api/StatusRoutes.h"
#include "hub/api/StreamRoutes.h"
#include "hub/api/WebSocketHintRoute.h"

#include <algorithm>

namespace trunkline {

namespace {

/// `application/json` or `application/*+json`, charset utf-8 if any.
bool isJsonType(QByteArrayView type)
{
    const qsizetype semicolon = type.indexOf(';');
    const QByteArray essence = (semicolon < 0 ? type : type.first(semicolon)).trimmed().toByteArray().toLower();
    if (essence != "application/json" && !(essence.startsWith("application/") && essence.endsWith("+json")))
        return false;
    if (semicolon < 0)
        return true;
    for (const QByteArray &parameter : type.sliced(semicolon + 1).toByteArray().split(';')) {
        const QByteArray pair = parameter.trimmed().toLower();
        if (!pair.startsWith("charset="))
            continue;
        QByteArray charset = pair.mid(8).trimmed();
        if (charset.size() > 1 && charset.startsWith('"') && charset.endsWith('"'))
            charset = charset.mid(1, charset.size() - 2);
        if (charset != "utf-8" && charset != "utf8")
            return false;
    }
    return true;
}

std::optional<HttpResponse> refuseContentType(const HttpRequest &request)
{
    const QByteArrayView type = request.field("Content-Type");
    if (type.isNull()) {
        // A page could post without a type and so without a preflight; a browser always says where it is.
        if (request.field("Origin").isNull() && request.field("Sec-Fetch-Site").isNull())
            return std::nullopt;
    } else if (isJsonType(type)) {
        return std::nullopt;
    }
    return HttpResponse::error(415, "Content-Type must be application/json");
}

} // namespace

Router::Router(Hub &hub) : m_desk(std::make_unique<PublishDesk>(hub)), m_idempotency(std::make_unique<Idempotency>(hub))
{
    const Settings &settings = hub.settings();
    add(settings.ssePath, std::make_unique<PushRoute>(hub, *m_desk));
    add(settings.sseBatchPath, std::make_unique<BatchRoute>(hub, *m_desk));
    add(settings.sseSendPath, std::make_unique<SendRoute>(hub, *m_desk));
    add(settings.sseBroadcastPath, std::make_unique<BroadcastRoute>(hub));
    add(settings.sseStreamPath, std::make_unique<StreamRoute>(hub));
    add(settings.sseReplyPath, std::make_unique<ReplyRoute>(hub));
    add(settings.wsPath, std::make_unique<WebSocketHintRoute>());
    if (settings.echoEndpoint)
        add(kEchoPath, std::make_unique<EchoRoute>());
    add("/health", std::make_unique<HealthRoute>(hub));
    add("/ready", std::make_unique<ReadyRoute>(hub));
    add("/metrics", std::make_unique<MetricsRoute>(hub));
    add("/presence", std::make_unique<PresenceRoute>(hub));
    add("/presence/*", std::make_unique<UserPresenceRoute>(hub));
    add(OpenApiRoute::kPath, std::make_unique<OpenApiRoute>(m_entries));
    if (settings.webPages)
        addPages();
}

Router::~Router() = default;

void Router::addAdmin(HubMonitor &monitor, const Settings &settings)
{
    auto events = std::make_unique<AdminEventsRoute>(monitor, settings.sseKeepalive);
    m_events = events.get();
    add("/admin/snapshot", std::make_unique<AdminSnapshotRoute>(monitor));
    add("/admin/settings", std::make_unique<AdminSettingsRoute>(monitor));
    add("/admin/journal", std::make_unique<AdminJournalRoute>(monitor));
    add("/admin/exchanges", std::make_unique<AdminExchangesRoute>(monitor));
    add("/admin/events", std::move(events));
    add("/admin/control", std::make_unique<AdminControlRoute>(monitor));
}

void Router::addPages()
{
    // A setting may have taken the path: it came first.
    if (!find("/"))
        add("/", std::make_unique<PageRoute>(PageRoute::Page::Playground));
    if (!find("/docs"))
        add("/docs", std::make_unique<PageRoute>(PageRoute::Page::ApiDocs));
}

void Router::endWatching()
{
    if (m_events)
        m_events->endAll();
}

void Router::endWaiting() { m_desk->endAll(); }

int Router::rememberedKeys() const { return int(m_idempotency->table().size()); }

void Router::add(const QByteArray &path, std::unique_ptr<Route> route)
{
    QByteArray allow = "Allow: OPTIONS";
    for (const QByteArray &method : route->methods())
        allow.append(", ").append(method);
    allow.append("\r\n");
    QByteArrayList methods = route->methods();
    const bool repeatable = route->isRepeatable() && m_idempotency->isOn();
    m_entries.push_back({path, std::move(route), std::move(methods), std::move(allow), repeatable});
}

const RouteEntry *Router::find(QByteArrayView path) const
{
    for (const RouteEntry &entry : m_entries) {
        if (entry.path == path)
            return &entry;
    }
    // A path that ends with /* stands for everything below.
    for (const RouteEntry &entry : m_entries) {
        const QByteArrayView folder = QByteArrayView(entry.path).chopped(entry.path.endsWith("/*") ? 1 : 0);
        if (folder.size() < entry.path.size() && path.size() > folder.size() && path.startsWith(folder))
            return &entry;
    }
    return nullptr;
}

bool Router::isFastPath(QByteArrayView path) const
{
    const RouteEntry *entry = find(path);
    return entry && entry->route->isFast();
}

void Router::handle(HttpExchange &exchange)
{
    const HttpRequest &request = exchange.request();
    if (request.path == "*" && request.method == "OPTIONS")
        return exchange.respondToPreflight("Allow: GET, HEAD, POST, OPTIONS\r\n");     // RFC 9110 §9.3.7
    const RouteEntry *entry = find(request.path);
    if (!entry)
        return exchange.respond(HttpResponse::error(404, "Not Found"));
    const bool anyMethod = entry->route->takesAnyMethod();
    if (request.method == "OPTIONS" && (!anyMethod || !request.field("Access-Control-Request-Method").isNull()))
        return exchange.respondToPreflight(entry->allow);
    const QByteArrayView method = request.method == "HEAD" ? QByteArrayView("GET") : request.method;
    if (!anyMethod && std::find(entry->methods.begin(), entry->methods.end(), method) == entry->methods.end())
        return exchange.respond(HttpResponse::error(405, "Method Not Allowed", entry->allow));
    if (entry->route->takesTokenInQuery())
        exchange.offerToken(queryValue(request.query, "token"));
    if (const auto role = entry->route->role(); role && !exchange.authorized(*role))
        return;
    if (request.method == "POST" && !entry->route->takesAnyType()) {
        if (const auto refusal = refuseContentType(request))
            return exchange.respond(*refusal);
    }
    if (entry->repeatable) {
        if (const QByteArrayView key = request.field("Idempotency-Key"); !key.isNull())
            return m_idempotency->handle(exchange, *entry->route, key);
    }
    entry->route->handle(exchange);
}

} // namespace trunkline
