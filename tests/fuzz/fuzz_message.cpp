// SPDX-License-Identifier: GPL-3.0-or-later
// What a client gets of an accepted message is valid JSON, has the hub's members exactly once and the others byte for byte.
#include "fuzz/Fuzz.h"
#include "hub/core/Message.h"
#include "hub/core/MentionRouter.h"

#include <QJsonDocument>
#include <QtEndian>

#include <algorithm>

using namespace trunkline;

namespace {

QByteArrayView bytesOf(const JsonMember &member) { return {member.begin, member.end()}; }
bool isHubs(const JsonMember &member) { return member.is("user_id") || member.is("original_sender") || member.is("correlation_id"); }

void checkFrame(const OutboundMessage &message)
{
    const QByteArray &frame = message.frame();
    const qint64 size = message.payload().size();
    FUZZ_CHECK(uchar(frame[0]) == 0x81);
    const int length = uchar(frame[1]);
    const qint64 announced = length == 126 ? qFromBigEndian<quint16>(frame.constData() + 2)
        : length == 127                    ? qint64(qFromBigEndian<quint64>(frame.constData() + 2))
                                           : length;
    FUZZ_CHECK(announced == size);
    FUZZ_CHECK((length < 126) == (size < 126) && (length == 127) == (size > 0xffff));
}

/// `body` is the checked request, `payload` what was made of it.
void checkPayload(const JsonReader::Object &body, QByteArrayView payload, const Message &message, const CorrelationId &id)
{
    static JsonReader reader;
    const auto *sent = reader.read(payload);
    FUZZ_CHECK(sent && sent->type == JsonType::Object);
    auto member = sent->members.begin();
    for (const JsonMember &original : body.data) {
        if (isHubs(original))
            continue;
        FUZZ_CHECK(member != sent->members.end() && bytesOf(*member) == bytesOf(original));
        ++member;
    }
    const auto next = [&](QByteArrayView name, QByteArrayView value) {
        FUZZ_CHECK(member != sent->members.end() && member->is(name) && member->value.raw == value);
        ++member;
    };
    const QByteArrayView user = body.find("user_id")->value.raw;
    const JsonMember *stamp = body.findInData("timestamp");
    next("user_id", user);
    const QByteArray sender = R"({"user_id":)" + user.toByteArray() + R"(,"timestamp":)"
        + (stamp ? stamp->value.raw.toByteArray() : QByteArray("null")) + '}';
    next("original_sender", sender);
    next("correlation_id", id.json);
    for (const char *name : {"event_type", "event_id", "timestamp"}) {
        const JsonMember *given = body.find(name);
        if (given && given->value.type != JsonType::Null && !body.findInData(name))
            next(name, given->value.raw);
    }
    FUZZ_CHECK(member == sent->members.end());
    for (const char *name : {"user_id", "original_sender", "correlation_id"})
        FUZZ_CHECK(std::count_if(sent->members.begin(), sent->members.end(), [&](const JsonMember &m) { return m.is(name); }) == 1);
    FUZZ_CHECK(decodeJsonString(sent->find("user_id")->value.raw) == message.user);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    const QByteArray text(reinterpret_cast<const char *>(data), qsizetype(size));
    static JsonReader reader;
    static const MentionRouter router;
    const auto *body = reader.read(text);
    if (!body)
        return 0;
    BodyIssues issues;
    const auto message = Message::fromJson(*body, {}, issues);
    FUZZ_CHECK(message.has_value() == issues.empty());
    JsonReader answers;
    if (!message) {
        FUZZ_CHECK(issues.size() <= kMaxBodyIssues);
        FUZZ_CHECK(answers.read(toJson(issues)));
        return 0;
    }
    FUZZ_CHECK(isValidUserId(message->user));
    if (const auto account = router.mentioned(message->text))
        FUZZ_CHECK(router.isPublic(*account) && decodeJsonString(message->text).contains(QByteArray('@' + *account)));
    const CorrelationId id = message->correlation.value_or(CorrelationId{"made", R"("made")"});
    FUZZ_CHECK(!id.key.isEmpty() && id.key.size() <= kMaxCorrelationIdBytes);
    const OutboundMessage outbound(*message, id);
    checkFrame(outbound);
    checkPayload(*body, outbound.payload(), *message, id);
    if (!QJsonDocument::fromJson(text).isNull())
        FUZZ_CHECK(!QJsonDocument::fromJson(outbound.payload().toByteArray()).isNull());

    const QByteArray batch = '[' + text + ',' + text + ']';
    int fine = 0;
    const auto type = answers.readEach(batch, 0, [&](qsizetype index, const JsonReader::Object &element) {
        const auto again = Message::fromJson(element, QByteArray::number(index) + ", ", issues);
        fine += again && OutboundMessage(*again, id).frame() == outbound.frame();
    });
    // One level deeper than the text alone.
    FUZZ_CHECK((type && fine == 2) || (!type && answers.error().message.startsWith("JSON is nested too deeply")));
    return 0;
}
