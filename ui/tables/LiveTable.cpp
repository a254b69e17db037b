// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/LiveTable.h"

#include "ui/models/Format.h"
#include "ui/models/Roles.h"
#include "ui/tables/RowDelegate.h"
#include "ui/tables/TableHeader.h"

#include <QContextMenuEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>

namespace trunkline {

LiveTable::LiveTable(const Theme &theme, QWidget *parent) : QTableView(parent), m_theme(theme), m_news(new QPushButton(this))
{
    setObjectName(QStringLiteral("live"));
    setHorizontalHeader(new TableHeader(theme, this));
    setItemDelegate(new RowDelegate(theme, this));
    setShowGrid(false);
    setWordWrap(false);
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setEditTriggers(NoEditTriggers);
    setVerticalScrollMode(ScrollPerItem);
    setHorizontalScrollMode(ScrollPerPixel);
    setTabKeyNavigation(false);
    setFrameShape(NoFrame);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    QHeaderView *header = horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionsMovable(true);
    header->setStretchLastSection(false);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    header->setMinimumSectionSize(28);
    connect(header, &QWidget::customContextMenuRequested, this, [this, header](const QPoint &at) { showColumnChooser(header->mapToGlobal(at)); });

    m_news->setObjectName(QStringLiteral("news"));
    m_news->setCursor(Qt::PointingHandCursor);
    m_news->setFocusPolicy(Qt::NoFocus);
    m_news->hide();
    connect(m_news, &QPushButton::clicked, this, [this] { setFollowing(true); });
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &LiveTable::onScrolled);
    connect(verticalScrollBar(), &QScrollBar::rangeChanged, this, [this] {
        if (m_following)
            scrollToBottom();
    });
    connect(&theme, &Theme::changed, this, &LiveTable::refreshTheme);
    refreshTheme();
}

void LiveTable::setModel(QAbstractItemModel *model)
{
    QTableView::setModel(model);
    connect(model, &QAbstractItemModel::rowsInserted, this, &LiveTable::onRowsInserted);
    connect(model, &QAbstractItemModel::rowsRemoved, this, &LiveTable::onRowsRemoved);
    connect(model, &QAbstractItemModel::modelAboutToBeReset, this, &LiveTable::keepCurrent);
    connect(model, &QAbstractItemModel::modelReset, this, [this] {
        restoreCurrent();
        m_new = 0;
        showNews();
        if (m_following)
            scrollToBottom();
    });
}

void LiveTable::setFollowing(bool on)
{
    if (on) {
        if (isSorted())
            horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
        m_moving = true;
        scrollToBottom();
        m_moving = false;
        m_new = 0;
    }
    showNews();
    if (m_following == on)
        return;
    m_following = on;
    Q_EMIT followingChanged(on);
}

void LiveTable::makeSortable(std::function<int(quint64)> rowOf)
{
    m_rowOf = std::move(rowOf);
    QHeaderView *header = horizontalHeader();
    header->setSortIndicator(-1, Qt::AscendingOrder);
    header->setSortIndicatorClearable(true);
    setSortingEnabled(true);
    header->setSortIndicatorShown(false);       // TableHeader paints it
    connect(header, &QHeaderView::sortIndicatorChanged, this, &LiveTable::onSorted);
}

bool LiveTable::isSorted() const
{
    return m_rowOf && horizontalHeader()->sortIndicatorSection() >= 0;
}

/// A sorted table has no tail to follow.
void LiveTable::onSorted(int column)
{
    if (column >= 0 && m_following) {
        m_following = false;
        Q_EMIT followingChanged(false);
    }
    if (column >= 0)
        scrollToTop();
    showNews();
}

void LiveTable::keepCurrent()
{
    m_kept = currentIndex().data(IdRole).toULongLong();
    m_keptColumn = currentIndex().column();
}

