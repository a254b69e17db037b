// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/cluster/Envelope.h"
#include "hub/cluster/PostTable.h"
#include "hub/core/RedisUrl.h"
#include "tests/support/FakeClock.h"

#include <QTest>

using namespace trunkline;
using namespace std::chrono_literals;

/// What a backplane is made of, without Redis: the bytes between hubs, and messages that wait for receipts.
class ClusterTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anEnvelopeArrivesAsItWas();
    void everyPrefixOfAnEnvelopeIsRefused();
    void aBundleHoldsSeveral();
    void aPostEndsWhenAllHaveSaidSomething();
    void aPostToNobodyEndsAtOnce();
    void aSilentHubEndsItInTime();
    void aLostBackplaneEndsAll();
    void oneThatAnotherHubPublishedEndsWithoutAReceipt();
    void urlsOfRedis_data();
    void urlsOfRedis();
    void credentialsAreDecoded();
};

void ClusterTest::anEnvelopeArrivesAsItWas()
{
    Envelope envelope;
    envelope.kind = Envelope::Kind::Request;
    envelope.flags = Envelope::WantsAck | Envelope::Final;
    envelope.ticket = 0x0123456789abcdef;
    envelope.sessions = 1;
    envelope.users = 2;
    envelope.slow = 3;
    envelope.connected = 4;
    envelope.patience = 30'000;
    envelope.at = 1'764'000'000'123;
    envelope.hub = "hub#1";
    envelope.user = "ünï";
    envelope.key = QByteArrayView("a\0b", 3);
    envelope.event = "kind";
    envelope.request = "id";
    envelope.text = "7";
    envelope.body = R"({"n":1})";
    envelope.sequence = 1'764'000'000'123'001;
    const QByteArray bytes = envelope.encode();
    const auto read = Envelope::decode(bytes);
    QVERIFY(read);
    QCOMPARE(read->kind, envelope.kind);
    QVERIFY(read->has(Envelope::Final) && read->has(Envelope::WantsAck) && !read->has(Envelope::Slow));
    QCOMPARE(read->ticket, envelope.ticket);
    QCOMPARE(read->connected, 4u);
    QCOMPARE(read->at, envelope.at);
    QCOMPARE(read->key, envelope.key);
    QCOMPARE(read->body, envelope.body);
    QCOMPARE(read->sequence, envelope.sequence);
    // As Redis appends the number.
    QCOMPARE(envelope.encodeUnnumbered() + "1764000000123001", bytes);
}

void ClusterTest::everyPrefixOfAnEnvelopeIsRefused()
{
    Envelope envelope;
    envelope.hub = "h";
    envelope.user = "u";
    envelope.body = "{}";
    const QByteArray bytes = envelope.encode();
    for (qsizetype size = 0; size < bytes.size(); ++size)
        QVERIFY2(!Envelope::decode(bytes.first(size)), QByteArray::number(size));
    QVERIFY(Envelope::decode(bytes));
    QVERIFY(!Envelope::decode(QByteArray(bytes + "12x")));
    QVERIFY(!Envelope::decode(QByteArray("T2" + bytes.sliced(2))));
    QByteArray unknown = bytes;
    unknown[2] = '?';
    QVERIFY(!Envelope::decode(unknown));
}

void ClusterTest::aBundleHoldsSeveral()
{
    QByteArray bundle;
    for (quint64 ticket = 1; ticket <= 3; ++ticket) {
        Envelope envelope;
        envelope.kind = Envelope::Kind::Receipt;
        envelope.ticket = ticket;
        appendToBundle(bundle, envelope);
    }
    std::vector<quint64> tickets;
    QVERIFY(readBundle(bundle, [&](const Envelope &envelope) { tickets.push_back(envelope.ticket); }));
    QCOMPARE(tickets, (std::vector<quint64>{1, 2, 3}));
    tickets.clear();
    QVERIFY(!readBundle(bundle.chopped(1), [&](const Envelope &envelope) { tickets.push_back(envelope.ticket); }));
    QCOMPARE(tickets, (std::vector<quint64>{1, 2}));
    QVERIFY(readBundle({}, [](const Envelope &) { QFAIL("nothing is in it"); }));
}

void ClusterTest::aPostEndsWhenAllHaveSaidSomething()
{
    FakeClock clock;
    PostTable posts(clock, 2s);
    std::vector<PostOutcome> ended;
    const quint64 ticket = posts.add([&](const PostOutcome &outcome) { ended.push_back(outcome); });
    posts.receipt(ticket, {.sessions = 1, .holder = "b"});      // it may be faster than Redis
    QVERIFY(ended.empty());
    posts.published(ticket, 2, 7);
    QVERIFY(ended.empty());
    posts.receipt(ticket, {.sessions = 2, .holder = "c"});
    QCOMPARE(ended.size(), std::size_t(1));
    QCOMPARE(ended[0].fate, PostOutcome::Fate::Settled);
    QCOMPARE(ended[0].sessions, 3);
    QCOMPARE(ended[0].holders, 2);
    QCOMPARE(ended[0].sequence, quint64(7));
    posts.receipt(ticket, {.sessions = 1});
    posts.published(ticket, 1);
    posts.expire();
    QCOMPARE(ended.size(), std::size_t(1));
    QCOMPARE(posts.size(), std::size_t(0));
}

