// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/AckTable.h"

#include <algorithm>

namespace trunkline {

AckTable::Ticket AckTable::expect(const QByteArray &correlationKey, const UserId &user, std::function<void()> acknowledged)
{
    if (isFull())
        return {};
    const quint64 ticket = ++m_lastTicket;
    m_waits[correlationKey].push_back({ticket, user, std::move(acknowledged)});
    m_keys.emplace(ticket, correlationKey);
    return {ticket};
}

void AckTable::forget(Ticket ticket)
{
    const auto key = m_keys.find(ticket.value);
    if (key == m_keys.end())
        return;
    const auto waits = m_waits.find(key->second);
    std::erase_if(waits->second, [&](const Wait &wait) { return wait.ticket == ticket.value; });
    if (waits->second.empty())
        m_waits.erase(waits);
    m_keys.erase(key);
}

bool AckTable::acknowledge(const QByteArray &correlationKey, const UserId &user)
{
    bool any = false;
    // One after the other: a callback may end other waits, or begin some.
    const quint64 last = m_lastTicket;
    while (true) {
        const auto waits = m_waits.find(correlationKey);
        if (waits == m_waits.end())
            return any;
        const auto wait = std::find_if(waits->second.begin(), waits->second.end(),
                                       [&](const Wait &w) { return w.ticket <= last && w.user == user; });
        if (wait == waits->second.end())
            return any;
        any = true;
        const Wait ended = std::move(*wait);
        forget({ended.ticket});
        ended.acknowledged();
    }
}

} // namespace trunkline
