// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/exchanges/TimelineTable.h"

#include "ui/models/Format.h"

#include <QHeaderView>

namespace trunkline {

namespace {

QString ownerOf(const Lane &lane)
{
    if (lane.bars.empty())
        return {};
    switch (lane.bars.front().tone) {
    case Token::Hub: return TimelineTable::tr("hub");
    case Token::Client: return TimelineTable::tr("client");
    case Token::Upstream: return TimelineTable::tr("upstream");
    case Token::Late: return TimelineTable::tr("late");
    default: return TimelineTable::tr("failed");
    }
}

} // namespace

TimelineTable::TimelineTable(const Theme &theme, QWidget *parent) : QTreeWidget(parent), m_theme(theme)
{
    setObjectName(QStringLiteral("timelineTable"));
    setAccessibleName(tr("Timeline as a table"));
    setHeaderLabels({tr("Step"), tr("Owner"), tr("From"), tr("Until"), tr("Time")});
    for (const int column : {From, Until})
        headerItem()->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    setRootIsDecorated(false);
    setUniformRowHeights(true);
    setFrameShape(NoFrame);
    header()->setStretchLastSection(true);
}

void TimelineTable::show(const std::vector<Lane> &lanes)
{
    const int row = currentItem() ? indexOfTopLevelItem(currentItem()) : -1;
    clear();
    for (const Lane &lane : lanes) {
        const auto from = lane.bars.empty() ? std::chrono::microseconds{} : lane.bars.front().from;
        const auto until = lane.bars.empty() ? from : lane.bars.back().to;
        auto *item = new QTreeWidgetItem(this, {lane.title, ownerOf(lane), format::duration(from), format::duration(until), lane.note});
        if (!lane.bars.empty())
            item->setForeground(Owner, m_theme.color(lane.bars.front().tone));
        for (const int column : {From, Until, Time})
            item->setFont(column, m_theme.fixedFont());
        for (const int column : {From, Until})
            item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    }
    if (row >= 0 && row < topLevelItemCount())
        setCurrentItem(topLevelItem(row));
    const int widths[] = {200, 100, 96, 96};
    for (int column = 0; column < 4; ++column)
        setColumnWidth(column, m_theme.scaled(widths[column]));
}

} // namespace trunkline
