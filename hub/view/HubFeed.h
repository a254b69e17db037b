// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/ExchangeLog.h"
#include "hub/core/FaultPlan.h"
#include "hub/view/HubValues.h"

namespace trunkline {

/// What a monitor reads of its hub and what it may order. Implemented by the hub's server; all on the hub's thread.
class HubFeed
{
public:
    virtual ~HubFeed() = default;
    [[nodiscard]] virtual const Clock &clock() const = 0;
    [[nodiscard]] virtual const Journal &journal() const = 0;
    [[nodiscard]] virtual const ExchangeLog &exchanges() const = 0;
    [[nodiscard]] virtual const Metrics &metrics() const = 0;
    [[nodiscard]] virtual bool isStopping() const = 0;
    /// Everything of a snapshot but its number.
    virtual void describe(HubSnapshot &snapshot) const = 0;

    /// NAME and value of every setting that is no secret.
    [[nodiscard]] virtual std::vector<std::pair<QByteArray, QByteArray>> settings() const = 0;

    /// Somebody looks, or nobody any more.
    virtual void setWatched(bool watched) = 0;
    /// Somebody records: the journal holds the upstream leg, too.
    virtual void setRecording(bool recording) = 0;
    /// Everything that the journal notes from now on also goes there, until it is null.
    virtual void setTap(JournalTap *tap) = 0;
    /// Meddles with messages of sessions that come from now on; an empty plan ends it.
    virtual void setFaults(FaultPlan plan) = 0;
    virtual bool disconnectSession(SessionId session, const QByteArray &reason) = 0;
    virtual void clearHistory() = 0;
    virtual void startDemo(int load) = 0;
    virtual void stopDemo() = 0;
};

} // namespace trunkline
