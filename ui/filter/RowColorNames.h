// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Palette.h"

#include <QString>

#include <optional>
#include <vector>

/// The colors that a saved filter can give its rows.
namespace trunkline::rowcolors {

struct Color
{
    QString name;       ///< as it is kept in the settings
    QString words;      ///< as it is read
    Token tone;
};

[[nodiscard]] std::vector<Color> all();
[[nodiscard]] std::optional<Token> toneOf(const QString &name);

} // namespace trunkline::rowcolors
