// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/bots/BotRules.h"

namespace trunkline {

/// Reads a file of bots; its mistakes go to stderr as file:line:column, and nothing is returned then.
[[nodiscard]] std::optional<BotFile> readBotFile(const QString &path);
/// The whole of a file; a line on stderr and nothing when it cannot be read.
[[nodiscard]] std::optional<QByteArray> readWhole(const QString &path);

} // namespace trunkline
