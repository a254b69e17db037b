// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Exchange.h"

namespace trunkline {

enum class Colors { Off, On };

/// An exchange's timeline for a terminal: one line a gap (when it ended, how long it was, a bar at its place, what ended
/// it), and the sentence that says where the time went.
[[nodiscard]] QByteArray waterfall(const ExchangeInfo &exchange, Colors colors);

} // namespace trunkline
