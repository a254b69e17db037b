// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QStyledItemDelegate>

namespace trunkline {

/// Paints the rows of the sessions panel: headings, icon and name, the rate on the right.
class SessionDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit SessionDelegate(const Theme &theme, QObject *parent = nullptr);
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    const Theme &m_theme;
};

} // namespace trunkline
