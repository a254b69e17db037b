// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/HubBench.h"

#include <QTest>

using namespace trunkline;
using namespace std::chrono_literals;

/// Each request ends once: by a reply, in time, or because somebody left.
class TestHubRequests : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsRequestsOpenWhenAConnectionIsReplaced();
    void ignoresRepliesFromAReplacedConnection();
    void streamsRepliesUntilTheFinalOne();
    void endsOnAFinalResponseWithTheFlagOnce();
    void findsTheIdInsideData();
    void makesAnIdWhenNoneIsGiven();
    void endsAtOnceWhenTheTargetIsNotConnected();
    void endsWhenTheTargetsQueueIsFull();
    void timesOutAndLaterRepliesAreLate();
    void restartsTheTimeoutWithEachReply();
    void timesOutEachRequestAtItsOwnTime();
    void settlesOnceWhenReplyRacesTimeout();
    void endsWhenTheTargetDisconnects();
    void waitsForTheLastSessionOfTheTarget();
    void refusesAnIdThatIsOpen();
    void refusesOnePastTheLimitOfOpenRequests();
    void takesTheIdAgainAfterItEnded();
    void cancelsWhenTheUpstreamHangsUp();
    void countsOrphans();
    void refusesRepliesOfAnotherUser();
    void letsThePublicAccountReply();
    void acceptsRepliesFromEachSessionOfTheTarget();
    void forwardsRepliesAsOneLine();
};

void TestHubRequests::keepsRequestsOpenWhenAConnectionIsReplaced()
{
    HubBench bench(withPolicy(DuplicatePolicy::Replace));
    FakeEndpoint first;
    FakeEndpoint second;
    FakeStream stream;
    const SessionId old = bench.connect("alice", first);
    QCOMPARE(bench.open(bodyFor("alice", "c"), stream), Hub::Opening::Streaming);
    const SessionId fresh = bench.connect("alice", second);
    bench.hub.closed(old);
    QCOMPARE(stream.ends, 0);
    bench.reply(fresh, R"({"correlation_id":"c","is_final":true})");
    QCOMPARE(stream.ends, 1);
}

void TestHubRequests::ignoresRepliesFromAReplacedConnection()
{
    HubBench bench(withPolicy(DuplicatePolicy::Replace));
    FakeEndpoint first;
    FakeEndpoint second;
    FakeStream stream;
    const SessionId old = bench.connect("alice", first);
    bench.open(bodyFor("alice", "c"), stream);
    bench.connect("alice", second);
    bench.reply(old, R"({"correlation_id":"c","is_final":true})");
    QCOMPARE(stream.ends, 0);
    QVERIFY(stream.events.isEmpty());
}

void TestHubRequests::streamsRepliesUntilTheFinalOne()
{
    HubBench bench;
    FakeEndpoint alice;
    FakeStream stream;
    const SessionId id = bench.connect("alice", alice);
    QCOMPARE(bench.open(bodyFor("alice", "c"), stream), Hub::Opening::Streaming);
    QCOMPARE(alice.payloads.size(), 1);
    bench.reply(id, R"({"correlation_id":"c","n":1.50})");
    bench.reply(id, R"({"correlation_id":"c","n":2,"is_final":false})");
    QCOMPARE(stream.ends, 0);
    bench.reply(id, R"({"correlation_id":"c","n":3,"is_final":true})");
    QCOMPARE(stream.events, (QByteArrayList{R"({"correlation_id":"c","n":1.50})", R"({"correlation_id":"c","n":2,"is_final":false})",
                                            R"({"correlation_id":"c","n":3,"is_final":true})"}));
    QCOMPARE(stream.ends, 1);
    bench.reply(id, R"({"correlation_id":"c"})");
    QCOMPARE(bench.lastStatus(), EntryStatus::Late);
    QCOMPARE(bench.hub.metrics().repliesLate, quint64(1));
    QCOMPARE(bench.hub.metrics().replies, quint64(3));
    QCOMPARE(bench.hub.metrics().requestsFinished, quint64(1));
    QCOMPARE(stream.callsAfterEnd, 0);
    QCOMPARE(bench.hub.correlations().size(), std::size_t(0));
}

