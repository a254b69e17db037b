// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Result.h"

#include <span>

class QString;

namespace trunkline {

/// Writes into the capture at `path` what its recorder had not written when its process was killed: `memory` is that of the
/// recorder's JournalTap, which this process shares. A torn last line goes. Gives the number of messages that were added.
/// Io: the file cannot be read or written. InvalidMessage: not even its first line is there.
[[nodiscard]] Result<quint64> finishCapture(const QString &path, std::span<char> memory);

} // namespace trunkline
