// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/HubBench.h"

#include <QTest>

using namespace trunkline;
using namespace std::chrono_literals;

namespace {

Settings with(int history, int queue, DuplicatePolicy policy = DuplicatePolicy::Reject)
{
    Settings settings;
    settings.historySize = history;
    settings.offlineQueue = queue;
    settings.duplicatePolicy = policy;
    return settings;
}

QByteArray numbered(int n) { return bodyFor("alice", {}, R"("n":)" + QByteArray::number(n)); }

/// The `n` of each message that came.
std::vector<int> numbersOf(const FakeEndpoint &endpoint)
{
    std::vector<int> numbers;
    for (const QByteArray &payload : endpoint.payloads) {
        if (payload.startsWith(R"({"n":)"))
            numbers.push_back(payload.mid(5, payload.indexOf(',') - 5).toInt());
    }
    return numbers;
}

std::vector<int> range(int first, int last)
{
    std::vector<int> numbers;
    for (int n = first; n <= last; ++n)
        numbers.push_back(n);
    return numbers;
}

void pushAll(HubBench &bench, int first, int last)
{
    for (int n = first; n <= last; ++n)
        bench.push(numbered(n));
}

} // namespace

/// What is kept for users who are away or come back: plain messages in and out, without a socket.
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
    void replaysBehindTheLastEventId();
    void replaysQueueAndHistoryOnce();
    void tellsAGapBeforeWhatIsLeft();
    void tellsAGapWhereItIs();
    void tellsAGapForAnUnknownId();
    void tellsAGapWhenItOpensDuringCatchUp();
    void tellsAGapWithoutAHistory();
    void zeroMeansFromTheOldest();
    void requestsAreNumberedAndKept();
    void replayRacesAReply();
    void survivesAReaderThatEndsInTheMiddle();
    void catchesUpOnlyTheNewSession();
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

void TestHubKeeping::replaysBehindTheLastEventId()
{
    HubBench bench(with(100, 0));
    FakeEndpoint first;
    first.wants.eventStream = true;
    const SessionId session = bench.connect("alice", first);
    pushAll(bench, 1, 5);
    bench.hub.closed(session);
    QVERIFY(!bench.push(numbered(6)).delivered());      // not promised, and still in the history
    FakeEndpoint second;
    second.wants = {.sequence = true, .eventStream = false, .after = first.sequences.at(2)};
    bench.connect("alice", second);
    QCOMPARE(numbersOf(second), range(4, 6));
    QVERIFY(bench.push(numbered(7)).delivered());
    QCOMPARE(numbersOf(second), range(4, 7));
    QCOMPARE(second.sequences.back(), first.sequences.front() + 6);
    QCOMPARE(bench.hub.metrics().gaps, quint64(0));
}

void TestHubKeeping::replaysQueueAndHistoryOnce()
{
    HubBench bench(with(3, 10));
    FakeEndpoint first;
    first.wants.eventStream = true;
    const SessionId session = bench.connect("alice", first);
    pushAll(bench, 1, 4);
    bench.hub.closed(session);
    pushAll(bench, 5, 9);
    FakeEndpoint second;
    second.wants = {.sequence = true, .eventStream = true, .after = first.sequences.at(3)};
    bench.connect("alice", second);
    QCOMPARE(numbersOf(second), range(5, 9));       // 5 and 6 from the queue, the rest from both
    QCOMPARE(bench.hub.metrics().gaps, quint64(0));
    QCOMPARE(bench.hub.log()->queue().messages, 0);
}

void TestHubKeeping::tellsAGapBeforeWhatIsLeft()
{
    HubBench bench(with(3, 0));
    FakeEndpoint first;
    first.wants.eventStream = true;
    const SessionId session = bench.connect("alice", first);
    pushAll(bench, 1, 2);
    bench.hub.closed(session);
    pushAll(bench, 3, 7);
    FakeEndpoint second;
    second.wants = {.sequence = true, .eventStream = true, .after = first.sequences.at(1)};
    bench.connect("alice", second);
    QCOMPARE(second.eventNames.front(), QByteArray("gap"));
    const quint64 seen = first.sequences.at(1);
    QCOMPARE(second.payloads.front(), R"({"type":"gap","user_id":"alice","after":)" + QByteArray::number(seen) + R"(,"next":)"
                                          + QByteArray::number(seen + 3) + R"(,"reason":"expired"})");
    QCOMPARE(second.sequences.front(), seen + 2);       // whoever resumes from here misses nothing more
    QCOMPARE(numbersOf(second), range(5, 7));
    QCOMPARE(bench.hub.metrics().gaps, quint64(1));
}

void TestHubKeeping::tellsAGapWhereItIs()
{
    HubBench bench(with(2, 2));
    FakeEndpoint first;
    first.wants.eventStream = true;
    const SessionId session = bench.connect("alice", first);
    bench.push(numbered(0));
    bench.hub.closed(session);
    pushAll(bench, 1, 7);               // 1 and 2 wait, 6 and 7 are the history
    FakeEndpoint second;
    second.wants = {.sequence = true, .eventStream = true, .after = first.sequences.front()};
    bench.connect("alice", second);
    QCOMPARE(numbersOf(second), (std::vector<int>{1, 2, 6, 7}));
    QCOMPARE(second.eventNames, (QByteArrayList{"", "", "gap", "", ""}));
    const quint64 seen = first.sequences.front();
    QCOMPARE(second.sequences, (std::vector<quint64>{seen + 1, seen + 2, seen + 5, seen + 6, seen + 7}));
}

