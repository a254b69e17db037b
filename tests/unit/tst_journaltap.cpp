// SPDX-License-Identifier: GPL-3.0-or-later
// What a journal puts for a recorder, and what is saved of it when the recorder's process was killed.
#include "hub/capture/Capture.h"
#include "hub/capture/CaptureRescue.h"
#include "hub/core/JournalTap.h"
#include "support/FakeClock.h"

#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <random>
#include <thread>

using namespace trunkline;

namespace {

struct Memory
{
    explicit Memory(std::size_t bytes) : words(bytes / sizeof(Line)) { }
    std::span<char> span() { return {reinterpret_cast<char *>(words.data()), words.size() * sizeof(Line)}; }

private:
    struct alignas(64) Line
    {
        char bytes[64] = {};
    };
    std::vector<Line> words;
};

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

void note(Journal &journal, const QByteArray &text)
{
    journal.append({.leg = Leg::Upstream, .kind = EntryKind::Push, .user = "alice", .correlation = "c", .text = text, .request = "r"});
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
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
    void finishesWhatWasNotWritten_data();
    void finishesWhatWasNotWritten();
    void saysWhatFoundNoRoom();
    void leavesOtherFilesAlone();

private:
    /// A capture of `messages` entries, of which the first `written` are in the file.
    QString captureOf(JournalTap &tap, Journal &journal, int written, int messages);

    FakeClock m_clock;
    QTemporaryDir m_folder;
};

void tst_JournalTap::putsWhatIsAppended()
{
    Memory memory(64 * 1024);
    JournalTap tap(memory.span());
    Journal journal(m_clock, 100, 100'000);
    note(journal, "before");
    tap.begin(journal.lastSequence(), m_clock.now());
    journal.setTap(&tap);
    QVERIFY(!tap.next());
    note(journal, "one");
    note(journal, {});
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
    note(journal, "after");
    QVERIFY(!tap.next());
    QCOMPARE(journal.after(0, 10).entries.size(), 4u);
}

void tst_JournalTap::putsWhatTheRingDoesNotKeep()
{
    Memory memory(64 * 1024);
    JournalTap tap(memory.span());
    Journal off(m_clock, 0, 0);
    off.setTap(&tap);
    note(off, "one");
    Journal tiny(m_clock, 10, 4096);
    tiny.setTap(&tap);
    note(tiny, QByteArray(10'000, 'x'));
    QVERIFY(tiny.after(0, 10).entries.front().text.isEmpty());
    const auto taken = takeAll(tap);
    QCOMPARE(taken.size(), 2u);
    QCOMPARE(taken[0].text, "one");
    QCOMPARE(taken[1].text.size(), 10'000);
}

void tst_JournalTap::leavesOutWhatFindsNoRoom()
{
    Memory memory(JournalTap::kMinBytes);
    JournalTap tap(memory.span());
    Journal journal(m_clock, 1000, 1'000'000);
    journal.setTap(&tap);
    for (int n = 0; n < 100; ++n)
        note(journal, QByteArray(200, 'x'));
    const auto taken = takeAll(tap);
    QVERIFY(taken.size() > 5 && taken.size() < 20);
    for (std::size_t n = 0; n < taken.size(); ++n)
        QCOMPARE(taken[n].sequence, n + 1);
    QCOMPARE(tap.last(), 100u);
    note(journal, "there is room again");
    const auto next = takeAll(tap);
    QCOMPARE(next.size(), 1u);
    QCOMPARE(next.front().sequence, 101u);
    // What was taken, but not released, stays.
    for (int n = 0; n < 100; ++n)
        note(journal, QByteArray(200, char('a' + n % 26)));
    std::vector<JournalItem> held;
    while (const auto item = tap.next())
        held.push_back(*item);
    for (int n = 0; n < 100; ++n)
        note(journal, QByteArray(200, '!'));
    for (std::size_t n = 0; n < held.size(); ++n)
        QVERIFY(held[n].record.text == QByteArray(200, char('a' + n % 26)));
}

void tst_JournalTap::notesATextThatIsTooLargeWithoutItsBytes()
{
    Memory memory(JournalTap::kMinBytes);
    JournalTap tap(memory.span());
    Journal journal(m_clock, 1000, 1'000'000);
    journal.setTap(&tap);
    note(journal, QByteArray(3'000, 'x'));
    const auto item = tap.next();
    QVERIFY(item && item->record.text.isEmpty());
    QCOMPARE(item->textBytes, 3'000);
    journal.append({.user = QByteArray(5'000, 'u')});       // not even its names fit
    QVERIFY(!tap.next());
    QCOMPARE(tap.last(), 2u);
}

void tst_JournalTap::survivesManyTurnsOfTheRing()
{
    Memory memory(JournalTap::kMinBytes + 64);
    JournalTap tap(memory.span());
    Journal journal(m_clock, 10'000, 10'000'000);
    journal.setTap(&tap);
    std::mt19937 random(7);
    std::vector<QByteArray> texts;
    quint64 seen = 0;
    for (int n = 0; n < 5'000; ++n) {
        texts.emplace_back(int(random() % 700), char('a' + n % 26));
        note(journal, texts.back());
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
    Memory memory(32 * 1024);
    JournalTap tap(memory.span());
    std::atomic<bool> isOver = false;
    std::thread putter([this, &tap, &isOver] {
        Journal journal(m_clock, 0, 0);
        journal.setTap(&tap);
        for (int n = 1; n <= kMessages; ++n)
            note(journal, QByteArray(n % 500, char('a' + n % 26)));
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

QString tst_JournalTap::captureOf(JournalTap &tap, Journal &journal, int written, int messages)
{
    const QString path = m_folder.filePath(QStringLiteral("killed.trunk"));
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return {};
    file.write(captureLine(CaptureHeader{}));
    tap.begin(0, m_clock.now());
    journal.setTap(&tap);
    for (int n = 0; n < messages; ++n) {
        m_clock.advance(std::chrono::milliseconds(1));
        note(journal, "message " + QByteArray::number(n));
    }
    JournalTap reader(tap);
    QByteArray lines;
    for (int n = 0; n < written; ++n) {
        auto item = reader.next();
        item->time = {item->time - tap.base()};
        appendCaptureLine(lines, *item);
    }
    file.write(lines);
    return path;
}

void tst_JournalTap::finishesWhatWasNotWritten_data()
{
    QTest::addColumn<int>("written");
    QTest::addColumn<QByteArray>("torn");
    QTest::newRow("nothing was") << 0 << QByteArray();
    QTest::newRow("half of it was") << 50 << QByteArray();
    QTest::newRow("all of it was") << 100 << QByteArray();
    QTest::newRow("a torn line") << 50 << QByteArray(R"({"n":51,"t_us":51000,"leg":"upst)");
    QTest::newRow("a torn line that is long") << 50 << QByteArray(R"({"n":51,"text":")" + QByteArray(200'000, 'x'));
    QTest::newRow("a line without its end") << 50 << QByteArray(R"({"n":51,"t_us":51000,"kind":"push"})");
    QTest::newRow("a gap is the last") << 50 << captureGapLine(10);
}

void tst_JournalTap::finishesWhatWasNotWritten()
{
    QFETCH(int, written);
    QFETCH(QByteArray, torn);
    Memory memory(256 * 1024);
    JournalTap tap(memory.span());
    Journal journal(m_clock, 1000, 1'000'000);
    const QString path = captureOf(tap, journal, written, 100);
    QFile file(path);
    QVERIFY(file.open(QIODevice::Append));
    file.write(torn);
    file.close();
    const auto added = finishCapture(path, memory.span());
    QVERIFY2(added, added ? "" : qPrintable(added.error().detail));
    const bool gap = torn.contains("gap");
    QCOMPARE(*added, quint64(100 - written - (gap ? 10 : 0)));
    const auto capture = readCaptureFile(path);
    QVERIFY(capture && !capture->torn && capture->damaged.empty());
    QCOMPARE(capture->skipped, gap ? 10u : 0u);
    QCOMPARE(capture->entries.size(), gap ? 90u : 100u);
    QCOMPARE(capture->entries.back().sequence, 100u);
    QCOMPARE(capture->entries.back().text, "message 99");
    QCOMPARE(capture->entries.back().time.sinceStart.count(), 100'000);
    const QByteArray content = contentOf(path);
    QVERIFY(content.endsWith("}\n"));
    QCOMPARE(*finishCapture(path, memory.span()), 0u);      // all of it was released
    QCOMPARE(contentOf(path), content);
}

void tst_JournalTap::saysWhatFoundNoRoom()
{
    Memory memory(JournalTap::kMinBytes);
    JournalTap tap(memory.span());
    Journal journal(m_clock, 1000, 1'000'000);
    const QString path = captureOf(tap, journal, 5, 200);
    const auto added = finishCapture(path, memory.span());
    QVERIFY(added && *added > 0);
    const auto capture = readCaptureFile(path);
    QCOMPARE(capture->entries.size() + capture->skipped, 200u);
    QCOMPARE(capture->gaps.size(), 1u);
}

void tst_JournalTap::leavesOtherFilesAlone()
{
    Memory memory(64 * 1024);
    JournalTap tap(memory.span());
    const QString path = m_folder.filePath(QStringLiteral("other"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("of somebody else");
    file.close();
    QCOMPARE(*finishCapture(path, memory.span()), 0u);      // nothing was put: the recorder may not even have begun
    QCOMPARE(contentOf(path), "of somebody else");
    Journal journal(m_clock, 10, 10'000);
    journal.setTap(&tap);
    note(journal, "x");
    QVERIFY(!finishCapture(path, memory.span()));
    QCOMPARE(contentOf(path), "of somebody else");
    QVERIFY(!finishCapture(m_folder.filePath(QStringLiteral("none")), memory.span()));
}

QTEST_APPLESS_MAIN(tst_JournalTap)
#include "tst_journaltap.moc"
