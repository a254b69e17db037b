// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/LiveWindow.h"
#include "tests/ui/TestPlace.h"
#include "ui/compose/ComposePanel.h"
#include "ui/detail/DetailPane.h"
#include "ui/filter/FilterBar.h"
#include "ui/filter/FilterHelp.h"
#include "ui/window/CommandPalette.h"

#include <QClipboard>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMetaEnum>
#include <QScrollBar>
#include <QToolButton>
#include <QTreeWidget>

using namespace trunkline;
using Do = MainWindow::Do;

namespace {

QString clipboard()
{
    return QGuiApplication::clipboard()->text();
}

} // namespace

/// Every action of the window: triggered as a person would, over a live hub, and what it does. One that is added to
/// MainWindow::Do without a test here, or one elsewhere that is named here, fails.
class TestActions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_live = std::make_unique<LiveWindow>(); }
    void cleanup() { m_live.reset(); }
    void doesWhatItSays_data();
    void doesWhatItSays();
    void seesWhatATestLeavesOut();
    void everyActionOfTheWindowIsKnown();
    void moreMenuOffersKnownActions();
    void paletteOffersEveryAction();

private:
    using Effect = void (TestActions::*)();
    static const QMap<Do, Effect> &effects();
    static const QMap<Do, TestPlace> &elsewhere();
    MainWindow &window() { return *m_live->window; }
    void trigger(Do what) { m_live->action(what)->trigger(); }
    void talkWithBob()
    {
        m_live->addUser(QStringLiteral("bob"), {5, 5});
        m_live->send(QStringLiteral("bob"), QStringLiteral("hello"));
        m_live->select(0);
    }
    bool isShown(MainWindow::Page page) { return window().page() == page; }

    void pause();
    void follow();
    void clear();
    void clearHub();
    void compose();
    void palette();
    void copyAddress();
    void tryIt();
    void stopDemo();
    void filter();
    void clearFilter();
    void columns();
    void resend();
    void editAndResend();
    void nextOfSame();
    void previousOfSame();
    void showExchange();
    void copyMarkdown();
    void disconnectSession();

    std::unique_ptr<LiveWindow> m_live;
};

const QMap<Do, TestActions::Effect> &TestActions::effects()
{
    static const QMap<Do, Effect> map{
        {Do::Pause, &TestActions::pause}, {Do::Follow, &TestActions::follow}, {Do::Clear, &TestActions::clear}, {Do::ClearHub, &TestActions::clearHub},
        {Do::Compose, &TestActions::compose}, {Do::Palette, &TestActions::palette}, {Do::CopyAddress, &TestActions::copyAddress},
        {Do::TryIt, &TestActions::tryIt}, {Do::StopDemo, &TestActions::stopDemo}, {Do::Filter, &TestActions::filter},
        {Do::ClearFilter, &TestActions::clearFilter}, {Do::Columns, &TestActions::columns}, {Do::Resend, &TestActions::resend},
        {Do::EditAndResend, &TestActions::editAndResend}, {Do::NextOfSame, &TestActions::nextOfSame}, {Do::PreviousOfSame, &TestActions::previousOfSame},
        {Do::ShowExchange, &TestActions::showExchange}, {Do::CopyMarkdown, &TestActions::copyMarkdown}, {Do::Disconnect, &TestActions::disconnectSession}};
    return map;
}

