// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/FakeHubView.h"
#include "ui/compose/ComposePanel.h"
#include "ui/compose/CurlCommand.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>
#include <QMimeData>
#include <QProcess>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace trunkline;
using Kind = HubControl::Kind;
using Grade = DraftRemark::Grade;

namespace {

/// Takes orders and lets the test answer them.
class FakeControl final : public HubControl
{
public:
    struct Order
    {
        Kind kind;
        QByteArray body;
        std::function<void(const ComposeAnswer &)> answered;
    };
    std::vector<Order> orders;

    void compose(Kind kind, const QByteArray &body, std::function<void(const ComposeAnswer &)> answered) override
    {
        orders.push_back({kind, body, std::move(answered)});
    }
    void disconnectSession(SessionId, const QByteArray &) override {}
    void clearJournal() override {}
    void startDemo(int) override {}
    void stopDemo() override {}
};

// Single quotes stand for double ones in the JSON of these tests.
QByteArray json(const char *text) { return QByteArray(text).replace('\'', '"'); }

const char *const kPing = "{'user_id':'bob','data':{'message':'ping'}}";

} // namespace

class tst_Compose : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void splitsShellWords_data();
    void splitsShellWords();
    void readsCurl_data();
    void readsCurl();
    void refusesCurl_data();
    void refusesCurl();
    void checksDrafts_data();
    void checksDrafts();
    void templatesAreRight();
    void makesDraftsOfWhatWasSeen();
    void copiesAsCode();
    void copiedCommandsDoTheSame();
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

private:
    QToolButton *button(const QString &text) const;
    QAction *menuAction(const QString &button, const QString &action) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<FakeHubView> m_view;
    std::unique_ptr<FakeControl> m_control;
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
    m_control = std::make_unique<FakeControl>();
    m_panel = std::make_unique<ComposePanel>(*m_theme, *m_view, *m_control, *m_settings);
    m_panel->resize(1100, 420);
    m_panel->show();
}

QToolButton *tst_Compose::button(const QString &text) const
{
    for (QToolButton *each : m_panel->findChildren<QToolButton *>()) {
        if (each->text() == text)
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

void tst_Compose::splitsShellWords_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QStringList>("words");
    const auto row = [](const char *line, const QStringList &words) { QTest::newRow(QByteArray(line).simplified().constData()) << QString::fromUtf8(line) << words; };
    const auto list = [](auto... words) { return QStringList{QString::fromUtf8(words)...}; };
    row("a b  c", list("a", "b", "c"));
    row("'a b' \"c d\"", list("a b", "c d"));
    row("a'b'\"c\"d", list("abcd"));
    row("'it'\\''s'", list("it's"));
    row("\"a\\\"b\\\\c\\d$\"", list("a\"b\\c\\d$"));
    row("$'a\\'b\\n\\u4f60\\x41'", list("a'b\n你A"));
    row("a \\\n  b", list("a", "b"));
    row("a \\\r\n  b", list("a", "b"));
    row("a ^\n  \"b\\\"c\" 'd ^^ ^", list("a", "b\"c", "'d", "^"));
    row("a ^\r\n^\"{^\\^\"b^\\^\":1}^\"", list("a", "{\"b\":1}"));
    row("''", list(""));
    row("", {});
}

void tst_Compose::splitsShellWords()
{
    QFETCH(QString, line);
    QFETCH(QStringList, words);
    const auto split = shellWords(line);
    QVERIFY2(split, split ? "" : qPrintable(split.error()));
    QCOMPARE(*split, words);
}

void tst_Compose::readsCurl_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("body");
    const auto row = [](const char *command, Kind kind, const char *body) {
        QTest::newRow(QByteArray(command).simplified().constData()) << QString::fromUtf8(command) << int(kind) << QString::fromUtf8(body);
    };
    row("curl -X POST http://localhost:8080/sse/push -H 'Content-Type: application/json' -d '{\"a\":1}'", Kind::Push, "{\"a\":1}");
    row("$ curl localhost:8080/sse/send --data-raw '{\"a\":1}' -N", Kind::Send, "{\"a\":1}");
    row("curl -sSNd '[]' http://x/sse/push/batch", Kind::Batch, "[]");
    row("curl -XPOST --data={} http://x/other/send", Kind::Send, "{}");
    row("curl --json '[{}]' https://x/unknown", Kind::Batch, "[{}]");
    row("curl -u me:secret -A agent -o out -d'{\"b\":\"x y\"}' http://x/sse/push", Kind::Push, "{\"b\":\"x y\"}");
    row("curl 'http://x/sse/push' \\\n  -H 'accept: */*' \\\n  --data-raw $'{\"a\":\"it\\'s\"}' \\\n  --compressed", Kind::Push, "{\"a\":\"it's\"}");
    row("curl \"http://x/sse/push\" ^\n  --data-raw \"{^\\^\"a^\\^\":1}\" ^\n  --compressed", Kind::Push, "{\"a\":1}");
    row("curl.exe --url http://x/sse/push --data-binary \"{\\\"a\\\":1}\"", Kind::Push, "{\"a\":1}");
    row("curl --data-raw @not-a-file http://x/sse/push", Kind::Push, "@not-a-file");
}

