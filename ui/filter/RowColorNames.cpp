// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/filter/RowColorNames.h"

#include <QCoreApplication>

namespace trunkline::rowcolors {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(RowColors)
};

} // namespace

std::vector<Color> all()
{
    return {{QStringLiteral("red"), Words::tr("Red"), Token::Failed},
            {QStringLiteral("amber"), Words::tr("Amber"), Token::Late},
            {QStringLiteral("green"), Words::tr("Green"), Token::Done},
            {QStringLiteral("teal"), Words::tr("Teal"), Token::Hub},
            {QStringLiteral("blue"), Words::tr("Blue"), Token::Client},
            {QStringLiteral("violet"), Words::tr("Violet"), Token::Orphan}};
}

std::optional<Token> toneOf(const QString &name)
{
    for (const Color &color : all()) {
        if (color.name == name)
            return color.tone;
    }
    return std::nullopt;
}

} // namespace trunkline::rowcolors
