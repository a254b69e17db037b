// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/MainWindow.h"

#include "ui/detail/BodyView.h"
#include "ui/detail/DetailPane.h"
#include "ui/filter/FilterBar.h"
#include "ui/log/LogPage.h"
#include "ui/tables/LiveTable.h"
#include "ui/tables/TabStrip.h"
#include "ui/window/WindowHost.h"

#include <QAction>
#include <QCloseEvent>
#include <QKeyEvent>
#include <QSettings>
#include <QSplitter>

namespace trunkline {

namespace {

constexpr int kLayout = 1;              // grows when columns are added, so that old states are dropped

}

void MainWindow::restore()
{
    for (const QString &path : m_settings.value(QStringLiteral("columns/added")).toStringList())
        addColumn(path);
    action(Do::AsTable)->setChecked(m_settings.value(QStringLiteral("view/asTable")).toBool());
    if (m_settings.value(QStringLiteral("window/layout")).toInt() != kLayout)
        return;
    restoreGeometry(m_settings.value(QStringLiteral("window/geometry")).toByteArray());
    m_columns->restoreState(m_settings.value(QStringLiteral("window/columns")).toByteArray());
    m_rowsAreMine = m_rows->restoreState(m_settings.value(QStringLiteral("window/rows")).toByteArray());
    m_exchangeTable->restoreColumns(m_settings.value(QStringLiteral("exchanges/columns")).toByteArray());
    m_trafficTable->restoreColumns(m_settings.value(QStringLiteral("traffic/columns")).toByteArray());
    m_logPage->table().restoreColumns(m_settings.value(QStringLiteral("log/columns")).toByteArray());
    m_detail->body().setForm(static_cast<BodyView::Form>(std::clamp(m_settings.value(QStringLiteral("body/form")).toInt(), 0, 3)));
}

void MainWindow::save()
{
    m_settings.setValue(QStringLiteral("columns/added"), m_exchanges.paths().paths());
    m_settings.setValue(QStringLiteral("view/asTable"), action(Do::AsTable)->isChecked());
    m_settings.setValue(QStringLiteral("window/layout"), kLayout);
    m_settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
    m_settings.setValue(QStringLiteral("window/columns"), m_columns->saveState());
    m_settings.setValue(QStringLiteral("window/rows"), m_rows->saveState());
    m_settings.setValue(QStringLiteral("exchanges/columns"), m_exchangeTable->saveColumns());
    m_settings.setValue(QStringLiteral("traffic/columns"), m_trafficTable->saveColumns());
    m_settings.setValue(QStringLiteral("log/columns"), m_logPage->table().saveColumns());
    m_settings.setValue(QStringLiteral("body/form"), static_cast<int>(m_detail->body().form()));
    m_settings.setValue(QStringLiteral("theme"), static_cast<int>(m_theme.mode()));
    m_settings.setValue(QStringLiteral("zoom"), m_theme.zoom());
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    save();
    if (m_host && !m_host->mayClose(*this)) {
        event->ignore();
        return;
    }
    event->accept();
    Q_EMIT closed();
}

void MainWindow::showEvent(QShowEvent *event)
{
    QMainWindow::showEvent(event);
    if (!event->spontaneous() && !focusWidget())
        (m_exchanges.rowCount() > 0 ? static_cast<QWidget *>(m_exchangeTable) : m_tabs)->setFocus(Qt::OtherFocusReason);
}

/// Keys that nobody below wanted: text that is typed anywhere starts a filter.
void MainWindow::keyPressEvent(QKeyEvent *event)
{
    const QString text = event->text();
    const bool plain = !(event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier));
    if (action(Do::TypeToFilter)->isChecked() && plain && text.size() == 1 && (text.at(0).isLetterOrNumber() || text.at(0) == u'@' || text.at(0) == u'"')) {
        page() == Page::Log ? m_logPage->find(text) : m_filter->startTyping(text);
        return;
    }
    QMainWindow::keyPressEvent(event);
}

} // namespace trunkline
