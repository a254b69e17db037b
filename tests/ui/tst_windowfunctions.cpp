// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/LiveWindow.h"
#include "tests/ui/Pictures.h"
#include "ui/compose/ComposePanel.h"
#include "ui/detail/BodyView.h"
#include "ui/detail/DetailPane.h"
#include "ui/detail/FindBar.h"
#include "ui/exchanges/TimelineTable.h"
#include "ui/filter/FilterBar.h"
#include "ui/metrics/MetricsPage.h"
#include "ui/window/ActivityReader.h"
#include "ui/window/KeysSheet.h"

#include <QClipboard>
#include <QElapsedTimer>
#include <QFileDialog>
#include <QHeaderView>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QStackedWidget>
#include <QTreeWidget>

using namespace trunkline;
using Do = MainWindow::Do;

/// What the window does with what it shows: find, sort, columns, export, menus, tables instead of pictures.
class TestWindowFunctions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_live.reset(); }
    void everyActionHasANameOfItsOwn();
    void menusHoldEveryAction();
    void findsInTheTextAndTheTree();
    void ctrlFGoesToTheFilterElsewhere();
    void showsTheTimelineAsATable();
    void exportsWhatIsShown();
    void sortsByAClick();
    void addsAColumnFromTheTree();
    void copiesAsCommands();
    void rowMenuGivesOrders();
    void typingCanBeSwitchedOff();
    void saysThatNothingMatchesInTraffic();
    void listsTheKeys();
    void sumsUpForScreenReaders();

private:
    void selectFirst();
    [[nodiscard]] QMenu *rowMenu(LiveTable &table, int column);
    [[nodiscard]] QString path(const char *name) const { return m_live->folder.filePath(QString::fromLatin1(name)); }

    std::unique_ptr<LiveWindow> m_live;
};

void TestWindowFunctions::init()
{
    m_live = std::make_unique<LiveWindow>();
    m_live->theme.setMode(qEnvironmentVariable("TRUNKLINE_PICTURES_THEME") == u"light" ? Theme::Mode::Light : Theme::Mode::Dark);
}

void TestWindowFunctions::selectFirst()
{
    m_live->window->exchanges().setCurrentIndex(m_live->window->exchanges().model()->index(0, 0));
    QVERIFY(m_live->window->detail().subject().exchange);
}

QMenu *TestWindowFunctions::rowMenu(LiveTable &table, int column)
{
    Q_EMIT table.menuRequested(table.model()->index(0, column), {});
    return m_live->window->findChild<QMenu *>(QStringLiteral("rowMenu"));
}

void TestWindowFunctions::everyActionHasANameOfItsOwn()
{
    QStringList names;
    for (const QAction *action : m_live->window->findChildren<QAction *>()) {
        if (action->isSeparator() || action->text().isEmpty() || !action->objectName().startsWith(QStringLiteral("action")))
            continue;
        QVERIFY2(!names.contains(action->objectName()), qPrintable(action->objectName()));
        names << action->objectName();
    }
    QVERIFY(names.contains(QStringLiteral("actionPause")));
    QVERIFY(names.size() > 45);
}

void TestWindowFunctions::menusHoldEveryAction()
{
    auto *menu = m_live->window->findChild<QMenu *>(QStringLiteral("moreMenu"));
    QVERIFY(menu);
    QSet<const QAction *> held;
    for (const QMenu *below : menu->findChildren<QMenu *>() + QList<QMenu *>{menu}) {
        for (const QAction *action : below->actions())
            held << action;
    }
    const QList onToolbarOnly{Do::Pause, Do::Follow, Do::Clear, Do::Compose, Do::Palette};
    const QList byKeyOnly{Do::NextPane, Do::BackToTable};
    const QMetaEnum all = QMetaEnum::fromType<Do>();
    for (int i = 0; i < all.keyCount(); ++i) {
        const auto what = static_cast<Do>(all.value(i));
        QVERIFY2(m_live->window->action(what), all.key(i));
        if (!onToolbarOnly.contains(what) && !byKeyOnly.contains(what))
            QVERIFY2(held.contains(m_live->window->action(what)), all.key(i));
    }
}

