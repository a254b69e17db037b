// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/cluster/Backplane.h"
#include "hub/core/Result.h"
#include "hub/core/Settings.h"

#include <memory>

namespace trunkline {

class TurnWriter;

/// A backplane with its connections.
class SharedBackplane
{
public:
    virtual ~SharedBackplane() = default;
    [[nodiscard]] virtual Backplane &plane() = 0;
    /// What the hub's message log tells of messages that wait.
    [[nodiscard]] virtual MessageStore &store() = 0;
    /// Connects, and goes on trying as long as it takes.
    virtual void start(BackplaneHost &host) = 0;
    /// Gives back what this hub holds, and leaves.
    virtual void stop() = 0;
};

/// The backplane of REDIS_URL. InvalidSetting when this program was built without hiredis.
Result<std::unique_ptr<SharedBackplane>> makeBackplane(const Settings &settings, const Clock &clock, TurnWriter &turn);

} // namespace trunkline
