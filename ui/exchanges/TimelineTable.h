// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/exchanges/Lanes.h"
#include "ui/theme/Theme.h"

#include <QTreeWidget>

namespace trunkline {

/// The timeline as words: a row a lane with its owner, when it began and how long it took. For those who cannot see bars, and
/// for those who want to copy numbers.
class TimelineTable final : public QTreeWidget
{
    Q_OBJECT

public:
    enum Column { Step, Owner, From, Until, Time, Columns };

    explicit TimelineTable(const Theme &theme, QWidget *parent = nullptr);
    void show(const std::vector<Lane> &lanes);

private:
    const Theme &m_theme;
};

} // namespace trunkline
