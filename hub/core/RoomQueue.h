// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Ids.h"

#include <deque>
#include <functional>
#include <unordered_map>

namespace trunkline {

/// Senders that wait until a slow reader has room for their message: those of one user in the order in which they came.
/// Each wait ends by its callback, or by leave(). Not thread-safe; lives on the hub's thread.
class RoomQueue
{
public:
    /// One wait; 0 is none. Never used again.
    struct Ticket
    {
        quint64 value = 0;
        explicit operator bool() const { return value != 0; }
    };

    /// `ready` is called once, from within advance().
    Ticket wait(const UserId &user, qsizetype bytes, std::function<void()> ready);
    /// Ends a wait without a word; harmless for one that has ended.
    void leave(Ticket ticket);
    /// Calls those who wait for `user`, first come first served, as long as `hasRoom` says that the next one's bytes fit.
    /// True when some came to wait meanwhile although there is room: they are to be asked again, later.
    bool advance(const UserId &user, const std::function<bool(qsizetype bytes)> &hasRoom);

    [[nodiscard]] bool isWaitedFor(const UserId &user) const { return m_queues.contains(user); }
    [[nodiscard]] std::size_t size() const { return m_users.size(); }

private:
    struct Hash
    {
        std::size_t operator()(const QByteArray &bytes) const noexcept { return qHash(bytes); }
    };
    struct Wait
    {
        quint64 ticket;
        qsizetype bytes;
        std::function<void()> ready;
    };
    std::unordered_map<UserId, std::deque<Wait>, Hash> m_queues;
    std::unordered_map<quint64, UserId> m_users;            ///< of each ticket
    quint64 m_lastTicket = 0;
};

} // namespace trunkline
