// SPDX-License-Identifier: GPL-3.0-or-later
// What `serve --record` writes, and what its process still writes when the hub was killed.
#include "hub/capture/TapScribe.h"
#include "support/FakeClock.h"
#include "support/FileBytes.h"
#include "support/TapMemory.h"

#include <QTemporaryDir>
#include <QTest>

using namespace trunkline;

namespace {

constexpr std::size_t kEnough = 256 * 1024;

} // namespace

class tst_TapScribe : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void writesWhatWasPut();
    void goesOnWithAFileOfAnotherProcess();
    void saysWhatFoundNoRoom();
    void countsOneThatWasOnItsWayOnlyInAnOrderlyEnd();
    void givesRoomBackOnlyForWhatIsInTheFile();
    void startsPartsAtTheirBound();
    void tellsThatTheDiskIsFull();

private:
    /// A journal that puts into `m_memory`, from entry `before + 1` on.
    void begin(std::size_t bytes, int before = 0);
    void note(int from, int to);
    [[nodiscard]] Capture read() const { return readCaptureFile(m_path).value_or(Capture{}); }

    FakeClock m_clock;
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
    std::unique_ptr<TapMemory> m_memory;
    std::optional<JournalTap> m_tap;
    std::unique_ptr<Journal> m_journal;
};

void tst_TapScribe::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = m_folder->filePath(QStringLiteral("hub.trunk"));
}

void tst_TapScribe::begin(std::size_t bytes, int before)
{
    m_memory = std::make_unique<TapMemory>(bytes);
    m_tap.emplace(m_memory->span());
    m_journal = std::make_unique<Journal>(m_clock, 1000, 1'000'000);
    for (int n = 0; n < before; ++n)
        noteText(*m_journal, "before");
    m_tap->begin(m_journal->lastSequence(), m_clock.now());
    m_journal->setTap(&*m_tap);
}

void tst_TapScribe::note(int from, int to)
{
    for (int n = from; n < to; ++n) {
        m_clock.advance(std::chrono::milliseconds(1));
        noteText(*m_journal, "message " + QByteArray::number(n));
    }
}

void tst_TapScribe::writesWhatWasPut()
{
    begin(kEnough, 5);
    const auto file = CaptureFile::create({.path = m_path});
    QVERIFY(file && (*file)->begin({}));
    TapScribe scribe(JournalTap(m_memory->span()), **file);
    QVERIFY(scribe.look());
    QVERIFY(read().entries.empty());
    note(0, 30);
    QVERIFY(scribe.look());
    QCOMPARE(read().entries.size(), 30u);
    note(30, 100);
    QVERIFY(scribe.finish(TapScribe::End::Killed));
    const Capture capture = read();
    QVERIFY(!capture.torn && capture.damaged.empty());
    QCOMPARE(capture.skipped, 0u);
    QCOMPARE(capture.entries.size(), 100u);
    for (std::size_t n = 0; n < capture.entries.size(); ++n) {
        QCOMPARE(capture.entries[n].sequence, n + 6);
        QCOMPARE(capture.entries[n].text, "message " + QByteArray::number(qulonglong(n)));
        QCOMPARE(capture.entries[n].time.sinceStart.count(), qint64(n + 1) * 1000);
    }
}

void tst_TapScribe::goesOnWithAFileOfAnotherProcess()
{
    QFile older(m_path);
    QVERIFY(older.open(QIODevice::WriteOnly));
    older.write("an older capture\n");
    older.close();
    const auto file = CaptureFile::create({.path = m_path, .maxBytes = 400});
    QVERIFY(file);
    QCOMPARE(fileBytes(m_path), "an older capture\n");
    const CaptureHeader header{.version = "1.2.3", .url = "http://here"};
    QVERIFY((*file)->begin(header));
    (*file)->goOn(header);      // as the object that was copied before
    begin(kEnough);
    TapScribe scribe(JournalTap(m_memory->span()), **file);
    note(0, 1);
    QVERIFY(scribe.look());
    QCOMPARE(read().entries.size(), 1u);
    QCOMPARE((*file)->bytes(), fileBytes(m_path).size());
    note(1, 2);
    QVERIFY(scribe.look());     // a part of its own, with the same header
    QCOMPARE(read().entries.size(), 1u);
    QCOMPARE(read().header.part, 2);
    QCOMPARE(read().header.version, header.version);
}

