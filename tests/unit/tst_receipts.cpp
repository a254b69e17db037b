// SPDX-License-Identifier: GPL-3.0-or-later
// Acknowledgements, room for slow readers, idempotency keys: the tables alone, and the hub with them.
#include "hub/core/IdempotencyTable.h"
#include "support/HubBench.h"

#include <QTest>

using namespace trunkline;
using namespace std::chrono_literals;

class tst_Receipts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void acknowledgesOnceAndOnlyForTheUser();
    void acknowledgesAllThatWaitForOneMessage();
    void forgetsATicket();
    void refusesWhenFull();
    void waitMayEndOthersFromWithinItsCall();
    void roomGoesToTheFirstThatCame();
    void roomIsNotOfferedTwiceInOneRound();
    void roomIsLeft();
    void hubTakesAnAckThatSomebodyWaitsFor();
    void hubForwardsAnAckThatNobodyWaitsFor();
    void ackInsideDataCounts();
    void ackAfterTheTimeoutIsLate();
    void idempotencyAnswersARepeat();
    void idempotencyRefusesAnotherBody();
    void idempotencyLetsRepeatsWait();
    void idempotencyForgetsFailures();
    void idempotencyForgetsByAge();
    void idempotencyIsBoundedInBytes();
    void idempotencyKnowsWhatWasTooLarge();
};

void tst_Receipts::acknowledgesOnceAndOnlyForTheUser()
{
    AckTable table(10);
    int calls = 0;
    QVERIFY(table.expect("c", "alice", [&] { ++calls; }));
    QVERIFY(!table.acknowledge("c", "bob"));
    QVERIFY(!table.acknowledge("d", "alice"));
    QCOMPARE(calls, 0);
    QVERIFY(table.acknowledge("c", "alice"));
    QVERIFY(!table.acknowledge("c", "alice"));
    QCOMPARE(calls, 1);
    QVERIFY(table.isEmpty());
}

void tst_Receipts::acknowledgesAllThatWaitForOneMessage()
{
    AckTable table(10);
    QByteArray calls;
    table.expect("c", "alice", [&] { calls += '1'; });
    table.expect("c", "bob", [&] { calls += 'b'; });
    table.expect("c", "alice", [&] { calls += '2'; });
    QVERIFY(table.acknowledge("c", "alice"));
    QCOMPARE(calls, "12");
    QCOMPARE(table.size(), std::size_t(1));
}

void tst_Receipts::forgetsATicket()
{
    AckTable table(10);
    const auto ticket = table.expect("c", "alice", [] { QFAIL("forgotten"); });
    table.forget(ticket);
    table.forget(ticket);
    table.forget({});
    QVERIFY(!table.acknowledge("c", "alice"));
    QVERIFY(table.isEmpty());
}

void tst_Receipts::refusesWhenFull()
{
    AckTable table(2);
    QVERIFY(table.expect("a", "u", [] {}));
    QVERIFY(table.expect("b", "u", [] {}));
    QVERIFY(!table.expect("c", "u", [] {}));
    QVERIFY(table.acknowledge("a", "u"));
    QVERIFY(table.expect("c", "u", [] {}));
}

void tst_Receipts::waitMayEndOthersFromWithinItsCall()
{
    AckTable table(10);
    AckTable::Ticket second;
    int calls = 0;
    table.expect("c", "u", [&] {
        ++calls;
        table.forget(second);
        table.expect("c", "u", [&] { calls += 100; });      // for another message: this acknowledgement is not its own
    });
    second = table.expect("c", "u", [&] { calls += 10; });
    QVERIFY(table.acknowledge("c", "u"));
    QCOMPARE(calls, 1);
    QCOMPARE(table.size(), std::size_t(1));
}

void tst_Receipts::roomGoesToTheFirstThatCame()
{
    RoomQueue queue;
    QByteArray order;
    qsizetype room = 25;
    const auto take = [&](char name, qsizetype bytes) { return [&order, &room, name, bytes] { order += name; room -= bytes; }; };
    queue.wait("u", 10, take('a', 10));
    queue.wait("u", 20, take('b', 20));
    queue.wait("u", 1, take('c', 1));
    queue.wait("v", 1, take('v', 1));
    const auto fits = [&](qsizetype bytes) { return bytes <= room; };
    QVERIFY(!queue.advance("u", fits));
    QCOMPARE(order, "a");                   // c would fit, but b came before it
    QVERIFY(queue.isWaitedFor("u"));
    room = 100;
    QVERIFY(!queue.advance("u", fits));
    QCOMPARE(order, "abc");
    QVERIFY(!queue.isWaitedFor("u"));
    QCOMPARE(queue.size(), std::size_t(1));
}

