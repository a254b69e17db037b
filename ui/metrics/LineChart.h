// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QList>
#include <QPointF>
#include <QWidget>

class QChart;
class QChartView;
class QLabel;
class QLineSeries;
class QValueAxis;

namespace trunkline {

/// Lines over the last minutes; a tooltip says the values where the mouse is. The one place that knows which library draws them.
class LineChart final : public QWidget
{
    Q_OBJECT

public:
    struct Line
    {
        QString name;
        Token tone;
    };

    LineChart(const Theme &theme, const QString &title, const QString &unit, const QList<Line> &lines, QWidget *parent = nullptr);

    /// Points of all lines, x in seconds before now (negative), and the seconds that the axis spans.
    void show(const QList<QList<QPointF>> &points, int seconds);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void refreshTheme();
    void showValues(double seconds, const QPoint &globalPosition);

    const Theme &m_theme;
    QList<Line> m_lines;
    QString m_unit;
    QLabel *m_title;
    QLabel *m_legend;
    QChart *m_chart;
    QChartView *m_view;
    QList<QLineSeries *> m_series;
    QValueAxis *m_x;
    QValueAxis *m_y;
    double m_scale = 1.0;       // what stands in the chart is divided by it
};

} // namespace trunkline
