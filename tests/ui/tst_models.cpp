// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/FakeHubView.h"
#include "ui/detail/Subject.h"
#include "ui/models/EntryWords.h"
#include "ui/models/ExchangeProxy.h"
#include "ui/models/Format.h"
#include "ui/models/Roles.h"
#include "ui/models/SessionModel.h"
#include "ui/models/TrafficModel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QThread>
#include <QTest>

#include <atomic>

using namespace trunkline;
using Mode = QAbstractItemModelTester::FailureReportingMode;

namespace {

ExchangeInfo exchange(quint64 number, ExchangeState state = ExchangeState::Done, const QByteArray &user = "bob")
{
    ExchangeInfo info;
    info.number = number;
    info.correlation = "c" + QByteArray::number(number);
    info.state = state;
    info.route.target = user;
    info.latency = std::chrono::milliseconds(number);
    info.request = R"({"message":"hello"})";
    return info;
}

JournalEntry entry(const QByteArray &user, const QByteArray &text = R"({"message":"hi"})", const QByteArray &correlation = {})
{
    JournalEntry made;
    made.user = user;
    made.text = text;
    made.correlation = correlation;
    return made;
}

SessionInfo session(quint64 id, const QByteArray &user, bool isPublic = false)
{
    SessionInfo info;
    info.id = {id};
    info.user = user;
    info.isPublic = isPublic;
    return info;
}

QStringList texts(const QAbstractItemModel &model, int column)
{
    QStringList found;
    for (int row = 0; row < model.rowCount(); ++row)
        found << model.index(row, column).data().toString();
    return found;
}

} // namespace

class TestModels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void exchangesKeepTheirNumberOrderWhateverChangesFirst();
    void exchangesChangeInPlace();
    void exchangesTrimFinishedAndFailedApart();
    void exchangesStartAnewWithAnotherHub();
    void exchangesSortByRawNumbers();
    void exchangesAreFilteredBesideTheWindow();
    void aFilterOutlivesTheRowsItLooksAt();
    void exchangeCellsSpeak();
    void trafficInsertsOnceARefresh();
    void trafficTrimsInWholeChunks();
    void trafficKeepsToTheBytesOfTheJournal();
    void trafficFiltersOffTheThreadAndGoesOn();
    void trafficNewFilterCancelsTheOld();
    void clearedExchangesComeBackOnlyWhileTheyRun();
    void trafficClearsBehindWhatItHasSeen();
    void trafficCountsWhatItMissed();
    void trafficSaysWhatBecameOfAPush_data();
    void trafficSaysWhatBecameOfAPush();
    void aPushKnowsItsReceipt();
    void aReceiptIsFoundAmongWhatIsNew();
    void sessionsGroupAndFold();
    void sessionsShowWhoIsAwayAndWhatWaits();
    void sessionsKeepRowsThatStay();
    void sessionsMeasureRates();
};

void TestModels::exchangesKeepTheirNumberOrderWhateverChangesFirst()
{
    FakeHubView view;
    ExchangeModel model;
    const QAbstractItemModelTester tester(&model, Mode::QtTest);
    view.addExchange(exchange(1));
    view.addExchange(exchange(6));
    QVERIFY(!model.refresh(view, 100));
    view.addExchange(exchange(5));
    QVERIFY(!model.refresh(view, 100));
    QCOMPARE(texts(model, 0), QStringList({QStringLiteral("1"), QStringLiteral("5"), QStringLiteral("6")}));
    QCOMPARE(model.rowOf(5), 1);
    QCOMPARE(model.rowOf(4), -1);
    QCOMPARE(model.find("c6")->number, 6u);
}

void TestModels::exchangesChangeInPlace()
{
    FakeHubView view;
    ExchangeModel model;
    const QAbstractItemModelTester tester(&model, Mode::QtTest);
    for (quint64 i = 1; i <= 4; ++i)
        view.addExchange(exchange(i, ExchangeState::Streaming));
    model.refresh(view, 100);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    view.addExchange(exchange(2));
    view.addExchange(exchange(3, ExchangeState::TimedOut));
    model.refresh(view, 100);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(inserted.count(), 0);
    const auto state = static_cast<int>(ExchangeModel::Column::State);
    QCOMPARE(texts(model, state), QStringList({QStringLiteral("streaming"), QStringLiteral("done"), QStringLiteral("timed out"), QStringLiteral("streaming")}));
}

