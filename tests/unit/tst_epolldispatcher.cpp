// SPDX-License-Identifier: GPL-3.0-or-later
// Notifiers and wake-ups, as our event dispatcher and Qt's own have them in common: every test runs on both.
#include "BothDispatchers.h"
#include "LoopFixtures.h"

#include <QEventLoop>
#include <QSignalSpy>
#include <QSocketNotifier>
#include <QThread>
#include <QTimer>

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

#ifdef Q_OS_UNIX
#include <netinet/in.h>
#endif

#ifdef Q_OS_UNIX
using trunkline::Pair;
#endif

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

class EpollDispatcherTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
#ifdef Q_OS_UNIX
    void readNotifierFiresWhileThereIsSomethingToRead()
    {
        Pair pair;
        QSocketNotifier reader(pair.near(), QSocketNotifier::Read);
        int fired = 0;
        connect(&reader, &QSocketNotifier::activated, this, [&] { ++fired; });
        settle();
        QCOMPARE(fired, 0);
        pair.say();
        for (int turn = 1; turn <= 3; ++turn) {
            QVERIFY(dispatcher()->processEvents(QEventLoop::AllEvents));
            QCOMPARE(fired, turn);
        }
        QVERIFY(pair.hear());
        settle();
        QCOMPARE(fired, 3);
    }

    void writeNotifierFiresInEveryTurn()
    {
        Pair pair;
        QSocketNotifier reader(pair.near(), QSocketNotifier::Read);
        QSocketNotifier writer(pair.near(), QSocketNotifier::Write);
        int fired = 0;
        connect(&writer, &QSocketNotifier::activated, this, [&] { ++fired; });
        for (int turn = 1; turn <= 5; ++turn) {
            const int before = fired;
            dispatcher()->processEvents(QEventLoop::AllEvents);
            QVERIFY(fired > before);
        }
        writer.setEnabled(false);
        const int last = fired;
        settle();
        QCOMPARE(fired, last);
    }

    void readWriteAndExceptionOfOneDescriptor()
    {
        const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const int sender = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        QCOMPARE(bind(listener, reinterpret_cast<sockaddr *>(&address), size), 0);
        QCOMPARE(listen(listener, 1), 0);
        QCOMPARE(getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size), 0);
        QCOMPARE(::connect(sender, reinterpret_cast<sockaddr *>(&address), size), 0);
        const int receiver = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        {
            QSocketNotifier reader(receiver, QSocketNotifier::Read);
            QSocketNotifier writer(receiver, QSocketNotifier::Write);
            QSocketNotifier exception(receiver, QSocketNotifier::Exception);
            QSignalSpy read(&reader, &QSocketNotifier::activated);
            QSignalSpy written(&writer, &QSocketNotifier::activated);
            QSignalSpy excepted(&exception, &QSocketNotifier::activated);
            dispatcher()->processEvents(QEventLoop::AllEvents);
            QVERIFY(!written.isEmpty());
            QVERIFY(read.isEmpty() && excepted.isEmpty());
            writer.setEnabled(false);
            QCOMPARE(::send(sender, "!", 1, MSG_OOB), ssize_t(1));
            QTRY_VERIFY(!excepted.isEmpty());
            exception.setEnabled(false);
            QCOMPARE(::send(sender, "abc", 3, 0), ssize_t(3));
            QTRY_VERIFY(!read.isEmpty());
        }
        for (const int descriptor : {listener, sender, receiver})
            close(descriptor);
    }

    void hangUpReachesReaderAndWriter()
    {
        Pair pair;
        QSocketNotifier reader(pair.near(), QSocketNotifier::Read);
        QSocketNotifier writer(pair.near(), QSocketNotifier::Write);
        int reads = 0;
        int writes = 0;
        connect(&reader, &QSocketNotifier::activated, this, [&] { ++reads; reader.setEnabled(false); });
        connect(&writer, &QSocketNotifier::activated, this, [&] { ++writes; writer.setEnabled(false); });
        settle();
        QCOMPARE(writes, 1);
        writer.setEnabled(true);
        pair.closePeer();
        settle();
        QCOMPARE(reads, 1);
        QCOMPARE(writes, 2);
        QVERIFY(!dispatcher()->processEvents(QEventLoop::AllEvents));   // nobody listens: nothing is reported
    }

    void notifierDeletedOrDisabledInsideABatchDoesNotFire_data()
    {
        QTest::addColumn<bool>("destroy");
        QTest::newRow("deleted") << true;
        QTest::newRow("disabled") << false;
    }
    void notifierDeletedOrDisabledInsideABatchDoesNotFire()
    {
        QFETCH(bool, destroy);
        std::vector<Pair> pairs(8);
        std::vector<std::unique_ptr<QSocketNotifier>> readers;
        int fired = 0;
        for (const Pair &pair : pairs) {
            readers.push_back(std::make_unique<QSocketNotifier>(pair.near(), QSocketNotifier::Read));
            const auto *self = readers.back().get();
            connect(self, &QSocketNotifier::activated, this, [&, self] {
                ++fired;
                for (auto &reader : readers) {
                    if (reader.get() == self)
                        continue;
                    if (destroy)
                        reader.reset();
                    else
                        reader->setEnabled(false);
                }
            });
            pair.say();
        }
        dispatcher()->processEvents(QEventLoop::AllEvents);
        QCOMPARE(fired, 1);
    }

    void notifierMayDeleteItselfLater()
    {
        Pair pair;
        auto *reader = new QSocketNotifier(pair.near(), QSocketNotifier::Read);
        QSignalSpy destroyed(reader, &QObject::destroyed);
        connect(reader, &QSocketNotifier::activated, this, [&] { pair.hear(); reader->deleteLater(); });
        pair.say();
        QTRY_COMPARE(destroyed.size(), 1);
    }

    void nestedLoopServesTheRestOfTheBatch()
    {
        std::vector<Pair> pairs(4);
        std::vector<std::unique_ptr<QSocketNotifier>> readers;
        QEventLoop nested;
        int depth = 0;
        int deepest = 0;
        int heard = 0;
        for (const Pair &pair : pairs) {
            readers.push_back(std::make_unique<QSocketNotifier>(pair.near(), QSocketNotifier::Read));
            connect(readers.back().get(), &QSocketNotifier::activated, this, [&] {
                deepest = std::max(deepest, ++depth);
                if (pair.hear() && ++heard == int(pairs.size()))
                    nested.quit();
                else if (depth == 1)
                    nested.exec();
                --depth;
            });
            pair.say();
        }
        settle();
        QCOMPARE(heard, 4);
        QCOMPARE(deepest, 2);
    }
