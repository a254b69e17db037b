// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/HttpMessage.h"
#include "hub/core/RequestTrace.h"

#include <QTest>

using namespace trunkline;

/// Targets, queries, fields and the bytes of an answer.
class TestHttpMessage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void splitsTargets_data();
    void splitsTargets();
    void refusesTargets_data();
    void refusesTargets();
    void readsQueries_data();
    void readsQueries();
    void findsListTokens_data();
    void findsListTokens();
    void findsFieldsInAnyCase();
    void encodesAnAnswer();
    void leavesTheBodyOfHeadOut();
    void announcesTheConnectionsFate();
    void namesTheRequest();
    void encodesTheHeadOfAStream();
    void encodesErrorsAsJson();
    void namesEveryStatusOfTheContract();
};

void TestHttpMessage::splitsTargets_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("query");
    const auto row = [](const char *name, const char *target, const char *path, const char *query) {
        QTest::newRow(name) << QByteArray(target) << QByteArray(path) << QByteArray(query);
    };
    row("path", "/sse/push", "/sse/push", "");
    row("query", "/ws?user_id=a&b=c", "/ws", "user_id=a&b=c");
    row("empty query", "/ws?", "/ws", "");
    row("question mark in the query", "/ws?a=?b", "/ws", "a=?b");
    row("escapes", "/%77s%2f%C3%a4", "/ws/\xc3\xa4", "");
    row("escape at the end", "/%41", "/A", "");
    row("plus stays in a path", "/a+b", "/a+b", "");
    row("escapes stay in the query", "/a?b=%41", "/a", "b=%41");
    row("absolute", "http://host:1/x?y", "/x", "y");
    row("absolute https", "https://host/x", "/x", "");
    row("absolute without path", "http://host", "/", "");
    row("absolute without path but a query", "http://host?u=/ws", "/", "u=/ws");
    row("asterisk", "*", "*", "");
}

void TestHttpMessage::splitsTargets()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, query);
    QByteArray outPath;
    QByteArrayView outQuery;
    QVERIFY(splitTarget(target, outPath, outQuery));
    QCOMPARE(outPath, path);
    QCOMPARE(outQuery.toByteArray(), query);
}

void TestHttpMessage::refusesTargets_data()
{
    QTest::addColumn<QByteArray>("target");
    for (const char *target : {"/%", "/%4", "/%4g", "/%g4", "/%%41", "/a%00b"})
        QTest::newRow(target) << QByteArray(target);
}

void TestHttpMessage::refusesTargets()
{
    QFETCH(QByteArray, target);
    QByteArray path;
    QByteArrayView query;
    QVERIFY(!splitTarget(target, path, query));
}

void TestHttpMessage::readsQueries_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("null");
    QTest::addColumn<bool>("ok");
    const auto row = [](const char *name, const char *query, const char *value, bool null = false, bool ok = true) {
        QTest::newRow(name) << QByteArray(query) << QByteArray(value) << null << ok;
    };
    row("alone", "user_id=alice", "alice");
    row("among others", "a=b&user_id=alice&c", "alice");
    row("plus is a space", "user_id=a+b%2Bc", "a b+c");
    row("percent", "user_id=%E4%BD%A0%f0%9f%98%80", "\xe4\xbd\xa0\xf0\x9f\x98\x80");
    row("escaped name", "user%5Fid=alice", "alice");
    row("equals in the value", "user_id=a=b", "a=b");
    row("empty value", "user_id=", "");
    row("no equals sign", "user_id", "");
    row("missing", "user=alice", "", true);
    row("empty query", "", "", true);
    row("prefix of the name", "user_id2=x&user=y", "", true);
    row("broken escape", "user_id=%4", "", true, false);
    row("broken escape elsewhere", "%zz=1&x=%&user_id=a", "a");
    // As Starlette's query parameters do.
    row("last of two", "user_id=a&user_id=b", "b");
    row("last of two is fine", "user_id=%4&user_id=b", "b");
    row("last of two is broken", "user_id=b&user_id=%4", "", true, false);
}

void TestHttpMessage::readsQueries()
{
    QFETCH(QByteArray, query);
    QFETCH(QByteArray, value);
    QFETCH(bool, null);
    QFETCH(bool, ok);
    bool fine = !ok;
    const QByteArray found = queryValue(query, "user_id", &fine);
    QCOMPARE(found, value);
    QCOMPARE(found.isNull(), null);
    QCOMPARE(fine, ok);
    QCOMPARE(queryValue(query, "user_id"), value);
}

void TestHttpMessage::findsListTokens_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("found");
    QTest::newRow("alone") << QByteArray("close") << true;
    QTest::newRow("case") << QByteArray("CLOSE") << true;
    QTest::newRow("last") << QByteArray("keep-alive, \t close ") << true;
    QTest::newRow("empty elements") << QByteArray(", ,close,,") << true;
    QTest::newRow("part of a word") << QByteArray("closed, not-close") << false;
    QTest::newRow("empty") << QByteArray("") << false;
}

