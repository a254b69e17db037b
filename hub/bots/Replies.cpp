// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/bots/Replies.h"

#include "hub/core/Json.h"
#include "hub/core/JsonText.h"

#include <functional>
#include <optional>

namespace trunkline::replies {

namespace {

bool hasCorrelation(const QByteArray &object)
{
    JsonReader reader;
    const JsonReader::Object *parsed = reader.read(object);
    return parsed && (parsed->find("correlation_id") || parsed->findInData("correlation_id"));
}

/// Puts `"correlation_id":ID` in front of an object's first member.
QByteArray withCorrelation(const QByteArray &object, const QByteArray &id)
{
    QByteArray result = object.trimmed();
    const bool empty = result.sliced(1).trimmed().startsWith('}');
    return result.insert(1, "\"correlation_id\":" + id + (empty ? "" : ","));
}

QByteArray textReply(const QByteArray &id, QByteArrayView text)
{
    return "{\"correlation_id\":" + id + ",\"data\":{\"message\":" + encodeJsonString(text) + "},\"is_final\":true}";
}

/// Behind the } of the ${path} that starts at `at`; 0 when none starts there.
qsizetype placeholderEnd(const QByteArray &text, qsizetype at)
{
    if (text[at] != '$' || text.mid(at + 1, 1) != "{")
        return 0;
    for (qsizetype i = at + 2; i < text.size(); ++i) {
        if (text[i] == '}')
            return i + 1;
        if (QByteArrayView("\"\\{").contains(text[i]))
            return 0;
    }
    return 0;
}

/// Copies `text` and asks `value` for every ${path}, saying whether it stands inside of a JSON string.
QByteArray substituted(const QByteArray &text, const std::function<QByteArray(QByteArrayView path, bool inString)> &value)
{
    QByteArray result;
    bool inString = false;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (QByteArrayView(text).sliced(i).startsWith("$${")) {
            result += "${";
            i += 2;
            continue;
        }
        if (const qsizetype end = placeholderEnd(text, i); end > 0) {
            result += value(QByteArrayView(text).sliced(i + 2, end - i - 3), inString);
            i = end - 1;
            continue;
        }
        if (text[i] == '"')
            inString = !inString;
        result += text[i];
        if (text[i] == '\\' && inString && i + 1 < text.size())
            result += text[++i];
    }
    return result;
}

QByteArray placeholderValue(QByteArrayView request, QByteArrayView path, bool inString)
{
    auto value = jsontext::valueAt(request, path);
    if (!value && path.startsWith("data."))
        value = jsontext::valueAt(request, path.sliced(5));
    if (!inString)
        return value.value_or("null");
    if (!value || *value == "null")
        return {};
    // A string's own escapes are good where it goes, too.
    const QByteArray token = value->startsWith('"') ? *value : encodeJsonString(*value);
    return token.sliced(1, token.size() - 2);
}

} // namespace

QByteArray echo(QByteArrayView request)
{
    JsonReader reader;
    const JsonReader::Object *object = reader.read(request);
    QByteArray id = "null";
    QByteArray members;
    if (object) {
        for (const JsonMember &member : object->members) {
            if (member.is("correlation_id"))
                id = member.value.raw.toByteArray();
            if (member.is("correlation_id") || member.is("user_id") || member.is("original_sender"))
                continue;
            members += (members.isEmpty() ? "" : ",") + QByteArray(member.begin, member.end() - member.begin);
        }
    }
    return "{\"correlation_id\":" + id + ",\"data\":{" + members + "},\"is_final\":true}";
}

Result<QByteArray> typed(QByteArrayView line, QByteArrayView request)
{
    const QByteArray text = line.trimmed().toByteArray();
    const bool object = text.startsWith('{');
    if (object && !jsontext::isObject(text))
        return failure(ErrorCode::InvalidJson, QStringLiteral("that starts with { and is no JSON object; nothing was sent"));
    if (object && hasCorrelation(text))
        return text;
    const auto id = jsontext::valueAt(request, "correlation_id");
    if (!id)
        return failure(ErrorCode::InvalidJson, QStringLiteral("there is no request to answer yet"));
    return object ? withCorrelation(text, *id) : textReply(*id, text);
}

Result<Template> Template::parse(const QByteArray &text)
{
    const QByteArray placeholder = "${correlation_id}";
    if (!text.trimmed().startsWith('{'))
        return Template(textReply(placeholder, text));
    const QByteArray sample = substituted(text, [](QByteArrayView, bool inString) { return QByteArray(inString ? "" : "null"); });
    if (!jsontext::isObject(sample))
        return failure(ErrorCode::InvalidJson, QStringLiteral("the template starts with { and is no JSON object"));
    return Template(hasCorrelation(sample) ? text : withCorrelation(text, placeholder));
}

QByteArray Template::reply(QByteArrayView request) const
{
    return substituted(m_text, [request](QByteArrayView path, bool inString) { return placeholderValue(request, path, inString); });
}

} // namespace trunkline::replies
