// SPDX-License-Identifier: GPL-3.0-or-later
// Broadcasts: the body, whom it reaches, what is counted. And presence.
#include "support/HubBench.h"

#include <QTest>

#include <map>
#include <memory>

using namespace trunkline;
using namespace std::chrono_literals;

namespace {

/// A broadcast together with the body that its views point into.
struct Parsed
{
    explicit Parsed(QByteArray json) : body(std::move(json))
    {
        body.reserve(body.size() + kJsonPadding);
        request = BroadcastRequest::fromJson(*reader.read(body, kJsonPadding), issues);
    }
    [[nodiscard]] QByteArrayList where() const
    {
        QByteArrayList list;
        for (const BodyIssue &issue : issues)
            list << issue.location;
        return list;
    }
    QByteArray body;
    JsonReader reader;
    BodyIssues issues;
    std::optional<BroadcastRequest> request;
};

/// Users with an endpoint each.
struct Crowd
{
    explicit Crowd(const QByteArrayList &names, Settings settings = {}) : bench(std::move(settings))
    {
        for (const QByteArray &name : names)
            join(name);
    }
    SessionId join(const QByteArray &name)
    {
        auto endpoint = std::make_unique<FakeEndpoint>();
        const SessionId id = bench.connect(name, *endpoint);
        endpoints.emplace(name, std::move(endpoint));
        return id;
    }
    /// What all endpoints of that user got.
    [[nodiscard]] QByteArrayList got(const QByteArray &name) const
    {
        QByteArrayList payloads;
        const auto [first, last] = endpoints.equal_range(name);
        for (auto it = first; it != last; ++it)
            payloads += it->second->payloads;
        return payloads;
    }
    HubBench bench;
    std::multimap<QByteArray, std::unique_ptr<FakeEndpoint>> endpoints;
};

} // namespace

class tst_Broadcast : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsBodies();
    void refusesBodies_data();
    void refusesBodies();
    void reachesEverybodyWithOneMessage();
    void reachesAPrefix();
    void reachesThoseWhoAreNamedOnce();
    void countsUsersAndSessions();
    void leavesOutWhoIsTooSlow();
    void mentionsDoNotCount();
    void survivesSessionClosedInsideFanOut();
    void isOneEntryInTheJournal();
    void pushToAllIsABroadcast();
    void pagesUsers();
    void watchersHearOfPresence();
    void watchersAreBounded();
    void replacedWatcherIsForgotten();
};

void tst_Broadcast::readsBodies()
{
    const Parsed all(R"({"data":{"a":1},"event_type":"t"})");
    QVERIFY(all.request && !all.request->named && all.request->prefix.isEmpty());
    QCOMPARE(all.request->message.userJson, R"("*")");
    const Parsed prefix(R"({"prefix":"team-","data":{}})");
    QCOMPARE(prefix.request->prefix, "team-");
    const Parsed users(R"({"users":["b","a","b","\u0061"],"data":{},"user_id":"*"})");
    QVERIFY(users.request->named);
    QCOMPARE(users.request->users, (std::vector<UserId>{"a", "b"}));
    const Parsed none(R"({"users":[],"data":{},"prefix":null})");
    QVERIFY(none.request->named && none.request->users.empty());
}

void tst_Broadcast::refusesBodies_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("where");
    QTest::newRow("no data") << QByteArray(R"({})") << QByteArray(R"("data")");
    QTest::newRow("data is a list") << QByteArray(R"({"data":[]})") << QByteArray(R"("data")");
    QTest::newRow("a user") << QByteArray(R"({"data":{},"user_id":"bob"})") << QByteArray(R"("user_id")");
    QTest::newRow("users is a string") << QByteArray(R"({"data":{},"users":"bob"})") << QByteArray(R"("users")");
    QTest::newRow("a user is a number") << QByteArray(R"({"data":{},"users":["a",5]})") << QByteArray(R"("users", 1)");
    QTest::newRow("a user is empty") << QByteArray(R"({"data":{},"users":[""]})") << QByteArray(R"("users", 0)");
    QTest::newRow("a user with a line break") << QByteArray(R"({"data":{},"users":["a\n"]})") << QByteArray(R"("users", 0)");
    QTest::newRow("prefix is a number") << QByteArray(R"({"data":{},"prefix":1})") << QByteArray(R"("prefix")");
    QTest::newRow("prefix is too long") << QByteArray(R"({"data":{},"prefix":")") + QByteArray(257, 'x') + "\"}" << QByteArray(R"("prefix")");
    QTest::newRow("both") << QByteArray(R"({"data":{},"prefix":"a","users":["b"]})") << QByteArray(R"("prefix")");
    QTest::newRow("no object") << QByteArray("[]") << QByteArray("");
}

