// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QStyledItemDelegate>

namespace trunkline {

/// Paints the cells of the live tables: flat rows, odd ones shaded, an optional icon, text in the tone of ToneRole.
/// Needs SortRole and its neighbors of ui/models/Roles.h.
class RowDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    static constexpr int Padding = 12;

    explicit RowDelegate(const Theme &theme, QObject *parent = nullptr);
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

protected:
    /// Returns the color that it laid.
    QColor paintBackground(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const;
    const Theme &m_theme;

private:
    void paintGap(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index, const QColor &ground) const;
    void refreshFonts();
    QFont m_text;
    QFont m_fixed;
};

} // namespace trunkline
