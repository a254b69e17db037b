// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QDialog>
#include <QList>

class QAction;

namespace trunkline {

/// Every key and what it does, in two columns that fit a small screen. Made from the actions, so that it cannot lie.
class KeysSheet final : public QDialog
{
    Q_OBJECT

public:
    KeysSheet(const Theme &theme, const QList<QAction *> &actions, QWidget *parent);
    /// "Ctrl+P" and "Pause", in the order of the sheet.
    [[nodiscard]] const QList<std::pair<QString, QString>> &rows() const { return m_rows; }

private:
    QList<std::pair<QString, QString>> m_rows;
};

} // namespace trunkline
