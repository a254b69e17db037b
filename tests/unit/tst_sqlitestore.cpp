// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/Message.h"
#include "hub/store/SqliteStore.h"

#include <QFile>
#include <QSignalSpy>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

using namespace trunkline;
using namespace std::chrono_literals;

namespace {

KeptMessagePtr message(quint64 sequence, const QByteArray &json, const QByteArray &event = {})
{
    const OutboundMessage whole = OutboundMessage::ofJson(json, sequence, event);
    return std::make_shared<const KeptMessage>(KeptMessage{sequence, 1'700'000'000'123ms, whole.frame(), whole.payloadOffset(), event, "c1"});
}

/// What a store holds: `1hq:{json} …` for each user.
QByteArray contents(const std::vector<StoredUser> &users, const UserId &user)
{
    for (const StoredUser &stored : users) {
        if (stored.user != user)
            continue;
        QByteArray text = QByteArray::number(stored.last) + '/' + QByteArray::number(stored.lostThrough);
        for (const StoredUser::Item &item : stored.items)
            text += ' ' + QByteArray::number(item.message->sequence) + (item.inHistory ? "h" : "") + (item.inQueue ? "q" : "") + ':'
                + item.message->payload().toByteArray();
        return text;
    }
    return "unknown";
}

void execute(const QString &path, const char *statement)
{
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("test"));
        database.setDatabaseName(path);
        QVERIFY(database.open());
        QSqlQuery query(database);
        QVERIFY2(query.exec(QString::fromLatin1(statement)), qPrintable(query.lastError().text()));
    }
    QSqlDatabase::removeDatabase(QStringLiteral("test"));
}

} // namespace

class TestSqliteStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void remembersEverythingOfAMessage();
    void removesFromQueueAndHistory();
    void comesAndGoesWithinOneGroup();
    void keepsAMessageThatWaitsAgain();
    void notesAndForgetsUsers();
    void callsBackInOrder();
    void writesWhatWasOrderedBeforeTheEnd();
    void belongsToOneHubAtATime();
    void refusesOtherFiles_data();
    void refusesOtherFiles();
    void saysWhenItCannotWrite();
    void onlyTheOwnerMayRead();

private:
    [[nodiscard]] std::vector<StoredUser> reopened()
    {
        store.reset();
        auto opened = SqliteStore::open(path);
        if (!opened) {
            QTest::qFail(qPrintable(opened.error().detail), __FILE__, __LINE__);
            return {};
        }
        store = std::move(opened->store);
        return std::move(opened->users);
    }

    std::unique_ptr<QTemporaryDir> directory;
    QString path;
    std::unique_ptr<SqliteStore> store;
};

void TestSqliteStore::init()
{
    store.reset();
    directory = std::make_unique<QTemporaryDir>();
    path = directory->filePath(QStringLiteral("t\u00fcr store.sqlite"));
    QVERIFY(reopened().empty());
}