void TestHttpMessage::findsListTokens()
{
    QFETCH(QByteArray, value);
    QFETCH(bool, found);
    QCOMPARE(listHasToken(value, "close"), found);
}

void TestHttpMessage::findsFieldsInAnyCase()
{
    const HeaderFields fields{{"Host", "a"}, {"X-Empty", {}}, {"host", "b"}};
    QCOMPARE(findField(fields, "HOST").toByteArray(), QByteArray("a"));
    QVERIFY(!findField(fields, "x-empty").isNull());
    QVERIFY(findField(fields, "y").isNull());
    QVERIFY(equalsIgnoringCase("aZ-1", "Az-1"));
    QVERIFY(!equalsIgnoringCase("a", "ab"));
    QVERIFY(!equalsIgnoringCase("@", "`"));         // differ in the bit that tells A from a
    const HttpRequest request{.method = "GET", .path = "/", .query = {}, .fields = &fields, .body = {}, .bodyPadding = 0, .remote = {}};
    QCOMPARE(request.field("host").toByteArray(), QByteArray("a"));
}

void TestHttpMessage::encodesAnAnswer()
{
    HttpResponse response = HttpResponse::json("{}");
    response.extraFields = "Allow: POST\r\n";
    QCOMPARE(encodeResponse(response, {.corsFields = "Vary: Origin\r\n"}),
             QByteArray("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nAllow: POST\r\nVary: Origin\r\n\r\n{}"));
}

void TestHttpMessage::leavesTheBodyOfHeadOut()
{
    QCOMPARE(encodeResponse(HttpResponse::json("{}"), {.headOnly = true}),
             QByteArray("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n"));
}

void TestHttpMessage::announcesTheConnectionsFate()
{
    const HttpResponse response = HttpResponse::json("{}");
    QVERIFY(encodeResponse(response, {.close = true}).contains("\r\nConnection: close\r\n"));
    QVERIFY(encodeResponse(response, {.announceKeepAlive = true}).contains("\r\nConnection: keep-alive\r\n"));
    QCOMPARE(encodeResponse(response, {.close = true, .announceKeepAlive = true}).count("Connection:"), 1);
    QVERIFY(!encodeResponse(response, {}).contains("Connection"));
}

void TestHttpMessage::namesTheRequest()
{
    const HttpResponse response = HttpResponse::json("{}");
    QVERIFY(encodeResponse(response, {.requestId = "mine"}).startsWith("HTTP/1.1 200 OK\r\nX-Request-ID: mine\r\nContent-Type"));
    QVERIFY(encodeStreamHead(true, {.requestId = "mine"}).startsWith("HTTP/1.1 200 OK\r\nX-Request-ID: mine\r\nContent-Type"));
    QVERIFY(!encodeResponse(response, {}).contains("X-Request-ID"));
    QByteArray bytes = prebuild(response);
    bytes.replace(kPrebuiltIdOffset, kMadeRequestIdBytes, "0123456789abcdef");
    QCOMPARE(bytes, encodeResponse(response, {.requestId = "0123456789abcdef"}));
}

void TestHttpMessage::encodesTheHeadOfAStream()
{
    const QByteArray head = encodeStreamHead(true, {.corsFields = "Vary: Origin\r\n"});
    QCOMPARE(head, QByteArray("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
                              "X-Accel-Buffering: no\r\nTransfer-Encoding: chunked\r\nVary: Origin\r\n\r\n"));
    QVERIFY(!encodeStreamHead(false, {.close = true}).contains("Transfer-Encoding"));
    QVERIFY(encodeStreamHead(false, {.close = true}).contains("Connection: close\r\n"));
}

void TestHttpMessage::encodesErrorsAsJson()
{
    const HttpResponse error = HttpResponse::error(405, "a \"b\"\r\n", "Allow: GET\r\n");
    QCOMPARE(error.status, 405);
    const QByteArray wanted = R"({"detail": "a \"b\"\u000d\u000a"})";
    QCOMPARE(error.body, wanted);
    QCOMPARE(error.contentType, QByteArray("application/json"));
    QCOMPARE(error.extraFields, QByteArray("Allow: GET\r\n"));
    QCOMPARE(HttpResponse::error(HttpRefusal{421, "x"}).status, 421);
}

void TestHttpMessage::namesEveryStatusOfTheContract()
{
    for (const int status : {200, 400, 401, 403, 404, 405, 408, 409, 413, 414, 415, 417, 421, 422, 426, 429, 431, 500, 503, 505})
        QVERIFY2(reasonPhrase(status) != QByteArrayView("Unknown"), QByteArray::number(status).constData());
    QCOMPARE(reasonPhrase(404).toByteArray(), QByteArray("Not Found"));
    QCOMPARE(reasonPhrase(299).toByteArray(), QByteArray("Unknown"));
}

QTEST_APPLESS_MAIN(TestHttpMessage)
#include "tst_httpmessage.moc"
