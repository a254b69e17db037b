// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/JournalBatch.h"
#include "support/FakeClock.h"

#include <QRandomGenerator>
#include <QTest>

#include <deque>
#include <limits>

using namespace trunkline;

namespace {

constexpr qint64 kPlenty = 1'000'000;

JournalRecord textRecord(QByteArrayView text) { return {.kind = EntryKind::Text, .text = text}; }

/// What one entry with `text` takes.
qint64 bytesOf(QByteArrayView text)
{
    const FakeClock clock;
    Journal journal(clock, 1, kPlenty);
    journal.append(textRecord(text));
    return journal.bytes();
}

using Sequences = std::vector<quint64>;

Sequences sequencesOf(const JournalPage &page)
{
    Sequences sequences;
    for (const JournalEntry &entry : page.entries)
        sequences.push_back(entry.sequence);
    return sequences;
}

} // namespace

/// The ring: bounded twice, and honest about what fell out.
class TestJournal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsWhatWasWritten();
    void dropsTheOldestOnePastTheLimitOfEntries();
    void dropsTheOldestOnePastTheLimitOfBytes();
    void notesATextThatIsTooLargeWithoutItsBytes();
    void countsAnEntryThatDoesNotFitAtAll();
    void onlyCountsWhenSwitchedOff_data();
    void onlyCountsWhenSwitchedOff();
    void pagesWithoutGaps();
    void tellsHowManyWereSkipped();
    void givesNothingToAReaderFromTheFuture();
    void givesAllToAReaderWithoutLimit();
    void clearsAndGoesOn();
    void cutsIdsThatNobodyCouldSend();
    void agreesWithAPlainListWhateverComes_data();
    void agreesWithAPlainListWhateverComes();
    void batchesAgreeWithPagesWhereverTheRingTurns_data() { agreesWithAPlainListWhateverComes_data(); }
    void batchesAgreeWithPagesWhereverTheRingTurns();
    void batchesStopAtTheirBounds();
    void batchesOfEntriesFromElsewhereBeginAnewAtAHole();

private:
    FakeClock m_clock;
};

void TestJournal::keepsWhatWasWritten()
{
    Journal journal(m_clock, 10, kPlenty);
    journal.append({.leg = Leg::Upstream, .direction = Direction::Out, .kind = EntryKind::Reply, .status = EntryStatus::Late,
                    .session = SessionId{7}, .user = "alice", .correlation = "c", .text = QByteArrayView("a\0b", 3), .request = "r-1"});
    m_clock.advance(std::chrono::seconds(5));
    journal.append({});
    const JournalPage page = journal.after(0, 10);
    QCOMPARE(sequencesOf(page), (Sequences{1, 2}));
    QCOMPARE(page.last, quint64(2));
    QCOMPARE(page.skipped, quint64(0));
    const JournalEntry &entry = page.entries.front();
    QCOMPARE(entry.leg, Leg::Upstream);
    QCOMPARE(entry.direction, Direction::Out);
    QCOMPARE(entry.kind, EntryKind::Reply);
    QCOMPARE(entry.status, EntryStatus::Late);
    QVERIFY(entry.session == SessionId{7});
    QCOMPARE(entry.user, QByteArray("alice"));
    QCOMPARE(entry.correlation, QByteArray("c"));
    QCOMPARE(entry.request, QByteArray("r-1"));
    QCOMPARE(entry.text, QByteArray("a\0b", 3));
    QCOMPARE(entry.textBytes, 3);
    QCOMPARE(entry.payload().toByteArray(), entry.text);
    QVERIFY(page.entries[1].time - entry.time == std::chrono::seconds(5));
    QVERIFY(page.entries[1].request.isEmpty() && page.entries[1].text.isEmpty() && page.entries[1].user.isEmpty());
}

void TestJournal::dropsTheOldestOnePastTheLimitOfEntries()
{
    Journal journal(m_clock, 3, kPlenty);
    for (int i = 0; i < 3; ++i)
        journal.append(textRecord("x"));
    QCOMPARE(journal.evicted(), quint64(0));
    journal.append(textRecord("x"));
    QCOMPARE(journal.size(), std::size_t(3));
    QCOMPARE(journal.evicted(), quint64(1));
    QCOMPARE(sequencesOf(journal.after(0, 10)), (Sequences{2, 3, 4}));
}

