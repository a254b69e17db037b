// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/CopyAs.h"
#include "ui/compose/CurlCommand.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTest>

using namespace trunkline;
using Kind = HubControl::Kind;
using Grade = DraftRemark::Grade;

namespace {

// Single quotes stand for double ones in the JSON of these tests.
QByteArray json(const char *text) { return QByteArray(text).replace('\'', '"'); }

const char *const kPing = "{'user_id':'bob','data':{'message':'ping'}}";

} // namespace

class tst_Drafts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
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

private:
    HubSnapshot m_hub;
};

void tst_Drafts::initTestCase()
{
    m_hub.url = "http://127.0.0.1:8080";
    m_hub.ssePath = "/sse/push";
    m_hub.sseSendPath = "/sse/send";
    m_hub.sseBatchPath = "/sse/push/batch";
}

void tst_Drafts::splitsShellWords_data()
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

void tst_Drafts::splitsShellWords()
{
    QFETCH(QString, line);
    QFETCH(QStringList, words);
    const auto split = shellWords(line);
    QVERIFY2(split, split ? "" : qPrintable(split.error()));
    QCOMPARE(*split, words);
}

void tst_Drafts::readsCurl_data()
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
    row("curl --json '{}' https://x/sse/broadcast", Kind::Broadcast, "{}");
    row("curl -u me:secret -A agent -o out -d'{\"b\":\"x y\"}' http://x/sse/push", Kind::Push, "{\"b\":\"x y\"}");
    row("curl 'http://x/sse/push' \\\n  -H 'accept: */*' \\\n  --data-raw $'{\"a\":\"it\\'s\"}' \\\n  --compressed", Kind::Push, "{\"a\":\"it's\"}");
    row("curl \"http://x/sse/push\" ^\n  --data-raw \"{^\\^\"a^\\^\":1}\" ^\n  --compressed", Kind::Push, "{\"a\":1}");
    row("curl.exe --url http://x/sse/push --data-binary \"{\\\"a\\\":1}\"", Kind::Push, "{\"a\":1}");
    row("curl --data-raw @not-a-file http://x/sse/push", Kind::Push, "@not-a-file");
}

void tst_Drafts::readsCurl()
{
    QFETCH(QString, command);
    QFETCH(int, kind);
    QFETCH(QString, body);
    QVERIFY(CurlCommand::looksLikeOne(command));
    const auto curl = CurlCommand::parse(command);
    QVERIFY2(curl, curl ? "" : qPrintable(curl.error()));
    const Draft draft = curl->draft(m_hub);
    QCOMPARE(int(draft.kind), kind);
    QCOMPARE(QString::fromUtf8(draft.body), body);
    QCOMPARE(curl->method, QStringLiteral("POST"));
    QVERIFY(curl->url.contains(u'/'));
}

void tst_Drafts::refusesCurl_data()
{
    QTest::addColumn<QString>("command");
    for (const char *command : {"", "wget http://x", "curl", "curl http://x", "curl -d", "curl -d 'open http://x", "curl -d @file.json http://x",
                                "curl -F a=b http://x", "curl -T file http://x", "curlew -d x"})
        QTest::newRow(command) << QString::fromUtf8(command);
}

void tst_Drafts::refusesCurl()
{
    QFETCH(QString, command);
    const auto curl = CurlCommand::parse(command);
    QVERIFY(!curl && !curl.error().isEmpty());
}

void tst_Drafts::checksDrafts_data()
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
    row("broadcast", Kind::Broadcast, "{'data':{}}", Grade::Fine, -1);
    row("broadcast to a prefix", Kind::Broadcast, "{'prefix':'team-','data':{}}", Grade::Fine, -1);
    row("broadcast to some", Kind::Broadcast, "{'users':['a','b'],'data':{}}", Grade::Fine, -1);
    row("broadcast to none", Kind::Broadcast, "{'users':[],'data':{}}", Grade::Odd, 9);
    row("broadcast to one user", Kind::Broadcast, "{'user_id':'bob','data':{}}", Grade::Wrong, 11);
    row("broadcast to both", Kind::Broadcast, "{'users':['a'],'prefix':'b','data':{}}", Grade::Wrong, 24);
    row("broadcast without data", Kind::Broadcast, "{'users':['a']}", Grade::Wrong, 0);
    row("broadcast as array", Kind::Broadcast, "[]", Grade::Wrong, 0);
    row("long integer", Kind::Push, "{'user_id':'bob','data':{'n':123456789012345678901234567890}}", Grade::Fine, -1);
}

void tst_Drafts::checksDrafts()
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

void tst_Drafts::templatesAreRight()
{
    for (const DraftTemplate &each : draftTemplates("quoted \"user\""))
        QVERIFY2(checkDraft(each.draft).grade == Grade::Fine, qPrintable(each.name));
}

void tst_Drafts::makesDraftsOfWhatWasSeen()
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

void tst_Drafts::copiesAsCode()
{
    const Draft draft{Kind::Send, json("{\n 'user_id': 'it\\u0027s', 'event_type': 'e', 'data': {'message': 'a \\\\ b %1'}\n}")};
    const auto as = [&](copyas::Language language) { return copyas::command(language, draft, m_hub); };
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
void tst_Drafts::copiedCommandsDoTheSame()
{
    const QByteArray body = QByteArray("{\"user_id\":\"it's\",\"data\":{\"message\":\"a \\\"b\\\" \\\\ $HOME `x` 你好 \\u2028 !\"}}");
    for (const Kind kind : {Kind::Push, Kind::Send}) {
        const QString command = copyas::command(copyas::Language::Bash, {kind, body}, m_hub);
        const auto curl = CurlCommand::parse(command);
        QVERIFY(curl);
        QCOMPARE(curl->draft(m_hub), (Draft{kind, body}));
        QProcess shell;
        shell.start(QStringLiteral("/bin/sh"), {QStringLiteral("-c"), QStringLiteral("curl() { for last; do :; done; printf %s \"$last\"; }\n") + command});
        if (shell.waitForFinished())
            QCOMPARE(shell.readAllStandardOutput(), body);
    }
    const QString python = QStandardPaths::findExecutable(QStringLiteral("python3"));
    if (python.isEmpty())
        return;
    const QString code = copyas::command(copyas::Language::Python, {Kind::Push, body}, m_hub);
    QProcess run;
    run.start(python, {QStringLiteral("-c"), code.section(QStringLiteral("request ="), 0, 0) + QStringLiteral("\nimport sys; sys.stdout.buffer.write(body.encode())")});
    QVERIFY(run.waitForFinished());
    QCOMPARE(run.readAllStandardOutput(), body);
}

QTEST_APPLESS_MAIN(tst_Drafts)
#include "tst_drafts.moc"
