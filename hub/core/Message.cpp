// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/Message.h"

#include "hub/core/WsFrame.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace trunkline {

namespace {

/// Collects what is wrong with one message.
class Complaints
{
public:
    Complaints(BodyIssues &issues, const QByteArray &prefix) : m_issues(issues), m_prefix(prefix) { }

    void add(const char *type, QByteArrayView where, const char *text)
    {
        m_any = true;
        if (m_issues.size() >= kMaxBodyIssues)
            return;
        QByteArray location = m_prefix;
        if (!where.isEmpty())
            location.append('"').append(where).append('"');
        else
            location.chop(2);       // the comma of an index that nothing follows
        m_issues.push_back({type, location, text});
    }
    [[nodiscard]] bool any() const { return m_any; }

private:
    BodyIssues &m_issues;
    const QByteArray &m_prefix;
    bool m_any = false;
};

/// The last members of the names that matter, found in one pass.
template <std::size_t N>
std::array<const JsonMember *, N> pick(const JsonMembers &members, const std::array<const char *, N> &names)
{
    std::array<const JsonMember *, N> found{};
    for (const JsonMember &member : members) {
        for (std::size_t i = 0; i < N; ++i) {
            if (member.is(names[i])) {
                found[i] = &member;
                break;
            }
        }
    }
    return found;
}

bool given(const JsonMember *member) { return member && member->value.type != JsonType::Null; }

QByteArrayView optionalToken(const JsonMember *member, JsonType type, QByteArrayView name, Complaints &complaints)
{
    if (!given(member))
        return {};
    if (member->value.type == type)
        return member->value.raw;
    if (type == JsonType::Number)
        complaints.add("float_type", name, "Input should be a valid number");
    else
        complaints.add("string_type", name, "Input should be a valid string");
    return {};
}

std::optional<CorrelationId> correlationFrom(const JsonMember *member, QByteArrayView where, Complaints &complaints)
{
    if (!given(member))
        return std::nullopt;
    CorrelationId id;
    const QByteArrayView raw = member->value.raw;
    if (member->value.type == JsonType::Number) {
        id.key = raw.toByteArray();
    } else if (member->value.type == JsonType::String) {
        bool lossy = false;
        id.key = decodeJsonString(raw, &lossy);
        if (lossy) {
            complaints.add("string_unicode", where, "Input should be a valid string without lone surrogates");
            return std::nullopt;
        }
    } else {
        complaints.add("string_type", where, "Input should be a valid string");
        return std::nullopt;
    }
    if (id.key.isEmpty())
        return std::nullopt;
    if (id.key.size() > kMaxCorrelationIdBytes) {
        complaints.add("string_too_long", where, "String should have at most 256 bytes");
        return std::nullopt;
    }
    id.json = raw.toByteArray();
    return id;
}

void takeUser(const JsonMember *member, Message &message, Complaints &complaints)
{
    if (!member)
        return complaints.add("missing", "user_id", "Field required");
    if (member->value.type != JsonType::String)
        return complaints.add("string_type", "user_id", "Input should be a valid string");
    bool lossy = false;
    message.user = decodeJsonString(member->value.raw, &lossy);
    message.userJson = member->value.raw;
    if (message.user.isEmpty())
        return complaints.add("string_too_short", "user_id", "String should have at least 1 character");
    if (message.user.size() > kMaxUserIdBytes)
        return complaints.add("string_too_long", "user_id", "String should have at most 256 bytes");
    if (lossy || !isValidUserId(message.user))
        complaints.add("string_pattern_mismatch", "user_id", "String should not contain control characters");
}

/// A message for many names nobody.
void takeNobody(const JsonMember *member, Message &message, Complaints &complaints)
{
    if (member && (member->value.type != JsonType::String || decodeJsonString(member->value.raw) != "*"))
        return complaints.add("extra_forbidden", "user_id", "A broadcast names its receivers in users or prefix");
    message.user = "*";
    message.userJson = R"("*")";
}

constexpr std::array<const char *, 3> kReplaced{"user_id", "original_sender", "correlation_id"};

bool isReplaced(const JsonMember &member)
{
    // Most names differ in their first letter already.
    if (!member.nameIsEscaped && !member.name.isEmpty() && !std::strchr("uoc", member.name.front()))
        return false;
    for (const char *name : kReplaced) {
        if (member.is(name))
            return true;
    }
    return false;
}

/// The runs of members that stay: each from the quote of its first name to the end of its last value.
void keepMembers(const JsonMembers &data, Message &message)
{
    const char *begin = nullptr;
    const char *end = nullptr;
    const auto close = [&] {
        if (!begin)
            return;
        message.kept.push_back(QByteArrayView(begin, end));
        message.keptBytes += end - begin + 1;   // and a comma
        begin = nullptr;
    };
    for (const JsonMember &member : data) {
        if (isReplaced(member)) {
            close();
            continue;
        }
        if (!begin)
            begin = member.begin;
        end = member.end();
    }
    close();
}

QByteArrayView mentionText(const std::array<const JsonMember *, 5> &candidates)
{
    for (const JsonMember *member : candidates) {
        if (member && member->value.type == JsonType::String)
            return member->value.raw;
    }
    return {};
}

} // namespace

