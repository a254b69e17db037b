// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/RoomQueue.h"

#include <algorithm>

namespace trunkline {

RoomQueue::Ticket RoomQueue::wait(const UserId &user, qsizetype bytes, std::function<void()> ready)
{
    const quint64 ticket = ++m_lastTicket;
    m_queues[user].push_back({ticket, bytes, std::move(ready)});
    m_users.emplace(ticket, user);
    return {ticket};
}

void RoomQueue::leave(Ticket ticket)
{
    const auto user = m_users.find(ticket.value);
    if (user == m_users.end())
        return;
    const auto queue = m_queues.find(user->second);
    std::erase_if(queue->second, [&](const Wait &wait) { return wait.ticket == ticket.value; });
    if (queue->second.empty())
        m_queues.erase(queue);
    m_users.erase(user);
}

bool RoomQueue::advance(const UserId &user, const std::function<bool(qsizetype)> &hasRoom)
{
    // Those that come to wait from within a callback are not asked again now: with no room they would go round for ever.
    const quint64 last = m_lastTicket;
    while (true) {
        const auto queue = m_queues.find(user);
        if (queue == m_queues.end() || !hasRoom(queue->second.front().bytes))
            return false;
        if (queue->second.front().ticket > last)
            return true;
        const Wait next = std::move(queue->second.front());
        queue->second.pop_front();
        if (queue->second.empty())
            m_queues.erase(queue);
        m_users.erase(next.ticket);
        next.ready();
    }
}

} // namespace trunkline