void tst_Compose::readsCurl()
{
    QFETCH(QString, command);
    QFETCH(int, kind);
    QFETCH(QString, body);
    QVERIFY(CurlCommand::looksLikeOne(command));
    const auto curl = CurlCommand::parse(command);
    QVERIFY2(curl, curl ? "" : qPrintable(curl.error()));
    const Draft draft = curl->draft(*m_view->state);
    QCOMPARE(int(draft.kind), kind);
    QCOMPARE(QString::fromUtf8(draft.body), body);
    QCOMPARE(curl->method, QStringLiteral("POST"));
    QVERIFY(curl->url.contains(u'/'));
}

void tst_Compose::refusesCurl_data()
{
    QTest::addColumn<QString>("command");
    for (const char *command : {"", "wget http://x", "curl", "curl http://x", "curl -d", "curl -d 'open http://x", "curl -d @file.json http://x",
                                "curl -F a=b http://x", "curl -T file http://x", "curlew -d x"})
        QTest::newRow(command) << QString::fromUtf8(command);
}

void tst_Compose::refusesCurl()
{
    QFETCH(QString, command);
    const auto curl = CurlCommand::parse(command);
    QVERIFY(!curl && !curl.error().isEmpty());
}

void tst_Compose::checksDrafts_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("grade");
    QTest::addColumn<int>("offset");
    const auto row = [](const char *name, Kind kind, const char *body, Grade grade, int offset) {
        QTest::newRow(name) << int(kind) << json(body) << int(grade) << offset;
    };
    row("fine", Kind::Push, kPing, Grade::Fine, -1);
    row("white space", Kind::Send, "\n {'user_id':'bob','data':{}} \n", Grade::Fine, -1);
    row("empty", Kind::Push, "  ", Grade::Wrong, -1);
    row("array", Kind::Push, "[]", Grade::Wrong, 0);
    row("no user", Kind::Push, " {'data':{}}", Grade::Wrong, 1);
    row("number as user", Kind::Push, "{'user_id': 7,'data':{}}", Grade::Wrong, 12);
    row("empty user", Kind::Push, "{'user_id':'','data':{}}", Grade::Wrong, 11);
    row("no data", Kind::Push, "{'user_id':'bob'}", Grade::Wrong, 0);
    row("text as data", Kind::Push, "{'user_id':'bob','data':'x'}", Grade::Wrong, 24);
    row("batch", Kind::Batch, "[{'user_id':'bob','data':{}},{'user_id':'eve','data':{}}]", Grade::Fine, -1);
    row("empty batch", Kind::Batch, "[]", Grade::Odd, -1);
    row("object as batch", Kind::Batch, kPing, Grade::Wrong, 0);
    row("second is wrong", Kind::Batch, "[{'user_id':'bob','data':{}},{'data':{}}]", Grade::Wrong, 29);
    row("number in batch", Kind::Batch, "[1]", Grade::Wrong, 1);
    row("long integer", Kind::Push, "{'user_id':'bob','data':{'n':123456789012345678901234567890}}", Grade::Fine, -1);
}

void tst_Compose::checksDrafts()
{
    QFETCH(int, kind);
    QFETCH(QByteArray, body);
    QFETCH(int, grade);
    QFETCH(int, offset);
    const DraftRemark remark = checkDraft({Kind(kind), body});
    QCOMPARE(int(remark.grade), grade);
    QCOMPARE(int(remark.offset), offset);
    const DraftRemark broken = checkDraft({Kind(kind), body + "}"});
    QVERIFY(broken.grade == Grade::Wrong);
}

void tst_Compose::templatesAreRight()
{
    for (const DraftTemplate &each : draftTemplates("quoted \"user\""))
        QVERIFY2(checkDraft(each.draft).grade == Grade::Fine, qPrintable(each.name));
}

