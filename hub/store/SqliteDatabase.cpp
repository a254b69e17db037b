// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/store/SqliteDatabase.h"

#include "hub/core/Message.h"

#include <QFile>
#include <QLoggingCategory>
#include <QSqlError>
#include <QVariant>

namespace trunkline {

namespace {

Q_LOGGING_CATEGORY(lcStore, "trunkline.store")

constexpr int kApplicationId = 0x54726b6c;      // "Trkl"
constexpr int kFormat = 1;
/// Another hub may be about to end.
constexpr auto kConnectOptions = "QSQLITE_BUSY_TIMEOUT=2000";

constexpr const char *kSchema[] = {
    "CREATE TABLE IF NOT EXISTS users(id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, last INTEGER NOT NULL, lost INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS messages(user INTEGER NOT NULL, sequence INTEGER NOT NULL, at INTEGER NOT NULL, event BLOB NOT NULL,"
    " correlation BLOB NOT NULL, payload BLOB NOT NULL, history INTEGER NOT NULL, queue INTEGER NOT NULL, PRIMARY KEY(user, sequence))",
};

/// Bytes as SQLite takes them: a null array would become NULL.
QByteArray blob(const QByteArray &bytes) { return bytes.isNull() ? QByteArray("") : bytes; }

bool perform(QSqlQuery &query, std::initializer_list<QVariant> values)
{
    int place = 0;
    for (const QVariant &value : values)
        query.bindValue(place++, value);
    if (query.exec())
        return true;
    qCWarning(lcStore, "%s", qUtf8Printable(query.lastError().text()));
    return false;
}

QVariant number(quint64 value) { return QVariant::fromValue(qint64(value)); }

} // namespace

SqliteStore::Database::Database(const QString &path)
    : m_path(path), m_name(QStringLiteral("trunkline-store-%1").arg(quintptr(this), 0, 16))
{
}

SqliteStore::Database::~Database()
{
    for (QSqlQuery *query : {&m_insertUser, &m_insertMessage, &m_updateUser, &m_removeUser, &m_removeAll, &m_removeQueued,
                             &m_unmarkQueued, &m_removePast, &m_unmarkPast})
        *query = QSqlQuery();
    m_database.close();
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_name);
}

tl::unexpected<Error> SqliteStore::Database::failed(const QString &what) const
{
    return failure(ErrorCode::Io, QStringLiteral("STORE=%1: %2").arg(m_path, what));
}

bool SqliteStore::Database::execute(const char *statement)
{
    QSqlQuery query(m_database);
    if (query.exec(QString::fromLatin1(statement)))
        return true;
    qCWarning(lcStore, "%s: %s", statement, qUtf8Printable(query.lastError().text()));
    return false;
}

Result<std::vector<StoredUser>> SqliteStore::Database::open()
{
    if (const auto ready = prepareFile(); !ready)
        return tl::unexpected(ready.error());
    m_database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_name);
    if (!m_database.isValid())
        return failed(QStringLiteral("Qt's driver for SQLite is missing (Debian: libqt6sql6-sqlite)"));
    m_database.setDatabaseName(m_path);
    m_database.setConnectOptions(QString::fromLatin1(kConnectOptions));
    if (!m_database.open())
        return failed(m_database.lastError().text());
    if (const auto fine = checkFormat(); !fine)
        return tl::unexpected(fine.error());
    if (!prepareStatements())
        return failed(m_database.lastError().text());
    return load();
}

/// Only its owner may read what is in the file.
Result<void> SqliteStore::Database::prepareFile()
{
    if (QFile::exists(m_path))
        return {};
    QFile file(m_path);
    if (!file.open(QIODevice::ReadWrite | QIODevice::NewOnly))
        return failed(file.errorString());
    file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    return {};
}

