// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/HubBench.h"

#include <QTest>

using namespace trunkline;
using namespace std::chrono_literals;

/// Who is connected and who gets a push; what is noted of it.
class TestHubSessions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void deliversAPushToItsUser();
    void saysWhenNobodyIsConnected();
    void countsAFullQueueAsNotDelivered();
    void routesMentionsToPublicAccounts();
    void keepsTheOrderOfPushes();
    void rejectsASecondConnection();
    void replacesTheOldConnection();
    void deliversToAllSessionsWhenAllowed();
    void notesTextWithoutAnId();
    void notesMalformedText();
    void ignoresTextOfAnUnknownSession();
    void endsEverythingOnShutdown();
    void refusesNewWorkWhileStopping();
    void journalsBothDirections();
};

void TestHubSessions::deliversAPushToItsUser()
{
    HubBench bench;
    FakeEndpoint alice;
    FakeEndpoint bob;
    const SessionId id = bench.connect("alice", alice);
    QVERIFY(id && bench.connect("bob", bob));
    QCOMPARE(bench.push(bodyFor("alice", "c", R"("n":123456789012345678901234567890)")).sessions, 1);
    QCOMPARE(alice.payloads, QByteArrayList{R"({"n":123456789012345678901234567890,"user_id":"alice",)"
                                            R"("original_sender":{"user_id":"alice","timestamp":null},"correlation_id":"c"})"});
    QVERIFY(bob.payloads.isEmpty());
    QCOMPARE(bench.hub.metrics().pushes, quint64(1));
    QCOMPARE(bench.hub.metrics().messagesDelivered, quint64(1));
    QCOMPARE(bench.hub.sessions().find(id)->messagesOut, quint64(1));
    QCOMPARE(bench.hub.sessions().size(), 2);
}

void TestHubSessions::saysWhenNobodyIsConnected()
{
    HubBench bench;
    QVERIFY(!bench.push(bodyFor("alice")).delivered());
    QCOMPARE(bench.hub.metrics().pushesNotConnected, quint64(1));
    QCOMPARE(bench.lastStatus(), EntryStatus::NotConnected);
    FakeEndpoint alice;
    bench.hub.closed(bench.connect("alice", alice));
    QVERIFY(!bench.push(bodyFor("alice")).delivered());
    QVERIFY(alice.payloads.isEmpty());
}

void TestHubSessions::countsAFullQueueAsNotDelivered()
{
    HubBench bench;
    FakeEndpoint alice;
    alice.accepts = false;
    bench.connect("alice", alice);
    QVERIFY(!bench.push(bodyFor("alice")).delivered());
    QCOMPARE(bench.hub.metrics().messagesOverflowed, quint64(1));
    QCOMPARE(bench.hub.metrics().messagesDelivered, quint64(0));
}

void TestHubSessions::routesMentionsToPublicAccounts()
{
    Settings settings;
    settings.publicAccounts = {"helpdesk"};
    HubBench bench(settings);
    FakeEndpoint alice;
    FakeEndpoint bot;
    FakeEndpoint desk;
    bench.connect("alice", alice);
    bench.connect("ci_bot", bot);
    bench.connect("helpdesk", desk);
    QVERIFY(bench.push(bodyFor("alice", "c", R"("message":"build, @ci_bot")")).delivered());
    QVERIFY(bench.push(bodyFor("alice", "c", R"("text":"@nobody @helpdesk @ci_bot")")).delivered());
    QVERIFY(bench.push(bodyFor("alice", "c", R"("message":"@bob")")).delivered());
    QCOMPARE(bot.payloads.size(), 1);
    QVERIFY(bot.payloads.front().contains(R"("user_id":"alice")"));     // whom the sender named
    QCOMPARE(desk.payloads.size(), 1);
    QCOMPARE(alice.payloads.size(), 1);
    QVERIFY(!bench.push(bodyFor("alice", "c", R"("message":"@email_bot")")).delivered());
}

void TestHubSessions::keepsTheOrderOfPushes()
{
    HubBench bench;
    FakeEndpoint alice;
    bench.connect("alice", alice);
    for (int i = 0; i < 20; ++i)
        QVERIFY(bench.push(bodyFor("alice", QByteArray::number(i))).delivered());
    for (int i = 0; i < 20; ++i) {
        const QByteArray id = R"("correlation_id":")" + QByteArray::number(i) + '"';
        QVERIFY(alice.payloads.at(i).contains(id));
    }
}

void TestHubSessions::rejectsASecondConnection()
{
    HubBench bench;
    FakeEndpoint first;
    FakeEndpoint second;
    const SessionId id = bench.connect("alice", first);
    QVERIFY(!bench.connect("alice", second));
    QVERIFY(second.wasClosedWith(CloseCode::PolicyViolated, "User already connected"));
    QVERIFY(first.closings.empty());
    QVERIFY(bench.push(bodyFor("alice")).delivered());
    QCOMPARE(first.payloads.size(), 1);
    QCOMPARE(bench.hub.sessions().size(), 1);
    QCOMPARE(bench.hub.metrics().sessionsRejected, quint64(1));
    QCOMPARE(bench.hub.metrics().sessionsAccepted, quint64(1));
    bench.hub.closed(id);
    FakeEndpoint third;
    QVERIFY(bench.connect("alice", third));
}

