// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/DesktopOptions.h"
#include "app/desktop/HubSettings.h"
#include "app/desktop/LogTap.h"
#include "app/trunkline/ReadyFile.h"
#include "hub/HubThread.h"
#include "ui/log/LogModel.h"
#include "ui/theme/Theme.h"
#include "ui/window/TrayIcon.h"
#include "ui/window/WindowHost.h"

#include <QObject>
#include <QPointer>

#include <memory>
#include <vector>

class QSettings;

namespace trunkline {

class CloseQuestion;
class HubControl;
class HubView;
class MainWindow;

/// The program: windows over a hub of its own, or over one elsewhere. Opens at once; the hub starts beside it.
class Desktop final : public QObject, public WindowHost
{
    Q_OBJECT

public:
    /// The application object must exist; `settings` outlives this.
    Desktop(const DesktopOptions &options, QSettings &settings);
    ~Desktop() override;

    void show();
    /// Ends hub and windows without a question; finished() follows.
    void stop(const char *reason);
    /// The first of them; there is always one.
    [[nodiscard]] MainWindow &window() const { return *m_panes.front()->window; }
    [[nodiscard]] std::vector<MainWindow *> windows() const;
    [[nodiscard]] Theme &theme() { return m_theme; }
    [[nodiscard]] TrayIcon &tray() { return m_tray; }
    [[nodiscard]] CloseQuestion *question() const;     ///< null while nothing is asked

    void openWindow(MainWindow &beside) override;
    [[nodiscard]] QList<HubPlace> runningHubs() const override;
    [[nodiscard]] std::optional<HubPlace> readReadyFile(const QString &path) const override;
    void attach(MainWindow &window, const HubPlace &place) override;
    [[nodiscard]] bool hasOwnHub() const override { return m_hub != nullptr; }
    void showOwnHub(MainWindow &window) override;
    [[nodiscard]] SettingsSource *hubSettings() override;
    bool mayClose(MainWindow &window) override;
    void quit() override { stop("asked to by the menu"); }

Q_SIGNALS:
    void hubStarted();
    void finished();

private:
    /// One window and what it looks through.
    struct Pane
    {
        std::unique_ptr<HubView> view;
        std::unique_ptr<HubControl> control;
        std::unique_ptr<MainWindow> window;
        std::optional<HubPlace> place;      ///< of a hub elsewhere; nothing: this program's own
    };

    Pane &addPane();
    [[nodiscard]] Pane &paneOf(const MainWindow &window) const;
    void onClosed(MainWindow *window);
    void lookAtOwn(Pane &pane, bool again);
    void park(MainWindow &window);
    void ask(MainWindow &window);
    void raise();

    void startHub(quint16 port);
    void restartHub();
    void onStarted();
    void onFailed(const Error &error);
    void onHubStopped();
    void refreshTray();
    [[nodiscard]] int clients() const;  ///< of our own hub
    void writeReadyFiles();
    void watchIdle(std::chrono::milliseconds limit);
    void watchParent(qint64 pid);

    DesktopOptions m_options;
    QSettings &m_settings;
    Theme m_theme;
    LogModel m_log;
    LogTap m_tap{m_log};
    HubSettings m_hubSettings;
    TrayIcon m_tray;
    std::unique_ptr<HubThread> m_hub;   // null: none of our own, or not yet
    std::unique_ptr<HubView> m_own;     // of that hub, for its counts: windows may look elsewhere
    std::vector<std::unique_ptr<Pane>> m_panes;
    QPointer<CloseQuestion> m_question;
    std::vector<ReadyFile> m_readyFiles;
    quint16 m_port = 0;                 // the one that was tried last
    bool m_stopping = false;
    bool m_restarting = false;
};

} // namespace trunkline
