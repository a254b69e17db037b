// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/NearestName.h"
#include "hub/view/filter/FilterNode.h"

#include <QCoreApplication>

#include <limits>
#include <optional>

namespace trunkline::filter {

namespace {

using TestResult = tl::expected<Test, FilterError>;

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(Filter)
};

tl::unexpected<FilterError> error(qsizetype position, qsizetype length, const QString &reason, const QString &replacement = {})
{
    return tl::unexpected<FilterError>(FilterError{position, length, reason, replacement});
}

tl::unexpected<FilterError> errorAt(const Value &value, const QString &reason, const QString &replacement = {})
{
    return error(value.position, value.length, reason, replacement);
}

bool isOrder(Compare compare) { return compare >= Compare::Less; }

/// A value that `not state:…` and the like should have been written with.
tl::unexpected<FilterError> wrongCompare(const Token &token, const QString &why)
{
    return error(token.position, token.length, why);
}

/// data.order[0].id → data, order, 0, id; empty when it is no path.
JsonPath pathOf(const QString &name)
{
    JsonPath path;
    QString flat = name;
    flat.replace(u'[', u'.').remove(u']');
    const QStringList parts = flat.split(u'.');
    for (qsizetype i = 0; i < parts.size(); ++i) {
        if (parts[i].isEmpty() && i > 0)
            return {};
        if (!parts[i].isEmpty())
            path << parts[i].toUtf8();
    }
    return path;
}

struct Unit
{
    const char *name;
    double factor;
};
constexpr Unit durations[] = {{"us", 1}, {"µs", 1}, {"μs", 1}, {"ms", 1e3}, {"s", 1e6}, {"sec", 1e6}, {"m", 6e7}, {"min", 6e7}, {"h", 3.6e9}};
constexpr Unit sizes[] = {{"", 1}, {"b", 1}, {"k", 1024}, {"kb", 1024}, {"kib", 1024}, {"m", 1048576}, {"mb", 1048576}, {"mib", 1048576}, {"g", 1073741824}, {"gb", 1073741824}, {"gib", 1073741824}};
constexpr Unit counts[] = {{"", 1}, {"k", 1e3}, {"m", 1e6}};

std::span<const Unit> unitsOf(FieldType type)
{
    if (type == FieldType::Duration)
        return durations;
    return type == FieldType::Bytes ? std::span<const Unit>(sizes) : std::span<const Unit>(counts);
}

struct Measure
{
    double number;
    QString unit;
};

std::optional<Measure> measureOf(const QString &text)
{
    qsizetype end = 0;
    while (end < text.size() && (text[end].isDigit() || text[end] == u'.' || text[end] == u'_' || (end == 0 && text[end] == u'-')))
        ++end;
    bool ok = false;
    const double number = text.first(end).remove(u'_').toDouble(&ok);
    return ok ? std::optional(Measure{number, text.sliced(end).toLower()}) : std::nullopt;
}

tl::expected<double, FilterError> numberOf(const FieldInfo &field, const Value &value)
{
    const auto measure = measureOf(value.text);
    const QString example = QString::fromLatin1(field.example);
    if (!measure)
        return errorAt(value, Words::tr("“%1” is not a number; for example %2").arg(value.text, example));
    if (field.type == FieldType::Duration && measure->unit.isEmpty()) {
        if (measure->number == 0)
            return 0.0;
        return errorAt(value, Words::tr("“%1” needs a unit: us, ms, s or m").arg(value.text), value.text + QStringLiteral("ms"));
    }
    for (const Unit &unit : unitsOf(field.type)) {
        if (measure->unit == QString::fromUtf8(unit.name))
            return measure->number * unit.factor;
    }
    const QString known = field.type == FieldType::Duration ? QStringLiteral("us, ms, s, m")
        : field.type == FieldType::Bytes                    ? QStringLiteral("B, k, M")
                                                            : QStringLiteral("k, M");
    return errorAt(value, Words::tr("There is no unit “%1”; known are %2").arg(measure->unit, known));
}

tl::expected<TextPattern, FilterError> regexOf(const Value &value)
{
    QRegularExpression expression(value.text, QRegularExpression::DontCaptureOption);
    if (!TextPattern::asksForCase(value.text, true))
        expression.setPatternOptions(QRegularExpression::DontCaptureOption | QRegularExpression::CaseInsensitiveOption);
    if (!expression.isValid()) {
        // Inside quotes the offset may be off by the backslashes before it.
        const qsizetype at = std::min(value.position + (value.quoted ? 1 : 0) + expression.patternErrorOffset(), value.position + value.length);
        return error(at, value.position + value.length - at, Words::tr("The regular expression is wrong: %1").arg(expression.errorString()));
    }
    return TextPattern::regex(std::move(expression));
}

TestResult patternTest(const Token &token, Test test, TextPattern::Extent extent)
{
    for (const Value &value : token.values) {
        if (test.compare != Compare::Regex) {
            test.patterns.push_back(TextPattern::text(value.text, extent, !value.quoted));
            continue;
        }
        auto pattern = regexOf(value);
        if (!pattern)
            return tl::unexpected<FilterError>(pattern.error());
        test.patterns.push_back(std::move(*pattern));
    }
    return test;
}

TestResult wordTest(const Token &token, const FieldInfo &field, Test test)
{
    if (test.compare != Compare::Is && test.compare != Compare::IsNot)
        return wrongCompare(token, Words::tr("“%1” takes a colon: %2").arg(token.name, QString::fromLatin1(field.example)));
    for (const Value &value : token.values) {
        const TextPattern pattern = TextPattern::text(value.text.toLower(), TextPattern::Extent::Whole, !value.quoted);
        quint32 bits = 0;
        for (const FieldWord &word : field.words) {
            if (pattern.matches(QByteArrayView(word.word)))
                bits |= word.bit;
        }
        if (bits == 0) {
            const QStringList words = wordsOf(field);
            const QString nearest = nearestName(value.text, words);
            return errorAt(value, nearest.isEmpty() ? Words::tr("“%1” is one of %2").arg(token.name, words.join(QStringLiteral(", ")))
                                                    : Words::tr("“%1” has no “%2”; %3?").arg(token.name, value.text, nearest), nearest);
        }
        test.words |= bits;
    }
    return test;
}

TestResult numberTest(const Token &token, const FieldInfo &field, Test test)
{
    if (test.compare == Compare::Regex)
        return wrongCompare(token, Words::tr("“%1” is a number: %2").arg(token.name, QString::fromLatin1(field.example)));
    if (isOrder(test.compare) && token.values.size() > 1)
        return errorAt(token.values[1], Words::tr("“<” and “>” take one value"));
    for (const Value &value : token.values) {
        const auto number = numberOf(field, value);
        if (!number)
            return tl::unexpected<FilterError>(number.error());
        test.numbers.push_back(*number);
    }
    return test;
}

TestResult jsonTest(const Token &token)
{
    Test test{.field = Field::Json, .compare = token.compare, .path = pathOf(token.name)};
    if (test.path.isEmpty() || test.path.size() > kMaxPathParts)
        return error(token.position, token.name.size(), Words::tr("“%1” is not a path like data.order.id").arg(token.name));
    if (test.compare == Compare::Regex)
        return patternTest(token, std::move(test), TextPattern::Extent::Part);
    if (isOrder(test.compare) && token.values.size() > 1)
        return errorAt(token.values[1], Words::tr("“<” and “>” take one value"));
    for (const Value &value : token.values) {
        bool ok = false;
        const double number = value.quoted ? 0 : value.text.toDouble(&ok);
        if (isOrder(test.compare) && !ok)
            return errorAt(value, Words::tr("“%1” is not a number").arg(value.text));
        // As many as the values, so that both are read in step.
        test.numbers.push_back(ok ? number : std::numeric_limits<double>::quiet_NaN());
    }
    return patternTest(token, std::move(test), TextPattern::Extent::Whole);
}

TestResult unknownField(const Token &token)
{
    const QString nearest = nearestName(token.name, fieldNames());
    const QString reason = nearest.isEmpty()
        ? Words::tr("There is no field “%1”; quote it to search for it as text, or write .%1 for a member of the payload").arg(token.name)
        : Words::tr("There is no field “%1”; %2?").arg(token.name, nearest);
    return error(token.position, token.name.size(), reason, nearest);
}

} // namespace

