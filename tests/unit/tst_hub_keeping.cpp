// SPDX-License-Identifier: GPL-3.0-or-later
#include "KeptMessages.h"

#include <QTest>

using namespace trunkline;
using namespace std::chrono_literals;

/// What is kept for users who are away, and numbered for those who ask: plain messages in and out, without a socket.
class TestHubKeeping : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersNobodyUnlessAsked();
    void numbersAUserWhoAsks();
    void namesEvents_data();
    void namesEvents();
    void queuesForAnAbsentUser();
    void deliversTheQueueBeforeAnythingElse();
    void queuesAgainWhatWasNotReceived();
    void keepsOrderWhileAClientCatchesUp();
    void refusesWhenTheQueueIsFull();
    void queuesWhatASlowClientCouldNotTake();
    void expiresWhatWaitsTooLong();
    void postedRepliesComeFromAStream();
    void forgetsUsersWithoutAnything();
};

void TestHubKeeping::numbersNobodyUnlessAsked()
{
    HubBench bench;
    FakeEndpoint alice;
    bench.connect("alice", alice);
    QCOMPARE(bench.push(numbered(1)).sequence, quint64(0));
    QVERIFY(!bench.hub.log());
    FakeEndpoint bob;
    bob.wants.sequence = true;
    bench.connect("bob", bob);
    QVERIFY(bench.hub.log() && !bench.hub.log()->keepsMessages());
    QCOMPARE(bench.push(numbered(2)).sequence, quint64(0));     // alice did not ask
    QCOMPARE(bench.hub.log()->users(), std::size_t(1));
}

void TestHubKeeping::numbersAUserWhoAsks()
{
    HubBench bench;
    FakeEndpoint alice;
    alice.wants.eventStream = true;
    bench.connect("alice", alice);
    QCOMPARE(alice.greetings.size(), std::size_t(1));
    pushAll(bench, 1, 3);
    const quint64 start = alice.greetings.front();
    QCOMPARE(alice.sequences, (std::vector<quint64>{start + 1, start + 2, start + 3}));
    const OutboundMessage message = OutboundMessage::ofJson(R"({"n":1})", 7, "tick");
    QCOMPARE(message.event(), QByteArray("id: 7\nevent: tick\ndata: {\"n\":1}\n\n"));
    QCOMPARE(message.numberedFrame(), OutboundMessage::ofJson(R"({"n":1,"_seq":7})", 0, {}).frame());
    QCOMPARE(OutboundMessage::ofJson("{\n\"n\":\r\n1}", 0, {}).event(), QByteArray("data: {\"n\":1}\n\n"));
}

void TestHubKeeping::namesEvents_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("none") << QByteArray(R"({"user_id":"alice","data":{}})") << QByteArray();
    QTest::newRow("given") << QByteArray(R"({"user_id":"alice","data":{},"event_type":"tick"})") << QByteArray("tick");
    QTest::newRow("in data") << QByteArray(R"({"user_id":"alice","data":{"event_type":"tock"}})") << QByteArray("tock");
    QTest::newRow("both") << QByteArray(R"({"user_id":"alice","data":{"event_type":"tock"},"event_type":"tick"})") << QByteArray("tick");
    QTest::newRow("no string") << QByteArray(R"({"user_id":"alice","data":{"event_type":7}})") << QByteArray();
    QTest::newRow("line break") << QByteArray(R"({"user_id":"alice","data":{},"event_type":"a\nid: 9"})") << QByteArray();
    QTest::newRow("carriage return") << QByteArray(R"({"user_id":"alice","data":{},"event_type":"a\rb"})") << QByteArray();
    QTest::newRow("the hub's gap") << QByteArray(R"({"user_id":"alice","data":{},"event_type":"gap"})") << QByteArray();
    QTest::newRow("the hub's close") << QByteArray(R"({"user_id":"alice","data":{},"event_type":"close"})") << QByteArray();
    QTest::newRow("Unicode") << QByteArray(R"({"user_id":"alice","data":{},"event_type":"t\u00e4g"})") << QByteArray("t\xc3\xa4g");
}

