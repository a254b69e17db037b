// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/cluster/RedisLink.h"
#include "hub/cluster/RedisScripts.h"
#include "hub/core/MessageStore.h"
#include "hub/core/Settings.h"

namespace trunkline {

struct Envelope;

/// Messages that Redis numbers and keeps. The hub's message log tells it which ones wait no longer, and which wait after all.
class RedisStore final : public MessageStore
{
public:
    RedisStore(RedisLink &commands, const Settings &settings, const RedisScripts &scripts, QByteArray prefix)
        : m_commands(commands), m_settings(settings), m_scripts(scripts), m_prefix(std::move(prefix)) { }

    /// Numbers a message, keeps it and publishes it. `group`: of those with the same one only the first counts for each user; empty: none.
    /// `answer` gets {hubs, number, 1 when it waits}, or an error; hubs is -1 for one that does not count.
    void publish(const Envelope &envelope, const QByteArray &group, RedisLink::Callback answer);
    /// A message that has its number waits for the user. `done` gets false when it could not be kept.
    void wait(const UserId &user, quint64 number, QByteArrayView message, std::function<void(bool kept)> done = {});
    /// What is kept of the user behind the number `after`: all of it when Redis knows of no such number. `done` gets what it is behind, too.
    void read(const UserId &user, quint64 after, std::function<void(StoredUser, quint64 after)> done);

    void keep(const UserId &user, const KeptMessagePtr &message, bool inHistory, bool inQueue) override;
    void removeFromQueue(const UserId &user, quint64 through) override;
    void removeFromHistory(const UserId &, quint64) override { }    // Redis trims it
    void note(const UserId &, quint64, quint64) override { }        // Redis hands the numbers out
    void forget(const UserId &) override { }
    [[nodiscard]] Ticket lastTicket() const override { return 0; }  // kept before it was delivered
    void whenWritten(Ticket, std::function<void(bool)> callback) override { callback(true); }

private:
    RedisLink &m_commands;
    const Settings &m_settings;
    const RedisScripts &m_scripts;
    const QByteArray m_prefix;
};

} // namespace trunkline
