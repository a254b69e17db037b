// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace trunkline::bench {

class PaddedBody;

bool onDemandTwoMembers(const PaddedBody &body);    ///< fast and wrong: does not look at members it skips
bool onDemandCheckedWalk(const PaddedBody &body);
bool structuralIndexWalk(const PaddedBody &body);
bool rapidJsonReader(const PaddedBody &body);
bool scalarWalk(const PaddedBody &body);

} // namespace trunkline::bench
