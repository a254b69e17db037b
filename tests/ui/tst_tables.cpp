// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/FakeHubView.h"
#include "ui/models/ExchangeProxy.h"
#include "ui/models/Ordering.h"
#include "ui/models/Roles.h"
#include "ui/models/TrafficModel.h"
#include "ui/tables/LiveTable.h"

#include <QAbstractItemModelTester>
#include <QHeaderView>
#include <QMenu>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

using namespace trunkline;
using Mode = QAbstractItemModelTester::FailureReportingMode;

namespace {

ExchangeInfo exchange(quint64 number, const QByteArray &user = "bob", int milliseconds = 10)
{
    ExchangeInfo info;
    info.number = number;
    info.correlation = "c" + QByteArray::number(number);
    info.state = ExchangeState::Done;
    info.startedAt = std::chrono::milliseconds(1'000'000 + number);
    info.route.target = user;
    info.latency = std::chrono::milliseconds(milliseconds);
    info.request = R"({"message":"hello","order":{"id":)" + QByteArray::number(number * 7 % 5) + "}}";
    return info;
}

JournalEntry entry(const QByteArray &user, const QByteArray &text = R"({"message":"hi"})")
{
    JournalEntry made;
    made.user = user;
    made.text = text;
    made.textBytes = text.size();
    return made;
}

QStringList texts(const QAbstractItemModel &model, int column)
{
    QStringList found;
    for (int row = 0; row < model.rowCount(); ++row)
        found << model.index(row, column).data().toString();
    return found;
}

constexpr int kUser = static_cast<int>(TrafficModel::Column::User);
constexpr int kSize = static_cast<int>(TrafficModel::Column::Size);

} // namespace

/// Sorting, added columns and gaps: of the models, and of the table over them.
class TestTables : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sortsExchangesByValueAndByWords();
    void sortsTrafficBesideTheWindow();
    void keepsSortedRowsWhereTheyAreWhenNewOnesCome();
    void survivesATrimWhileSorted();
    void sortsAndFiltersTogether();
    void comparesNumbersAsNumbers();
    void addsAndRemovesColumns();
    void marksAGapAndKeepsWhatWasRead();
    void marksAGapOfTheSameStart();
    void headerClicksSortAndFollowingEndsIt();
    void keepsTheCurrentRowThroughAReset();
    void hidingAnAddedColumnAsksForItsRemoval();
};