void TestJournal::dropsTheOldestOnePastTheLimitOfBytes()
{
    const QByteArray text(1000, 'x');
    const qint64 one = bytesOf(text);
    Journal journal(m_clock, 100, 3 * one);
    QCOMPARE(journal.maxBytes(), 3 * one);
    for (int i = 0; i < 3; ++i)
        journal.append(textRecord(text));
    QCOMPARE(journal.size(), std::size_t(3));
    QCOMPARE(journal.bytes(), 3 * one);
    journal.append(textRecord("y"));
    QCOMPARE(sequencesOf(journal.after(0, 10)), (Sequences{2, 3, 4}));
    QVERIFY(journal.bytes() <= 3 * one);
}

void TestJournal::notesATextThatIsTooLargeWithoutItsBytes()
{
    constexpr qint64 most = 100'000;
    const qint64 fixed = bytesOf({});
    Journal journal(m_clock, 100, most);
    const QByteArray half(qsizetype(most / 2 - fixed), 'x');
    journal.append(textRecord(half));
    journal.append(textRecord(QByteArray(half + "12345678")));
    const JournalPage page = journal.after(0, 10);
    QCOMPARE(page.entries.size(), std::size_t(2));
    QCOMPARE(page.entries[0].text, half);
    QVERIFY(page.entries[1].text.isEmpty());
    QCOMPARE(page.entries[1].textBytes, half.size() + 8);
    QCOMPARE(journal.evicted(), quint64(0));
}

void TestJournal::countsAnEntryThatDoesNotFitAtAll()
{
    Journal journal(m_clock, 100, 256);
    journal.append(textRecord("small"));
    QCOMPARE(journal.size(), std::size_t(1));
    const QByteArray user(256, 'u');
    journal.append({.user = user, .text = "x"});
    QCOMPARE(journal.size(), std::size_t(0));
    QCOMPARE(journal.evicted(), quint64(2));
    QCOMPARE(journal.after(0, 10).skipped, quint64(2));
    journal.append(textRecord("again"));
    const JournalPage page = journal.after(0, 10);
    QCOMPARE(sequencesOf(page), (Sequences{3}));
    QCOMPARE(page.entries.front().text, QByteArray("again"));
    QCOMPARE(page.skipped, quint64(2));
}

void TestJournal::onlyCountsWhenSwitchedOff_data()
{
    QTest::addColumn<int>("entries");
    QTest::addColumn<qint64>("bytes");
    QTest::newRow("no entries") << 0 << kPlenty;
    QTest::newRow("no bytes") << 10 << qint64(0);
}

void TestJournal::onlyCountsWhenSwitchedOff()
{
    QFETCH(int, entries);
    QFETCH(qint64, bytes);
    Journal journal(m_clock, entries, bytes);
    journal.append(textRecord("a"));
    journal.append(textRecord("b"));
    QCOMPARE(journal.size(), std::size_t(0));
    QCOMPARE(journal.bytes(), 0);
    QCOMPARE(journal.lastSequence(), quint64(2));
    const JournalPage page = journal.after(0, 10);
    QVERIFY(page.entries.empty());
    QCOMPARE(page.skipped, quint64(2));
}