const QMap<Do, TestPlace> &TestActions::elsewhere()
{
    constexpr const char *view = "tst_viewactions.cpp";
    constexpr const char *functions = "tst_windowfunctions.cpp";
    constexpr const char *rows = "tst_rowactions.cpp";
    constexpr const char *desktop = "tst_desktopwindows.cpp";
    constexpr const char *capture = "tst_capturewindow.cpp";
    static const QMap<Do, TestPlace> map{
        {Do::NextRow, {rows, "nextRow"}}, {Do::PreviousRow, {rows, "previousRow"}}, {Do::Mark, {rows, "mark"}},
        {Do::NextMarked, {rows, "nextMarked"}}, {Do::PreviousMarked, {rows, "previousMarked"}}, {Do::TimesFromHere, {rows, "timesFromHere"}},
        {Do::NextPane, {view, "nextPane"}}, {Do::BackToTable, {view, "backToTable"}}, {Do::ZoomIn, {view, "zoomIn"}},
        {Do::ZoomOut, {view, "zoomOut"}}, {Do::ZoomReset, {view, "zoomReset"}}, {Do::ThemeSystem, {view, "themeSystem"}},
        {Do::ThemeLight, {view, "themeLight"}}, {Do::ThemeDark, {view, "themeDark"}}, {Do::LanguageSystem, {view, "languageSystem"}},
        {Do::LanguageEnglish, {view, "languageEnglish"}}, {Do::LanguageChinese, {view, "languageChinese"}},
        {Do::ToggleSessions, {view, "toggleSessions"}}, {Do::PageExchanges, {view, "pageExchanges"}}, {Do::PageTraffic, {view, "pageTraffic"}},
        {Do::PageMetrics, {view, "pageMetrics"}}, {Do::PageLog, {view, "pageLog"}}, {Do::Keys, {view, "keys"}}, {Do::Close, {view, "closeWindow"}},
        {Do::Find, {functions, "findsInTheTextAndTheTree"}}, {Do::FindNext, {functions, "findsInTheTextAndTheTree"}},
        {Do::FindPrevious, {functions, "findsInTheTextAndTheTree"}}, {Do::AsTable, {functions, "showsTheTimelineAsATable"}},
        {Do::Export, {functions, "exportsWhatIsShown"}}, {Do::TypeToFilter, {functions, "typingCanBeSwitchedOff"}},
        {Do::Attach, {desktop, "attachesByDialogAndComesBack"}}, {Do::OwnHub, {desktop, "attachesByDialogAndComesBack"}},
        {Do::Retry, {desktop, "marksStaleDataAndTheGap"}}, {Do::NewWindow, {desktop, "opensSeveralWindowsOnOneHub"}},
        {Do::Settings, {desktop, "showsWhereSettingsComeFrom"}}, {Do::Quit, {desktop, "neverAsksWhenToldToStop"}},
        {Do::OpenCapture, {capture, "opensBesideAHubByMenuDropAndDoubleClick"}}};
    return map;
}

void TestActions::doesWhatItSays_data()
{
    QTest::addColumn<int>("action");
    const auto all = QMetaEnum::fromType<Do>();
    for (int i = 0; i < all.keyCount(); ++i)
        QTest::newRow(all.key(i)) << all.value(i);
}

void TestActions::doesWhatItSays()
{
    QFETCH(int, action);
    const auto what = static_cast<Do>(action);
    QVERIFY2(m_live->action(what), "the window has no such action");
    QVERIFY2(effects().contains(what) != elsewhere().contains(what), "no test triggers that action, or two places claim it");
    if (const Effect effect = effects().value(what)) {
        (this->*effect)();
        return;
    }
    const QString missing = missingIn(elsewhere().value(what), QStringLiteral("Do::") + QLatin1StringView(QMetaEnum::fromType<Do>().valueToKey(action)));
    QVERIFY2(missing.isEmpty(), qUtf8Printable(missing));
}

void TestActions::seesWhatATestLeavesOut()
{
    QCOMPARE(missingIn({"tst_viewactions.cpp", "zoomIn"}, QStringLiteral("Do::ZoomIn")), QString());
    QVERIFY(missingIn({"tst_viewactions.cpp", "zoomIn"}, QStringLiteral("Do::ZoomOut")).contains(QStringLiteral("does not trigger")));
    QVERIFY(missingIn({"tst_viewactions.cpp", "zoomReset"}, QStringLiteral("Do::ZoomIn")).contains(QStringLiteral("asserts nothing")));
    QVERIFY(missingIn({"tst_viewactions.cpp", "zoom"}, QStringLiteral("Do::ZoomIn")).contains(QStringLiteral("has no slot")));
    QVERIFY(missingIn({"tst_nowhere.cpp", "zoomIn"}, QStringLiteral("Do::ZoomIn")).contains(QStringLiteral("no file")));
}

void TestActions::everyActionOfTheWindowIsKnown()
{
    QSet<QAction *> known{window().filterBar().saveAction(), window().filterBar().highlightAction(), window().filterBar().helpAction()};
    const auto all = QMetaEnum::fromType<Do>();
    for (int i = 0; i < all.keyCount(); ++i)
        known << m_live->action(static_cast<Do>(all.value(i)));
    for (QAction *action : window().actions())
        QVERIFY2(known.contains(action), qUtf8Printable(action->text()));
    for (const QToolButton *button : window().findChildren<QToolButton *>()) {
        QAction *action = button->defaultAction();
        if (action && !qobject_cast<QLineEdit *>(button->parent()))     // a line edit has buttons of its own
            QVERIFY2(known.contains(action), qUtf8Printable(action->text()));
    }
}

