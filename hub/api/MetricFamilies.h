// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace trunkline {

class Hub;

/// The families of /metrics that have labels or buckets, in the Prometheus text format 0.0.4 or as OpenMetrics 1.0.
QByteArray labelledFamilies(const Hub &hub, bool openMetrics);

} // namespace trunkline
