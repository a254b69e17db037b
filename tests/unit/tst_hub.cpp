// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/Hub.h"
#include "support/FakeClock.h"
#include "support/FakeEndpoint.h"
#include "support/FakeStream.h"
#include "support/ParsedMessage.h"

#include <QTest>

using namespace trunkline;
using namespace std::chrono_literals;

namespace {

QByteArray bodyFor(const QByteArray &user, const QByteArray &id = {}, const QByteArray &members = {})
{
    QByteArray data = members;
    if (!id.isEmpty())
        data += (data.isEmpty() ? "" : ",") + QByteArray(R"("correlation_id":)") + encodeJsonString(id);
    return R"({"user_id":")" + user + R"(","data":{)" + data + "}}";
}

QByteArray errorOf(const char *text, const QByteArray &id)
{
    return QByteArray(R"({"error": ")") + text + R"(", "correlation_id": ")" + id + "\"}";
}

/// A hub with its clock, without a socket.
class Bench
{
public:
    explicit Bench(Settings settings = {}) : wheel(clock), hub(settings, clock, wheel) { }

    SessionId connect(const QByteArray &user, FakeEndpoint &endpoint) { return hub.opened(user, endpoint, "127.0.0.1:1"); }
    Hub::Delivery push(const QByteArray &body) { return hub.push(*ParsedMessage(body)); }
    Hub::Opening open(const QByteArray &body, FakeStream &stream, StreamId *id = nullptr)
    {
        const StreamId fresh = hub.nextStreamId();
        if (id)
            *id = fresh;
        return hub.open(*ParsedMessage(body), fresh, stream);
    }
    void reply(SessionId session, const QByteArray &text) { hub.received(session, text, 0); }
    void turn(Clock::Duration by)
    {
        for (; by > 0us; by -= 20ms) {
            clock.advance(std::min<Clock::Duration>(by, 20ms));
            wheel.advance();
        }
    }
    [[nodiscard]] std::vector<JournalEntry> journal() const { return hub.journal().after(0, 1000).entries; }
    [[nodiscard]] EntryStatus lastStatus() const { return journal().back().status; }

    FakeClock clock;
    TimerWheel wheel;
    Hub hub;
};

Settings withPolicy(DuplicatePolicy policy)
{
    Settings settings;
    settings.duplicatePolicy = policy;
    return settings;
}

} // namespace

/// The switchboard: who gets what, and each request ends once.
class TestHub : public QObject
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
    void keepsRequestsOpenWhenAConnectionIsReplaced();
    void ignoresRepliesFromAReplacedConnection();
    void deliversToAllSessionsWhenAllowed();
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
    void notesTextWithoutAnId();
    void notesMalformedText();
    void ignoresTextOfAnUnknownSession();
    void forwardsRepliesAsOneLine();
    void endsEverythingOnShutdown();
    void refusesNewWorkWhileStopping();
    void survivesSessionClosedInsideFanOut();
    void survivesOtherSessionClosedInsideFanOut();
    void survivesSessionClosedInsideOpen();
    void takesAReplyFromInsideDeliver();
    void survivesStreamCancelledInsideEvent_data();
    void survivesStreamCancelledInsideEvent();
    void survivesSessionClosedInsideClose();
    void journalsBothDirections();
};