void tst_Broadcast::refusesBodies()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, where);
    const Parsed parsed(body);
    QVERIFY(!parsed.request);
    QCOMPARE(parsed.where(), QByteArrayList{where});
}

void tst_Broadcast::reachesEverybodyWithOneMessage()
{
    Crowd crowd({"a", "b", "c"});
    const Parsed parsed(R"({"data":{"n":1},"correlation_id":"x"})");
    const auto delivery = crowd.bench.hub.broadcast(*parsed.request);
    QCOMPARE(delivery.users, 3);
    QCOMPARE(delivery.sessions, 3);
    const QByteArrayList wanted{R"({"n":1,"user_id":"*","original_sender":{"user_id":"*","timestamp":null},"correlation_id":"x"})"};
    for (const char *name : {"a", "b", "c"})
        QCOMPARE(crowd.got(name), wanted);
    QCOMPARE(crowd.bench.hub.metrics().broadcasts, quint64(1));
    QCOMPARE(crowd.bench.hub.metrics().broadcastDeliveries, quint64(3));
    QCOMPARE(crowd.bench.hub.metrics().messagesDelivered, quint64(3));
}

void tst_Broadcast::reachesAPrefix()
{
    Crowd crowd({"team-a", "team-b", "tea", "other"});
    const Parsed parsed(R"({"data":{},"prefix":"team-"})");
    QCOMPARE(crowd.bench.hub.broadcast(*parsed.request).users, 2);
    QCOMPARE(crowd.got("team-a").size(), 1);
    QCOMPARE(crowd.got("team-b").size(), 1);
    QVERIFY(crowd.got("tea").isEmpty() && crowd.got("other").isEmpty());
}

void tst_Broadcast::reachesThoseWhoAreNamedOnce()
{
    Crowd crowd({"a", "b", "c"});
    const Parsed parsed(R"({"data":{},"users":["a","a","c","gone","away"]})");
    const auto delivery = crowd.bench.hub.broadcast(*parsed.request);
    QCOMPARE(delivery.users, 2);
    QCOMPARE(delivery.notConnected, 2);
    QCOMPARE(crowd.got("a").size(), 1);
    QVERIFY(crowd.got("b").isEmpty());
}

void tst_Broadcast::countsUsersAndSessions()
{
    Crowd crowd({"a", "a", "b"}, withPolicy(DuplicatePolicy::Allow));
    const Parsed parsed(R"({"data":{}})");
    const auto delivery = crowd.bench.hub.broadcast(*parsed.request);
    QCOMPARE(delivery.users, 2);
    QCOMPARE(delivery.sessions, 3);
    QCOMPARE(crowd.got("a").size(), 2);
}

void tst_Broadcast::leavesOutWhoIsTooSlow()
{
    Crowd crowd({"a", "b"});
    crowd.endpoints.find("a")->second->accepts = false;
    const Parsed parsed(R"({"data":{},"users":["a","b","c"]})");
    const auto delivery = crowd.bench.hub.broadcast(*parsed.request);
    QCOMPARE(delivery.users, 1);
    QCOMPARE(delivery.slow, 1);
    QCOMPARE(delivery.notConnected, 1);
    QCOMPARE(crowd.bench.lastStatus(), EntryStatus::Overflow);
    QCOMPARE(crowd.bench.hub.metrics().messagesOverflowed, quint64(1));
}

void tst_Broadcast::mentionsDoNotCount()
{
    Crowd crowd({"a", "ci_bot"});
    const Parsed parsed(R"({"data":{"message":"@ci_bot"},"users":["a"]})");
    crowd.bench.hub.broadcast(*parsed.request);
    QCOMPARE(crowd.got("a").size(), 1);
    QVERIFY(crowd.got("ci_bot").isEmpty());
}

