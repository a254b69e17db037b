// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/TabStrip.h"

#include <QFocusEvent>
#include <QPainter>

namespace trunkline {

TabStrip::TabStrip(const Theme &theme, QWidget *parent) : QTabBar(parent), m_theme(theme)
{
    setDrawBase(false);
    setExpanding(false);
    setUsesScrollButtons(false);
    setFocusPolicy(Qt::TabFocus);
    connect(&theme, &Theme::changed, this, [this] { setFont(m_theme.font()); });
}

QSize TabStrip::tabSizeHint(int index) const
{
    const QFontMetrics metrics(m_theme.font(0.0, QFont::DemiBold));
    return {metrics.horizontalAdvance(tabText(index)) + m_theme.scaled(24), m_theme.scaled(34)};
}

void TabStrip::focusInEvent(QFocusEvent *event)
{
    m_byKeyboard = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason || event->reason() == Qt::ShortcutFocusReason;
    QTabBar::focusInEvent(event);
}

void TabStrip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    for (int i = 0; i < count(); ++i) {
        const QRect area = tabRect(i);
        const bool current = i == currentIndex();
        const bool hovered = area.contains(mapFromGlobal(QCursor::pos())) && underMouse();
        painter.setFont(m_theme.font(0.0, current ? QFont::DemiBold : QFont::Normal));
        painter.setPen(m_theme.color(current || hovered ? Token::Text : Token::Muted));
        painter.drawText(area, Qt::AlignCenter, tabText(i));
        if (current)
            painter.fillRect(QRect(area.left(), area.bottom() - 1, area.width(), 2), m_theme.color(Token::Accent));
        if (current && hasFocus() && m_byKeyboard) {
            painter.setPen(m_theme.color(Token::Accent));
            painter.setRenderHint(QPainter::Antialiasing);
            painter.drawRoundedRect(QRectF(area).adjusted(3.5, 4.5, -3.5, -5.5), 5, 5);
        }
    }
}

} // namespace trunkline
