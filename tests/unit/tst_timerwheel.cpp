// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/TimerWheel.h"
#include "support/FakeClock.h"

#include <QRandomGenerator>
#include <QTest>

#include <memory>
#include <vector>

using namespace trunkline;
using namespace std::chrono_literals;

namespace {

class Timer final : public WheelTimer
{
public:
    explicit Timer(std::function<void()> callback = {}) : onExpired(std::move(callback)) { }
    std::function<void()> onExpired;
    int count = 0;

protected:
    void expired() override
    {
        ++count;
        if (const auto callback = onExpired)    // a copy: this may be destroyed by it
            callback();
    }
};

} // namespace

/// Deadlines: never early, at most a slot late, whatever timers do to each other.
class TestTimerWheel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void expiresNeverEarlyAndAtMostOneSlotLate_data();
    void expiresNeverEarlyAndAtMostOneSlotLate();
    void expiresOncePerArming();
    void movesLater();
    void movesEarlier();
    void disarms();
    void disarmsWhenDestroyed();
    void survivesItsWheel();
    void rearmsFromInsideExpired();
    void expiresTimerArmedInThePastFromInsideExpired();
    void survivesTimerThatDestroysItself();
    void survivesTimerThatDestroysItsNeighbour();
    void movesNeighbourThatIsDueInTheSameRound();
    void catchesUpAfterALongPause();
    void passesTimersOnThatAreRoundsAway();
    void tellsTheNextWake();
    void wakesObserverForEarlierDeadlinesOnly();
    void keepsItsPromiseWhenDrivenByItsObserver();

private:
    FakeClock m_clock;
    std::unique_ptr<TimerWheel> m_wheel;
    /// Turns the clock by `time` in steps of `step`.
    void run(Clock::Duration time, Clock::Duration step = 1ms)
    {
        for (Clock::Duration passed{}; passed < time; passed += step) {
            m_clock.advance(step);
            m_wheel->advance();
        }
    }
};

void TestTimerWheel::init() { m_wheel = std::make_unique<TimerWheel>(m_clock); }

void TestTimerWheel::expiresNeverEarlyAndAtMostOneSlotLate_data()
{
    QTest::addColumn<int>("milliseconds");
    for (const int milliseconds : {0, 1, 19, 20, 21, 300, 5099, 5100, 5119, 5120, 5121, 10'000, 30'000})
        QTest::addRow("%d ms", milliseconds) << milliseconds;
}

void TestTimerWheel::expiresNeverEarlyAndAtMostOneSlotLate()
{
    QFETCH(int, milliseconds);
    for (int offset = 0; offset < 20; offset += 7) {
        run(std::chrono::milliseconds(offset));
        Timer timer;
        const Clock::Duration after = std::chrono::milliseconds(milliseconds);
        m_wheel->arm(timer, after);
        const Clock::Instant start = m_clock.now();
        while (timer.count == 0) {
            m_clock.advance(1ms);
            m_wheel->advance();
            QVERIFY(m_clock.now() - start <= after + TimerWheel::kSlot);
        }
        QVERIFY(m_clock.now() - start >= after);
    }
}

void TestTimerWheel::expiresOncePerArming()
{
    Timer timer;
    m_wheel->arm(timer, 50ms);
    QVERIFY(timer.isArmed());
    QCOMPARE(m_wheel->size(), std::size_t(1));
    run(20s);
    QCOMPARE(timer.count, 1);
    QVERIFY(!timer.isArmed());
    QCOMPARE(m_wheel->size(), std::size_t(0));
    m_wheel->arm(timer, 50ms);
    run(100ms);
    QCOMPARE(timer.count, 2);
}

void TestTimerWheel::movesLater()
{
    Timer timer;
    m_wheel->arm(timer, 50ms);
    for (int i = 0; i < 100; ++i) {
        run(40ms);
        m_wheel->arm(timer, 50ms);
        QCOMPARE(m_wheel->size(), std::size_t(1));
    }
    QCOMPARE(timer.count, 0);
    run(71ms);
    QCOMPARE(timer.count, 1);
}

