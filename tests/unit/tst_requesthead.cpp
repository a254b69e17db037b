// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/RequestHead.h"

#include <QTest>

using namespace trunkline;

namespace {

constexpr HeadLimits kLimits;

using Outcome = RequestHeadParser::Outcome;

/// Feeds ever longer starts of `bytes` until the parser has made up its mind, as a slow socket would.
Outcome parseBytewise(RequestHeadParser &parser, const QByteArray &bytes)
{
    for (qsizetype size = 0; size <= bytes.size(); ++size) {
        const Outcome outcome = parser.parse(QByteArrayView(bytes).first(size));
        if (outcome != Outcome::NeedMore)
            return outcome;
    }
    return Outcome::NeedMore;
}

/// A head of exactly `size` bytes.
QByteArray headOfSize(qsizetype size)
{
    const QByteArray begin = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    return begin + QByteArray(size - begin.size() - 4, 'x') + "\r\n\r\n";
}

QByteArray headWithFields(int count)
{
    QByteArray head = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (int i = 1; i < count; ++i)
        head += "X: y\r\n";
    return head + "\r\n";
}

} // namespace

/// RFC 9112 as the gate understands it, whole and byte by byte.
class TestRequestHead : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data();
    void reads();
    void rejects_data();
    void rejects();
    void waitsForTheRest();
    void readsFields();
    void readsWhatARequestIsKnownBy();
    void acceptsHeadAtLimit();
    void rejectsHeadAboveLimit();
    void rejectsRequestLineAboveLimit_data();
    void rejectsRequestLineAboveLimit();
    void acceptsHundredFields();
    void rejectsFieldHundredAndOne();
    void leavesTheNextRequestAlone();
    void recognizesWebSockets_data();
    void recognizesWebSockets();
    void startsAfreshAfterABadHead();
};