void tst_Broadcast::survivesSessionClosedInsideFanOut()
{
    Crowd crowd({"a", "b", "c"});
    std::vector<SessionId> ids = crowd.bench.hub.sessions().all();
    for (auto &[name, endpoint] : crowd.endpoints) {
        endpoint->onDeliver = [&](const QByteArray &) {
            for (const SessionId id : ids)
                crowd.bench.hub.closed(id);
        };
    }
    const Parsed parsed(R"({"data":{}})");
    const auto delivery = crowd.bench.hub.broadcast(*parsed.request);
    QCOMPARE(delivery.users, 1);
    QCOMPARE(crowd.bench.hub.sessions().size(), 0);
}

void tst_Broadcast::isOneEntryInTheJournal()
{
    Crowd crowd({"team-a", "team-b", "team-c"});
    const quint64 before = crowd.bench.hub.journal().lastSequence();
    const Parsed parsed(R"({"data":{"n":1},"prefix":"team-"})");
    crowd.bench.hub.broadcast(*parsed.request);
    const auto entries = crowd.bench.hub.journal().after(before, 100).entries;
    QCOMPARE(entries.size(), std::size_t(1));
    QCOMPARE(entries[0].kind, EntryKind::Broadcast);
    QCOMPARE(entries[0].user, "team-*");
    QVERIFY(entries[0].text.startsWith(R"({"n":1,)"));
}

void tst_Broadcast::pushToAllIsABroadcast()
{
    Settings settings;
    settings.pushToAll = true;
    Crowd crowd({"a", "b"}, settings);
    QCOMPARE(crowd.bench.push(bodyFor("*")).sessions, 2);
    QCOMPARE(crowd.got("b").size(), 1);
}

void tst_Broadcast::pagesUsers()
{
    Crowd crowd({"b", "a", "team-2", "team-1", "c"});
    const SessionRegistry &sessions = crowd.bench.hub.sessions();
    QCOMPARE(sessions.usersAfter({}, {}, 2), (std::vector<UserId>{"a", "b"}));
    QCOMPARE(sessions.usersAfter("b", {}, 2), (std::vector<UserId>{"c", "team-1"}));
    QCOMPARE(sessions.usersAfter("c", "team-", 10), (std::vector<UserId>{"team-1", "team-2"}));
    QVERIFY(sessions.usersAfter("team-2", {}, 10).empty());
    QCOMPARE(sessions.userCount(), 5);
}

void tst_Broadcast::watchersHearOfPresence()
{
    Crowd crowd({});
    const SessionId bot = crowd.join("bot");
    QVERIFY(crowd.bench.hub.watchPresence(bot));
    const SessionId alice = crowd.join("alice");
    QVERIFY(crowd.got("bot").isEmpty());                // not in the middle of what happens
    crowd.bench.turn(40ms);
    QCOMPARE(crowd.got("bot").size(), 1);
    QVERIFY(crowd.got("bot")[0].startsWith(R"({"type":"presence","user_id":"alice","event":"online","timestamp":1700000000.)"));
    crowd.bench.hub.closed(alice);
    crowd.bench.turn(40ms);
    QVERIFY(crowd.got("bot")[1].startsWith(R"({"type":"presence","user_id":"alice","event":"offline",)"));
    QVERIFY(crowd.got("alice").isEmpty());
    crowd.bench.hub.closed(bot);
    crowd.join("carol");
    crowd.bench.turn(40ms);
    QCOMPARE(crowd.bench.hub.metrics().presenceEvents, quint64(2));
}

void tst_Broadcast::watchersAreBounded()
{
    Settings settings;
    settings.presenceWatchers = 1;
    Crowd crowd({}, settings);
    const SessionId one = crowd.join("one");
    const SessionId two = crowd.join("two");
    QVERIFY(crowd.bench.hub.watchPresence(one));
    QVERIFY(!crowd.bench.hub.watchPresence(two));
    QVERIFY(!crowd.bench.hub.canWatchPresence());
    crowd.bench.hub.closed(one);
    QVERIFY(crowd.bench.hub.watchPresence(two));
}

void tst_Broadcast::replacedWatcherIsForgotten()
{
    Settings settings = withPolicy(DuplicatePolicy::Replace);
    settings.presenceWatchers = 1;
    Crowd crowd({}, settings);
    QVERIFY(crowd.bench.hub.watchPresence(crowd.join("bot")));
    const SessionId newer = crowd.join("bot");
    QVERIFY(crowd.bench.hub.watchPresence(newer));
}

QTEST_APPLESS_MAIN(tst_Broadcast)
#include "tst_broadcast.moc"
