// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/MainWindow.h"

#include "ui/detail/DetailPane.h"
#include "ui/exchanges/Lanes.h"
#include "ui/export/Export.h"
#include "ui/filter/FilterBar.h"
#include "ui/log/LogPage.h"
#include "ui/metrics/MetricsPage.h"
#include "ui/models/Format.h"
#include "ui/settings/SettingsDialog.h"
#include "ui/tables/LiveTable.h"
#include "ui/window/AttachDialog.h"
#include "ui/window/StatusStrip.h"

#include <QAction>
#include <QApplication>
#include <QDateTime>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QSaveFile>
#include <QThreadPool>

namespace trunkline {

namespace {

std::chrono::milliseconds now()
{
    return std::chrono::milliseconds(QDateTime::currentMSecsSinceEpoch());
}

/// The columns in sight, from left to right.
std::vector<exporting::Column> columnsOf(const LiveTable &table, int own, const PathColumns &added)
{
    std::vector<exporting::Column> columns;
    const QHeaderView &header = *table.horizontalHeader();
    for (int visual = 0; visual < header.count(); ++visual) {
        const int column = header.logicalIndex(visual);
        if (!table.isColumnHidden(column))
            columns.push_back({table.model()->headerData(column, Qt::Horizontal, Qt::EditRole).toString(), column, column >= own ? added.paths().at(column - own) : QString()});
    }
    return columns;
}

QString writeFile(const QString &path, const QByteArray &bytes)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return file.errorString();
    return {};
}

} // namespace

void MainWindow::onLinkChanged()
{
    const bool lost = m_view && m_view->link() == HubView::Link::Lost;
    if (lost && m_lostAt.count() == 0)
        m_lostAt = now();
    if (m_view && m_view->link() == HubView::Link::Live && m_lostAt.count() > 0) {
        if (!m_gapNoted && m_view->snapshot()->number > 0) {
            const LinkGap gap{.from = m_lostAt, .to = now()};
            m_exchanges.noteGap(gap);
            m_trafficModel.noteGap(gap);
        }
        m_status->notice(tr("The hub is in sight again"));
        m_lostAt = {};
        m_gapNoted = false;
    }
    action(Do::Retry)->setEnabled(lost);
    refreshOrders();
    showStale();
    refreshPill();
    refreshStatus();
}

/// The rows of the earlier start stay, with a gap behind them.
void MainWindow::onRestarted()
{
    const LinkGap gap{.from = m_lostAt.count() > 0 ? m_lostAt : now(), .to = now(), .restarted = true};
    m_exchanges.noteGap(gap);
    m_trafficModel.noteGap(gap);
    m_gapNoted = true;
}

void MainWindow::showStale()
{
    const bool lost = m_view && m_view->link() == HubView::Link::Lost;
    if (!lost) {
        if (m_bannerIsStale)
            showBanner({});
        return;
    }
    const QString why = m_view->linkDetail();
    const bool wasThere = m_view->snapshot()->number > 0;
    const QString text = wasThere ? tr("Stale since %1: what you see is what was there. %2.").arg(format::timeOfDay(m_lostAt).left(8), why)
                                  : tr("The hub was not reached: %1.").arg(why);
    showBanner(text, tr("Try now"), [this] { action(Do::Retry)->trigger(); });
    m_bannerIsStale = true;
}

void MainWindow::showAttach()
{
    auto *dialog = new AttachDialog(m_theme, *m_host, m_settings, this);
    connect(dialog, &AttachDialog::chosen, this, [this](const HubPlace &place) { m_host->attach(*this, place); });
    dialog->open();
}

void MainWindow::showSettings()
{
    auto *dialog = new SettingsDialog(m_theme, m_host ? m_host->hubSettings() : nullptr, m_settings, this);
    dialog->open();
}

/// In a text Ctrl+F looks there, elsewhere it goes to the filter.
void MainWindow::find()
{
    const QWidget *focus = QApplication::focusWidget();
    if (focus && m_detail->isVisible() && (focus == m_detail || m_detail->isAncestorOf(focus)) && !m_detail->subject().isEmpty())
        m_detail->find();
    else if (page() == Page::Log)
        m_logPage->find();
    else
        m_filter->startTyping();
}