void TestHubRequests::endsOnAFinalResponseWithTheFlagOnce()
{
    HubBench bench;
    FakeEndpoint alice;
    FakeStream stream;
    const SessionId id = bench.connect("alice", alice);
    bench.open(bodyFor("alice", "c"), stream);
    bench.reply(id, R"({"type":"final_response","correlation_id":"c"})");
    QCOMPARE(stream.events, QByteArrayList{R"({"type":"final_response","correlation_id":"c","is_final":true})"});
    QCOMPARE(stream.ends, 1);
}

void TestHubRequests::findsTheIdInsideData()
{
    HubBench bench;
    FakeEndpoint alice;
    FakeStream stream;
    const SessionId id = bench.connect("alice", alice);
    bench.open(bodyFor("alice", "c"), stream);
    bench.reply(id, R"({"data":{"correlation_id":"c","is_final":true}})");
    QCOMPARE(stream.events.size(), 1);
    QCOMPARE(stream.ends, 1);
}

void TestHubRequests::makesAnIdWhenNoneIsGiven()
{
    HubBench bench;
    FakeEndpoint alice;
    FakeStream stream;
    const SessionId id = bench.connect("alice", alice);
    QCOMPARE(bench.open(bodyFor("alice"), stream), Hub::Opening::Streaming);
    JsonReader reader;
    const QByteArray token = reader.read(alice.payloads.front())->find("correlation_id")->value.raw.toByteArray();
    QCOMPARE(token.size(), 38);
    bench.reply(id, R"({"is_final":true,"correlation_id":)" + token + "}");
    QCOMPARE(stream.ends, 1);
    FakeStream nobody;
    QCOMPARE(bench.open(bodyFor("bob"), nobody), Hub::Opening::Ended);
    QCOMPARE(nobody.events.front().size(), errorOf("User not connected", QByteArray(36, 'x')).size());
}

void TestHubRequests::endsAtOnceWhenTheTargetIsNotConnected()
{
    HubBench bench;
    FakeStream stream;
    QCOMPARE(bench.open(bodyFor("alice", "c"), stream), Hub::Opening::Ended);
    QCOMPARE(stream.events, QByteArrayList{errorOf("User not connected", "c")});
    QCOMPARE(stream.ends, 1);
    QCOMPARE(bench.hub.metrics().requestsNotConnected, quint64(1));
    bench.turn(60s);
    QCOMPARE(stream.events.size(), 1);
    QCOMPARE(bench.hub.metrics().requestsTimedOut, quint64(0));
}

void TestHubRequests::endsWhenTheTargetsQueueIsFull()
{
    HubBench bench;
    FakeEndpoint alice;
    FakeStream stream;
    alice.accepts = false;
    bench.connect("alice", alice);
    QCOMPARE(bench.open(bodyFor("alice", "c"), stream), Hub::Opening::Ended);
    QCOMPARE(stream.events, QByteArrayList{errorOf("User not connected", "c")});
    QCOMPARE(stream.ends, 1);
    QCOMPARE(bench.hub.correlations().size(), std::size_t(0));
}

void TestHubRequests::timesOutAndLaterRepliesAreLate()
{
    HubBench bench;
    FakeEndpoint alice;
    FakeStream stream;
    const SessionId id = bench.connect("alice", alice);
    bench.open(bodyFor("alice", "c"), stream);
    bench.turn(30s - 20ms);
    QCOMPARE(stream.ends, 0);
    bench.turn(40ms);
    QCOMPARE(stream.events, QByteArrayList{errorOf("Timeout waiting for response", "c")});
    QCOMPARE(stream.ends, 1);
    QCOMPARE(bench.hub.metrics().requestsTimedOut, quint64(1));
    bench.reply(id, R"({"correlation_id":"c"})");
    QCOMPARE(bench.lastStatus(), EntryStatus::Late);
    QCOMPARE(stream.events.size(), 1);
}

