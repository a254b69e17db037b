// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/api/OperationDoc.h"
#include "hub/net/HttpExchange.h"

#include <memory>
#include <vector>

namespace trunkline {

class AdminEventsRoute;
class Hub;
class HubMonitor;
class Idempotency;
class PublishDesk;
struct Settings;

/// What one path means. One file a family below hub/api.
class Route
{
public:
    virtual ~Route() = default;
    virtual void handle(HttpExchange &exchange) = 0;
    [[nodiscard]] virtual QByteArrayList methods() const = 0;   ///< without OPTIONS
    [[nodiscard]] virtual bool takesAnyMethod() const { return false; }     ///< methods() is what a preflight is told, no more
    [[nodiscard]] virtual bool takesAnyType() const { return false; }       ///< a POST need not be JSON
    /// What a caller needs when tokens are in use; nullopt: nothing.
    [[nodiscard]] virtual std::optional<Role> role() const { return std::nullopt; }
    /// Takes a bearer token from `token=` in the query too: an EventSource cannot set a field.
    [[nodiscard]] virtual bool takesTokenInQuery() const { return false; }
    /// JSON in, JSON out, answered at once: may skip QtHttpServer.
    [[nodiscard]] virtual bool isFast() const { return false; }
    /// A POST that may carry an Idempotency-Key. Never answers with a stream.
    [[nodiscard]] virtual bool isRepeatable() const { return false; }
    /// What /openapi.json says of it: one element for each of methods(), HEAD apart. Written in RouteDocs.cpp.
    [[nodiscard]] virtual std::vector<OperationDoc> describe() const { return {}; }
};

/// A route in its place.
struct RouteEntry
{
    QByteArray path;
    std::unique_ptr<Route> route;
    QByteArrayList methods;
    QByteArray allow;       ///< the Allow line
    bool repeatable = false;
};

/// Finds the route of a path and answers what no route should see: 404, 405, 415, preflights.
class Router final : public RequestHandler
{
public:
    explicit Router(Hub &hub);
    ~Router() override;

    /// Adds the routes below /admin. `monitor` must live until endWatching().
    void addAdmin(HubMonitor &monitor, const Settings &settings);
    /// Ends every open event stream of those who watch.
    void endWatching();
    /// Answers everybody who still waits: the hub stops.
    void endWaiting();
    [[nodiscard]] int rememberedKeys() const;       ///< Idempotency-Keys

    void handle(HttpExchange &exchange) override;
    [[nodiscard]] bool isFastPath(QByteArrayView path) const override;

private:
    void add(const QByteArray &path, std::unique_ptr<Route> route);
    void addPages();
    [[nodiscard]] const RouteEntry *find(QByteArrayView path) const;

    std::unique_ptr<PublishDesk> m_desk;
    std::unique_ptr<Idempotency> m_idempotency;
    std::vector<RouteEntry> m_entries;
    AdminEventsRoute *m_events = nullptr;       ///< among the entries
};

} // namespace trunkline
