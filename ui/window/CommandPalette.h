// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QDialog>
#include <QList>

class QAction;
class QLineEdit;
class QTreeWidget;

namespace trunkline {

/// Every command by name: type a few letters, press Enter.
class CommandPalette final : public QDialog
{
    Q_OBJECT

public:
    CommandPalette(const Theme &theme, const QList<QAction *> &actions, QWidget *parent);

    [[nodiscard]] QLineEdit *field() const { return m_field; }
    [[nodiscard]] QTreeWidget *list() const { return m_list; }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void match(const QString &text);
    void run();

    const Theme &m_theme;
    QList<QAction *> m_actions;
    QLineEdit *m_field;
    QTreeWidget *m_list;
};

/// True when the letters of `typed` occur in `text` in that order, whatever their case.
[[nodiscard]] bool matchesLoosely(QStringView typed, QStringView text);

} // namespace trunkline
