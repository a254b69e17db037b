// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/metrics/LineChart.h"

#include "ui/models/Format.h"

#include <QChart>
#include <QChartView>
#include <QGraphicsLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineSeries>
#include <QMouseEvent>
#include <QToolTip>
#include <QValueAxis>

#include <algorithm>
#include <cmath>

namespace trunkline {

namespace {

/// The next number above that is round, and whose half is: 1, 2, 4 times a power of ten.
double roundedUp(double value)
{
    if (value <= 1.0)
        return 1.0;
    const double power = std::pow(10.0, std::floor(std::log10(value)));
    for (const double factor : {1.0, 2.0, 4.0, 10.0}) {
        if (value <= factor * power)
            return factor * power;
    }
    return value;
}

/// One digit behind the point where it says something.
QString numberText(double value)
{
    return value < 10.0 && value != std::floor(value) ? QString::number(value, 'f', 1) : format::count(static_cast<quint64>(std::llround(value)));
}

} // namespace

LineChart::LineChart(const Theme &theme, const QString &title, const QString &unit, const QList<Line> &lines, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_lines(lines), m_unit(unit), m_title(new QLabel(title)), m_legend(new QLabel),
      m_chart(new QChart), m_view(new QChartView(m_chart)), m_x(new QValueAxis), m_y(new QValueAxis)
{
    setAccessibleName(title);
    m_chart->legend()->hide();
    m_chart->setMargins(QMargins(0, 0, 0, 0));
    m_chart->setBackgroundRoundness(0);
    m_chart->layout()->setContentsMargins(0, 0, 0, 0);
    m_chart->addAxis(m_x, Qt::AlignBottom);
    m_chart->addAxis(m_y, Qt::AlignLeft);
    m_x->setLabelFormat(QStringLiteral("%.0f s"));
    m_x->setTickCount(7);
    m_y->setTickCount(3);
    m_y->setLabelFormat(QStringLiteral("%.0f"));
    for (const Line &line : lines) {
        auto *series = new QLineSeries(m_chart);
        series->setName(line.name);
        m_chart->addSeries(series);
        series->attachAxis(m_x);
        series->attachAxis(m_y);
        m_series << series;
    }
    m_view->setRenderHint(QPainter::Antialiasing);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setFocusPolicy(Qt::NoFocus);
    m_view->setMinimumHeight(110);
    m_view->viewport()->setMouseTracking(true);
    m_view->viewport()->installEventFilter(this);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(8, 0, 8, 0);
    head->addWidget(m_title);
    head->addStretch();
    head->addWidget(m_legend);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 10, 8, 4);
    layout->setSpacing(2);
    layout->addLayout(head);
    layout->addWidget(m_view, 1);
    m_legend->setTextFormat(Qt::RichText);
    connect(&theme, &Theme::changed, this, &LineChart::refreshTheme);
    refreshTheme();
}

void LineChart::refreshTheme()
{
    const QColor panel = m_theme.color(Token::Panel);
    m_chart->setBackgroundBrush(panel);
    m_view->setBackgroundBrush(panel);
    m_title->setFont(m_theme.font(0.0, QFont::DemiBold));
    QFont labels = m_theme.fixedFont();
    labels.setPointSizeF(labels.pointSizeF() - 1.0);
    for (QValueAxis *axis : {m_x, m_y}) {
        axis->setLabelsColor(m_theme.color(Token::Muted));
        axis->setLabelsFont(labels);
        axis->setGridLineColor(m_theme.color(Token::Hairline));
        axis->setLinePenColor(m_theme.color(Token::Hairline));
    }
    m_x->setGridLineVisible(false);
    for (qsizetype i = 0; i < m_series.size(); ++i)
        m_series[i]->setPen(QPen(m_theme.color(m_lines[i].tone), 1.6));
}

void LineChart::show(const QList<QList<QPointF>> &points, int seconds)
{
    double most = 0.0;
    QString legend;
    for (qsizetype i = 0; i < m_series.size() && i < points.size(); ++i) {
        for (const QPointF &point : points[i])
            most = std::max(most, point.y());
        // A line that ended before now has no value now.
        const bool hasValue = !points[i].isEmpty() && points[i].constLast().x() >= 0.0;
        const QString value = hasValue ? numberText(points[i].constLast().y()) % m_unit : QString(QChar(0x2013));
        legend += QStringLiteral("&nbsp;&nbsp;&nbsp;<span style='color:%1'>&#9632;</span> <span style='color:%2'>%3</span> <b>%4</b>")
                      .arg(m_theme.color(m_lines[i].tone).name(), m_theme.color(Token::Muted).name(), m_lines[i].name.toHtmlEscaped(), value);
    }
    m_legend->setText(legend);
    m_x->setRange(-seconds, 0);
    const double top = roundedUp(most * 1.05);
    // "20 k", "1.5 M": an axis has no room for more.
    m_scale = top >= 1e6 ? 1e6 : top >= 1e4 ? 1e3 : 1.0;
    const QString size = m_scale >= 1e6 ? QStringLiteral(" M") : m_scale > 1.0 ? QStringLiteral(" k") : QString();
    for (qsizetype i = 0; i < m_series.size() && i < points.size(); ++i) {
        QList<QPointF> scaled = points[i];
        for (QPointF &point : scaled)
            point.setY(point.y() / m_scale);
        m_series[i]->replace(scaled);
    }
    const double shown = top / m_scale;
    m_y->setRange(0, shown);
    m_y->setLabelFormat((std::fmod(shown, 2.0) != 0.0 ? QStringLiteral("%.1f") : QStringLiteral("%.0f")) + size + m_unit);
}

/// Anywhere in the plot, not only on a line of two pixels.
bool LineChart::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::MouseMove) {
        const auto *mouse = static_cast<QMouseEvent *>(event);
        const QPointF at = m_chart->mapFromScene(m_view->mapToScene(mouse->position().toPoint()));
        if (m_chart->plotArea().contains(at))
            showValues(m_chart->mapToValue(at, m_series.constFirst()).x(), mouse->globalPosition().toPoint());
        else
            QToolTip::hideText();
    } else if (event->type() == QEvent::Leave) {
        QToolTip::hideText();
    }
    return QWidget::eventFilter(watched, event);
}

void LineChart::showValues(double seconds, const QPoint &globalPosition)
{
    QString text = tr("%1 s ago").arg(-std::lround(seconds));
    for (QLineSeries *series : std::as_const(m_series)) {
        const QList<QPointF> points = series->points();
        const auto nearest = std::min_element(points.begin(), points.end(), [&](const QPointF &a, const QPointF &b) {
            return std::abs(a.x() - seconds) < std::abs(b.x() - seconds);
        });
        if (nearest != points.end())
            text += QStringLiteral("\n%1: %2%3").arg(series->name()).arg(nearest->y() * m_scale, 0, 'f', 1).arg(m_unit);
    }
    QToolTip::showText(globalPosition, text, m_view);
}

} // namespace trunkline
