// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/bots/Yaml.h"
#include "hub/core/FaultPlan.h"

namespace trunkline {

/// The `faults:` of a bots file or a scenario, a list of rules. Mistakes go to `problems`.
[[nodiscard]] std::vector<FaultRule> readFaults(const YamlNode &list, FileProblems &problems);

/// `{path: pattern, …}`. Mistakes go to `problems`.
[[nodiscard]] std::vector<std::pair<QByteArray, JsonPattern>> readConditions(const YamlNode &map, FileProblems &problems);
/// Any value as a pattern; one that matches everything after a mistake.
[[nodiscard]] JsonPattern readPattern(const YamlNode &node, FileProblems &problems);

} // namespace trunkline
