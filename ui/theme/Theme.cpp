// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/Theme.h"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QFontInfo>
#include <QFontMetrics>
#include <QPainter>
#include <QPalette>
#include <QStyleFactory>
#include <QStyleHints>
#include <QSvgRenderer>

#include <algorithm>

// Outside any namespace, as the macro wants it: the resources of a static library must be asked for.
static void initResources()
{
    Q_INIT_RESOURCE(resources);
}

namespace trunkline {

namespace {

QPalette widgetPalette(const Palette &colors)
{
    QPalette palette;
    palette.setColor(QPalette::Window, colors[Token::Panel]);
    palette.setColor(QPalette::WindowText, colors[Token::Text]);
    palette.setColor(QPalette::Base, colors[Token::Panel]);
    palette.setColor(QPalette::AlternateBase, colors[Token::OddRow]);
    palette.setColor(QPalette::Text, colors[Token::Text]);
    palette.setColor(QPalette::Button, colors[Token::Raised]);
    palette.setColor(QPalette::ButtonText, colors[Token::Text]);
    palette.setColor(QPalette::BrightText, colors[Token::Failed]);
    palette.setColor(QPalette::Highlight, colors[Token::Selection]);
    palette.setColor(QPalette::HighlightedText, colors[Token::Text]);
    palette.setColor(QPalette::ToolTipBase, colors[Token::Raised]);
    palette.setColor(QPalette::ToolTipText, colors[Token::Text]);
    palette.setColor(QPalette::PlaceholderText, colors[Token::Muted]);
    palette.setColor(QPalette::Link, colors[Token::Accent]);
    // The style sheet's: see there.
    palette.setColor(QPalette::LinkVisited, colors[Token::Late]);
    palette.setColor(QPalette::Light, contrast(Qt::white, colors[Token::Accent]) >= 4.5 ? QColor(Qt::white) : colors[Token::Window]);
    palette.setColor(QPalette::Midlight, blend(colors[Token::Muted], colors[Token::Panel], 0.35));
    palette.setColor(QPalette::Mid, colors[Token::Hairline]);
    palette.setColor(QPalette::Dark, colors[Token::Muted]);         // Qt 6.4's style sheets don't know placeholder-text
    palette.setColor(QPalette::Shadow, colors[Token::Window]);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, blend(colors[Token::Muted], colors[Token::Panel], 0.6));
    return palette;
}

bool platformIsDark()
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    if (const auto scheme = QGuiApplication::styleHints()->colorScheme(); scheme != Qt::ColorScheme::Unknown)
        return scheme == Qt::ColorScheme::Dark;
#endif
    return QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
}

} // namespace

Theme::Theme(QObject *parent) : QObject(parent), m_systemFont(QApplication::font()), m_systemIsDark(platformIsDark())
{
    initResources();
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    connect(QGuiApplication::styleHints(), &QStyleHints::colorSchemeChanged, this, [this](Qt::ColorScheme scheme) {
        m_systemIsDark = scheme == Qt::ColorScheme::Dark;
        if (m_mode == Mode::System)
            apply();
    });
#endif
    connect(&m_repolish, &Repolish::seen, this, &Theme::changed);
    connect(&m_repolish, &Repolish::done, this, &Theme::changed);
    apply();
    qApp->setStyleSheet(styleSheet());
}

void Theme::setMode(Mode mode)
{
    m_mode = mode;
    apply();
}

void Theme::setZoom(int step)
{
    m_zoom = std::clamp(step, -4, 10);
    apply();
}

void Theme::setFonts(const QString &family, const QString &fixedFamily)
{
    m_family = family;
    m_fixedFamily = fixedFamily;
    apply();
}

bool Theme::isDark() const
{
    return m_mode == Mode::System ? m_systemIsDark : m_mode == Mode::Dark;
}

QColor Theme::color(Token token) const
{
    return (isDark() ? Palette::dark() : Palette::light())[token];
}

QColor Theme::ink(Token token, const QColor &ground) const
{
    return readable(color(token), ground, color(Token::Text));
}

QColor Theme::ink(Token token, Token ground) const
{
    QColor &known = m_inks[static_cast<int>(token) * static_cast<int>(kTokens) + static_cast<int>(ground)];
    if (!known.isValid())
        known = ink(token, color(ground));
    return known;
}

QFont Theme::font(double points, QFont::Weight weight) const
{
    QFont font = m_systemFont;
    if (!m_family.isEmpty())
        font.setFamilies({m_family});
    const double size = QFontInfo(m_systemFont).pointSizeF();
    font.setPointSizeF(std::max(5.0, (size + points) * (1.0 + 0.1 * m_zoom)));
    font.setWeight(weight);
#if QT_VERSION >= QT_VERSION_CHECK(6, 7, 0)
    font.setFeature("tnum", 1);
#endif
    return font;
}

QFont Theme::fixedFont() const
{
    QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    if (!m_fixedFamily.isEmpty())
        fixed.setFamilies({m_fixedFamily});
    // Without ligatures: what a person shall type looks as it is typed, ">=" and "Ctrl++".
    fixed.setStyleHint(QFont::Monospace, QFont::PreferNoShaping);
    fixed.setPointSizeF(font(-0.6).pointSizeF());
    return fixed;
}

int Theme::scaled(int pixels) const
{
    const double height = QFontMetricsF(font()).height();
    return std::max(pixels, static_cast<int>(pixels * height / 17.0 + 0.5));
}

QPixmap Theme::pixmap(const QString &name, Token token, qreal devicePixelRatio, int size) const
{
    if (size <= 0)
        size = scaled(IconSize);
    const QColor ink = color(token);
    const QString key = name % u'/' % ink.name() % u'/' % QString::number(size) % u'/' % QString::number(devicePixelRatio);
    if (const auto known = m_pixmaps.constFind(key); known != m_pixmaps.cend())
        return *known;
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    QPixmap pixmap(QSize(size, size) * devicePixelRatio);
    pixmap.fill(Qt::transparent);
    if (file.open(QIODevice::ReadOnly)) {
        QSvgRenderer renderer(file.readAll().replace("currentColor", ink.name().toLatin1()));
        QPainter painter(&pixmap);
        renderer.render(&painter);
    }
    pixmap.setDevicePixelRatio(devicePixelRatio);
    m_pixmaps.insert(key, pixmap);
    return pixmap;
}

QIcon Theme::icon(const QString &name, Token token) const
{
    QIcon icon;
    for (const qreal ratio : {1.0, 2.0, 3.0}) {
        icon.addPixmap(pixmap(name, token, ratio), QIcon::Normal);
        icon.addPixmap(pixmap(name, Token::Muted, ratio), QIcon::Disabled);
    }
    return icon;
}

void Theme::apply()
{
    m_pixmaps.clear();
    m_inks.clear();
    // Each of them goes through every widget, so only what differs is set.
    bool differs = false;
    if (const QPalette palette = widgetPalette(isDark() ? Palette::dark() : Palette::light()); palette != QApplication::palette()) {
        QApplication::setPalette(palette);
        differs = true;
    }
    if (const QFont wanted = font(); wanted != QApplication::font()) {
        QApplication::setFont(wanted);
        differs = true;
    }
    if (differs)
        m_repolish.start();
    Q_EMIT changed();
}

} // namespace trunkline
