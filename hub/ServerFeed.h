// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/bots/DemoRunner.h"
#include "hub/core/UpstreamTable.h"
#include "hub/view/HubFeed.h"

namespace trunkline {

struct GateContext;
class FaultHost;
class Hub;
class Router;

/// What a server shows of itself, and the orders it takes from those who watch. Lives on the hub's thread.
class ServerFeed final : public HubFeed
{
public:
    /// Where the server can be reached; known once it listens.
    struct Place
    {
        QByteArray url;
        QByteArray webSocketUrl;
        QByteArray adminToken;
        bool secure = false;
        bool boundToLoopback = true;
    };

    ServerFeed(Hub &hub, const Router &router, GateContext &context, const Clock &clock);
    ~ServerFeed() override;
    void setPlace(const Place &place) { m_place = place; }

    [[nodiscard]] const Clock &clock() const override { return m_clock; }
    [[nodiscard]] const Journal &journal() const override;
    [[nodiscard]] const ExchangeLog &exchanges() const override;
    [[nodiscard]] const Metrics &metrics() const override;
    [[nodiscard]] bool isStopping() const override;
    void describe(HubSnapshot &snapshot) const override;
    [[nodiscard]] std::vector<std::pair<QByteArray, QByteArray>> settings() const override;
    void setWatched(bool watched) override;
    void setRecording(bool recording) override;
    void setTap(JournalTap *tap) override;
    void setFaults(FaultPlan plan) override;
    bool disconnectSession(SessionId session, const QByteArray &reason) override;
    void clearHistory() override;
    void startDemo(int load) override;
    void stopDemo() override;

private:
    void addSessions(HubSnapshot &snapshot) const;
    void addKept(HubSnapshot &snapshot) const;

    Hub &m_hub;
    const Router &m_router;
    GateContext &m_context;
    const Clock &m_clock;
    const QByteArray m_instance;
    const Clock::Instant m_startInstant;    ///< and the civil time then: what is shown never wavers by a millisecond
    const std::chrono::milliseconds m_startWall;
    Place m_place;
    UpstreamTable m_upstreams;
    std::unique_ptr<DemoRunner> m_demo;
    std::unique_ptr<FaultHost> m_faults;
    int m_faultRules = 0;
};

} // namespace trunkline
