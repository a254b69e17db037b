// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/LiveHub.h"
#include "tests/ui/Pictures.h"
#include "ui/compose/ComposePanel.h"
#include "ui/detail/BodyView.h"
#include "ui/detail/DetailPane.h"
#include "ui/detail/FindBar.h"
#include "ui/exchanges/TimelineTable.h"
#include "ui/filter/FilterBar.h"
#include "ui/log/LogModel.h"
#include "ui/metrics/MetricsPage.h"
#include "ui/sessions/SessionsPanel.h"
#include "ui/tables/LiveTable.h"
#include "ui/window/ActivityReader.h"
#include "ui/window/KeysSheet.h"
#include "ui/window/MainWindow.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QElapsedTimer>
#include <QFileDialog>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QSettings>
#include <QSignalSpy>
#include <QStackedWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>

using namespace trunkline;
using Do = MainWindow::Do;

/// What the window does with what it shows: find, sort, columns, export, menus, tables instead of pictures.
class TestWindowFunctions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
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
    void open();
    void sendAndWait(const QString &user, const QString &message);
    void selectFirst();
    [[nodiscard]] QMenu *rowMenu(LiveTable &table, int column);
    [[nodiscard]] QString path(const char *name) const { return m_folder->filePath(QString::fromLatin1(name)); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<LogModel> m_log;
    std::unique_ptr<LiveHub> m_hub;
    std::unique_ptr<MainWindow> m_window;
};

void TestWindowFunctions::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<QSettings>(path("s.ini"), QSettings::IniFormat);
    m_theme = std::make_unique<Theme>();
    m_theme->setMode(qEnvironmentVariable("TRUNKLINE_PICTURES_THEME") == u"light" ? Theme::Mode::Light : Theme::Mode::Dark);
    m_log = std::make_unique<LogModel>();
    m_hub = std::make_unique<LiveHub>();
    open();
}

void TestWindowFunctions::open()
{
    m_window = std::make_unique<MainWindow>(MainWindow::Parts{.theme = *m_theme, .log = *m_log, .settings = *m_settings});
    m_window->setHub(m_hub->view.get(), m_hub->control.get());
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    QTRY_VERIFY(m_hub->view->link() == HubView::Link::Live);
}

void TestWindowFunctions::cleanup()
{
    m_window->setHub(nullptr, nullptr);
    m_window.reset();
    m_hub.reset();
}

void TestWindowFunctions::sendAndWait(const QString &user, const QString &message)
{
    const int before = m_window->exchanges().model()->rowCount();
    m_hub->send(user, message);
    QTRY_COMPARE(m_window->exchanges().model()->rowCount(), before + 1);
}

void TestWindowFunctions::selectFirst()
{
    m_window->exchanges().setCurrentIndex(m_window->exchanges().model()->index(0, 0));
    QVERIFY(m_window->detail().subject().exchange);
}

QMenu *TestWindowFunctions::rowMenu(LiveTable &table, int column)
{
    Q_EMIT table.menuRequested(table.model()->index(0, column), {});
    return m_window->findChild<QMenu *>(QStringLiteral("rowMenu"));
}

void TestWindowFunctions::everyActionHasANameOfItsOwn()
{
    QStringList names;
    for (const QAction *action : m_window->findChildren<QAction *>()) {
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
    auto *menu = m_window->findChild<QMenu *>(QStringLiteral("moreMenu"));
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
        QVERIFY2(m_window->action(what), all.key(i));
        if (!onToolbarOnly.contains(what) && !byKeyOnly.contains(what))
            QVERIFY2(held.contains(m_window->action(what)), all.key(i));
    }
}

