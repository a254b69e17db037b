// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Endpoint.h"
#include "hub/core/FaultPlan.h"
#include "hub/core/TimerWheel.h"

#include <unordered_map>

namespace trunkline {

/// Stands between sessions and the hub and meddles with messages on purpose. Sessions that began before it came are left
/// alone; a hub without faults has none of this on its way. Lives on the hub's thread.
class FaultHost final : public SessionHost
{
public:
    /// Told of every fault, for the journal.
    using Note = std::function<void(const JournalRecord &)>;

    FaultHost(SessionHost &hub, TimerWheel &wheel, Note note);
    ~FaultHost() override;

    /// From now on; an empty plan lets everything pass.
    void setPlan(FaultPlan plan) { m_plan = std::move(plan); }

    ReservationId reserve(const UserId &user, std::function<void()> ready) override { return m_hub.reserve(user, std::move(ready)); }
    void unreserve(ReservationId reservation) override { m_hub.unreserve(reservation); }
    SessionId opened(const UserId &user, ClientEndpoint &endpoint, const QByteArray &remote) override;
    void received(SessionId session, QByteArrayView text, qsizetype padding) override;
    void closed(SessionId session) override;
    void dropped(SessionId session, int messages) override { m_hub.dropped(session, messages); }
    void roomMade(SessionId session) override { m_hub.roomMade(session); }
    void pinged() override { m_hub.pinged(); }
    void ponged() override { m_hub.ponged(); }

private:
    class Tap;
    class Lane;
    void retire(Tap &tap);

    SessionHost &m_hub;
    TimerWheel &m_wheel;
    const Note m_note;
    FaultPlan m_plan;
    std::unordered_map<SessionId, std::unique_ptr<Tap>> m_taps;
    std::vector<std::unique_ptr<Tap>> m_gone;       ///< kept until no call of theirs can be under way
};

} // namespace trunkline