void TestWindowFunctions::findsInTheTextAndTheTree()
{
    m_live->hub.addUser(QStringLiteral("bob"), {1, 1});
    QTRY_COMPARE(m_live->window->sessions().model().clients(), 1);
    m_live->post(QStringLiteral("bob"), QStringLiteral("the needle in the hay, the Needle again"));
    selectFirst();
    DetailPane &detail = m_live->window->detail();
    detail.setTab(DetailPane::Tab::Body);
    detail.body().setForm(BodyView::Form::Raw);
    detail.body().findChild<QPlainTextEdit *>()->setFocus();
    m_live->window->action(Do::Find)->trigger();
    FindBar &bar = detail.findBar();
    QVERIFY(bar.isVisible());
    QTRY_VERIFY(bar.field()->hasFocus());
    QTest::keyClicks(bar.field(), QStringLiteral("needle"));
    QCOMPARE(bar.places(), 2);
    QCOMPARE(bar.current(), 0);
    picture(*m_live->window, QStringLiteral("find-text"));
    m_live->window->action(Do::FindNext)->trigger();
    QCOMPARE(bar.current(), 1);
    m_live->window->action(Do::FindNext)->trigger();
    QCOMPARE(bar.current(), 0);
    m_live->window->action(Do::FindPrevious)->trigger();
    QCOMPARE(bar.current(), 1);
    QCOMPARE(detail.body().findChild<QPlainTextEdit *>()->textCursor().selectedText(), QStringLiteral("Needle"));
    detail.body().setForm(BodyView::Form::Tree);
    QCOMPARE(bar.places(), 1);          // the same words, in the tree now
    QVERIFY(detail.body().findChild<QTreeWidget *>()->currentItem()->text(1).contains(QStringLiteral("needle")));
    bar.field()->setText(QStringLiteral("haystack"));
    QCOMPARE(bar.places(), 0);
    detail.setTab(DetailPane::Tab::Headers);
    bar.field()->setText(QStringLiteral("latency"));
    QCOMPARE(bar.places(), 1);
    QTest::keyClick(bar.field(), Qt::Key_Escape);
    QVERIFY(!bar.isVisible());
}

void TestWindowFunctions::ctrlFGoesToTheFilterElsewhere()
{
    m_live->post(QStringLiteral("nobody"), QStringLiteral("a"));
    m_live->window->exchanges().setFocus();
    m_live->window->action(Do::Find)->trigger();
    QVERIFY(m_live->window->filterBar().field().hasFocus());
    QVERIFY(!m_live->window->detail().findBar().isVisible());
    selectFirst();
    m_live->window->detail().setTab(DetailPane::Tab::Timeline);
    m_live->window->action(Do::FindNext)->trigger();      // a painted timeline has no text
    QVERIFY(m_live->window->detail().tab() == DetailPane::Tab::Body);
    QVERIFY(m_live->window->detail().findBar().isVisible());
}

void TestWindowFunctions::showsTheTimelineAsATable()
{
    m_live->hub.addUser(QStringLiteral("bob"), {20, 150, 10});
    QTRY_COMPARE(m_live->window->sessions().model().clients(), 1);
    m_live->post(QStringLiteral("bob"), QStringLiteral("a"));
    selectFirst();
    QTRY_COMPARE(m_live->window->detail().subject().exchange->state, ExchangeState::Done);
    m_live->window->detail().setTab(DetailPane::Tab::Timeline);
    auto *table = m_live->window->detail().findChild<TimelineTable *>();
    QVERIFY(!table->isVisible());
    m_live->window->action(Do::AsTable)->trigger();
    QVERIFY(table->isVisible());
    const QList<QTreeWidgetItem *> first = table->findItems(QStringLiteral("bob: first reply"), Qt::MatchExactly);
    QCOMPARE(first.size(), 1);
    QCOMPARE(first.constFirst()->text(TimelineTable::Owner), QStringLiteral("client"));
    QVERIFY(first.constFirst()->text(TimelineTable::Until).endsWith(QStringLiteral("ms")));
    picture(*m_live->window, QStringLiteral("timeline-table"));
    m_live->window->setPage(MainWindow::Page::Metrics);
    QVERIFY(m_live->window->metricsPage().findChild<QStackedWidget *>()->currentIndex() == 1);
    m_live->window->action(Do::AsTable)->trigger();
    QVERIFY(m_live->window->metricsPage().findChild<QStackedWidget *>()->currentIndex() == 0);
}