void TestRequestHead::reads_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<QByteArray>("facts");      // method target minor length chunked continue closes
    const auto row = [](const char *name, const QByteArray &head, const QByteArray &facts) {
        QTest::newRow(name) << head << facts;
    };
    row("least", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / 1 - 0 0 0");
    row("empty lines before", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / 1 - 0 0 0");
    row("HTTP/1.0", "GET /x HTTP/1.0\r\n\r\n", "GET /x 0 - 0 0 1");
    row("HTTP/1.0 keep-alive", "GET /x HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", "GET /x 0 - 0 0 0");
    row("HTTP/1.0 keep-alive and close", "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", "GET / 0 - 0 0 1");
    row("HTTP/1.0 ignores 100-continue", "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n", "POST / 0 1 0 0 1");
    row("HTTP/1.2 counts as 1.1", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", "GET / 1 - 0 0 0");
    row("length", "POST /p?q=1 HTTP/1.1\r\nhost: a\r\nCONTENT-LENGTH: 0042\r\n\r\n", "POST /p?q=1 1 42 0 0 0");
    row("length zero", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "POST / 1 0 0 0 0");
    row("length of 18 digits", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999999999999\r\n\r\n", "POST / 1 999999999999999999 0 0 0");
    row("chunked", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \t Chunked \r\n\r\n", "POST / 1 - 1 0 0");
    row("continue", "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n\r\n", "POST / 1 3 0 1 0");
    row("close", "GET / HTTP/1.1\r\nHost: a\r\nConnection: foo , CLOSE\r\n\r\n", "GET / 1 - 0 0 1");
    row("close in a second line", "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n", "GET / 1 - 0 0 1");
    row("asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * 1 - 0 0 0");
    row("absolute target", "GET http://a:1/x HTTP/1.1\r\nHost: a\r\n\r\n", "GET http://a:1/x 1 - 0 0 0");
    row("own method", "M-SEARCH!~ / HTTP/1.1\r\nHost: a\r\n\r\n", "M-SEARCH!~ / 1 - 0 0 0");
    row("empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET / 1 - 0 0 0");
    row("IPv6 host", "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", "GET / 1 - 0 0 0");
    row("latin-1 value", "GET / HTTP/1.1\r\nHost: a\r\nX: \xe4\tb\r\n\r\n", "GET / 1 - 0 0 0");
}

void TestRequestHead::reads()
{
    QFETCH(QByteArray, head);
    QFETCH(QByteArray, facts);
    const auto describe = [](const RequestHead &h) -> QByteArray {
        return h.method.toByteArray() + ' ' + h.target.toByteArray() + ' ' + QByteArray::number(h.minorVersion) + ' '
            + (h.contentLength ? QByteArray::number(*h.contentLength) : QByteArray("-")) + (h.chunked ? " 1" : " 0")
            + (h.expectsContinue ? " 1" : " 0") + (h.closes ? " 1" : " 0");
    };
    RequestHeadParser parser;
    QCOMPARE(parser.parse(head), Outcome::Complete);
    QCOMPARE(describe(parser.head()), facts);
    QCOMPARE(parser.head().size, head.size());
    QCOMPARE(parseBytewise(parser, head), Outcome::Complete);
    QCOMPARE(describe(parser.head()), facts);
    QCOMPARE(parser.head().size, head.size());
}

void TestRequestHead::rejects_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<int>("status");
    const auto line = [](const char *name, const QByteArray &text, int status = 400) {
        QTest::newRow(name) << text + "\r\nHost: a\r\n\r\n" << status;
    };
    const auto field = [](const char *name, const QByteArray &text, int status = 400) {
        QTest::newRow(name) << "POST / HTTP/1.1\r\nHost: a\r\n" + text + "\r\n\r\n" << status;
    };
    line("words", "hello");
    line("two words", "GET /");
    line("four words", "GET / HTTP/1.1 x");
    line("two spaces", "GET  / HTTP/1.1");
    line("leading space", " GET / HTTP/1.1");
    line("no method", " / HTTP/1.1");
    line("method not a token", "G(T / HTTP/1.1");
    line("tab instead of space", "GET\t/\tHTTP/1.1");
    line("relative target", "GET x HTTP/1.1");
    line("authority target", "CONNECT a:443 HTTP/1.1");
    line("asterisk for GET", "GET * HTTP/1.1");
    line("raw UTF-8 in target", "GET /\xc3\xa4 HTTP/1.1");
    line("DEL in target", "GET /\x7f HTTP/1.1");
    line("NUL in target", QByteArray("GET /\0 HTTP/1.1", 15));
    line("no version", "GET / HTTP");
    line("small letters", "GET / http/1.1");
    line("version with two digits", "GET / HTTP/1.10");
    line("version without point", "GET / HTTP/1x1");
    line("letters for digits", "GET / HTTP/a.b");
    line("HTTP/2.0", "GET / HTTP/2.0", 505);
    line("HTTP/0.9", "GET / HTTP/0.9", 505);
    QTest::newRow("HTTP/2 preface") << QByteArray("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") << 400;
    QTest::newRow("no host") << QByteArray("GET / HTTP/1.1\r\n\r\n") << 400;
    QTest::newRow("bare LF") << QByteArray("GET / HTTP/1.1\nHost: a\n\n") << 400;
    QTest::newRow("bare LF at the end") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\n\n") << 400;
    QTest::newRow("bare LF first") << QByteArray("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n") << 400;
    QTest::newRow("bare CR in a line") << QByteArray("GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n") << 400;
    QTest::newRow("TLS hello") << QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\n", 10) << 400;
    field("two hosts", "Host: a");
    field("host with a slash", "Host2: x\r\nHost: a/b");
    field("no colon", "X");
    field("empty name", ": x");
    field("space before colon", "Content-Length : 5");
    field("folded line", "X: a\r\n b");
    field("folded with tab", "X: a\r\n\tb");
    field("name not a token", "X@Y: a");
    field("NUL in value", QByteArray("X: a\0b", 6));
    field("escape in value", "X: a\x1b");
    field("DEL in value", "X: \x7f");
    field("negative length", "Content-Length: -1");
    field("plus length", "Content-Length: +1");
    field("hexadecimal length", "Content-Length: 0x10");
    field("empty length", "Content-Length:");
    field("length list", "Content-Length: 5, 5");
    field("two equal lengths", "Content-Length: 5\r\nContent-Length: 5");
    field("length of 19 digits", "Content-Length: 1000000000000000000");
    field("length and chunked", "Content-Length: 5\r\nTransfer-Encoding: chunked");
    field("chunked and length", "Transfer-Encoding: chunked\r\nContent-Length: 5");
    field("gzip", "Transfer-Encoding: gzip");
    field("gzip and chunked", "Transfer-Encoding: gzip, chunked");
    field("chunked twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked");
    field("identity", "Transfer-Encoding: identity");
    field("chunked with vertical tab", "Transfer-Encoding: \vchunked");
    field("other expectation", "Expect: 200-ok", 417);
    field("two expectations", "Expect: 100-continue, x", 417);
    for (const char c : {' ', '\t', '/', '?', '#', '@', '\\', ','})
        QTest::addRow("host with 0x%02x", unsigned(c)) << "GET / HTTP/1.1\r\nHost: a" + QByteArray(1, c) + "b\r\n\r\n" << 400;
    QTest::newRow("host with a raw umlaut") << QByteArray("GET / HTTP/1.1\r\nHost: \xc3\xa4\r\n\r\n") << 400;
    QTest::newRow("chunked in HTTP/1.0") << QByteArray("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") << 400;
}

void TestRequestHead::rejects()
{
    QFETCH(QByteArray, head);
    QFETCH(int, status);
    RequestHeadParser parser;
    QCOMPARE(parser.parse(head), Outcome::Bad);
    QCOMPARE(parser.refusal().status, status);
    const QByteArray detail = parser.refusal().detail;
    QVERIFY(!detail.isEmpty());
    QCOMPARE(parseBytewise(parser, head), Outcome::Bad);
    QCOMPARE(parser.refusal().status, status);
    QCOMPARE(parser.refusal().detail, detail);
}

void TestRequestHead::waitsForTheRest()
{
    RequestHeadParser parser;
    const QByteArray head = "\r\nPOST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n";
    for (qsizetype size = 0; size < head.size(); ++size)
        QCOMPARE(parser.parse(QByteArrayView(head).first(size)), Outcome::NeedMore);
    QCOMPARE(parser.parse(head), Outcome::Complete);
}

void TestRequestHead::readsFields()
{
    RequestHeadParser parser;
    const QByteArray head = "GET / HTTP/1.1\r\nHost: a\r\nAccept: \t text/plain \t\r\nX-Empty:\r\nX: first\r\nx: second\r\n\r\n";
    QCOMPARE(parser.parse(head), Outcome::Complete);
    QCOMPARE(parser.head().fields.size(), std::size_t(5));
    QCOMPARE(parser.head().field("ACCEPT").toByteArray(), QByteArray("text/plain"));
    QCOMPARE(parser.head().field("X").toByteArray(), QByteArray("first"));
    QVERIFY(!parser.head().field("X-Empty").isNull());
    QVERIFY(parser.head().field("X-Empty").isEmpty());
    QVERIFY(parser.head().field("X-Missing").isNull());
}

void TestRequestHead::readsWhatARequestIsKnownBy()
{
    const auto head = [](const QByteArray &fields) { return QByteArray("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n"); };
    RequestHeadParser parser;
    QByteArray bytes = head("x-request-ID: first\r\nX-Request-ID: second\r\nTraceparent: t\r\n");
    QCOMPARE(parser.parse(bytes), Outcome::Complete);
    QCOMPARE(parser.head().requestId.toByteArray(), QByteArray("first"));
    QCOMPARE(parser.head().traceparent.toByteArray(), QByteArray("t"));
    bytes = head("traceparent: t\r\ntraceparent: t\r\ntraceparent: t\r\n");
    QCOMPARE(parser.parse(bytes), Outcome::Complete);
    QVERIFY(parser.head().requestId.isNull());
    QVERIFY(!parser.head().traceparent.isNull() && parser.head().traceparent.isEmpty());
    bytes = head({});
    QCOMPARE(parser.parse(bytes), Outcome::Complete);
    QVERIFY(parser.head().requestId.isNull() && parser.head().traceparent.isNull());
}

void TestRequestHead::acceptsHeadAtLimit()
{
    RequestHeadParser parser;
    const QByteArray head = headOfSize(kLimits.bytes);
    QCOMPARE(head.size(), kLimits.bytes);
    QCOMPARE(parser.parse(head), Outcome::Complete);
    QCOMPARE(parser.parse(QByteArray(head + "more")), Outcome::Complete);
    QCOMPARE(parser.parse(head.chopped(1)), Outcome::NeedMore);
}

void TestRequestHead::rejectsHeadAboveLimit()
{
    const QByteArray head = headOfSize(kLimits.bytes + 1);
    RequestHeadParser parser;
    QCOMPARE(parser.parse(head), Outcome::Bad);
    QCOMPARE(parser.refusal().status, 431);
    QCOMPARE(parser.parse(head.first(kLimits.bytes)), Outcome::NeedMore);
    const QByteArray endless = head.chopped(4) + "xxxx";
    QCOMPARE(parser.parse(endless), Outcome::Bad);
    QCOMPARE(parser.refusal().status, 431);
}

void TestRequestHead::rejectsRequestLineAboveLimit_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::newRow("at once") << QByteArray();
    QTest::newRow("behind an empty line") << QByteArray("\r\n");
}

void TestRequestHead::rejectsRequestLineAboveLimit()
{
    QFETCH(QByteArray, before);
    RequestHeadParser parser;
    const QByteArray line = before + "GET /" + QByteArray(kLimits.bytes, 'x');
    QCOMPARE(parser.parse(line), Outcome::Bad);
    QCOMPARE(parser.refusal().status, 414);
    QCOMPARE(parser.parse(QByteArray(line + " HTTP/1.1\r\nHost: a\r\n\r\n")), Outcome::Bad);
    QCOMPARE(parser.refusal().status, 414);
}

void TestRequestHead::acceptsHundredFields()
{
    RequestHeadParser parser;
    QCOMPARE(parser.parse(headWithFields(100)), Outcome::Complete);
    QCOMPARE(parser.head().fields.size(), kLimits.fields);
}

void TestRequestHead::rejectsFieldHundredAndOne()
{
    RequestHeadParser parser;
    QCOMPARE(parser.parse(headWithFields(101)), Outcome::Bad);
    QCOMPARE(parser.refusal().status, 431);
}

void TestRequestHead::leavesTheNextRequestAlone()
{
    RequestHeadParser parser;
    const QByteArray first = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n";
    const QByteArray both = first + "garbage\n\n";
    QCOMPARE(parser.parse(both), Outcome::Complete);
    QCOMPARE(parser.head().size, first.size());
    QCOMPARE(parser.head().target.toByteArray(), QByteArray("/1"));
}

void TestRequestHead::recognizesWebSockets_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<bool>("wanted");
    const auto row = [](const char *name, const QByteArray &line, const QByteArray &fields, bool wanted) {
        QTest::newRow(name) << line + "\r\nHost: a\r\n" + fields + "\r\n" << wanted;
    };
    row("plain", "GET /ws HTTP/1.1", "Connection: Upgrade\r\nUpgrade: websocket\r\n", true);
    row("lists and case", "GET /ws HTTP/1.1", "Connection: keep-alive, upgrade\r\nUpgrade: h2c, WebSocket\r\n", true);
    row("no Connection", "GET /ws HTTP/1.1", "Upgrade: websocket\r\n", false);
    row("no Upgrade", "GET /ws HTTP/1.1", "Connection: Upgrade\r\n", false);
    row("other protocol", "GET /ws HTTP/1.1", "Connection: Upgrade\r\nUpgrade: h2c\r\n", false);
    row("HTTP/1.0", "GET /ws HTTP/1.0", "Connection: Upgrade\r\nUpgrade: websocket\r\n", false);
    row("POST", "POST /ws HTTP/1.1", "Connection: Upgrade\r\nUpgrade: websocket\r\n", false);
}

void TestRequestHead::recognizesWebSockets()
{
    QFETCH(QByteArray, head);
    QFETCH(bool, wanted);
    RequestHeadParser parser;
    QCOMPARE(parser.parse(head), Outcome::Complete);
    QCOMPARE(parser.head().wantsWebSocket, wanted);
}

void TestRequestHead::startsAfreshAfterABadHead()
{
    RequestHeadParser parser;
    QCOMPARE(parser.parse("POST / HTTP/1.1\r\nHost: a\r\nConnection: close, upgrade\r\nUpgrade: websocket\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n"),
             Outcome::Bad);
    QCOMPARE(parser.parse("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), Outcome::Complete);
    QVERIFY(!parser.head().chunked && !parser.head().closes && !parser.head().wantsWebSocket);
    QVERIFY(!parser.head().contentLength);
    QCOMPARE(parser.head().fields.size(), std::size_t(1));
}

QTEST_APPLESS_MAIN(TestRequestHead)
#include "tst_requesthead.moc"
