// SPDX-License-Identifier: GPL-3.0-or-later
// Descriptors that come and go under the epoll dispatcher.
#include "EpollFixture.h"

#include <QRegularExpression>
#include <QSignalSpy>
#include <QSocketNotifier>
#include <QTemporaryFile>

#include <algorithm>
#include <memory>
#include <vector>

#ifdef Q_OS_LINUX

using trunkline::Pair;

class EpollDescriptorsTest : public trunkline::EpollFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }

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
};

int main(int argc, char **argv)
{
    return trunkline::runOnEpoll<EpollDescriptorsTest>(argc, argv);
}

#else

class EpollDescriptorsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void factoryGivesNothing() { QVERIFY(!trunkline::makeEventDispatcher(true)); }
};

QTEST_GUILESS_MAIN(EpollDescriptorsTest)

#endif

#include "tst_epolldescriptors.moc"
