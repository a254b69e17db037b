// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <time.h>

namespace trunkline::bench {

/// Nanoseconds of CLOCK_MONOTONIC: the same clock in every thread.
inline uint64_t nowNs()
{
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return uint64_t(time.tv_sec) * 1'000'000'000 + uint64_t(time.tv_nsec);
}

/// What each message carries in its text: `tl#` publisher, sequence and time as fixed digits, filler, `#lt`.
/// Fixed widths: a message is a template with digits patched in, never built anew.
struct Stamp
{
    static constexpr std::string_view Open = "tl#";
    static constexpr std::string_view Close = "#lt";
    static constexpr int PublisherDigits = 4, SequenceDigits = 10, TimeDigits = 20;
    static constexpr size_t HeadSize = 3 + PublisherDigits + SequenceDigits + TimeDigits;
    static constexpr size_t MinimumSize = HeadSize + 3;

    uint32_t publisher = 0;
    uint64_t sequence = 0;      ///< unique over all publishers, from 0
    uint64_t sentNs = 0;

    /// A text of `size` bytes (at least MinimumSize) with room for a stamp.
    static std::string text(size_t size);
    void writeTo(char *text) const;
    /// Finds the stamp of a text of `size` bytes anywhere in `bytes`; nothing if a part of the text is missing.
    static std::optional<Stamp> find(std::string_view bytes, size_t size);
};

/// Writes `value` as exactly `width` decimal digits.
inline void writeDigits(char *at, int width, uint64_t value)
{
    for (int i = width - 1; i >= 0; --i, value /= 10)
        at[i] = char('0' + value % 10);
}

inline uint64_t readDigits(const char *at, int width)
{
    uint64_t value = 0;
    for (int i = 0; i < width; ++i)
        value = value * 10 + uint64_t(at[i] - '0');
    return value;
}

/// `user-000123`: the same width for each.
inline constexpr size_t UserIdSize = 11;
inline std::string userId(uint32_t index)
{
    std::string id = "user-000000";
    writeDigits(id.data() + 5, 6, index);
    return id;
}

} // namespace trunkline::bench