void TestTimerWheel::movesEarlier()
{
    Timer timer;
    m_wheel->arm(timer, 10s);
    m_wheel->arm(timer, 40ms);
    QCOMPARE(timer.deadline(), m_clock.now() + Clock::Duration(40ms));
    run(60ms);
    QCOMPARE(timer.count, 1);
    run(11s);
    QCOMPARE(timer.count, 1);
}

void TestTimerWheel::disarms()
{
    Timer timer;
    m_wheel->disarm(timer);
    m_wheel->arm(timer, 50ms);
    m_wheel->disarm(timer);
    m_wheel->disarm(timer);
    QCOMPARE(m_wheel->size(), std::size_t(0));
    run(10s);
    QCOMPARE(timer.count, 0);
}

void TestTimerWheel::disarmsWhenDestroyed()
{
    {
        Timer timer;
        m_wheel->arm(timer, 50ms);
    }
    QCOMPARE(m_wheel->size(), std::size_t(0));
    run(200ms);
}

void TestTimerWheel::survivesItsWheel()
{
    Timer near;
    Timer far;
    m_wheel->arm(near, 50ms);
    m_wheel->arm(far, 1h);
    m_wheel.reset();
    QVERIFY(!near.isArmed());
    QVERIFY(!far.isArmed());
}

void TestTimerWheel::rearmsFromInsideExpired()
{
    Timer timer;
    timer.onExpired = [&] { m_wheel->arm(timer, 0ms); };
    m_wheel->arm(timer, 0ms);
    m_clock.advance(20ms);
    m_wheel->advance();
    QCOMPARE(timer.count, 1);       // not again in the same round
    m_clock.advance(20ms);
    m_wheel->advance();
    QCOMPARE(timer.count, 2);
    timer.onExpired = {};
}

void TestTimerWheel::expiresTimerArmedInThePastFromInsideExpired()
{
    Timer late;
    Timer first([&] { m_wheel->arm(late, -1s); });
    m_wheel->arm(first, 50ms);
    run(100ms);
    QCOMPARE(first.count, 1);
    QCOMPARE(late.count, 1);
    m_wheel->arm(late, -1s);
    run(20ms);
    QCOMPARE(late.count, 2);
}

void TestTimerWheel::survivesTimerThatDestroysItself()
{
    auto timer = std::make_unique<Timer>();
    Timer neighbour;
    timer->onExpired = [&] { timer.reset(); };
    m_wheel->arm(*timer, 50ms);
    m_wheel->arm(neighbour, 50ms);
    run(100ms);
    QVERIFY(!timer);
    QCOMPARE(neighbour.count, 1);
    QCOMPARE(m_wheel->size(), std::size_t(0));
}

void TestTimerWheel::survivesTimerThatDestroysItsNeighbour()
{
    auto second = std::make_unique<Timer>();
    Timer first([&] { second.reset(); });
    Timer third;
    m_wheel->arm(first, 50ms);
    m_wheel->arm(*second, 50ms);
    m_wheel->arm(third, 50ms);
    run(100ms);
    QCOMPARE(first.count, 1);
    QCOMPARE(third.count, 1);
    QCOMPARE(m_wheel->size(), std::size_t(0));
}

void TestTimerWheel::movesNeighbourThatIsDueInTheSameRound()
{
    Timer moved;
    Timer stopped;
    Timer first([&] {
        m_wheel->arm(moved, 50ms);
        m_wheel->disarm(stopped);
    });
    m_wheel->arm(first, 50ms);
    m_wheel->arm(moved, 50ms);
    m_wheel->arm(stopped, 50ms);
    run(80ms);
    QCOMPARE(first.count, 1);
    QCOMPARE(moved.count, 0);
    run(60ms);
    QCOMPARE(moved.count, 1);
    QCOMPARE(stopped.count, 0);
}

