// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/FakeHubView.h"
#include "tests/ui/ModelRows.h"
#include "ui/detail/Subject.h"
#include "ui/models/EntryWords.h"
#include "ui/models/Format.h"
#include "ui/models/TrafficModel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace trunkline;
using Mode = QAbstractItemModelTester::FailureReportingMode;

class TestTrafficModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void trafficInsertsOnceARefresh();
    void trafficTrimsInWholeChunks();
    void trafficKeepsToTheBytesOfTheJournal();
    void trafficFiltersOffTheThreadAndGoesOn();
    void trafficNewFilterCancelsTheOld();
    void trafficClearsBehindWhatItHasSeen();
    void trafficCountsWhatItMissed();
    void trafficSaysWhatBecameOfAPush_data();
    void trafficSaysWhatBecameOfAPush();
    void aPushKnowsItsReceipt();
    void aReceiptIsFoundAmongWhatIsNew();
};

void TestTrafficModel::trafficInsertsOnceARefresh()
{
    FakeHubView view;
    TrafficModel model;
    const QAbstractItemModelTester tester(&model, Mode::QtTest);
    for (int i = 0; i < 50; ++i)
        view.addEntry(entry("alice"));
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    QVERIFY(model.refresh(view, 20));
    QVERIFY(model.refresh(view, 20));
    QVERIFY(!model.refresh(view, 20));
    QCOMPARE(inserted.count(), 3);
    QCOMPARE(model.rowCount(), 50);
    QCOMPARE(model.rowOf(50), 49);
}

