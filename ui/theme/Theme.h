// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Palette.h"
#include "ui/theme/Repolish.h"

#include <QFont>
#include <QHash>
#include <QIcon>
#include <QObject>

namespace trunkline {

/// How the windows of one process look: palette, fonts, icons, style sheet. Made once after the application object and
/// handed to every widget by reference. GUI thread.
class Theme final : public QObject
{
    Q_OBJECT

public:
    enum class Mode { System, Light, Dark };
    Q_ENUM(Mode)

    static constexpr int IconSize = 15;

    explicit Theme(QObject *parent = nullptr);

    /// What is in sight changes within a few turns of the event loop, in one picture.
    void setMode(Mode mode);
    /// Steps of ten per cent from -4 to 10; out of range values are clamped.
    void setZoom(int step);
    /// For a machine whose system fonts are not the wanted ones. An empty family keeps the system's.
    void setFonts(const QString &family, const QString &fixedFamily);
    /// Says changed() once more: a window that has just been put together lost fonts while its parts moved into place.
    void announce() { Q_EMIT changed(); }

    [[nodiscard]] Mode mode() const { return m_mode; }
    [[nodiscard]] int zoom() const { return m_zoom; }
    /// A change is under way: changed() will be said again.
    [[nodiscard]] bool isChanging() const { return m_repolish.isRunning(); }
    [[nodiscard]] bool isDark() const;
    [[nodiscard]] QColor color(Token token) const;
    /// The color of words that mean `token` and stand on `ground`.
    [[nodiscard]] QColor ink(Token token, Token ground = Token::Panel) const;
    /// The same on a ground that is no token.
    [[nodiscard]] QColor ink(Token token, const QColor &ground) const;
    /// The system's fixed-pitch font in the size of the text around it.
    [[nodiscard]] QFont fixedFont() const;
    /// The application's font, larger or smaller by points, with tabular figures where the font has them.
    [[nodiscard]] QFont font(double points = 0.0, QFont::Weight weight = QFont::Normal) const;
    /// A height that was drawn for a 13 px font, for the font in force.
    [[nodiscard]] int scaled(int pixels) const;

    /// The line icon resources/icons/NAME.svg in the color of `token`; disabled, it is muted.
    [[nodiscard]] QIcon icon(const QString &name, Token token = Token::Text) const;
    [[nodiscard]] QPixmap pixmap(const QString &name, Token token, qreal devicePixelRatio, int size = 0) const;

Q_SIGNALS:
    /// Colors or fonts are different now. Said three times a change: for fonts, which the style sheet's rules build on; when what is in
    /// sight has its rules, which took palettes away; and when all has.
    void changed();

private:
    void apply();

    Mode m_mode = Mode::System;
    int m_zoom = 0;
    QFont m_systemFont;
    QString m_family;
    QString m_fixedFamily;
    bool m_systemIsDark;
    Repolish m_repolish;
    mutable QHash<QString, QPixmap> m_pixmaps;
    mutable QHash<int, QColor> m_inks;
};

/// The style sheet of all windows and themes. Small on purpose: what delegates and painters do is not in it.
[[nodiscard]] QString styleSheet();

} // namespace trunkline
