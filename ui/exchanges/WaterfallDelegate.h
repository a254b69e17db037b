// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/ExchangeProxy.h"
#include "ui/tables/RowDelegate.h"

namespace trunkline {

/// Paints an exchange's bars in its table row: the longer it took, the longer the line (on a logarithmic scale up to a
/// minute), and within the line time runs evenly.
class WaterfallDelegate final : public RowDelegate
{
    Q_OBJECT

public:
    WaterfallDelegate(const Theme &theme, const ExchangeProxy &exchanges, QObject *parent = nullptr);
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    const ExchangeProxy &m_exchanges;
};

} // namespace trunkline
