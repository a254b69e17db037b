// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/cluster/RedisLink.h"
#include "hub/core/MessageStore.h"
#include "hub/core/Settings.h"

namespace trunkline {

/// What the hub's message log says of a queue that Redis keeps. Messages are numbered and kept by the script that publishes
/// them; this tells Redis which ones wait no longer, and which wait after all.
class RedisStore final : public MessageStore
{
public:
    RedisStore(RedisLink &commands, const Settings &settings, QByteArray prefix, QByteArray waitScript)
        : m_commands(commands), m_settings(settings), m_prefix(std::move(prefix)), m_waitScript(std::move(waitScript)) { }

    void keep(const UserId &user, const KeptMessagePtr &message, bool inHistory, bool inQueue) override;
    void removeFromQueue(const UserId &user, quint64 through) override;
    void removeFromHistory(const UserId &, quint64) override { }    // Redis trims it
    void note(const UserId &, quint64, quint64) override { }        // Redis hands the numbers out
    void forget(const UserId &) override { }
    [[nodiscard]] Ticket lastTicket() const override { return 0; }  // kept before it was delivered
    void whenWritten(Ticket, std::function<void(bool)> callback) override { callback(true); }

    /// How a message is kept: an envelope.
    [[nodiscard]] static QByteArray encode(const UserId &user, const KeptMessage &message);
    /// Null when `bytes` are no message.
    [[nodiscard]] static KeptMessagePtr decode(QByteArrayView bytes, quint64 sequence);

private:
    RedisLink &m_commands;
    const Settings &m_settings;
    const QByteArray m_prefix;
    const QByteArray m_waitScript;
};

} // namespace trunkline
