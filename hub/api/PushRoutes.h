// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/api/Router.h"
#include "hub/core/Json.h"
#include "hub/core/Message.h"
#include "hub/core/MessageStore.h"

namespace trunkline {

/// `POST {SSE_PATH}`: one message to one user, answered at once.
class PushRoute final : public Route
{
public:
    explicit PushRoute(Hub &hub);
    void handle(HttpExchange &exchange) override;
    [[nodiscard]] QByteArrayList methods() const override { return {"POST"}; }
    [[nodiscard]] std::optional<Role> role() const override { return Role::Publish; }
    [[nodiscard]] bool isFast() const override { return true; }

private:
    Hub &m_hub;
    JsonReader m_reader;
    const HttpResponse m_delivered;
    const HttpResponse m_notConnected;
    const HttpResponse m_queued;
};

/// `POST {SSE_BATCH_PATH}`: an array of messages, all or nothing as far as their form goes, delivered in order.
class BatchRoute final : public Route
{
public:
    explicit BatchRoute(Hub &hub);
    void handle(HttpExchange &exchange) override;
    [[nodiscard]] QByteArrayList methods() const override { return {"POST"}; }
    [[nodiscard]] std::optional<Role> role() const override { return Role::Publish; }
    [[nodiscard]] bool isFast() const override { return true; }

private:
    Hub &m_hub;
    JsonReader m_reader;
    const qsizetype m_most;     ///< MAX_BATCH_MESSAGES
};

/// Answers once what was ordered up to `ticket` survives the end of the process; with 503 when that is not possible.
void respondWhenStored(Hub &hub, HttpExchange &exchange, MessageStore::Ticket ticket, const HttpResponse &answer);
/// The answer to a body that is not JSON.
HttpResponse malformedJson(const JsonError &error);
/// The answer to a body that is JSON, but not what was wanted.
HttpResponse unprocessable(const BodyIssues &issues);
/// The message of a request's body; answers 422 itself when there is none. Views are valid while the reader is not used again.
std::optional<Message> readMessage(HttpExchange &exchange, JsonReader &reader);

} // namespace trunkline