void TestHubRequests::restartsTheTimeoutWithEachReply()
{
    HubBench bench;
    FakeEndpoint alice;
    FakeStream stream;
    const SessionId id = bench.connect("alice", alice);
    bench.open(bodyFor("alice", "c"), stream);
    for (int i = 0; i < 5; ++i) {
        bench.turn(29s);
        bench.reply(id, R"({"correlation_id":"c"})");
    }
    QCOMPARE(stream.ends, 0);
    QCOMPARE(stream.events.size(), 5);
    bench.turn(30s - 20ms);
    QCOMPARE(stream.ends, 0);
    bench.turn(40ms);
    QCOMPARE(stream.ends, 1);
}

void TestHubRequests::timesOutEachRequestAtItsOwnTime()
{
    HubBench bench;
    FakeEndpoint alice;
    bench.connect("alice", alice);
    std::vector<FakeStream> streams(10);
    for (int i = 0; i < 10; ++i) {
        bench.open(bodyFor("alice", QByteArray::number(i)), streams[std::size_t(i)]);
        bench.turn(1s);
    }
    bench.turn(20s - 20ms);
    for (int i = 0; i < 10; ++i) {
        QCOMPARE(streams[std::size_t(i)].ends, 0);
        bench.turn(i == 0 ? 40ms : 1000ms);
        QCOMPARE(streams[std::size_t(i)].ends, 1);
    }
    QVERIFY(bench.wheel.size() == 0);
}

void TestHubRequests::settlesOnceWhenReplyRacesTimeout()
{
    HubBench bench;
    FakeEndpoint alice;
    FakeStream replied;
    FakeStream expired;
    const SessionId id = bench.connect("alice", alice);
    bench.open(bodyFor("alice", "replied"), replied);
    bench.open(bodyFor("alice", "expired"), expired);
    bench.clock.advance(31s);       // both are due, the wheel has not looked yet
    bench.reply(id, R"({"correlation_id":"replied","is_final":true})");
    bench.wheel.advance();
    bench.reply(id, R"({"correlation_id":"expired","is_final":true})");
    QCOMPARE(replied.events, QByteArrayList{R"({"correlation_id":"replied","is_final":true})"});
    QCOMPARE(expired.events, QByteArrayList{errorOf("Timeout waiting for response", "expired")});
    QCOMPARE(replied.ends + expired.ends, 2);
    QCOMPARE(replied.callsAfterEnd + expired.callsAfterEnd, 0);
    const Metrics &metrics = bench.hub.metrics();
    QCOMPARE(metrics.requestsFinished + metrics.requestsTimedOut, metrics.requests);
}

void TestHubRequests::endsWhenTheTargetDisconnects()
{
    HubBench bench;
    FakeEndpoint alice;
    FakeEndpoint bob;
    FakeStream one;
    FakeStream two;
    FakeStream other;
    const SessionId id = bench.connect("alice", alice);
    bench.connect("bob", bob);
    bench.open(bodyFor("alice", "1"), one);
    bench.open(bodyFor("alice", "2"), two);
    bench.open(bodyFor("bob", "3"), other);
    bench.hub.closed(id);
    QCOMPARE(one.events, QByteArrayList{errorOf("User disconnected", "1")});
    QCOMPARE(two.events, QByteArrayList{errorOf("User disconnected", "2")});
    QCOMPARE(one.ends + two.ends, 2);
    QCOMPARE(other.ends, 0);
    QCOMPARE(bench.hub.metrics().requestsDisconnected, quint64(2));
    bench.hub.closed(id);
    QCOMPARE(one.callsAfterEnd, 0);
}

