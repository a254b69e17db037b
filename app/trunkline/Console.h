// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace trunkline {

/// Writes to stdout and flushes. False when the reader is gone.
bool printOut(const QByteArray &text);
bool printOut(const QString &text);
/// One line to stderr; control characters in it are replaced.
void printError(const QString &line);

/// Whether people read it there and colors are welcome: a terminal, no NO_COLOR, no TERM=dumb.
[[nodiscard]] bool colorsOnStdout();
[[nodiscard]] bool colorsOnStderr();

} // namespace trunkline
