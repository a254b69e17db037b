// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/view/filter/PayloadJson.h"

#include "hub/core/Json.h"
#include "hub/core/JsonTokens.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace trunkline::filter {

namespace {

const char *skipSpace(const char *at, const char *end)
{
    while (at < end && isJsonSpace(*at))
        ++at;
    return at;
}

/// Behind the string that starts at `at` with its quote; `end` when it is open.
const char *skipString(const char *at, const char *end)
{
    for (++at; at < end; ++at) {
        if (*at == '"')
            return at + 1;
        if (*at == '\\' && ++at == end)
            break;
    }
    return end;
}

/// Behind the value that starts at `at`.
const char *skipValue(const char *at, const char *end)
{
    int depth = 0;
    while (at < end) {
        switch (*at) {
        case '"':
            at = skipString(at, end);
            break;
        case '{':
        case '[':
            ++depth;
            ++at;
            break;
        case '}':
        case ']':
            if (depth == 0)
                return at;
            --depth;
            ++at;
            break;
        case ',':
            if (depth == 0)
                return at;
            ++at;
            continue;
        default:
            ++at;
            continue;
        }
        if (depth == 0)
            return at;
    }
    return end;
}

QByteArrayView trimmed(const char *begin, const char *end) { return trimJson(QByteArrayView(begin, end)); }

/// Calls `each(name, value)` until it returns false. Names are raw, with their quotes.
template <typename Each>
void eachMember(QByteArrayView object, Each each)
{
    const char *at = object.data() + 1;
    const char *end = object.data() + object.size();
    while ((at = skipSpace(at, end)) < end && *at == '"') {
        const char *nameEnd = skipString(at, end);
        const char *colon = skipSpace(nameEnd, end);
        if (colon == end || *colon != ':')
            return;
        const char *value = skipSpace(colon + 1, end);
        const char *valueEnd = skipValue(value, end);
        if (valueEnd == value || !each(QByteArrayView(at, nameEnd), trimmed(value, valueEnd)))
            return;
        at = skipSpace(valueEnd, end);
        if (at == end || *at != ',')
            return;
        ++at;
    }
}

template <typename Each>
void eachElement(QByteArrayView array, Each each)
{
    const char *at = array.data() + 1;
    const char *end = array.data() + array.size();
    while ((at = skipSpace(at, end)) < end && *at != ']') {
        const char *valueEnd = skipValue(at, end);
        if (valueEnd == at || !each(trimmed(at, valueEnd)))
            return;
        at = skipSpace(valueEnd, end);
        if (at == end || *at != ',')
            return;
        ++at;
    }
}

bool isName(QByteArrayView raw, const QByteArray &wanted)
{
    if (raw.size() < 2)
        return false;
    const QByteArrayView inner = raw.sliced(1, raw.size() - 2);
    return inner == wanted || (inner.contains('\\') && tokenText(raw) == wanted);
}

using Test = std::function<bool(QByteArrayView)>;

bool walk(QByteArrayView value, const QByteArray *part, const QByteArray *end, const Test &test, int depth)
{
    if (value.isEmpty() || depth > kMaxJsonDepth)
        return false;
    bool found = false;
    if (part == end) {
        if (test(value))
            return true;
        if (value.front() == '[')
            eachElement(value, [&](QByteArrayView element) { return !(found = test(element)); });
        return found;
    }
    if (value.front() == '{') {
        eachMember(value, [&](QByteArrayView name, QByteArrayView inner) {
            return !(isName(name, *part) && (found = walk(inner, part + 1, end, test, depth + 1)));
        });
    } else if (value.front() == '[') {
        bool isIndex = false;
        qlonglong index = part->toLongLong(&isIndex);
        eachElement(value, [&](QByteArrayView element) {
            if (!isIndex)
                return !(found = walk(element, part, end, test, depth + 1));
            if (index-- > 0)
                return true;
            found = walk(element, part + 1, end, test, depth + 1);
            return false;
        });
    }
    return found;
}

int hexDigits(QByteArrayView four)
{
    bool ok = false;
    const int value = four.size() == 4 ? four.toByteArray().toInt(&ok, 16) : -1;
    return ok ? value : -1;
}

char plainEscape(char c)
{
    switch (c) {
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    case 'b': return '\b';
    case 'f': return '\f';
    default: return c;
    }
}

} // namespace