void TestWindowFunctions::exportsWhatIsShown()
{
    m_live->post(QStringLiteral("nobody"), QStringLiteral("first"));
    m_live->post(QStringLiteral("somebody"), QStringLiteral("second"));
    m_live->window->filterBar().setText(QStringLiteral("user:somebody"));
    QTRY_COMPARE(m_live->window->exchanges().model()->rowCount(), 1);
    m_live->window->action(Do::Export)->trigger();
    auto *dialog = m_live->window->findChild<QFileDialog *>(QStringLiteral("exportDialog"));
    QVERIFY(dialog);
    QSignalSpy exported(m_live->window.get(), &MainWindow::exported);
    dialog->setDirectory(m_live->folder.path());
    dialog->selectFile(QStringLiteral("out"));
    dialog->findChild<QLineEdit *>()->setText(path("out"));
    QVERIFY(QMetaObject::invokeMethod(dialog, "accept"));
    QVERIFY(exported.wait());
    QCOMPARE(exported.constFirst().constFirst().toString(), QString());
    QFile lines(path("out.jsonl"));
    QVERIFY(lines.open(QIODevice::ReadOnly));
    const QByteArray text = lines.readAll();
    QCOMPARE(text.count('\n'), 1);
    QVERIFY2(text.contains("second") && text.contains("\"state\":\"notconnected\""), text.constData());
    m_live->window->setPage(MainWindow::Page::Traffic);
    QTRY_VERIFY(m_live->window->traffic().model()->rowCount() > 0);
    m_live->window->exportTo(path("t.csv"));
    QVERIFY(exported.wait());
    QFile csv(path("t.csv"));
    QVERIFY(csv.open(QIODevice::ReadOnly));
    QVERIFY(csv.readLine().startsWith("#,Time,Direction,Kind"));
    m_live->window->exportTo(path("t.txt"));
    QVERIFY(exported.constLast().constFirst().toString().contains(QStringLiteral(".har")));
    m_live->window->exportTo(QStringLiteral("/proc/none/t.har"));
    QVERIFY(exported.wait());
    QVERIFY(!exported.constLast().constFirst().toString().isEmpty());
}

void TestWindowFunctions::sortsByAClick()
{
    m_live->post(QStringLiteral("zoe"), QStringLiteral("a"));
    m_live->post(QStringLiteral("alice"), QStringLiteral("b"));
    const int user = static_cast<int>(ExchangeModel::Column::User);
    QHeaderView *header = m_live->window->exchanges().horizontalHeader();
    const QPoint at(header->sectionViewportPosition(user) + 20, header->height() / 2);
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, at);
    QCOMPARE(m_live->window->exchanges().model()->index(0, user).data().toString(), QStringLiteral("alice"));
    QVERIFY(!m_live->window->action(Do::Follow)->isChecked());
    picture(*m_live->window, QStringLiteral("sorted"));
    m_live->window->action(Do::Follow)->trigger();
    QCOMPARE(m_live->window->exchanges().model()->index(0, user).data().toString(), QStringLiteral("zoe"));
    QVERIFY(m_live->window->exchanges().isFollowing());
}

