// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/RateLimiter.h"
#include "support/FakeClock.h"

#include <QTest>

using namespace trunkline;
using namespace std::chrono_literals;

/// Token buckets by key.
class TestRateLimiter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isOffAtZero();
    void letsABurstInAndNoMore();
    void fillsAtItsRate();
    void saysWhenTheNextOneIsWelcome();
    void aRefusedOneCostsNothing();
    void keysDoNotShare();
    void holdsAtLeastOne();
    void neverHoldsMoreThanTheBurst();
    void forgetsFullBuckets();
    void strangersShareWhenTheTableIsFull();
    void namesSenders_data();
    void namesSenders();
};

namespace {

int taken(RateLimiter &limiter, const QByteArray &key, int tries)
{
    int count = 0;
    for (int i = 0; i < tries; ++i)
        count += !limiter.take(key);
    return count;
}

} // namespace

void TestRateLimiter::isOffAtZero()
{
    const FakeClock clock;
    RateLimiter limiter(clock, 0, 1s);
    QVERIFY(!limiter.isOn());
    QCOMPARE(taken(limiter, "a", 10'000), 10'000);
    QCOMPARE(limiter.size(), std::size_t(0));
}

void TestRateLimiter::letsABurstInAndNoMore()
{
    const FakeClock clock;
    RateLimiter limiter(clock, 50, 2s);
    QCOMPARE(taken(limiter, "a", 101), 100);
    QVERIFY(limiter.take("a"));
}

void TestRateLimiter::fillsAtItsRate()
{
    FakeClock clock;
    RateLimiter limiter(clock, 10, 1s);
    QCOMPARE(taken(limiter, "a", 20), 10);
    clock.advance(100ms);
    QCOMPARE(taken(limiter, "a", 20), 1);
    clock.advance(350ms);
    QCOMPARE(taken(limiter, "a", 20), 3);
    clock.advance(50ms);
    QCOMPARE(taken(limiter, "a", 20), 1);
}

void TestRateLimiter::saysWhenTheNextOneIsWelcome()
{
    FakeClock clock;
    RateLimiter limiter(clock, 4, 1s);
    QCOMPARE(taken(limiter, "a", 4), 4);
    const auto wait = limiter.take("a");
    QVERIFY(wait);
    QCOMPARE(wait->count(), 250'000);
    clock.advance(*wait - 1us);
    QVERIFY(limiter.take("a"));
    clock.advance(1us);
    QVERIFY(!limiter.take("a"));
}

void TestRateLimiter::aRefusedOneCostsNothing()
{
    FakeClock clock;
    RateLimiter limiter(clock, 1, 1s);
    QCOMPARE(taken(limiter, "a", 1'000), 1);
    clock.advance(1s);
    QCOMPARE(taken(limiter, "a", 1'000), 1);
}

void TestRateLimiter::keysDoNotShare()
{
    const FakeClock clock;
    RateLimiter limiter(clock, 3, 1s);
    QCOMPARE(taken(limiter, "a", 9), 3);
    QCOMPARE(taken(limiter, "b", 9), 3);
}

void TestRateLimiter::holdsAtLeastOne()
{
    FakeClock clock;
    RateLimiter limiter(clock, 1, 100ms);
    QCOMPARE(taken(limiter, "a", 5), 1);
    clock.advance(1s);
    QCOMPARE(taken(limiter, "a", 5), 1);
}

void TestRateLimiter::neverHoldsMoreThanTheBurst()
{
    FakeClock clock;
    RateLimiter limiter(clock, 5, 1s);
    clock.advance(24h);
    QCOMPARE(taken(limiter, "a", 50), 5);
    clock.advance(24h);
    QCOMPARE(taken(limiter, "a", 50), 5);
}

void TestRateLimiter::forgetsFullBuckets()
{
    FakeClock clock;
    RateLimiter limiter(clock, 10, 1s);
    for (int i = 0; i < 1'024; ++i)
        QVERIFY(!limiter.take("old " + QByteArray::number(i)));
    QCOMPARE(limiter.size(), std::size_t(1'024));
    clock.advance(2s);
    QVERIFY(!limiter.take("new"));
    QCOMPARE(limiter.size(), std::size_t(1));
}

void TestRateLimiter::strangersShareWhenTheTableIsFull()
{
    FakeClock clock;
    RateLimiter limiter(clock, 1, 3600s);
    for (std::size_t i = 0; i < RateLimiter::kMaxKeys; ++i)
        QVERIFY(!limiter.take(QByteArray::number(i)));
    QCOMPARE(limiter.size(), RateLimiter::kMaxKeys);
    // Those behind have one bucket together: 3,600 of them at once, and no memory for any.
    int welcome = 0;
    for (int i = 0; i < 5'000; ++i)
        welcome += !limiter.take("stranger " + QByteArray::number(i));
    QCOMPARE(welcome, 3'600);
    QCOMPARE(limiter.size(), RateLimiter::kMaxKeys);
    // Who has a bucket keeps it.
    QCOMPARE(taken(limiter, "7", 4'000), 3'599);
}

void TestRateLimiter::namesSenders_data()
{
    QTest::addColumn<QByteArray>("peer");
    QTest::addColumn<QByteArray>("sender");
    QTest::newRow("IPv4") << QByteArray("192.0.2.7:4711") << QByteArray("192.0.2.7");
    QTest::newRow("IPv6") << QByteArray("[2001:db8:1:2:3:4:5:6]:80") << QByteArray("20010db800010002/64");
    QTest::newRow("its neighbor") << QByteArray("[2001:db8:1:2::9]:81") << QByteArray("20010db800010002/64");
    QTest::newRow("another network") << QByteArray("[2001:db8:1:3::9]:81") << QByteArray("20010db800010003/64");
    QTest::newRow("loopback") << QByteArray("[::1]:5") << QByteArray("[::1]");
}

void TestRateLimiter::namesSenders()
{
    QFETCH(QByteArray, peer);
    QFETCH(QByteArray, sender);
    QCOMPARE(senderOf(peer), sender);
}

QTEST_GUILESS_MAIN(TestRateLimiter)
#include "tst_ratelimiter.moc"
