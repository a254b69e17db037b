// SPDX-License-Identifier: GPL-3.0-or-later
// From row to row, marks, times counted from a row, and the colors of saved filters.
#include "ui/window/MainWindow.h"

#include "ui/filter/FilterBar.h"
#include "ui/filter/RowColorNames.h"
#include "ui/models/Format.h"
#include "ui/tables/LiveTable.h"
#include "ui/window/StatusStrip.h"

#include <QAction>

namespace trunkline {

void MainWindow::makeRowActions()
{
    add(Do::NextRow, tr("Next row, wherever the keyboard is"), {}, {QKeySequence(Qt::CTRL | Qt::Key_Down)}, [this] { step(1); });
    add(Do::PreviousRow, tr("Previous row, wherever the keyboard is"), {}, {QKeySequence(Qt::CTRL | Qt::Key_Up)}, [this] { step(-1); });
    add(Do::NextOfSame, tr("Next of the same correlation"), {}, {QKeySequence(Qt::ALT | Qt::Key_Down)}, [this] { stepInCorrelation(1); });
    add(Do::PreviousOfSame, tr("Previous of the same correlation"), {}, {QKeySequence(Qt::ALT | Qt::Key_Up)}, [this] { stepInCorrelation(-1); });
    add(Do::Mark, tr("Mark or unmark"), QStringLiteral("star"), {QKeySequence(Qt::CTRL | Qt::Key_M)}, [this] { toggleMarks(); });
    add(Do::NextMarked, tr("Next marked"), {}, {QKeySequence(Qt::Key_F4)}, [this] { stepToMark(1); });
    add(Do::PreviousMarked, tr("Previous marked"), {}, {QKeySequence(Qt::SHIFT | Qt::Key_F4)}, [this] { stepToMark(-1); });
    add(Do::TimesFromHere, tr("Count times from this row"), QStringLiteral("clock"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_T)},
        [this] { toggleTimeReference(); })->setCheckable(true);
}

void MainWindow::stepInCorrelation(int direction)
{
    LiveTable *table = page() == Page::Traffic ? m_trafficTable : m_exchangeTable;
    const QModelIndex current = table->currentIndex();
    if (!current.isValid())
        return;
    // Rows of a gap have no correlation.
    const auto correlationAt = [this, table](int row) {
        if (table == m_trafficTable)
            return m_trafficModel.at(row).correlation;
        return m_shownExchanges.at(m_shownExchanges.index(row, 0))->correlation;
    };
    const QByteArray wanted = correlationAt(current.row());
    for (int row = current.row() + direction; row >= 0 && row < table->model()->rowCount(); row += direction) {
        if (!wanted.isEmpty() && correlationAt(row) == wanted) {
            table->setCurrentIndex(table->model()->index(row, current.column()));
            return;
        }
    }
    m_status->notice(tr("No other message of this correlation"));
}

void MainWindow::step(int direction)
{
    LiveTable *table = currentTable();
    const int rows = table->model()->rowCount();
    const QModelIndex current = table->currentIndex();
    const int row = current.isValid() ? current.row() + direction : direction > 0 ? 0 : rows - 1;
    if (row >= 0 && row < rows)
        table->setCurrentIndex(table->model()->index(row, std::max(0, current.column())));
}

void MainWindow::toggleMarks()
{
    const QModelIndexList rows = currentTable()->selectionModel()->selectedRows();
    if (rows.isEmpty() || (page() != Page::Exchanges && page() != Page::Traffic)) {
        m_status->notice(tr("Select a row first"));
        return;
    }
    for (const QModelIndex &index : rows) {
        if (page() == Page::Traffic)
            m_trafficModel.toggleMark(index.row());
        else
            m_exchanges.toggleMark(m_shownExchanges.mapToSource(index).row());
    }
}

/// Around the end, as a search goes.
void MainWindow::stepToMark(int direction)
{
    if (page() != Page::Exchanges && page() != Page::Traffic)
        return;
    LiveTable *table = currentTable();
    const int rows = table->model()->rowCount();
    const int from = table->currentIndex().isValid() ? table->currentIndex().row() : direction > 0 ? -1 : rows;
    for (int i = 1; i <= rows; ++i) {
        const int row = ((from + direction * i) % rows + rows) % rows;
        const bool marked = page() == Page::Traffic ? m_trafficModel.isMarked(row) : m_exchanges.isMarked(m_shownExchanges.mapToSource(m_shownExchanges.index(row, 0)).row());
        if (marked) {
            table->setCurrentIndex(table->model()->index(row, std::max(0, table->currentIndex().column())));
            return;
        }
    }
    m_status->notice(tr("No row is marked"));
}

void MainWindow::toggleTimeReference()
{
    std::optional<TimeReference> here;
    const QModelIndex current = currentTable()->currentIndex();
    if (page() == Page::Traffic && current.isValid() && !m_trafficModel.isGap(current.row())) {
        const JournalEntry &entry = m_trafficModel.at(current.row());
        here = TimeReference{m_trafficModel.timeOf(entry), u'#' % format::count(entry.sequence)};
    } else if (const ExchangePtr exchange = page() == Page::Exchanges ? m_shownExchanges.at(current) : nullptr; exchange && !m_exchanges.gapOf(*exchange)) {
        here = TimeReference{exchange->startedAt, u'#' % format::count(exchange->number)};
    }
    if (!here && !m_reference)
        m_status->notice(tr("Select a row first"));
    setTimeReference(here == m_reference ? std::nullopt : here);
}

void MainWindow::setTimeReference(std::optional<TimeReference> reference)
{
    m_reference = std::move(reference);
    m_exchanges.setTimeReference(m_reference);
    m_trafficModel.setTimeReference(m_reference);
    action(Do::TimesFromHere)->setChecked(m_reference.has_value());
}

/// A filter whose text is wrong colors nothing.
void MainWindow::applyColors()
{
    std::vector<RowColors<ExchangeInfo>::Rule> exchanges;
    std::vector<RowColors<JournalEntry>::Rule> messages;
    for (const SavedFilter &saved : m_filter->saved().all()) {
        const auto tone = rowcolors::toneOf(saved.color);
        const auto filter = Filter::parse(saved.text);
        if (!tone || !filter || filter->passesAll())
            continue;
        exchanges.push_back({[filter = *filter](const ExchangeInfo &exchange) { return filter.matches(exchange); }, *tone, saved.name});
        messages.push_back({[filter = *filter](const JournalEntry &entry) { return filter.matches(entry); }, *tone, saved.name});
    }
    m_exchanges.setColors(std::move(exchanges));
    m_trafficModel.setColors(std::move(messages));
}

} // namespace trunkline
