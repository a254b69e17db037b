// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/Reply.h"

namespace trunkline {

namespace {

std::optional<CorrelationId> idFrom(const JsonMember *member)
{
    if (!member)
        return std::nullopt;
    CorrelationId id;
    bool lossy = false;
    if (member->value.type == JsonType::String)
        id.key = decodeJsonString(member->value.raw, &lossy);
    else if (member->value.type == JsonType::Number)
        id.key = member->value.raw.toByteArray();
    // No request can have had an id with a lone surrogate.
    if (lossy || id.key.isEmpty() || id.key.size() > kMaxCorrelationIdBytes)
        return std::nullopt;
    return id;
}

bool isTrue(const JsonMember *member) { return member && member->value.raw == "true"; }

bool saysAck(const JsonMember *type) { return type && type->value.raw == R"("ack")"; }

bool saysFinalResponse(const JsonMember *type)
{
    return type && type->value.type == JsonType::String && decodeJsonString(type->value.raw) == "final_response";
}

/// The object `raw` with `is_final` true exactly once, the other members untouched.
QByteArray withFinalFlag(const JsonReader::Object &object)
{
    QByteArray out;
    out.reserve(object.raw.size() + 20);
    out.append('{');
    for (const JsonMember &member : object.members) {
        if (!member.is("is_final"))
            out.append(QByteArrayView(member.begin, member.end())).append(',');
    }
    return out.append(R"("is_final":true})");
}

} // namespace

std::optional<Reply> Reply::parse(JsonReader &reader, QByteArrayView text, qsizetype padding)
{
    const JsonReader::Object *object = reader.read(text, padding);
    if (!object)
        return std::nullopt;
    Reply reply;
    reply.correlation = idFrom(object->find("correlation_id"));
    const bool inside = !reply.correlation;
    if (inside)
        reply.correlation = idFrom(object->findInData("correlation_id"));
    if (!reply.correlation)
        return reply;
    reply.ack = saysAck(object->find("type")) || (inside && saysAck(object->findInData("type")));
    const bool flagged = isTrue(object->find("is_final"));
    // A client that keeps its id inside `data` keeps the end mark there as well.
    const bool flaggedInside = inside && isTrue(object->findInData("is_final"));
    const bool finalResponse = saysFinalResponse(object->find("type"))
        || (inside && saysFinalResponse(object->findInData("type")));
    reply.final = flagged || flaggedInside || finalResponse;
    reply.event = finalResponse && !flagged ? withFinalFlag(*object) : object->raw.toByteArray();
    // Valid JSON has raw line breaks only between tokens.
    if (reply.event.contains('\n') || reply.event.contains('\r'))
        reply.event.removeIf([](char c) { return c == '\n' || c == '\r'; });
    return reply;
}

QByteArray encodeEvent(QByteArrayView json, QByteArrayView id)
{
    QByteArray out;
    out.reserve(json.size() + id.size() + 16);
    if (!id.isEmpty())
        out.append("id: ").append(id).append('\n');
    return out.append("data: ").append(json).append("\n\n");
}

} // namespace trunkline
