// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

QT_BEGIN_NAMESPACE
class QJsonObject;
QT_END_NAMESPACE

namespace trunkline {

/// Writes to stdout and flushes. False when the reader is gone.
bool printOut(const QByteArray &text);
bool printOut(const QString &text);
/// What --json asks for: the object on one line of stdout. False when the reader is gone.
bool printJson(const QJsonObject &object);
/// One line to stderr; control characters in it are replaced.
void printError(const QString &line);

/// Whether people read it there and colors are welcome: a terminal, no NO_COLOR, no TERM=dumb.
[[nodiscard]] bool colorsOnStdout();
[[nodiscard]] bool colorsOnStderr();

} // namespace trunkline
