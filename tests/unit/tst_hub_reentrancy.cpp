// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/HubBench.h"

#include <QTest>

using namespace trunkline;
using namespace std::chrono_literals;

/// Endpoints and streams that come back to the hub from within a call.
class TestHubReentrancy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void survivesSessionClosedInsideFanOut();
    void survivesOtherSessionClosedInsideFanOut();
    void survivesSessionClosedInsideOpen();
    void takesAReplyFromInsideDeliver();
    void survivesStreamCancelledInsideEvent_data();
    void survivesStreamCancelledInsideEvent();
    void survivesSessionClosedInsideClose();
};

void TestHubReentrancy::survivesSessionClosedInsideFanOut()
{
    HubBench bench;
    FakeEndpoint alice;
    const SessionId id = bench.connect("alice", alice);
    alice.onDeliver = [&](const QByteArray &) { bench.hub.closed(id); };
    QCOMPARE(bench.push(bodyFor("alice")).sessions, 1);
    QCOMPARE(bench.hub.sessions().size(), 0);
}

void TestHubReentrancy::survivesOtherSessionClosedInsideFanOut()
{
    HubBench bench(withPolicy(DuplicatePolicy::Allow));
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

void TestHubReentrancy::survivesSessionClosedInsideOpen()
{
    for (const bool accepts : {true, false}) {
        HubBench bench;
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

void TestHubReentrancy::takesAReplyFromInsideDeliver()
{
    HubBench bench;
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

void TestHubReentrancy::survivesStreamCancelledInsideEvent_data()
{
    QTest::addColumn<QByteArray>("cause");
    for (const char *cause : {"reply", "final reply", "timeout", "disconnect", "shutdown"})
        QTest::newRow(cause) << QByteArray(cause);
}

void TestHubReentrancy::survivesStreamCancelledInsideEvent()
{
    QFETCH(QByteArray, cause);
    HubBench bench;
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

void TestHubReentrancy::survivesSessionClosedInsideClose()
{
    for (const DuplicatePolicy policy : {DuplicatePolicy::Replace, DuplicatePolicy::Allow}) {
        HubBench bench(withPolicy(policy));
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

QTEST_APPLESS_MAIN(TestHubReentrancy)
#include "tst_hub_reentrancy.moc"
