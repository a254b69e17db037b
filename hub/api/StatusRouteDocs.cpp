// SPDX-License-Identifier: GPL-3.0-or-later
// What /openapi.json says of the routes that tell how the hub is.
#include "hub/api/AdminRoutes.h"
#include "hub/api/PresenceRoutes.h"
#include "hub/api/StatusRoutes.h"

namespace trunkline {

namespace {

constexpr char kStatus[] = "Status";
constexpr char kAdmin[] = "Admin";
constexpr char kJson[] = "application/json";
constexpr char kFresh[] = "Cache-Control";
constexpr char kRangeParameters[] =
    R"({"name": "after", "in": "query", "description": "What the caller has seen already.", )"
    R"("schema": {"type": "integer", "minimum": 0, "default": 0}}, )"
    R"({"name": "max", "in": "query", "description": "Most that are given.", "schema": {"type": "integer", "minimum": 0}})";

} // namespace

std::vector<OperationDoc> HealthRoute::describe() const
{
    return {{.id = "health", .tag = kStatus, .summary = "Is the hub alive",
             .responses = {{200, "Alive; `connections` counts the registered sessions.", "Health"}}}};
}

std::vector<OperationDoc> ReadyRoute::describe() const
{
    return {{.id = "ready", .tag = kStatus, .summary = "Does the hub take requests",
             .responses = {{200, "It does.", "Ready"}, {503, "Starting, draining, or without the Redis of REDIS_URL.", "Error"}}}};
}

std::vector<OperationDoc> MetricsRoute::describe() const
{
    return {{.id = "metrics", .tag = kStatus, .summary = "Counters, as JSON or for Prometheus",
             .description = "JSON by default; the Prometheus text format for an `Accept` that prefers it, or with `format`.",
             .parameters = R"({"name": "format", "in": "query", "schema": {"enum": ["json", "prometheus", "openmetrics"]}})",
             .responses = {{200, "The counters.", "Metrics"},
                           {200, "", nullptr, "text/plain"},
                           {200, "", nullptr, "application/openmetrics-text"},
                           {400, "An unknown format.", "Error"}}}};
}

std::vector<OperationDoc> PresenceRoute::describe() const
{
    return {{.id = "presence", .tag = kStatus, .summary = "Who is connected, a page at a time, by name",
             .parameters = R"({"name": "limit", "in": "query", )"
                           R"("schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}}, )"
                           R"({"name": "after", "in": "query", "description": "`next` of the page before.", "schema": {"type": "string"}}, )"
                           R"({"name": "prefix", "in": "query", "description": "Only names that begin so.", "schema": {"type": "string"}})",
             .responses = {{200, "A page.", "PresencePage", kJson, kFresh},
                           {422, "A parameter is not what it may be.", "ValidationError"},
                           {503, "Other hubs' users are not known: Redis cannot be used.", "Error"}}}};
}

std::vector<OperationDoc> UserPresenceRoute::describe() const
{
    return {{.id = "userPresence", .tag = kStatus, .summary = "Whether one user is connected, and how",
             .parameters = R"({"name": "user_id", "in": "path", "required": true, "schema": {"type": "string"}, "example": "alice"})",
             .responses = {{200, "The user, connected or not.", "Presence", kJson, kFresh},
                           {404, "The name is none that a user may have.", "Error"}}}};
}

std::vector<OperationDoc> AdminSnapshotRoute::describe() const
{
    return {{.id = "adminSnapshot", .tag = kAdmin, .summary = "The hub at one moment: counters, sessions, senders",
             .responses = {{200, "The snapshot.", "Snapshot", kJson, kFresh}}, .alwaysRole = "observe"}};
}

std::vector<OperationDoc> AdminSettingsRoute::describe() const
{
    return {{.id = "adminSettings", .tag = kAdmin, .summary = "Every setting in force, without secrets",
             .responses = {{200, "Names and texts.", "SettingsInForce", kJson, kFresh}}, .alwaysRole = "observe"}};
}

std::vector<OperationDoc> AdminJournalRoute::describe() const
{
    return {{.id = "adminJournal", .tag = kAdmin, .summary = "Journal entries in order, and how many were skipped",
             .description = "`after` is a sequence; at most 2,000 entries.", .parameters = kRangeParameters,
             .responses = {{200, "A page of the journal.", "JournalPage", kJson, kFresh}, {400, "after or max is no number.", "Error"}},
             .alwaysRole = "observe"}};
}

std::vector<OperationDoc> AdminExchangesRoute::describe() const
{
    return {{.id = "adminExchanges", .tag = kAdmin, .summary = "Exchanges that are new or changed, each with its steps",
             .description = "`after` is a revision; at most 500 exchanges.", .parameters = kRangeParameters,
             .responses = {{200, "The exchanges.", "ExchangePage", kJson, kFresh}, {400, "after or max is no number.", "Error"}},
             .alwaysRole = "observe"}};
}

std::vector<OperationDoc> AdminEventsRoute::describe() const
{
    return {{.id = "adminEvents", .tag = kAdmin, .summary = "A stream that says when there is something new",
             .description = "At most ten events a second; the first has type `hello`.",
             .parameters = R"({"name": "legs", "in": "query", "description": "`both`: as long as the stream is open, the journal also )"
                           R"(holds what is posted and streamed.", "schema": {"const": "both"}})",
             .responses = {{200, "A stream of Server-Sent Events.", nullptr, "text/event-stream"},
                           {503, "Too many watchers, or the hub stops.", "Error"}},
             .alwaysRole = "observe", .more = R"(, "x-sse": {"data": {"$ref": "#/components/schemas/WatchEvent"}})"}};
}

std::vector<OperationDoc> AdminControlRoute::describe() const
{
    return {{.method = "POST", .id = "adminControl", .tag = kAdmin, .summary = "Give the hub an order",
             .description = "Refuses every Origin but the hub's own, whatever CORS_ORIGINS allows.",
             .body = "Order", .example = R"({"order": "stop_demo"})",
             .responses = {{200, "Done.", "OrderResult", kJson, kFresh}, {404, "There is no such session.", "Error"},
                           {422, "The order is not one of these, or lacks what it needs.", "Unprocessable"}},
             .alwaysRole = "admin"}};
}

} // namespace trunkline
