// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/ElidedLabel.h"

#include <QHelpEvent>
#include <QPainter>
#include <QStyle>
#include <QToolTip>

#include <algorithm>

namespace trunkline {

ElidedLabel::ElidedLabel(QWidget *parent) : QLabel(parent)
{
    setTextFormat(Qt::PlainText);
}

QSize ElidedLabel::minimumSizeHint() const
{
    constexpr int letters = 6;
    const QSize whole = sizeHint();
    return {std::min(whole.width(), fontMetrics().averageCharWidth() * letters), whole.height()};
}

QString ElidedLabel::shownText() const
{
    return fontMetrics().elidedText(text(), Qt::ElideRight, contentsRect().width());
}

bool ElidedLabel::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QLabel::event(event);
    QToolTip::showText(static_cast<QHelpEvent *>(event)->globalPos(), shownText() == text() ? QString() : text(), this);
    return true;
}

void ElidedLabel::paintEvent(QPaintEvent *)
{
    // On the line where a rich label of the same height has its words: the painter's own middle may be half a pixel lower.
    QRect area = contentsRect();
    if (alignment() & Qt::AlignVCenter)
        area.setTop(area.top() + std::max(0, area.height() - fontMetrics().height()) / 2);
    const int horizontal = static_cast<int>(alignment() & Qt::AlignHorizontal_Mask);
    QPainter painter(this);
    style()->drawItemText(&painter, area, horizontal | Qt::AlignTop | Qt::TextSingleLine, palette(), isEnabled(), shownText(), foregroundRole());
}

} // namespace trunkline
