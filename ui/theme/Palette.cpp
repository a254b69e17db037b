// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/Palette.h"

#include <algorithm>
#include <cmath>

namespace trunkline {

namespace {

double luminance(const QColor &color)
{
    const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

} // namespace

const Palette &Palette::dark()
{
    static constexpr Palette palette({
        0xff15181e, // Window
        0xff1b1f27, // Panel
        0xff232934, // Raised
        0xff2b313d, // Hairline
        0xffe7eaf0, // Text
        0xff97a1b2, // Muted
        0xff22344f, // Selection
        0xff5aa9ff, // Accent
        0xff2dd4bf, // Hub
        0xff60a5fa, // Client
        0xfff5a524, // Upstream
        0xff3fb950, // Done
        0xffe3b341, // Late
        0xfff2635c, // Failed
        0xffb08cf5, // Orphan
        0xff1d222b, // OddRow
    });
    return palette;
}

const Palette &Palette::light()
{
    static constexpr Palette palette({
        0xfff4f5f7, // Window
        0xffffffff, // Panel
        0xffeef0f4, // Raised
        0xffdfe3ea, // Hairline
        0xff1a1e25, // Text
        0xff5a6475, // Muted
        0xffdcebff, // Selection
        0xff0f6fde, // Accent
        0xff0f9d8c, // Hub
        0xff2f6fde, // Client
        0xffc57600, // Upstream
        0xff178037, // Done
        0xff9a6b00, // Late
        0xffd1372f, // Failed
        0xff7c4ddb, // Orphan
        0xfffafbfc, // OddRow
    });
    return palette;
}

double contrast(const QColor &a, const QColor &b)
{
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

QColor blend(const QColor &over, const QColor &under, double share)
{
    const auto mix = [share](int a, int b) { return static_cast<int>(std::lround(a * share + b * (1.0 - share))); };
    return QColor(mix(over.red(), under.red()), mix(over.green(), under.green()), mix(over.blue(), under.blue()));
}

QColor readable(const QColor &ink, const QColor &ground, const QColor &strong, double least)
{
    constexpr int steps = 20;
    QColor found = ink;
    for (int i = 1; i <= steps && contrast(found, ground) < least; ++i)
        found = blend(strong, ink, static_cast<double>(i) / steps);
    return found;
}

} // namespace trunkline