void MainWindow::showAsTable(bool shown)
{
    m_detail->setTimelineAsTable(shown);
    m_metricsPage->setTableShown(shown);
}

void MainWindow::addColumn(const QString &path)
{
    const int inExchanges = m_exchanges.addPath(path);
    const int inTraffic = m_trafficModel.addPath(path);
    if (inExchanges < 0 || inTraffic < 0) {
        m_status->notice(m_exchanges.paths().paths().contains(path) ? tr("That column is there already") : tr("No more columns can be added"));
        return;
    }
    m_exchangeTable->placeAdded(inExchanges);
    m_trafficTable->placeAdded(inTraffic);
}

/// Both tables have the same added columns in the same order.
void MainWindow::removeColumn(int column)
{
    const int added = sender() == m_trafficTable ? column - TrafficModel::Columns : column - ExchangeModel::Columns;
    m_exchanges.removePath(ExchangeModel::Columns + added);
    m_trafficModel.removePath(TrafficModel::Columns + added);
}

void MainWindow::showExport()
{
    auto *dialog = new QFileDialog(this, tr("Export what is shown"));
    dialog->setObjectName(QStringLiteral("exportDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    const QStringList filters{tr("JSON lines, everything (*.jsonl)"), tr("CSV, the columns in sight (*.csv)"), tr("HTTP archive (*.har)")};
    dialog->setNameFilters(filters);
    const auto useFilter = [dialog, filters](const QString &filter) {
        static constexpr const char *suffixes[] = {"jsonl", "csv", "har"};
        dialog->setDefaultSuffix(QString::fromLatin1(suffixes[std::max<qsizetype>(0, filters.indexOf(filter))]));
    };
    connect(dialog, &QFileDialog::filterSelected, dialog, useFilter);
    useFilter(filters.constFirst());
    dialog->selectFile(page() == Page::Traffic ? QStringLiteral("traffic") : QStringLiteral("exchanges"));
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::exportTo);
    dialog->open();
}

void MainWindow::exportTo(const QString &path)
{
    const auto format = exporting::formatOf(path);
    if (!format) {
        m_status->notice(tr("The name ends in .jsonl, .csv or .har"));
        Q_EMIT exported(tr("The name ends in .jsonl, .csv or .har"));
        return;
    }
    auto shown = std::make_shared<exporting::Shown>();
    if (m_view)
        shown->hub = *m_view->snapshot();
    if (page() == Page::Traffic) {
        shown->columns = columnsOf(*m_trafficTable, TrafficModel::Columns, m_trafficModel.paths());
        shown->messages.reserve(static_cast<std::size_t>(m_trafficModel.rowCount()));
        for (int row = 0; row < m_trafficModel.rowCount(); ++row) {
            if (!m_trafficModel.isGap(row))
                shown->messages.push_back({m_trafficModel.at(row), m_trafficModel.timeOf(m_trafficModel.at(row))});
        }
    } else {
        shown->columns = columnsOf(*m_exchangeTable, ExchangeModel::Columns, m_exchanges.paths());
        for (int row = 0; row < m_shownExchanges.rowCount(); ++row) {
            if (const ExchangePtr exchange = m_shownExchanges.at(m_shownExchanges.index(row, 0)); !m_exchanges.gapOf(*exchange))
                shown->exchanges.push_back(exchange);
        }
        if (*format == exporting::Format::Har) {
            for (const JournalEntry &reply : m_trafficModel.entriesOf(EntryKind::Reply))
                shown->replies.push_back({reply, m_trafficModel.timeOf(reply)});
        }
    }
    m_status->notice(tr("Writing %1").arg(QFileInfo(path).fileName()));
    // Text and file are made beside the window: a hundred thousand rows take a moment.
    QThreadPool::globalInstance()->start([shown, path, format, window = QPointer<MainWindow>(this)] {
        const QString problem = writeFile(path, exporting::write(*format, *shown));
        QMetaObject::invokeMethod(qApp, [window, path, problem] {
            if (!window)
                return;
            window->m_status->notice(problem.isEmpty() ? tr("Exported to %1").arg(path) : tr("Not exported: %1").arg(problem));
            Q_EMIT window->exported(problem);
        }, Qt::QueuedConnection);
    });
}

} // namespace trunkline
