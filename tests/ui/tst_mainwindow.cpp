// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/LiveWindow.h"
#include "ui/compose/ComposePanel.h"
#include "ui/detail/BodyView.h"
#include "ui/detail/DetailPane.h"
#include "ui/exchanges/TimelineView.h"
#include "ui/filter/FilterBar.h"
#include "ui/window/CommandPalette.h"

#include <QClipboard>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QToolButton>
#include <QTreeWidget>

using namespace trunkline;
using Do = MainWindow::Do;

/// The window over a live hub with real sockets.
class TestMainWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_live.reset(); }
    void showsARequestWithItsTimeline();
    void triesItWithOneClick();
    void pausesTheViewNotTheHub();
    void letsGoOfTheTailWhenScrolledUp();
    void filtersAndClears();
    void typingStartsAFilter();
    void clearsTheWindow();
    void stepsThroughACorrelation();
    void composesAndSelects();
    void disconnectsASession();
    void copiesTheTimeline();
    void everyCommandCanBeFoundAndRun();
    void keysReachEveryPane();
    void zoomsAndChangesTheme();
    void remembersGeometryAndColumns();
    void sayWhenThereIsNoHub();
    void foldedSessionsSayWhoIsAway();
    void bannerOffersAWayOut();
    void palettesAreReadable_data();
    void palettesAreReadable();

private:
    [[nodiscard]] int rows() const { return m_live->rows(); }

    std::unique_ptr<LiveWindow> m_live;
};

void TestMainWindow::init()
{
    m_live = std::make_unique<LiveWindow>();
}

void TestMainWindow::showsARequestWithItsTimeline()
{
    m_live->hub.addUser(QStringLiteral("bob"), {20, 20, 1500, 20});       // so that no stall of a loaded machine looks like it
    QTRY_COMPARE(m_live->window->sessions().model().clients(), 1);
    m_live->post(QStringLiteral("bob"), QStringLiteral("hello"));
    m_live->window->exchanges().setCurrentIndex(m_live->window->exchanges().model()->index(0, 0));
    QTRY_COMPARE(m_live->window->detail().subject().exchange->state, ExchangeState::Done);
    QVERIFY2(m_live->window->detail().sentence().contains(QStringLiteral("waiting for bob")), qUtf8Printable(m_live->window->detail().sentence()));
    const auto *timeline = m_live->window->detail().findChild<TimelineView *>();
    QStringList titles;
    for (const Lane &lane : timeline->lanes())
        titles << lane.title;
    QVERIFY2(titles.contains(QStringLiteral("bob: first reply")), qUtf8Printable(titles.join(u',')));
    QVERIFY2(titles.contains(QStringLiteral("token 3 waits")), qUtf8Printable(titles.join(u',')));
    QVERIFY(timeline->accessibleDescription().contains(QStringLiteral("token 3 waits")));
    QTRY_COMPARE(m_live->window->detail().subject().messages.size(), 5u);      // the request and four replies
    m_live->window->detail().setTab(DetailPane::Tab::Body);
    QVERIFY(m_live->window->detail().body().text().contains(QStringLiteral("hello")));
}

void TestMainWindow::triesItWithOneClick()
{
    QElapsedTimer clock;
    clock.start();
    m_live->window->action(Do::TryIt)->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(m_live->window->detail().subject().exchange && m_live->window->detail().sentence().contains(QStringLiteral("demo_bot")), 2000);
    QVERIFY(m_live->window->detail().tab() == DetailPane::Tab::Timeline);
    qInfo("the demo's timeline was shown after %lld ms", clock.elapsed());
    m_live->window->action(Do::StopDemo)->trigger();
    QTRY_COMPARE(m_live->window->sessions().model().clients(), 0);
}

void TestMainWindow::pausesTheViewNotTheHub()
{
    m_live->post(QStringLiteral("nobody"), QStringLiteral("one"));
    m_live->window->action(Do::Pause)->trigger();
    QVERIFY(m_live->window->isPaused());
    m_live->hub.send(QStringLiteral("nobody"), QStringLiteral("two"));
    QTRY_VERIFY(m_live->hub.view->exchangesAfter(0, 10).exchanges.size() == 2);
    QTest::qWait(150);
    QCOMPARE(rows(), 1);
    m_live->window->action(Do::Pause)->trigger();
    QTRY_COMPARE(rows(), 2);
}

