// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace trunkline {

/// The texts made from the settings table. A test compares the committed files with them.
[[nodiscard]] QString envExampleText();         ///< .env.example: every setting as a comment with its default
[[nodiscard]] QString configurationText();      ///< docs/configuration.md
[[nodiscard]] QString settingFlagsHelp();       ///< the settings part of `trunkline serve --help`

/// `value` as a .env file needs it: in double quotes when it would not be read back as it is.
[[nodiscard]] QString envQuoted(const QString &value);

} // namespace trunkline
