// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exchanges/TimelineView.h"

#include "hub/view/WhyLate.h"
#include "ui/models/Format.h"

#include <QHelpEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>

namespace trunkline {

namespace {

constexpr int kPadding = 16;
constexpr int kNoteGap = 10;

/// Below a millisecond three digits are not enough to tell the marks apart.
QString axisText(std::chrono::microseconds at, std::chrono::microseconds span)
{
    return span < std::chrono::milliseconds(1) ? TimelineView::tr("%1 µs").arg(at.count()) : durationText(at);
}

} // namespace

TimelineView::TimelineView(const Theme &theme, QWidget *parent) : QAbstractScrollArea(parent), m_theme(theme)
{
    setFrameShape(NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Timeline"));
    viewport()->setMouseTracking(true);
    connect(&theme, &Theme::changed, this, &TimelineView::layOut);
    layOut();
}

void TimelineView::show(const ExchangePtr &exchange)
{
    if (!exchange || !m_exchange || exchange->number != m_exchange->number)
        m_emphasized = -1;
    m_exchange = exchange;
    m_lanes = exchange ? lanesOf(*exchange) : std::vector<Lane>();
    m_span = exchange ? std::max(spanOf(*exchange), std::chrono::microseconds(1)) : std::chrono::microseconds(1);
    QStringList words;
    for (const Lane &lane : m_lanes)
        words << wordsOf(lane);
    setAccessibleDescription(words.join(QStringLiteral("; ")));
    layOut();
}

void TimelineView::emphasize(int lane)
{
    m_emphasized = lane;
    if (lane >= 0) {
        const int top = m_axisHeight + lane * m_laneHeight;
        const int room = viewport()->height() - m_legendHeight - m_laneHeight;
        verticalScrollBar()->setValue(std::clamp(verticalScrollBar()->value(), top - room, std::max(top - m_axisHeight, top - room)));
    }
    viewport()->update();
}

QString TimelineView::wordsOf(const Lane &lane) const
{
    if (lane.bars.empty())
        return lane.title % QStringLiteral(": ") % lane.note;
    return tr("%1: %2, from %3").arg(lane.title, lane.note, format::duration(lane.bars.front().from));
}

void TimelineView::layOut()
{
    m_text = m_theme.font(-0.4);
    m_fixed = m_theme.fixedFont();
    m_fixed.setPointSizeF(m_fixed.pointSizeF() - 0.7);
    m_axisHeight = m_theme.scaled(24);
    // In a low window the lanes need the room; their titles say whose they are.
    m_legendHeight = viewport()->height() < m_theme.scaled(170) ? 0 : m_theme.scaled(30);
    // Many lanes stand closer before they scroll.
    const int room = (viewport()->height() - m_axisHeight - m_legendHeight) / std::max(1, static_cast<int>(m_lanes.size()));
    m_laneHeight = std::clamp(room, m_theme.scaled(17), m_theme.scaled(24));
    const QFontMetrics text(m_text);
    const QFontMetrics fixed(m_fixed);
    m_titleWidth = m_theme.scaled(130);
    m_noteWidth = 0;
    for (const Lane &lane : m_lanes) {
        m_titleWidth = std::max(m_titleWidth, text.horizontalAdvance(lane.title) + 20);
        const auto end = lane.bars.empty() ? std::chrono::microseconds{} : lane.bars.back().to;
        if (end * 3 > m_span * 2)       // words behind a bar that ends far right need room of their own
            m_noteWidth = std::max(m_noteWidth, fixed.horizontalAdvance(lane.note) + kNoteGap);
    }
    m_titleWidth = std::min(m_titleWidth, width() / 3);
    m_noteWidth = std::clamp(m_noteWidth, 60, std::max(60, width() / 4));
    const int wanted = m_axisHeight + m_laneHeight * static_cast<int>(m_lanes.size()) + m_legendHeight;
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(m_laneHeight);
    verticalScrollBar()->setRange(0, std::max(0, wanted - viewport()->height()));
    viewport()->update();
}

double TimelineView::xOf(std::chrono::microseconds at) const
{
    const double width = viewport()->width() - 2 * kPadding - m_titleWidth - m_noteWidth;
    return kPadding + m_titleWidth + width * static_cast<double>(at.count()) / static_cast<double>(m_span.count());
}

void TimelineView::paintEvent(QPaintEvent *)
{
    if (!m_exchange)
        return;
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(0, -verticalScrollBar()->value());
    paintAxis(painter);
    double top = m_axisHeight;
    for (const Lane &lane : m_lanes) {
        if (&lane - m_lanes.data() == m_emphasized)
            painter.fillRect(QRectF(0, top, viewport()->width(), m_laneHeight), m_theme.color(Token::Selection));
        paintLane(painter, lane, top);
        top += m_laneHeight;
    }
    painter.resetTransform();
    if (m_legendHeight > 0)
        paintLegend(painter);
}

void TimelineView::paintAxis(QPainter &painter) const
{
    painter.setFont(m_fixed);
    const int most = std::max(1, static_cast<int>((xOf(m_span) - xOf({})) / m_theme.scaled(110)));
    const int bottom = std::max(viewport()->height() + verticalScrollBar()->value(),
                                m_axisHeight + m_laneHeight * static_cast<int>(m_lanes.size())) - m_legendHeight - 4;
    for (const auto at : axisMarks(m_span, most)) {
        const int x = static_cast<int>(xOf(at));
        painter.fillRect(QRect(x, 0, 1, bottom), m_theme.color(Token::Hairline));
        painter.setPen(m_theme.color(Token::Muted));
        const QString text = at.count() == 0 ? QStringLiteral("0") : axisText(at, m_span);
        painter.drawText(QPointF(x + 4, painter.fontMetrics().ascent() + 2), text);
    }
}

void TimelineView::paintLane(QPainter &painter, const Lane &lane, double top) const
{
    const double middle = top + m_laneHeight / 2.0;
    const bool emphasized = &lane - m_lanes.data() == m_emphasized;
    painter.setFont(m_text);
    painter.setPen(emphasized ? m_theme.ink(Token::Text, Token::Selection) : m_theme.color(Token::Muted));
    const QString title = painter.fontMetrics().elidedText(lane.title, Qt::ElideRight, m_titleWidth - 8);
    painter.drawText(QRectF(kPadding, top, m_titleWidth - 8, m_laneHeight), Qt::AlignVCenter | Qt::AlignLeft, title);
    const double height = m_theme.scaled(12);
    double reached = xOf({});
    double drawn = -1e9;
    painter.setPen(Qt::NoPen);
    for (const LaneBar &bar : lane.bars) {
        const bool tick = bar.shape == LaneBar::Shape::Tick;
        const double tickWidth = lane.bars.size() > 40 ? 2.0 : lane.bars.size() > 1 ? 9.0 : 4.0;
        const double left = tick ? xOf(bar.from) : std::max(xOf(bar.from), reached);
        if (tick && left - drawn < 1.0)
            continue;
        const double width = tick ? tickWidth : std::max(xOf(bar.to) - left, 4.0);
        const QColor color = m_theme.color(bar.tone);
        painter.setBrush(bar.shape == LaneBar::Shape::Waiting ? blend(color, m_theme.color(Token::Panel), m_theme.isDark() ? 0.4 : 0.35) : color);
        painter.drawRoundedRect(QRectF(left, middle - height / 2, width, height), 2, 2);
        drawn = left;
        reached = std::max(reached, left + width + (tick ? 0.0 : 1.0));
    }
    painter.setFont(m_fixed);
    painter.setPen(emphasized ? m_theme.ink(Token::Text, Token::Selection) : m_theme.color(Token::Muted));
    const QRectF place(reached + kNoteGap, top, std::max(20.0, viewport()->width() - reached - kNoteGap - 4), m_laneHeight);
    const double width = std::min(place.width(), static_cast<double>(painter.fontMetrics().horizontalAdvance(lane.note)));
    painter.fillRect(QRectF(place.left() - 2, top + 2, width + 4, m_laneHeight - 4), m_theme.color(emphasized ? Token::Selection : Token::Panel));    // no line of the axis through the words
    painter.drawText(place, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, lane.note);
}

void TimelineView::paintLegend(QPainter &painter) const
{
    const int top = viewport()->height() - m_legendHeight;
    painter.fillRect(QRect(0, top, viewport()->width(), m_legendHeight), m_theme.color(Token::Panel));
    painter.setFont(m_text);
    double x = kPadding;
    const std::pair<Token, QString> entries[] = {
        {Token::Hub, tr("hub")}, {Token::Client, tr("client")}, {Token::Upstream, tr("upstream")}, {Token::Failed, tr("failed")}};
    const double size = m_theme.scaled(9);
    for (const auto &[token, word] : entries) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_theme.color(token));
        painter.drawRoundedRect(QRectF(x, top + (m_legendHeight - size) / 2, size, size), 2.5, 2.5);
        x += size + 7;
        painter.setPen(m_theme.color(Token::Muted));
        const double width = painter.fontMetrics().horizontalAdvance(word);
        painter.drawText(QRectF(x, top, width + 2, m_legendHeight), Qt::AlignVCenter | Qt::AlignLeft, word);
        x += width + 16;
    }
    if (m_exchange->stepsDropped > 0) {
        painter.drawText(QRectF(x, top, viewport()->width() - x - kPadding, m_legendHeight), Qt::AlignVCenter | Qt::AlignRight,
                         tr("%1 later steps were not kept").arg(format::count(m_exchange->stepsDropped)));
    }
}

int TimelineView::laneAt(const QPoint &point) const
{
    const int y = point.y() + verticalScrollBar()->value() - m_axisHeight;
    const int lane = y < 0 ? -1 : y / m_laneHeight;
    return lane < static_cast<int>(m_lanes.size()) && point.y() < viewport()->height() - m_legendHeight ? lane : -1;
}

void TimelineView::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    layOut();
}

bool TimelineView::viewportEvent(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QAbstractScrollArea::viewportEvent(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const int lane = laneAt(help->pos());
    if (lane < 0)
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), wordsOf(m_lanes[static_cast<std::size_t>(lane)]), this);
    return true;
}

} // namespace trunkline
