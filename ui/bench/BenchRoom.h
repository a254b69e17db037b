// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/ExchangeModel.h"
#include "ui/theme/Theme.h"

#include <QObject>
#include <QPointer>

#include <memory>

class QAction;
class QFrame;
class QLabel;
class QMenu;
class QPushButton;
class QSettings;

namespace trunkline {

class BenchDesk;
class BotsPage;
class FaultsPage;
class MainWindow;
class ScenariosPage;
class StreamPage;
class WindowHost;

/// The test bench in a window: Record, Bots, Faults, Scenarios, capsules and the stream of an exchange. Adds them; the window does
/// not know it. Lives as long as the window.
class BenchRoom final : public QObject
{
    Q_OBJECT

public:
    enum class Do { Record, Bots, Faults, Scenarios, Capsule, MakeScenario };
    Q_ENUM(Do)      // an action's objectName is "tool" and this name

    struct Parts
    {
        Theme &theme;
        QSettings &settings;
        WindowHost *host = nullptr;     ///< null: captures cannot be opened
    };
    /// A child of `window`.
    BenchRoom(MainWindow &window, const Parts &parts);

    /// What runs at the hub that the window sees; null for none.
    void setDesk(std::shared_ptr<BenchDesk> desk);
    [[nodiscard]] BenchDesk *desk() const { return m_desk.get(); }
    [[nodiscard]] QAction *action(Do what) const;
    [[nodiscard]] BotsPage &bots() const { return *m_bots; }
    [[nodiscard]] FaultsPage &faults() const { return *m_faults; }
    [[nodiscard]] ScenariosPage &scenarios() const { return *m_scenarios; }
    [[nodiscard]] StreamPage &stream() const { return *m_stream; }
    [[nodiscard]] QFrame &faultStrip() const { return *m_strip; }
    [[nodiscard]] QLabel &recordingLabel() const { return *m_recording; }

private:
    void makeActions();
    void makePages();
    QFrame *makeStrip();
    [[nodiscard]] std::optional<QString> remarkOn(const ExchangeInfo &exchange) const;
    void refresh();
    void refreshRecording();
    void refreshFaults();
    void refreshTheme();
    void toggleRecording();
    void addToMenu(QMenu *menu, const ExchangePtr &exchange);
    void makeCapsuleOf(const ExchangePtr &exchange);
    void makeScenarioOf(const ExchangePtr &exchange);
    void showStream();
    void notice(const QString &text);

    MainWindow &m_window;
    Theme &m_theme;
    QSettings &m_settings;
    WindowHost *m_host;
    std::shared_ptr<BenchDesk> m_desk;
    BotsPage *m_bots = nullptr;
    FaultsPage *m_faults = nullptr;
    ScenariosPage *m_scenarios = nullptr;
    StreamPage *m_stream = nullptr;
    int m_botsPage = 0;
    int m_faultsPage = 0;
    int m_scenariosPage = 0;
    int m_streamPage = 0;
    QFrame *m_strip = nullptr;
    QLabel *m_stripText = nullptr;
    QPushButton *m_stripOff = nullptr;
    QLabel *m_recording = nullptr;
};

} // namespace trunkline
