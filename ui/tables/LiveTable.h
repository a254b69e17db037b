// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QTableView>

class QPushButton;

namespace trunkline {

/// A table whose rows arrive at its end. At the tail it follows them; away from it nothing moves under the reader's eyes
/// and a button says how many are new. Columns can be chosen, moved and remembered.
class LiveTable final : public QTableView
{
    Q_OBJECT

public:
    explicit LiveTable(const Theme &theme, QWidget *parent = nullptr);

    void setModel(QAbstractItemModel *model) override;
    void setFollowing(bool on);                         ///< on: jumps to the end
    [[nodiscard]] bool isFollowing() const { return m_following; }

    /// Widths for a 13 px font, in the order of the columns; -1 takes what is left. Columns from `firstHidden` on start hidden.
    void setColumns(const QList<int> &widths, int firstHidden);
    [[nodiscard]] QByteArray saveColumns() const;
    bool restoreColumns(const QByteArray &state);
    void showColumnChooser(const QPoint &globalPosition);
    void setColumnShown(int column, bool shown);

Q_SIGNALS:
    void followingChanged(bool on);
    /// The current row, or an invalid index.
    void currentRowChanged(const QModelIndex &index);
    /// The current row is leaving the model; what shows it should keep its copy.
    void currentRowEvicted();
    void menuRequested(const QModelIndex &index, const QPoint &globalPosition);

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
};

} // namespace trunkline