void TestWindowFunctions::addsAColumnFromTheTree()
{
    m_live->hub.post("/sse/send", QStringLiteral("nobody"), {{QStringLiteral("message"), QStringLiteral("hi")}, {QStringLiteral("order"), QJsonObject{{QStringLiteral("id"), 42}}}});
    QTRY_COMPARE(m_live->window->exchanges().model()->rowCount(), 1);
    selectFirst();
    m_live->window->detail().setTab(DetailPane::Tab::Body);
    auto *tree = m_live->window->detail().body().findChild<QTreeWidget *>();
    QTreeWidgetItem *id = tree->findItems(QStringLiteral("id"), Qt::MatchExactly | Qt::MatchRecursive).value(0);
    QVERIFY(id);
    tree->scrollToItem(id);
    Q_EMIT tree->customContextMenuRequested(tree->visualItemRect(id).center());
    auto *menu = m_live->window->detail().findChild<QMenu *>(QStringLiteral("treeMenu"));
    QVERIFY(menu);
    menu->findChild<QAction *>(QStringLiteral("addAsColumn"))->trigger();
    menu->findChild<QAction *>(QStringLiteral("copyPath"))->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("order.id"));
    menu->findChild<QAction *>(QStringLiteral("copyMember"))->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("42"));
    QCOMPARE(m_live->window->exchanges().model()->columnCount(), ExchangeModel::Columns + 1);
    QCOMPARE(m_live->window->exchanges().model()->index(0, ExchangeModel::Columns).data().toString(), QStringLiteral("42"));
    picture(*m_live->window, QStringLiteral("added-column"));
    menu->findChild<QAction *>(QStringLiteral("filterOnMember"))->trigger();
    QCOMPARE(m_live->window->filterBar().field().text(), QStringLiteral("data.order.id:42"));
    QTRY_COMPARE(m_live->window->exchanges().model()->rowCount(), 1);
    menu->close();
    m_live->window->filterBar().setText({});
    m_live->window->close();
    m_live->open();
    QCOMPARE(m_live->window->exchanges().model()->columnCount(), ExchangeModel::Columns + 1);     // remembered
    m_live->window->action(Do::Columns)->trigger();
    m_live->window->exchanges().findChild<QMenu *>(QStringLiteral("columnChooser"))->findChild<QAction *>(QStringLiteral("column%1").arg(ExchangeModel::Columns))->trigger();
    QCOMPARE(m_live->window->exchanges().model()->columnCount(), ExchangeModel::Columns);
    QCOMPARE(m_live->window->traffic().model()->columnCount(), TrafficModel::Columns);
}

void TestWindowFunctions::copiesAsCommands()
{
    m_live->post(QStringLiteral("nobody"), QStringLiteral("it's me"));
    QMenu *menu = rowMenu(m_live->window->exchanges(), static_cast<int>(ExchangeModel::Column::User));
    QVERIFY(menu);
    const char *const signs[] = {"curl ", "Invoke-RestMethod", "urllib.request", "await fetch(", "trunkline send"};
    for (int i = 0; i < 5; ++i) {
        menu->findChild<QAction *>(QStringLiteral("copyAs%1").arg(i))->trigger();
        const QString text = QGuiApplication::clipboard()->text();
        QVERIFY2(text.contains(QLatin1StringView(signs[i])) && text.contains(m_live->hub.hub->url().authority()), qUtf8Printable(text));
    }
    menu->findChild<QAction *>(QStringLiteral("copyMarkdown"))->trigger();
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(QStringLiteral("### ")));
    menu->findChild<QAction *>(QStringLiteral("copyValue"))->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("nobody"));
    menu->findChild<QAction *>(QStringLiteral("copyMessage"))->trigger();
    QVERIFY(QGuiApplication::clipboard()->text().contains(QStringLiteral("it's me")));
    menu->findChild<QAction *>(QStringLiteral("filterOnValue"))->trigger();
    QCOMPARE(m_live->window->filterBar().field().text(), QStringLiteral("user:nobody"));
    menu->close();
}