void TestActions::moreMenuOffersKnownActions()
{
    QToolButton *more = nullptr;
    for (QToolButton *button : window().findChildren<QToolButton *>()) {
        if (button->accessibleName() == QStringLiteral("More"))
            more = button;
    }
    QVERIFY(more);
    const QStringList entries = inMenu([more] { more->showMenu(); });
    QVERIFY(entries.size() > 10);
    QStringList known;
    for (const QAction *action : window().actions())
        known << action->text();
    for (const QString &entry : entries)
        QVERIFY2(known.contains(entry.section(QStringLiteral(" > "), -1)), qUtf8Printable(entry));
    inMenu([more] { more->showMenu(); }, QStringLiteral("View > Dark theme"));
    QVERIFY(m_live->theme.isDark());
    inMenu([more] { more->showMenu(); }, QStringLiteral("Language > English"));
    QCOMPARE(m_live->settings.value(QStringLiteral("language")).toString(), QStringLiteral("en"));
}

void TestActions::paletteOffersEveryAction()
{
    trigger(Do::Palette);
    const auto *palette = window().findChild<CommandPalette *>();
    QVERIFY(palette);
    QSet<QString> offered;
    for (int i = 0; i < palette->list()->topLevelItemCount(); ++i)
        offered << palette->list()->topLevelItem(i)->text(0);
    const auto all = QMetaEnum::fromType<Do>();
    for (int i = 0; i < all.keyCount(); ++i) {
        const QAction *action = m_live->action(static_cast<Do>(all.value(i)));
        if (action->isEnabled() && static_cast<Do>(all.value(i)) != Do::Palette)
            QVERIFY2(offered.contains(QString(action->text()).remove(u'&')), all.key(i));
    }
}

void TestActions::pause()
{
    trigger(Do::Pause);
    QVERIFY(window().isPaused());
    QCOMPARE(m_live->action(Do::Pause)->text(), QStringLiteral("Resume"));
    m_live->hub.send(QStringLiteral("nobody"), QStringLiteral("unseen"));
    QTRY_COMPARE(m_live->hub.view->exchangesAfter(0, 10).exchanges.size(), 1u);
    QCOMPARE(m_live->rows(), 0);
    trigger(Do::Pause);
    QTRY_COMPARE(m_live->rows(), 1);
}

void TestActions::follow()
{
    for (int i = 0; i < 60; ++i)
        m_live->hub.send(QStringLiteral("nobody"), QString::number(i));
    QTRY_COMPARE(m_live->rows(), 60);
    QScrollBar *bar = window().exchanges().verticalScrollBar();
    bar->setValue(2);
    QVERIFY(!window().exchanges().isFollowing());
    trigger(Do::Follow);
    QVERIFY(window().exchanges().isFollowing());
    QCOMPARE(bar->value(), bar->maximum());
    trigger(Do::Follow);
    QVERIFY(!window().exchanges().isFollowing());
}

void TestActions::clear()
{
    m_live->send(QStringLiteral("nobody"), QStringLiteral("a"));
    trigger(Do::Clear);
    QCOMPARE(m_live->rows(), 0);
    QCOMPARE(m_live->hub.view->exchangesAfter(0, 10).exchanges.size(), 1u);      // the hub keeps its own
}

void TestActions::clearHub()
{
    m_live->send(QStringLiteral("nobody"), QStringLiteral("a"));
    trigger(Do::ClearHub);
    QTRY_COMPARE(m_live->hub.view->exchangesAfter(0, 10).exchanges.size(), 0u);
    QTRY_COMPARE(m_live->rows(), 0);
}

void TestActions::compose()
{
    trigger(Do::Compose);
    QVERIFY(window().compose()->isVisible());
    trigger(Do::Compose);
    QVERIFY(!window().compose()->isVisible());
}

void TestActions::palette()
{
    trigger(Do::Palette);
    auto *palette = window().findChild<CommandPalette *>();
    QVERIFY(palette && palette->isVisible());
    palette->field()->setText(QStringLiteral("traffic"));
    QTest::keyClick(palette->field(), Qt::Key_Return);
    QVERIFY(isShown(MainWindow::Page::Traffic));
}

