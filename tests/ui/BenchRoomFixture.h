// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/ui/LiveWindow.h"
#include "ui/bench/BenchDesk.h"
#include "ui/bench/BenchRoom.h"
#include "ui/bench/BotsPage.h"
#include "ui/bench/YamlEditor.h"
#include "ui/window/WindowHost.h"

#include <QPushButton>
#include <QTest>

namespace trunkline {

using Do = BenchRoom::Do;

/// A host that only notes which captures were wanted.
class NotingHost final : public WindowHost
{
public:
    void openWindow(MainWindow &) override {}
    QList<HubPlace> runningHubs() const override { return {}; }
    std::optional<HubPlace> readReadyFile(const QString &) const override { return std::nullopt; }
    void attach(MainWindow &, const HubPlace &) override {}
    void openCapture(MainWindow &, const QString &path, const QByteArray &select) override { opened = {path, select}; }
    bool hasOwnHub() const override { return true; }
    void showOwnHub(MainWindow &) override {}
    SettingsSource *hubSettings() override { return nullptr; }
    bool mayClose(MainWindow &) override { return true; }
    void quit() override {}

    std::pair<QString, QByteArray> opened;
};

/// A file's worth of scenarios: one that passes, one whose last chunk but one is late.
inline constexpr char kGood[] = "name: good\nusers:\n  alice: {}\nsteps:\n  - push: {user_id: alice, data: {n: 1}}\n    expect: {status: success}\n"
                         "  - received: {user: alice, match: {n: 1}}\n";
inline constexpr char kLate[] = "name: late\nusers:\n  tokens: {bot: tokens}\nbots:\n  tokens:\n"
                         "    - reply: {tokens: [\"one \", \"two \", {text: \"three \", after: 500ms}, \"four\"], every: 5ms}\n"
                         "steps:\n  - send: {user_id: tokens, data: {message: hi}}\n    expect: {events: 4, max_gap: 200ms}\n";

/// The test bench in a window over a live hub, new for each test.
class BenchRoomFixture : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { open({}); }
    void cleanup() { m_live.reset(); }

protected:
    void open(const Settings &settings)
    {
        m_live = std::make_unique<LiveWindow>(settings);
        m_live->theme.setMode(qEnvironmentVariable("TRUNKLINE_PICTURES_THEME") == u"light" ? Theme::Mode::Light : Theme::Mode::Dark);
        m_room = new BenchRoom(window(), {.theme = m_live->theme, .settings = m_live->settings, .host = &m_host});
        m_room->setDesk(makeDesk(*m_live->hub.hub));
        QTRY_VERIFY(m_live->hub.view->snapshot()->number > 0);
    }
    [[nodiscard]] static std::shared_ptr<BenchDesk> makeDesk(HubThread &hub)
    {
        BenchDesk::Place place{.access = hub.access()};
        place.makeView = [door = hub.door()] { return std::make_unique<LocalHubView>(door, Recorder::kViewLimits, nullptr, Legs::Both); };
        place.setFaults = [door = hub.door()](const FaultPlan &plan) { door->post([plan](HubMonitor &monitor) { monitor.setFaults(plan); }); };
        return std::make_shared<BenchDesk>(std::move(place));
    }
    QString write(const char *name, const QByteArray &text) const
    {
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly))
            qFatal("cannot write %s", name);
        file.write(text);
        return file.fileName();
    }
    void startBots(const QByteArray &yaml, int expected)
    {
        m_room->bots().editor().setText(yaml);
        m_room->bots().startButton().click();
        QTRY_COMPARE(window().sessions().model().clients(), expected);
    }
    MainWindow &window() { return *m_live->window; }
    void trigger(Do what) { m_room->action(what)->trigger(); }
    [[nodiscard]] QString path(const char *name) const { return m_live->folder.filePath(QString::fromLatin1(name)); }
    template<typename Widget> Widget *child(const char *name) { return window().findChild<Widget *>(QString::fromLatin1(name)); }

    NotingHost m_host;
    std::unique_ptr<LiveWindow> m_live;
    BenchRoom *m_room = nullptr;
};

} // namespace trunkline
