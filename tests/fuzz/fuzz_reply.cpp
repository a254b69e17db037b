// SPDX-License-Identifier: GPL-3.0-or-later
// A reply's event is one line of valid JSON that means the same as the text did, with the final flag at most once.
#include "fuzz/Fuzz.h"
#include "hub/core/JsonTokens.h"
#include "hub/core/Reply.h"

#include <algorithm>

using namespace trunkline;

namespace {

QByteArray onOneLine(QByteArrayView text)
{
    QByteArray line = trimJson(text).toByteArray();
    line.removeIf([](char c) { return c == '\n' || c == '\r'; });
    return line;
}

bool isFlag(const JsonMember &member) { return member.is("is_final"); }

/// The flag was added: the members that are not the flag stand as they stood.
void checkAddedFlag(const JsonReader::Object &before, const JsonReader::Object &after)
{
    FUZZ_CHECK(std::count_if(after.members.begin(), after.members.end(), isFlag) == 1);
    FUZZ_CHECK(after.members.back().is("is_final") && after.members.back().value.raw == "true");
    auto kept = after.members.begin();
    for (const JsonMember &member : before.members) {
        if (isFlag(member))
            continue;
        FUZZ_CHECK(onOneLine({member.begin, member.end()}) == QByteArrayView(kept->begin, kept->end()));
        ++kept;
    }
    FUZZ_CHECK(kept + 1 == after.members.end());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    const QByteArrayView text(reinterpret_cast<const char *>(data), qsizetype(size));
    static JsonReader reader;
    static JsonReader before;
    static JsonReader after;
    const auto reply = Reply::parse(reader, text, 0);
    const auto *original = before.read(text);
    FUZZ_CHECK(reply.has_value() == bool(original));
    if (!reply || !reply->correlation)
        return 0;
    FUZZ_CHECK(!reply->correlation->key.isEmpty() && reply->correlation->key.size() <= kMaxCorrelationIdBytes);
    FUZZ_CHECK(!reply->event.contains('\n') && !reply->event.contains('\r'));
    const auto *sent = after.read(reply->event);
    FUZZ_CHECK(sent && sent->type == JsonType::Object);
    if (reply->event != onOneLine(text))
        checkAddedFlag(*original, *sent);

    // Read again it says the same, and nothing is left to do.
    const auto again = Reply::parse(reader, reply->event, 0);
    FUZZ_CHECK(again && again->correlation && *again->correlation == *reply->correlation);
    FUZZ_CHECK(again->final == reply->final && again->event == reply->event);

    const QByteArray event = encodeEvent(reply->event);
    FUZZ_CHECK(event == "data: " + reply->event + "\n\n" && event.count('\n') == 2);
    return 0;
}
