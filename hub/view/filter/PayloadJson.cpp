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
    ++at;
    while (const auto *quote = static_cast<const char *>(std::memchr(at, '"', std::size_t(end - at)))) {
        while (at < quote) {
            const auto *slash = static_cast<const char *>(std::memchr(at, '\\', std::size_t(quote - at)));
            if (!slash)
                return quote + 1;
            at = slash + 2;
        }
        if (at == quote)
            return quote + 1;
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

bool isName(QByteArrayView raw, QByteArrayView wanted)
{
    if (raw.size() < 2)
        return false;
    const QByteArrayView inner = raw.sliced(1, raw.size() - 2);
    return inner == wanted || (inner.contains('\\') && tokenText(raw) == wanted);
}

using Test = std::function<bool(QByteArrayView)>;

/// One way down from a value: the names that are still to come.
struct Steps
{
    const QByteArray *next;
    const QByteArray *end;
    [[nodiscard]] bool atEnd() const { return next == end; }
    [[nodiscard]] Steps behind() const { return {next + 1, end}; }
};

/// Walks the text once, from the front: what is not on the way is skipped, what is on it is gone into.
class PathWalker
{
public:
    PathWalker(QByteArrayView root, const Test &test) : m_at(root.data()), m_end(root.data() + root.size()), m_test(test) {}

    /// Reads the value that begins here and leaves the place behind it. True: a value passed, and the place means nothing.
    bool value(Steps steps, int depth)
    {
        if (m_at == m_end || depth > kMaxJsonDepth)
            return false;
        if (steps.atEnd())
            return leaf();
        if (*m_at == '{')
            return members([&](QByteArrayView name) { return isName(name, *steps.next) && value(steps.behind(), depth + 1); });
        if (*m_at == '[')
            return elements(steps, depth);
        m_at = skipValue(m_at, m_end);
        return false;
    }

    /// Members of the object that begins here, until `goInto(name)` is true. It reads the value, or leaves it where it is.
    template <typename GoInto>
    bool members(GoInto goInto)
    {
        ++m_at;
        while ((m_at = skipSpace(m_at, m_end)) < m_end && *m_at == '"') {
            const char *name = m_at;
            const char *nameEnd = skipString(name, m_end);
            const char *colon = skipSpace(nameEnd, m_end);
            if (colon == m_end || *colon != ':')
                return broken();
            const char *begin = m_at = skipSpace(colon + 1, m_end);
            if (goInto(QByteArrayView(name, nameEnd)))
                return true;
            if (m_at == begin)
                m_at = skipValue(begin, m_end);
            if (m_at == begin)
                return broken();
            m_at = skipSpace(m_at, m_end);
            if (m_at == m_end || *m_at != ',')
                break;
            ++m_at;
        }
        return close('}');
    }

private:
    /// Nothing behind a mistake is read.
    bool broken()
    {
        m_at = m_end;
        return false;
    }

    bool close(char bracket) { return m_at < m_end && *m_at == bracket ? (++m_at, false) : broken(); }

    bool leaf()
    {
        const char *begin = m_at;
        m_at = skipValue(m_at, m_end);
        const QByteArrayView token = trimmed(begin, m_at);
        if (token.isEmpty())
            return false;
        if (m_test(token))
            return true;
        bool found = false;
        if (token.front() == '[')
            eachElement(token, [&](QByteArrayView element) { return !(found = m_test(element)); });
        return found;
    }

    /// A number is an index; a name means each element.
    bool elements(Steps steps, int depth)
    {
        bool isIndex = false;
        qlonglong index = steps.next->toLongLong(&isIndex);
        ++m_at;
        while ((m_at = skipSpace(m_at, m_end)) < m_end && *m_at != ']') {
            const char *begin = m_at;
            if (!isIndex ? value(steps, depth + 1) : index-- == 0 && value(steps.behind(), depth + 1))
                return true;
            if (m_at == begin)
                m_at = skipValue(begin, m_end);
            if (m_at == begin)
                return broken();
            m_at = skipSpace(m_at, m_end);
            if (m_at == m_end || *m_at != ',')
                break;
            ++m_at;
        }
        return close(']');
    }

    const char *m_at;
    const char *m_end;
    const Test &m_test;
};

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
    const Steps steps{path.constData(), path.constData() + path.size()};
    const bool isBelowData = path.front() == "data";
    if (root.isEmpty() || root.front() != '{')
        return PathWalker(root, test).value(steps, 0) || (isBelowData && path.size() > 1 && PathWalker(root, test).value(steps.behind(), 0));
    PathWalker walker(root, test);
    return walker.members([&](QByteArrayView name) {
        if (isName(name, path.front()))
            return walker.value(steps.behind(), 1);
        if (isBelowData)
            return path.size() > 1 && isName(name, path[1]) && walker.value(steps.behind().behind(), 1);
        return isName(name, "data") && walker.value(steps, 1);
    });
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