void LiveTable::restoreCurrent()
{
    const int row = m_rowOf && m_kept != 0 ? m_rowOf(m_kept) : -1;
    if (row < 0 || row >= model()->rowCount())
        return;
    m_evicting = true;          // nothing has been chosen
    const int scroll = verticalScrollBar()->value();
    selectionModel()->setCurrentIndex(model()->index(row, std::max(0, m_keptColumn)), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    verticalScrollBar()->setValue(scroll);
    m_evicting = false;
}

bool LiveTable::isAtTail() const
{
    return verticalScrollBar()->value() >= verticalScrollBar()->maximum();
}

void LiveTable::onScrolled()
{
    if (m_moving)
        return;
    if (isAtTail() && !isSorted())
        m_new = 0;
    else if (m_following && verticalScrollBar()->maximum() > 0) {
        m_following = false;
        Q_EMIT followingChanged(false);
    }
    showNews();
}

void LiveTable::onRowsInserted(const QModelIndex &, int first, int last)
{
    if (const int value = verticalScrollBar()->value(); !m_following && first < value) {     // above what is in sight
        m_moving = true;
        verticalScrollBar()->setValue(value + last - first + 1);
        m_moving = false;
    }
    if (m_following) {
        m_moving = true;
        scrollToBottom();
        m_moving = false;
    } else {
        m_new += last - first + 1;
        showNews();
    }
}

/// Rows that leave above the first one in sight must not move it.
void LiveTable::onRowsRemoved(const QModelIndex &, int first, int last)
{
    const int value = verticalScrollBar()->value();
    if (m_following || first >= value)
        return;
    m_moving = true;
    verticalScrollBar()->setValue(value - std::min(last - first + 1, value - first));
    m_moving = false;
}

void LiveTable::showNews()
{
    m_news->setVisible(m_new > 0 && !m_following);
    m_news->setText(tr("%1 new").arg(format::count(static_cast<quint64>(m_new))));
    m_news->setIcon(m_theme.icon(QStringLiteral("follow"), m_theme.isDark() ? Token::Window : Token::Panel));
    m_news->setAccessibleDescription(tr("Jumps to the newest row and follows"));
    if (m_news->isVisible())
        placeNews();
}

void LiveTable::placeNews()
{
    m_news->adjustSize();
    const QRect area = viewport()->geometry();
    m_news->move(area.center().x() - m_news->width() / 2, area.bottom() - m_news->height() - 10);
    m_news->raise();
}

void LiveTable::refreshTheme()
{
    verticalHeader()->setMinimumSectionSize(m_theme.scaled(25));
    verticalHeader()->setDefaultSectionSize(m_theme.scaled(25));
    horizontalHeader()->setFixedHeight(m_theme.scaled(27));
    horizontalHeader()->setFont(m_theme.font(-1.0, QFont::DemiBold));
    const int scale = m_theme.scaled(100);
    for (int column = 0; m_scale > 0 && m_scale != scale && column < m_widths.size(); ++column) {
        if (m_widths[column] > 0)
            setColumnWidth(column, columnWidth(column) * scale / m_scale);
    }
    m_scale = scale;
    viewport()->update();
}

void LiveTable::setColumns(const QList<int> &widths, int firstHidden)
{
    m_widths = widths;
    for (int column = 0; column < widths.size(); ++column) {
        horizontalHeader()->setSectionResizeMode(column, widths[column] < 0 ? QHeaderView::Stretch : QHeaderView::Interactive);
        if (widths[column] > 0)
            setColumnWidth(column, m_theme.scaled(widths[column]));
        setColumnHidden(column, column >= firstHidden);
    }
}

QByteArray LiveTable::saveColumns() const
{
    return horizontalHeader()->saveState();
}

bool LiveTable::restoreColumns(const QByteArray &state)
{
    if (state.isEmpty() || !horizontalHeader()->restoreState(state))
        return false;
    if (m_rowOf)                // an order is not kept: a window starts at the tail
        horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    horizontalHeader()->setSortIndicatorShown(false);
    return true;
}

void LiveTable::placeAdded(int column)
{
    horizontalHeader()->setSectionResizeMode(column, QHeaderView::Interactive);
    setColumnHidden(column, false);
    setColumnWidth(column, m_theme.scaled(140));
    const auto rest = static_cast<int>(m_widths.indexOf(-1));
    if (rest >= 0)
        horizontalHeader()->moveSection(horizontalHeader()->visualIndex(column), horizontalHeader()->visualIndex(rest));
    // What is selected is selected in the new column, too.
    selectionModel()->select(selectionModel()->selection(), QItemSelectionModel::Select | QItemSelectionModel::Rows);
}

void LiveTable::setColumnShown(int column, bool shown)
{
    setColumnHidden(column, !shown);
    if (shown && columnWidth(column) < 20)
        setColumnWidth(column, m_theme.scaled(std::max(90, m_widths.value(column))));
}

QMenu *LiveTable::showColumnChooser(const QPoint &globalPosition)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(QStringLiteral("columnChooser"));
    int shown = 0;
    for (int column = 0; column < model()->columnCount(); ++column)
        shown += isColumnHidden(column) ? 0 : 1;
    for (int column = 0; column < model()->columnCount(); ++column) {
        if (column == m_firstAdded)
            menu->addSeparator();
        QAction *action = menu->addAction(model()->headerData(column, Qt::Horizontal).toString());
        action->setObjectName(QStringLiteral("column%1").arg(column));
        action->setCheckable(true);
        action->setChecked(!isColumnHidden(column));
        action->setEnabled(shown > 1 || isColumnHidden(column));
        connect(action, &QAction::toggled, this, [this, column](bool on) {
            if (!on && m_firstAdded >= 0 && column >= m_firstAdded)
                Q_EMIT columnRemovalRequested(column);
            else
                setColumnShown(column, on);
        });
    }
    menu->popup(globalPosition);
    return menu;
}

void LiveTable::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QTableView::currentChanged(current, previous);
    if (m_evicting)
        return;
    if (current.row() != previous.row() || current.isValid() != previous.isValid())
        Q_EMIT currentRowChanged(current);
}

void LiveTable::rowsAboutToBeRemoved(const QModelIndex &parent, int first, int last)
{
    if (const int row = currentIndex().row(); row >= first && row <= last) {
        m_evicting = true;
        selectionModel()->clear();
        m_evicting = false;
        Q_EMIT currentRowEvicted();
    }
    QTableView::rowsAboutToBeRemoved(parent, first, last);
}

void LiveTable::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    if (m_news->isVisible())
        placeNews();
}

void LiveTable::contextMenuEvent(QContextMenuEvent *event)
{
    const QModelIndex index = event->reason() == QContextMenuEvent::Keyboard ? currentIndex() : indexAt(viewport()->mapFromGlobal(event->globalPos()));
    if (!index.isValid())
        return;
    setCurrentIndex(index);
    const QPoint at = event->reason() == QContextMenuEvent::Keyboard ? viewport()->mapToGlobal(visualRect(index).bottomLeft()) : event->globalPos();
    Q_EMIT menuRequested(index, at);
}

void LiveTable::keyPressEvent(QKeyEvent *event)
{
    // Text that is typed belongs to the filter, which the window starts; the table's own keyboard search would eat it.
    const QString text = event->text();
    if (!text.isEmpty() && text.at(0).isPrint() && !(event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier))) {
        event->ignore();
        return;
    }
    QTableView::keyPressEvent(event);
}

} // namespace trunkline