void tst_Receipts::roomIsNotOfferedTwiceInOneRound()
{
    RoomQueue queue;
    int rounds = 0;
    std::function<void()> again = [&] {
        ++rounds;
        queue.wait("u", 1, again);
    };
    queue.wait("u", 1, again);
    QVERIFY(queue.advance("u", [](qsizetype) { return true; }));
    QCOMPARE(rounds, 1);
    QVERIFY(queue.isWaitedFor("u"));
}

void tst_Receipts::roomIsLeft()
{
    RoomQueue queue;
    const auto ticket = queue.wait("u", 1, [] { QFAIL("left"); });
    queue.leave(ticket);
    queue.leave(ticket);
    QVERIFY(!queue.isWaitedFor("u"));
    QVERIFY(!queue.advance("u", [](qsizetype) { return true; }));
}

void tst_Receipts::hubTakesAnAckThatSomebodyWaitsFor()
{
    HubBench bench;
    FakeEndpoint alice;
    const SessionId session = bench.connect("alice", alice);
    int acks = 0;
    // As quick as can be: from within the delivery.
    alice.onDeliver = [&](const QByteArray &) { bench.reply(session, R"({"type":"ack","correlation_id":"c"})"); };
    bench.hub.acks().expect("c", "alice", [&] { ++acks; });
    QCOMPARE(bench.push(bodyFor("alice", "c")).sessions, 1);
    QCOMPARE(acks, 1);
    QCOMPARE(bench.hub.metrics().acks, quint64(1));
    QCOMPARE(bench.hub.metrics().repliesOrphan, quint64(0));
    const auto entries = bench.journal();
    QVERIFY(std::any_of(entries.begin(), entries.end(), [](const JournalEntry &entry) {
        return entry.kind == EntryKind::Ack && entry.status == EntryStatus::Ok && entry.correlation == "c" && entry.user == "alice";
    }));
}

void tst_Receipts::hubForwardsAnAckThatNobodyWaitsFor()
{
    HubBench bench;
    FakeEndpoint alice;
    const SessionId session = bench.connect("alice", alice);
    FakeStream stream;
    QCOMPARE(bench.open(bodyFor("alice", "c"), stream), Hub::Opening::Streaming);
    bench.hub.acks().expect("other", "alice", [] { QFAIL("not this one"); });
    bench.reply(session, R"({"type":"ack","correlation_id":"c"})");
    QCOMPARE(stream.events, QByteArrayList{R"({"type":"ack","correlation_id":"c"})"});
}

void tst_Receipts::ackInsideDataCounts()
{
    HubBench bench;
    FakeEndpoint alice;
    const SessionId session = bench.connect("alice", alice);
    int acks = 0;
    bench.hub.acks().expect("c", "alice", [&] { ++acks; });
    bench.reply(session, R"({"data":{"type":"ack","correlation_id":"c"}})");
    QCOMPARE(acks, 1);
    // Any other reply is none.
    bench.hub.acks().expect("c", "alice", [&] { ++acks; });
    bench.reply(session, R"({"type":"acknowledge","correlation_id":"c"})");
    bench.reply(session, R"({"type":["ack"],"correlation_id":"c"})");
    QCOMPARE(acks, 1);
}

void tst_Receipts::ackAfterTheTimeoutIsLate()
{
    HubBench bench;
    FakeEndpoint alice;
    const SessionId session = bench.connect("alice", alice);
    const auto ticket = bench.hub.acks().expect("c", "alice", [] { QFAIL("forgotten"); });
    bench.push(bodyFor("alice", "c"));
    bench.hub.acks().forget(ticket);
    bench.hub.unacknowledged("alice", "c");
    QCOMPARE(bench.lastStatus(), EntryStatus::Timeout);
    bench.reply(session, R"({"type":"ack","correlation_id":"c"})");
    QCOMPARE(bench.lastStatus(), EntryStatus::Late);
    QCOMPARE(bench.hub.metrics().ackTimeouts, quint64(1));
    QCOMPARE(bench.hub.metrics().repliesLate, quint64(1));
}

