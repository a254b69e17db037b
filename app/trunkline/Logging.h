// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/LogFormat.h"

namespace trunkline {

/// Sends everything that is logged through Qt to stderr, in `format`, from `level` up. Call it once or again; any thread may log.
/// Qt's debug, info, warning, critical and fatal are DEBUG, INFO, WARNING, ERROR and CRITICAL.
void installLogging(const LogFormat &format, LogLevel level, LogFormat::Colors colors);

} // namespace trunkline
