// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QHeaderView>

namespace trunkline {

/// A header whose sort arrow takes no room from the words: it stands on the side where they are not.
class TableHeader final : public QHeaderView
{
    Q_OBJECT

public:
    explicit TableHeader(const Theme &theme, QWidget *parent = nullptr);

protected:
    void paintSection(QPainter *painter, const QRect &rect, int section) const override;

private:
    const Theme &m_theme;
};

} // namespace trunkline
