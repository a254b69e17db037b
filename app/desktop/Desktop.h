// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/DesktopOptions.h"
#include "app/desktop/LogTap.h"
#include "app/trunkline/ReadyFile.h"
#include "hub/HubThread.h"
#include "ui/log/LogModel.h"
#include "ui/theme/Theme.h"

#include <QObject>

#include <memory>
#include <vector>

class QSettings;

namespace trunkline {

class HubControl;
class HubView;
class MainWindow;

/// The program: one window over a hub of its own, or over one elsewhere. Opens at once; the hub starts beside it.
class Desktop final : public QObject
{
    Q_OBJECT

public:
    /// The application object must exist; `settings` outlives this.
    Desktop(const DesktopOptions &options, QSettings &settings);
    ~Desktop() override;

    void show();
    /// Ends hub and window without a question; finished() follows.
    void stop(const char *reason);
    [[nodiscard]] MainWindow &window() { return *m_window; }
    [[nodiscard]] Theme &theme() { return m_theme; }

Q_SIGNALS:
    void hubStarted();
    void finished();

private:
    void startHub(quint16 port);
    void attach();
    void onStarted();
    void onFailed(const Error &error);
    void writeReadyFiles();
    void watchIdle(std::chrono::milliseconds limit);
    void watchParent(qint64 pid);

    DesktopOptions m_options;
    Theme m_theme;
    LogModel m_log;
    LogTap m_tap{m_log};
    std::unique_ptr<HubThread> m_hub;   // null: none of our own, or not yet
    std::unique_ptr<HubView> m_view;
    std::unique_ptr<HubControl> m_control;
    std::unique_ptr<MainWindow> m_window;
    std::vector<ReadyFile> m_readyFiles;
    quint16 m_port = 0;                 // the one that was tried last
    bool m_stopping = false;
};

} // namespace trunkline