void TestHubRequests::waitsForTheLastSessionOfTheTarget()
{
    HubBench bench(withPolicy(DuplicatePolicy::Allow));
    FakeEndpoint first;
    FakeEndpoint second;
    FakeStream stream;
    const SessionId a = bench.connect("alice", first);
    const SessionId b = bench.connect("alice", second);
    bench.open(bodyFor("alice", "c"), stream);
    bench.hub.closed(a);
    QCOMPARE(stream.ends, 0);
    bench.hub.closed(b);
    QCOMPARE(stream.events, QByteArrayList{errorOf("User disconnected", "c")});
}

void TestHubRequests::refusesAnIdThatIsOpen()
{
    HubBench bench;
    FakeEndpoint alice;
    FakeStream first;
    FakeStream second;
    const SessionId id = bench.connect("alice", alice);
    bench.open(bodyFor("alice", "c"), first);
    QCOMPARE(bench.hub.admission(*ParsedMessage(bodyFor("alice", "c"))), Hub::Opening::Conflict);
    QCOMPARE(bench.hub.admission(*ParsedMessage(bodyFor("alice", "d"))), Hub::Opening::Streaming);
    QCOMPARE(bench.open(bodyFor("bob", "c"), second), Hub::Opening::Conflict);
    QCOMPARE(second.ends + int(second.events.size()), 0);
    QCOMPARE(alice.payloads.size(), 1);
    QCOMPARE(bench.hub.metrics().requestsConflicted, quint64(1));
    bench.reply(id, R"({"correlation_id":"c","is_final":true})");
    QCOMPARE(first.events.size(), 1);
}

void TestHubRequests::refusesOnePastTheLimitOfOpenRequests()
{
    Settings settings;
    settings.maxOpenCorrelations = 2;
    HubBench bench(settings);
    FakeEndpoint alice;
    std::vector<FakeStream> streams(4);
    const SessionId id = bench.connect("alice", alice);
    QCOMPARE(bench.open(bodyFor("alice", "0"), streams[0]), Hub::Opening::Streaming);
    QCOMPARE(bench.open(bodyFor("alice", "1"), streams[1]), Hub::Opening::Streaming);
    QCOMPARE(bench.open(bodyFor("alice", "2"), streams[2]), Hub::Opening::Full);
    QCOMPARE(bench.hub.metrics().requestsConflicted, quint64(0));
    QCOMPARE(streams[2].ends, 0);
    bench.reply(id, R"({"correlation_id":"0","is_final":true})");
    QCOMPARE(bench.open(bodyFor("alice", "3"), streams[3]), Hub::Opening::Streaming);
}

void TestHubRequests::takesTheIdAgainAfterItEnded()
{
    HubBench bench;
    FakeEndpoint alice;
    FakeStream first;
    FakeStream second;
    const SessionId id = bench.connect("alice", alice);
    bench.open(bodyFor("alice", "c"), first);
    bench.reply(id, R"({"correlation_id":"c","is_final":true})");
    QCOMPARE(bench.open(bodyFor("alice", "c"), second), Hub::Opening::Streaming);
    bench.reply(id, R"({"correlation_id":"c","n":2})");
    QCOMPARE(first.events.size(), 1);
    QCOMPARE(second.events.size(), 1);
}

void TestHubRequests::cancelsWhenTheUpstreamHangsUp()
{
    HubBench bench;
    FakeEndpoint alice;
    FakeStream stream;
    StreamId streamId;
    const SessionId id = bench.connect("alice", alice);
    bench.open(bodyFor("alice", "c"), stream, &streamId);
    bench.hub.cancel(streamId);
    bench.hub.cancel(streamId);
    QCOMPARE(bench.hub.correlations().size(), std::size_t(0));
    QCOMPARE(bench.hub.metrics().requestsCancelled, quint64(1));
    QCOMPARE(bench.lastStatus(), EntryStatus::Cancelled);
    bench.reply(id, R"({"correlation_id":"c","is_final":true})");
    QCOMPARE(bench.lastStatus(), EntryStatus::Late);
    bench.hub.closed(id);
    bench.turn(60s);
    QCOMPARE(stream.ends + int(stream.events.size()), 0);
}

