// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>

#include <array>

namespace trunkline {

/// What a color means. Models name tokens, widgets turn them into colors; nothing else knows a color.
enum class Token : quint8 {
    Window, Panel, Raised, Hairline, Text, Muted, Selection, Accent,
    Hub, Client, Upstream, Done, Late, Failed, Orphan, OddRow
};
inline constexpr std::size_t kTokens = 16;

/// One color a token. As drawn shapes the colors are themselves; words in them go through Theme::ink(), which sees to a contrast
/// of at least 4.5:1 on every ground. A test holds both to it.
class Palette final
{
public:
    [[nodiscard]] static const Palette &dark();
    [[nodiscard]] static const Palette &light();

    [[nodiscard]] QColor operator[](Token token) const { return QColor::fromRgb(m_colors[static_cast<std::size_t>(token)]); }

private:
    explicit constexpr Palette(const std::array<QRgb, kTokens> &colors) : m_colors(colors) {}
    std::array<QRgb, kTokens> m_colors;
};

/// Contrast of two opaque colors as WCAG 2.1 defines it, 1 to 21.
[[nodiscard]] double contrast(const QColor &a, const QColor &b);

/// `ink` where its contrast on `ground` is at least `least`, else moved toward `strong` just so far that it is.
[[nodiscard]] QColor readable(const QColor &ink, const QColor &ground, const QColor &strong, double least = 4.5);

/// `over` laid on `under` with the given share of `over`, 0 to 1.
[[nodiscard]] QColor blend(const QColor &over, const QColor &under, double share);

} // namespace trunkline