void TestMainWindow::letsGoOfTheTailWhenScrolledUp()
{
    for (int i = 0; i < 60; ++i)
        m_live->hub.send(QStringLiteral("nobody"), QString::number(i));
    QTRY_COMPARE(rows(), 60);
    LiveTable &table = m_live->window->exchanges();
    QTRY_COMPARE(table.verticalScrollBar()->value(), table.verticalScrollBar()->maximum());
    table.verticalScrollBar()->setValue(3);
    QVERIFY(!table.isFollowing());
    QVERIFY(!m_live->window->action(Do::Follow)->isChecked());
    m_live->post(QStringLiteral("nobody"), QStringLiteral("more"));
    QCOMPARE(table.verticalScrollBar()->value(), 3);
    QTest::keyClick(&table, Qt::Key_End);
    QTRY_VERIFY(table.isFollowing());
    QCOMPARE(table.verticalScrollBar()->value(), table.verticalScrollBar()->maximum());
}

void TestMainWindow::filtersAndClears()
{
    m_live->hub.addUser(QStringLiteral("bob"), {1});
    QTRY_COMPARE(m_live->window->sessions().model().clients(), 1);
    m_live->post(QStringLiteral("bob"), QStringLiteral("a"));
    m_live->post(QStringLiteral("nobody"), QStringLiteral("b"));
    m_live->window->filterBar().setText(QStringLiteral("user:bob"));
    QTRY_COMPARE(rows(), 1);
    QTRY_VERIFY(m_live->window->traffic().model()->rowCount() > 0);
    m_live->window->action(Do::ClearFilter)->trigger();
    QTRY_COMPARE(rows(), 2);
}

void TestMainWindow::typingStartsAFilter()
{
    m_live->post(QStringLiteral("nobody"), QStringLiteral("a"));
    m_live->window->exchanges().setFocus();
    QTest::keyClick(&m_live->window->exchanges(), Qt::Key_U, Qt::NoModifier);
    QCOMPARE(m_live->window->filterBar().field().text(), QStringLiteral("u"));
}

void TestMainWindow::clearsTheWindow()
{
    m_live->post(QStringLiteral("nobody"), QStringLiteral("a"));
    m_live->window->action(Do::Clear)->trigger();
    QCOMPARE(rows(), 0);
    m_live->post(QStringLiteral("nobody"), QStringLiteral("b"));
    QCOMPARE(rows(), 1);
    m_live->window->action(Do::ClearHub)->trigger();
    QTRY_COMPARE(rows(), 0);
    QTRY_COMPARE(m_live->hub.view->exchangesAfter(0, 10).exchanges.size(), 0u);
}

void TestMainWindow::stepsThroughACorrelation()
{
    m_live->hub.addUser(QStringLiteral("bob"), {1, 1, 1});
    QTRY_COMPARE(m_live->window->sessions().model().clients(), 1);
    m_live->post(QStringLiteral("bob"), QStringLiteral("a"));
    m_live->window->action(Do::PageTraffic)->trigger();
    QVERIFY(m_live->window->page() == MainWindow::Page::Traffic);
    QAbstractItemModel *model = m_live->window->traffic().model();
    const auto kind = static_cast<int>(TrafficModel::Column::Kind);
    QTRY_VERIFY(model->rowCount() >= 5);
    int request = 0;
    while (model->index(request, kind).data().toString() != QStringLiteral("request"))
        QVERIFY(++request < model->rowCount());
    m_live->window->traffic().setCurrentIndex(model->index(request, 0));
    m_live->window->action(Do::NextOfSame)->trigger();
    QVERIFY(m_live->window->traffic().currentIndex().row() > request);
    m_live->window->action(Do::PreviousOfSame)->trigger();
    QCOMPARE(m_live->window->traffic().currentIndex().row(), request);
    m_live->window->action(Do::ShowExchange)->trigger();
    QVERIFY(m_live->window->page() == MainWindow::Page::Exchanges);
    QCOMPARE(m_live->window->exchanges().currentIndex().row(), 0);
}