void TestWindowFunctions::findsInTheTextAndTheTree()
{
    m_hub->addUser(QStringLiteral("bob"), {1, 1});
    QTRY_COMPARE(m_window->sessions().model().clients(), 1);
    sendAndWait(QStringLiteral("bob"), QStringLiteral("the needle in the hay, the Needle again"));
    selectFirst();
    DetailPane &detail = m_window->detail();
    detail.setTab(DetailPane::Tab::Body);
    detail.body().setForm(BodyView::Form::Raw);
    detail.body().findChild<QPlainTextEdit *>()->setFocus();
    m_window->action(Do::Find)->trigger();
    FindBar &bar = detail.findBar();
    QVERIFY(bar.isVisible());
    QTRY_VERIFY(bar.field()->hasFocus());
    QTest::keyClicks(bar.field(), QStringLiteral("needle"));
    QCOMPARE(bar.places(), 2);
    QCOMPARE(bar.current(), 0);
    picture(*m_window, QStringLiteral("find-text"));
    m_window->action(Do::FindNext)->trigger();
    QCOMPARE(bar.current(), 1);
    m_window->action(Do::FindNext)->trigger();
    QCOMPARE(bar.current(), 0);
    m_window->action(Do::FindPrevious)->trigger();
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
    sendAndWait(QStringLiteral("nobody"), QStringLiteral("a"));
    m_window->exchanges().setFocus();
    m_window->action(Do::Find)->trigger();
    QVERIFY(m_window->filterBar().field().hasFocus());
    QVERIFY(!m_window->detail().findBar().isVisible());
    selectFirst();
    m_window->detail().setTab(DetailPane::Tab::Timeline);
    m_window->action(Do::FindNext)->trigger();      // a painted timeline has no text
    QVERIFY(m_window->detail().tab() == DetailPane::Tab::Body);
    QVERIFY(m_window->detail().findBar().isVisible());
}

void TestWindowFunctions::showsTheTimelineAsATable()
{
    m_hub->addUser(QStringLiteral("bob"), {20, 150, 10});
    QTRY_COMPARE(m_window->sessions().model().clients(), 1);
    sendAndWait(QStringLiteral("bob"), QStringLiteral("a"));
    selectFirst();
    QTRY_COMPARE(m_window->detail().subject().exchange->state, ExchangeState::Done);
    m_window->detail().setTab(DetailPane::Tab::Timeline);
    auto *table = m_window->detail().findChild<TimelineTable *>();
    QVERIFY(!table->isVisible());
    m_window->action(Do::AsTable)->setChecked(true);
    QVERIFY(table->isVisible());
    const QList<QTreeWidgetItem *> first = table->findItems(QStringLiteral("bob: first reply"), Qt::MatchExactly);
    QCOMPARE(first.size(), 1);
    QCOMPARE(first.constFirst()->text(TimelineTable::Owner), QStringLiteral("client"));
    QVERIFY(first.constFirst()->text(TimelineTable::Until).endsWith(QStringLiteral("ms")));
    picture(*m_window, QStringLiteral("timeline-table"));
    m_window->setPage(MainWindow::Page::Metrics);
    QVERIFY(m_window->metricsPage().findChild<QStackedWidget *>()->currentIndex() == 1);
    m_window->action(Do::AsTable)->setChecked(false);
    QVERIFY(m_window->metricsPage().findChild<QStackedWidget *>()->currentIndex() == 0);
}

void TestWindowFunctions::exportsWhatIsShown()
{
    sendAndWait(QStringLiteral("nobody"), QStringLiteral("first"));
    sendAndWait(QStringLiteral("somebody"), QStringLiteral("second"));
    m_window->filterBar().setText(QStringLiteral("user:somebody"));
    QTRY_COMPARE(m_window->exchanges().model()->rowCount(), 1);
    m_window->action(Do::Export)->trigger();
    auto *dialog = m_window->findChild<QFileDialog *>(QStringLiteral("exportDialog"));
    QVERIFY(dialog);
    QSignalSpy exported(m_window.get(), &MainWindow::exported);
    dialog->setDirectory(m_folder->path());
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
    m_window->setPage(MainWindow::Page::Traffic);
    QTRY_VERIFY(m_window->traffic().model()->rowCount() > 0);
    m_window->exportTo(path("t.csv"));
    QVERIFY(exported.wait());
    QFile csv(path("t.csv"));
    QVERIFY(csv.open(QIODevice::ReadOnly));
    QVERIFY(csv.readLine().startsWith("#,Time,Direction,Kind"));
    m_window->exportTo(path("t.txt"));
    QVERIFY(exported.constLast().constFirst().toString().contains(QStringLiteral(".har")));
    m_window->exportTo(QStringLiteral("/proc/none/t.har"));
    QVERIFY(exported.wait());
    QVERIFY(!exported.constLast().constFirst().toString().isEmpty());
}