Result<void> SqliteStore::Database::checkFormat()
{
    const auto pragma = [this](const char *statement) {
        QSqlQuery query(m_database);
        return query.exec(QString::fromLatin1(statement)) && query.next() ? query.value(0) : QVariant();
    };
    pragma("PRAGMA locking_mode = EXCLUSIVE");
    const QVariant tables = pragma("SELECT count(*) FROM sqlite_master");
    if (!tables.isValid())
        return failed(QStringLiteral("the file is no SQLite database, or another hub uses it"));
    const int id = pragma("PRAGMA application_id").toInt();
    const int format = pragma("PRAGMA user_version").toInt();
    if (id != kApplicationId && (id != 0 || tables.toInt() > 0))
        return failed(QStringLiteral("the file belongs to another program"));
    if (format > kFormat)
        return failed(QStringLiteral("the file was written by a newer version (format %1, this one knows %2)").arg(format).arg(kFormat));
    if (pragma("PRAGMA journal_mode = WAL").toString() != u"wal" || !execute("PRAGMA synchronous = NORMAL"))
        return failed(QStringLiteral("write-ahead logging is not possible there"));
    // With exclusive locking the first write takes the file for this process.
    bool fine = execute("BEGIN IMMEDIATE");
    for (const char *statement : kSchema)
        fine = fine && execute(statement);
    fine = fine && execute(qPrintable(QStringLiteral("PRAGMA application_id = %1").arg(kApplicationId)))
        && execute(qPrintable(QStringLiteral("PRAGMA user_version = %1").arg(kFormat))) && execute("COMMIT");
    if (!fine)
        return failed(QStringLiteral("another hub uses the file, or it cannot be written"));
    return {};
}

bool SqliteStore::Database::prepareStatements()
{
    const std::pair<QSqlQuery *, const char *> statements[] = {
        {&m_insertUser, "INSERT INTO users(name, last, lost) VALUES(?, ?, ?)"},
        {&m_insertMessage, "INSERT OR REPLACE INTO messages(user, sequence, at, event, correlation, payload, history, queue)"
                           " VALUES(?, ?, ?, ?, ?, ?, ?, ?)"},
        {&m_updateUser, "UPDATE users SET last = ?, lost = ? WHERE id = ?"},
        {&m_removeUser, "DELETE FROM users WHERE id = ?"},
        {&m_removeAll, "DELETE FROM messages WHERE user = ?"},
        {&m_removeQueued, "DELETE FROM messages WHERE user = ? AND sequence <= ? AND queue = 1 AND history = 0"},
        {&m_unmarkQueued, "UPDATE messages SET queue = 0 WHERE user = ? AND sequence <= ? AND queue = 1"},
        {&m_removePast, "DELETE FROM messages WHERE user = ? AND sequence <= ? AND history = 1 AND queue = 0"},
        {&m_unmarkPast, "UPDATE messages SET history = 0 WHERE user = ? AND sequence <= ? AND history = 1"},
    };
    for (const auto &[query, statement] : statements) {
        *query = QSqlQuery(m_database);
        if (!query->prepare(QString::fromLatin1(statement)))
            return false;
    }
    return true;
}

Result<std::vector<StoredUser>> SqliteStore::Database::load()
{
    std::vector<StoredUser> users;
    QHash<qint64, std::size_t> places;
    QSqlQuery query(m_database);
    query.setForwardOnly(true);
    if (!query.exec(QStringLiteral("SELECT id, name, last, lost FROM users")))
        return failed(query.lastError().text());
    while (query.next()) {
        const UserId user = query.value(1).toByteArray();
        m_ids.insert(user, query.value(0).toLongLong());
        places.insert(query.value(0).toLongLong(), users.size());
        users.push_back({user, quint64(query.value(2).toLongLong()), quint64(query.value(3).toLongLong()), {}});
    }
    if (!query.exec(QStringLiteral("SELECT user, sequence, at, event, correlation, payload, history, queue FROM messages ORDER BY user, sequence")))
        return failed(query.lastError().text());
    while (query.next()) {
        const auto place = places.constFind(query.value(0).toLongLong());
        if (place == places.constEnd())
            continue;
        const auto sequence = quint64(query.value(1).toLongLong());
        const OutboundMessage whole = OutboundMessage::ofJson(query.value(5).toByteArray(), sequence, query.value(3).toByteArray());
        auto message = std::make_shared<const KeptMessage>(
            KeptMessage{sequence, std::chrono::milliseconds(query.value(2).toLongLong()), whole.frame(), whole.payloadOffset(),
                        whole.eventName(), query.value(4).toByteArray()});
        users[*place].items.push_back({std::move(message), query.value(6).toBool(), query.value(7).toBool()});
    }
    if (query.lastError().isValid())
        return failed(query.lastError().text());
    return users;
}