namespace {

using Fate = IdempotencyTable::Fate;

HttpResponse answered(QByteArray body = "{}") { return HttpResponse::json(std::move(body)); }

} // namespace

void tst_Receipts::idempotencyAnswersARepeat()
{
    FakeClock clock;
    IdempotencyTable table(clock, 10s, 10'000);
    QCOMPARE(table.begin("k", "f"), Fate::First);
    table.complete("k", answered("[1]"));
    QCOMPARE(table.begin("k", "f"), Fate::Answered);
    QCOMPARE(table.answer("k")->body, "[1]");
    QCOMPARE(table.begin("other", "f"), Fate::First);
}

void tst_Receipts::idempotencyRefusesAnotherBody()
{
    FakeClock clock;
    IdempotencyTable table(clock, 10s, 10'000);
    table.begin("k", "f");
    QCOMPARE(table.begin("k", "g"), Fate::Mismatch);        // while it runs
    table.complete("k", answered());
    QCOMPARE(table.begin("k", "g"), Fate::Mismatch);
    QCOMPARE(table.begin("k", "f"), Fate::Answered);
}

void tst_Receipts::idempotencyLetsRepeatsWait()
{
    FakeClock clock;
    IdempotencyTable table(clock, 10s, 10'000);
    QByteArrayList told;
    table.begin("k", "f");
    QCOMPARE(table.begin("k", "f"), Fate::Running);
    table.wait("k", [&](const HttpResponse &response) { told << response.body; });
    const quint64 leaver = table.wait("k", [&](const HttpResponse &) { QFAIL("left"); });
    table.leave("k", leaver);
    table.wait("k", [&](const HttpResponse &response) { told << response.body; });
    table.complete("k", answered("x"));
    QCOMPARE(told, (QByteArrayList{"x", "x"}));
}

void tst_Receipts::idempotencyForgetsFailures()
{
    FakeClock clock;
    IdempotencyTable table(clock, 10s, 10'000);
    int status = 0;
    table.begin("k", "f");
    table.wait("k", [&](const HttpResponse &response) { status = response.status; });
    table.complete("k", HttpResponse::error(503, "later"));
    QCOMPARE(status, 503);
    QCOMPARE(table.begin("k", "another body"), Fate::First);
}

void tst_Receipts::idempotencyForgetsByAge()
{
    FakeClock clock;
    IdempotencyTable table(clock, 10s, 10'000);
    table.begin("k", "f");
    clock.advance(20s);                                     // it may take its time
    table.complete("k", answered());
    clock.advance(9s);
    QCOMPARE(table.begin("k", "f"), Fate::Answered);
    clock.advance(1s);
    QCOMPARE(table.begin("k", "f"), Fate::First);
    QCOMPARE(table.bytes(), 0);
}

void tst_Receipts::idempotencyIsBoundedInBytes()
{
    FakeClock clock;
    IdempotencyTable table(clock, 1h, 10'000);
    for (int i = 0; i < 1000; ++i) {
        const QByteArray key = QByteArray::number(i);
        table.begin(key, "f");
        table.complete(key, answered(QByteArray(100, 'x')));
        QVERIFY(table.bytes() <= 10'000);
    }
    QVERIFY(table.size() > 15 && table.size() < 100);
    QCOMPARE(table.begin("999", "f"), Fate::Answered);
    QCOMPARE(table.begin("0", "f"), Fate::First);
}

void tst_Receipts::idempotencyKnowsWhatWasTooLarge()
{
    FakeClock clock;
    IdempotencyTable table(clock, 1h, 10'000);
    table.begin("k", "f");
    table.complete("k", answered(QByteArray(20'000, 'x')));
    QCOMPARE(table.begin("k", "f"), Fate::Answered);
    QVERIFY(!table.answer("k"));
    QVERIFY(table.bytes() < 1'000);
}

QTEST_APPLESS_MAIN(tst_Receipts)
#include "tst_receipts.moc"
