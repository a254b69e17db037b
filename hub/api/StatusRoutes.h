// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/api/Router.h"

namespace trunkline {

/// `GET /health`
class HealthRoute final : public Route
{
public:
    explicit HealthRoute(const Hub &hub) : m_hub(hub) { }
    void handle(HttpExchange &exchange) override;
    [[nodiscard]] std::vector<OperationDoc> describe() const override;
    [[nodiscard]] QByteArrayList methods() const override { return {"GET", "HEAD"}; }

private:
    const Hub &m_hub;
};

/// `GET /ready`: 503 while the hub drains.
class ReadyRoute final : public Route
{
public:
    explicit ReadyRoute(const Hub &hub) : m_hub(hub) { }
    void handle(HttpExchange &exchange) override;
    [[nodiscard]] std::vector<OperationDoc> describe() const override;
    [[nodiscard]] QByteArrayList methods() const override { return {"GET", "HEAD"}; }

private:
    const Hub &m_hub;
};

/// `GET /metrics`: the seed's JSON, or the Prometheus text format for those who prefer it.
class MetricsRoute final : public Route
{
public:
    explicit MetricsRoute(const Hub &hub) : m_hub(hub) { }
    void handle(HttpExchange &exchange) override;
    [[nodiscard]] std::vector<OperationDoc> describe() const override;
    [[nodiscard]] QByteArrayList methods() const override { return {"GET", "HEAD"}; }
    [[nodiscard]] std::optional<Role> role() const override { return Role::Observe; }

private:
    const Hub &m_hub;
};

/// True when `accept` (RFC 9110 §12.5.1) ranks a text format above JSON.
bool prefersPrometheus(QByteArrayView accept);

} // namespace trunkline
