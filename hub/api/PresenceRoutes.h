// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/api/Router.h"

namespace trunkline {

/// `GET /presence?limit=N&after=USER&prefix=P`: who is connected, by name, a page at a time.
class PresenceRoute final : public Route
{
public:
    static constexpr int kMaxPage = 1'000;
    static constexpr int kPage = 100;

    explicit PresenceRoute(const Hub &hub) : m_hub(hub) { }
    void handle(HttpExchange &exchange) override;
    [[nodiscard]] std::vector<OperationDoc> describe() const override;
    [[nodiscard]] QByteArrayList methods() const override { return {"GET", "HEAD"}; }
    [[nodiscard]] std::optional<Role> role() const override { return Role::Observe; }

private:
    void listEverywhere(HttpExchange &exchange, const QByteArray &after, const QByteArray &prefix, std::size_t limit);
    const Hub &m_hub;
};

/// `GET /presence/{user}`: one user, connected or not.
class UserPresenceRoute final : public Route
{
public:
    explicit UserPresenceRoute(const Hub &hub) : m_hub(hub) { }
    void handle(HttpExchange &exchange) override;
    [[nodiscard]] std::vector<OperationDoc> describe() const override;
    [[nodiscard]] QByteArrayList methods() const override { return {"GET", "HEAD"}; }
    [[nodiscard]] std::optional<Role> role() const override { return Role::Observe; }

private:
    const Hub &m_hub;
};

} // namespace trunkline
