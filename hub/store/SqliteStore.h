// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/MessageStore.h"
#include "hub/core/Result.h"

#include <QObject>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace trunkline {

/// Keeps messages in one SQLite file. A thread of its own writes; all orders that come while it writes are the next
/// transaction (group commit), and the hub's thread never waits for the disk. With write-ahead logging what was written
/// survives the end of the process, however sudden; a power cut may take the last moments.
/// Lives on the hub's thread, in whose event loop it calls back.
class SqliteStore final : public QObject, public MessageStore
{
    Q_OBJECT

public:
    struct Opened
    {
        std::unique_ptr<SqliteStore> store;
        std::vector<StoredUser> users;
    };
    /// Opens or makes the file, for this process alone, and reads what it holds. Errors: Io, when the file cannot be used,
    /// is no store, is one of a newer version or belongs to another hub that runs.
    static Result<Opened> open(const QString &path);
    /// Writes what was ordered so far. Callbacks that were not called yet never are.
    ~SqliteStore() override;

    void keep(const UserId &user, const KeptMessagePtr &message, bool inHistory, bool inQueue) override;
    void removeFromQueue(const UserId &user, quint64 through) override;
    void removeFromHistory(const UserId &user, quint64 through) override;
    void note(const UserId &user, quint64 last, quint64 lostThrough) override;
    void forget(const UserId &user) override;
    [[nodiscard]] Ticket lastTicket() const override { return m_lastTicket; }
    void whenWritten(Ticket ticket, std::function<void(bool written)> callback) override;

private:
    struct Order;
    class Database;
    struct Waiting
    {
        Ticket ticket;
        std::function<void(bool)> callback;
    };

    SqliteStore();
    void add(Order order);
    void run(const QString &path, const std::function<void(Result<std::vector<StoredUser>>)> &opened);
    void finished(Ticket through, bool written);

    std::thread m_thread;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::vector<Order> m_orders;            ///< under the mutex, with m_orderedTicket and m_ends
    Ticket m_orderedTicket = 0;
    bool m_ends = false;
    Ticket m_lastTicket = 0;                ///< the hub's thread alone, with what follows
    Ticket m_writtenTicket = 0;
    std::deque<Waiting> m_waiting;
};

} // namespace trunkline
