// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Json.h"

#include <algorithm>
#include <optional>

#if __has_include(<rapidjson/reader.h>)
// Its stack adds to a null pointer; that is not ours to report.
#pragma clang attribute push(__attribute__((no_sanitize("undefined"))), apply_to = function)
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#pragma clang attribute pop
#define TRUNKLINE_HAS_RAPIDJSON 1
#endif

namespace trunkline::fuzz {

/// True when the text holds a `\u` escape of a surrogate: a lone one is where readers differ (the hub allows it).
inline bool hasSurrogateEscape(QByteArrayView text)
{
    for (qsizetype at = text.indexOf("\\u"); at >= 0; at = text.indexOf("\\u", at + 1)) {
        if (at + 3 < text.size() && (text[at + 2] | 0x20) == 'd' && QByteArrayView("89abAB").contains(text[at + 3]))
            return true;
        if (at + 3 < text.size() && (text[at + 2] | 0x20) == 'd' && QByteArrayView("cdefCDEF").contains(text[at + 3]))
            return true;
    }
    return false;
}

#ifdef TRUNKLINE_HAS_RAPIDJSON
struct DepthHandler : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, DepthHandler>
{
    int depth = 0;
    int deepest = 0;
    bool Default() { return true; }
    bool StartObject() { return opened(); }
    bool StartArray() { return opened(); }
    bool EndObject(rapidjson::SizeType) { return --depth >= 0; }
    bool EndArray(rapidjson::SizeType) { return --depth >= 0; }

private:
    bool opened()
    {
        deepest = std::max(deepest, ++depth);
        return true;
    }
};
#endif

/// What RapidJSON says about the text, its known differences taken out; nullopt where it cannot judge.
inline std::optional<bool> isJsonBySecondOpinion([[maybe_unused]] QByteArrayView text)
{
#ifdef TRUNKLINE_HAS_RAPIDJSON
    if (text.contains('\0'))
        return false;       // RapidJSON takes it for the end
    rapidjson::MemoryStream stream(text.data(), std::size_t(text.size()));
    rapidjson::Reader reader;
    DepthHandler handler;
    constexpr unsigned flags = rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseValidateEncodingFlag
        | rapidjson::kParseIterativeFlag;
    const rapidjson::ParseResult result = reader.Parse<flags>(stream, handler);
    if (result && handler.deepest > kMaxJsonDepth)
        return false;
    if (!result && (result.Code() == rapidjson::kParseErrorNumberTooBig || hasSurrogateEscape(text)))
        return std::nullopt;
    return !result.IsError();
#else
    return std::nullopt;
#endif
}

} // namespace trunkline::fuzz
