// SPDX-License-Identifier: GPL-3.0-or-later
// What the epoll dispatcher asks the kernel, and what it saves.
#include "EpollFixture.h"

#include <QSignalSpy>
#include <QSocketNotifier>
#include <QThread>

#include <functional>
#include <limits>
#include <memory>
#include <utility>

#ifdef Q_OS_LINUX
#include <csignal>
#include <sys/resource.h>

using trunkline::Beat;
using trunkline::Pair;

class EpollKernelTest : public trunkline::EpollFixture
{
    Q_OBJECT

    /// Fills the socket to the brim.
    static void fill(int descriptor)
    {
        const QByteArray block(65536, 'x');
        while (write(descriptor, block.constData(), std::size_t(block.size())) > 0) { }
    }

    static void empty(int descriptor)
    {
        QByteArray block(65536, '\0');
        while (read(descriptor, block.data(), std::size_t(block.size())) > 0) { }
    }

private Q_SLOTS:
    void init() { settle(); }

    void factoryGivesNothingWhenOff()
    {
        QVERIFY(!trunkline::makeEventDispatcher(false));
        QVERIFY(trunkline::makeEventDispatcher(true));
    }

    void factoryGivesNothingWithoutDescriptors()
    {
        rlimit before{};
        getrlimit(RLIMIT_NOFILE, &before);
        const rlimit none{0, before.rlim_max};
        setrlimit(RLIMIT_NOFILE, &none);
        const bool made = trunkline::makeEventDispatcher(true) != nullptr;
        setrlimit(RLIMIT_NOFILE, &before);
        QVERIFY(!made);
    }

    void usualWriteCostsNoRegistration()
    {
        Pair pair;
        QSocketNotifier reader(pair.near(), QSocketNotifier::Read);
        QSocketNotifier writer(pair.near(), QSocketNotifier::Write);
        int fired = 0;
        connect(&writer, &QSocketNotifier::activated, this, [&] { ++fired; writer.setEnabled(false); });
        settle();
        const quint64 before = m_loop.calls().controls;
        for (int message = 1; message <= 100; ++message) {
            writer.setEnabled(true);
            m_loop.processEvents(QEventLoop::AllEvents);
            QCOMPARE(fired, message + 1);
        }
        QCOMPARE(m_loop.calls().controls, before);
    }

    void writerEnabledAndDisabledInBetweenCostsNothing()
    {
        Pair pair;
        QSocketNotifier reader(pair.near(), QSocketNotifier::Read);
        settle();
        const quint64 before = m_loop.calls().controls;
        {
            QSocketNotifier writer(pair.near(), QSocketNotifier::Write);
            QSignalSpy fired(&writer, &QSocketNotifier::activated);
            writer.setEnabled(false);
            settle();
            QVERIFY(fired.isEmpty());
        }
        QCOMPARE(m_loop.calls().controls, before);
    }

    void writerOfAFullSocketIsLeftToTheKernel_data()
    {
        QTest::addColumn<bool>("toggles");
        QTest::newRow("stays enabled") << false;
        QTest::newRow("disables and enables itself") << true;
    }
    void writerOfAFullSocketIsLeftToTheKernel()
    {
        QFETCH(bool, toggles);
        Pair pair;
        fill(pair.near());
        QSocketNotifier reader(pair.near(), QSocketNotifier::Read);
        QSocketNotifier writer(pair.near(), QSocketNotifier::Write);
        int tried = 0;
        bool written = false;
        connect(&writer, &QSocketNotifier::activated, this, [&] {
            ++tried;
            writer.setEnabled(!toggles);
            written = write(pair.near(), "x", 1) == 1;
            writer.setEnabled(!written);
        });
        QVERIFY(waitsWithin(30) < 10);
        QVERIFY(!written);
        QVERIFY(tried <= 4);        // see EpollDispatcher::WriteTrials
        empty(pair.peer());
        QTRY_VERIFY(written);
        settle();
        const int last = tried;
        QVERIFY(waitsWithin(10) < 10);
        QCOMPARE(tried, last);
    }

    void onlyWriterThatCannotBlockIsTried_data()
    {
        QTest::addColumn<bool>("blocking");
        QTest::newRow("blocking descriptor") << true;
        QTest::newRow("no reader beside it") << false;
    }
    void onlyWriterThatCannotBlockIsTried()
    {
        QFETCH(bool, blocking);
        Pair pair;
        fill(pair.near());
        std::unique_ptr<QSocketNotifier> reader;
        if (blocking) {
            fcntl(pair.near(), F_SETFL, fcntl(pair.near(), F_GETFL) & ~O_NONBLOCK);
            reader = std::make_unique<QSocketNotifier>(pair.near(), QSocketNotifier::Read);
        }
        QSocketNotifier writer(pair.near(), QSocketNotifier::Write);
        QSignalSpy fired(&writer, &QSocketNotifier::activated);
        settle();
        QVERIFY(fired.isEmpty());
        empty(pair.peer());
        QTRY_VERIFY(!fired.isEmpty());
    }