#endif

    void wakeUpFromAnotherThreadEndsAnExcludingWait()
    {
        QEventLoop loop;
        const std::unique_ptr<QThread> other(QThread::create([&] {
            QThread::msleep(20);
            QMetaObject::invokeMethod(&loop, &QEventLoop::quit, Qt::QueuedConnection);
        }));
        other->start();
        loop.exec(QEventLoop::ExcludeSocketNotifiers);
        QVERIFY(other->wait());
    }

    void waitReturnsAfterPostedEvents()
    {
        bool seen = false;
        QMetaObject::invokeMethod(this, [&] { seen = true; }, Qt::QueuedConnection);
        // A caller that waits for `seen` must not sleep once it is set.
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
        QVERIFY(seen);
    }

    void wakeUpBeforeAWaitIsNotLost()
    {
        settle();
        dispatcher()->wakeUp();
        dispatcher()->processEvents(QEventLoop::WaitForMoreEvents);
        const std::unique_ptr<QThread> other(QThread::create([loop = dispatcher()] { loop->wakeUp(); }));
        other->start();
        QVERIFY(other->wait());
        dispatcher()->processEvents(QEventLoop::WaitForMoreEvents);
    }

    void eventPostedInsideAPostedEventIsHandled()
    {
        QEventLoop loop;
        int left = 100;
        std::function<void()> next = [&] {
            if (--left == 0)
                loop.quit();
            else
                QMetaObject::invokeMethod(this, next, Qt::QueuedConnection);
        };
        QMetaObject::invokeMethod(this, next, Qt::QueuedConnection);
        loop.exec();
        QCOMPARE(left, 0);
    }

    void quitFromAnotherThreadEndsTheLoop()
    {
        for (int round = 0; round < 200; ++round) {
            QEventLoop loop;
            const std::unique_ptr<QThread> other(QThread::create([&] { loop.exit(round); }));
            QTimer::singleShot(0, &loop, [&] { other->start(); });
            QCOMPARE(loop.exec(), round);
            QVERIFY(other->wait());
        }
    }

    void interruptEndsAWait()
    {
        settle();
        connect(dispatcher(), &QAbstractEventDispatcher::aboutToBlock, this, [] { dispatcher()->interrupt(); });
        dispatcher()->processEvents(QEventLoop::WaitForMoreEvents);
        disconnect(dispatcher(), nullptr, this, nullptr);
    }

    void announcesThatItSleepsAndWakes()
    {
        QSignalSpy sleeps(dispatcher(), &QAbstractEventDispatcher::aboutToBlock);
        QSignalSpy wakes(dispatcher(), &QAbstractEventDispatcher::awake);
        dispatcher()->processEvents(QEventLoop::AllEvents);
        QCOMPARE(sleeps.size(), 0);
        QEventLoop loop;
        QTimer::singleShot(30, &loop, &QEventLoop::quit);
        loop.exec();
        QVERIFY(sleeps.size() >= 1);
        QVERIFY(wakes.size() >= sleeps.size());
    }

    void eventPostedWhileAboutToBlockIsHandled()
    {
        QEventLoop loop;
        connect(dispatcher(), &QAbstractEventDispatcher::aboutToBlock, &loop,
                [&] { QMetaObject::invokeMethod(&loop, &QEventLoop::quit, Qt::QueuedConnection); });
        loop.exec();
    }

    void deferredDeleteWaitsForTheOuterLoop()
    {
        auto *object = new QObject;
        bool destroyed = false;
        connect(object, &QObject::destroyed, this, [&] { destroyed = true; });
        QEventLoop outer;
        QTimer::singleShot(0, &outer, [&] {
            object->deleteLater();
            QEventLoop nested;
            QTimer::singleShot(10, &nested, &QEventLoop::quit);
            nested.exec();
            QVERIFY(!destroyed);
            QTimer::singleShot(10, &outer, &QEventLoop::quit);
        });
        outer.exec();
        QVERIFY(destroyed);
    }
};

int main(int argc, char **argv)
{
    return trunkline::runOnBothDispatchers<EpollDispatcherTest>(argc, argv);
}

#include "tst_epolldispatcher.moc"