std::optional<Message> Message::fromJson(const JsonReader::Object &body, const QByteArray &prefix, BodyIssues &issues,
                                         Addressee addressee)
{
    Complaints complaints(issues, prefix);
    if (body.type != JsonType::Object) {
        complaints.add("model_attributes_type", {}, "Input should be a valid dictionary or object to extract fields from");
        return std::nullopt;
    }
    const auto [user, data, eventType, eventId, timestamp, correlation] = pick<6>(
        body.members, {"user_id", "data", "event_type", "event_id", "timestamp", "correlation_id"});
    const auto [message, text, dataText, content, bodyText, ownType, ownId, ownTimestamp, ownCorrelation] = pick<9>(
        body.data, {"message", "text", "data", "content", "body", "event_type", "event_id", "timestamp", "correlation_id"});

    Message result;
    result.body = body.raw;
    if (addressee == Addressee::One)
        takeUser(user, result, complaints);
    else
        takeNobody(user, result, complaints);
    if (!data)
        complaints.add("missing", "data", "Field required");
    else if (data->value.type != JsonType::Object)
        complaints.add("dict_type", "data", "Input should be a valid dictionary");
    result.eventType = optionalToken(eventType, JsonType::String, "event_type", complaints);
    result.eventId = optionalToken(eventId, JsonType::String, "event_id", complaints);
    result.timestamp = optionalToken(timestamp, JsonType::Number, "timestamp", complaints);
    result.correlation = correlationFrom(ownCorrelation, "data\", \"correlation_id", complaints);
    if (!result.correlation)
        result.correlation = correlationFrom(correlation, "correlation_id", complaints);
    if (complaints.any())
        return std::nullopt;

    result.eventName = result.eventType;
    if (ownType) {
        if (result.eventName.isEmpty() && ownType->value.type == JsonType::String)
            result.eventName = ownType->value.raw;
        result.eventType = {};
    }
    if (ownId)
        result.eventId = {};
    if (ownTimestamp) {
        result.timestamp = {};
        result.dataTimestamp = ownTimestamp->value.raw;
    }
    result.text = mentionText({message, text, dataText, content, bodyText});
    keepMembers(body.data, result);
    return result;
}

qsizetype Message::sizeEstimate() const
{
    // The names of what is added, two user ids, and a correlation id that is yet to be made.
    constexpr qsizetype added = kMaxWsHeaderBytes + 200;
    return added + keptBytes + traceparent.size() + 2 * userJson.size() + (correlation ? correlation->json.size() : 0) + dataTimestamp.size()
        + eventType.size() + eventId.size() + timestamp.size();
}

void Message::tag(QByteArrayView id, QByteArrayView parent, const JsonReader::Object &object)
{
    requestId = id;
    if (parent.isEmpty())
        return;
    const bool hasOwn = std::any_of(object.data.begin(), object.data.end(), [](const JsonMember &member) { return member.is("traceparent"); });
    traceparent = hasOwn ? QByteArrayView() : parent;
}

