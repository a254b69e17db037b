// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QTabBar>

namespace trunkline {

/// Tabs as words with a line under the current one.
class TabStrip final : public QTabBar
{
    Q_OBJECT

public:
    explicit TabStrip(const Theme &theme, QWidget *parent = nullptr);

protected:
    QSize tabSizeHint(int index) const override;
    QSize minimumTabSizeHint(int index) const override { return tabSizeHint(index); }
    void paintEvent(QPaintEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;

private:
    const Theme &m_theme;
    bool m_byKeyboard = false;      // the focus came by a key: show where it is
};

} // namespace trunkline