void tst_Compose::makesDraftsOfWhatWasSeen()
{
    ExchangeInfo exchange;
    exchange.route = {.named = "alice", .target = "ci_bot"};
    exchange.request = json("{'message':'a \\u4f60','big':123456789012345678901234567890,'user_id':'alice',"
                            "'original_sender':{'user_id':'alice','timestamp':null},'correlation_id':'req_1'}");
    exchange.requestBytes = exchange.request.size();
    const auto again = draftFrom(exchange);
    QVERIFY(again);
    QVERIFY(again->kind == Kind::Send);
    QCOMPARE(compactJson(again->body), json("{'user_id':'alice','data':{'message':'a \\u4f60','big':123456789012345678901234567890}}"));
    QVERIFY(checkDraft(*again).grade == Grade::Fine);
    exchange.requestBytes = 5000000;
    exchange.request.clear();
    QVERIFY(!draftFrom(exchange));

    JournalEntry entry;
    entry.kind = EntryKind::Text;
    entry.user = "bob";
    entry.text = "not \"JSON\"\n";
    entry.textBytes = entry.text.size();
    QCOMPARE(compactJson(draftFrom(entry)->body), QByteArray("{\"user_id\":\"bob\",\"data\":{\"message\":\"not \\\"JSON\\\"\\u000a\"}}"));
    entry.kind = EntryKind::Request;
    QVERIFY(draftFrom(entry)->kind == Kind::Send);
    entry.kind = EntryKind::Connect;
    QVERIFY(!draftFrom(entry));
}

void tst_Compose::copiesAsCode()
{
    const Draft draft{Kind::Send, json("{\n 'user_id': 'it\\u0027s', 'event_type': 'e', 'data': {'message': 'a \\\\ b %1'}\n}")};
    const auto as = [&](copyas::Language language) { return copyas::command(language, draft, *m_view->state); };
    for (const copyas::Language language : copyas::languages()) {
        QVERIFY(as(language).contains(QStringLiteral("127.0.0.1:8080")));
        QVERIFY(as(language).contains(QStringLiteral("a \\\\")));
        QVERIFY(!copyas::nameOf(language).isEmpty());
    }
    QVERIFY(as(copyas::Language::Bash).contains(QStringLiteral("/sse/send")));
    QVERIFY(as(copyas::Language::Trunkline).startsWith(QStringLiteral("trunkline send --hub 'http://127.0.0.1:8080' --user 'it'\\''s' --event-type 'e' --data '{")));
    const Draft quotes{Kind::Push, QByteArray("{\"user_id\":\"b\",\"data\":{\"message\":\"it's \xE2\x80\x99 it\"}}")};
    QVERIFY(copyas::command(copyas::Language::PowerShell, quotes, {}).contains(QStringLiteral("it''s ’’ it")));
    const Draft batch{Kind::Batch, json("[{'user_id':'a','data':{}},{'user_id':'b','data':{}}]")};
    QCOMPARE(copyas::command(copyas::Language::Trunkline, batch, {}).count(u'\n'), 1);
}

/// What is copied gives the same draft when it is read back: by our own parser, and by a real shell and Python where there are any.
void tst_Compose::copiedCommandsDoTheSame()
{
    const QByteArray body = QByteArray("{\"user_id\":\"it's\",\"data\":{\"message\":\"a \\\"b\\\" \\\\ $HOME `x` 你好 \\u2028 !\"}}");
    for (const Kind kind : {Kind::Push, Kind::Send}) {
        const QString command = copyas::command(copyas::Language::Bash, {kind, body}, *m_view->state);
        const auto curl = CurlCommand::parse(command);
        QVERIFY(curl);
        QCOMPARE(curl->draft(*m_view->state), (Draft{kind, body}));
        QProcess shell;
        shell.start(QStringLiteral("/bin/sh"), {QStringLiteral("-c"), QStringLiteral("curl() { for last; do :; done; printf %s \"$last\"; }\n") + command});
        if (shell.waitForFinished())
            QCOMPARE(shell.readAllStandardOutput(), body);
    }
    const QString python = QStandardPaths::findExecutable(QStringLiteral("python3"));
    if (python.isEmpty())
        return;
    const QString code = copyas::command(copyas::Language::Python, {Kind::Push, body}, *m_view->state);
    QProcess run;
    run.start(python, {QStringLiteral("-c"), code.section(QStringLiteral("request ="), 0, 0) + QStringLiteral("\nimport sys; sys.stdout.buffer.write(body.encode())")});
    QVERIFY(run.waitForFinished());
    QCOMPARE(run.readAllStandardOutput(), body);
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
    button(QStringLiteral("From curl"))->click();
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
    QTRY_COMPARE(m_panel->answer().mapTo(m_panel.get(), QPoint()).x(), 0);
}

QTEST_MAIN(tst_Compose)
#include "tst_compose.moc"
