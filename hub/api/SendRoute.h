// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/api/Router.h"
#include "hub/core/Message.h"

namespace trunkline {

class PublishDesk;
struct RequestOrigin;

/// `POST {SSE_SEND_PATH}`: asks a user and streams the replies back on the same response.
class SendRoute final : public Route
{
public:
    SendRoute(Hub &hub, PublishDesk &desk);
    void handle(HttpExchange &exchange) override;
    [[nodiscard]] std::vector<OperationDoc> describe() const override;
    [[nodiscard]] QByteArrayList methods() const override { return {"POST"}; }
    [[nodiscard]] std::optional<Role> role() const override { return Role::Publish; }

private:
    /// Answers with an error when the request can't be opened.
    bool refuses(const Message &message, const std::function<void(const HttpResponse &)> &respond) const;
    void open(const Message &message, OutgoingStream &stream, const RequestOrigin &origin);
    struct Postponed;
    [[nodiscard]] bool mustWait(const Message &message) const;
    void postpone(HttpExchange &exchange, const Message &message);
    void claim(DeferredAnswer &later, const std::shared_ptr<Postponed> &request, const CorrelationId &correlation);
    void openWhenRoom(DeferredAnswer &later, const std::shared_ptr<Postponed> &request);
    void openNow(DeferredAnswer &later, Postponed &request);
    Message messageOf(const Postponed &request);

    Hub &m_hub;
    PublishDesk &m_desk;
    JsonReader m_reader;
};

} // namespace trunkline