void TestTimerWheel::catchesUpAfterALongPause()
{
    std::vector<std::unique_ptr<Timer>> timers;
    for (int i = 0; i < 600; ++i) {
        timers.push_back(std::make_unique<Timer>());
        m_wheel->arm(*timers.back(), i * 20ms);
    }
    Timer later;
    m_wheel->arm(later, 2h);
    m_clock.advance(1h);
    m_wheel->advance();
    for (const auto &timer : timers)
        QCOMPARE(timer->count, 1);
    QCOMPARE(later.count, 0);
    m_clock.advance(1h + 20ms);
    m_wheel->advance();
    QCOMPARE(later.count, 1);
}

void TestTimerWheel::passesTimersOnThatAreRoundsAway()
{
    Timer timer;
    m_wheel->arm(timer, 30s);
    run(30s - 1ms, 1ms);
    QCOMPARE(timer.count, 0);
    run(21ms);
    QCOMPARE(timer.count, 1);
}

void TestTimerWheel::tellsTheNextWake()
{
    QVERIFY(!m_wheel->nextWake());
    Timer timer;
    m_wheel->arm(timer, 50ms);
    QVERIFY(m_wheel->nextWake());
    QVERIFY(*m_wheel->nextWake() >= 50ms);
    QVERIFY(*m_wheel->nextWake() <= 70ms);
    m_clock.advance(200ms);
    QCOMPARE(*m_wheel->nextWake(), Clock::Duration(0));
    m_wheel->advance();
    QVERIFY(!m_wheel->nextWake());
    Timer probe([&] { QVERIFY(m_wheel->nextWake()); });     // asked while the last ones of a round are in hand
    Timer after;
    m_wheel->arm(probe, 0ms);
    m_wheel->arm(after, 0ms);
    run(40ms);
    QCOMPARE(probe.count + after.count, 2);
}

void TestTimerWheel::wakesObserverForEarlierDeadlinesOnly()
{
    std::vector<Clock::Duration> wakes;
    m_wheel->setWakeObserver([&](Clock::Duration wake) { wakes.push_back(wake); });
    Timer a;
    Timer b;
    m_wheel->arm(a, 1s);
    QCOMPARE(wakes.size(), std::size_t(1));
    m_wheel->arm(a, 2s);
    m_wheel->arm(b, 2s);
    QCOMPARE(wakes.size(), std::size_t(1));
    m_wheel->arm(b, 100ms);
    QCOMPARE(wakes.size(), std::size_t(2));
    QVERIFY(wakes.back() >= 100ms && wakes.back() <= 120ms);
    m_clock.advance(wakes.back());
    m_wheel->advance();
    QCOMPARE(b.count, 1);
    QCOMPARE(wakes.size(), std::size_t(3));
}

void TestTimerWheel::keepsItsPromiseWhenDrivenByItsObserver()
{
    std::optional<Clock::Instant> wake;
    m_wheel->setWakeObserver([&](Clock::Duration in) { wake = m_clock.now() + in; });
    QRandomGenerator random(7);
    std::vector<std::unique_ptr<Timer>> timers;
    for (int i = 0; i < 50; ++i) {
        timers.push_back(std::make_unique<Timer>());
        Timer &timer = *timers.back();
        timer.onExpired = [this, &timer, &random] {
            QVERIFY(m_clock.now() >= timer.deadline());
            QVERIFY(m_clock.now() - timer.deadline() <= TimerWheel::kSlot);
            m_wheel->arm(timer, std::chrono::microseconds(random.bounded(12'000'000)));
        };
        m_wheel->arm(timer, std::chrono::microseconds(random.bounded(12'000'000)));
    }
    for (int i = 0; i < 5000; ++i) {
        QVERIFY(wake);
        const Clock::Duration until = *wake - m_clock.now();
        wake.reset();
        m_clock.advance(std::max(until, Clock::Duration(0)));
        m_wheel->advance();
    }
    for (const auto &timer : timers)
        QVERIFY(timer->count > 0);
}

QTEST_APPLESS_MAIN(TestTimerWheel)
#include "tst_timerwheel.moc"