void ClusterTest::aPostToNobodyEndsAtOnce()
{
    FakeClock clock;
    PostTable posts(clock, 2s);
    std::vector<PostOutcome> ended;
    posts.published(posts.add([&](const PostOutcome &outcome) { ended.push_back(outcome); }), 0, 9, true);
    QCOMPARE(ended.size(), std::size_t(1));
    QVERIFY(ended[0].queued);
    QCOMPARE(ended[0].sessions, 0);
}

void ClusterTest::aSilentHubEndsItInTime()
{
    FakeClock clock;
    PostTable posts(clock, 2s);
    std::vector<PostOutcome> ended;
    const auto answer = [&](const PostOutcome &outcome) { ended.push_back(outcome); };
    const quint64 silent = posts.add(answer);
    posts.published(silent, 2);
    posts.receipt(silent, {.sessions = 1, .holder = "b"});
    const quint64 waiting = posts.add(answer);
    posts.published(waiting, 1);
    posts.extend(waiting, 5s);
    clock.advance(1999ms);
    posts.expire();
    QVERIFY(ended.empty());
    clock.advance(1ms);
    posts.expire();
    QCOMPARE(ended.size(), std::size_t(1));
    QCOMPARE(ended[0].fate, PostOutcome::Fate::Silent);
    QCOMPARE(ended[0].sessions, 1);
    QCOMPARE(ended[0].silent, 1);
    posts.receipt(silent, {.sessions = 1});     // too late
    QCOMPARE(ended.size(), std::size_t(1));
    clock.advance(5s);
    posts.expire();
    QCOMPARE(ended.size(), std::size_t(2));
}

void ClusterTest::aLostBackplaneEndsAll()
{
    FakeClock clock;
    PostTable posts(clock, 2s);
    int lost = 0;
    for (int i = 0; i < 3; ++i)
        posts.add([&](const PostOutcome &outcome) { lost += outcome.fate == PostOutcome::Fate::Unavailable; });
    posts.forget(2);
    posts.failAll();
    QCOMPARE(lost, 2);
}

void ClusterTest::oneThatAnotherHubPublishedEndsWithoutAReceipt()
{
    FakeClock clock;
    PostTable posts(clock, 2s);
    std::vector<PostOutcome> ended;
    const quint64 ticket = posts.add([&](const PostOutcome &outcome) { ended.push_back(outcome); });
    posts.repeat(ticket);
    posts.repeat(ticket);
    posts.published(ticket, 1);
    QCOMPARE(ended.size(), std::size_t(1));
    QVERIFY(ended[0].repeated);
    QCOMPARE(ended[0].fate, PostOutcome::Fate::Settled);
    QCOMPARE(ended[0].sessions, 0);
}

void ClusterTest::urlsOfRedis_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("display");       // null: refused
    QTest::newRow("plain") << "redis://127.0.0.1" << "redis://127.0.0.1:6379";
    QTest::newRow("port and database") << "redis://cache.lan:7000/3" << "redis://cache.lan:7000/3";
    QTest::newRow("slash") << "redis://cache.lan/" << "redis://cache.lan:6379";
    QTest::newRow("tls") << "rediss://cache.lan" << "rediss://cache.lan:6379";
    QTest::newRow("password") << "redis://:s3cret@cache.lan" << "redis://cache.lan:6379";
    QTest::newRow("user") << "redis://me:s3%20cret@cache.lan" << "redis://cache.lan:6379";
    QTest::newRow("ipv6") << "redis://[::1]:6380" << "redis://[::1]:6380";
    for (const char *bad : {"", "cache.lan", "http://cache.lan", "redis://", "redis://me@cache.lan", "redis://cache.lan/x", "redis://cache.lan/-1",
                            "redis://cache.lan:0", "redis://cache.lan:99999", "redis://cache.lan?db=1", "redis:///tmp/redis.sock"})
        QTest::newRow(bad) << QString::fromLatin1(bad) << QString();
}

void ClusterTest::urlsOfRedis()
{
    QFETCH(QString, text);
    QFETCH(QString, display);
    const auto url = RedisUrl::parse(text);
    QCOMPARE(url.has_value(), !display.isNull());
    if (!url)
        return;
    QCOMPARE(url->display(), display);
    QVERIFY(!url->display().contains(u"s3"));
}

void ClusterTest::credentialsAreDecoded()
{
    const auto url = RedisUrl::parse(QStringLiteral("redis://me:s3%20cret@cache.lan"));
    QVERIFY(url);
    QCOMPARE(url->user, QByteArray("me"));
    QCOMPARE(url->password, QByteArray("s3 cret"));
}

QTEST_GUILESS_MAIN(ClusterTest)
#include "tst_cluster.moc"