void TestWindowFunctions::sortsByAClick()
{
    sendAndWait(QStringLiteral("zoe"), QStringLiteral("a"));
    sendAndWait(QStringLiteral("alice"), QStringLiteral("b"));
    const int user = static_cast<int>(ExchangeModel::Column::User);
    QHeaderView *header = m_window->exchanges().horizontalHeader();
    const QPoint at(header->sectionViewportPosition(user) + 20, header->height() / 2);
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, at);
    QCOMPARE(m_window->exchanges().model()->index(0, user).data().toString(), QStringLiteral("alice"));
    QVERIFY(!m_window->action(Do::Follow)->isChecked());
    picture(*m_window, QStringLiteral("sorted"));
    m_window->action(Do::Follow)->trigger();
    QCOMPARE(m_window->exchanges().model()->index(0, user).data().toString(), QStringLiteral("zoe"));
    QVERIFY(m_window->exchanges().isFollowing());
}

void TestWindowFunctions::addsAColumnFromTheTree()
{
    m_hub->post("/sse/send", QStringLiteral("nobody"), {{QStringLiteral("message"), QStringLiteral("hi")}, {QStringLiteral("order"), QJsonObject{{QStringLiteral("id"), 42}}}});
    QTRY_COMPARE(m_window->exchanges().model()->rowCount(), 1);
    selectFirst();
    m_window->detail().setTab(DetailPane::Tab::Body);
    auto *tree = m_window->detail().body().findChild<QTreeWidget *>();
    QTreeWidgetItem *id = tree->findItems(QStringLiteral("id"), Qt::MatchExactly | Qt::MatchRecursive).value(0);
    QVERIFY(id);
    tree->scrollToItem(id);
    Q_EMIT tree->customContextMenuRequested(tree->visualItemRect(id).center());
    auto *menu = m_window->detail().findChild<QMenu *>(QStringLiteral("treeMenu"));
    QVERIFY(menu);
    menu->findChild<QAction *>(QStringLiteral("addAsColumn"))->trigger();
    menu->findChild<QAction *>(QStringLiteral("copyPath"))->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("order.id"));
    menu->findChild<QAction *>(QStringLiteral("copyMember"))->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("42"));
    QCOMPARE(m_window->exchanges().model()->columnCount(), ExchangeModel::Columns + 1);
    QCOMPARE(m_window->exchanges().model()->index(0, ExchangeModel::Columns).data().toString(), QStringLiteral("42"));
    picture(*m_window, QStringLiteral("added-column"));
    menu->findChild<QAction *>(QStringLiteral("filterOnMember"))->trigger();
    QCOMPARE(m_window->filterBar().field().text(), QStringLiteral("data.order.id:42"));
    QTRY_COMPARE(m_window->exchanges().model()->rowCount(), 1);
    menu->close();
    m_window->filterBar().setText({});
    m_window->close();
    open();
    QCOMPARE(m_window->exchanges().model()->columnCount(), ExchangeModel::Columns + 1);     // remembered
    m_window->action(Do::Columns)->trigger();
    m_window->exchanges().findChild<QMenu *>(QStringLiteral("columnChooser"))->findChild<QAction *>(QStringLiteral("column%1").arg(ExchangeModel::Columns))->trigger();
    QCOMPARE(m_window->exchanges().model()->columnCount(), ExchangeModel::Columns);
    QCOMPARE(m_window->traffic().model()->columnCount(), TrafficModel::Columns);
}

void TestWindowFunctions::copiesAsCommands()
{
    sendAndWait(QStringLiteral("nobody"), QStringLiteral("it's me"));
    QMenu *menu = rowMenu(m_window->exchanges(), static_cast<int>(ExchangeModel::Column::User));
    QVERIFY(menu);
    const char *const signs[] = {"curl ", "Invoke-RestMethod", "urllib.request", "await fetch(", "trunkline send"};
    for (int i = 0; i < 5; ++i) {
        menu->findChild<QAction *>(QStringLiteral("copyAs%1").arg(i))->trigger();
        const QString text = QGuiApplication::clipboard()->text();
        QVERIFY2(text.contains(QLatin1StringView(signs[i])) && text.contains(m_hub->hub->url().authority()), qUtf8Printable(text));
    }
    menu->findChild<QAction *>(QStringLiteral("copyMarkdown"))->trigger();
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(QStringLiteral("### ")));
    menu->findChild<QAction *>(QStringLiteral("copyValue"))->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("nobody"));
    menu->findChild<QAction *>(QStringLiteral("copyMessage"))->trigger();
    QVERIFY(QGuiApplication::clipboard()->text().contains(QStringLiteral("it's me")));
    menu->findChild<QAction *>(QStringLiteral("filterOnValue"))->trigger();
    QCOMPARE(m_window->filterBar().field().text(), QStringLiteral("user:nobody"));
    menu->close();
}

