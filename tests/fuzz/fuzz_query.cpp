// SPDX-License-Identifier: GPL-3.0-or-later
// Queries: what was percent-encoded is read back, and any text is read without harm.
#include "fuzz/Fuzz.h"
#include "hub/core/AccessPolicy.h"
#include "hub/core/ClientWishes.h"
#include "hub/core/Ids.h"

using namespace trunkline;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    const QByteArrayView text(reinterpret_cast<const char *>(data), qsizetype(size));
    bool ok = false;
    const QByteArray value = queryValue(text, "user_id", &ok);
    FUZZ_CHECK(ok || value.isNull());
    if (isValidUserId(value)) {
        FUZZ_CHECK(value.isValidUtf8() && value.size() <= kMaxUserIdBytes && !value.contains('\0') && !value.contains('\n'));
        FUZZ_CHECK(queryValue(QByteArray("a=b&user_id=" + value.toPercentEncoding()), "user_id") == value);
    }
    const QByteArray encoded = text.toByteArray().toPercentEncoding();
    const QByteArray asValue = "x=1&q=" + encoded + "&y";
    FUZZ_CHECK(queryValue(asValue, "q", &ok) == text && ok);
    const QByteArray asName = "x&" + encoded + "=v";
    FUZZ_CHECK(queryValue(asName, text, &ok) == "v" && ok);

    QByteArray path;
    QByteArrayView query;
    if (splitTarget(text, path, query))
        FUZZ_CHECK(fuzz::isWithin(query, text));
    if (!text.contains('\0') && !text.isEmpty()) {
        const QByteArray target = '/' + encoded + '?' + encoded;
        FUZZ_CHECK(splitTarget(target, path, query) && path == '/' + text.toByteArray() && query == encoded);
    }

    // A place is a number of digits, or one that nobody has.
    const ClientWishes wishes = wishesOf(text, {});
    FUZZ_CHECK(wishes.after.has_value() == !queryValue(text, "last_event_id").isEmpty());
    const auto after = wishesOf("last_event_id=3", text).after;
    FUZZ_CHECK(after && (text.isEmpty() ? *after == 3 : *after == ClientWishes::kUnknownPlace || *after == text.toByteArray().toULongLong()));

    static const SystemClock clock;
    static const AccessPolicy policy = *AccessPolicy::create({}, "127.0.0.1", true, {}, clock);
    Visitor visitor;
    visitor.method = "POST";
    visitor.host = text;
    if (const auto refusal = policy.check(visitor); !text.isNull() && !refusal)
        FUZZ_CHECK(isLoopbackName(hostWithoutPort(text)));
    visitor.host = "localhost";
    visitor.origin = text;
    const bool own = text.toByteArray().toLower() == "http://localhost:80";
    FUZZ_CHECK(text.isNull() || policy.check(visitor).has_value() != (policy.isAllowedOrigin(text) || own));
    return 0;
}