TestResult makeTest(const Token &token)
{
    if (token.kind == Token::Kind::Word)
        return patternTest(token, {.field = Field::Any}, TextPattern::Extent::Part);
    const bool isMention = token.kind == Token::Kind::Mention;
    if (!isMention && (token.name.contains(u'.') || token.name.contains(u'[')))
        return jsonTest(token);
    const FieldInfo *field = isMention ? infoOf(Field::Mention) : findField(token.name);
    if (!field)
        return unknownField(token);
    Test test{.field = field->field, .compare = token.compare};
    switch (field->type) {
    case FieldType::Word: return wordTest(token, *field, std::move(test));
    case FieldType::Count:
    case FieldType::Duration:
    case FieldType::Bytes: return numberTest(token, *field, std::move(test));
    case FieldType::Name:
    case FieldType::Content: break;
    }
    if (isOrder(test.compare))
        return wrongCompare(token, Words::tr("“%1” is text: use a colon, or ~ for a regular expression").arg(token.name));
    test.anyMention = test.field == Field::Mention && token.values.front().text == u'*' && !token.values.front().quoted;
    return patternTest(token, std::move(test), field->type == FieldType::Name ? TextPattern::Extent::Whole : TextPattern::Extent::Part);
}

} // namespace trunkline::filter
