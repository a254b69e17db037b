// SPDX-License-Identifier: GPL-3.0-or-later
#include "JsonCandidates.h"
#include "JsonCandidatesAll.h"

#include <rapidjson/memorystream.h>
#include <rapidjson/encodedstream.h>
#include <rapidjson/reader.h>

namespace trunkline::bench {
namespace {

/// A handler that does nothing: the cost of the reader alone.
using Nothing = rapidjson::BaseReaderHandler<rapidjson::UTF8<>>;

} // namespace

bool rapidJsonReader(const PaddedBody &body)
{
    static rapidjson::Reader reader;
    static Nothing handler;
    rapidjson::MemoryStream memory(body.data(), body.size());
    rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> stream(memory);
    constexpr unsigned Flags = rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseValidateEncodingFlag
                             | rapidjson::kParseIterativeFlag;
    return !reader.Parse<Flags>(stream, handler).IsError();
}

} // namespace trunkline::bench
