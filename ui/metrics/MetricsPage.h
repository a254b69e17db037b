// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/metrics/MetricsHistory.h"
#include "ui/theme/Theme.h"

#include <QWidget>

class QButtonGroup;
class QLabel;
class QStackedWidget;
class QTableWidget;

namespace trunkline {

class LineChart;

/// Messages a second, sessions, latency and errors over the last 1, 5 or 30 minutes; as charts, or the same as a table.
class MetricsPage final : public QWidget
{
    Q_OBJECT

public:
    MetricsPage(const Theme &theme, const MetricsHistory &history, QWidget *parent = nullptr);

    void refresh();             ///< costs nothing while the page is hidden
    void setMinutes(int minutes);
    void setTableShown(bool shown);
    [[nodiscard]] const MetricsHistory &history() const { return m_history; }

protected:
    void showEvent(QShowEvent *event) override;

private:
    QWidget *makeBar();
    void fillTable();
    void showDelivery();

    const Theme &m_theme;
    const MetricsHistory &m_history;
    QStackedWidget *m_stack;
    QButtonGroup *m_spans;
    QLabel *m_delivery = nullptr;       ///< what waits now
    QTableWidget *m_table;
    LineChart *m_messages;
    LineChart *m_sessions;
    LineChart *m_latency;
    LineChart *m_errors;
    int m_minutes = 1;
};

} // namespace trunkline
