// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/exchanges/Lanes.h"
#include "ui/models/ExchangeModel.h"
#include "ui/theme/Theme.h"

#include <QAbstractScrollArea>

namespace trunkline {

/// The lanes of one exchange over a time axis, and the legend of their colors.
class TimelineView final : public QAbstractScrollArea
{
    Q_OBJECT

public:
    explicit TimelineView(const Theme &theme, QWidget *parent = nullptr);

    void show(const ExchangePtr &exchange);      ///< null: nothing
    /// Brings the lane into sight and lifts it above the others, until another exchange is shown.
    void emphasize(int lane);
    [[nodiscard]] int emphasized() const { return m_emphasized; }       ///< -1: none
    /// The lane under a point of the viewport; -1: none.
    [[nodiscard]] int laneAt(const QPoint &point) const;
    [[nodiscard]] const std::vector<Lane> &lanes() const { return m_lanes; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    void layOut();
    void paintAxis(QPainter &painter) const;
    void paintLane(QPainter &painter, const Lane &lane, double top) const;
    void paintLegend(QPainter &painter) const;
    [[nodiscard]] double xOf(std::chrono::microseconds at) const;
    [[nodiscard]] QString wordsOf(const Lane &lane) const;

    const Theme &m_theme;
    ExchangePtr m_exchange;
    std::vector<Lane> m_lanes;
    std::chrono::microseconds m_span{};
    QFont m_text;
    QFont m_fixed;
    int m_emphasized = -1;
    int m_laneHeight = 24;
    int m_axisHeight = 24;
    int m_legendHeight = 28;
    int m_titleWidth = 150;
    int m_noteWidth = 0;
};

} // namespace trunkline
