// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/RowDelegate.h"

#include "ui/models/Roles.h"

#include <QApplication>
#include <QHeaderView>
#include <QPainter>
#include <QTableView>

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
    const QVariant own = index.data(HighlightRole).toBool() ? QVariant(static_cast<int>(Token::Late)) : index.data(RowToneRole);
    if (own.isValid()) {
        const QColor tone = m_theme.color(static_cast<Token>(own.toInt()));
        ground = blend(tone, ground, m_theme.isDark() ? 0.16 : 0.22);
        painter->fillRect(option.rect, ground);
        if (index.column() == 0)        // a mark beside the color
            painter->fillRect(QRect(option.rect.left(), option.rect.top(), 3, option.rect.height()), tone);
    } else {
        painter->fillRect(option.rect, ground);
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
    if (index.data(GapRole).toBool()) {
        paintGap(painter, option, index, ground);
        return;
    }
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

/// One sentence over all columns behind the time: each cell draws its piece.
void RowDelegate::paintGap(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index, const QColor &ground) const
{
    const auto *table = qobject_cast<const QTableView *>(option.widget);
    if (!table)
        return;
    const QHeaderView &header = *table->horizontalHeader();
    int time = -1;
    for (int visual = 0; visual < header.count() && time < 0; ++visual) {
        const int column = header.logicalIndex(visual);
        if (!header.isSectionHidden(column) && index.siblingAtColumn(column).data(FixedRole).toBool())
            time = column;
    }
    painter->save();
    painter->setClipRect(option.rect);
    painter->setPen(m_theme.ink(Token::Late, ground));
    if (index.column() == time) {
        painter->setFont(m_fixed);
        painter->drawText(option.rect.adjusted(Padding, 0, -Padding, 0), Qt::AlignVCenter | Qt::TextSingleLine, index.data(Qt::DisplayRole).toString());
    } else if (time < 0 || header.visualIndex(index.column()) > header.visualIndex(time)) {
        const int left = time < 0 ? 0 : header.sectionViewportPosition(time) + header.sectionSize(time);
        QRect area(left + Padding, option.rect.top(), header.length() - left, option.rect.height());
        const QPixmap pixmap = m_theme.pixmap(QStringLiteral("warning"), Token::Late, painter->device()->devicePixelRatio());
        const QSize size = pixmap.deviceIndependentSize().toSize();
        painter->drawPixmap(area.left(), area.center().y() - size.height() / 2 + 1, pixmap);
        painter->setFont(m_text);
        painter->drawText(area.adjusted(size.width() + 6, 0, 0, 0), Qt::AlignVCenter | Qt::TextSingleLine, index.data(Qt::ToolTipRole).toString());
    }
    painter->restore();
}

QSize RowDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const
{
    const QFontMetrics metrics(index.data(FixedRole).toBool() ? m_fixed : m_text);
    const int icon = index.data(IconRole).toString().isEmpty() ? 0 : m_theme.scaled(Theme::IconSize) + 6;
    return {metrics.horizontalAdvance(index.data(Qt::DisplayRole).toString()) + icon + 2 * Padding, m_theme.scaled(25)};
}

} // namespace trunkline