void TestSqliteStore::remembersEverythingOfAMessage()
{
    const QByteArray user = "Zo\xc3\xab\x7f";
    const QByteArray json = "{\"n\":123456789012345678901234567890,\"t\":\"\\u0000\xc3\xa4\"}";
    store->keep(user, message(1'764'000'000'000'001, json, "tick"), true, true);
    store->note(user, 1'764'000'000'000'001, 7);
    const auto users = reopened();
    QCOMPARE(users.size(), std::size_t(1));
    QCOMPARE(users.front().user, user);
    QCOMPARE(users.front().last, quint64(1'764'000'000'000'001));
    QCOMPARE(users.front().lostThrough, quint64(7));
    const StoredUser::Item &item = users.front().items.front();
    QVERIFY(item.inHistory && item.inQueue);
    QCOMPARE(item.message->payload().toByteArray(), json);
    QCOMPARE(item.message->frame, OutboundMessage::ofJson(json, 0, {}).frame());
    QCOMPARE(item.message->eventName, QByteArray("tick"));
    QCOMPARE(item.message->correlation, QByteArray("c1"));
    QCOMPARE(item.message->at, 1'700'000'000'123ms);
}

void TestSqliteStore::removesFromQueueAndHistory()
{
    for (quint64 n = 1; n <= 6; ++n)
        store->keep("a", message(n, "{}"), n != 2, n != 3);
    store->keep("b", message(1, "{}"), true, true);
    store->note("a", 6, 0);
    (void)reopened();       // so that the removals meet rows
    store->removeFromQueue("a", 4);
    store->removeFromHistory("a", 5);
    QCOMPARE(contents(reopened(), "a"), QByteArray("6/0 5q:{} 6hq:{}"));
    QCOMPARE(contents(reopened(), "b"), QByteArray("1/0 1hq:{}"));
}

void TestSqliteStore::comesAndGoesWithinOneGroup()
{
    for (quint64 n = 1; n <= 1000; ++n) {
        store->keep("a", message(n, "{}"), true, n % 2 == 0);
        if (n > 3)
            store->removeFromHistory("a", n - 3);
        if (n % 10 == 0)
            store->removeFromQueue("a", n);
    }
    store->note("a", 1000, 997);
    QCOMPARE(contents(reopened(), "a"), QByteArray("1000/997 998h:{} 999h:{} 1000h:{}"));
}

void TestSqliteStore::keepsAMessageThatWaitsAgain()
{
    store->keep("a", message(1, "{1}"), true, false);
    store->removeFromHistory("a", 1);
    store->removeFromQueue("a", 1);
    store->keep("a", message(1, "{1}"), false, true);
    store->note("a", 1, 0);
    QCOMPARE(contents(reopened(), "a"), QByteArray("1/0 1q:{1}"));
}

void TestSqliteStore::notesAndForgetsUsers()
{
    store->keep("a", message(1, "{}"), true, false);
    store->note("a", 5, 2);
    store->keep("b", message(9, "{}"), true, false);        // never noted: what came before is not known
    QCOMPARE(contents(reopened(), "a"), QByteArray("5/2 1h:{}"));
    QCOMPARE(contents(reopened(), "b"), QByteArray("9/8 9h:{}"));
    store->removeFromHistory("a", 1);
    store->forget("a");
    store->forget("never");
    QCOMPARE(contents(reopened(), "a"), QByteArray("unknown"));
    store->forget("b");
    store->keep("b", message(20, "{}"), true, false);
    store->note("b", 20, 19);
    QVERIFY(contents(reopened(), "b").contains("20h:{}"));
}

void TestSqliteStore::callsBackInOrder()
{
    std::vector<int> called;
    for (int n = 1; n <= 500; ++n) {
        store->keep("a", message(quint64(n), "{}"), true, true);
        store->whenWritten(store->lastTicket(), [&called, n](bool written) { called.push_back(written ? n : -n); });
    }
    QVERIFY(called.empty());        // only from the event loop
    QTRY_COMPARE(called.size(), std::size_t(500));
    QVERIFY(std::is_sorted(called.begin(), called.end()) && called.front() == 1);
    bool again = false;
    store->whenWritten(store->lastTicket(), [&again](bool written) { again = written; });
    QVERIFY(!again);
    QTRY_VERIFY(again);
}

void TestSqliteStore::writesWhatWasOrderedBeforeTheEnd()
{
    for (quint64 n = 1; n <= 20'000; ++n)
        store->keep("a", message(n, "{}"), true, true);
    const auto users = reopened();
    QCOMPARE(users.front().items.size(), std::size_t(20'000));
    QCOMPARE(users.front().items.back().message->sequence, quint64(20'000));
}

void TestSqliteStore::belongsToOneHubAtATime()
{
    const auto second = SqliteStore::open(path);
    QVERIFY(!second);
    QCOMPARE(second.error().code, ErrorCode::Io);
    QVERIFY(second.error().detail.contains(QStringLiteral("another hub")));
    store.reset();
    QVERIFY(SqliteStore::open(path));
}

void TestSqliteStore::refusesOtherFiles_data()
{
    QTest::addColumn<QByteArray>("make");
    QTest::addColumn<QString>("complaint");
    QTest::newRow("no database") << QByteArray("text") << QStringLiteral("no SQLite database");
    QTest::newRow("another program's") << QByteArray("CREATE TABLE t(x)") << QStringLiteral("another program");
    QTest::newRow("newer") << QByteArray("PRAGMA user_version = 99") << QStringLiteral("newer version");
    QTest::newRow("missing folder") << QByteArray() << QStringLiteral("STORE=");
}

void TestSqliteStore::refusesOtherFiles()
{
    QFETCH(QByteArray, make);
    QString other = directory->filePath(QStringLiteral("other"));
    if (make == "text") {
        QFile file(other);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(4096, 'x'));
    } else if (make.startsWith("PRAGMA")) {
        store.reset();
        other = path;
        execute(other, make.constData());
    } else if (!make.isEmpty()) {
        execute(other, make.constData());
    } else {
        other = directory->filePath(QStringLiteral("no/such/folder/file"));
    }
    const auto opened = SqliteStore::open(other);
    QVERIFY(!opened);
    QCOMPARE(opened.error().code, ErrorCode::Io);
    QFETCH(QString, complaint);
    QVERIFY2(opened.error().detail.contains(complaint), qPrintable(opened.error().detail));
}

void TestSqliteStore::saysWhenItCannotWrite()
{
    store.reset();
    execute(path, "CREATE TRIGGER refuse BEFORE INSERT ON messages WHEN NEW.sequence = 2 BEGIN SELECT RAISE(ABORT, 'disk full'); END");
    (void)reopened();
    std::vector<bool> written;
    for (quint64 n = 1; n <= 3; ++n) {
        store->keep("a", message(n, "{}"), true, true);
        store->whenWritten(store->lastTicket(), [&written](bool fine) { written.push_back(fine); });
        QTRY_COMPARE(written.size(), std::size_t(n));      // one group each
    }
    QCOMPARE(written, (std::vector<bool>{true, false, true}));
    QCOMPARE(contents(reopened(), "a").count("hq"), 2);
}

void TestSqliteStore::onlyTheOwnerMayRead()
{
#ifdef Q_OS_UNIX
    const auto permissions = QFile::permissions(path);
    QVERIFY(!(permissions & (QFileDevice::ReadGroup | QFileDevice::ReadOther | QFileDevice::WriteGroup | QFileDevice::WriteOther)));
#else
    QSKIP("Windows has other rules");
#endif
}

QTEST_GUILESS_MAIN(TestSqliteStore)
#include "tst_sqlitestore.moc"
