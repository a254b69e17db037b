// SPDX-License-Identifier: GPL-3.0-or-later
// What is particular to the epoll dispatcher: what it asks the kernel, and descriptors that come and go under it.
#include "LoopFixtures.h"
#include "hub/net/EpollDispatcher.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QSocketNotifier>
#include <QTemporaryFile>
#include <QTest>
#include <QThread>
#include <QTimer>

#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#ifdef Q_OS_LINUX
#include <csignal>
#include <sys/resource.h>

using trunkline::Beat;
using trunkline::EpollDispatcher;
using trunkline::Pair;

class EpollKernelTest : public QObject
{
    Q_OBJECT

    EpollDispatcher &m_loop = static_cast<EpollDispatcher &>(*QAbstractEventDispatcher::instance());

    void settle()
    {
        while (m_loop.processEvents(QEventLoop::AllEvents)) { }
    }

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

    /// Runs the loop for some milliseconds and tells how many times it waited.
    quint64 waitsWithin(int milliseconds, QEventLoop::ProcessEventsFlags flags = QEventLoop::AllEvents)
    {
        QEventLoop loop;
        const quint64 before = m_loop.calls().waits;
        QTimer::singleShot(milliseconds, Qt::PreciseTimer, &loop, &QEventLoop::quit);
        loop.exec(flags);
        return m_loop.calls().waits - before;
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

    void numberReusedInsideABatchIsNotMistaken()
    {
        Pair first;
        Pair second;
        Pair fresh;
        QVERIFY(first.say() && second.say());
        std::unique_ptr<QSocketNotifier> replacement;
        int mistaken = 0;
        // Whichever fires first puts another socket in the place of the other one, which is in the same batch.
        const auto swap = [&](std::unique_ptr<QSocketNotifier> &victim, int number) {
            if (replacement)
                return;
            victim.reset();
            dup3(fresh.near(), number, O_CLOEXEC);      // closes the old file of that number
            replacement = std::make_unique<QSocketNotifier>(number, QSocketNotifier::Read);
            connect(replacement.get(), &QSocketNotifier::activated, this, [&] { ++mistaken; });
        };
        auto one = std::make_unique<QSocketNotifier>(first.near(), QSocketNotifier::Read);
        auto two = std::make_unique<QSocketNotifier>(second.near(), QSocketNotifier::Read);
        connect(one.get(), &QSocketNotifier::activated, this, [&] { first.hear(); swap(two, second.near()); });
        connect(two.get(), &QSocketNotifier::activated, this, [&] { second.hear(); swap(one, first.near()); });
        settle();
        QVERIFY(replacement);
        QCOMPARE(mistaken, 0);
        QVERIFY(fresh.say());
        m_loop.processEvents(QEventLoop::AllEvents);
        QCOMPARE(mistaken, 1);      // and a real event arrives
        QCOMPARE(m_loop.calls().rebuilds, 0);
    }

    void readerReplacedInsideABatchWaitsForItsOwnData()
    {
        Pair pairs[2];
        std::unique_ptr<QSocketNotifier> readers[2];
        int replaced = 0;
        int mistaken = 0;
        std::vector<std::unique_ptr<QSocketNotifier>> others;     // so that epoll keeps the descriptor all the time
        for (int i = 0; i < 2; ++i) {
            others.push_back(std::make_unique<QSocketNotifier>(pairs[i].near(), QSocketNotifier::Exception));
            readers[i] = std::make_unique<QSocketNotifier>(pairs[i].near(), QSocketNotifier::Read);
            connect(readers[i].get(), &QSocketNotifier::activated, this, [&, i] {
                QVERIFY(pairs[i].hear() && pairs[1 - i].hear());
                ++replaced;
                readers[1 - i] = std::make_unique<QSocketNotifier>(pairs[1 - i].near(), QSocketNotifier::Read);
                connect(readers[1 - i].get(), &QSocketNotifier::activated, this, [&] { ++mistaken; });
            });
        }
        QVERIFY(pairs[0].say() && pairs[1].say());
        settle();
        QCOMPARE(replaced, 1);
        QCOMPARE(mistaken, 0);
    }

    void numberReusedBeforeTheOldNotifierWent()
    {
        auto old = std::make_unique<Pair>();
        const int number = old->near();
        auto stale = std::make_unique<QSocketNotifier>(number, QSocketNotifier::Read);
        settle();
        old->closeNear();           // epoll drops it silently
        Pair fresh;
        QCOMPARE(fresh.near(), number);
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("two socket notifiers")));
        QSocketNotifier reader(number, QSocketNotifier::Read);
        QSignalSpy fired(&reader, &QSocketNotifier::activated);
        stale.reset();              // must not take the new one with it
        QVERIFY(fresh.say());
        m_loop.processEvents(QEventLoop::AllEvents);
        QCOMPARE(fired.size(), 1);
        QVERIFY(fresh.hear());
    }

    void closedDescriptorIsDisabledWithAWarning()
    {
        Pair pair;
        QSocketNotifier reader(pair.near(), QSocketNotifier::Read);
        pair.closeNear();
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("is closed; its socket notifiers")));
        QVERIFY(waitsWithin(20) < 10);
        QVERIFY(!reader.isEnabled());
    }

    void fileClosedTooEarlyWithACopyAliveDoesNotSpin_data()
    {
        QTest::addColumn<bool>("reuse");
        QTest::newRow("number free") << false;
        QTest::newRow("number reused") << true;
    }
    void fileClosedTooEarlyWithACopyAliveDoesNotSpin()
    {
        QFETCH(bool, reuse);
        Pair pair;
        const int number = pair.near();
        const int copy = dup(number);
        auto reader = std::make_unique<QSocketNotifier>(number, QSocketNotifier::Read);
        settle();
        const quint64 before = m_loop.calls().rebuilds;
        pair.closeNear();
        reader.reset();             // too late: epoll keeps the file under a number that is no longer its own
        std::unique_ptr<Pair> other;
        if (reuse) {
            other = std::make_unique<Pair>();
            QCOMPARE(other->near(), number);
            reader = std::make_unique<QSocketNotifier>(number, QSocketNotifier::Read);
        }
        const int last = reader ? 1 : 0;
        int fired = 0;
        if (reader)
            connect(reader.get(), &QSocketNotifier::activated, this, [&] { fired += other->hear(); });
        QVERIFY(pair.say());
        QVERIFY(waitsWithin(30) < 10);
        QCOMPARE(m_loop.calls().rebuilds, before + 1);
        QCOMPARE(fired, 0);
        if (other)
            QVERIFY(other->say());
        settle();
        QCOMPARE(fired, last);
        close(copy);
    }

    void regularFileIsAlwaysReady()
    {
        QTemporaryFile file;
        QVERIFY(file.open());
        {
            QSocketNotifier reader(file.handle(), QSocketNotifier::Read);
            QSocketNotifier writer(file.handle(), QSocketNotifier::Write);
            QSignalSpy read(&reader, &QSocketNotifier::activated);
            QSignalSpy written(&writer, &QSocketNotifier::activated);
            for (int turn = 1; turn <= 3; ++turn) {
                m_loop.processEvents(QEventLoop::WaitForMoreEvents);
                QCOMPARE(read.size(), turn);
                QCOMPARE(written.size(), turn);
            }
            writer.setEnabled(false);
            m_loop.processEvents(QEventLoop::WaitForMoreEvents);
            QCOMPARE(written.size(), 3);
        }
        QVERIFY(waitsWithin(20) < 10);
    }

    void moreEventsThanABatchHoldsAreAllServed()
    {
        std::vector<Pair> pairs(600);
        if (pairs.back().near() < 0)
            QSKIP("not enough file descriptors");
        std::vector<std::unique_ptr<QSocketNotifier>> readers;
        std::vector<int> fired(pairs.size());
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            readers.push_back(std::make_unique<QSocketNotifier>(pairs[i].near(), QSocketNotifier::Read));
            connect(readers.back().get(), &QSocketNotifier::activated, this, [&fired, i] { ++fired[i]; });
            QVERIFY(pairs[i].say());
        }
        for (int turn = 0; turn < 6; ++turn)      // nobody reads: the kernel goes round all of them
            m_loop.processEvents(QEventLoop::AllEvents);
        QVERIFY(std::all_of(fired.begin(), fired.end(), [](int count) { return count >= 1 && count <= 6; }));
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
    auto dispatcher = trunkline::makeEventDispatcher(true);
    if (!dispatcher)
        qFatal("no epoll");
    QCoreApplication::setEventDispatcher(dispatcher.release());
    QCoreApplication application(argc, argv);
    EpollKernelTest test;
    return QTest::qExec(&test, argc, argv);
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
