// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/store/SqliteStore.h"

#include "hub/core/HandOver.h"
#include "hub/store/SqliteDatabase.h"

#include <future>
#include <utility>

namespace trunkline {

SqliteStore::SqliteStore() = default;

Result<SqliteStore::Opened> SqliteStore::open(const QString &path)
{
    std::unique_ptr<SqliteStore> store(new SqliteStore);
    std::promise<Result<std::vector<StoredUser>>> promise;
    auto opened = promise.get_future();
    // Qt's connection belongs to the thread that made it.
    store->m_thread = std::thread([&promise, path, self = store.get()] {
        self->run(path, [&promise](Result<std::vector<StoredUser>> result) { promise.set_value(std::move(result)); });
    });
    auto users = opened.get();
    if (!users)
        return tl::unexpected(users.error());
    return Opened{std::move(store), *std::move(users)};
}

SqliteStore::~SqliteStore()
{
    {
        const std::lock_guard lock(m_mutex);
        m_ends = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

/// The writer's thread.
void SqliteStore::run(const QString &path, const std::function<void(Result<std::vector<StoredUser>>)> &opened)
{
    Database database(path);
    auto users = database.open();
    const bool fine = users.has_value();
    opened(std::move(users));
    for (bool more = fine; more;) {
        std::vector<Order> group;
        Ticket ticket = 0;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [this] { return m_ends || !m_orders.empty(); });
            group.swap(m_orders);
            ticket = m_orderedTicket;
            more = !m_ends;
        }
        if (group.empty())
            continue;
        const bool written = database.write(group);
        callLater(this, [this, ticket, written] { finished(ticket, written); });
    }
}

void SqliteStore::finished(Ticket through, bool written)
{
    m_writtenTicket = through;
    // A callback may order more and wait for it.
    while (!m_waiting.empty() && m_waiting.front().ticket <= through) {
        const Waiting waiting = std::move(m_waiting.front());
        m_waiting.pop_front();
        waiting.callback(written);
    }
}

void SqliteStore::whenWritten(Ticket ticket, std::function<void(bool)> callback)
{
    if (ticket <= m_writtenTicket) {
        QMetaObject::invokeMethod(this, [callback = std::move(callback)] { callback(true); }, Qt::QueuedConnection);
        return;
    }
    m_waiting.push_back({ticket, std::move(callback)});
}

void SqliteStore::add(Order order)
{
    ++m_lastTicket;
    bool wasEmpty = false;
    {
        const std::lock_guard lock(m_mutex);
        wasEmpty = m_orders.empty();
        m_orders.push_back(std::move(order));
        m_orderedTicket = m_lastTicket;
    }
    if (wasEmpty)
        m_wake.notify_one();
}

void SqliteStore::keep(const UserId &user, const KeptMessagePtr &message, bool inHistory, bool inQueue)
{
    add({.kind = Order::Kind::Keep, .user = user, .message = message, .inHistory = inHistory, .inQueue = inQueue});
}

void SqliteStore::removeFromQueue(const UserId &user, quint64 through)
{
    add({.kind = Order::Kind::RemoveFromQueue, .user = user, .through = through});
}

void SqliteStore::removeFromHistory(const UserId &user, quint64 through)
{
    add({.kind = Order::Kind::RemoveFromHistory, .user = user, .through = through});
}

void SqliteStore::note(const UserId &user, quint64 last, quint64 lostThrough)
{
    add({.kind = Order::Kind::Note, .user = user, .through = last, .lostThrough = lostThrough});
}

void SqliteStore::forget(const UserId &user) { add({.kind = Order::Kind::Forget, .user = user}); }

} // namespace trunkline
