// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/FakeHubView.h"
#include "tests/ui/FakeHubControl.h"
#include "ui/compose/ComposePanel.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace trunkline;
using Kind = HubControl::Kind;
using Grade = DraftRemark::Grade;

namespace {

// Single quotes stand for double ones in the JSON of these tests.
QByteArray json(const char *text) { return QByteArray(text).replace('\'', '"'); }

const char *const kPing = "{'user_id':'bob','data':{'message':'ping'}}";

} // namespace

class tst_Compose : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void sendsWithCtrlEnterAndShowsTheStreamAsItComes();
    void showsWhatPushAndBatchAnswer();
    void showsAnErrorEventAsFailed();
    void olderAnswersAreNotMixedIn();
    void answersMayComeAfterThePanelIsGone();
    void refusesToSendWhatIsWrong();
    void readOnlyCannotSend();
    void pastedCurlIsLoaded();
    void keepsAHistory();
    void menusWork();
    void resendsAtOnce();
    void foldsWhenNarrow();
    void broadcastIsTheFourthKind();

private:
    QToolButton *button(const QString &text) const;
    QAction *menuAction(const QString &button, const QString &action) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<FakeHubView> m_view;
    std::unique_ptr<FakeHubControl> m_control;
    std::unique_ptr<ComposePanel> m_panel;
};

void tst_Compose::init()
{
    m_panel.reset();
    m_settings.reset();
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<QSettings>(m_folder->filePath(QStringLiteral("ui.ini")), QSettings::IniFormat);
    m_theme = std::make_unique<Theme>();
    m_view = std::make_unique<FakeHubView>();
    m_view->state->url = "http://127.0.0.1:8080";
    m_view->state->ssePath = "/sse/push";
    m_view->state->sseSendPath = "/sse/send";
    m_view->state->sseBatchPath = "/sse/push/batch";
    m_control = std::make_unique<FakeHubControl>();
    m_panel = std::make_unique<ComposePanel>(*m_theme, *m_view, *m_control, *m_settings);
    m_panel->resize(1100, 420);
    m_panel->show();
}

QToolButton *tst_Compose::button(const QString &text) const
{
    for (QToolButton *each : m_panel->findChildren<QToolButton *>()) {
        if (each->text() == text || each->accessibleName() == text)
            return each;
    }
    return nullptr;
}

QAction *tst_Compose::menuAction(const QString &text, const QString &action) const
{
    QMenu *menu = button(text)->menu();
    Q_EMIT menu->aboutToShow();
    for (QAction *each : menu->actions()) {
        if (each->text().contains(action))
            return each;
    }
    return nullptr;
}

void tst_Compose::sendsWithCtrlEnterAndShowsTheStreamAsItComes()
{
    m_panel->edit({Kind::Send, json(kPing)});
    QTest::keyClick(&m_panel->editor(), Qt::Key_Return, Qt::ControlModifier);
    QCOMPARE(m_control->orders.size(), std::size_t(1));
    QVERIFY(m_control->orders[0].kind == Kind::Send);
    QCOMPARE(m_control->orders[0].body, json(kPing));
    QVERIFY(m_panel->answer().isWaiting());
    QByteArray stream = json("data: {'chunk':'one','correlation_id':'req_1'}\n\n");
    m_control->orders[0].answered({200, stream, "req_1"});
    QCOMPARE(m_panel->answer().events(), 1);
    stream += ": keep-alive\n\n" + json("data: {'chunk':'tw");      // an event that is not there yet
    m_control->orders[0].answered({200, stream, "req_1"});
    QCOMPARE(m_panel->answer().events(), 1);
    QVERIFY(m_panel->answer().isWaiting());
    stream += json("o'}\n\ndata: {'chunk':'three','is_final':true}\n\n");
    m_control->orders[0].answered({200, stream, "req_1"});
    QCOMPARE(m_panel->answer().events(), 3);
    QVERIFY(!m_panel->answer().isWaiting());
    QCOMPARE(m_panel->answer().text().count(u'\n'), 2);
    QVERIFY(m_panel->answer().text().contains(QStringLiteral("{\"chunk\":\"two\"}")));
    QVERIFY(m_panel->answer().statusText().startsWith(QStringLiteral("200 · 3 events")));
    QSignalSpy wanted(m_panel.get(), &ComposePanel::exchangeWanted);
    m_panel->answer().findChild<QPushButton *>()->click();
    QCOMPARE(wanted.value(0).value(0).toByteArray(), QByteArray("req_1"));
}

