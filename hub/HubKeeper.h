// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/Hub.h"

namespace trunkline {

/// What the log of kept messages tells the hub and asks it; looks from time to time for what is too old.
class Hub::Keeper final : public MessageLog::Observer, public WheelTimer
{
public:
    explicit Keeper(Hub &hub) : m_hub(hub) { }

    void expired(const UserId &user, const KeptMessage &message) override;
    [[nodiscard]] bool isConnected(const UserId &user) const override { return m_hub.m_sessions.isConnected(user); }

protected:
    void expired() override;

private:
    Hub &m_hub;
};

} // namespace trunkline