void TestActions::copyAddress()
{
    trigger(Do::CopyAddress);
    QCOMPARE(clipboard(), m_live->hub.hub->url().toString());
}

void TestActions::tryIt()
{
    trigger(Do::TryIt);
    QTRY_VERIFY(window().detail().subject().exchange);
    QTRY_VERIFY(window().detail().subject().exchange->state == ExchangeState::Done);
    QVERIFY(window().detail().tab() == DetailPane::Tab::Timeline);
    QVERIFY2(window().detail().sentence().contains(QStringLiteral("demo_bot")), qUtf8Printable(window().detail().sentence()));
}

void TestActions::stopDemo()
{
    QVERIFY(!window().action(Do::StopDemo)->isEnabled());       // what is not there cannot be stopped
    trigger(Do::TryIt);
    QTRY_COMPARE(window().sessions().model().clients(), 1);
    trigger(Do::StopDemo);
    QTRY_COMPARE(window().sessions().model().clients(), 0);
    QTRY_VERIFY(!window().action(Do::StopDemo)->isEnabled());
}

void TestActions::filter()
{
    window().exchanges().setFocus();
    trigger(Do::Filter);
    QVERIFY(window().filterBar().field().hasFocus());
}

void TestActions::clearFilter()
{
    m_live->send(QStringLiteral("nobody"), QStringLiteral("a"));
    window().filterBar().setText(QStringLiteral("user:bob"));
    QTRY_COMPARE(m_live->rows(), 0);
    trigger(Do::ClearFilter);
    QTRY_COMPARE(m_live->rows(), 1);
    QVERIFY(window().filterBar().field().text().isEmpty());
}

void TestActions::columns()
{
    const auto agent = static_cast<int>(ExchangeModel::Column::Agent);
    m_live->send(QStringLiteral("nobody"), QStringLiteral("a"));
    QVERIFY(window().exchanges().isColumnHidden(agent));
    inMenu([this] { trigger(Do::Columns); }, QStringLiteral("Agent"));
    QVERIFY(!window().exchanges().isColumnHidden(agent));
}

void TestActions::resend()
{
    talkWithBob();
    trigger(Do::Resend);
    QTRY_COMPARE(m_live->rows(), 2);
}

void TestActions::editAndResend()
{
    talkWithBob();
    trigger(Do::EditAndResend);
    QVERIFY(window().compose()->isVisible());
    QVERIFY(window().compose()->editor().toPlainText().contains(QStringLiteral("hello")));
    QCOMPARE(m_live->rows(), 1);
}

void TestActions::nextOfSame()
{
    talkWithBob();
    trigger(Do::PageTraffic);
    QAbstractItemModel *model = window().traffic().model();
    QTRY_VERIFY(model->rowCount() >= 4);
    int request = 0;
    while (model->index(request, static_cast<int>(TrafficModel::Column::Kind)).data() != QStringLiteral("request"))
        ++request;
    window().traffic().setCurrentIndex(model->index(request, 0));
    trigger(Do::NextOfSame);
    QVERIFY(window().traffic().currentIndex().row() > request);
}

void TestActions::previousOfSame()
{
    nextOfSame();
    const int row = window().traffic().currentIndex().row();
    trigger(Do::PreviousOfSame);
    QVERIFY(window().traffic().currentIndex().row() < row);
}

void TestActions::showExchange()
{
    nextOfSame();
    trigger(Do::ShowExchange);
    QVERIFY(isShown(MainWindow::Page::Exchanges));
    QCOMPARE(window().exchanges().currentIndex().row(), 0);
}

void TestActions::copyMarkdown()
{
    talkWithBob();
    trigger(Do::CopyMarkdown);
    QVERIFY2(clipboard().startsWith(QStringLiteral("### ")) && clipboard().contains(QStringLiteral("bob")), qUtf8Printable(clipboard()));
}

void TestActions::disconnectSession()
{
    talkWithBob();
    trigger(Do::Disconnect);
    QTRY_COMPARE(m_live->hub.users.front()->closeCode(), QWebSocketProtocol::CloseCodePolicyViolated);
    QTRY_COMPARE(window().sessions().model().clients(), 0);
}

QTEST_MAIN(TestActions)
#include "tst_actions.moc"
