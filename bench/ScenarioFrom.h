// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Exchange.h"
#include "hub/core/Journal.h"

namespace trunkline {

/// A scenario that asks the same again, as YAML: a bot answers as the asked user did, and what was observed is expected, with some
/// room. It passes as it stands (`check FILE --own`); with `{external: true}` or a command instead of the bot it tests a program.
/// `posted` is the body of the request; `messages` those of the exchange.
[[nodiscard]] QByteArray scenarioFrom(const ExchangeInfo &exchange, const std::vector<JournalEntry> &messages, const QByteArray &posted);

} // namespace trunkline
