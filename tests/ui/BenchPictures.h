// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/ui/LiveHub.h"
#include "ui/bench/BenchDesk.h"
#include "ui/bench/BenchRoom.h"
#include "ui/bench/BotsPage.h"
#include "ui/bench/FaultsPage.h"
#include "ui/bench/ScenariosPage.h"
#include "ui/bench/YamlEditor.h"
#include "ui/exchanges/TimelineView.h"

#include <QAction>
#include <QPushButton>
#include <QTreeWidget>

#include <functional>

namespace trunkline {

/// Plays the places of the test bench for pictures: bots that run, faults in force, scenarios of docs/examples of which one fails.
class BenchPictures final
{
public:
    using WaitFor = std::function<bool(const std::function<bool()> &done, int most)>;
    using Take = std::function<void(const QString &name)>;

    BenchPictures(LiveHub &hub, MainWindow &window, const BenchRoom::Parts &parts) : m_room(*new BenchRoom(window, parts))
    {
        BenchDesk::Place place{.access = hub.hub->access()};
        place.makeView = [door = hub.hub->door()] { return std::make_unique<LocalHubView>(door, Recorder::kViewLimits, nullptr, Legs::Both); };
        place.setFaults = [door = hub.hub->door()](const FaultPlan &plan) { door->post([plan](HubMonitor &monitor) { monitor.setFaults(plan); }); };
        m_room.setDesk(std::make_shared<BenchDesk>(std::move(place)));
    }

    /// `examples` is the folder with the scenarios.
    void take(const QString &examples, const WaitFor &waitFor, const Take &picture)
    {
        m_room.action(BenchRoom::Do::Bots)->trigger();
        m_room.bots().startButton().click();
        waitFor([this] { return m_room.desk()->bots().size() == 1 && m_room.desk()->bots().front().state == BenchDesk::Bot::State::Connected; }, 10'000);
        picture(QStringLiteral("bots"));
        m_room.action(BenchRoom::Do::Faults)->trigger();
        m_room.faults().setRate("drop", 2.5);
        m_room.faults().setRate("delay", 10);
        picture(QStringLiteral("faults"));
        m_room.action(BenchRoom::Do::Scenarios)->trigger();
        ScenariosPage &scenarios = m_room.scenarios();
        scenarios.open({examples + QStringLiteral("/chat.yaml"), examples + QStringLiteral("/flaky.yaml"), examples + QStringLiteral("/waiting.yaml")});
        scenarios.add(kLate);
        const int late = scenarios.list().topLevelItemCount() - 1;
        scenarios.run();
        if (!waitFor([&scenarios] { return !scenarios.isRunning(); }, 60'000) || !scenarios.result(late))
            qFatal("the scenarios did not run");
        for (int row = 0; row < late; ++row) {
            if (!scenarios.result(row) || scenarios.result(row)->outcome != ScenarioResult::Outcome::Passed)
                qFatal("scenario %d did not pass", row);
        }
        scenarios.list().setCurrentItem(scenarios.list().topLevelItem(late));
        picture(QStringLiteral("scenarios"));
    }

private:
    static constexpr char kLate[] =
        "name: the third piece is late\nusers:\n  chat_bot: {bot: chat_bot}\nbots:\n  chat_bot:\n"
        "    - reply: {tokens: [\"Deploying \", \"to \", {text: \"staging \", after: 500ms}, \"now.\"], every: 30ms}\n"
        "steps:\n  - send: {user_id: chat_bot, data: {message: deploy}}\n    expect: {events: 4, max_gap: 200ms}\n";

    BenchRoom &m_room;         // the window's
};

} // namespace trunkline
