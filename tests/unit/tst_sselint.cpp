// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/SseLint.h"

#include <QTest>

using namespace trunkline;
using namespace std::chrono_literals;

namespace {

struct Piece
{
    QByteArray bytes;
    std::chrono::microseconds at;
};

SseLint lint(const std::vector<Piece> &pieces, std::chrono::microseconds end = 1s, const QByteArray &type = "text/event-stream")
{
    SseLint found;
    found.head(200, type, "no-cache", {});
    for (const Piece &piece : pieces)
        found.feed(piece.bytes, piece.at);
    found.end(end);
    return found;
}

QByteArray rulesOf(const SseLint &lint)
{
    QByteArrayList rules;
    for (const LintFinding &finding : lint.findings())
        rules << finding.rule;
    return rules.join(' ');
}

} // namespace

class tst_SseLint : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findings_data();
    void findings();
    void head();
    void silence();
    void buffering();
    void mergesDeltas();
    void saysWhereItIs();
};

void tst_SseLint::findings_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("rules");
    const auto row = [](const char *name, const QByteArray &body, const char *rules) { QTest::newRow(name) << body << QByteArray(rules); };
    row("fine", ": keep-alive\n\nid: 1\nevent: x\nretry: 100\ndata: {\"a\":1}\n\nid: 2\ndata: {}\n\n", "");
    row("CR LF is fine", "data: {}\r\n\r\ndata: {}\r\n\r\n", "");
    row("byte order mark", "\xef\xbb\xbf" "data: {}\n\n", "");
    row("unfinished", "data: {}\n\ndata: {\"a\":1}\n", "missing-blank-line");
    row("half a line", "data: {}\n\ndata: {", "missing-blank-line");
    row("blank line missing", "data: {\"a\":1}\ndata: {\"a\":2}\n\n", "missing-blank-line no-json");
    row("data: missing", "{\"a\":1}\n\ndata: {}\n\n", "unknown-field");
    row("field misspelled", "dta: {}\n\ndata: {}\n\n", "unknown-field");
    row("ids go back", "id: 5\ndata: {}\n\nid: 3\ndata: {}\n\n", "id-goes-back");
    row("id repeats", "id: 5\ndata: {}\n\nid: 5\ndata: {}\n\n", "id-repeats");
    row("named id repeats", "id: a\ndata: {}\n\nid: a\ndata: {}\n\n", "id-repeats");
    row("retry", "retry: soon\ndata: {}\n\n", "retry");
    row("mixed", "data: {}\n\ndata: {}\r\n\r\n", "mixed-line-ends");
    row("bare returns", "data: {}\r\rdata: {}\r\r", "line-ends");
    row("no JSON", "data: hello\n\n", "no-json");
    row("[DONE] is fine", "data: {}\n\ndata: [DONE]\n\n", "");
    row("after the last", "data: {\"is_final\":true}\n\ndata: {}\n\n", "after-final");
    row("nothing", "", "no-events");
    row("nul", QByteArray("data: \"a\0\"\n\n", 12), "nul no-json");
}

void tst_SseLint::findings()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, rules);
    QCOMPARE(rulesOf(lint({{body, 0us}})), rules);
    std::vector<Piece> bytewise;
    for (const char c : body)
        bytewise.push_back({QByteArray(1, c), 0us});
    QCOMPARE(rulesOf(lint(bytewise)), rules);
}

void tst_SseLint::head()
{
    SseLint found;
    found.head(404, "application/json; charset=utf-8", {}, "gzip");
    QCOMPARE(rulesOf(found), QByteArray("status content-type cache compressed"));
}

void tst_SseLint::silence()
{
    QCOMPARE(rulesOf(lint({{"data: {}\n\n", 1s}, {"data: {}\n\n", 32s}}, 33s)), QByteArray("no-keep-alive"));
    QCOMPARE(rulesOf(lint({{"data: {}\n\n", 1s}, {": still here\n\n", 16s}, {"data: {}\n\n", 30s}}, 31s)), QByteArray());
    QCOMPARE(rulesOf(lint({{"data: {}\n\n", 1s}}, 40s)), QByteArray("no-keep-alive"));
}

void tst_SseLint::buffering()
{
    const QByteArray first = "data: {\"timestamp\":1700000000.0}\n\n";
    const QByteArray second = "data: {\"timestamp\":1700000000.4}\n\n";
    QCOMPARE(rulesOf(lint({{first + second, 0us}})), QByteArray("buffered"));
    QCOMPARE(rulesOf(lint({{first, 0us}, {second, 400ms}})), QByteArray());
    QCOMPARE(rulesOf(lint({{"data: {\"ts\":1700000000000}\n\ndata: {\"ts\":1700000000400}\n\n", 0us}})), QByteArray("buffered"));
}

void tst_SseLint::mergesDeltas()
{
    const SseLint found = lint({{"data: {\"data\":{\"delta\":\"one \"}}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"t\\u0077o\"}}]}\n\ndata: {\"token\":\"!\"}\n\n", 0us}});
    QCOMPARE(found.mergedText(), QByteArray("one two!"));
    QCOMPARE(found.events(), 3);
}

void tst_SseLint::saysWhereItIs()
{
    const SseLint found = lint({{"data: {}\n\nid: 5\ndata: {}\n\nid: 3\ndata: {}\n\n", 0us}});
    QCOMPARE(found.findings().size(), 1u);
    QCOMPARE(found.findings()[0].at, 26);
    QVERIFY(found.findings()[0].text.contains(QStringLiteral("id 3 comes after 5")));
}

QTEST_APPLESS_MAIN(tst_SseLint)
#include "tst_sselint.moc"