void TestJournal::pagesWithoutGaps()
{
    Journal journal(m_clock, 100, kPlenty);
    for (int i = 0; i < 10; ++i)
        journal.append(textRecord("x"));
    quint64 sequence = 0;
    Sequences all;
    for (int pages = 0; pages < 4; ++pages) {
        const JournalPage page = journal.after(sequence, 3);
        QCOMPARE(page.skipped, quint64(0));
        QCOMPARE(page.last, quint64(10));
        for (const JournalEntry &entry : page.entries)
            all.push_back(sequence = entry.sequence);
    }
    QCOMPARE(all, (Sequences{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
    QVERIFY(journal.after(10, 3).entries.empty());
    QVERIFY(journal.after(0, 0).entries.empty());
}

void TestJournal::tellsHowManyWereSkipped()
{
    Journal journal(m_clock, 3, kPlenty);
    for (int i = 0; i < 10; ++i)
        journal.append(textRecord("x"));
    const JournalPage page = journal.after(4, 2);
    QCOMPARE(sequencesOf(page), (Sequences{8, 9}));
    QCOMPARE(page.skipped, quint64(3));
    QCOMPARE(journal.after(9, 2).skipped, quint64(0));
}

void TestJournal::givesNothingToAReaderFromTheFuture()
{
    Journal journal(m_clock, 10, kPlenty);
    journal.append(textRecord("x"));
    const JournalPage page = journal.after(500, 10);
    QVERIFY(page.entries.empty());
    QCOMPARE(page.skipped, quint64(0));
    QCOMPARE(page.last, quint64(1));
}

void TestJournal::givesAllToAReaderWithoutLimit()
{
    Journal journal(m_clock, 10, kPlenty);
    for (int i = 0; i < 5; ++i)
        journal.append(textRecord("x"));
    QCOMPARE(journal.after(2, std::numeric_limits<std::size_t>::max()).entries.size(), std::size_t(3));
}

void TestJournal::clearsAndGoesOn()
{
    Journal journal(m_clock, 10, kPlenty);
    for (int i = 0; i < 5; ++i)
        journal.append(textRecord("x"));
    journal.clear();
    QCOMPARE(journal.size(), std::size_t(0));
    QCOMPARE(journal.bytes(), 0);
    QCOMPARE(journal.evicted(), quint64(5));
    journal.append(textRecord("y"));
    const JournalPage page = journal.after(0, 10);
    QCOMPARE(sequencesOf(page), (Sequences{6}));
    QCOMPARE(page.skipped, quint64(5));
}

void TestJournal::cutsIdsThatNobodyCouldSend()
{
    Journal journal(m_clock, 10, kPlenty);
    const QByteArray endless(70'000, 'u');
    journal.append({.user = endless, .correlation = endless, .text = "x", .request = endless});
    const JournalPage page = journal.after(0, 10);
    QCOMPARE(page.entries.front().user.size(), 65'535);
    QCOMPARE(page.entries.front().correlation.size(), 65'535);
    QCOMPARE(page.entries.front().request.size(), 65'535);
    QCOMPARE(page.entries.front().text, QByteArray("x"));
}

void TestJournal::agreesWithAPlainListWhateverComes_data()
{
    QTest::addColumn<int>("maxEntries");
    QTest::addColumn<qint64>("maxBytes");
    QTest::newRow("bytes bound it") << 1000 << qint64(20'000);
    QTest::newRow("entries bound it") << 7 << qint64(1'000'000);
    QTest::newRow("both bound it") << 12 << qint64(4'000);
    QTest::newRow("hardly room for one") << 5 << qint64(700);
    QTest::newRow("odd size") << 50 << qint64(9'999);
}

void TestJournal::agreesWithAPlainListWhateverComes()
{
    QFETCH(int, maxEntries);
    QFETCH(qint64, maxBytes);
    Journal journal(m_clock, maxEntries, maxBytes);
    QRandomGenerator random(42);
    std::deque<QByteArray> written;     // the last ones, newest at the back
    for (int i = 0; i < 3000; ++i) {
        const QByteArray text = QByteArray::number(i) + QByteArray(random.bounded(600), char('a' + i % 26));
        const QByteArray user = "u" + QByteArray::number(i % 3);
        journal.append({.user = user, .text = text});
        written.push_back(text);
        QVERIFY(journal.size() <= std::size_t(maxEntries));
        QVERIFY(journal.bytes() <= journal.maxBytes());
        QCOMPARE(journal.size() + journal.evicted(), quint64(i + 1));
        const JournalPage page = journal.after(0, 10'000);
        QCOMPARE(page.entries.size(), journal.size());
        QCOMPARE(page.skipped, journal.evicted());
        for (std::size_t back = 1; back <= page.entries.size(); ++back) {
            const JournalEntry &entry = page.entries[page.entries.size() - back];
            QCOMPARE(entry.sequence, quint64(i + 2) - back);
            QCOMPARE(entry.user, QByteArray("u" + QByteArray::number((entry.sequence - 1) % 3)));
            if (entry.textBytes == entry.text.size())
                QVERIFY(entry.text == written[written.size() - back]);
        }
        while (written.size() > 1000)
            written.pop_front();
    }
    QVERIFY(journal.evicted() > 0);
}

void TestJournal::batchesAgreeWithPagesWhereverTheRingTurns()
{
    QFETCH(int, maxEntries);
    QFETCH(qint64, maxBytes);
    Journal journal(m_clock, maxEntries, maxBytes);
    QRandomGenerator random(43);
    for (int i = 0; i < 3000; ++i) {
        m_clock.advance(std::chrono::microseconds(7));
        journal.append({.direction = i % 2 ? Direction::Out : Direction::In, .session = {quint64(i)}, .user = QByteArray(i % 9, 'u'),
                        .correlation = QByteArray(i % 5, 'c'), .text = QByteArray(random.bounded(600), 'x'), .request = QByteArray(i % 3, 'r')});
        // From the oldest, from behind it, and from somewhere in between.
        for (const quint64 sequence : {quint64(0), quint64(i), quint64(random.bounded(i + 1))}) {
            const std::size_t max = 1 + std::size_t(random.bounded(60));
            const std::vector<JournalEntry> wanted = journal.after(sequence, max).entries;
            JournalPage page;
            const JournalBatch batch = journal.batchAfter(sequence, max, maxBytes);
            batch.unpack(page, 0, 10'000);
            QCOMPARE(page.entries.size(), wanted.size());
            QCOMPARE(batch.size(), wanted.size());
            for (std::size_t at = 0; at < wanted.size(); ++at) {
                const JournalEntry &is = page.entries[at], &was = wanted[at];
                QCOMPARE(is.sequence, was.sequence);
                QCOMPARE(is.time, was.time);
                QCOMPARE(is.direction, was.direction);
                QCOMPARE(is.session, was.session);
                QVERIFY(is.user == was.user && is.correlation == was.correlation && is.request == was.request && is.text == was.text);
                QCOMPARE(is.textBytes, was.textBytes);
            }
        }
    }
    QVERIFY(journal.evicted() > 0);
}

void TestJournal::batchesStopAtTheirBounds()
{
    Journal journal(m_clock, 100, kPlenty);
    QVERIFY(journal.batchAfter(0, 10, kPlenty).isEmpty());
    for (int i = 0; i < 50; ++i)
        journal.append(textRecord(QByteArray(200, 'x')));
    const qint64 each = bytesOf(QByteArray(200, 'x'));
    QCOMPARE(journal.batchAfter(0, 10, kPlenty).last(), 10u);
    QCOMPARE(journal.batchAfter(10, 10, 5 * each).last(), 15u);
    QCOMPARE(journal.batchAfter(10, 10, 5 * each).bytes(), 5 * each);
    QCOMPARE(journal.batchAfter(49, 10, 1).size(), 1u);         // one always
    QVERIFY(journal.batchAfter(50, 10, kPlenty).isEmpty());
    QVERIFY(journal.batchAfter(49, 0, kPlenty).isEmpty());
    std::vector<quint64> read;
    journal.batchAfter(0, 10, kPlenty).forEachAfter(4, [&read](const JournalItem &item) {
        read.push_back(item.sequence);
        return item.sequence < 7;
    });
    QCOMPARE(read, (std::vector<quint64>{5, 6, 7}));
    journal.clear();
    QVERIFY(journal.batchAfter(0, 10, kPlenty).isEmpty());
    Journal off(m_clock, 0, 0);
    off.append(textRecord("x"));
    QVERIFY(off.batchAfter(0, 10, kPlenty).isEmpty());
}

void TestJournal::batchesOfEntriesFromElsewhereBeginAnewAtAHole()
{
    std::vector<JournalEntry> entries;
    for (const quint64 sequence : {3, 4, 7, 8, 9, 2})
        entries.push_back({.sequence = sequence, .user = "alice", .text = QByteArray::number(sequence), .textBytes = 70'000});
    const auto batches = packed(entries);
    QCOMPARE(batches.size(), 3u);
    JournalPage page;
    for (const auto &batch : batches)
        batch->unpack(page, 0, 100);
    QCOMPARE(sequencesOf(page), (Sequences{3, 4, 7, 8, 9, 2}));
    QCOMPARE(page.entries[3].text, "8");
    QCOMPARE(page.entries[3].user, "alice");
    QCOMPARE(page.entries[3].textBytes, 70'000);
    QVERIFY(packed({}).empty());
    JournalBatch full(1, 64);
    QVERIFY(!full.append({.sequence = 2}));                                 // not the one that follows
    QVERIFY(!full.append({.sequence = 1, .text = QByteArray(64, 'x')}));    // no room
    QVERIFY(full.isEmpty());
}

QTEST_APPLESS_MAIN(TestJournal)
#include "tst_journal.moc"
