// SPDX-License-Identifier: GPL-3.0-or-later
// Filters: any text is read or refused with a place inside it, and what was read runs over any payload. A text turned around with
// "not" passes the opposite; a quoted value finds itself; the completion stays inside the text.
#include "fuzz/Fuzz.h"
#include "hub/view/filter/Filter.h"
#include "hub/view/filter/FilterCompletion.h"
#include "hub/view/filter/PayloadJson.h"

using namespace trunkline;
using namespace trunkline::filter;

namespace {

void checkCompletion(const QString &text, qsizetype cursor)
{
    const Completion completion = complete(text, cursor, Record::Exchange, {{Field::User, {text}}});
    FUZZ_CHECK(completion.begin >= 0 && completion.begin <= completion.end && completion.end <= text.size());
    FUZZ_CHECK(completion.suggestions.size() <= 12);
}

void checkValue(const QString &text, QByteArrayView payload)
{
    JournalEntry entry;
    entry.user = text.toUtf8();
    const auto exact = Filter::parse(QStringLiteral("user:") + filterValue(text));
    FUZZ_CHECK(text.size() > 1000 || (exact && exact->matches(entry)));
    entry.text = payload.toByteArray();
    for (const PayloadMember &member : membersOf(payload))
        FUZZ_CHECK(fuzz::isWithin(member.value, payload));
    for (const QByteArrayView element : elementsOf(payload))
        FUZZ_CHECK(fuzz::isWithin(element, payload));
    if (const auto mistake = findJsonMistake(payload))
        FUZZ_CHECK(mistake->offset >= 0 && mistake->offset <= payload.size());
}

} // namespace

// The first byte says how long the filter is; the payload follows.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    fuzz::Input input(data, size);
    const uint8_t length = input.byte();
    const QString text = QString::fromUtf8(input.bytes(length));
    const QByteArrayView payload = input.rest();
    checkCompletion(text, length / 2);
    checkValue(text, payload);

    const auto filter = Filter::parse(text);
    if (!filter) {
        const FilterError &error = filter.error();
        FUZZ_CHECK(error.position >= 0 && error.length >= 0 && error.position + error.length <= text.size());
        FUZZ_CHECK(!error.reason.isEmpty());
        return 0;
    }
    JournalEntry entry;
    entry.user = "bob";
    entry.text = payload.toByteArray();
    ExchangeInfo exchange;
    exchange.request = entry.text;
    exchange.steps = {{StepKind::RequestComplete, {}, 0}, {StepKind::Ended, std::chrono::microseconds(900'000), 0}};
    const auto opposite = Filter::parse(QStringLiteral("not (") + text + u')');
    if (!opposite)      // a text at the limits, or an empty one
        return 0;
    FUZZ_CHECK(filter->matches(entry) != opposite->matches(entry));
    FUZZ_CHECK(filter->matches(exchange) != opposite->matches(exchange));
    return 0;
}