void TestMainWindow::composesAndSelects()
{
    m_live->hub.addUser(QStringLiteral("bob"), {1});
    QTRY_COMPARE(m_live->window->sessions().model().clients(), 1);
    m_live->post(QStringLiteral("bob"), QStringLiteral("first"));
    m_live->window->exchanges().setCurrentIndex(m_live->window->exchanges().model()->index(0, 0));
    m_live->window->action(Do::Compose)->trigger();
    QVERIFY(m_live->window->compose()->isVisible());
    m_live->window->action(Do::Compose)->trigger();
    QVERIFY(!m_live->window->compose()->isVisible());
    m_live->window->action(Do::Resend)->trigger();
    QTRY_COMPARE(rows(), 2);
    m_live->window->action(Do::EditAndResend)->trigger();
    QVERIFY(m_live->window->compose()->editor().toPlainText().contains(QStringLiteral("first")));
    QTest::qWait(150);
    QCOMPARE(rows(), 2);
}

void TestMainWindow::disconnectsASession()
{
    m_live->hub.addUser(QStringLiteral("bob"), {1});
    QTRY_COMPARE(m_live->window->sessions().model().clients(), 1);
    m_live->post(QStringLiteral("bob"), QStringLiteral("a"));
    m_live->window->exchanges().setCurrentIndex(m_live->window->exchanges().model()->index(0, 0));
    m_live->window->action(Do::Disconnect)->trigger();
    QTRY_COMPARE(m_live->hub.users.front()->closeCode(), QWebSocketProtocol::CloseCodePolicyViolated);
    QTRY_COMPARE(m_live->window->sessions().model().clients(), 0);
}

void TestMainWindow::copiesTheTimeline()
{
    m_live->post(QStringLiteral("nobody"), QStringLiteral("a"));
    m_live->window->exchanges().setCurrentIndex(m_live->window->exchanges().model()->index(0, 0));
    m_live->window->action(Do::CopyMarkdown)->trigger();
    const QString text = QGuiApplication::clipboard()->text();
    QVERIFY2(text.startsWith(QStringLiteral("### ")) && text.contains(QStringLiteral("not connected")), qUtf8Printable(text));
    m_live->window->action(Do::CopyAddress)->trigger();
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(QStringLiteral("http://127.0.0.1:")));
}

void TestMainWindow::everyCommandCanBeFoundAndRun()
{
    m_live->window->action(Do::Palette)->trigger();
    auto *palette = m_live->window->findChild<CommandPalette *>();
    QVERIFY(palette);
    const int all = palette->list()->topLevelItemCount();
    QVERIFY(all > 25);
    palette->field()->setText(QStringLiteral("metrics"));
    QVERIFY(palette->list()->topLevelItemCount() < all);
    QCOMPARE(palette->list()->topLevelItem(0)->text(0), QStringLiteral("Metrics"));
    QTest::keyClick(palette->field(), Qt::Key_Return);
    QVERIFY(m_live->window->page() == MainWindow::Page::Metrics);
    QTRY_VERIFY(!m_live->window->findChild<CommandPalette *>());
    m_live->window->action(Do::Palette)->trigger();
    palette = m_live->window->findChild<CommandPalette *>();
    palette->field()->setText(QStringLiteral("xyzzy"));
    QCOMPARE(palette->list()->topLevelItem(0)->text(0), QStringLiteral("No command has these letters"));
    QTest::keyClick(palette->field(), Qt::Key_Return);
    QVERIFY(palette->isVisible());              // nothing to run
    palette->close();
    m_live->window->action(Do::PageLog)->trigger();
    QVERIFY(m_live->window->page() == MainWindow::Page::Log);
    QVERIFY(matchesLoosely(u"clflt", u"Clear the filter"));
    QVERIFY(!matchesLoosely(u"xyz", u"Clear the filter"));
}

void TestMainWindow::keysReachEveryPane()
{
    m_live->post(QStringLiteral("nobody"), QStringLiteral("a"));
    m_live->window->exchanges().setFocus();
    QList<QWidget *> visited;
    for (int i = 0; i < 3; ++i) {
        m_live->window->action(Do::NextPane)->trigger();
        QVERIFY(QApplication::focusWidget());
        QVERIFY(!visited.contains(QApplication::focusWidget()));
        visited << QApplication::focusWidget();
    }
    m_live->window->action(Do::BackToTable)->trigger();
    QCOMPARE(QApplication::focusWidget(), &m_live->window->exchanges());
    m_live->window->action(Do::Filter)->trigger();
    QCOMPARE(QApplication::focusWidget(), &m_live->window->filterBar().field());
}