void tst_Compose::showsWhatPushAndBatchAnswer()
{
    m_panel->edit({Kind::Push, json(kPing)});
    m_panel->send();
    m_control->orders[0].answered({200, json("{'status':'success','message':'Message delivered'}"), {}});
    QVERIFY(m_panel->answer().statusText().startsWith(QStringLiteral("200")));
    QVERIFY(m_panel->answer().text().contains(QStringLiteral("Message delivered")));
    m_panel->send();
    m_control->orders[1].answered({200, json("{'status':'partial','message':'User not connected'}"), {}});
    QVERIFY(m_panel->answer().statusText().contains(QStringLiteral("nobody got it")));
    m_panel->send();
    m_control->orders[2].answered({422, json("{'detail':[]}"), {}});
    QVERIFY(m_panel->answer().statusText().startsWith(QStringLiteral("422")));
    m_panel->send();
    m_control->orders[3].answered({0, {}, {}});
    QVERIFY(m_panel->answer().statusText().contains(QStringLiteral("not reached")));
}

void tst_Compose::showsAnErrorEventAsFailed()
{
    m_panel->edit({Kind::Send, json(kPing)});
    m_panel->send();
    m_control->orders[0].answered({200, json("data: {'error': 'User not connected', 'correlation_id': 'x'}\n\n"), "x"});
    QVERIFY(!m_panel->answer().isWaiting());
    QCOMPARE(m_panel->answer().events(), 1);
    m_panel->send();
    m_control->orders[1].answered({409, json("{'detail':'open'}"), {}});
    QVERIFY(m_panel->answer().text().contains(QStringLiteral("detail")));
}

void tst_Compose::olderAnswersAreNotMixedIn()
{
    m_panel->send();
    m_panel->send();
    m_control->orders[0].answered({200, json("data: {'a':1}\n\n"), "old"});
    QCOMPARE(m_panel->answer().events(), 0);
    m_control->orders[1].answered({200, json("data: {'a':1}\n\n"), "new"});
    QCOMPARE(m_panel->answer().correlation(), QByteArray("new"));
}

void tst_Compose::answersMayComeAfterThePanelIsGone()
{
    m_panel->send();
    m_panel.reset();
    m_control->orders[0].answered({200, json("data: {'a':1}\n\n"), "x"});
}

void tst_Compose::refusesToSendWhatIsWrong()
{
    m_panel->edit({Kind::Push, "{\n  \"user_id\": \"b\xC3\xB6\",\n  \"data\": nul\n}"});
    QVERIFY(m_panel->remark().grade == Grade::Wrong);
    QVERIFY(m_panel->editor().accessibleDescription().startsWith(QStringLiteral("Line 3, column ")));
    QVERIFY(m_panel->editor().mistake() > 20);
    QCOMPARE(m_panel->editor().extraSelections().size(), 1);
    m_panel->send();
    QVERIFY(m_control->orders.empty());
    QVERIFY(!m_panel->findChild<QPushButton *>(QStringLiteral("primary"))->isEnabled());
    QCOMPARE(m_panel->editor().textCursor().blockNumber(), 2);
    m_panel->edit({Kind::Push, json(kPing)});
    QVERIFY(m_panel->editor().extraSelections().isEmpty());
    QVERIFY(m_panel->findChild<QPushButton *>(QStringLiteral("primary"))->isEnabled());
}

void tst_Compose::readOnlyCannotSend()
{
    m_view->readOnly = true;
    Q_EMIT m_view->linkChanged();
    m_panel->send();
    QVERIFY(m_control->orders.empty());
    QVERIFY(m_panel->editor().accessibleDescription().contains(QStringLiteral("read-only")));
}

void tst_Compose::pastedCurlIsLoaded()
{
    QGuiApplication::clipboard()->setText(QStringLiteral("curl http://x/sse/push -d '{\"user_id\":\"eve\",\"data\":{}}'"));
    m_panel->editor().selectAll();
    m_panel->editor().paste();
    QVERIFY(m_panel->draft().kind == Kind::Push);
    QCOMPARE(compactJson(m_panel->draft().body), json("{'user_id':'eve','data':{}}"));
    QGuiApplication::clipboard()->setText(QStringLiteral("curl http://x -d @file"));
    menuAction(QStringLiteral("Templates"), QStringLiteral("curl"))->trigger();
    QVERIFY(m_panel->editor().accessibleDescription().contains(QStringLiteral("file")));
    QCOMPARE(compactJson(m_panel->draft().body), json("{'user_id':'eve','data':{}}"));
    m_panel->editor().undo();
    QVERIFY(m_panel->draft().body.contains("ping"));
}

