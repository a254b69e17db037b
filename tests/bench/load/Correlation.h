// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Stamp.h"

#include <string>

namespace trunkline::bench {

// The correlation id of a send is `bench-` and its sequence: the user needs no JSON parser to find it.
inline constexpr std::string_view CorrelationSample = "bench-0000000000";

inline void writeCorrelation(char *at, uint64_t sequence)
{
    writeDigits(at + 6, Stamp::SequenceDigits, sequence);
}

inline constexpr std::string_view ReplyOpen = R"({"correlation_id":")";
inline constexpr std::string_view ReplyMiddle = R"(","is_final":true,"text":")";
inline constexpr size_t ReplyCorrelationAt = ReplyOpen.size();
inline constexpr size_t ReplyTextAt = ReplyOpen.size() + CorrelationSample.size() + ReplyMiddle.size();

/// The JSON of a final reply with `payload` bytes of text, to be patched at the two places above.
inline std::string replyJson(size_t payload)
{
    return std::string(ReplyOpen) + std::string(CorrelationSample) + std::string(ReplyMiddle) + Stamp::text(payload)
         + R"("})";
}

} // namespace trunkline::bench
