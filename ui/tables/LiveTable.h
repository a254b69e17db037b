// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QTableView>

#include <functional>

class QMenu;
class QPushButton;

namespace trunkline {

/// A table whose rows arrive at its end. At the tail it follows them; away from it nothing moves under the reader's eyes
/// and a button says how many are new. A click on a header sorts: up, down, and as they came. Columns can be chosen, moved
/// and remembered. What is current stays current when the model is reset, as long as it is there.
class LiveTable final : public QTableView
{
    Q_OBJECT

public:
    explicit LiveTable(const Theme &theme, QWidget *parent = nullptr);

    void setModel(QAbstractItemModel *model) override;
    void setFollowing(bool on);                         ///< on: ends a sort and jumps to the end
    [[nodiscard]] bool isFollowing() const { return m_following; }
    /// Headers sort from now on. `rowOf` finds the row with an IdRole again; -1: gone.
    void makeSortable(std::function<int(quint64)> rowOf);
    [[nodiscard]] bool isSorted() const;

    /// Widths for a 13 px font, in the order of the columns; -1 takes what is left. Columns from `firstHidden` on start hidden.
    void setColumns(const QList<int> &widths, int firstHidden);
    [[nodiscard]] QByteArray saveColumns() const;
    bool restoreColumns(const QByteArray &state);
    /// A menu with a checked action a column; it deletes itself when it is closed.
    QMenu *showColumnChooser(const QPoint &globalPosition);
    void setColumnShown(int column, bool shown);
    /// Columns from here on were added by a person: hiding one asks for its removal.
    void setFirstAdded(int column) { m_firstAdded = column; }
    /// Puts a column that has just been added in front of the one that takes what is left.
    void placeAdded(int column);

Q_SIGNALS:
    void followingChanged(bool on);
    /// The current row, or an invalid index.
    void currentRowChanged(const QModelIndex &index);
    /// The current row is leaving the model; what shows it should keep its copy.
    void currentRowEvicted();
    void menuRequested(const QModelIndex &index, const QPoint &globalPosition);
    void columnRemovalRequested(int column);

protected:
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
    void rowsAboutToBeRemoved(const QModelIndex &parent, int first, int last) override;
    void resizeEvent(QResizeEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void refreshTheme();
    void onScrolled();
    void onRowsInserted(const QModelIndex &parent, int first, int last);
    void onRowsRemoved(const QModelIndex &parent, int first, int last);
    void keepCurrent();
    void restoreCurrent();
    void onSorted(int column);
    void showNews();
    void placeNews();
    [[nodiscard]] bool isAtTail() const;

    const Theme &m_theme;
    QPushButton *m_news;
    QList<int> m_widths;
    int m_scale = 0;                // what 100 pixels were when the widths were set
    int m_new = 0;
    bool m_following = true;
    bool m_moving = false;          // a scroll of our own
    bool m_evicting = false;
    std::function<int(quint64)> m_rowOf;
    quint64 m_kept = 0;             // IdRole of what was current before a reset
    int m_keptColumn = 0;
    int m_firstAdded = -1;
};

} // namespace trunkline
