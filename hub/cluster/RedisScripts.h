// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <array>

namespace trunkline {

/// A script that Redis has loaded: its text, and the SHA-1 by which EVALSHA names it.
struct RedisScript
{
    explicit RedisScript(QByteArray text);
    QByteArray text;
    QByteArray sha;
};

/// What Redis does in one step on behalf of a hub. Keys and channels all begin with REDIS_PREFIX; a hub is alive as long as it is subscribed
/// to its own channel. KEYS and ARGV of each stand above its text, in RedisScripts.cpp for hubs and users, in RedisKeeping.cpp for messages.
struct RedisScripts
{
    RedisScripts();

    const RedisScript lease;        ///< a user comes to this hub
    const RedisScript renew;        ///< it is still there
    const RedisScript release;      ///< it goes
    const RedisScript came;
    const RedisScript left;
    const RedisScript holders;      ///< which hubs have a user
    const RedisScript hubs;         ///< which hubs are there
    const RedisScript bury;         ///< one of them is dead
    const RedisScript publish;      ///< numbers a message, keeps it, publishes it
    const RedisScript wait;         ///< a message waits after all
    const RedisScript confirm;      ///< it waits no longer
    const RedisScript read;         ///< what is kept of a user

    [[nodiscard]] std::array<const RedisScript *, 12> all() const
    {
        return {&lease, &renew, &release, &came, &left, &holders, &hubs, &bury, &publish, &wait, &confirm, &read};
    }
};

/// The texts of those about messages.
namespace scripts {
QByteArray publish();
QByteArray wait();
QByteArray confirm();
QByteArray read();
} // namespace scripts

} // namespace trunkline