void TestHubSessions::replacesTheOldConnection()
{
    HubBench bench(withPolicy(DuplicatePolicy::Replace));
    FakeEndpoint first;
    FakeEndpoint second;
    const SessionId old = bench.connect("alice", first);
    const SessionId fresh = bench.connect("alice", second);
    QVERIFY(fresh && fresh != old);
    QVERIFY(first.wasClosedWith(CloseCode::Replaced, "Replaced by a newer connection"));
    QVERIFY(second.closings.empty());
    bench.hub.closed(old);
    QVERIFY(bench.push(bodyFor("alice")).delivered());
    QVERIFY(first.payloads.isEmpty());
    QCOMPARE(second.payloads.size(), 1);
    QCOMPARE(bench.hub.sessions().size(), 1);
}

void TestHubSessions::deliversToAllSessionsWhenAllowed()
{
    HubBench bench(withPolicy(DuplicatePolicy::Allow));
    FakeEndpoint first;
    FakeEndpoint second;
    FakeEndpoint full;
    full.accepts = false;
    bench.connect("alice", first);
    bench.connect("alice", second);
    bench.connect("alice", full);
    QCOMPARE(bench.push(bodyFor("alice")).sessions, 2);
    QCOMPARE(first.payloads.size(), 1);
    QCOMPARE(second.payloads, first.payloads);      // one id for all
}

void TestHubSessions::notesTextWithoutAnId()
{
    HubBench bench;
    FakeEndpoint alice;
    const SessionId id = bench.connect("alice", alice);
    bench.reply(id, R"({"hello":1})");
    QCOMPARE(bench.hub.metrics().textsWithoutId, quint64(1));
    QCOMPARE(bench.journal().back().kind, EntryKind::Text);
    QCOMPARE(bench.journal().back().text, QByteArray(R"({"hello":1})"));
    QCOMPARE(bench.hub.sessions().find(id)->messagesIn, quint64(1));
}

void TestHubSessions::notesMalformedText()
{
    HubBench bench;
    FakeEndpoint alice;
    FakeStream stream;
    const SessionId id = bench.connect("alice", alice);
    bench.open(bodyFor("alice", "c"), stream);
    bench.reply(id, R"({"correlation_id":"c","x":[1,]})");
    bench.reply(id, "hello");
    QCOMPARE(bench.hub.metrics().textsMalformed, quint64(2));
    QCOMPARE(bench.lastStatus(), EntryStatus::Malformed);
    QVERIFY(stream.events.isEmpty());
}

void TestHubSessions::ignoresTextOfAnUnknownSession()
{
    HubBench bench;
    bench.reply(SessionId{99}, R"({"correlation_id":"c"})");
    bench.reply(SessionId{}, "x");
    QVERIFY(bench.journal().empty());
}

void TestHubSessions::endsEverythingOnShutdown()
{
    HubBench bench;
    FakeEndpoint alice;
    FakeEndpoint bob;
    FakeStream stream;
    const SessionId id = bench.connect("alice", alice);
    bench.connect("bob", bob);
    bench.open(bodyFor("alice", "c"), stream);
    QVERIFY(!bench.hub.isStopping());
    bench.hub.shutdown();
    QVERIFY(bench.hub.isStopping());
    QCOMPARE(stream.events, QByteArrayList{errorOf("Server shutting down", "c")});
    QCOMPARE(stream.ends, 1);
    QVERIFY(alice.wasClosedWith(CloseCode::GoingAway, "Server shutting down"));
    QVERIFY(bob.wasClosedWith(CloseCode::GoingAway, "Server shutting down"));
    QCOMPARE(bench.hub.sessions().size(), 0);
    bench.hub.closed(id);
    bench.hub.shutdown();
    bench.turn(60s);
    QCOMPARE(stream.events.size(), 1);
    QCOMPARE(stream.callsAfterEnd, 0);
}

void TestHubSessions::refusesNewWorkWhileStopping()
{
    HubBench bench;
    bench.hub.shutdown();
    FakeEndpoint alice;
    FakeStream stream;
    QVERIFY(!bench.connect("alice", alice));
    QVERIFY(alice.wasClosedWith(CloseCode::GoingAway, "Server shutting down"));
    QCOMPARE(bench.open(bodyFor("alice", "c"), stream), Hub::Opening::Ended);
    QCOMPARE(stream.events, QByteArrayList{errorOf("Server shutting down", "c")});
    QCOMPARE(stream.ends, 1);
    QVERIFY(!bench.push(bodyFor("alice")).delivered());
}

void TestHubSessions::journalsBothDirections()
{
    HubBench bench;
    FakeEndpoint alice;
    FakeStream stream;
    const SessionId id = bench.connect("alice", alice);
    bench.open(bodyFor("alice", "c"), stream);
    bench.reply(id, R"({"correlation_id":"c","is_final":true})");
    bench.hub.closed(id);
    const std::vector<JournalEntry> entries = bench.journal();
    QCOMPARE(entries.size(), std::size_t(4));
    QCOMPARE(entries[0].kind, EntryKind::Connect);
    QCOMPARE(entries[0].payload().toByteArray(), QByteArray("127.0.0.1:1"));
    QCOMPARE(entries[1].kind, EntryKind::Request);
    QCOMPARE(entries[1].direction, Direction::Out);
    QCOMPARE(entries[1].payload().toByteArray(), alice.payloads.front());
    QCOMPARE(entries[1].correlation, QByteArray("c"));
    QCOMPARE(entries[2].kind, EntryKind::Reply);
    QCOMPARE(entries[2].direction, Direction::In);
    QCOMPARE(entries[2].text, stream.events.front());
    QCOMPARE(entries[3].kind, EntryKind::Disconnect);
    for (const JournalEntry &entry : entries)
        QVERIFY(entry.session == id && entry.user == "alice");
}

QTEST_APPLESS_MAIN(TestHubSessions)
#include "tst_hub_sessions.moc"
