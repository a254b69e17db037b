// SPDX-License-Identifier: GPL-3.0-or-later
// The head parser comes to the same result however the bytes arrive.
#include "fuzz/Fuzz.h"
#include "hub/core/RequestHead.h"

using namespace trunkline;
using Outcome = RequestHeadParser::Outcome;

namespace {

QByteArray describe(const RequestHead &head)
{
    QByteArray text = head.method.toByteArray() + '\n' + head.target.toByteArray() + '\n' + QByteArray::number(head.minorVersion)
        + ' ' + QByteArray::number(head.size) + ' ' + QByteArray::number(head.contentLength.value_or(-1));
    for (const bool flag : {head.chunked, head.expectsContinue, head.closes, head.wantsWebSocket})
        text += flag ? '1' : '0';
    for (const HeaderField &field : head.fields)
        text += '\n' + field.name.toByteArray() + ':' + field.value.toByteArray();
    return text;
}

void checkComplete(const RequestHead &head, QByteArrayView bytes)
{
    FUZZ_CHECK(head.size > 0 && head.size <= bytes.size() && head.size <= HeadLimits{}.bytes);
    FUZZ_CHECK(bytes.first(head.size).endsWith("\r\n\r\n"));
    FUZZ_CHECK(head.fields.size() <= HeadLimits{}.fields);
    FUZZ_CHECK(!(head.chunked && head.contentLength));
    FUZZ_CHECK(!head.contentLength || *head.contentLength >= 0);
    FUZZ_CHECK(!head.method.isEmpty() && !head.target.isEmpty());
    FUZZ_CHECK(fuzz::isWithin(head.method, bytes) && fuzz::isWithin(head.target, bytes));
    for (const HeaderField &field : head.fields) {
        FUZZ_CHECK(!field.name.isEmpty() && !field.name.contains(' ') && !field.name.contains(':'));
        FUZZ_CHECK(!field.value.contains('\r') && !field.value.contains('\n') && !field.value.contains('\0'));
        FUZZ_CHECK(fuzz::isWithin(field.name, bytes) && fuzz::isWithin(field.value, bytes));
        FUZZ_CHECK(!head.field(field.name).isNull());
    }
    QByteArray path;
    QByteArrayView query;
    if (splitTarget(head.target, path, query))
        FUZZ_CHECK(!path.isEmpty() && !path.contains('\0'));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    const QByteArrayView bytes(reinterpret_cast<const char *>(data), qsizetype(size));
    RequestHeadParser whole;
    const Outcome outcome = whole.parse(bytes);
    if (outcome == Outcome::Complete)
        checkComplete(whole.head(), bytes);
    else if (outcome == Outcome::Bad)
        FUZZ_CHECK(whole.refusal().status >= 400 && whole.refusal().status <= 505 && !whole.refusal().detail.isEmpty());

    RequestHeadParser slow;
    const qsizetype step = 1 + bytes.size() / 512;      // every byte of what is short
    Outcome later = Outcome::NeedMore;
    for (qsizetype have = 0; later == Outcome::NeedMore && have < bytes.size();) {
        have = qMin(have + step, bytes.size());
        later = slow.parse(bytes.first(have));
    }
    FUZZ_CHECK(later == outcome || bytes.isEmpty());
    if (outcome == Outcome::Complete) {
        FUZZ_CHECK(describe(slow.head()) == describe(whole.head()));
        FUZZ_CHECK(slow.parse(bytes.first(whole.head().size - 1)) == Outcome::NeedMore);
    } else if (outcome == Outcome::Bad) {
        FUZZ_CHECK(slow.refusal().status == whole.refusal().status && slow.refusal().detail == whole.refusal().detail);
    }
    return 0;
}
