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
#include <QThreadPool>

#include <memory>
#include <vector>

class QSettings;

namespace trunkline {

class BenchDesk;
class BenchRoom;
class CloseQuestion;
class HubControl;
class HubView;
class MainWindow;

/// The program: windows over a hub of its own, over one elsewhere, or over captures. Opens at once; the hub starts beside it.
class Desktop final : public QObject, public WindowHost
{
    Q_OBJECT

public:
    /// The application object must exist; `settings` outlives this.
    Desktop(const DesktopOptions &options, QSettings &settings);
    ~Desktop() override;

    void show();
    /// Has the own hub read its certificate, tokens and keys again; the log says what came of it.
    void reload();
    /// Ends hub and windows without a question; finished() follows.
    void stop(const char *reason);
    /// The first of them; there is always one.
    [[nodiscard]] MainWindow &window() const { return *m_panes.front()->window; }
    [[nodiscard]] std::vector<MainWindow *> windows() const;
    [[nodiscard]] BenchRoom &bench(const MainWindow &window) const { return *paneOf(window).bench; }
    [[nodiscard]] Theme &theme() { return m_theme; }
    [[nodiscard]] TrayIcon &tray() { return m_tray; }
    [[nodiscard]] CloseQuestion *question() const;     ///< null while nothing is asked

    void openWindow(MainWindow &beside) override;
    [[nodiscard]] QList<HubPlace> runningHubs() const override;
    [[nodiscard]] std::optional<HubPlace> readReadyFile(const QString &path) const override;
    void attach(MainWindow &window, const HubPlace &place) override;
    void openCapture(MainWindow &beside, const QString &path, const QByteArray &select) override;
    [[nodiscard]] bool hasOwnHub() const override { return m_hub != nullptr; }
    void showOwnHub(MainWindow &window) override;
    [[nodiscard]] SettingsSource *hubSettings() override;
    bool mayClose(MainWindow &window) override;
    void quit() override { stop("asked to by the menu"); }

Q_SIGNALS:
    void hubStarted();
    void captureOpened(const QString &problem);     ///< empty: it is in a window
    void finished();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    /// One window and what it looks through.
    struct Pane
    {
        std::unique_ptr<HubView> view;
        std::unique_ptr<HubControl> control;
        std::unique_ptr<MainWindow> window;
        BenchRoom *bench = nullptr;         ///< a child of the window
        std::optional<HubPlace> place;      ///< of a hub elsewhere; nothing: this program's own, or a capture
        QString capture;                    ///< the file that is shown instead of a hub
        [[nodiscard]] bool isOwn() const { return !place && capture.isEmpty(); }
    };

    Pane &addPane();
    [[nodiscard]] Pane &paneOf(const MainWindow &window) const;
    void onClosed(MainWindow *window);
    void lookAtOwn(Pane &pane, bool again);
    void lookAt(Pane &pane, std::unique_ptr<HubView> capture, const QString &path, const QByteArray &select);
    void park(MainWindow &window);
    void ask(MainWindow &window);
    void raise();

    void startHub(quint16 port);
    void restartHub();
    void onStarted();
    void onFailed(const Error &error);
    void onHubStopped();
    void onReloaded(const QString &problem);
    void refreshTray();
    void moveDesk();
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
    std::shared_ptr<BenchDesk> m_desk;  // what of the test bench runs there
    std::vector<std::unique_ptr<Pane>> m_panes;
    QPointer<CloseQuestion> m_question;
    std::vector<ReadyFile> m_readyFiles;
    quint16 m_port = 0;                 // the one that was tried last
    bool m_isViewer = false;            // began with a capture: no hub of its own
    bool m_stopping = false;
    bool m_restarting = false;
    QThreadPool m_readers;              // of captures; ends before all of the above
};

} // namespace trunkline
