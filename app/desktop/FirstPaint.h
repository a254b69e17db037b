// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace trunkline {

/// Logs (DEBUG) once `window` has been painted for the first time: tests/bench/window.sh times the start by it.
void logFirstPaint(QWidget &window);

} // namespace trunkline
