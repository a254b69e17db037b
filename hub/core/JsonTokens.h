// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Json.h"

namespace trunkline {

/// The checks that simdjson's on-demand reader leaves to its user: it does not look at values that nobody asks for.

struct TokenCheck
{
    bool ok = false;
    JsonType type = JsonType::Null;
    qsizetype offset = 0;           ///< where the mistake is; for a name that is fine, its length
    const char *reason = nullptr;
    bool escaped = false;
};

struct TextMistake
{
    qsizetype offset = 0;
    const char *reason = nullptr;   ///< null: none found
};

inline bool isJsonSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// `text` without JSON's four kinds of white space around it.
inline QByteArrayView trimJson(QByteArrayView text)
{
    while (!text.isEmpty() && isJsonSpace(text.front()))
        text = text.sliced(1);
    while (!text.isEmpty() && isJsonSpace(text.back()))
        text.chop(1);
    return text;
}

/// One scalar token, without white space around it (RFC 8259 §3, §6, §7).
TokenCheck checkScalar(QByteArrayView token);
/// A member name from behind its opening quote; `end` is the end of the text.
TokenCheck checkName(const char *name, const char *end);
/// The slow search for what is wrong with the whole text: invalid UTF-8, a bare control character, an open string.
TextMistake findMistake(QByteArrayView text);

} // namespace trunkline
