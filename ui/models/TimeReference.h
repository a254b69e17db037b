// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <chrono>

namespace trunkline {

/// The row from which times are counted.
struct TimeReference
{
    std::chrono::milliseconds at{};     ///< since 1970-01-01 UTC
    QString row;                        ///< "#48,221"
    friend bool operator==(const TimeReference &, const TimeReference &) = default;
};

} // namespace trunkline
