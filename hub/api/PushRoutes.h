// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/api/Router.h"
#include "hub/core/Json.h"
#include "hub/Hub.h"
#include "hub/core/Message.h"
#include "hub/core/MessageStore.h"

namespace trunkline {

class PublishDesk;

/// `POST {SSE_PATH}`: one message to one user, answered at once unless it asks to wait.
class PushRoute final : public Route
{
public:
    PushRoute(Hub &hub, PublishDesk &desk);
    void handle(HttpExchange &exchange) override;
    [[nodiscard]] std::vector<OperationDoc> describe() const override;
    [[nodiscard]] QByteArrayList methods() const override { return {"POST"}; }
    [[nodiscard]] std::optional<Role> role() const override { return Role::Publish; }
    [[nodiscard]] bool isFast() const override { return true; }
    [[nodiscard]] bool isRepeatable() const override { return true; }

private:
    void handleSlowly(HttpExchange &exchange);
    void pushElsewhere(HttpExchange &exchange, Message &message);
    void broadcast(HttpExchange &exchange, const Message &message);
    [[nodiscard]] HttpResponse answerTo(const PostOutcome &outcome) const;

    Hub &m_hub;
    PublishDesk &m_desk;
    JsonReader m_reader;
    const bool m_mayBlock;              ///< SLOW_CONSUMER=block-publisher
    const HttpResponse m_delivered;     ///< to one session
    const HttpResponse m_notConnected;
};

/// `POST {SSE_BATCH_PATH}`: an array of messages, all or nothing as far as their form goes, delivered in order.
class BatchRoute final : public Route
{
public:
    BatchRoute(Hub &hub, PublishDesk &desk);
    void handle(HttpExchange &exchange) override;
    [[nodiscard]] std::vector<OperationDoc> describe() const override;
    [[nodiscard]] QByteArrayList methods() const override { return {"POST"}; }
    [[nodiscard]] std::optional<Role> role() const override { return Role::Publish; }
    [[nodiscard]] bool isFast() const override { return true; }
    [[nodiscard]] bool isRepeatable() const override { return true; }

private:
    void handleSlowly(HttpExchange &exchange);
    std::optional<std::vector<Message>> readMessages(HttpExchange &exchange, QByteArrayView body, qsizetype padding);

    Hub &m_hub;
    PublishDesk &m_desk;
    JsonReader m_reader;
    const qsizetype m_most;     ///< MAX_BATCH_MESSAGES
};

/// Answers once what was ordered up to `ticket` survives the end of the process; with 503 when that is not possible.
void respondWhenStored(Hub &hub, HttpExchange &exchange, MessageStore::Ticket ticket, const HttpResponse &answer);
/// 503: what was to be kept could not be written.
HttpResponse notStored();
/// 503: the user is on another hub, or may be, and nothing is heard of it.
HttpResponse backplaneUnavailable();
/// The answer to a push: `{"status", "message", "sessions"}`, and `"seq"` where the user's messages are numbered.
QByteArray pushAnswer(const Hub::Delivery &delivery);

/// Makes the answer to a batch: `{"results": [{"index", "user_id", "success", "sessions"}, …]}`.
class BatchAnswer
{
public:
    explicit BatchAnswer(std::size_t messages);
    void add(const Message &message, const Hub::Delivery &delivery);
    /// One more member, `"name": value`, of the result that was added last.
    void addMember(QByteArrayView member);
    [[nodiscard]] HttpResponse take();

private:
    QByteArray m_json;
    std::size_t m_count = 0;
};

/// `body` with what the reader needs behind it, so that views into it last as long as the copy.
QByteArray paddedCopy(QByteArrayView body);
/// Whether the message may be pushed: `*` needs PUSH_TO_ALL. Answers 422 itself.
bool admitsUser(HttpExchange &exchange, const Hub &hub, const Message &message);

/// The answer to a body that is not JSON.
HttpResponse malformedJson(const JsonError &error);
/// The answer to a body that is JSON, but not what was wanted.
HttpResponse unprocessable(const BodyIssues &issues);
/// The message of a request's body; answers 422 itself when there is none. Views are valid while the reader is not used again.
std::optional<Message> readMessage(HttpExchange &exchange, JsonReader &reader);
/// The same of a body that was copied.
std::optional<Message> readMessage(HttpExchange &exchange, JsonReader &reader, QByteArrayView text, qsizetype padding);

} // namespace trunkline
