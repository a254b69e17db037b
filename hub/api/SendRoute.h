// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/api/Router.h"
#include "hub/core/Json.h"

namespace trunkline {

/// `POST {SSE_SEND_PATH}`: asks a user and streams the replies back on the same response.
class SendRoute final : public Route
{
public:
    explicit SendRoute(Hub &hub);
    void handle(HttpExchange &exchange) override;
    [[nodiscard]] QByteArrayList methods() const override { return {"POST"}; }
    [[nodiscard]] std::optional<Role> role() const override { return Role::Publish; }

private:
    Hub &m_hub;
    JsonReader m_reader;
};

} // namespace trunkline
