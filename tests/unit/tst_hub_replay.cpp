// SPDX-License-Identifier: GPL-3.0-or-later
#include "KeptMessages.h"

#include <QTest>

using namespace trunkline;
using namespace std::chrono_literals;

/// What users get who come back with the number of the last message they had, and how they hear of what is gone.
class TestHubReplay : public QObject
{
    Q_OBJECT

private Q_SLOTS:
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
};

void TestHubReplay::replaysBehindTheLastEventId()
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

void TestHubReplay::replaysQueueAndHistoryOnce()
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

void TestHubReplay::tellsAGapBeforeWhatIsLeft()
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

void TestHubReplay::tellsAGapWhereItIs()
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

void TestHubReplay::tellsAGapForAnUnknownId()
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

void TestHubReplay::tellsAGapWhenItOpensDuringCatchUp()
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

void TestHubReplay::tellsAGapWithoutAHistory()
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

void TestHubReplay::zeroMeansFromTheOldest()
{
    HubBench bench(with(2, 0));
    pushAll(bench, 1, 5);
    FakeEndpoint alice;
    alice.wants = {.sequence = true, .eventStream = true, .after = 0};
    bench.connect("alice", alice);
    QCOMPARE(numbersOf(alice), range(4, 5));
    QCOMPARE(bench.hub.metrics().gaps, quint64(0));
}

void TestHubReplay::requestsAreNumberedAndKept()
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

void TestHubReplay::replayRacesAReply()
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

void TestHubReplay::survivesAReaderThatEndsInTheMiddle()
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

void TestHubReplay::catchesUpOnlyTheNewSession()
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

QTEST_APPLESS_MAIN(TestHubReplay)
#include "tst_hub_replay.moc"
