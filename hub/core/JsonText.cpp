// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/JsonText.h"

#include "hub/core/Json.h"

#include <QList>

#include <algorithm>

namespace trunkline::jsontext {

namespace {

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// The end of the string token that starts at `at`, behind its closing quote.
qsizetype stringEnd(QByteArrayView json, qsizetype at)
{
    for (qsizetype i = at + 1; i < json.size(); ++i) {
        if (json[i] == '\\')
            ++i;
        else if (json[i] == '"')
            return i + 1;
    }
    return json.size();
}

qsizetype skipSpace(QByteArrayView json, qsizetype at)
{
    while (at < json.size() && isSpace(json[at]))
        ++at;
    return at;
}

/// C0, DEL and C1 characters as JSON escapes.
QByteArray harmless(QByteArrayView text)
{
    static const char digits[] = "0123456789abcdef";
    QByteArray result;
    const auto escape = [&result](unsigned char code) {
        result += "\\u00";
        result += digits[code >> 4];
        result += digits[code & 15];
    };
    for (qsizetype i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
        if (byte < 0x20 || byte == 0x7f) {
            escape(byte);
        } else if (byte == 0xc2 && next >= 0x80 && next < 0xa0) {   // U+0080 to U+009F in UTF-8
            escape(static_cast<unsigned char>(next));
            ++i;
        } else {
            result += text[i];
        }
    }
    return result;
}

class Printer
{
public:
    Printer(QByteArrayView json, Colors colors) : m_json(json), m_colors(colors) {}

    QByteArray print()
    {
        for (qsizetype at = skipSpace(m_json, 0); at < m_json.size(); at = skipSpace(m_json, at))
            at = token(at);
        return m_out + '\n';
    }

private:
    /// Writes the token at `at`; gives the position behind it.
    qsizetype token(qsizetype at)
    {
        const char c = m_json[at];
        switch (c) {
        case '{':
        case '[': {
            m_out += c;
            const qsizetype next = skipSpace(m_json, at + 1);
            if (next < m_json.size() && (m_json[next] == '}' || m_json[next] == ']')) {
                m_out += m_json[next];
                return next + 1;
            }
            ++m_depth;
            newLine();
            return at + 1;
        }
        case '}':
        case ']':
            m_depth = std::max<qsizetype>(0, m_depth - 1);
            newLine();
            m_out += c;
            return at + 1;
        case ',':
            m_out += c;
            newLine();
            return at + 1;
        case ':':
            m_out += ": ";
            return at + 1;
        default:
            return scalar(at);
        }
    }

    qsizetype scalar(qsizetype at)
    {
        const bool text = m_json[at] == '"';
        qsizetype end = text ? stringEnd(m_json, at) : at;
        while (!text && end < m_json.size() && !isSpace(m_json[end]) && !QByteArrayView("{}[],:\"").contains(m_json[end]))
            ++end;
        const qsizetype next = skipSpace(m_json, end);
        const bool name = text && next < m_json.size() && m_json[next] == ':';
        const QByteArray shown = harmless(m_json.sliced(at, end - at));
        if (m_colors == Colors::Off)
            m_out += shown;
        else
            m_out += QByteArray(name ? "\x1b[34m" : text ? "\x1b[32m" : "\x1b[36m") + shown + "\x1b[0m";
        return end;
    }

    void newLine()
    {
        m_out += '\n' + QByteArray(2 * m_depth, ' ');
    }

    QByteArrayView m_json;
    Colors m_colors;
    QByteArray m_out;
    qsizetype m_depth = 0;
};

std::optional<QByteArray> child(const QByteArray &json, QByteArrayView step)
{
    JsonReader reader;
    const JsonReader::Object *object = reader.read(json);
    if (object && object->type == JsonType::Object) {
        const JsonMember *member = object->find(step);
        return member ? std::optional(member->value.raw.toByteArray()) : std::nullopt;
    }
    bool isIndex = false;
    const qsizetype wanted = step.toByteArray().toLongLong(&isIndex);
    std::optional<QByteArray> found;
    if (object && object->type == JsonType::Array && isIndex) {
        reader.readEach(json, 0, [&](qsizetype index, const JsonReader::Object &element) {
            if (index == wanted)
                found = element.raw.toByteArray();
        });
    }
    return found;
}

} // namespace

QByteArray pretty(QByteArrayView json, Colors colors)
{
    return Printer(json, colors).print();
}

QByteArray oneLine(QByteArrayView json)
{
    QByteArray line = json.toByteArray();
    line.removeIf([](char c) { return c == '\n' || c == '\r'; });
    return line + '\n';
}

std::optional<QByteArray> valueAt(QByteArrayView json, QByteArrayView path)
{
    std::optional<QByteArray> value = json.toByteArray();
    for (const QByteArray &step : path.toByteArray().split('.')) {
        value = child(*value, step);
        if (!value)
            break;
    }
    return value;
}

bool isObject(QByteArrayView json)
{
    JsonReader reader;
    const JsonReader::Object *object = reader.read(json);
    return object && object->type == JsonType::Object;
}

} // namespace trunkline::jsontext
