// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/api/Router.h"
#include "hub/core/Json.h"

#include <QObject>

namespace trunkline {

/// `GET {SSE_STREAM_PATH}?user_id=U`: a user who listens on Server-Sent Events (WHATWG HTML §9.2) instead of a WebSocket.
class StreamRoute final : public Route
{
public:
    explicit StreamRoute(Hub &hub) : m_hub(hub) { }
    void handle(HttpExchange &exchange) override;
    [[nodiscard]] std::vector<OperationDoc> describe() const override;
    [[nodiscard]] QByteArrayList methods() const override { return {"GET"}; }
    [[nodiscard]] std::optional<Role> role() const override { return Role::Subscribe; }
    [[nodiscard]] bool takesTokenInQuery() const override { return true; }

private:
    void startWhenReserved(HttpExchange &exchange, const UserId &user, const ClientWishes &wishes, const QByteArray &remote);
    Hub &m_hub;
    QObject m_clients;      ///< parent of all that are connected
};

/// `POST {SSE_REPLY_PATH}`: what such a user says.
class ReplyRoute final : public Route
{
public:
    explicit ReplyRoute(Hub &hub);
    void handle(HttpExchange &exchange) override;
    [[nodiscard]] std::vector<OperationDoc> describe() const override;
    [[nodiscard]] QByteArrayList methods() const override { return {"POST"}; }
    [[nodiscard]] std::optional<Role> role() const override { return Role::Subscribe; }
    [[nodiscard]] bool isFast() const override { return true; }

private:
    Hub &m_hub;
    JsonReader m_reader;
};

} // namespace trunkline
