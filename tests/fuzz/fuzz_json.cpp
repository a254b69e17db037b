// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON reader agrees with RapidJSON, except for what the contract allows (lone surrogates, any number) and depth, and with
// itself: in place or copied, as one text or as a batch, as a whole or in parts.
#include "fuzz/Fuzz.h"
#include "fuzz/JsonOpinion.h"

using namespace trunkline;

namespace {

void checkMembers(const JsonMembers &members, QByteArrayView text)
{
    static JsonReader parts;
    for (const JsonMember &member : members) {
        const QByteArrayView whole(member.begin, member.end());
        FUZZ_CHECK(fuzz::isWithin(whole, text) && fuzz::isWithin(member.value.raw, whole));
        FUZZ_CHECK(whole.startsWith('"') && fuzz::isWithin(member.name, whole));
        const auto *value = parts.read(member.value.raw);
        FUZZ_CHECK(value && value->type == member.value.type && value->raw.size() == member.value.raw.size());
        const QByteArray name = decodeJsonString(QByteArrayView(member.begin, member.name.size() + 2));
        FUZZ_CHECK(member.is(name) && name.isValidUtf8());
        FUZZ_CHECK(member.nameIsEscaped == member.name.contains('\\'));
        if (member.value.type == JsonType::String) {
            const QByteArray decoded = decodeJsonString(member.value.raw);
            FUZZ_CHECK(decoded.isValidUtf8() && decodeJsonString(encodeJsonString(decoded)) == decoded);
        }
    }
}

void checkEach(QByteArrayView text, bool accepted, JsonType type)
{
    static JsonReader reader;
    static JsonReader single;
    qsizetype count = 0;
    const auto each = reader.readEach(text, 0, [&](qsizetype index, const JsonReader::Object &object) {
        FUZZ_CHECK(index == count++);
        const QByteArray copy = object.raw.toByteArray();
        const auto *alone = single.read(copy);
        FUZZ_CHECK(alone && alone->type == object.type && alone->members.size() == object.members.size());
        FUZZ_CHECK(alone->data.size() == object.data.size());
    });
    FUZZ_CHECK(each.has_value() == accepted);
    FUZZ_CHECK(!each || *each == type);
    FUZZ_CHECK(each || (reader.error().offset >= 0 && reader.error().offset <= text.size() && !reader.error().message.isEmpty()));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    const QByteArrayView text(reinterpret_cast<const char *>(data), qsizetype(size));
    static JsonReader copying;
    static JsonReader inPlace;
    const auto *object = copying.read(text);
    // What follows in a receive buffer is the peer's choice, too.
    const char tail = "}],:\"[{1"[size % 8];
    QByteArray padded = text.toByteArray();
    padded.append(QByteArray(kJsonPadding, tail));
    const auto *same = inPlace.read(QByteArrayView(padded).first(text.size()), kJsonPadding);
    FUZZ_CHECK(bool(object) == bool(same));
    if (const auto opinion = fuzz::isJsonBySecondOpinion(text))
        FUZZ_CHECK(*opinion == bool(object));
    if (object) {
        FUZZ_CHECK(object->type == same->type && object->raw == same->raw && object->members.size() == same->members.size());
        FUZZ_CHECK(copying.error().message.isEmpty());
        checkMembers(same->members, padded);
        checkMembers(same->data, padded);
        checkEach(text, true, object->type);
    } else {
        FUZZ_CHECK(!copying.error().message.isEmpty() && copying.error().message == inPlace.error().message);
        FUZZ_CHECK(copying.error().offset >= 0 && copying.error().offset <= text.size());
        FUZZ_CHECK(copying.error().offset == inPlace.error().offset);
        checkEach(text, false, {});
    }
    return 0;
}
