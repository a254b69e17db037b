// SPDX-License-Identifier: GPL-3.0-or-later
// What a journal puts for a recorder.
#include "hub/core/JournalTap.h"
#include "support/FakeClock.h"
#include "support/TapMemory.h"

#include <QTest>

#include <atomic>
#include <random>
#include <thread>

using namespace trunkline;

namespace {

struct Taken
{
    quint64 sequence;
    QByteArray user;
    QByteArray text;
};

std::vector<Taken> takeAll(JournalTap &tap)
{
    std::vector<Taken> taken;
    while (const auto item = tap.next())
        taken.push_back({item->sequence, item->record.user.toByteArray(), item->record.text.toByteArray()});
    tap.release();
    return taken;
}

} // namespace

class tst_JournalTap : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void putsWhatIsAppended();
    void putsWhatTheRingDoesNotKeep();
    void leavesOutWhatFindsNoRoom();
    void notesATextThatIsTooLargeWithoutItsBytes();
    void survivesManyTurnsOfTheRing();
    void oneThreadPutsWhileAnotherTakes();

private:
    FakeClock m_clock;
};

void tst_JournalTap::putsWhatIsAppended()
{
    TapMemory memory(64 * 1024);
    JournalTap tap(memory.span());
    Journal journal(m_clock, 100, 100'000);
    noteText(journal, "before");
    tap.begin(journal.lastSequence(), m_clock.now());
    journal.setTap(&tap);
    QVERIFY(!tap.next());
    noteText(journal, "one");
    noteText(journal, {});
    QCOMPARE(tap.before(), 1u);
    QCOMPARE(tap.last(), 3u);
    const auto item = tap.next();
    QVERIFY(item);
    QCOMPARE(item->sequence, 2u);
    QVERIFY(item->record.leg == Leg::Upstream && item->record.kind == EntryKind::Push);
    QCOMPARE(item->record.user, QByteArrayView("alice"));
    QCOMPARE(item->record.correlation, QByteArrayView("c"));
    QCOMPARE(item->record.request, QByteArrayView("r"));
    QCOMPARE(item->record.text, QByteArrayView("one"));
    QCOMPARE(tap.next()->sequence, 3u);
    QVERIFY(!tap.next());
    journal.setTap(nullptr);
    noteText(journal, "after");
    QVERIFY(!tap.next());
    QCOMPARE(journal.after(0, 10).entries.size(), 4u);
}

void tst_JournalTap::putsWhatTheRingDoesNotKeep()
{
    TapMemory memory(64 * 1024);
    JournalTap tap(memory.span());
    Journal off(m_clock, 0, 0);
    off.setTap(&tap);
    noteText(off, "one");
    Journal tiny(m_clock, 10, 4096);
    tiny.setTap(&tap);
    noteText(tiny, QByteArray(10'000, 'x'));
    QVERIFY(tiny.after(0, 10).entries.front().text.isEmpty());
    const auto taken = takeAll(tap);
    QCOMPARE(taken.size(), 2u);
    QCOMPARE(taken[0].text, "one");
    QCOMPARE(taken[1].text.size(), 10'000);
}

void tst_JournalTap::leavesOutWhatFindsNoRoom()
{
    TapMemory memory(JournalTap::kMinBytes);
    JournalTap tap(memory.span());
    Journal journal(m_clock, 1000, 1'000'000);
    journal.setTap(&tap);
    for (int n = 0; n < 100; ++n)
        noteText(journal, QByteArray(200, 'x'));
    const auto taken = takeAll(tap);
    QVERIFY(taken.size() > 5 && taken.size() < 20);
    for (std::size_t n = 0; n < taken.size(); ++n)
        QCOMPARE(taken[n].sequence, n + 1);
    QCOMPARE(tap.last(), 100u);
    noteText(journal, "there is room again");
    const auto next = takeAll(tap);
    QCOMPARE(next.size(), 1u);
    QCOMPARE(next.front().sequence, 101u);
    // What was taken, but not released, stays.
    for (int n = 0; n < 100; ++n)
        noteText(journal, QByteArray(200, char('a' + n % 26)));
    std::vector<JournalItem> held;
    while (const auto item = tap.next())
        held.push_back(*item);
    for (int n = 0; n < 100; ++n)
        noteText(journal, QByteArray(200, '!'));
    for (std::size_t n = 0; n < held.size(); ++n)
        QVERIFY(held[n].record.text == QByteArray(200, char('a' + n % 26)));
}

void tst_JournalTap::notesATextThatIsTooLargeWithoutItsBytes()
{
    TapMemory memory(JournalTap::kMinBytes);
    JournalTap tap(memory.span());
    Journal journal(m_clock, 1000, 1'000'000);
    journal.setTap(&tap);
    noteText(journal, QByteArray(3'000, 'x'));
    const auto item = tap.next();
    QVERIFY(item && item->record.text.isEmpty());
    QCOMPARE(item->textBytes, 3'000);
    journal.append({.user = QByteArray(5'000, 'u')});       // not even its names fit
    QVERIFY(!tap.next());
    QCOMPARE(tap.last(), 2u);
}

void tst_JournalTap::survivesManyTurnsOfTheRing()
{
    TapMemory memory(JournalTap::kMinBytes + 64);
    JournalTap tap(memory.span());
    Journal journal(m_clock, 10'000, 10'000'000);
    journal.setTap(&tap);
    std::mt19937 random(7);
    std::vector<QByteArray> texts;
    quint64 seen = 0;
    for (int n = 0; n < 5'000; ++n) {
        texts.emplace_back(int(random() % 700), char('a' + n % 26));
        noteText(journal, texts.back());
        if (random() % 2 == 0)
            continue;
        for (const Taken &taken : takeAll(tap)) {
            QVERIFY(taken.sequence > seen);
            seen = taken.sequence;
            QCOMPARE(taken.text, texts[taken.sequence - 1]);
        }
    }
    QVERIFY(seen > 4'900);
}

void tst_JournalTap::oneThreadPutsWhileAnotherTakes()
{
    constexpr int kMessages = 50'000;
    TapMemory memory(32 * 1024);
    JournalTap tap(memory.span());
    std::atomic<bool> isOver = false;
    std::thread putter([this, &tap, &isOver] {
        Journal journal(m_clock, 0, 0);
        journal.setTap(&tap);
        for (int n = 1; n <= kMessages; ++n)
            noteText(journal, QByteArray(n % 500, char('a' + n % 26)));
        isOver = true;
    });
    quint64 sequence = 0;
    int taken = 0;
    bool intact = true;
    for (bool goesOn = true; goesOn;) {
        goesOn = !isOver;
        while (const auto item = tap.next()) {
            intact = intact && item->sequence > sequence && item->record.user == "alice"
                && item->record.text == QByteArray(int(item->sequence % 500), char('a' + item->sequence % 26));
            sequence = item->sequence;
            ++taken;
        }
        tap.release();
    }
    putter.join();
    QVERIFY(intact);
    QVERIFY(taken > 0 && taken <= kMessages);
    QCOMPARE(tap.last(), quint64(kMessages));
}

QTEST_APPLESS_MAIN(tst_JournalTap)
#include "tst_journaltap.moc"