void TestTrafficModel::trafficTrimsInWholeChunks()
{
    FakeHubView view;
    TrafficModel model(nullptr, 2 * EntryStore::ChunkSize);
    const QAbstractItemModelTester tester(&model, Mode::QtTest);
    QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
    for (std::size_t i = 0; i < 2 * EntryStore::ChunkSize; ++i)
        view.addEntry(entry("alice"));
    model.refresh(view, 10'000);
    QCOMPARE(removed.count(), 0);
    view.addEntry(entry("bob"));
    model.refresh(view, 10'000);
    QCOMPARE(removed.count(), 1);
    QCOMPARE(model.rowCount(), static_cast<int>(EntryStore::ChunkSize) + 1);
    QCOMPARE(model.at(0).sequence, EntryStore::ChunkSize + 1);
}

void TestTrafficModel::trafficKeepsToTheBytesOfTheJournal()
{
    FakeHubView view;
    TrafficModel model;
    const QAbstractItemModelTester tester(&model, Mode::QtTest);
    constexpr qint64 limit = 8 * 1024 * 1024;
    model.setMaxBytes(limit);
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 1'000; ++i)
            view.addEntry(entry("bob", QByteArray(4'000, 'x')));
        model.refresh(view, 10'000);
        view.journal.clear();
    }
    constexpr qint64 chunk = EntryStore::ChunkSize * 4'500;     // whole chunks go
    QVERIFY2(model.bytes() <= limit + chunk, qPrintable(QString::number(model.bytes())));
    QVERIFY(model.bytes() > limit / 2);
}

void TestTrafficModel::trafficFiltersOffTheThreadAndGoesOn()
{
    FakeHubView view;
    TrafficModel model(nullptr, 3 * EntryStore::ChunkSize);
    const QAbstractItemModelTester tester(&model, Mode::QtTest);
    for (int i = 0; i < 3000; ++i)
        view.addEntry(entry(i % 3 == 0 ? "bob" : "alice"));
    model.refresh(view, 10'000);
    QSignalSpy finished(&model, &TrafficModel::filterFinished);
    model.setFilter([](const JournalEntry &one) { return one.user == "bob"; });
    QCOMPARE(model.rowCount(), 3000);           // the rows stay until the run is done
    view.addEntry(entry("bob"));
    model.refresh(view, 10'000);                // comes while it runs
    QVERIFY(finished.wait());
    QCOMPARE(model.rowCount(), 1001);
    view.addEntry(entry("alice"));
    view.addEntry(entry("bob"));
    model.refresh(view, 10'000);
    QCOMPARE(model.rowCount(), 1002);
    QCOMPARE(model.at(1001).sequence, 3003u);
    for (int i = 0; i < 1000; ++i)
        view.addEntry(entry("alice"));
    model.refresh(view, 10'000);                // trims a chunk, with the bobs in it
    QCOMPARE(model.total(), 4003 - EntryStore::ChunkSize);
    QCOMPARE(model.at(0).user, QByteArray("bob"));
    QVERIFY(model.at(0).sequence > EntryStore::ChunkSize);
    model.setFilter({});
    QCOMPARE(model.rowCount(), static_cast<int>(model.total()));
}

void TestTrafficModel::trafficNewFilterCancelsTheOld()
{
    FakeHubView view;
    TrafficModel model;
    const QAbstractItemModelTester tester(&model, Mode::QtTest);
    for (int i = 0; i < 5000; ++i)
        view.addEntry(entry(i % 2 ? "bob" : "alice"));
    model.refresh(view, 10'000);
    QSignalSpy finished(&model, &TrafficModel::filterFinished);
    model.setFilter([](const JournalEntry &) { return false; });
    model.setFilter([](const JournalEntry &one) { return one.user == "bob"; });
    QVERIFY(finished.wait());
    QCOMPARE(model.rowCount(), 2500);
    QTest::qWait(50);
    QCOMPARE(finished.count(), 1);
}

void TestTrafficModel::trafficClearsBehindWhatItHasSeen()
{
    FakeHubView view;
    TrafficModel model;
    const QAbstractItemModelTester tester(&model, Mode::QtTest);
    view.addEntry(entry("alice"));
    model.refresh(view, 10);
    model.clear(view);
    QCOMPARE(model.rowCount(), 0);
    view.addEntry(entry("bob", "{}", "c1"));
    model.refresh(view, 10);
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.at(0).sequence, 2u);
    QCOMPARE(model.entriesOf("c1").size(), 1u);
}

void TestTrafficModel::trafficCountsWhatItMissed()
{
    FakeHubView view;
    view.skipped = 7;
    TrafficModel model;
    view.addEntry(entry("alice"));
    model.refresh(view, 10);
    QCOMPARE(model.skipped(), 7u);
}

void TestTrafficModel::trafficSaysWhatBecameOfAPush_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QString>("meaning");
    const auto row = [](const char *name, EntryKind kind, EntryStatus status, const char *payload, const char *meaning) {
        QTest::newRow(name) << static_cast<int>(kind) << static_cast<int>(status) << QByteArray(payload) << QString::fromLatin1(meaning);
    };
    row("delivered", EntryKind::Push, EntryStatus::Ok, R"({"message":"hi"})", "");
    row("no answer", EntryKind::Request, EntryStatus::Timeout, "", "nina did not answer in time.");
    row("nobody", EntryKind::Push, EntryStatus::NotConnected, R"({"message":"hi"})", "Nobody was connected as nina, so it was not delivered.");
    row("kept", EntryKind::Push, EntryStatus::Queued, R"({"message":"hi"})", "Nobody was connected as nina: it is kept until somebody is.");
    row("sent later", EntryKind::Push, EntryStatus::Replayed, R"({"message":"hi"})", "It was kept for nina, and sent when nina came back.");
    row("orphan", EntryKind::Reply, EntryStatus::Orphan, R"({"message":"hi"})", "nina answered with an id that no request has.");
    row("late", EntryKind::Reply, EntryStatus::Late, R"({"message":"hi"})", "nina answered when the request had ended.");
    row("too old", EntryKind::Push, EntryStatus::Expired, "", "It was kept for nina, who did not come back in time.");
    row("gap", EntryKind::Event, EntryStatus::Gap, R"({"type":"gap","user_id":"nina","after":1,"next":4,"reason":"expired"})",
        "What nina missed is no longer kept in full, and nina was told; the rest follows.");
    row("unknown place", EntryKind::Event, EntryStatus::Gap, R"({"type":"gap","user_id":"nina","after":1,"next":4,"reason":"unknown"})",
        "nina came back with a number that this hub has not given, and was told; all that is kept follows.");
    row("receipt", EntryKind::Ack, EntryStatus::Ok, R"({"type":"ack"})", "nina acknowledged it.");
    row("no receipt", EntryKind::Ack, EntryStatus::Timeout, "", "nina did not acknowledge it in time.");
}

void TestTrafficModel::trafficSaysWhatBecameOfAPush()
{
    QFETCH(int, kind);
    QFETCH(int, status);
    QFETCH(QByteArray, payload);
    QFETCH(QString, meaning);
    JournalEntry made = entry("nina", payload);
    made.kind = static_cast<EntryKind>(kind);
    made.status = static_cast<EntryStatus>(status);
    QCOMPARE(meaningOf(made), meaning);
    const QString summary = cellOf(made, TrafficModel::Column::Summary, {});
    const bool hasText = !made.payload().isEmpty() && (made.kind == EntryKind::Push || made.kind == EntryKind::Reply);
    QCOMPARE(summary, hasText ? format::summary(made.payload()) : meaning);
}

void TestTrafficModel::aPushKnowsItsReceipt()
{
    FakeHubView view;
    TrafficModel model;
    JournalEntry push = entry("nina", R"({"message":"hi"})", "c1");
    push.kind = EntryKind::Push;
    JournalEntry receipt = entry("nina", {}, "c1");
    receipt.kind = EntryKind::Ack;
    receipt.status = EntryStatus::Timeout;
    JournalEntry other = entry("nina", R"({"message":"ho"})", "c2");
    other.kind = EntryKind::Push;
    for (const JournalEntry &each : {push, receipt, other})
        view.addEntry(each);
    model.refresh(view, 100);
    const Subject subject = subjectOf(push, nullptr, model);
    QVERIFY(subject.receipt);
    QCOMPARE(subject.receipt->status, EntryStatus::Timeout);
    QVERIFY(!subjectOf(other, nullptr, model).receipt);
}

void TestTrafficModel::aReceiptIsFoundAmongWhatIsNew()
{
    FakeHubView view;
    TrafficModel model;
    view.addEntry(entry("alice", "{}", "c1"));
    JournalEntry ack = entry("alice", "{}", "c1");
    ack.kind = EntryKind::Ack;
    view.addEntry(ack);
    view.addEntry(entry("alice", "{}", "c2"));
    QVERIFY(!model.cameLately("c1", EntryKind::Ack, 10));
    model.refresh(view, 10);
    QVERIFY(model.cameLately("c1", EntryKind::Ack, 2));
    QVERIFY(model.cameLately("c1", EntryKind::Ack, 100));
    QVERIFY(!model.cameLately("c1", EntryKind::Ack, 1));        // it was told before
    QVERIFY(!model.cameLately("c2", EntryKind::Ack, 3));
}

QTEST_MAIN(TestTrafficModel)
#include "tst_trafficmodel.moc"
