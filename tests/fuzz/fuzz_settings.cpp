// SPDX-License-Identifier: GPL-3.0-or-later
// Values of settings: what is read can be written and read again; a log format that is accepted makes one line of any message.
#include "fuzz/Fuzz.h"
#include "hub/core/LogFormat.h"
#include "hub/core/SettingsValues.h"

using namespace trunkline;

namespace {

void checkValues(const QString &text)
{
    if (const auto duration = values::duration(text)) {
        FUZZ_CHECK(duration->count() >= 0);
        FUZZ_CHECK(values::duration(values::durationText(*duration)) == duration);
    }
    if (const auto bytes = values::bytes(text)) {
        FUZZ_CHECK(*bytes >= 0);
        FUZZ_CHECK(values::bytes(values::bytesText(*bytes)) == bytes);
    }
    if (const auto number = values::wholeNumber(text))
        FUZZ_CHECK(values::wholeNumber(QString::number(*number)) == number);
    if (const auto list = values::list(text)) {
        for (const QString &item : *list)
            FUZZ_CHECK(!item.isEmpty() && item == item.trimmed());
        // Written with commas it is the same list, unless an item holds one or would begin a JSON array.
        const QString joined = list->join(u',');
        if (joined.count(u',') == qMax<qsizetype>(0, list->size() - 1) && !joined.startsWith(u'['))
            FUZZ_CHECK(values::list(joined) == list);
    }
}

void checkLogFormat(const QString &format, const QString &message)
{
    const auto parsed = LogFormat::parse(format);
    if (!parsed)
        return;
    LogRecord record;
    record.time = std::chrono::microseconds(1'700'000'000'123'456);
    record.name = QStringLiteral("trunkline.gate");
    record.message = message;
    record.file = QStringLiteral("hub/net/Gate.cpp");
    record.function = QStringLiteral("f");
    const QByteArray line = parsed->line(record);
    FUZZ_CHECK(line.endsWith('\n'));
    // The format's own line breaks stay; the message adds none.
    record.message = QStringLiteral("m");
    FUZZ_CHECK(line.count('\n') == parsed->line(record).count('\n'));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    fuzz::Input input(data, size);
    const QByteArrayView first = input.bytes(input.byte());
    const QString text = QString::fromUtf8(first);
    checkValues(text);
    checkLogFormat(text, QString::fromUtf8(input.rest()));
    return 0;
}