void TestHubRequests::countsOrphans()
{
    HubBench bench;
    FakeEndpoint alice;
    bench.reply(bench.connect("alice", alice), R"({"correlation_id":"never"})");
    QCOMPARE(bench.hub.metrics().repliesOrphan, quint64(1));
    QCOMPARE(bench.lastStatus(), EntryStatus::Orphan);
    QCOMPARE(bench.journal().back().correlation, QByteArray("never"));
}

void TestHubRequests::refusesRepliesOfAnotherUser()
{
    HubBench bench;
    FakeEndpoint alice;
    FakeEndpoint mallory;
    FakeStream stream;
    const SessionId id = bench.connect("alice", alice);
    const SessionId other = bench.connect("mallory", mallory);
    bench.open(bodyFor("alice", "c"), stream);
    bench.reply(other, R"({"correlation_id":"c","is_final":true})");
    QVERIFY(stream.events.isEmpty());
    QCOMPARE(stream.ends, 0);
    QCOMPARE(bench.lastStatus(), EntryStatus::Refused);
    QCOMPARE(bench.hub.metrics().repliesRefused, quint64(1));
    bench.turn(29s);
    bench.reply(other, R"({"correlation_id":"c"})");       // does not restart the clock either
    bench.turn(2s);
    QCOMPARE(stream.ends, 1);
    bench.reply(id, R"({"correlation_id":"c"})");
    QCOMPARE(bench.lastStatus(), EntryStatus::Late);
}

void TestHubRequests::letsThePublicAccountReply()
{
    HubBench bench;
    FakeEndpoint alice;
    FakeEndpoint bot;
    FakeStream stream;
    const SessionId aliceId = bench.connect("alice", alice);
    const SessionId botId = bench.connect("ci_bot", bot);
    bench.open(bodyFor("alice", "c", R"("message":"@ci_bot go")"), stream);
    bench.reply(aliceId, R"({"correlation_id":"c"})");
    QCOMPARE(bench.lastStatus(), EntryStatus::Refused);
    bench.reply(botId, R"({"correlation_id":"c","is_final":true})");
    QCOMPARE(stream.ends, 1);
}

void TestHubRequests::acceptsRepliesFromEachSessionOfTheTarget()
{
    HubBench bench(withPolicy(DuplicatePolicy::Allow));
    FakeEndpoint first;
    FakeEndpoint second;
    FakeStream stream;
    const SessionId a = bench.connect("alice", first);
    const SessionId b = bench.connect("alice", second);
    bench.open(bodyFor("alice", "c"), stream);
    bench.reply(a, R"({"correlation_id":"c","n":1})");
    bench.reply(b, R"({"correlation_id":"c","n":2,"is_final":true})");
    bench.reply(a, R"({"correlation_id":"c","n":3,"is_final":true})");
    QCOMPARE(stream.events.size(), 2);
    QCOMPARE(stream.ends, 1);
    QCOMPARE(bench.hub.metrics().repliesLate, quint64(1));
}

void TestHubRequests::forwardsRepliesAsOneLine()
{
    HubBench bench;
    FakeEndpoint alice;
    FakeStream stream;
    const SessionId id = bench.connect("alice", alice);
    bench.open(bodyFor("alice", "c"), stream);
    bench.reply(id, "{\r\n\"correlation_id\":\"c\",\n\n\"data: x\":1}\n");
    QCOMPARE(stream.events, QByteArrayList{R"({"correlation_id":"c","data: x":1})"});
}

QTEST_APPLESS_MAIN(TestHubRequests)
#include "tst_hub_requests.moc"
