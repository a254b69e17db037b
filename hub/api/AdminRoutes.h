// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/api/Router.h"
#include "hub/core/Json.h"
#include "hub/view/HubMonitor.h"

#include <memory>
#include <vector>

namespace trunkline {

/// What the routes below `/admin` share: they always demand a token, on loopback and without AUTH_TOKENS too. The ready
/// file's token or one with the role admin may do all; observe is enough to read.
class AdminRoute : public Route
{
public:
    AdminRoute(HubMonitor &monitor, Role needed) : m_monitor(monitor), m_needed(needed) { }
    void handle(HttpExchange &exchange) final;
    [[nodiscard]] QByteArrayList methods() const override { return {"GET", "HEAD"}; }

protected:
    virtual void admitted(HttpExchange &exchange) = 0;
    HubMonitor &m_monitor;

private:
    Role m_needed;
};

/// `GET /admin/snapshot`
class AdminSnapshotRoute final : public AdminRoute
{
public:
    explicit AdminSnapshotRoute(HubMonitor &monitor) : AdminRoute(monitor, Role::Observe) { }
    [[nodiscard]] std::vector<OperationDoc> describe() const override;

protected:
    void admitted(HttpExchange &exchange) override;
};

/// `GET /admin/settings`: an object of names and texts, without secrets.
class AdminSettingsRoute final : public AdminRoute
{
public:
    explicit AdminSettingsRoute(HubMonitor &monitor) : AdminRoute(monitor, Role::Observe) { }
    [[nodiscard]] std::vector<OperationDoc> describe() const override;

protected:
    void admitted(HttpExchange &exchange) override;
};

/// `GET /admin/journal?after=SEQUENCE&max=N`: entries in order; N at most kMaxEntries.
class AdminJournalRoute final : public AdminRoute
{
public:
    static constexpr quint64 kMaxEntries = 2'000;
    explicit AdminJournalRoute(HubMonitor &monitor) : AdminRoute(monitor, Role::Observe) { }
    [[nodiscard]] std::vector<OperationDoc> describe() const override;

protected:
    void admitted(HttpExchange &exchange) override;
};

/// `GET /admin/exchanges?after=REVISION&max=N`: what is new or changed; N at most kMaxExchanges.
class AdminExchangesRoute final : public AdminRoute
{
public:
    static constexpr quint64 kMaxExchanges = 500;
    explicit AdminExchangesRoute(HubMonitor &monitor) : AdminRoute(monitor, Role::Observe) { }
    [[nodiscard]] std::vector<OperationDoc> describe() const override;

protected:
    void admitted(HttpExchange &exchange) override;
};

/// `GET /admin/events`: Server-Sent Events; the first says who answers, the others that there is something new, at most ten
/// a second. With `?legs=both` the journal also holds the upstream leg while the stream is open. `{"type":"hello"|"update","instance","role","keepalive_ms","snapshot","journal","exchanges","cleared"}`.
class AdminEventsRoute final : public AdminRoute
{
public:
    static constexpr std::size_t kMaxWatchers = 32;
    AdminEventsRoute(HubMonitor &monitor, std::chrono::milliseconds keepalive);
    ~AdminEventsRoute() override;
    [[nodiscard]] QByteArrayList methods() const override { return {"GET"}; }
    [[nodiscard]] bool takesTokenInQuery() const override { return true; }
    /// Ends all of them: the hub stops.
    void endAll();
    [[nodiscard]] std::vector<OperationDoc> describe() const override;

protected:
    void admitted(HttpExchange &exchange) override;

private:
    class Watcher;
    std::vector<std::unique_ptr<Watcher>> m_watchers;
    std::chrono::milliseconds m_keepalive;
};

/// `POST /admin/control`: `{"order":"disconnect","session":ID,"reason":TEXT}`, `{"order":"clear"}`, `{"order":"demo","load":N}`,
/// `{"order":"stop_demo"}`. Refuses every Origin but its own.
class AdminControlRoute final : public AdminRoute
{
public:
    explicit AdminControlRoute(HubMonitor &monitor) : AdminRoute(monitor, Role::Admin) { }
    [[nodiscard]] QByteArrayList methods() const override { return {"POST"}; }
    [[nodiscard]] std::vector<OperationDoc> describe() const override;

protected:
    void admitted(HttpExchange &exchange) override;

private:
    HttpResponse carryOut(const JsonReader::Object &body);
    JsonReader m_reader;
};

} // namespace trunkline
