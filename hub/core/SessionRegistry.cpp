// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/SessionRegistry.h"

#include <algorithm>

namespace trunkline {

Session &SessionRegistry::add(SessionId id, const UserId &user, ClientEndpoint &endpoint, const QByteArray &remote,
                              Clock::Instant now)
{
    const auto [it, fresh] = m_sessions.try_emplace(id, Session{id, user, &endpoint, remote, now});
    Q_ASSERT(fresh);
    OfUser &mates = m_byUser[user];
    mates.ids.push_back(id);
    if (mates.ids.size() == 1)
        mates.first = &it->second;
    return it->second;
}

bool SessionRegistry::remove(SessionId id)
{
    const auto it = m_sessions.find(id);
    if (it == m_sessions.end())
        return false;
    const auto user = m_byUser.find(it->second.user);
    Q_ASSERT(user != m_byUser.end());
    OfUser &mates = user->second;
    mates.ids.removeOne(id);
    const bool last = mates.ids.isEmpty();
    if (last)
        m_byUser.erase(user);
    else
        mates.first = &m_sessions.at(mates.ids.front());
    m_sessions.erase(it);
    return last;
}

Session *SessionRegistry::find(SessionId id)
{
    const auto it = m_sessions.find(id);
    return it == m_sessions.end() ? nullptr : &it->second;
}

const Session *SessionRegistry::find(SessionId id) const
{
    const auto it = m_sessions.find(id);
    return it == m_sessions.end() ? nullptr : &it->second;
}

const SessionRegistry::OfUser *SessionRegistry::of(const UserId &user) const
{
    const auto it = m_byUser.find(user);
    return it == m_byUser.end() ? nullptr : &it->second;
}

SessionRegistry::SessionIds SessionRegistry::sessionsOf(const UserId &user) const
{
    const OfUser *found = of(user);
    return found ? found->ids : SessionIds{};
}

std::vector<SessionRegistry::Target> SessionRegistry::targetsWithPrefix(QByteArrayView prefix) const
{
    std::vector<Target> targets;
    targets.reserve(m_sessions.size());
    int number = 0;
    for (const auto &[user, mates] : m_byUser) {
        if (!user.startsWith(prefix))
            continue;
        for (const SessionId id : mates.ids)
            targets.push_back({id, number});
        ++number;
    }
    return targets;
}

std::vector<SessionRegistry::Target> SessionRegistry::targetsOf(const std::vector<UserId> &users) const
{
    std::vector<Target> targets;
    int number = 0;
    for (const UserId &user : users) {
        if (const OfUser *mates = of(user)) {
            for (const SessionId id : mates->ids)
                targets.push_back({id, number});
        }
        ++number;
    }
    return targets;
}

std::vector<UserId> SessionRegistry::usersAfter(const UserId &after, QByteArrayView prefix, std::size_t max) const
{
    std::vector<UserId> users;
    for (const auto &[user, mates] : m_byUser) {
        if (user > after && user.startsWith(prefix))
            users.push_back(user);
    }
    const auto wanted = users.begin() + std::ptrdiff_t(std::min(max, users.size()));
    std::partial_sort(users.begin(), wanted, users.end());
    users.erase(wanted, users.end());
    return users;
}

std::vector<SessionId> SessionRegistry::all() const
{
    std::vector<SessionId> ids;
    ids.reserve(m_sessions.size());
    for (const auto &[id, session] : m_sessions)
        ids.push_back(id);
    return ids;
}

} // namespace trunkline