void tst_TapScribe::saysWhatFoundNoRoom()
{
    begin(JournalTap::kMinBytes);
    const auto file = CaptureFile::create({.path = m_path});
    QVERIFY(file && (*file)->begin({}));
    TapScribe scribe(JournalTap(m_memory->span()), **file);
    note(0, 200);
    QVERIFY(scribe.look());
    note(200, 201);
    QVERIFY(scribe.look());
    note(201, 401);
    QVERIFY(scribe.finish(TapScribe::End::Killed));
    const Capture capture = read();
    QVERIFY(capture.skipped > 300);
    QCOMPARE(capture.entries.size() + capture.skipped, 401u);
    QCOMPARE(capture.gaps.size(), 2u);
    const auto hasIt = [&capture](quint64 sequence) {
        return std::any_of(capture.entries.begin(), capture.entries.end(), [sequence](const JournalEntry &entry) { return entry.sequence == sequence; });
    };
    QVERIFY(hasIt(1) && !hasIt(200) && hasIt(201) && hasIt(202) && !hasIt(401));
}

/// The hub counts an entry before it copies it.
void tst_TapScribe::countsOneThatWasOnItsWayOnlyInAnOrderlyEnd()
{
    for (const auto end : {TapScribe::End::Killed, TapScribe::End::Orderly}) {
        init();
        begin(JournalTap::kMinBytes);
        const auto file = CaptureFile::create({.path = m_path});
        QVERIFY(file && (*file)->begin({}));
        TapScribe scribe(JournalTap(m_memory->span()), **file);
        note(0, 1);
        m_journal->append({.user = QByteArray(5'000, 'u')});        // counted, and finds no room
        QVERIFY(scribe.finish(end));
        QCOMPARE(read().entries.size(), 1u);
        QCOMPARE(read().skipped, end == TapScribe::End::Orderly ? 1u : 0u);
    }
}

void tst_TapScribe::givesRoomBackOnlyForWhatIsInTheFile()
{
    begin(64 * 1024);
    const auto file = CaptureFile::create({.path = m_path});
    QVERIFY(file && (*file)->begin({}));
    TapScribe scribe(JournalTap(m_memory->span()), **file);
    for (int turn = 0; turn < 20; ++turn) {
        note(turn * 100, turn * 100 + 100);
        QVERIFY(scribe.look());
        QCOMPARE(read().entries.size(), std::size_t(turn + 1) * 100);
    }
    QCOMPARE(read().skipped, 0u);
    // Another one, which begins where this one is, finds nothing: all was given back.
    QVERIFY(!JournalTap(m_memory->span()).next());
    note(0, 1);
    QVERIFY(JournalTap(m_memory->span()).next());
}

void tst_TapScribe::startsPartsAtTheirBound()
{
    begin(kEnough);
    const auto file = CaptureFile::create({.path = m_path, .maxBytes = 4000, .keep = 100});
    QVERIFY(file && (*file)->begin({}));
    TapScribe scribe(JournalTap(m_memory->span()), **file);
    for (int n = 0; n < 100; n += 10) {
        note(n, n + 10);
        QVERIFY(scribe.look());
    }
    QVERIFY(scribe.finish(TapScribe::End::Orderly));
    const QStringList names = QDir(m_folder->path()).entryList(QDir::Files);
    QVERIFY(names.size() > 2);
    std::size_t entries = 0;
    for (const QString &name : names)
        entries += readCaptureFile(m_folder->filePath(name))->entries.size();
    QCOMPARE(entries, 100u);
}

void tst_TapScribe::tellsThatTheDiskIsFull()
{
    if (!QFile::exists(QStringLiteral("/dev/full")))
        QSKIP("no /dev/full");
    begin(kEnough);
    const auto file = CaptureFile::create({.path = QStringLiteral("/dev/full")});
    QVERIFY(file);
    QVERIFY(!(*file)->begin({}));
    TapScribe scribe(JournalTap(m_memory->span()), **file);
    note(0, 5);
    const auto looked = scribe.look();
    QVERIFY(!looked && looked.error().code == ErrorCode::Io);
    QVERIFY(looked.error().detail.contains(u"/dev/full"));
}

QTEST_APPLESS_MAIN(tst_TapScribe)
#include "tst_tapscribe.moc"