void TestModels::exchangesTrimFinishedAndFailedApart()
{
    FakeHubView view;
    ExchangeModel model;
    const QAbstractItemModelTester tester(&model, Mode::QtTest);
    view.addExchange(exchange(1, ExchangeState::TimedOut));
    const quint64 many = ExchangeModel::kMostDone + ExchangeModel::kTrimSlack + 2;
    for (quint64 i = 2; i <= many + 1; ++i)
        view.addExchange(exchange(i));
    while (model.refresh(view, 4'000)) {}
    QCOMPARE(model.rowCount(), static_cast<int>(ExchangeModel::kMostDone) + 1);
    QCOMPARE(model.at(0)->number, 1u);      // the error outlives the burst
    QCOMPARE(model.at(1)->number, many + 2 - ExchangeModel::kMostDone);
}

void TestModels::exchangesStartAnewWithAnotherHub()
{
    FakeHubView first;
    ExchangeModel model;
    const QAbstractItemModelTester tester(&model, Mode::QtTest);
    for (quint64 i = 1; i <= 5; ++i)
        first.addExchange(exchange(i));
    model.refresh(first, 100);
    FakeHubView second;
    second.addExchange(exchange(1, ExchangeState::NotConnected));
    model.refresh(second, 100);
    QCOMPARE(model.rowCount(), 1);
    QVERIFY(model.at(0)->isFailed());
}

void TestModels::exchangesSortByRawNumbers()
{
    FakeHubView view;
    ExchangeModel model;
    ExchangeProxy proxy(model);
    const QAbstractItemModelTester tester(&proxy, Mode::QtTest);
    for (const quint64 number : {9u, 10u, 100u})
        view.addExchange(exchange(number));
    model.refresh(view, 100);
    proxy.sort(static_cast<int>(ExchangeModel::Column::Latency), Qt::DescendingOrder);
    QCOMPARE(proxy.at(proxy.index(0, 0))->number, 100u);
    QCOMPARE(proxy.at(proxy.index(2, 0))->number, 9u);
    QSignalSpy finished(&proxy, &ExchangeProxy::filterFinished);
    proxy.setFilter([](const ExchangeInfo &info) { return info.number > 9; });
    QVERIFY(finished.wait());
    QCOMPARE(proxy.rowCount(), 2);
    view.addExchange(exchange(101));
    view.addExchange(exchange(3));
    model.refresh(view, 100);
    QCOMPARE(proxy.rowCount(), 3);
}

void TestModels::exchangesAreFilteredBesideTheWindow()
{
    FakeHubView view;
    ExchangeModel model;
    ExchangeProxy proxy(model);
    const QAbstractItemModelTester tester(&proxy, Mode::QtTest);
    for (quint64 number = 1; number <= 500; ++number)
        view.addExchange(exchange(number));
    model.refresh(view, 10'000);
    const Qt::HANDLE here = QThread::currentThreadId();
    std::atomic<int> mine = 0;
    QSignalSpy finished(&proxy, &ExchangeProxy::filterFinished);
    proxy.setFilter([here, &mine](const ExchangeInfo &info) {
        mine += QThread::currentThreadId() == here ? 1 : 0;
        return info.number % 10 == 0;
    });
    QVERIFY(proxy.isFiltering());
    QCOMPARE(proxy.rowCount(), 500);      // what was shown stays until the run is done
    for (quint64 number = 501; number <= 520; ++number)
        view.addExchange(exchange(number));
    view.addExchange(exchange(10, ExchangeState::NotConnected));    // it changes meanwhile
    model.refresh(view, 10'000);
    QVERIFY(finished.wait());
    QVERIFY(!proxy.isFiltering());
    QCOMPARE(proxy.rowCount(), 52);
    QVERIFY(proxy.at(proxy.index(0, 0))->isFailed());
    QVERIFY2(mine <= 21, qPrintable(QString::number(mine)));        // only what came during the run
    view.addExchange(exchange(530));
    view.addExchange(exchange(531));
    model.refresh(view, 10'000);
    QCOMPARE(proxy.rowCount(), 53);

    proxy.setFilter([](const ExchangeInfo &) { return false; });    // given up for the next one
    proxy.setFilter([](const ExchangeInfo &info) { return info.number == 7; });
    QVERIFY(finished.wait());
    QCOMPARE(proxy.rowCount(), 1);
    QCOMPARE(finished.count(), 2);
    proxy.setFilter([](const ExchangeInfo &) { return false; });
    proxy.setFilter(nullptr);
    QCOMPARE(proxy.rowCount(), 522);
    QCOMPARE(finished.count(), 3);
}

void TestModels::aFilterOutlivesTheRowsItLooksAt()
{
    FakeHubView view;
    ExchangeModel model;
    ExchangeProxy proxy(model);
    const QAbstractItemModelTester tester(&proxy, Mode::QtTest);
    for (quint64 number = 1; number <= 300; ++number)
        view.addExchange(exchange(number));
    model.refresh(view, 10'000);
    QSignalSpy finished(&proxy, &ExchangeProxy::filterFinished);
    proxy.setFilter([](const ExchangeInfo &info) { return info.number > 1; });
    model.forget();
    FakeHubView other;
    other.addExchange(exchange(1));
    other.addExchange(exchange(2));
    model.refresh(other, 10);
    QVERIFY(finished.wait());
    QCOMPARE(proxy.rowCount(), 1);
}

void TestModels::exchangeCellsSpeak()
{
    FakeHubView view;
    ExchangeModel model;
    ExchangeInfo late = exchange(7, ExchangeState::TimedOut);
    late.lateReplies = 1;
    late.steps = {{StepKind::Ended, std::chrono::seconds(30)}, {StepKind::LateReply, std::chrono::milliseconds(31'200)}};
    view.addExchange(late);
    model.refresh(view, 10);
    const QModelIndex state = model.index(0, static_cast<int>(ExchangeModel::Column::State));
    QCOMPARE(state.data().toString(), QStringLiteral("late +1.20 s"));
    QCOMPARE(state.data(Qt::AccessibleTextRole).toString(), QStringLiteral("State: late +1.20 s"));
    QCOMPARE(state.data(IconRole).toString(), QStringLiteral("clock"));
    QCOMPARE(model.index(0, static_cast<int>(ExchangeModel::Column::User)).data(FilterRole).toString(), QStringLiteral("user:bob"));
    QVERIFY(!model.index(0, static_cast<int>(ExchangeModel::Column::Waterfall)).data(Qt::AccessibleTextRole).toString().isEmpty());
    QCOMPARE(model.index(0, static_cast<int>(ExchangeModel::Column::Summary)).data().toString(), QStringLiteral("hello"));
}

void TestModels::trafficInsertsOnceARefresh()
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

void TestModels::trafficTrimsInWholeChunks()
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

void TestModels::trafficKeepsToTheBytesOfTheJournal()
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

void TestModels::trafficFiltersOffTheThreadAndGoesOn()
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

void TestModels::trafficNewFilterCancelsTheOld()
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

/// The kernel takes an answer's last byte after the exchange's end: that change is no reason to show a cleared row again.
void TestModels::clearedExchangesComeBackOnlyWhileTheyRun()
{
    FakeHubView view;
    ExchangeModel model;
    const QAbstractItemModelTester tester(&model, Mode::QtTest);
    view.addExchange(exchange(1, ExchangeState::NotConnected));
    view.addExchange(exchange(2, ExchangeState::Streaming));
    model.refresh(view, 10);
    view.addExchange(exchange(3, ExchangeState::Done));     // not shown yet when the user clears
    model.clear(view);
    QCOMPARE(model.rowCount(), 0);
    model.clear(view);
    for (const quint64 number : {1, 2, 3, 4})
        view.addExchange(exchange(number, ExchangeState::Done));
    model.refresh(view, 10);
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.at(0)->number, 2u);
    QCOMPARE(model.at(1)->number, 4u);
}

void TestModels::trafficClearsBehindWhatItHasSeen()
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

void TestModels::trafficCountsWhatItMissed()
{
    FakeHubView view;
    view.skipped = 7;
    TrafficModel model;
    view.addEntry(entry("alice"));
    model.refresh(view, 10);
    QCOMPARE(model.skipped(), 7u);
}

void TestModels::trafficSaysWhatBecameOfAPush_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QString>("meaning");
    const auto row = [](const char *name, EntryKind kind, EntryStatus status, const char *payload, const char *meaning) {
        QTest::newRow(name) << static_cast<int>(kind) << static_cast<int>(status) << QByteArray(payload) << QString::fromLatin1(meaning);
    };
    row("delivered", EntryKind::Push, EntryStatus::Ok, R"({"message":"hi"})", "");
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

void TestModels::trafficSaysWhatBecameOfAPush()
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
    QCOMPARE(summary, made.kind == EntryKind::Push || made.kind == EntryKind::Reply ? format::summary(made.payload()) : meaning);
}

void TestModels::aPushKnowsItsReceipt()
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

void TestModels::aReceiptIsFoundAmongWhatIsNew()
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

void TestModels::sessionsGroupAndFold()
{
    HubSnapshot snapshot;
    snapshot.sessions = {session(1, "bob"), session(2, "alice"), session(3, "ci_bot", true)};
    snapshot.upstreams = {{"127.0.0.1", "curl", 1, 1}};
    SessionModel model;
    const QAbstractItemModelTester tester(&model, Mode::QtTest);
    model.refresh(snapshot);
    const QString dot = QString(QStringLiteral(" %1 ")).arg(QChar(0xb7));
    QCOMPARE(texts(model, 0), QStringList({QStringLiteral("Users") + dot + QStringLiteral("2"), QStringLiteral("alice"), QStringLiteral("bob"),
                                           QStringLiteral("Public accounts") + dot + QStringLiteral("1"), QStringLiteral("ci_bot"),
                                           QStringLiteral("Upstreams") + dot + QStringLiteral("1"), QStringLiteral("127.0.0.1 curl")}));
    for (quint64 i = 0; i < 50; ++i)
        snapshot.sessions.push_back(session(10 + i, "team-" + QByteArray::number(i)));
    model.refresh(snapshot);
    QCOMPARE(model.rowCount(), 8);
    QCOMPARE(model.at(3).kind, SessionRow::Kind::Fold);
    QCOMPARE(model.at(3).count, 50);
    model.toggleFold(3);
    QCOMPARE(model.rowCount(), 58);
    model.setSearch(QStringLiteral("team-4"));
    QCOMPARE(model.clients(), 53);
    QCOMPARE(model.rowCount(), 12);     // the heading and eleven users; so few do not fold
}

void TestModels::sessionsShowWhoIsAwayAndWhatWaits()
{
    HubSnapshot snapshot;
    snapshot.takenAt = std::chrono::milliseconds(1'000'000);
    snapshot.sessions = {session(1, "alice")};
    snapshot.sessions[0].eventStream = true;
    snapshot.sessions[0].history = 7;
    snapshot.waiting = {{"bob", 3, std::chrono::milliseconds(940'000)}};
    SessionModel model;
    const QAbstractItemModelTester tester(&model, Mode::QtTest);
    model.refresh(snapshot);
    QCOMPARE(model.rowCount(), 4);
    QCOMPARE(model.at(3).kind, SessionRow::Kind::Waiting);
    QCOMPARE(model.index(3).data().toString(), QStringLiteral("bob"));
    QVERIFY(model.index(3).data(Qt::AccessibleTextRole).toString().contains(QStringLiteral("3 ")));
    QCOMPARE(model.index(3).data(FilterRole).toString(), QStringLiteral("user:bob"));
    QVERIFY(model.index(1).data(Qt::ToolTipRole).toString().contains(QStringLiteral("Server-Sent Events")));
    QVERIFY(model.index(1).data(Qt::ToolTipRole).toString().contains(QStringLiteral("7 ")));
    model.setSearch(QStringLiteral("ali"));
    QCOMPARE(model.rowCount(), 2);
    model.setSearch({});
    snapshot.waiting.clear();
    model.refresh(snapshot);
    QCOMPARE(model.rowCount(), 2);
}

void TestModels::sessionsKeepRowsThatStay()
{
    HubSnapshot snapshot;
    snapshot.sessions = {session(1, "alice"), session(2, "carol")};
    SessionModel model;
    const QAbstractItemModelTester tester(&model, Mode::QtTest);
    model.refresh(snapshot);
    const QPersistentModelIndex carol(model.index(2));
    snapshot.sessions.push_back(session(3, "bob"));
    model.refresh(snapshot);
    QCOMPARE(carol.row(), 3);
    QCOMPARE(carol.data().toString(), QStringLiteral("carol"));
    snapshot.sessions.erase(snapshot.sessions.begin());
    model.refresh(snapshot);
    QCOMPARE(carol.row(), 2);
}

void TestModels::sessionsMeasureRates()
{
    HubSnapshot snapshot;
    snapshot.takenAt = std::chrono::milliseconds(1'000'000);
    snapshot.sessions = {session(1, "alice")};
    snapshot.sessions[0].messagesIn = 100;
    SessionModel model;
    model.refresh(snapshot);
    QCOMPARE(model.at(1).rate, 0.0);
    snapshot.takenAt += std::chrono::seconds(2);
    snapshot.sessions[0].messagesIn = 130;
    snapshot.sessions[0].messagesOut = 10;
    model.refresh(snapshot);
    QCOMPARE(model.at(1).rate, 20.0);
}

QTEST_MAIN(TestModels)
#include "tst_models.moc"