void TestTables::sortsExchangesByValueAndByWords()
{
    FakeHubView view;
    ExchangeModel model;
    ExchangeProxy proxy(model);
    const QAbstractItemModelTester tester(&proxy, Mode::Fatal);
    view.addExchange(exchange(1, "carol", 900));
    view.addExchange(exchange(2, "alice", 90));
    view.addExchange(exchange(3, "Bob", 1'000));
    model.refresh(view, 100);
    const int user = static_cast<int>(ExchangeModel::Column::User);
    proxy.sort(user, Qt::AscendingOrder);
    QCOMPARE(texts(proxy, user), (QStringList{QStringLiteral("alice"), QStringLiteral("Bob"), QStringLiteral("carol")}));
    proxy.sort(static_cast<int>(ExchangeModel::Column::Latency), Qt::DescendingOrder);
    QCOMPARE(texts(proxy, user), (QStringList{QStringLiteral("Bob"), QStringLiteral("carol"), QStringLiteral("alice")}));
    view.addExchange(exchange(4, "dora", 950));
    model.refresh(view, 100);
    QCOMPARE(texts(proxy, user).indexOf(QStringLiteral("dora")), 1);
    proxy.sort(-1);
    QCOMPARE(texts(proxy, user).constLast(), QStringLiteral("dora"));
}

void TestTables::sortsTrafficBesideTheWindow()
{
    FakeHubView view;
    TrafficModel model;
    const QAbstractItemModelTester tester(&model, Mode::Fatal);
    for (const char *user : {"carol", "alice", "bob", "alice"})
        view.addEntry(entry(user));
    model.refresh(view, 100);
    QSignalSpy finished(&model, &TrafficModel::filterFinished);
    model.sort(kUser, Qt::AscendingOrder);
    QCOMPARE(texts(model, kUser).constFirst(), QStringLiteral("carol"));      // until the run is done
    QVERIFY(finished.wait());
    QCOMPARE(texts(model, kUser).join(u','), QStringLiteral("alice,alice,bob,carol"));
    QCOMPARE(model.at(0).sequence, 2u);     // equal ones as they came
    QCOMPARE(model.at(1).sequence, 4u);
    QCOMPARE(model.rowOf(3), 2);
    model.sort(kUser, Qt::DescendingOrder);
    QVERIFY(finished.wait());
    QCOMPARE(texts(model, kUser).join(u','), QStringLiteral("carol,bob,alice,alice"));
    model.sort(-1);
    QCOMPARE(texts(model, kUser).join(u','), QStringLiteral("carol,alice,bob,alice"));
    QVERIFY(!model.isSorted());
}

void TestTables::keepsSortedRowsWhereTheyAreWhenNewOnesCome()
{
    FakeHubView view;
    TrafficModel model;
    const QAbstractItemModelTester tester(&model, Mode::Fatal);
    view.addEntry(entry("x", QByteArray(500, 'a')));
    view.addEntry(entry("y", QByteArray(20, 'a')));
    model.refresh(view, 100);
    QSignalSpy finished(&model, &TrafficModel::filterFinished);
    model.sort(kSize, Qt::AscendingOrder);
    QVERIFY(finished.wait());
    QCOMPARE(texts(model, kUser).join(u','), QStringLiteral("y,x"));
    view.addEntry(entry("z", "1"));
    model.refresh(view, 100);
    QCOMPARE(texts(model, kUser).join(u','), QStringLiteral("y,x,z"));
}

void TestTables::survivesATrimWhileSorted()
{
    FakeHubView view;
    TrafficModel model(nullptr, 2'000);
    const QAbstractItemModelTester tester(&model, Mode::Fatal);
    for (int i = 0; i < 2'000; ++i)
        view.addEntry(entry("u" + QByteArray::number(i % 7)));
    model.refresh(view, 10'000);
    QSignalSpy finished(&model, &TrafficModel::filterFinished);
    model.sort(kUser, Qt::DescendingOrder);
    QVERIFY(finished.wait());
    for (int i = 0; i < 3'000; ++i)
        view.addEntry(entry("v"));
    model.refresh(view, 10'000);
    QCOMPARE(model.rowCount(), static_cast<int>(model.total()));
    for (int row = 0; row < model.rowCount(); ++row)
        QVERIFY(model.at(row).sequence > 1'000);
}

void TestTables::sortsAndFiltersTogether()
{
    FakeHubView view;
    TrafficModel model;
    const QAbstractItemModelTester tester(&model, Mode::Fatal);
    for (const char *user : {"carol", "alice", "bob", "alice"})
        view.addEntry(entry(user));
    model.refresh(view, 100);
    QSignalSpy finished(&model, &TrafficModel::filterFinished);
    model.sort(kUser, Qt::AscendingOrder);
    model.setFilter([](const JournalEntry &each) { return each.user != "alice"; });
    QTRY_COMPARE(texts(model, kUser).join(u','), QStringLiteral("bob,carol"));
    model.sort(-1);
    QCOMPARE(texts(model, kUser).join(u','), QStringLiteral("carol,bob"));
    view.addEntry(entry("dora"));
    model.refresh(view, 100);
    QTRY_COMPARE(texts(model, kUser).join(u','), QStringLiteral("carol,bob,dora"));
    model.setFilter(nullptr);
    QCOMPARE(model.rowCount(), 5);
}

void TestTables::comparesNumbersAsNumbers()
{
    QVERIFY(lessInWords(QStringLiteral("9"), QStringLiteral("10")));
    QVERIFY(lessInWords(QStringLiteral("10"), QStringLiteral("a")));
    QVERIFY(!lessInWords(QStringLiteral("a"), QStringLiteral("10")));
    QVERIFY(lessInWords(QStringLiteral("Alice"), QStringLiteral("bob")));
    QVERIFY(!lessInWords(QStringLiteral("alice"), QStringLiteral("ALICE")));
}

void TestTables::addsAndRemovesColumns()
{
    FakeHubView view;
    TrafficModel traffic;
    ExchangeModel exchanges;
    const QAbstractItemModelTester trafficTester(&traffic, Mode::Fatal);
    const QAbstractItemModelTester exchangeTester(&exchanges, Mode::Fatal);
    view.addEntry(entry("bob", R"({"data":{"items":[{"id":"a b"},{"id":2}]}})"));
    view.addExchange(exchange(3));
    traffic.refresh(view, 10);
    exchanges.refresh(view, 10);
    const int column = traffic.addPath(QStringLiteral("data.items[0].id"));
    QCOMPARE(column, TrafficModel::Columns);
    QCOMPARE(traffic.addPath(QStringLiteral("data.items[0].id")), -1);
    QCOMPARE(traffic.addPath(QString()), -1);
    QCOMPARE(traffic.index(0, column).data().toString(), QStringLiteral("a b"));
    QCOMPARE(traffic.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("data.items[0].id"));
    QCOMPARE(traffic.index(0, column).data(FilterRole).toString(), QStringLiteral("data.items.0.id:\"a b\""));
    QCOMPARE(exchanges.addPath(QStringLiteral("order.id")), ExchangeModel::Columns);
    QCOMPARE(exchanges.index(0, ExchangeModel::Columns).data().toString(), QStringLiteral("1"));
    QCOMPARE(exchanges.index(0, ExchangeModel::Columns).data(FilterRole).toString(), QStringLiteral("data.order.id:1"));
    traffic.removePath(column);
    QCOMPARE(traffic.columnCount(), TrafficModel::Columns);
    for (int i = 0; i < PathColumns::kMost; ++i)
        QVERIFY(traffic.addPath(QStringLiteral("p%1").arg(i)) > 0);
    QCOMPARE(traffic.addPath(QStringLiteral("one.too.many")), -1);
}

/// Another start of the hub: what was read stays, numbers begin anew behind a row that says so.
void TestTables::marksAGapAndKeepsWhatWasRead()
{
    FakeHubView before;
    before.state->takenAt = std::chrono::milliseconds(1'000'000);
    before.state->instant = {std::chrono::seconds(10)};
    TrafficModel traffic;
    ExchangeModel exchanges;
    const QAbstractItemModelTester trafficTester(&traffic, Mode::Fatal);
    const QAbstractItemModelTester exchangeTester(&exchanges, Mode::Fatal);
    JournalEntry old = entry("old");
    old.time = {std::chrono::seconds(10)};
    before.addEntry(old);
    for (const quint64 number : {1, 2})
        before.addExchange(exchange(number, "old"));
    traffic.refresh(before, 10);
    exchanges.refresh(before, 10);
    const ExchangePtr first = exchanges.at(0);
    const LinkGap gap{.from = std::chrono::milliseconds(1'000'500), .to = std::chrono::milliseconds(1'009'000), .restarted = true};
    traffic.noteGap(gap);
    exchanges.noteGap(gap);
    QVERIFY(traffic.isGap(1) && exchanges.isGap(2));
    QVERIFY(exchanges.index(2, static_cast<int>(ExchangeModel::Column::Summary)).data().toString().contains(QStringLiteral("Not connected from")));
    QVERIFY(traffic.index(1, static_cast<int>(TrafficModel::Column::Summary)).data().toString().contains(QStringLiteral("numbers began anew")));

    FakeHubView after;      // its clock began anew, too
    JournalEntry fresh = entry("new");
    fresh.time = {std::chrono::seconds(1)};
    after.addEntry(fresh);
    ExchangeInfo again = exchange(1, "new");
    again.startedAt = std::chrono::milliseconds(1'010'000);
    after.addExchange(again);
    QVERIFY(!traffic.refresh(after, 10));
    QCOMPARE(traffic.rowCount(), 2);        // the hub's time is not known yet
    after.state->takenAt = std::chrono::milliseconds(1'010'000);
    after.state->instant = {std::chrono::seconds(1)};
    traffic.refresh(after, 10);
    exchanges.refresh(after, 10);
    QCOMPARE(texts(traffic, kUser).join(u','), QStringLiteral("old,,new"));
    QCOMPARE(traffic.timeOf(traffic.at(0)), std::chrono::milliseconds(1'000'000));
    QCOMPARE(traffic.timeOf(traffic.at(2)), std::chrono::milliseconds(1'010'000));
    QCOMPARE(traffic.rowOf(1), 2);
    QCOMPARE(exchanges.rowCount(), 4);
    QCOMPARE(exchanges.rowOf(1), 3);
    QCOMPARE(exchanges.rowOf(*first), 0);
    ExchangeInfo changed = again;
    changed.route.target = "newer";
    after.addExchange(changed);
    exchanges.refresh(after, 10);
    QCOMPARE(exchanges.rowCount(), 4);
    QCOMPARE(exchanges.at(0)->route.target, QByteArray("old"));
    QCOMPARE(exchanges.at(3)->route.target, QByteArray("newer"));
    traffic.setFilter([](const JournalEntry &each) { return each.user == "new"; });
    QTRY_COMPARE(traffic.rowCount(), 2);    // a gap is never filtered away
    QVERIFY(traffic.isGap(0));
}

void TestTables::marksAGapOfTheSameStart()
{
    FakeHubView view;
    TrafficModel traffic;
    ExchangeModel exchanges;
    traffic.noteGap({});
    exchanges.noteGap({});
    QCOMPARE(traffic.rowCount() + exchanges.rowCount(), 0);     // nothing was known before
    view.addEntry(entry("bob"));
    view.addExchange(exchange(1));
    traffic.refresh(view, 10);
    exchanges.refresh(view, 10);
    traffic.noteGap({});
    exchanges.noteGap({});
    view.addEntry(entry("bob"));
    view.addExchange(exchange(2));
    view.skipped = 12;
    traffic.refresh(view, 10);
    exchanges.refresh(view, 10);
    QCOMPARE(traffic.gapOf(1)->missed, 12u);
    QCOMPARE(traffic.rowOf(2), 2);
    QCOMPARE(exchanges.rowOf(1), 0);
    QCOMPARE(exchanges.rowOf(2), 2);
    QCOMPARE(exchanges.arrived(), 2u);
    QCOMPARE(traffic.arrived(), 2u);
}

void TestTables::headerClicksSortAndFollowingEndsIt()
{
    FakeHubView view;
    TrafficModel model;
    for (int i = 0; i < 200; ++i)
        view.addEntry(entry("u" + QByteArray::number(i * 7 % 10)));
    model.refresh(view, 1'000);
    const Theme theme;
    LiveTable table(theme);
    table.setModel(&model);
    table.setColumns(QList<int>(TrafficModel::Columns, 80), TrafficModel::Columns);
    table.makeSortable([&model](quint64 sequence) { return model.rowOf(sequence); });
    table.resize(900, 300);
    table.show();
    QVERIFY(table.isFollowing());
    QHeaderView *header = table.horizontalHeader();
    const QPoint at(header->sectionViewportPosition(kSize) + 20, header->height() / 2);
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, at);
    QVERIFY(table.isSorted() && model.isSorted());
    QVERIFY(!table.isFollowing());
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, at);
    QCOMPARE(header->sortIndicatorOrder(), Qt::DescendingOrder);
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, at);
    QVERIFY(!table.isSorted() && !model.isSorted());
    header->setSortIndicator(kUser, Qt::AscendingOrder);
    QTRY_COMPARE(model.index(0, kUser).data().toString(), QStringLiteral("u0"));
    table.setFollowing(true);
    QVERIFY(!table.isSorted());
    QCOMPARE(model.at(0).sequence, 1u);
    QCOMPARE(table.verticalScrollBar()->value(), table.verticalScrollBar()->maximum());
}

void TestTables::keepsTheCurrentRowThroughAReset()
{
    FakeHubView view;
    TrafficModel model;
    for (const char *user : {"carol", "alice", "bob"})
        view.addEntry(entry(user));
    model.refresh(view, 10);
    const Theme theme;
    LiveTable table(theme);
    table.setModel(&model);
    table.makeSortable([&model](quint64 sequence) { return model.rowOf(sequence); });
    table.setCurrentIndex(model.index(0, 0));
    QSignalSpy changed(&table, &LiveTable::currentRowChanged);
    table.sortByColumn(kUser, Qt::AscendingOrder);
    QTRY_COMPARE(table.currentIndex().row(), 2);
    QCOMPARE(table.selectionModel()->selectedRows().size(), 1);
    QCOMPARE(changed.size(), 0);        // nothing was chosen
}

void TestTables::hidingAnAddedColumnAsksForItsRemoval()
{
    FakeHubView view;
    TrafficModel model;
    const int column = model.addPath(QStringLiteral("a.b"));
    const Theme theme;
    LiveTable table(theme);
    table.setModel(&model);
    table.setColumns(QList<int>(TrafficModel::Columns, 80), TrafficModel::FirstHidden);
    table.setFirstAdded(TrafficModel::Columns);
    QSignalSpy asked(&table, &LiveTable::columnRemovalRequested);
    QMenu *menu = table.showColumnChooser({});
    auto *session = menu->findChild<QAction *>(QStringLiteral("column%1").arg(static_cast<int>(TrafficModel::Column::Session)));
    QVERIFY(!session->isChecked());
    session->trigger();
    QVERIFY(!table.isColumnHidden(static_cast<int>(TrafficModel::Column::Session)));
    menu->findChild<QAction *>(QStringLiteral("column%1").arg(column))->trigger();
    QCOMPARE(asked.size(), 1);
    QCOMPARE(asked.constFirst().constFirst().toInt(), column);
    menu->close();
}

QTEST_MAIN(TestTables)
#include "tst_tables.moc"
