// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/RowDelegate.h"

#include "ui/models/Roles.h"

#include <QApplication>
#include <QPainter>

namespace trunkline {

RowDelegate::RowDelegate(const Theme &theme, QObject *parent) : QStyledItemDelegate(parent), m_theme(theme)
{
    refreshFonts();
    connect(&theme, &Theme::changed, this, &RowDelegate::refreshFonts);
}

void RowDelegate::refreshFonts()
{
    m_text = m_theme.font();
    m_fixed = m_theme.fixedFont();
}

QColor RowDelegate::paintBackground(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Token token = option.state & QStyle::State_Selected ? Token::Selection : index.row() % 2 ? Token::OddRow : Token::Panel;
    QColor ground = m_theme.color(token);
    const bool marked = index.data(HighlightRole).toBool();
    if (marked)
        ground = blend(m_theme.color(Token::Late), ground, m_theme.isDark() ? 0.16 : 0.22);
    painter->fillRect(option.rect, ground);
    if (marked) {
        if (index.column() == 0)        // a mark beside the color
            painter->fillRect(QRect(option.rect.left(), option.rect.top(), 3, option.rect.height()), m_theme.color(Token::Late));
    }
    if (option.state & QStyle::State_HasFocus && option.state & QStyle::State_KeyboardFocusChange) {
        painter->setPen(m_theme.color(Token::Accent));
        painter->drawRect(option.rect.adjusted(0, 0, -1, -1));
    }
    return ground;
}

void RowDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QColor ground = paintBackground(painter, option, index);
    QRect area = option.rect.adjusted(Padding, 0, -Padding, 0);
    const Token tone = static_cast<Token>(index.data(ToneRole).toInt());
    if (const QString icon = index.data(IconRole).toString(); !icon.isEmpty()) {
        const QVariant own = index.data(IconToneRole);
        const QPixmap pixmap = m_theme.pixmap(icon, own.isValid() ? static_cast<Token>(own.toInt()) : tone, painter->device()->devicePixelRatio());
        const QSize size = pixmap.deviceIndependentSize().toSize();
        painter->drawPixmap(area.left(), area.center().y() - size.height() / 2 + 1, pixmap);
        area.setLeft(area.left() + size.width() + 6);
    }
    painter->setFont(index.data(FixedRole).toBool() ? m_fixed : m_text);
    painter->setPen(m_theme.ink(tone, ground));
    const Qt::Alignment alignment(index.data(Qt::TextAlignmentRole).toInt());
    const QString text = painter->fontMetrics().elidedText(index.data(Qt::DisplayRole).toString(), Qt::ElideRight, area.width());
    painter->drawText(area, static_cast<int>(alignment) | Qt::TextSingleLine, text);
}

QSize RowDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const
{
    const QFontMetrics metrics(index.data(FixedRole).toBool() ? m_fixed : m_text);
    const int icon = index.data(IconRole).toString().isEmpty() ? 0 : m_theme.scaled(Theme::IconSize) + 6;
    return {metrics.horizontalAdvance(index.data(Qt::DisplayRole).toString()) + icon + 2 * Padding, m_theme.scaled(25)};
}

} // namespace trunkline
