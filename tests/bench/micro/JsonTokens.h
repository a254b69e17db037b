// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstring>

namespace trunkline::bench {

// Checks of single JSON tokens (RFC 8259 §3, §6, §7). Each takes the first byte of the token and the end of the text,
// and gives the byte after the token, or nullptr.

inline bool isDigit(char c) { return c >= '0' && c <= '9'; }
inline bool isHex(char c) { return isDigit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }
inline bool isSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

inline const char *numberEnd(const char *at, const char *end)
{
    if (at < end && *at == '-')
        ++at;
    if (at == end || !isDigit(*at))
        return nullptr;
    if (*at++ != '0')
        while (at < end && isDigit(*at))
            ++at;
    if (at < end && *at == '.') {
        if (++at == end || !isDigit(*at))
            return nullptr;
        while (at < end && isDigit(*at))
            ++at;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        if (++at < end && (*at == '+' || *at == '-'))
            ++at;
        if (at == end || !isDigit(*at))
            return nullptr;
        while (at < end && isDigit(*at))
            ++at;
    }
    return at;
}

inline const char *literalEnd(const char *at, const char *end, const char *word, size_t length)
{
    return size_t(end - at) >= length && std::memcmp(at, word, length) == 0 ? at + length : nullptr;
}

/// The escape after a backslash at `at`; a lone surrogate is fine.
inline const char *escapeEnd(const char *at, const char *end)
{
    if (++at >= end)
        return nullptr;
    if (*at == 'u')
        return end - at > 4 && isHex(at[1]) && isHex(at[2]) && isHex(at[3]) && isHex(at[4]) ? at + 5 : nullptr;
    return std::strchr("\"\\/bfnrt", *at) && *at ? at + 1 : nullptr;
}

/// Number or literal.
inline const char *atomEnd(const char *at, const char *end)
{
    switch (*at) {
    case 't': return literalEnd(at, end, "true", 4);
    case 'f': return literalEnd(at, end, "false", 5);
    case 'n': return literalEnd(at, end, "null", 4);
    default: return numberEnd(at, end);
    }
}

} // namespace trunkline::bench
