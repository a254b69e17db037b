// SPDX-License-Identifier: GPL-3.0-or-later
// Timers, as our event dispatcher and Qt's own have them in common: every test runs on both.
#include "BothDispatchers.h"
#include "LoopFixtures.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QThread>
#include <QTimer>

#include <algorithm>
#include <atomic>

using trunkline::Beat;

namespace {

QAbstractEventDispatcher *dispatcher()
{
    return QAbstractEventDispatcher::instance();
}

/// Turns the loop until nothing happens any more.
void settle()
{
    while (dispatcher()->processEvents(QEventLoop::AllEvents)) { }
}

} // namespace

class DispatchedTimersTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void timersKeepTheirInterval_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<int>("interval");
        QTest::newRow("precise") << int(Qt::PreciseTimer) << 40;
        QTest::newRow("coarse") << int(Qt::CoarseTimer) << 100;
        QTest::newRow("very coarse") << int(Qt::VeryCoarseTimer) << 1000;
    }
    void timersKeepTheirInterval()
    {
        QFETCH(int, type);
        QFETCH(int, interval);
        QEventLoop loop;
        QElapsedTimer clock;
        clock.start();
        QTimer::singleShot(interval, Qt::TimerType(type), &loop, &QEventLoop::quit);
        loop.exec();
        const int early = type == Qt::PreciseTimer ? 1 : type == Qt::CoarseTimer ? interval / 20 : 500;
        QVERIFY2(clock.elapsed() >= interval - early, QByteArray::number(clock.elapsed()).constData());
    }

    void zeroTimerFiresOnceATurn()
    {
        Beat beat;
        const int id = beat.startTimer(0);
        for (int turn = 1; turn <= 5; ++turn) {
            dispatcher()->processEvents(QEventLoop::AllEvents);
            QCOMPARE(beat.count, turn);
        }
        dispatcher()->processEvents(QEventLoop::X11ExcludeTimers);
        QCOMPARE(beat.count, 5);
        beat.killTimer(id);
        settle();
        QCOMPARE(beat.count, 5);
    }

    void timerIsNotFiredInsideItsOwnHandler()
    {
        Beat slow;
        Beat other;
        other.startTimer(5, Qt::PreciseTimer);
        int depth = 0;
        int deepest = 0;
        int before = 0;
        QEventLoop outer;
        slow.onTimer = [&](int) {
            deepest = std::max(deepest, ++depth);
            before = other.count;
            QEventLoop nested;
            QTimer::singleShot(40, Qt::PreciseTimer, &nested, &QEventLoop::quit);
            nested.exec();
            QVERIFY(other.count > before);      // the others go on
            --depth;
            if (slow.count == 2)
                outer.quit();
        };
        slow.startTimer(5, Qt::PreciseTimer);
        outer.exec();
        QCOMPARE(deepest, 1);
        QCOMPARE(slow.count, 2);
    }

    void timerMayKillOrRestartItself()
    {
        Beat beat;
        int id = beat.startTimer(1, Qt::PreciseTimer);
        beat.onTimer = [&](int fired) {
            QCOMPARE(fired, id);
            beat.killTimer(fired);
            if (beat.count < 5)
                id = beat.startTimer(1, Qt::PreciseTimer);
        };
        QTRY_COMPARE(beat.count, 5);
        QTest::qWait(20);
        QCOMPARE(beat.count, 5);
    }

    void objectDeletedInItsTimerEventStopsAllItsTimers()
    {
        auto *beat = new Beat;
        for (int i = 0; i < 10; ++i)
            beat->startTimer(1, Qt::PreciseTimer);
        bool deleted = false;
        beat->onTimer = [&](int) {
            deleted = true;
            auto *self = beat;      // the handler's captures die with it
            delete self;
        };
        QTRY_VERIFY(deleted);
        QTest::qWait(20);       // none fires into what is gone
    }

    void tellsWhatTimersAnObjectHas()
    {
        Beat beat;
        const int precise = beat.startTimer(500, Qt::PreciseTimer);
        const int coarse = beat.startTimer(500, Qt::CoarseTimer);
        const auto timers = dispatcher()->registeredTimers(&beat);
        QCOMPARE(timers.size(), 2);
        for (const auto &timer : timers)
            QCOMPARE(timer.interval, 500);
        const int remaining = dispatcher()->remainingTime(precise);
        QVERIFY(remaining > 300 && remaining <= 500);
        QVERIFY(dispatcher()->remainingTime(coarse) <= 525);
        beat.killTimer(precise);
        QCOMPARE(dispatcher()->registeredTimers(&beat).size(), 1);
        QVERIFY(dispatcher()->unregisterTimers(&beat));
        QVERIFY(dispatcher()->registeredTimers(&beat).isEmpty());
    }

    void timersMoveWithTheirObject()
    {
        QThread thread;
        thread.start();
        auto *beat = new Beat;
        std::atomic<QThread *> firedIn{nullptr};
        beat->onTimer = [&](int) { firedIn = QThread::currentThread(); };
        beat->startTimer(5, Qt::PreciseTimer);
        beat->moveToThread(&thread);
        QTRY_COMPARE(firedIn.load(), &thread);
        beat->deleteLater();
        thread.quit();
        QVERIFY(thread.wait());
    }

    void excludedTimersFireLater()
    {
        Beat beat;
        beat.startTimer(1, Qt::PreciseTimer);
        QThread::msleep(5);
        dispatcher()->processEvents(QEventLoop::X11ExcludeTimers);
        QCOMPARE(beat.count, 0);
        dispatcher()->processEvents(QEventLoop::AllEvents);
        QCOMPARE(beat.count, 1);
    }
};

int main(int argc, char **argv)
{
    return trunkline::runOnBothDispatchers<DispatchedTimersTest>(argc, argv);
}

#include "tst_dispatchedtimers.moc"
