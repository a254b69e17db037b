// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Ids.h"

#include <functional>
#include <unordered_map>
#include <vector>

namespace trunkline {

/// Senders that wait until the receiver has acknowledged their message. Each wait ends by its callback, or by forget().
/// Knows no time: whoever waits forgets when that took too long. Not thread-safe; lives on the hub's thread.
class AckTable
{
public:
    /// One wait; 0 is none. Never used again.
    struct Ticket
    {
        quint64 value = 0;
        explicit operator bool() const { return value != 0; }
    };

    explicit AckTable(std::size_t max) : m_max(max) { }

    /// `acknowledged` is called once, from within acknowledge(). The same message may be waited for more than once. No ticket
    /// when there are too many.
    Ticket expect(const QByteArray &correlationKey, const UserId &user, std::function<void()> acknowledged);
    /// Ends a wait without a word; harmless for one that has ended.
    void forget(Ticket ticket);
    /// `user` acknowledged: ends all waits for that message of it. False when there was none.
    bool acknowledge(const QByteArray &correlationKey, const UserId &user);

    [[nodiscard]] std::size_t size() const { return m_keys.size(); }
    [[nodiscard]] bool isEmpty() const { return m_keys.empty(); }
    [[nodiscard]] bool isFull() const { return m_keys.size() >= m_max; }

private:
    struct Hash
    {
        std::size_t operator()(const QByteArray &bytes) const noexcept { return qHash(bytes); }
    };
    struct Wait
    {
        quint64 ticket;
        UserId user;
        std::function<void()> acknowledged;
    };
    std::size_t m_max;
    quint64 m_lastTicket = 0;
    std::unordered_map<QByteArray, std::vector<Wait>, Hash> m_waits;
    std::unordered_map<quint64, QByteArray> m_keys;         ///< of each ticket
};

} // namespace trunkline
