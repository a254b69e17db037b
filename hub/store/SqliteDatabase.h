// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/store/SqliteStore.h"

#include <QHash>
#include <QSqlDatabase>
#include <QSqlQuery>

namespace trunkline {

/// What the hub asked the store to do.
struct SqliteStore::Order
{
    enum class Kind { Keep, RemoveFromQueue, RemoveFromHistory, Note, Forget };
    Kind kind = Kind::Keep;
    UserId user;
    KeptMessagePtr message{};
    bool inHistory = false;
    bool inQueue = false;
    quint64 through = 0;            ///< Remove: up to that sequence; Note: the last one handed out
    quint64 lostThrough = 0;        ///< Note
};

/// The file and its prepared statements. One thread makes, uses and destroys it.
class SqliteStore::Database
{
public:
    explicit Database(const QString &path);
    ~Database();

    /// Opens the file and reads it. Errors: Io.
    Result<std::vector<StoredUser>> open();
    /// Carries the orders out in one transaction; false when nothing of it was written.
    bool write(const std::vector<Order> &orders);

private:
    /// What a group of orders comes to for one user.
    struct Plan
    {
        quint64 queueThrough = 0;
        quint64 historyThrough = 0;
        const Order *standing = nullptr;
        bool forgotten = false;
    };

    [[nodiscard]] Result<void> prepareFile();
    [[nodiscard]] Result<void> checkFormat();
    bool prepareStatements();
    Result<std::vector<StoredUser>> load();
    bool carryOut(const std::vector<Order> &orders);
    bool insert(const Order &order);
    bool settle(const UserId &user, const Plan &plan);
    bool remove(QSqlQuery &rows, QSqlQuery &flags, qint64 user, quint64 through);
    std::optional<qint64> idOf(const UserId &user, quint64 sequence);
    bool execute(const char *statement);
    [[nodiscard]] tl::unexpected<Error> failed(const QString &what) const;

    const QString m_path;
    const QString m_name;           ///< of Qt's connection
    QSqlDatabase m_database;
    QHash<UserId, qint64> m_ids;
    std::vector<UserId> m_added;                            ///< to m_ids by the group that is being written
    std::vector<std::pair<UserId, qint64>> m_removed;
    QSqlQuery m_insertUser, m_insertMessage, m_updateUser, m_removeUser, m_removeAll;
    QSqlQuery m_removeQueued, m_unmarkQueued, m_removePast, m_unmarkPast;
};

} // namespace trunkline