void TestHubKeeping::namesEvents()
{
    QFETCH(QByteArray, body);
    HubBench bench;
    FakeEndpoint alice;
    alice.wants.eventStream = true;
    bench.connect("alice", alice);
    QVERIFY(bench.push(body).delivered());
    QTEST(alice.eventNames.front(), "name");
}

void TestHubKeeping::queuesForAnAbsentUser()
{
    HubBench bench(with(0, 10));
    const Hub::Delivery delivery = bench.push(numbered(1));
    QVERIFY(delivery.queued && !delivery.delivered() && delivery.sequence > 0 && delivery.ticket == 0);
    QCOMPARE(bench.lastStatus(), EntryStatus::Queued);
    QCOMPARE(bench.hub.metrics().messagesQueued, quint64(1));
    QCOMPARE(bench.hub.metrics().pushesNotConnected, quint64(0));
    pushAll(bench, 2, 3);
    FakeEndpoint alice;
    bench.connect("alice", alice);
    QCOMPARE(numbersOf(alice), range(1, 3));
    QCOMPARE(bench.lastStatus(), EntryStatus::Replayed);
    QCOMPARE(bench.hub.metrics().messagesReplayed, quint64(3));
    QCOMPARE(bench.hub.log()->queue().messages, 0);
    QVERIFY(bench.push(numbered(4)).delivered());
    QCOMPARE(numbersOf(alice), range(1, 4));
}

void TestHubKeeping::deliversTheQueueBeforeAnythingElse()
{
    HubBench bench(with(0, 10));
    pushAll(bench, 1, 3);
    FakeEndpoint alice;
    int next = 4;
    alice.onDeliver = [&](const QByteArray &) {
        if (next <= 6)
            bench.push(numbered(next++));       // as if it came in the middle
    };
    bench.connect("alice", alice);
    QCOMPARE(numbersOf(alice), range(1, 6));
}

void TestHubKeeping::queuesAgainWhatWasNotReceived()
{
    HubBench bench(with(0, 10));
    pushAll(bench, 1, 2);
    FakeEndpoint first;
    first.acknowledges = false;
    const SessionId session = bench.connect("alice", first);
    QCOMPARE(numbersOf(first), range(1, 2));
    bench.push(numbered(3));                    // delivered at once: no promise was made
    bench.hub.closed(session);
    FakeEndpoint second;
    second.acknowledges = false;
    const SessionId again = bench.connect("alice", second);
    QCOMPARE(numbersOf(second), range(1, 2));
    second.acknowledge();
    bench.hub.closed(again);
    FakeEndpoint third;
    bench.connect("alice", third);
    QVERIFY(third.payloads.isEmpty());
}