void tst_Compose::keepsAHistory()
{
    SendHistory history(*m_settings);
    for (int i = 0; i < 40; ++i)
        history.note({Kind::Push, QByteArray::number(i)});
    history.note({Kind::Push, "20"});
    history.note({Kind::Push, QByteArray(SendHistory::kMostBytes + 1, 'x')});
    QCOMPARE(history.all().size(), SendHistory::kMost);
    QCOMPARE(history.all().front().body, QByteArray("20"));
    const SendHistory again(*m_settings);
    QVERIFY(again.all() == history.all());
    history.clear();
    QVERIFY(SendHistory(*m_settings).all().empty());
    QCOMPARE(titleOf({Kind::Send, json(kPing)}), QStringLiteral("Send bob · ping"));
    QCOMPARE(titleOf({Kind::Batch, '[' + json(kPing) + ']'}), QStringLiteral("Batch bob · ping"));
}

void tst_Compose::menusWork()
{
    m_panel->edit({Kind::Push, json(kPing)});
    m_panel->send();
    m_panel->edit({Kind::Send, json("{'user_id':'x','data':{}}")});
    menuAction(QStringLiteral("History"), QStringLiteral("bob"))->trigger();
    QCOMPARE(m_panel->draft(), (Draft{Kind::Push, json(kPing)}));
    QSignalSpy copied(m_panel.get(), &ComposePanel::copied);
    menuAction(QStringLiteral("Copy as"), QStringLiteral("bash"))->trigger();
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(QStringLiteral("curl ")));
    QCOMPARE(copied.count(), 1);
    m_view->state->sessions.push_back({.id = {1}, .user = "zoe"});
    menuAction(QStringLiteral("Templates"), QStringLiteral("Two"))->trigger();
    QVERIFY(m_panel->draft().kind == Kind::Batch && m_panel->draft().body.contains("zoe"));
    m_panel->edit({Kind::Push, json(kPing)});
    button(QStringLiteral("Tidy"))->click();
    QVERIFY(m_panel->draft().body.contains("\n  "));
    QCOMPARE(compactJson(m_panel->draft().body), json(kPing));
    menuAction(QStringLiteral("History"), QStringLiteral("Clear"))->trigger();
    QVERIFY(!menuAction(QStringLiteral("History"), QStringLiteral("Nothing"))->isEnabled());
}

void tst_Compose::resendsAtOnce()
{
    m_panel->resend({Kind::Push, json(kPing)});
    QCOMPARE(m_control->orders.size(), std::size_t(1));
    QVERIFY(m_control->orders[0].kind == Kind::Push);
    QSignalSpy close(m_panel.get(), &ComposePanel::closeWanted);
    QTest::keyClick(m_panel.get(), Qt::Key_Escape);
    QCOMPARE(close.count(), 1);
}

void tst_Compose::foldsWhenNarrow()
{
    const int beside = m_panel->answer().mapTo(m_panel.get(), QPoint()).x();
    QVERIFY(beside > 300);
    m_panel->resize(500, 600);
    QVERIFY(m_panel->width() <= 600);
    QTRY_COMPARE(m_panel->answer().mapTo(m_panel.get(), QPoint()).x(), 0);
}

void tst_Compose::broadcastIsTheFourthKind()
{
    m_view->state->sseBroadcastPath = "/all";
    menuAction(QStringLiteral("Templates"), QStringLiteral("group"))->trigger();
    QVERIFY(m_panel->draft().kind == Kind::Broadcast);
    QVERIFY(m_panel->editor().accessibleDescription().startsWith(QStringLiteral("To all")));
    m_panel->send();
    QVERIFY(m_control->orders[0].kind == Kind::Broadcast);
    menuAction(QStringLiteral("Copy as"), QStringLiteral("bash"))->trigger();
    QVERIFY(QGuiApplication::clipboard()->text().contains(QStringLiteral("http://127.0.0.1:8080/all")));
    QCOMPARE(SendHistory(*m_settings).all().front(), m_panel->draft());
    QVERIFY(menuAction(QStringLiteral("History"), QStringLiteral("Broadcast team-*")));
    m_panel->resize(1200, 420);
    QTRY_COMPARE(button(QStringLiteral("History"))->toolButtonStyle(), Qt::ToolButtonTextBesideIcon);
    m_panel->resize(500, 600);
    QTRY_COMPARE(button(QStringLiteral("History"))->toolButtonStyle(), Qt::ToolButtonIconOnly);
    m_panel->resize(1200, 420);
    QTRY_COMPARE(button(QStringLiteral("History"))->toolButtonStyle(), Qt::ToolButtonTextBesideIcon);
    if (const QByteArray folder = qgetenv("TRUNKLINE_SHOTS"); !folder.isEmpty())
        QVERIFY(m_panel->grab().save(QString::fromUtf8(folder) + QStringLiteral("/compose-broadcast.png")));
}

QTEST_MAIN(tst_Compose)
#include "tst_compose.moc"
