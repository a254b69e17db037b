// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/TableHeader.h"

#include <QPainter>

namespace trunkline {

TableHeader::TableHeader(const Theme &theme, QWidget *parent) : QHeaderView(Qt::Horizontal, parent), m_theme(theme)
{
    setSectionsClickable(true);
    setSortIndicatorShown(false);       // the style's arrow shortens every label
    setSortIndicator(-1, Qt::AscendingOrder);
}

void TableHeader::paintSection(QPainter *painter, const QRect &rect, int section) const
{
    painter->save();
    painter->setFont(font());           // the painter comes with the viewport's, which a change of zoom may have left behind
    QHeaderView::paintSection(painter, rect, section);
    painter->restore();
    if (section != sortIndicatorSection())
        return;
    const bool wordsAreRight = model()->headerData(section, Qt::Horizontal, Qt::TextAlignmentRole).toInt() & Qt::AlignRight;
    const QString icon = sortIndicatorOrder() == Qt::AscendingOrder ? QStringLiteral("up") : QStringLiteral("down");
    const QPixmap arrow = m_theme.pixmap(icon, Token::Accent, painter->device()->devicePixelRatio(), m_theme.scaled(11));
    const QSize size = arrow.deviceIndependentSize().toSize();
    const int x = wordsAreRight ? rect.right() - size.width() : rect.right() - size.width() - 3;
    painter->drawPixmap(x, rect.center().y() - size.height() / 2 + 1, arrow);
}

} // namespace trunkline
