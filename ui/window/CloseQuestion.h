// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QSettings;

namespace trunkline {

/// What happens to the hub when its last window is closed.
enum class OnClose { Ask, Quit, KeepRunning };
[[nodiscard]] OnClose onClose(const QSettings &settings);
void setOnClose(QSettings &settings, OnClose choice);

/// Asks that, once: the answer is kept, and can be changed in the settings. Never blocks.
class CloseQuestion final : public QDialog
{
    Q_OBJECT

public:
    /// `clients` are connected; `hasTray` says where a window that is gone can be found again.
    CloseQuestion(int clients, bool hasTray, QWidget *parent);

Q_SIGNALS:
    void answered(OnClose choice);
};

} // namespace trunkline
