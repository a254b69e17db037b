// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/FakeHubView.h"
#include "tests/ui/ModelRows.h"
#include "ui/models/ExchangeProxy.h"
#include "ui/models/Roles.h"
#include "ui/models/SessionModel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QThread>
#include <QTest>

#include <atomic>

using namespace trunkline;
using Mode = QAbstractItemModelTester::FailureReportingMode;

class TestModels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void exchangesKeepTheirNumberOrderWhateverChangesFirst();
    void exchangesChangeInPlace();
    void exchangesTrimFinishedAndFailedApart();
    void markedExchangesOutliveABurst();
    void exchangesStartAnewWithAnotherHub();
    void exchangesSortByRawNumbers();
    void exchangesAreFilteredBesideTheWindow();
    void aFilterOutlivesTheRowsItLooksAt();
    void exchangeCellsSpeak();
    void clearedExchangesComeBackOnlyWhileTheyRun();
    void sessionsGroupAndFold();
    void sessionsShowWhoIsAwayAndWhatWaits();
    void sessionsShowWhoIsOnOtherHubs();
    void sessionsKeepRowsThatStay();
    void sessionsMeasureRates();
    void sessionsGrowOlderInSilence();
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

void TestModels::markedExchangesOutliveABurst()
{
    FakeHubView view;
    ExchangeModel model;
    const QAbstractItemModelTester tester(&model, Mode::QtTest);
    view.addExchange(exchange(1));
    view.addExchange(exchange(2));
    model.refresh(view, 10);
    model.toggleMark(1);
    const quint64 many = ExchangeModel::kMostDone + ExchangeModel::kTrimSlack + 2;
    for (quint64 i = 3; i <= many; ++i)
        view.addExchange(exchange(i));
    while (model.refresh(view, 4'000)) {}
    QCOMPARE(model.rowCount(), static_cast<int>(ExchangeModel::kMostDone));
    QCOMPARE(model.at(0)->number, 2u);
    QVERIFY(model.isMarked(0) && !model.isMarked(1));
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

void TestModels::sessionsShowWhoIsOnOtherHubs()
{
    HubSnapshot snapshot;
    snapshot.sessions = {session(1, "alice")};
    snapshot.waiting = {{"carol", 3, {}}};
    snapshot.backplane = {.link = BackplaneState::Link::Up, .name = "hub-a#1", .hubs = 3};
    SessionModel model;
    const QAbstractItemModelTester tester(&model, Mode::QtTest);
    model.refresh(snapshot);
    model.setFound({{{"alice", {"hub-a#1"}}, {"bob", {"hub-b#2"}}, {"both", {"hub-a#1", "hub-c#3"}}, {"carl", {"hub-b#2", "hub-c#3"}}}, false});
    const QString dot = QString(QStringLiteral(" %1 ")).arg(QChar(0xb7));
    // Who is here, too, is one of both.
    QCOMPARE(texts(model, 0), QStringList({QStringLiteral("Users") + dot + QStringLiteral("1"), QStringLiteral("alice"),
                                           QStringLiteral("On other hubs") + dot + QStringLiteral("3"), QStringLiteral("bob"), QStringLiteral("both"),
                                           QStringLiteral("carl"), QStringLiteral("Away, messages wait") + dot + QStringLiteral("1"), QStringLiteral("carol")}));
    QCOMPARE(model.index(3).data(Qt::AccessibleTextRole).toString(), QStringLiteral("bob, on hub-b#2"));
    QCOMPARE(model.at(4).hubs, QByteArray("hub-c#3"));
    QCOMPARE(model.index(5).data(Qt::ToolTipRole).toString(), QStringLiteral("carl\nconnected to hub-b#2, hub-c#3"));
    QCOMPARE(model.index(5).data(FilterRole).toString(), QStringLiteral("user:carl"));
    model.setSearch(QStringLiteral("BOB"));
    QCOMPARE(model.rowCount(), 2);
    model.setSearch({});
    model.setFound({{{"bob", {"hub-c#3"}}}, true});
    QCOMPARE(model.index(2).data().toString(), QString(QStringLiteral("On other hubs") + dot + QStringLiteral("1+")));
    QCOMPARE(model.at(3).hubs, QByteArray("hub-c#3"));
    model.setFound({});
    QCOMPARE(model.rowCount(), 4);
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

/// No copy, no new rows: a thousand idle sessions must not cost a thousand rows a second.
void TestModels::sessionsGrowOlderInSilence()
{
    HubSnapshot snapshot;
    snapshot.takenAt = std::chrono::milliseconds(1'000'000);
    snapshot.sessions = {session(1, "alice")};
    snapshot.sessions[0].connectedAt = snapshot.takenAt;
    SessionModel model;
    model.refresh(snapshot);
    snapshot.takenAt += std::chrono::seconds(1);
    snapshot.sessions[0].messagesIn = 20;
    model.refresh(snapshot);
    QCOMPARE(model.at(1).rate, 20.0);
    snapshot.takenAt += std::chrono::milliseconds(100);     // too soon to be measured
    snapshot.sessions[0].messagesIn = 22;
    model.refresh(snapshot);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.passTime(std::chrono::milliseconds(900));
    QCOMPARE(model.at(1).rate, 2.0);
    model.passTime(std::chrono::milliseconds(1'900));
    QCOMPARE(model.at(1).rate, 0.0);
    QCOMPARE(changed.size(), 2);
    model.passTime(std::chrono::milliseconds(58'900));
    QCOMPARE(changed.size(), 2);
    const QString tip = model.index(1).data(Qt::ToolTipRole).toString();
    QVERIFY2(tip.contains(QStringLiteral("for 1 min")), qPrintable(tip));
    // The rate after a silence is that of the last second, not of the whole silence.
    snapshot.takenAt += std::chrono::milliseconds(59'900);
    snapshot.sessions[0].messagesIn = 32;
    model.refresh(snapshot);
    QCOMPARE(model.at(1).rate, 10.0);
}

QTEST_MAIN(TestModels)
#include "tst_models.moc"