void TestHubKeeping::keepsOrderWhileAClientCatchesUp()
{
    HubBench bench(with(0, 1000));
    const QByteArray padding(10'000, 'x');
    const auto push = [&](int n) { return bench.push(bodyFor("alice", {}, R"("n":)" + QByteArray::number(n) + R"(,"x":")" + padding + '"')); };
    for (int n = 1; n <= 100; ++n)
        push(n);
    FakeEndpoint alice;
    alice.slow = true;
    alice.acknowledges = false;
    bench.connect("alice", alice);
    const int taken = int(alice.payloads.size());
    QVERIFY(taken > 0 && taken < 100);          // the rest waits until it has read these
    const Hub::Delivery live = push(101);
    QVERIFY(live.delivered() && !live.queued);
    QCOMPARE(alice.payloads.size(), taken);
    while (alice.onDrained)
        alice.drain();
    QCOMPARE(numbersOf(alice), range(1, 101));
    QVERIFY(push(102).delivered());
    QCOMPARE(numbersOf(alice), range(1, 102));
    alice.acknowledge();
    QCOMPARE(bench.hub.log()->queue().messages, 0);
}

void TestHubKeeping::refusesWhenTheQueueIsFull()
{
    HubBench bench(with(0, 2));
    QVERIFY(bench.push(numbered(1)).queued && bench.push(numbered(2)).queued);
    const Hub::Delivery refused = bench.push(numbered(3));
    QVERIFY(!refused.queued && !refused.delivered());
    QCOMPARE(bench.lastStatus(), EntryStatus::NotConnected);
    QCOMPARE(bench.hub.metrics().queueRefusals, quint64(1));
    FakeEndpoint alice;
    bench.connect("alice", alice);
    QCOMPARE(numbersOf(alice), range(1, 2));
}

void TestHubKeeping::queuesWhatASlowClientCouldNotTake()
{
    HubBench bench(with(0, 10));
    FakeEndpoint alice;
    const SessionId session = bench.connect("alice", alice);
    alice.accepts = false;
    QVERIFY(bench.push(numbered(1)).queued);
    QVERIFY(bench.push(numbered(2)).queued);
    bench.hub.closed(session);
    FakeEndpoint again;
    bench.connect("alice", again);
    QCOMPARE(numbersOf(again), range(1, 2));
}

void TestHubKeeping::expiresWhatWaitsTooLong()
{
    Settings settings = with(0, 10);
    settings.offlineTtl = 1s;
    HubBench bench(settings);
    pushAll(bench, 1, 2);
    bench.turn(1500ms);
    QCOMPARE(bench.hub.metrics().messagesExpired, quint64(2));
    QCOMPARE(bench.lastStatus(), EntryStatus::Expired);
    QCOMPARE(bench.hub.log()->users(), std::size_t(0));
    QCOMPARE(bench.wheel.size(), std::size_t(0));       // an empty log wakes nobody
    FakeEndpoint alice;
    bench.connect("alice", alice);
    QVERIFY(alice.payloads.isEmpty());
}

void TestHubKeeping::postedRepliesComeFromAStream()
{
    HubBench bench(with(0, 0, DuplicatePolicy::Allow));
    const auto reply = [&](const char *user, const QByteArray &text) { return bench.hub.receivedFrom(user, text, 0); };
    FakeEndpoint socket;
    bench.connect("alice", socket);
    FakeStream stream;
    bench.open(bodyFor("alice", "c1"), stream);
    const QByteArray answer = R"({"user_id":"alice","correlation_id":"c1"})";
    QCOMPARE(reply("alice", answer), Hub::ReplyFate::NoStream);
    FakeEndpoint page;
    page.wants.eventStream = true;
    const SessionId session = bench.connect("alice", page);
    FakeEndpoint other;
    other.wants.eventStream = true;
    bench.connect("bob", other);
    QCOMPARE(reply("alice", answer), Hub::ReplyFate::Forwarded);
    QCOMPARE(stream.events.last(), answer);
    QCOMPARE(bench.hub.sessions().find(session)->messagesIn, quint64(1));
    QCOMPARE(reply("bob", answer), Hub::ReplyFate::Refused);
    QCOMPARE(reply("alice", R"({"correlation_id":"c1","is_final":true})"), Hub::ReplyFate::Forwarded);
    QCOMPARE(reply("alice", answer), Hub::ReplyFate::Late);
    QCOMPARE(reply("alice", R"({"correlation_id":"c9"})"), Hub::ReplyFate::Orphan);
    QCOMPARE(reply("alice", "{}"), Hub::ReplyFate::NoId);
    QCOMPARE(reply("alice", "{"), Hub::ReplyFate::Malformed);
}

void TestHubKeeping::forgetsUsersWithoutAnything()
{
    HubBench bench(with(0, 5));
    for (int i = 0; i < 100; ++i) {
        FakeEndpoint endpoint;
        endpoint.wants.sequence = true;
        const QByteArray user = "user" + QByteArray::number(i);
        const SessionId session = bench.connect(user, endpoint);
        bench.push(bodyFor(user));
        bench.hub.closed(session);
    }
    QCOMPARE(bench.hub.log()->users(), std::size_t(0));
}

QTEST_APPLESS_MAIN(TestHubKeeping)
#include "tst_hub_keeping.moc"
