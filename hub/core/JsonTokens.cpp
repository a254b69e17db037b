// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/JsonTokens.h"

#include <cstring>

namespace trunkline {

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

int hexValue(char c)
{
    if (isDigit(c))
        return c - '0';
    const char lower = char(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The code unit of `\uXXXX` whose `\` stands at `at`; -1 when it is not one.
int unicodeEscape(const char *at, const char *end)
{
    if (end - at < 6 || at[0] != '\\' || at[1] != 'u')
        return -1;
    int unit = 0;
    for (int i = 2; i < 6; ++i) {
        const int digit = hexValue(at[i]);
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

/// Length of the escape that starts at `at` (a backslash), 0 when it is invalid.
qsizetype escapeLength(const char *at, const char *end)
{
    if (end - at < 2)
        return 0;
    if (at[1] == 'u')
        return unicodeEscape(at, end) < 0 ? 0 : 6;
    return std::strchr("\"\\/bfnrt", at[1]) && at[1] ? 2 : 0;
}

TokenCheck bad(qsizetype offset, const char *reason) { return {false, JsonType::Null, offset, reason, false}; }

TokenCheck checkNumber(QByteArrayView token)
{
    const char *begin = token.data();
    const char *end = begin + token.size();
    const char *at = begin;
    const auto digits = [&] {
        const char *from = at;
        while (at < end && isDigit(*at))
            ++at;
        return at - from;
    };
    if (at < end && *at == '-')
        ++at;
    const char *integer = at;
    const auto integerDigits = digits();
    if (integerDigits == 0 || (integerDigits > 1 && *integer == '0'))
        return bad(integer - begin, "Invalid number");
    if (at < end && *at == '.') {
        ++at;
        if (digits() == 0)
            return bad(at - begin, "Invalid number: a digit must follow the point");
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        ++at;
        if (at < end && (*at == '+' || *at == '-'))
            ++at;
        if (digits() == 0)
            return bad(at - begin, "Invalid number: the exponent has no digits");
    }
    if (at != end)
        return bad(at - begin, "Invalid number");
    return {true, JsonType::Number, 0, nullptr, false};
}

TokenCheck checkString(QByteArrayView token)
{
    if (token.size() < 2 || token.back() != '"')
        return bad(token.size(), "Unterminated string");
    const char *begin = token.data();
    const char *end = begin + token.size() - 1;
    bool escaped = false;
    for (const char *at = begin + 1; at < end;) {
        at = static_cast<const char *>(std::memchr(at, '\\', std::size_t(end - at)));
        if (!at)
            break;
        const auto length = escapeLength(at, end);
        if (length == 0)
            return bad(at - begin, "Invalid escape");
        escaped = true;
        at += length;
    }
    return {true, JsonType::String, 0, nullptr, escaped};
}

/// Length of the well-formed UTF-8 sequence at `at` (Unicode 15, table 3-7), 0 when there is none.
qsizetype utf8Length(const uchar *at, const uchar *end)
{
    const auto continues = [&](int i, uchar low = 0x80, uchar high = 0xbf) {
        return end - at > i && at[i] >= low && at[i] <= high;
    };
    const uchar lead = *at;
    if (lead < 0x80)
        return 1;
    if (lead >= 0xc2 && lead <= 0xdf)
        return continues(1) ? 2 : 0;
    if (lead >= 0xe0 && lead <= 0xef) {
        const uchar low = lead == 0xe0 ? 0xa0 : 0x80;
        const uchar high = lead == 0xed ? 0x9f : 0xbf;
        return continues(1, low, high) && continues(2) ? 3 : 0;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        const uchar low = lead == 0xf0 ? 0x90 : 0x80;
        const uchar high = lead == 0xf4 ? 0x8f : 0xbf;
        return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
    }
    return 0;
}

void appendUtf8(QByteArray &out, uint code)
{
    if (code < 0x80) {
        out.append(char(code));
    } else if (code < 0x800) {
        out.append(char(0xc0 | (code >> 6)));
        out.append(char(0x80 | (code & 0x3f)));
    } else if (code < 0x10000) {
        out.append(char(0xe0 | (code >> 12)));
        out.append(char(0x80 | ((code >> 6) & 0x3f)));
        out.append(char(0x80 | (code & 0x3f)));
    } else {
        out.append(char(0xf0 | (code >> 18)));
        out.append(char(0x80 | ((code >> 12) & 0x3f)));
        out.append(char(0x80 | ((code >> 6) & 0x3f)));
        out.append(char(0x80 | (code & 0x3f)));
    }
}

/// Appends what the `\u` escape at `at` stands for and returns how many bytes it took (6, or 12 for a pair).
qsizetype appendUnicodeEscape(QByteArray &out, const char *at, const char *end, bool *lossy)
{
    const int unit = unicodeEscape(at, end);
    if (unit >= 0xd800 && unit <= 0xdbff) {
        const int low = unicodeEscape(at + 6, end);
        if (low >= 0xdc00 && low <= 0xdfff) {
            appendUtf8(out, 0x10000 + ((uint(unit) - 0xd800) << 10) + (uint(low) - 0xdc00));
            return 12;
        }
    }
    if (unit >= 0xd800 && unit <= 0xdfff) {
        if (lossy)
            *lossy = true;
        appendUtf8(out, 0xfffd);
        return 6;
    }
    appendUtf8(out, uint(unit));
    return 6;
}

} // namespace

TokenCheck checkScalar(QByteArrayView token)
{
    if (token.isEmpty())
        return bad(0, "Expecting a value");
    if (token.front() == '"')
        return checkString(token);
    if (token == "true" || token == "false")
        return {true, JsonType::Bool, 0, nullptr, false};
    if (token == "null")
        return {true, JsonType::Null, 0, nullptr, false};
    if (token.front() == '-' || isDigit(token.front()))
        return checkNumber(token);
    return bad(0, "Expecting a value");
}

TokenCheck checkName(const char *name, const char *end)
{
    bool escaped = false;
    for (const char *at = name; at < end;) {
        if (*at == '"')
            return {true, JsonType::String, at - name, nullptr, escaped};
        if (*at != '\\') {
            ++at;
            continue;
        }
        const auto length = escapeLength(at, end);
        if (length == 0)
            return bad(at - name, "Invalid escape");
        escaped = true;
        at += length;
    }
    return bad(end - name, "Unterminated string");
}

TextMistake findMistake(QByteArrayView text)
{
    const auto *begin = reinterpret_cast<const uchar *>(text.data());
    const auto *end = begin + text.size();
    bool inString = false;
    for (const uchar *at = begin; at < end;) {
        const auto length = utf8Length(at, end);
        if (length == 0)
            return {at - begin, "Invalid UTF-8"};
        if (inString && *at < 0x20)
            return {at - begin, "Invalid control character in a string"};
        if (*at == '"')
            inString = !inString;
        else if (inString && *at == '\\' && end - at > 1 && at[1] < 0x80 && at[1] >= 0x20)
            ++at;
        at += length;
    }
    if (inString)
        return {text.size(), "Unterminated string"};
    const QByteArrayView inner = trimJson(text);
    if (!inner.isEmpty() && (inner.front() == '{' || inner.front() == '['))
        return {text.size(), "Unexpected end of the JSON text"};
    return {};
}

QByteArray decodeJsonString(QByteArrayView raw, bool *lossy)
{
    Q_ASSERT(raw.size() >= 2);
    const char *at = raw.data() + 1;
    const char *end = raw.data() + raw.size() - 1;
    const auto *escape = static_cast<const char *>(std::memchr(at, '\\', std::size_t(end - at)));
    if (!escape)
        return QByteArray(at, end - at);
    QByteArray out;
    out.reserve(raw.size());
    while (escape) {
        out.append(at, escape - at);
        at = escape;
        switch (at[1]) {
        case 'u':
            at += appendUnicodeEscape(out, at, end, lossy);
            break;
        case 'b': out.append('\b'); at += 2; break;
        case 'f': out.append('\f'); at += 2; break;
        case 'n': out.append('\n'); at += 2; break;
        case 'r': out.append('\r'); at += 2; break;
        case 't': out.append('\t'); at += 2; break;
        default: out.append(at[1]); at += 2; break;
        }
        escape = static_cast<const char *>(std::memchr(at, '\\', std::size_t(end - at)));
    }
    out.append(at, end - at);
    return out;
}

QByteArray encodeJsonString(QByteArrayView utf8)
{
    static constexpr char hex[] = "0123456789abcdef";
    QByteArray out;
    out.reserve(utf8.size() + 2);
    out.append('"');
    for (const char c : utf8) {
        if (c == '"' || c == '\\') {
            out.append('\\');
            out.append(c);
        } else if (uchar(c) < 0x20) {
            out.append("\\u00");
            out.append(hex[uchar(c) >> 4]);
            out.append(hex[uchar(c) & 15]);
        } else {
            out.append(c);
        }
    }
    out.append('"');
    return out;
}

} // namespace trunkline