    void writerTriedInANestedLoopIsNotForgotten()
    {
        Pair first;
        Pair second;
        QSocketNotifier firstReader(first.near(), QSocketNotifier::Read);
        QSocketNotifier secondReader(second.near(), QSocketNotifier::Read);
        QSocketNotifier firstWriter(first.near(), QSocketNotifier::Write);
        QSocketNotifier secondWriter(second.near(), QSocketNotifier::Write);
        bool nested = false;
        int firstFired = 0;
        int secondFired = 0;
        QEventLoop loop;
        connect(&firstWriter, &QSocketNotifier::activated, this, [&] {
            if (++firstFired > 1)
                firstWriter.setEnabled(false);      // it is served inside the loop that its own slot runs
            if (std::exchange(nested, true))
                return;
            QTimer::singleShot(30, &loop, &QEventLoop::quit);
            loop.exec();
            QCOMPARE(secondFired, 1);
            QCOMPARE(firstFired, 2);
        });
        connect(&secondWriter, &QSocketNotifier::activated, this, [&] { ++secondFired; secondWriter.setEnabled(false); });
        settle();
        QVERIFY(nested);
    }

    void writeRequestedWhileAboutToBlockIsNotDelayed()
    {
        Pair pair;
        QSocketNotifier reader(pair.near(), QSocketNotifier::Read);
        QSocketNotifier writer(pair.near(), QSocketNotifier::Write);
        writer.setEnabled(false);
        QEventLoop loop;
        connect(&m_loop, &QAbstractEventDispatcher::aboutToBlock, &loop, [&] { writer.setEnabled(true); });
        connect(&writer, &QSocketNotifier::activated, &loop, [&] { writer.setEnabled(false); loop.quit(); });
        bool late = false;
        QTimer::singleShot(5000, &loop, [&] { late = true; });
        loop.exec();
        QVERIFY(!late);
    }

    void wakeUpOnTheOwnThreadIsAFlag()
    {
        const quint64 before = m_loop.wakeUpsWritten();
        int left = 1000;
        std::function<void()> next = [&] {
            if (--left > 0)
                QMetaObject::invokeMethod(this, next, Qt::QueuedConnection);
        };
        next();
        QTRY_COMPARE(left, 0);
        QCOMPARE(m_loop.wakeUpsWritten(), before);
    }

    void wakeUpsOfOtherThreadsShareAWrite()
    {
        const quint64 before = m_loop.wakeUpsWritten();
        int seen = 0;
        const std::unique_ptr<QThread> other(QThread::create([&] {
            for (int i = 0; i < 1000; ++i)
                QMetaObject::invokeMethod(this, [&] { ++seen; }, Qt::QueuedConnection);
        }));
        other->start();
        QVERIFY(other->wait());
        settle();
        QCOMPARE(seen, 1000);
        QCOMPARE(m_loop.wakeUpsWritten(), before + 1);
        QVERIFY(waitsWithin(20) < 10);      // the descriptor is never read, and yet the loop sleeps
    }

    void excludedNotifiersFireLaterAndTheLoopSleeps()
    {
        Pair pair;
        QSocketNotifier reader(pair.near(), QSocketNotifier::Read);
        QSocketNotifier writer(pair.near(), QSocketNotifier::Write);
        int reads = 0;
        int writes = 0;
        connect(&reader, &QSocketNotifier::activated, this, [&] { reads += pair.hear(); });
        connect(&writer, &QSocketNotifier::activated, this, [&] { ++writes; writer.setEnabled(false); });
        QVERIFY(pair.say());
        QSignalSpy sleeps(&m_loop, &QAbstractEventDispatcher::aboutToBlock);
        m_loop.wakeUp();
        QCOMPARE(waitsWithin(60, QEventLoop::ExcludeSocketNotifiers), 0);
        QCOMPARE(reads + writes, 0);
        QVERIFY2(sleeps.size() >= 1 && sleeps.size() < 10, "the loop did not sleep, or spun");
        settle();
        QCOMPARE(reads, 1);
        QCOMPARE(writes, 1);
    }

    void signalHandlerMayWakeTheLoop()
    {
        static QAbstractEventDispatcher *target = &m_loop;
        const auto previous = std::signal(SIGALRM, [](int) { target->wakeUp(); });
        ualarm(20000, 0);
        m_loop.processEvents(QEventLoop::WaitForMoreEvents);
        std::signal(SIGALRM, previous);
    }

    void intervalBeyondThirtyOneBitsIsKept()
    {
        Beat beat;
        constexpr int id = 999999;      // far from those that Qt gives out
        m_loop.registerTimer(id, qint64(1) << 33, Qt::PreciseTimer, &beat);
        QVERIFY(waitsWithin(20) < 10);
        QCOMPARE(beat.count, 0);
        QCOMPARE(m_loop.remainingTime(id), std::numeric_limits<int>::max());
        QVERIFY(m_loop.unregisterTimer(id));
        QVERIFY(!m_loop.unregisterTimer(id));
        QCOMPARE(m_loop.remainingTime(id), -1);
    }

    void idleLoopSleeps()
    {
        Pair pair;
        QSocketNotifier reader(pair.near(), QSocketNotifier::Read);
        QVERIFY(waitsWithin(50) <= 4);
    }
};

int main(int argc, char **argv)
{
    return trunkline::runOnEpoll<EpollKernelTest>(argc, argv);
}

#else

class EpollKernelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void factoryGivesNothing() { QVERIFY(!trunkline::makeEventDispatcher(true)); }
};

QTEST_GUILESS_MAIN(EpollKernelTest)

#endif

#include "tst_epollkernel.moc"
