// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/api/Router.h"
#include "hub/core/Json.h"

namespace trunkline {

/// `POST {SSE_BROADCAST_PATH}`: one message to many users, written once. `{"data", "users"?: […], "prefix"?: "team-", …}`
class BroadcastRoute final : public Route
{
public:
    explicit BroadcastRoute(Hub &hub);
    void handle(HttpExchange &exchange) override;
    [[nodiscard]] std::vector<OperationDoc> describe() const override;
    [[nodiscard]] QByteArrayList methods() const override { return {"POST"}; }
    [[nodiscard]] std::optional<Role> role() const override { return Role::Publish; }
    [[nodiscard]] bool isFast() const override { return true; }
    [[nodiscard]] bool isRepeatable() const override { return true; }

private:
    Hub &m_hub;
    JsonReader m_reader;
};

} // namespace trunkline