OutboundMessage::OutboundMessage(const Message &message, QByteArrayView correlationJson) : m_requestId(message.requestId)
{
    const QByteArrayView stamp = message.dataTimestamp.isEmpty() ? QByteArrayView("null") : message.dataTimestamp;
    const std::array<QByteArrayView, 7> tail{
        R"("user_id":)", message.userJson, R"(,"original_sender":{"user_id":)", message.userJson, R"(,"timestamp":)", stamp,
        R"(},"correlation_id":)"};
    const std::array<std::pair<QByteArrayView, QByteArrayView>, 4> extras{{
        {R"(,"event_type":)", message.eventType}, {R"(,"event_id":)", message.eventId}, {R"(,"timestamp":)", message.timestamp},
        {R"(,"traceparent":)", message.traceparent}}};

    qsizetype size = 2 + message.keptBytes + correlationJson.size();
    for (const QByteArrayView piece : tail)
        size += piece.size();
    for (const auto &[name, value] : extras)
        size += value.isEmpty() ? 0 : name.size() + value.size();

    char header[kMaxWsHeaderBytes];
    m_payloadOffset = writeWsTextHeader(header, size);
    m_frame.resize(m_payloadOffset + size);
    char *out = m_frame.data();
    const auto put = [&out](QByteArrayView piece) {
        std::memcpy(out, piece.data(), std::size_t(piece.size()));
        out += piece.size();
    };
    put({header, m_payloadOffset});
    *out++ = '{';
    for (const QByteArrayView run : message.kept) {
        put(run);
        *out++ = ',';
    }
    for (const QByteArrayView piece : tail)
        put(piece);
    put(correlationJson);
    for (const auto &[name, value] : extras) {
        if (!value.isEmpty()) {
            put(name);
            put(value);
        }
    }
    *out++ = '}';
    Q_ASSERT(out == m_frame.constData() + m_frame.size());
}

OutboundMessage::OutboundMessage(const QByteArray &frame, qsizetype payloadOffset, quint64 sequence, const QByteArray &eventName)
    : m_frame(frame), m_payloadOffset(payloadOffset), m_sequence(sequence), m_eventName(eventName)
{
}

OutboundMessage OutboundMessage::ofJson(QByteArrayView json, quint64 sequence, const QByteArray &eventName)
{
    char header[kMaxWsHeaderBytes];
    const qsizetype size = writeWsTextHeader(header, json.size());
    QByteArray frame(header, size);
    return {frame.append(json), size, sequence, eventName};
}

QByteArray OutboundMessage::numberedFrame() const
{
    QByteArray json = payload().chopped(1).toByteArray();
    json.append(R"(,"_seq":)").append(QByteArray::number(m_sequence)).append('}');
    return ofJson(json, m_sequence, m_eventName).frame();
}

QByteArray OutboundMessage::event() const
{
    const QByteArrayView json = payload();
    QByteArray out;
    out.reserve(json.size() + m_eventName.size() + 48);
    if (m_sequence != 0)
        out.append("id: ").append(QByteArray::number(m_sequence)).append('\n');
    if (!m_eventName.isEmpty())
        out.append("event: ").append(m_eventName).append('\n');
    out.append("data: ");
    if (!json.contains('\n') && !json.contains('\r'))
        return out.append(json).append("\n\n");
    // Valid JSON has raw line breaks only between tokens.
    for (const char c : json) {
        if (c != '\n' && c != '\r')
            out.append(c);
    }
    return out.append("\n\n");
}

QByteArray eventNameOf(const Message &message)
{
    if (message.eventName.isEmpty())
        return {};
    const QByteArray name = decodeJsonString(message.eventName);
    const bool isPlain = std::none_of(name.begin(), name.end(), [](char c) { return c == '\n' || c == '\r' || c == '\0'; });
    return isPlain && name != "message" && name != "gap" && name != "close" && name != "presence" ? name : QByteArray();
}

OutboundMessage OutboundMessage::fromFrames(QByteArray frames)
{
    OutboundMessage message;
    message.m_frame = std::move(frames);
    return message;
}

QByteArray toJson(const BodyIssues &issues)
{
    QByteArray out = R"({"detail": [)";
    bool first = true;
    for (const BodyIssue &issue : issues) {
        if (!first)
            out.append(", ");
        first = false;
        out.append(R"({"type": ")").append(issue.type).append(R"(", "loc": ["body")");
        if (!issue.location.isEmpty())
            out.append(", ").append(issue.location);
        out.append(R"(], "msg": )").append(encodeJsonString(issue.text)).append('}');
    }
    return out.append("]}");
}

} // namespace trunkline