bool anyValueAt(QByteArrayView json, const JsonPath &path, const Test &test)
{
    if (path.isEmpty() || path.size() > kMaxPathParts)
        return false;
    const QByteArrayView root = trimJson(json);
    const std::string_view bytes(root.data(), std::size_t(root.size()));
    const std::string_view last(path.back().constData(), std::size_t(path.back().size()));
    // Most payloads do not have the member at all.
    if (bytes.find(last) == std::string_view::npos && !root.contains('\\') && !(last.front() >= '0' && last.front() <= '9'))
        return false;
    const QByteArray *begin = path.constData();
    const QByteArray *end = begin + path.size();
    if (walk(root, begin, end, test, 0))
        return true;
    if (path.front() == "data")
        return path.size() > 1 && walk(root, begin + 1, end, test, 0);
    bool found = false;
    if (!root.isEmpty() && root.front() == '{') {
        eachMember(root, [&](QByteArrayView name, QByteArrayView value) {
            return !(isName(name, "data") && (found = walk(value, begin, end, test, 1)));
        });
    }
    return found;
}

QByteArray withoutEscapes(QByteArrayView json)
{
    QByteArray out;
    out.reserve(json.size());
    for (qsizetype i = 0; i < json.size(); ++i) {
        if (json[i] != '\\' || i + 1 == json.size()) {
            out += json[i];
            continue;
        }
        if (json[++i] != 'u') {
            out += plainEscape(json[i]);
            continue;
        }
        const int unit = hexDigits(json.sliced(i + 1, std::min<qsizetype>(4, json.size() - i - 1)));
        if (unit < 0) {
            out += 'u';
            continue;
        }
        i += 4;
        char32_t code = char32_t(unit);
        if (QChar::isHighSurrogate(code) && i + 6 < json.size() && json[i + 1] == '\\' && json[i + 2] == 'u') {
            const int low = hexDigits(json.sliced(i + 3, 4));
            if (low >= 0 && QChar::isLowSurrogate(char32_t(low))) {
                code = QChar::surrogateToUcs4(char16_t(unit), char16_t(low));
                i += 6;
            }
        }
        if (QChar::isSurrogate(code))
            code = QChar::ReplacementCharacter;
        out += QString::fromUcs4(&code, 1).toUtf8();
    }
    return out;
}

QByteArray tokenText(QByteArrayView token)
{
    if (token.size() < 2 || token.front() != '"' || token.back() != '"')
        return token.toByteArray();
    const QByteArrayView inner = token.sliced(1, token.size() - 2);
    return inner.contains('\\') ? withoutEscapes(inner) : inner.toByteArray();
}

std::vector<PayloadMember> membersOf(QByteArrayView json)
{
    std::vector<PayloadMember> members;
    const QByteArrayView root = trimJson(json);
    if (!root.isEmpty() && root.front() == '{') {
        eachMember(root, [&](QByteArrayView name, QByteArrayView value) {
            members.push_back({tokenText(name), value});
            return true;
        });
    }
    return members;
}

std::vector<QByteArrayView> elementsOf(QByteArrayView json)
{
    std::vector<QByteArrayView> elements;
    const QByteArrayView root = trimJson(json);
    if (!root.isEmpty() && root.front() == '[') {
        eachElement(root, [&](QByteArrayView value) {
            elements.push_back(value);
            return true;
        });
    }
    return elements;
}

std::optional<JsonMistake> findJsonMistake(QByteArrayView text)
{
    JsonReader reader;
    const QByteArrayView root = trimJson(text);
    const bool ok = !root.isEmpty() && root.front() == '['
        ? reader.readEach(text, 0, [](qsizetype, const JsonReader::Object &) {}).has_value()
        : reader.read(text) != nullptr;
    if (ok)
        return std::nullopt;
    return JsonMistake{reader.error().offset, QString::fromUtf8(reader.error().message)};
}

} // namespace trunkline::filter
