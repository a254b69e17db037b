// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Clock.h"
#include "hub/core/Endpoint.h"
#include "hub/core/Ids.h"

#include <QVarLengthArray>

#include <memory>
#include <unordered_map>
#include <vector>

namespace trunkline {

/// How far a client is that still gets what was kept for it. Messages that come meanwhile are kept as well.
struct CatchUp
{
    quint64 cursor = 0;             ///< it has everything up to that number, or knows that it is lost
    bool numbered = false;          ///< gets history too, not only what waited for it, and is told of gaps
};

/// One registered client.
struct Session
{
    SessionId id;
    UserId user;
    ClientEndpoint *endpoint = nullptr;     ///< owned by the network side, which removes the session before it dies
    QByteArray remote;                      ///< address:port
    Clock::Instant since;
    quint64 messagesIn = 0;
    quint64 messagesOut = 0;
    bool eventStream = false;               ///< listens on Server-Sent Events
    quint64 replayedThrough = 0;            ///< it has, or is getting, everything that is kept up to that number
    std::unique_ptr<CatchUp> catchUp{};     ///< null: gets each message at once
};

/// Who is connected. A user has at most one session unless the policy is Allow.
/// Not thread-safe; lives on the hub's thread.
class SessionRegistry
{
public:
    using SessionIds = QVarLengthArray<SessionId, 4>;

    /// The sessions of one user, in the order in which they came.
    struct OfUser
    {
        SessionIds ids;
        Session *first = nullptr;       ///< the session of ids.front()
    };

    /// Registers a session; `id` must be new.
    Session &add(SessionId id, const UserId &user, ClientEndpoint &endpoint, const QByteArray &remote, Clock::Instant now);
    /// Forgets a session; harmless when it is not there. True when that user has no session left.
    bool remove(SessionId id);

    [[nodiscard]] Session *find(SessionId id);
    [[nodiscard]] const Session *find(SessionId id) const;
    /// Sessions of `user` in the order in which they came. Ids, not pointers: look each up again inside a fan-out.
    [[nodiscard]] SessionIds sessionsOf(const UserId &user) const;
    /// Null when the user is not connected. Valid until the next add() or remove().
    [[nodiscard]] const OfUser *of(const UserId &user) const;
    [[nodiscard]] bool isConnected(const UserId &user) const { return m_byUser.contains(user); }
    /// One session of a fan-out; `user` is the same number for the sessions of one user.
    struct Target
    {
        SessionId id;
        int user;
    };
    /// All sessions of the users whose name begins with `prefix`; an empty one means everybody. In no order of users.
    [[nodiscard]] std::vector<Target> targetsWithPrefix(QByteArrayView prefix) const;
    /// All sessions of `users`, of which none may stand twice.
    [[nodiscard]] std::vector<Target> targetsOf(const std::vector<UserId> &users) const;
    /// Up to `max` users whose name sorts (bytewise) behind `after` and begins with `prefix`, in that order.
    [[nodiscard]] std::vector<UserId> usersAfter(const UserId &after, QByteArrayView prefix, std::size_t max) const;
    [[nodiscard]] int userCount() const { return int(m_byUser.size()); }
    [[nodiscard]] int size() const { return int(m_sessions.size()); }
    template <typename Visitor>
    void forEach(Visitor visit) const
    {
        for (const auto &[id, session] : m_sessions)
            visit(session);
    }
    /// Ids of all sessions, in no order.
    [[nodiscard]] std::vector<SessionId> all() const;

private:
    struct UserHash
    {
        std::size_t operator()(const UserId &user) const noexcept { return qHash(user); }
    };
    std::unordered_map<SessionId, Session> m_sessions;
    std::unordered_map<UserId, OfUser, UserHash> m_byUser;
};

} // namespace trunkline