void TestMainWindow::zoomsAndChangesTheme()
{
    const double points = QApplication::font().pointSizeF();
    m_live->window->action(Do::ZoomIn)->trigger();
    QVERIFY(QApplication::font().pointSizeF() > points);
    m_live->window->action(Do::ZoomReset)->trigger();
    QCOMPARE(QApplication::font().pointSizeF(), points);
    m_live->window->action(Do::ThemeDark)->trigger();
    QVERIFY(m_live->theme.isDark());
    QCOMPARE(QApplication::palette().color(QPalette::Window), Palette::dark()[Token::Panel]);
    m_live->window->action(Do::ThemeLight)->trigger();
    QVERIFY(!m_live->theme.isDark());
    QCOMPARE(m_live->settings.value(QStringLiteral("theme")).toInt(), static_cast<int>(Theme::Mode::Light));
}

void TestMainWindow::remembersGeometryAndColumns()
{
    // Later versions of Qt make a window that is larger than its screen fit.
    const QSize size = m_live->window->screen()->availableSize() - QSize(21, 123);
    QVERIFY(m_live->window->size() != size);
    m_live->window->resize(size);
    const auto agent = static_cast<int>(ExchangeModel::Column::Agent);
    m_live->window->exchanges().setColumnShown(agent, true);
    m_live->window->exchanges().setColumnWidth(1, 171);
    m_live->window->close();
    m_live->window->setHub(nullptr, nullptr);
    m_live->open();
    QCOMPARE(m_live->window->size(), size);
    QVERIFY(!m_live->window->exchanges().isColumnHidden(agent));
    QCOMPARE(m_live->window->exchanges().columnWidth(1), 171);
}

void TestMainWindow::sayWhenThereIsNoHub()
{
    m_live->window->setHub(nullptr, nullptr);
    QVERIFY(!m_live->window->action(Do::TryIt)->isEnabled());
    QVERIFY(!m_live->window->action(Do::Compose)->isEnabled());
    QVERIFY(!m_live->window->compose());
}

void TestMainWindow::foldedSessionsSayWhoIsAway()
{
    m_live.reset();
    Settings settings;
    settings.offlineQueue = 10;
    m_live = std::make_unique<LiveWindow>(settings);
    m_live->window->resize(1024, 640);
    SessionsPanel &sessions = m_live->window->sessions();
    QVERIFY(sessions.isFolded());
    const auto says = [&sessions] {
        for (const QToolButton *button : sessions.findChildren<QToolButton *>()) {
            if (button->isVisible() && button->accessibleName().contains(QStringLiteral("messages wait")))
                return button->text();
        }
        return QString();
    };
    QCOMPARE(says(), QString());
    m_live->hub.push(QStringLiteral("zoe"), QStringLiteral("for later"));
    QTRY_COMPARE(says(), QStringLiteral("1"));
    m_live->hub.addUser(QStringLiteral("zoe"), {1});
    QTRY_COMPARE(says(), QString());
}

void TestMainWindow::bannerOffersAWayOut()
{
    int pressed = 0;
    m_live->window->showBanner(QStringLiteral("Port 1 is taken."), QStringLiteral("Listen on 2 instead"), [&] { ++pressed; });
    auto *button = m_live->window->findChild<QFrame *>(QStringLiteral("banner"))->findChild<QPushButton *>();
    QVERIFY(button->isVisible());
    QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(pressed, 1);
    m_live->window->showBanner({});
    QVERIFY(!button->isVisible());
}

void TestMainWindow::palettesAreReadable_data()
{
    QTest::addColumn<bool>("dark");
    QTest::newRow("dark") << true;
    QTest::newRow("light") << false;
}

void TestMainWindow::palettesAreReadable()
{
    QFETCH(bool, dark);
    const Palette &palette = dark ? Palette::dark() : Palette::light();
    for (const Token ground : {Token::Panel, Token::OddRow, Token::Selection}) {
        for (const Token ink : {Token::Text, Token::Muted, Token::Done, Token::Late, Token::Failed}) {
            const double wanted = ground == Token::Selection && ink != Token::Text ? 3.0 : 4.5;
            const double found = contrast(palette[ink], palette[ground]);
            QVERIFY2(found >= wanted, qPrintable(QStringLiteral("token %1 on %2: %3").arg(int(ink)).arg(int(ground)).arg(found)));
        }
    }
}

QTEST_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
