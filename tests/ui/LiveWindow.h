// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/ui/LiveHub.h"
#include "ui/log/LogModel.h"
#include "ui/sessions/SessionsPanel.h"
#include "ui/tables/LiveTable.h"
#include "ui/window/MainWindow.h"

#include <QAction>
#include <QApplication>
#include <QMenu>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

namespace trunkline {

/// A window over a live hub with real sockets, and settings of its own.
class LiveWindow final
{
public:
    explicit LiveWindow(const Settings &hubSettings = {}) : hub(hubSettings) { open(); }
    ~LiveWindow() { close(); }

    void open()
    {
        window = std::make_unique<MainWindow>(MainWindow::Parts{.theme = theme, .log = log, .settings = settings});
        window->setHub(hub.view.get(), hub.control.get());
        window->show();
        window->activateWindow();
        QVERIFY(QTest::qWaitForWindowExposed(window.get()));
        QTRY_VERIFY(hub.view->link() == HubView::Link::Live);
    }
    void close()
    {
        if (window)
            window->setHub(nullptr, nullptr);
        window.reset();
    }

    /// Connects a user as LiveHub does and waits until the window knows.
    void addUser(const QString &user, const QList<int> &delays)
    {
        const int before = window->sessions().model().clients();
        hub.addUser(user, delays);
        QTRY_COMPARE(window->sessions().model().clients(), before + 1);
    }
    /// Posts a request and waits until its row is there.
    void post(const QString &user, const QString &message)
    {
        const int before = rows();
        hub.send(user, message);
        QTRY_COMPARE(rows(), before + 1);
    }
    /// The same, and until it has ended.
    void send(const QString &user, const QString &message)
    {
        post(user, message);
        const auto ended = [this] {
            const auto page = hub.view->exchangesAfter(0, 1'000);
            return std::none_of(page.exchanges.begin(), page.exchanges.end(), [](const auto &one) { return one->state == ExchangeState::Streaming; });
        };
        QTRY_VERIFY(ended());
    }
    void select(int row) const { window->exchanges().setCurrentIndex(window->exchanges().model()->index(row, 0)); }
    [[nodiscard]] int rows() const { return window->exchanges().model()->rowCount(); }
    [[nodiscard]] QAction *action(MainWindow::Do what) const { return window->action(what); }

    QTemporaryDir folder;
    QSettings settings{folder.filePath(QStringLiteral("s.ini")), QSettings::IniFormat};
    Theme theme;
    LogModel log;
    LiveHub hub;
    std::unique_ptr<MainWindow> window;
};

/// What a menu offers, submenus as "Menu > Entry"; without separators.
inline QStringList entriesOf(const QMenu &menu, const QString &prefix = {})
{
    QStringList found;
    for (const QAction *action : menu.actions()) {
        if (action->isSeparator() || !action->isVisible())
            continue;
        if (action->menu())
            found << entriesOf(*action->menu(), prefix + action->text() + QStringLiteral(" > "));
        else
            found << prefix + action->text();
    }
    return found;
}

/// Runs `open`, which opens a menu and may stay in it until the menu is closed. Says what the menu offers and triggers the entry
/// `wanted` ("Menu > Entry" in a submenu), or closes it when there is none of that name.
inline QStringList inMenu(const std::function<void()> &open, const QString &wanted = {})
{
    QStringList entries;
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, &timer, [&] {
        auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
        if (!menu)
            return;
        timer.stop();
        entries = entriesOf(*menu);
        QAction *found = nullptr;
        const QMenu *inside = menu;
        for (const QString &part : wanted.split(QStringLiteral(" > "))) {
            found = nullptr;
            for (QAction *action : inside ? inside->actions() : QList<QAction *>()) {
                if (action->text() == part)
                    found = action;
            }
            inside = found ? found->menu() : nullptr;
        }
        const QPointer<QAction> chosen = found;
        menu->close();
        if (chosen && chosen->isEnabled())
            chosen->trigger();
    });
    timer.start(10);
    open();
    if (!QTest::qWaitFor([&] { return !timer.isActive(); }))
        qWarning("no menu opened");
    return entries;
}

} // namespace trunkline
