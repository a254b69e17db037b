// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QSystemTrayIcon>

class QAction;
class QMenu;

namespace trunkline {

/// The hub in the system tray: a dot in the color of its state, its address and counts as words, and a menu.
class TrayIcon final : public QObject
{
    Q_OBJECT

public:
    enum class State { Starting, Listening, Stopped };

    explicit TrayIcon(const Theme &theme, QObject *parent = nullptr);
    ~TrayIcon() override;

    /// `address` is shown and copied; empty while there is none.
    void show(State state, const QString &address, int clients);
    [[nodiscard]] QString words() const { return m_words; }
    [[nodiscard]] const QMenu &menu() const { return *m_menu; }
    /// The icon with its dot, as it is drawn for `state`.
    [[nodiscard]] QIcon icon(State state) const;

Q_SIGNALS:
    void openWanted();
    void newWindowWanted();
    void quitWanted();

private:
    QAction *add(const QString &text, const char *name, void (TrayIcon::*wanted)());
    void refresh();

    const Theme &m_theme;
    QSystemTrayIcon m_icon;
    std::unique_ptr<QMenu> m_menu;
    QAction *m_copy = nullptr;
    State m_state = State::Starting;
    QString m_address;
    QString m_words;
};

} // namespace trunkline