bool SqliteStore::Database::write(const std::vector<Order> &orders)
{
    if (!m_database.transaction()) {
        qCWarning(lcStore, "%s", qUtf8Printable(m_database.lastError().text()));
        return false;
    }
    m_added.clear();
    m_removed.clear();
    if (carryOut(orders) && m_database.commit())
        return true;
    qCWarning(lcStore, "%lld messages or changes could not be written: %s", static_cast<long long>(orders.size()),
              qUtf8Printable(m_database.lastError().text()));
    m_database.rollback();
    for (const auto &[user, id] : m_removed)
        m_ids.insert(user, id);
    for (const UserId &user : m_added)
        m_ids.remove(user);
    return false;
}

bool SqliteStore::Database::carryOut(const std::vector<Order> &orders)
{
    QHash<UserId, Plan> plans;
    std::vector<const Order *> returning;       // messages that wait again, of a number whose like was removed before
    std::vector<const Order *> fresh;
    for (const Order &order : orders) {
        Plan &plan = plans[order.user];
        switch (order.kind) {
        case Order::Kind::Keep:
            plan.forgotten = false;
            (order.message->sequence <= std::max(plan.queueThrough, plan.historyThrough) ? returning : fresh).push_back(&order);
            break;
        case Order::Kind::RemoveFromQueue:
            plan.queueThrough = std::max(plan.queueThrough, order.through);
            break;
        case Order::Kind::RemoveFromHistory:
            plan.historyThrough = std::max(plan.historyThrough, order.through);
            break;
        case Order::Kind::Note:
            plan.forgotten = false;
            plan.standing = &order;
            break;
        case Order::Kind::Forget:
            plan.forgotten = true;
            break;
        }
    }
    for (const Order *order : fresh) {
        // What comes and goes within one group is never written.
        const Plan &plan = plans[order->user];
        const quint64 sequence = order->message->sequence;
        const bool stays = (order->inHistory && sequence > plan.historyThrough) || (order->inQueue && sequence > plan.queueThrough);
        if (stays && !insert(*order))
            return false;
    }
    for (auto plan = plans.cbegin(); plan != plans.cend(); ++plan) {
        if (!settle(plan.key(), plan.value()))
            return false;
    }
    return std::all_of(returning.begin(), returning.end(), [this](const Order *order) { return insert(*order); });
}

bool SqliteStore::Database::insert(const Order &order)
{
    const KeptMessage &message = *order.message;
    const auto user = idOf(order.user, message.sequence);
    return user
        && perform(m_insertMessage, {*user, number(message.sequence), qint64(message.at.count()), blob(message.eventName),
                                 blob(message.correlation), message.payload().toByteArray(), order.inHistory, order.inQueue});
}

/// The user's row, made when there is none: nothing is known then of what came before `sequence`.
std::optional<qint64> SqliteStore::Database::idOf(const UserId &user, quint64 sequence)
{
    if (const auto known = m_ids.constFind(user); known != m_ids.constEnd())
        return *known;
    if (!perform(m_insertUser, {user, number(sequence), number(sequence - 1)}))
        return std::nullopt;
    const qint64 id = m_insertUser.lastInsertId().toLongLong();
    m_ids.insert(user, id);
    m_added.push_back(user);
    return id;
}

bool SqliteStore::Database::settle(const UserId &user, const Plan &plan)
{
    const auto known = m_ids.constFind(user);
    if (known == m_ids.constEnd())
        return true;        // came and went within this group
    const qint64 id = *known;
    if (plan.forgotten) {
        m_ids.remove(user);
        m_removed.emplace_back(user, id);
        return perform(m_removeAll, {id}) && perform(m_removeUser, {id});
    }
    if (plan.queueThrough > 0 && !remove(m_removeQueued, m_unmarkQueued, id, plan.queueThrough))
        return false;
    if (plan.historyThrough > 0 && !remove(m_removePast, m_unmarkPast, id, plan.historyThrough))
        return false;
    return !plan.standing || perform(m_updateUser, {number(plan.standing->through), number(plan.standing->lostThrough), id});
}

bool SqliteStore::Database::remove(QSqlQuery &rows, QSqlQuery &flags, qint64 user, quint64 through)
{
    return perform(rows, {user, number(through)}) && perform(flags, {user, number(through)});
}

} // namespace trunkline
