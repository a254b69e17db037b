// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exchanges/WaterfallDelegate.h"

#include "ui/exchanges/Lanes.h"
#include "ui/models/Roles.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace trunkline {

namespace {

double lineLength(std::chrono::microseconds span, double width)
{
    const double ms = static_cast<double>(span.count()) / 1000.0;
    return width * std::clamp(0.12 + 0.88 * std::log10(1.0 + ms) / std::log10(30'001.0), 0.0, 1.0);
}

} // namespace

WaterfallDelegate::WaterfallDelegate(const Theme &theme, const ExchangeProxy &exchanges, QObject *parent)
    : RowDelegate(theme, parent), m_exchanges(exchanges)
{
}

void WaterfallDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    if (index.data(GapRole).toBool()) {
        RowDelegate::paint(painter, option, index);
        return;
    }
    paintBackground(painter, option, index);
    const ExchangePtr exchange = m_exchanges.at(index);
    if (!exchange)
        return;
    const QRectF area = QRectF(option.rect).adjusted(Padding, 0, -Padding, 0);
    const auto span = std::max<qint64>(1, spanOf(*exchange).count());
    const double scale = lineLength(std::chrono::microseconds(span), area.width()) / static_cast<double>(span);
    const QColor ground = m_theme.color(option.state & QStyle::State_Selected ? Token::Selection : Token::Panel);
    const double height = m_theme.scaled(7);
    const double top = area.center().y() - height / 2 + 0.5;

    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    double reached = area.left();       // short bars get a least width, and later ones make room
    for (const LaneBar &bar : waterfallOf(*exchange)) {
        const double wanted = area.left() + static_cast<double>(bar.from.count()) * scale;
        const double left = std::max(wanted, reached);
        if (left >= area.right())
            break;
        double width = static_cast<double>((bar.to - bar.from).count()) * scale - (left - wanted);
        if (bar.shape == LaneBar::Shape::Tick) {
            if (left - wanted > 2.5)    // more tokens than pixels
                continue;
            width = 2.5;
        }
        width = std::min(std::max(width, bar.shape == LaneBar::Shape::Solid ? 4.0 : 2.5), area.right() - left);
        const QColor color = m_theme.color(bar.tone);
        painter->setBrush(bar.shape == LaneBar::Shape::Waiting ? blend(color, ground, 0.45) : color);
        const double thin = bar.shape == LaneBar::Shape::Tick ? 0.5 : 0.0;
        painter->drawRoundedRect(QRectF(left, top - thin, width, height + 2 * thin), 1.5, 1.5);
        reached = left + width + (bar.shape == LaneBar::Shape::Tick ? 1.5 : 0.0);
    }
    painter->restore();
}

} // namespace trunkline