void TestHub::deliversAPushToItsUser()
{
    Bench bench;
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

void TestHub::saysWhenNobodyIsConnected()
{
    Bench bench;
    QVERIFY(!bench.push(bodyFor("alice")).delivered());
    QCOMPARE(bench.hub.metrics().pushesNotConnected, quint64(1));
    QCOMPARE(bench.lastStatus(), EntryStatus::NotConnected);
    FakeEndpoint alice;
    bench.hub.closed(bench.connect("alice", alice));
    QVERIFY(!bench.push(bodyFor("alice")).delivered());
    QVERIFY(alice.payloads.isEmpty());
}

void TestHub::countsAFullQueueAsNotDelivered()
{
    Bench bench;
    FakeEndpoint alice;
    alice.accepts = false;
    bench.connect("alice", alice);
    QVERIFY(!bench.push(bodyFor("alice")).delivered());
    QCOMPARE(bench.hub.metrics().messagesOverflowed, quint64(1));
    QCOMPARE(bench.hub.metrics().messagesDelivered, quint64(0));
}

void TestHub::routesMentionsToPublicAccounts()
{
    Settings settings;
    settings.publicAccounts = {"helpdesk"};
    Bench bench(settings);
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

void TestHub::keepsTheOrderOfPushes()
{
    Bench bench;
    FakeEndpoint alice;
    bench.connect("alice", alice);
    for (int i = 0; i < 20; ++i)
        QVERIFY(bench.push(bodyFor("alice", QByteArray::number(i))).delivered());
    for (int i = 0; i < 20; ++i) {
        const QByteArray id = R"("correlation_id":")" + QByteArray::number(i) + '"';
        QVERIFY(alice.payloads.at(i).contains(id));
    }
}

void TestHub::rejectsASecondConnection()
{
    Bench bench;
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

void TestHub::replacesTheOldConnection()
{
    Bench bench(withPolicy(DuplicatePolicy::Replace));
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

void TestHub::keepsRequestsOpenWhenAConnectionIsReplaced()
{
    Bench bench(withPolicy(DuplicatePolicy::Replace));
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

void TestHub::ignoresRepliesFromAReplacedConnection()
{
    Bench bench(withPolicy(DuplicatePolicy::Replace));
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

void TestHub::deliversToAllSessionsWhenAllowed()
{
    Bench bench(withPolicy(DuplicatePolicy::Allow));
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

void TestHub::streamsRepliesUntilTheFinalOne()
{
    Bench bench;
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

void TestHub::endsOnAFinalResponseWithTheFlagOnce()
{
    Bench bench;
    FakeEndpoint alice;
    FakeStream stream;
    const SessionId id = bench.connect("alice", alice);
    bench.open(bodyFor("alice", "c"), stream);
    bench.reply(id, R"({"type":"final_response","correlation_id":"c"})");
    QCOMPARE(stream.events, QByteArrayList{R"({"type":"final_response","correlation_id":"c","is_final":true})"});
    QCOMPARE(stream.ends, 1);
}

void TestHub::findsTheIdInsideData()
{
    Bench bench;
    FakeEndpoint alice;
    FakeStream stream;
    const SessionId id = bench.connect("alice", alice);
    bench.open(bodyFor("alice", "c"), stream);
    bench.reply(id, R"({"data":{"correlation_id":"c","is_final":true}})");
    QCOMPARE(stream.events.size(), 1);
    QCOMPARE(stream.ends, 1);
}

void TestHub::makesAnIdWhenNoneIsGiven()
{
    Bench bench;
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

void TestHub::endsAtOnceWhenTheTargetIsNotConnected()
{
    Bench bench;
    FakeStream stream;
    QCOMPARE(bench.open(bodyFor("alice", "c"), stream), Hub::Opening::Ended);
    QCOMPARE(stream.events, QByteArrayList{errorOf("User not connected", "c")});
    QCOMPARE(stream.ends, 1);
    QCOMPARE(bench.hub.metrics().requestsNotConnected, quint64(1));
    bench.turn(60s);
    QCOMPARE(stream.events.size(), 1);
    QCOMPARE(bench.hub.metrics().requestsTimedOut, quint64(0));
}

void TestHub::endsWhenTheTargetsQueueIsFull()
{
    Bench bench;
    FakeEndpoint alice;
    FakeStream stream;
    alice.accepts = false;
    bench.connect("alice", alice);
    QCOMPARE(bench.open(bodyFor("alice", "c"), stream), Hub::Opening::Ended);
    QCOMPARE(stream.events, QByteArrayList{errorOf("User not connected", "c")});
    QCOMPARE(stream.ends, 1);
    QCOMPARE(bench.hub.correlations().size(), std::size_t(0));
}

void TestHub::timesOutAndLaterRepliesAreLate()
{
    Bench bench;
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

void TestHub::restartsTheTimeoutWithEachReply()
{
    Bench bench;
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

void TestHub::timesOutEachRequestAtItsOwnTime()
{
    Bench bench;
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

void TestHub::settlesOnceWhenReplyRacesTimeout()
{
    Bench bench;
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

void TestHub::endsWhenTheTargetDisconnects()
{
    Bench bench;
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

void TestHub::waitsForTheLastSessionOfTheTarget()
{
    Bench bench(withPolicy(DuplicatePolicy::Allow));
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

void TestHub::refusesAnIdThatIsOpen()
{
    Bench bench;
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

void TestHub::refusesOnePastTheLimitOfOpenRequests()
{
    Settings settings;
    settings.maxOpenCorrelations = 2;
    Bench bench(settings);
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

void TestHub::takesTheIdAgainAfterItEnded()
{
    Bench bench;
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

void TestHub::cancelsWhenTheUpstreamHangsUp()
{
    Bench bench;
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

void TestHub::countsOrphans()
{
    Bench bench;
    FakeEndpoint alice;
    bench.reply(bench.connect("alice", alice), R"({"correlation_id":"never"})");
    QCOMPARE(bench.hub.metrics().repliesOrphan, quint64(1));
    QCOMPARE(bench.lastStatus(), EntryStatus::Orphan);
    QCOMPARE(bench.journal().back().correlation, QByteArray("never"));
}

void TestHub::refusesRepliesOfAnotherUser()
{
    Bench bench;
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

void TestHub::letsThePublicAccountReply()
{
    Bench bench;
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

void TestHub::acceptsRepliesFromEachSessionOfTheTarget()
{
    Bench bench(withPolicy(DuplicatePolicy::Allow));
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

void TestHub::notesTextWithoutAnId()
{
    Bench bench;
    FakeEndpoint alice;
    const SessionId id = bench.connect("alice", alice);
    bench.reply(id, R"({"hello":1})");
    QCOMPARE(bench.hub.metrics().textsWithoutId, quint64(1));
    QCOMPARE(bench.journal().back().kind, EntryKind::Text);
    QCOMPARE(bench.journal().back().text, QByteArray(R"({"hello":1})"));
    QCOMPARE(bench.hub.sessions().find(id)->messagesIn, quint64(1));
}

void TestHub::notesMalformedText()
{
    Bench bench;
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

void TestHub::ignoresTextOfAnUnknownSession()
{
    Bench bench;
    bench.reply(SessionId{99}, R"({"correlation_id":"c"})");
    bench.reply(SessionId{}, "x");
    QVERIFY(bench.journal().empty());
}

void TestHub::forwardsRepliesAsOneLine()
{
    Bench bench;
    FakeEndpoint alice;
    FakeStream stream;
    const SessionId id = bench.connect("alice", alice);
    bench.open(bodyFor("alice", "c"), stream);
    bench.reply(id, "{\r\n\"correlation_id\":\"c\",\n\n\"data: x\":1}\n");
    QCOMPARE(stream.events, QByteArrayList{R"({"correlation_id":"c","data: x":1})"});
}

void TestHub::endsEverythingOnShutdown()
{
    Bench bench;
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

void TestHub::refusesNewWorkWhileStopping()
{
    Bench bench;
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

void TestHub::survivesSessionClosedInsideFanOut()
{
    Bench bench;
    FakeEndpoint alice;
    const SessionId id = bench.connect("alice", alice);
    alice.onDeliver = [&](const QByteArray &) { bench.hub.closed(id); };
    QCOMPARE(bench.push(bodyFor("alice")).sessions, 1);
    QCOMPARE(bench.hub.sessions().size(), 0);
}

void TestHub::survivesOtherSessionClosedInsideFanOut()
{
    Bench bench(withPolicy(DuplicatePolicy::Allow));
    FakeEndpoint first;
    auto second = std::make_unique<FakeEndpoint>();
    FakeEndpoint third;
    bench.connect("alice", first);
    const SessionId gone = bench.connect("alice", *second);
    bench.connect("alice", third);
    first.onDeliver = [&](const QByteArray &) {
        bench.hub.closed(gone);
        second.reset();
    };
    QCOMPARE(bench.push(bodyFor("alice")).sessions, 2);
    QCOMPARE(third.payloads.size(), 1);
}

void TestHub::survivesSessionClosedInsideOpen()
{
    for (const bool accepts : {true, false}) {
        Bench bench;
        FakeEndpoint alice;
        FakeStream stream;
        const SessionId id = bench.connect("alice", alice);
        alice.accepts = accepts;
        alice.onDeliver = [&](const QByteArray &) { bench.hub.closed(id); };
        QCOMPARE(bench.open(bodyFor("alice", "c"), stream), Hub::Opening::Ended);
        QCOMPARE(stream.events, QByteArrayList{errorOf("User disconnected", "c")});
        QCOMPARE(stream.ends, 1);
        QCOMPARE(stream.callsAfterEnd, 0);
    }
}

void TestHub::takesAReplyFromInsideDeliver()
{
    Bench bench;
    FakeEndpoint alice;
    FakeStream stream;
    const SessionId id = bench.connect("alice", alice);
    alice.onDeliver = [&](const QByteArray &) { bench.reply(id, R"({"correlation_id":"c","is_final":true})"); };
    QCOMPARE(bench.open(bodyFor("alice", "c"), stream), Hub::Opening::Ended);
    QCOMPARE(stream.events.size(), 1);
    QCOMPARE(stream.ends, 1);
    alice.onDeliver = [&](const QByteArray &) { bench.reply(id, R"({"correlation_id":"d"})"); };
    FakeStream open;
    QCOMPARE(bench.open(bodyFor("alice", "d"), open), Hub::Opening::Streaming);
    QCOMPARE(open.events.size(), 1);
}

void TestHub::survivesStreamCancelledInsideEvent_data()
{
    QTest::addColumn<QByteArray>("cause");
    for (const char *cause : {"reply", "final reply", "timeout", "disconnect", "shutdown"})
        QTest::newRow(cause) << QByteArray(cause);
}

void TestHub::survivesStreamCancelledInsideEvent()
{
    QFETCH(QByteArray, cause);
    Bench bench;
    FakeEndpoint alice;
    FakeStream stream;
    StreamId streamId;
    const SessionId id = bench.connect("alice", alice);
    bench.open(bodyFor("alice", "c"), stream, &streamId);
    stream.onEvent = [&] { bench.hub.cancel(streamId); };
    if (cause == "reply")
        bench.reply(id, R"({"correlation_id":"c"})");
    else if (cause == "final reply")
        bench.reply(id, R"({"correlation_id":"c","is_final":true})");
    else if (cause == "timeout")
        bench.turn(31s);
    else if (cause == "disconnect")
        bench.hub.closed(id);
    else
        bench.hub.shutdown();
    QCOMPARE(stream.events.size(), 1);
    QVERIFY(stream.ends <= 1);
    QCOMPARE(bench.hub.correlations().size(), std::size_t(0));
    bench.reply(id, R"({"correlation_id":"c"})");
    QCOMPARE(stream.events.size(), 1);
}

void TestHub::survivesSessionClosedInsideClose()
{
    for (const DuplicatePolicy policy : {DuplicatePolicy::Replace, DuplicatePolicy::Allow}) {
        Bench bench(withPolicy(policy));
        FakeEndpoint first;
        FakeEndpoint second;
        const SessionId a = bench.connect("alice", first);
        SessionId b;
        first.onClose = [&] {
            bench.hub.closed(a);
            bench.hub.closed(b);
        };
        b = bench.connect("alice", second);
        bench.hub.shutdown();
        QCOMPARE(bench.hub.sessions().size(), 0);
        QVERIFY(first.closings.size() <= 1);
    }
}

void TestHub::journalsBothDirections()
{
    Bench bench;
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

QTEST_APPLESS_MAIN(TestHub)
#include "tst_hub.moc"