void TestHubKeeping::tellsAGapForAnUnknownId()
{
    HubBench bench(with(10, 0));
    pushAll(bench, 1, 2);
    FakeEndpoint alice;
    alice.wants = {.sequence = true, .eventStream = true, .after = ClientWishes::kUnknownPlace};
    bench.connect("alice", alice);
    QVERIFY(alice.payloads.front().endsWith(R"("reason":"unknown"})"));
    QCOMPARE(numbersOf(alice), range(1, 2));
    QCOMPARE(alice.payloads.size(), 3);
    FakeEndpoint old;
    old.wants = {.sequence = true, .eventStream = true, .after = 17};       // of a hub that ran before
    bench.connect("bob", old);
    QCOMPARE(old.eventNames, QByteArrayList{"gap"});
}

void TestHubKeeping::tellsAGapWhenItOpensDuringCatchUp()
{
    Settings settings = with(20, 0);
    HubBench bench(settings);
    const QByteArray padding(30'000, 'x');
    const auto push = [&](int n) { bench.push(bodyFor("alice", {}, R"("n":)" + QByteArray::number(n) + R"(,"x":")" + padding + '"')); };
    for (int n = 1; n <= 20; ++n)
        push(n);
    FakeEndpoint alice;
    alice.slow = true;
    alice.wants = {.sequence = true, .eventStream = true, .after = 0};
    bench.connect("alice", alice);
    const int taken = int(numbersOf(alice).size());
    QVERIFY(taken < 20);
    for (int n = 21; n <= 40; ++n)
        push(n);                                // all that it had not read is gone
    while (alice.onDrained)
        alice.drain();
    std::vector<int> expected = range(1, taken);
    for (const int n : range(21, 40))
        expected.push_back(n);
    QCOMPARE(numbersOf(alice), expected);
    QCOMPARE(alice.eventNames.count("gap"), 1);
    QCOMPARE(alice.eventNames.at(taken), QByteArray("gap"));
}

void TestHubKeeping::tellsAGapWithoutAHistory()
{
    HubBench bench;
    FakeEndpoint first;
    first.wants.eventStream = true;
    const SessionId session = bench.connect("alice", first);
    pushAll(bench, 1, 2);
    bench.hub.closed(session);
    bench.push(numbered(3));
    FakeEndpoint second;
    second.wants = {.sequence = false, .eventStream = true, .after = first.sequences.back()};
    bench.connect("alice", second);
    QCOMPARE(second.eventNames, QByteArrayList{"gap"});
    QVERIFY(bench.push(numbered(4)).delivered());
    QVERIFY(second.sequences.back() > first.sequences.back());
}

void TestHubKeeping::zeroMeansFromTheOldest()
{
    HubBench bench(with(2, 0));
    pushAll(bench, 1, 5);
    FakeEndpoint alice;
    alice.wants = {.sequence = true, .eventStream = true, .after = 0};
    bench.connect("alice", alice);
    QCOMPARE(numbersOf(alice), range(4, 5));
    QCOMPARE(bench.hub.metrics().gaps, quint64(0));
}

void TestHubKeeping::requestsAreNumberedAndKept()
{
    HubBench bench(with(10, 10));
    FakeEndpoint alice;
    alice.wants.eventStream = true;
    const SessionId session = bench.connect("alice", alice);
    FakeStream stream;
    QCOMPARE(bench.open(bodyFor("alice", "c1"), stream), Hub::Opening::Streaming);
    QVERIFY(alice.sequences.front() > 0);
    FakeEndpoint again;
    again.wants = {.sequence = true, .eventStream = true, .after = alice.greetings.front()};
    bench.hub.closed(session);
    QCOMPARE(stream.events.last(), errorOf("User disconnected", "c1"));
    bench.connect("alice", again);
    QVERIFY(again.payloads.front().contains("c1"));
    FakeStream absent;
    QCOMPARE(bench.open(bodyFor("bob", "c2"), absent), Hub::Opening::Ended);    // nobody waits for an answer from a queue
    QCOMPARE(bench.hub.log()->queue().messages, 0);
}

void TestHubKeeping::replayRacesAReply()
{
    HubBench bench(with(10, 0));
    FakeEndpoint alice;
    alice.wants.eventStream = true;
    SessionId session = bench.connect("alice", alice);
    alice.onDeliver = [&](const QByteArray &) { bench.reply(session, R"({"correlation_id":"c1","is_final":true})"); };
    FakeStream stream;
    QCOMPARE(bench.open(bodyFor("alice", "c1"), stream), Hub::Opening::Ended);
    QCOMPARE(bench.hub.metrics().requestsFinished, quint64(1));
}

void TestHubKeeping::survivesAReaderThatEndsInTheMiddle()
{
    HubBench bench(with(10, 10));
    pushAll(bench, 1, 5);
    FakeEndpoint alice;
    alice.acknowledges = false;
    alice.onDeliver = [&](const QByteArray &) {
        if (alice.payloads.size() == 2)
            bench.hub.closed(bench.hub.sessions().sessionsOf("alice").front());
    };
    bench.connect("alice", alice);
    QCOMPARE(numbersOf(alice), range(1, 2));
    FakeEndpoint again;
    bench.connect("alice", again);
    QCOMPARE(numbersOf(again), range(1, 5));
}

void TestHubKeeping::catchesUpOnlyTheNewSession()
{
    HubBench bench(with(10, 10, DuplicatePolicy::Allow));
    FakeEndpoint first;
    first.wants.eventStream = true;
    bench.connect("alice", first);
    pushAll(bench, 1, 3);
    FakeEndpoint second;
    second.wants = {.sequence = true, .eventStream = true, .after = first.sequences.front()};
    bench.connect("alice", second);
    QCOMPARE(numbersOf(first), range(1, 3));
    QCOMPARE(numbersOf(second), range(2, 3));
    QCOMPARE(bench.push(numbered(4)).sessions, 2);
    QCOMPARE(first.sequences.back(), second.sequences.back());
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