void TestWindowFunctions::rowMenuGivesOrders()
{
    m_hub->addUser(QStringLiteral("bob"), {1});
    QTRY_COMPARE(m_window->sessions().model().clients(), 1);
    sendAndWait(QStringLiteral("bob"), QStringLiteral("first"));
    QMenu *menu = rowMenu(m_window->exchanges(), 2);
    menu->findChild<QAction *>(QStringLiteral("sendAgain"))->trigger();
    QTRY_COMPARE(m_window->exchanges().model()->rowCount(), 2);
    menu->findChild<QAction *>(QStringLiteral("editAndSend"))->trigger();
    QVERIFY(m_window->compose()->editor().toPlainText().contains(QStringLiteral("first")));
    menu->close();
    delete menu;
    m_window->setPage(MainWindow::Page::Traffic);
    QTRY_VERIFY(m_window->traffic().model()->rowCount() > 3);
    int request = 0;
    while (m_window->traffic().model()->index(request, static_cast<int>(TrafficModel::Column::Kind)).data().toString() != QStringLiteral("request"))
        QVERIFY(++request < m_window->traffic().model()->rowCount());
    Q_EMIT m_window->traffic().menuRequested(m_window->traffic().model()->index(request, 2), {});
    menu = m_window->findChild<QMenu *>(QStringLiteral("rowMenu"));
    menu->findChild<QAction *>(QStringLiteral("showExchange"))->trigger();
    QVERIFY(m_window->page() == MainWindow::Page::Exchanges);
    QVERIFY(m_window->exchanges().currentIndex().isValid());
    menu->findChild<QAction *>(QStringLiteral("disconnectSession"))->trigger();
    QTRY_COMPARE(m_window->sessions().model().clients(), 0);
    menu->close();
}

void TestWindowFunctions::typingCanBeSwitchedOff()
{
    sendAndWait(QStringLiteral("nobody"), QStringLiteral("a"));
    m_window->action(Do::TypeToFilter)->trigger();
    m_window->exchanges().setFocus();
    QTest::keyClick(&m_window->exchanges(), Qt::Key_U);
    QCOMPARE(m_window->filterBar().field().text(), QString());
    QVERIFY(!m_settings->value(QStringLiteral("filter/typing")).toBool());
    m_window->action(Do::TypeToFilter)->trigger();
    QTest::keyClick(&m_window->exchanges(), Qt::Key_U);
    QCOMPARE(m_window->filterBar().field().text(), QStringLiteral("u"));
}

void TestWindowFunctions::saysThatNothingMatchesInTraffic()
{
    m_window->setPage(MainWindow::Page::Traffic);
    m_hub->push(QStringLiteral("nobody"), QStringLiteral("a"));
    QTRY_VERIFY(m_window->traffic().model()->rowCount() > 0);
    m_window->filterBar().setText(QStringLiteral("user:somebody"));
    QTRY_VERIFY(!m_window->traffic().isVisible());
    m_window->action(Do::ClearFilter)->trigger();
    QTRY_VERIFY(m_window->traffic().isVisible());
}

void TestWindowFunctions::listsTheKeys()
{
    m_window->action(Do::Keys)->trigger();
    auto *sheet = m_window->findChild<KeysSheet *>();
    QVERIFY(sheet && sheet->isVisible());
    QVERIFY(sheet->rows().contains(std::pair(QStringLiteral("F6"), QStringLiteral("Next pane"))));
    QVERIFY(sheet->rows().size() > 25);
    picture(*sheet, QStringLiteral("keys"));
    sheet->close();
}

/// What a screen reader gets is heard by tests/ui's AT-SPI run; here: when and what.
void TestWindowFunctions::sumsUpForScreenReaders()
{
    QVERIFY(m_window->findChild<ActivityReader *>());
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