void TestWindowFunctions::rowMenuGivesOrders()
{
    m_live->hub.addUser(QStringLiteral("bob"), {1});
    QTRY_COMPARE(m_live->window->sessions().model().clients(), 1);
    m_live->post(QStringLiteral("bob"), QStringLiteral("first"));
    QMenu *menu = rowMenu(m_live->window->exchanges(), 2);
    menu->findChild<QAction *>(QStringLiteral("sendAgain"))->trigger();
    QTRY_COMPARE(m_live->window->exchanges().model()->rowCount(), 2);
    menu->findChild<QAction *>(QStringLiteral("editAndSend"))->trigger();
    QVERIFY(m_live->window->compose()->editor().toPlainText().contains(QStringLiteral("first")));
    menu->close();
    delete menu;
    m_live->window->setPage(MainWindow::Page::Traffic);
    QTRY_VERIFY(m_live->window->traffic().model()->rowCount() > 3);
    int request = 0;
    while (m_live->window->traffic().model()->index(request, static_cast<int>(TrafficModel::Column::Kind)).data().toString() != QStringLiteral("request"))
        QVERIFY(++request < m_live->window->traffic().model()->rowCount());
    Q_EMIT m_live->window->traffic().menuRequested(m_live->window->traffic().model()->index(request, 2), {});
    menu = m_live->window->findChild<QMenu *>(QStringLiteral("rowMenu"));
    menu->findChild<QAction *>(QStringLiteral("showExchange"))->trigger();
    QVERIFY(m_live->window->page() == MainWindow::Page::Exchanges);
    QVERIFY(m_live->window->exchanges().currentIndex().isValid());
    menu->findChild<QAction *>(QStringLiteral("disconnectSession"))->trigger();
    QTRY_COMPARE(m_live->window->sessions().model().clients(), 0);
    menu->close();
}

void TestWindowFunctions::typingCanBeSwitchedOff()
{
    m_live->post(QStringLiteral("nobody"), QStringLiteral("a"));
    m_live->window->action(Do::TypeToFilter)->trigger();
    m_live->window->exchanges().setFocus();
    QTest::keyClick(&m_live->window->exchanges(), Qt::Key_U);
    QCOMPARE(m_live->window->filterBar().field().text(), QString());
    QVERIFY(!m_live->settings.value(QStringLiteral("filter/typing")).toBool());
    m_live->window->action(Do::TypeToFilter)->trigger();
    QTest::keyClick(&m_live->window->exchanges(), Qt::Key_U);
    QCOMPARE(m_live->window->filterBar().field().text(), QStringLiteral("u"));
}

void TestWindowFunctions::saysThatNothingMatchesInTraffic()
{
    m_live->window->setPage(MainWindow::Page::Traffic);
    m_live->hub.push(QStringLiteral("nobody"), QStringLiteral("a"));
    QTRY_VERIFY(m_live->window->traffic().model()->rowCount() > 0);
    m_live->window->filterBar().setText(QStringLiteral("user:somebody"));
    QTRY_VERIFY(!m_live->window->traffic().isVisible());
    m_live->window->action(Do::ClearFilter)->trigger();
    QTRY_VERIFY(m_live->window->traffic().isVisible());
}

void TestWindowFunctions::listsTheKeys()
{
    m_live->window->action(Do::Keys)->trigger();
    auto *sheet = m_live->window->findChild<KeysSheet *>();
    QVERIFY(sheet && sheet->isVisible());
    QVERIFY(sheet->rows().contains(std::pair(QStringLiteral("F6"), QStringLiteral("Next pane"))));
    QVERIFY(sheet->rows().size() > 25);
    picture(*sheet, QStringLiteral("keys"));
    sheet->close();
}

/// What a screen reader gets is heard by tests/ui's AT-SPI run; here: when and what.
void TestWindowFunctions::sumsUpForScreenReaders()
{
    QVERIFY(m_live->window->findChild<ActivityReader *>());
    bool heard = false;
    QWidget speaker;
    ActivityReader reader(&speaker, nullptr, [&heard] { return heard; });
    QSignalSpy spoke(&reader, &ActivityReader::spoke);
    reader.note(5, 1);
    reader.note(9, 2);              // nobody listens
    heard = true;
    reader.note(10, 2);
    reader.note(30, 2);
    reader.note(51, 3);
    QElapsedTimer clock;
    clock.start();
    QVERIFY(spoke.wait(ActivityReader::kInterval + 5'000));
    QVERIFY(clock.elapsed() >= ActivityReader::kInterval - 500);
    QCOMPARE(spoke.constFirst().constFirst().toString(), QStringLiteral("42 new, 1 failed"));
    QCOMPARE(spoke.size(), 1);
    reader.note(3, 0);              // another list: counts begin anew
    QTest::qWait(50);
    QCOMPARE(spoke.size(), 1);
}

QTEST_MAIN(TestWindowFunctions)
#include "tst_windowfunctions.moc"
