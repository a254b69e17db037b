// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Ids.h"
#include "hub/core/Json.h"

#include <QVarLengthArray>

#include <optional>
#include <vector>

namespace trunkline {

/// One thing that is wrong with a body, in the shape FastAPI's clients parse.
struct BodyIssue
{
    QByteArray type;        ///< `missing`, `string_type`, `json_invalid` …
    QByteArray location;    ///< JSON of what follows `"body"`: `"user_id"` or `3, "user_id"` or a byte offset; may be empty
    QByteArray text;
};
using BodyIssues = std::vector<BodyIssue>;

/// A body with very many mistakes is answered with the first ones.
inline constexpr std::size_t kMaxBodyIssues = 50;

/// What a sender asks for. The views point into the request's body and are valid only while that is.
struct Message
{
    UserId user;                        ///< whom the sender named
    QByteArrayView userJson;            ///< the same as the sender wrote it
    std::optional<CorrelationId> correlation;   ///< absent: the hub makes one
    QByteArrayView eventName;           ///< token of the event_type that the sender gave, else of the one in `data`; may be empty
    QByteArrayView eventType;           ///< tokens of the message; empty when not given or when `data` has its own
    QByteArrayView eventId;
    QByteArrayView timestamp;
    QByteArrayView dataTimestamp;       ///< token of `data.timestamp`, empty when absent
    QByteArrayView body;                ///< the whole message as it was posted
    QByteArrayView requestId{};         ///< of the POST that brought it; may be empty
    QByteArrayView traceparent{};       ///< JSON string; empty when none came with it or `data` has its own
    QByteArrayView text;                ///< string token that may hold an @mention, empty when there is none
    QVarLengthArray<QByteArrayView, 4> kept;    ///< runs of `data`'s members that are forwarded untouched, without commas around
    qsizetype keptBytes = 0;

    /// Whom a body may name.
    enum class Addressee { One, Many };

    /// Takes the members out of a checked object. `Many` wants no `user_id`: the message is for `*`. Issues are appended to `issues` and nullopt is returned on any.
    /// `prefix` goes before each location: empty, or `3, ` in a batch.
    static std::optional<Message> fromJson(const JsonReader::Object &body, const QByteArray &prefix, BodyIssues &issues,
                                           Addressee addressee = Addressee::One);
    /// Notes which request brought it; `traceparent` is a JSON string or empty.
    void tag(QByteArrayView requestId, QByteArrayView traceparent, const JsonReader::Object &object);
    [[nodiscard]] bool isForAll() const { return user.size() == 1 && user.front() == '*'; }
    /// At least as much as the frame will have.
    [[nodiscard]] qsizetype sizeEstimate() const;
};

/// What goes to the client: one unmasked WebSocket text frame (RFC 6455 §5.2) around the spliced payload.
class OutboundMessage
{
public:
    /// `correlationJson`: the id's token.
    OutboundMessage(const Message &message, QByteArrayView correlationJson);
    OutboundMessage(const Message &message, const CorrelationId &correlation) : OutboundMessage(message, correlation.json) { }
    /// A message as it was kept: `frame` with its payload from `payloadOffset` on.
    OutboundMessage(const QByteArray &frame, qsizetype payloadOffset, quint64 sequence, const QByteArray &eventName);
    /// A text of the hub's own; `json` is an object.
    static OutboundMessage ofJson(QByteArrayView json, quint64 sequence, const QByteArray &eventName);

    /// Finished frames, written as they are; payload() is all of their bytes.
    [[nodiscard]] static OutboundMessage fromFrames(QByteArray frames);
    /// One text frame around any payload.
    [[nodiscard]] static OutboundMessage fromPayload(QByteArrayView payload) { return ofJson(payload, 0, {}); }

    [[nodiscard]] const QByteArray &frame() const { return m_frame; }
    [[nodiscard]] QByteArrayView payload() const { return QByteArrayView(m_frame).sliced(m_payloadOffset); }
    [[nodiscard]] qsizetype payloadOffset() const { return m_payloadOffset; }
    /// Of the POST that brought it; valid as long as the Message that this was made of.
    [[nodiscard]] QByteArrayView requestId() const { return m_requestId; }
    void setRequestId(QByteArrayView id) { m_requestId = id; }

    /// The number among its user's messages; 0 while the user's are not numbered.
    [[nodiscard]] quint64 sequence() const { return m_sequence; }
    void setSequence(quint64 sequence) { m_sequence = sequence; }
    /// The type of the Server-Sent Event; empty: `message`.
    [[nodiscard]] const QByteArray &eventName() const { return m_eventName; }
    void setEventName(const QByteArray &name) { m_eventName = name; }
    /// The frame with a last member `_seq`, the number.
    [[nodiscard]] QByteArray numberedFrame() const;
    /// As a Server-Sent Event (WHATWG HTML §9.2.6) with `id`, `event` and one line of `data`.
    [[nodiscard]] QByteArray event() const;

private:
    OutboundMessage() = default;
    QByteArray m_frame;
    qsizetype m_payloadOffset = 0;
    QByteArrayView m_requestId{};
    quint64 m_sequence = 0;
    QByteArray m_eventName;
};

/// The event type that a subscriber sees: the sender's, unless it cannot stand in an `event:` line or is one of the hub's own.
QByteArray eventNameOf(const Message &message);

/// `issues` as `{"detail": [{"type", "loc", "msg"}, …]}`.
QByteArray toJson(const BodyIssues &issues);

} // namespace trunkline
