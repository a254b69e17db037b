// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace trunkline {

/// The candidate that a person most likely meant by `typed`, or an empty string when none is close: at most a third of the
/// letters differ, two swapped neighbors count as one mistake. Case does not matter.
[[nodiscard]] QString nearestName(const QString &typed, const QStringList &candidates);

} // namespace trunkline
