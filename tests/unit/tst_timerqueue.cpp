// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/TimerQueue.h"

#include <QTest>

#include <limits>
#include <map>
#include <random>

using namespace std::chrono_literals;
using trunkline::TimerQueue;
using Time = TimerQueue::Time;

namespace {

constexpr Time start = 1000s;       // an even time of the clock

/// Fires all that is due at `now` and returns the ids in order.
QList<int> fire(TimerQueue &queue, Time now)
{
    QList<int> ids;
    const auto round = queue.beginRound(now);
    while (const auto due = queue.takeDue(round)) {
        ids.append(due->id);
        queue.finish(*due);
    }
    return ids;
}

} // namespace

class TimerQueueTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isEmptyAtFirst()
    {
        TimerQueue queue;
        QVERIFY(queue.isEmpty());
        QVERIFY(!queue.untilNext(start));
        QVERIFY(!queue.remaining(1, start));
        QVERIFY(!queue.remove(1));
        QVERIFY(!queue.removeAll(this));
        QVERIFY(queue.timersOf(this).isEmpty());
        QVERIFY(fire(queue, start).isEmpty());
    }

    void firesInOrderOfDeadline()
    {
        TimerQueue queue;
        queue.add(1, 30ms, Qt::PreciseTimer, this, start);
        queue.add(2, 10ms, Qt::PreciseTimer, this, start);
        queue.add(3, 20ms, Qt::PreciseTimer, this, start);
        queue.add(4, 10ms, Qt::PreciseTimer, this, start);
        QCOMPARE(queue.untilNext(start).value(), Time(10ms));
        QVERIFY(fire(queue, start + 10ms - 1ns).isEmpty());
        QCOMPARE(fire(queue, start + 10ms), (QList<int>{2, 4}));
        QCOMPARE(fire(queue, start + 30ms), (QList<int>{3, 2, 4, 1}));
        QCOMPARE(queue.size(), std::size_t(4));
    }

    void preciseTimerKeepsItsBeat()
    {
        TimerQueue queue;
        queue.add(1, 10ms, Qt::PreciseTimer, this, start);
        for (int beat = 1; beat <= 100; ++beat) {
            QCOMPARE(fire(queue, start + beat * 10ms + 3ms), QList<int>{1});     // always 3 ms late, and no drift
            QCOMPARE(queue.remaining(1, start + beat * 10ms + 3ms).value(), Time(7ms));
        }
    }

    void missedBeatsAreSkipped()
    {
        TimerQueue queue;
        queue.add(1, 10ms, Qt::PreciseTimer, this, start);
        QCOMPARE(fire(queue, start + 1005ms), QList<int>{1});
        QVERIFY(fire(queue, start + 1005ms).isEmpty());
        QCOMPARE(queue.untilNext(start + 1005ms).value(), Time(10ms));
    }

    void zeroTimerFiresOnceARound()
    {
        TimerQueue queue;
        queue.add(1, 0ms, Qt::CoarseTimer, this, start);
        queue.add(2, 5ms, Qt::PreciseTimer, this, start);
        QCOMPARE(queue.untilNext(start).value(), Time(0));
        for (int turn = 0; turn < 3; ++turn)
            QCOMPARE(fire(queue, start), QList<int>{1});
        QCOMPARE(fire(queue, start + 5ms), (QList<int>{1, 2}));
    }

    void timerAddedInsideARoundWaitsForTheNext()
    {
        TimerQueue queue;
        queue.add(1, 0ms, Qt::PreciseTimer, this, start);
        const auto round = queue.beginRound(start);
        const auto due = queue.takeDue(round);
        QVERIFY(due);
        queue.add(2, 0ms, Qt::PreciseTimer, this, start);
        queue.finish(*due);
        QVERIFY(!queue.takeDue(round));
        QCOMPARE(fire(queue, start), (QList<int>{2, 1}));
    }

    void timerBeingFiredIsNotDueInANestedRound()
    {
        TimerQueue queue;
        queue.add(1, 10ms, Qt::PreciseTimer, this, start);
        queue.add(2, 15ms, Qt::PreciseTimer, this, start);
        const auto due = queue.takeDue(queue.beginRound(start + 10ms));
        QCOMPARE(due.value().id, 1);
        QCOMPARE(queue.untilNext(start + 12ms).value(), Time(3ms));      // of the other one
        QCOMPARE(fire(queue, start + 100ms), QList<int>{2});
        QCOMPARE(queue.remaining(1, start + 11ms).value(), Time(9ms));
        queue.finish(*due);
        QCOMPARE(fire(queue, start + 100ms), QList<int>{1});
    }

    void timerRemovedWhileBeingFiredStaysGone()
    {
        TimerQueue queue;
        queue.add(1, 10ms, Qt::PreciseTimer, this, start);
        const auto due = queue.takeDue(queue.beginRound(start + 10ms));
        QVERIFY(queue.remove(1));
        queue.finish(due.value());
        QVERIFY(queue.isEmpty());
        QVERIFY(!queue.untilNext(start));
    }

    void laterTimerWithTheSameIdIsAnother()
    {
        TimerQueue queue;
        queue.add(1, 10ms, Qt::PreciseTimer, this, start);
        const auto due = queue.takeDue(queue.beginRound(start + 10ms));
        queue.remove(1);
        queue.add(1, 50ms, Qt::PreciseTimer, this, start + 10ms);
        queue.finish(due.value());
        QVERIFY(fire(queue, start + 59ms).isEmpty());
        QCOMPARE(fire(queue, start + 60ms), QList<int>{1});
        QCOMPARE(queue.size(), std::size_t(1));
    }

    void coarseTimerStaysWithinFivePercent_data()
    {
        QTest::addColumn<int>("interval");
        QTest::addColumn<int>("step");
        const std::pair<int, int> rows[] = {{1, 0}, {20, 0}, {21, 2}, {49, 2}, {50, 5}, {99, 5}, {100, 10}, {333, 25},
                                            {500, 50}, {1000, 100}, {5000, 500}, {10000, 1000}, {19999, 1000}};
        for (const auto &[interval, step] : rows)
            QTest::addRow("%d ms", interval) << interval << step;
    }
    void coarseTimerStaysWithinFivePercent()
    {
        QFETCH(int, interval);
        QFETCH(int, step);
        for (int offset = 0; offset < 2000; offset += 7) {
            TimerQueue queue;
            const Time now = start + offset * 1ms + 123us;
            queue.add(1, interval * 1ms, Qt::CoarseTimer, this, now);
            const Time until = queue.untilNext(now).value();
            QVERIFY(std::chrono::abs(until - interval * 1ms) * 20 <= Time(interval * 1ms));
            if (step > 0)
                QCOMPARE((now + until) % Time(step * 1ms), Time(0));
            else
                QCOMPARE(until, Time(interval * 1ms));
        }
    }

    void coarseTimersShareAWakeUp()
    {
        TimerQueue queue;
        for (int id = 1; id <= 50; ++id)
            queue.add(id, 1000ms, Qt::CoarseTimer, this, start + id * 1ms);
        const Time first = queue.untilNext(start).value();
        QCOMPARE(fire(queue, start + first).size(), 49);        // the 50th rounds up to the next tenth
    }

    void coarseTimerDoesNotDrift()
    {
        TimerQueue queue;
        queue.add(1, 333ms, Qt::CoarseTimer, this, start);
        Time now = start;
        for (int beat = 0; beat < 1000; ++beat) {
            now += queue.untilNext(now).value();
            QCOMPARE(fire(queue, now), QList<int>{1});
        }
        QVERIFY(std::chrono::abs(now - (start + 333s)) <= Time(17ms));
    }

    void lateCoarseTimerIsNotDueAtOnceAgain()
    {
        TimerQueue queue;
        queue.add(1, 10000ms, Qt::CoarseTimer, this, start + 400ms);
        const Time now = start + 20300ms;       // the next is expected at 20.4 s; the round time near that has passed
        QCOMPARE(fire(queue, now), QList<int>{1});
        QVERIFY(queue.untilNext(now).value() > Time(0));
    }

    void veryCoarseTimerFiresOnWholeSeconds_data()
    {
        QTest::addColumn<int>("interval");
        QTest::addColumn<int>("type");
        QTest::addRow("very coarse 100 ms") << 100 << int(Qt::VeryCoarseTimer);
        QTest::addRow("very coarse 1 s") << 1000 << int(Qt::VeryCoarseTimer);
        QTest::addRow("very coarse 2.4 s") << 2400 << int(Qt::VeryCoarseTimer);
        QTest::addRow("coarse 20 s") << 20000 << int(Qt::CoarseTimer);
        QTest::addRow("coarse 1 h") << 3600000 << int(Qt::CoarseTimer);
    }
    void veryCoarseTimerFiresOnWholeSeconds()
    {
        QFETCH(int, interval);
        QFETCH(int, type);
        for (int offset = 0; offset < 1000; offset += 50) {
            TimerQueue queue;
            Time now = start + offset * 1ms;
            queue.add(1, interval * 1ms, Qt::TimerType(type), this, now);
            for (int beat = 1; beat <= 5; ++beat) {
                const Time due = now + queue.untilNext(now).value();
                QVERIFY(due > now);
                QCOMPARE(due % 1s, Time(0));
                if (interval >= 1000)
                    QVERIFY(std::chrono::abs(due - (start + offset * 1ms + beat * interval * 1ms)) <= Time(500ms));
                QCOMPARE(fire(queue, due), QList<int>{1});
                now = due;
            }
        }
    }

    void intervalsBeyondThirtyOneBitsAreKept()
    {
        TimerQueue queue;
        const auto interval = std::chrono::milliseconds(qint64(1) << 33);
        queue.add(1, interval, Qt::PreciseTimer, this, start);
        QCOMPARE(queue.untilNext(start).value(), Time(interval));
        QVERIFY(fire(queue, start + interval - 1ms).isEmpty());
        QCOMPARE(fire(queue, start + interval), QList<int>{1});
        QCOMPARE(queue.timersOf(this).constFirst().interval, std::numeric_limits<int>::max());
    }

    void endlessIntervalDoesNotOverflow()
    {
        TimerQueue queue;
        for (const auto type : {Qt::PreciseTimer, Qt::CoarseTimer, Qt::VeryCoarseTimer}) {
            queue.add(1, std::chrono::milliseconds::max(), type, this, start);
            QVERIFY(queue.untilNext(start).value() > Time(std::chrono::hours(24 * 365 * 99)));
        }
    }

    void timersBelongToTheirObject()
    {
        TimerQueue queue;
        QObject other;
        queue.add(1, 10ms, Qt::PreciseTimer, this, start);
        queue.add(2, 30000ms, Qt::CoarseTimer, &other, start);
        queue.add(3, 20ms, Qt::VeryCoarseTimer, this, start);
        QCOMPARE(queue.timersOf(this).size(), 2);
        const auto info = queue.timersOf(&other);
        QCOMPARE(info.size(), 1);
        QCOMPARE(info.constFirst().timerId, 2);
        QCOMPARE(info.constFirst().interval, 30000);
        QCOMPARE(info.constFirst().timerType, Qt::CoarseTimer);         // as registered
        QVERIFY(queue.removeAll(this));
        QVERIFY(!queue.removeAll(this));
        QCOMPARE(queue.size(), std::size_t(1));
        QCOMPARE(fire(queue, start + 60s), QList<int>{2});
    }

    void agreesWithASortedMapOverTenThousandTimers()
    {
        std::mt19937 random(4711);
        TimerQueue queue;
        std::map<int, Time> model;      // id to deadline
        std::vector<QObject> objects(100);
        Time now = start;
        for (int step = 0; step < 40000; ++step) {
            const int id = int(random() % 10000) + 1;
            if (random() % 4 == 0) {
                QCOMPARE(queue.remove(id), model.erase(id) == 1);
            } else {
                const auto interval = std::chrono::milliseconds(1 + random() % 100000);
                queue.add(id, interval, Qt::PreciseTimer, &objects[random() % objects.size()], now);
                model[id] = now + interval;
            }
        }
        QCOMPARE(queue.size(), model.size());
        while (!model.empty()) {
            now += queue.untilNext(now).value();
            const auto round = queue.beginRound(now);
            const auto due = queue.takeDue(round);
            QVERIFY(due);
            const auto least = std::min_element(model.begin(), model.end(),
                                                [](const auto &a, const auto &b) { return a.second < b.second; });
            QCOMPARE(model.at(due->id), least->second);
            QVERIFY(queue.remove(due->id));
            queue.finish(*due);
            model.erase(due->id);
            if (model.size() < 9000)    // the model is slow; the rest is removed by object
                break;
        }
        for (const QObject &object : objects)
            queue.removeAll(&object);
        QVERIFY(queue.isEmpty());
    }
};

QTEST_APPLESS_MAIN(TimerQueueTest)
#include "tst_timerqueue.moc"
