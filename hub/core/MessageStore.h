// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Ids.h"

#include <QByteArray>

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace trunkline {

/// One message to one user as it is kept for later.
struct KeptMessage
{
    quint64 sequence = 0;               ///< of its user; grows, never used twice
    std::chrono::milliseconds at{};     ///< when it came, since 1970-01-01 UTC
    QByteArray frame;                   ///< the whole WebSocket frame, shared with whoever wrote it
    qsizetype payloadOffset = 0;        ///< where the payload starts in it
    QByteArray eventName;               ///< of the Server-Sent Event; empty: `message`
    QByteArray correlation;             ///< the id's key

    [[nodiscard]] QByteArrayView payload() const { return QByteArrayView(frame).sliced(payloadOffset); }
};
using KeptMessagePtr = std::shared_ptr<const KeptMessage>;

/// What a store remembers of one user.
struct StoredUser
{
    struct Item
    {
        KeptMessagePtr message;
        bool inHistory = false;
        bool inQueue = false;
    };
    UserId user;
    quint64 last = 0;                   ///< the newest sequence that was handed out
    quint64 lostThrough = 0;            ///< the newest sequence of a message that is not kept any more
    std::vector<Item> items;            ///< by sequence
};

/// Keeps messages beyond the end of the process. Orders are carried out in the order in which they are given, some time
/// later; nothing here waits. All calls on the hub's thread.
class MessageStore
{
public:
    /// What is asked for so far is the ticket; see whenWritten().
    using Ticket = quint64;

    virtual ~MessageStore() = default;
    virtual void keep(const UserId &user, const KeptMessagePtr &message, bool inHistory, bool inQueue) = 0;
    /// Messages up to that sequence wait no longer.
    virtual void removeFromQueue(const UserId &user, quint64 through) = 0;
    virtual void removeFromHistory(const UserId &user, quint64 through) = 0;
    /// Where the user stands: written with the next group of orders.
    virtual void note(const UserId &user, quint64 last, quint64 lostThrough) = 0;
    virtual void forget(const UserId &user) = 0;

    /// The ticket of the last order; 0 when there was none.
    [[nodiscard]] virtual Ticket lastTicket() const = 0;
    /// Calls back once everything up to `ticket` survives the end of the process; `written` is false when it could not be written.
    virtual void whenWritten(Ticket ticket, std::function<void(bool written)> callback) = 0;
};

} // namespace trunkline
