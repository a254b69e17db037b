// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace trunkline::filter {

/// Texts that stand, in this order and without overlap, in everything that a regular expression matches: a search for them is far
/// cheaper than the expression. Empty when nothing is certain (alternatives, options set inside, anything unusual).
/// `ignoringCase`: the texts are lower case, ASCII, and without the letters that some other letter folds to (k, s).
/// Never too much: what is left out only costs time.
[[nodiscard]] QStringList neededTexts(const QString &pattern, bool ignoringCase);

} // namespace trunkline::filter
