// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/Reply.h"

#include <QTest>

using namespace trunkline;

/// What a client's text means, and the event it becomes.
class TestReply : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data();
    void reads();
    void refusesMalformedText_data();
    void refusesMalformedText();
    void findsNoId_data();
    void findsNoId();
    void limitsIdTo256Bytes();
    void addsTheFinalFlagOnce_data();
    void addsTheFinalFlagOnce();
    void makesOneLineOfPrettyJson();
    void forgesNoEvent_data();
    void forgesNoEvent();
    void encodesEvents();

private:
    JsonReader m_reader;
    std::optional<Reply> parse(const QByteArray &text) { return Reply::parse(m_reader, text, 0); }
};

void TestReply::reads_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<bool>("final");
    const auto row = [](const char *name, const char *text, const char *key, bool final) {
        QTest::newRow(name) << QByteArray(text) << QByteArray(key) << final;
    };
    row("top", R"({"correlation_id":"c"})", "c", false);
    row("inside data", R"({"data":{"correlation_id":"c"}})", "c", false);
    row("top wins", R"({"data":{"correlation_id":"in"},"correlation_id":"top"})", "top", false);
    row("null at the top", R"({"data":{"correlation_id":"in"},"correlation_id":null})", "in", false);
    row("empty at the top", R"({"data":{"correlation_id":"in"},"correlation_id":""})", "in", false);
    row("number", R"({"correlation_id":12})", "12", false);
    row("escaped", R"({"corr\u0065lation_id":"\u0063"})", "c", false);
    row("last one counts", R"({"correlation_id":"a","correlation_id":"b"})", "b", false);
    row("final flag", R"({"correlation_id":"c","is_final":true})", "c", true);
    row("flag false", R"({"correlation_id":"c","is_final":false})", "c", false);
    row("flag not a bool", R"({"correlation_id":"c","is_final":"true"})", "c", false);
    row("flag one", R"({"correlation_id":"c","is_final":1})", "c", false);
    row("flag inside, id at the top", R"({"correlation_id":"c","data":{"is_final":true}})", "c", false);
    row("flag and id inside", R"({"data":{"correlation_id":"c","is_final":true}})", "c", true);
    row("final_response", R"({"correlation_id":"c","type":"final_response"})", "c", true);
    row("final_response escaped", R"({"correlation_id":"c","type":"final\u005fresponse"})", "c", true);
    row("final_response inside", R"({"data":{"correlation_id":"c","type":"final_response"}})", "c", true);
    row("final_response inside, id at the top", R"({"correlation_id":"c","data":{"type":"final_response"}})", "c", false);
    row("other type", R"({"correlation_id":"c","type":"final_response2"})", "c", false);
    row("type not a string", R"({"correlation_id":"c","type":["final_response"]})", "c", false);
}

void TestReply::reads()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, key);
    QFETCH(bool, final);
    const auto reply = parse(text);
    QVERIFY(reply && reply->correlation);
    QCOMPARE(reply->correlation->key, key);
    QCOMPARE(reply->final, final);
    if (!text.contains("final_response\"") && !text.contains("final\\u005f"))
        QCOMPARE(reply->event, text);
    QVERIFY(m_reader.read(reply->event));
}

void TestReply::refusesMalformedText_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("words") << QByteArray("hello");
    QTest::newRow("comma") << QByteArray(R"({"correlation_id":"c",})");
    QTest::newRow("bad member nobody reads") << QByteArray(R"({"correlation_id":"c","x":[tru]})");
    QTest::newRow("escape") << QByteArray(R"({"correlation_id":"c","x":"\q"})");
    QTest::newRow("UTF-8") << QByteArray("{\"correlation_id\":\"c\",\"x\":\"\xff\"}");
    QTest::newRow("two texts") << QByteArray(R"({"correlation_id":"c"}{"correlation_id":"c"})");
    QTest::newRow("bare line break in a string") << QByteArray("{\"correlation_id\":\"c\",\"x\":\"a\n\ndata: forged\"}");
}

void TestReply::refusesMalformedText()
{
    QFETCH(QByteArray, text);
    QVERIFY(!parse(text));
    QVERIFY(!m_reader.error().message.isEmpty());
}

void TestReply::findsNoId_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty object") << QByteArray("{}");
    QTest::newRow("array") << QByteArray(R"(["correlation_id","c"])");
    QTest::newRow("string") << QByteArray(R"("correlation_id")");
    QTest::newRow("null") << QByteArray(R"({"correlation_id":null})");
    QTest::newRow("bool") << QByteArray(R"({"correlation_id":true})");
    QTest::newRow("object") << QByteArray(R"({"correlation_id":{"correlation_id":"c"}})");
    QTest::newRow("too deep") << QByteArray(R"({"data":{"data":{"correlation_id":"c"}}})");
    QTest::newRow("in another member") << QByteArray(R"({"meta":{"correlation_id":"c"}})");
}

void TestReply::findsNoId()
{
    QFETCH(QByteArray, text);
    const auto reply = parse(text);
    QVERIFY(reply);
    QVERIFY(!reply->correlation);
}

void TestReply::limitsIdTo256Bytes()
{
    QVERIFY(parse(R"({"correlation_id":")" + QByteArray(256, 'c') + "\"}")->correlation);
    QVERIFY(!parse(R"({"correlation_id":")" + QByteArray(257, 'c') + "\"}")->correlation);
}

void TestReply::addsTheFinalFlagOnce_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("event");
    const auto row = [](const char *name, const char *text, const char *event) {
        QTest::newRow(name) << QByteArray(text) << QByteArray(event);
    };
    row("added", R"({"correlation_id":"c","type":"final_response","n":1.50})",
        R"({"correlation_id":"c","type":"final_response","n":1.50,"is_final":true})");
    row("there already", R"({"is_final":true,"correlation_id":"c","type":"final_response"})",
        R"({"is_final":true,"correlation_id":"c","type":"final_response"})");
    row("false replaced", R"({"is_final":false,"correlation_id":"c","type":"final_response"})",
        R"({"correlation_id":"c","type":"final_response","is_final":true})");
    row("all of them replaced", R"({"is_final":true,"correlation_id":"c","type":"final_response","is\u005ffinal":null})",
        R"({"correlation_id":"c","type":"final_response","is_final":true})");
    row("inside data", R"({"data":{"type":"final_response","correlation_id":"c"}})",
        R"({"data":{"type":"final_response","correlation_id":"c"},"is_final":true})");
}

void TestReply::addsTheFinalFlagOnce()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, event);
    const auto reply = parse(text);
    QVERIFY(reply && reply->final);
    QCOMPARE(reply->event, event);
}

void TestReply::makesOneLineOfPrettyJson()
{
    const auto reply = parse("\r\n{\r\n  \"correlation_id\": \"c\",\n  \"x\": \"a\\nb\"\r}\n");
    QVERIFY(reply);
    QCOMPARE(reply->event, QByteArray("{  \"correlation_id\": \"c\",  \"x\": \"a\\nb\"}"));
}

void TestReply::forgesNoEvent_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("line feeds") << QByteArray("{\"correlation_id\":\"c\"\n\n,\"x\"\n:\n1\n\n}");
    QTest::newRow("carriage returns") << QByteArray("{\"correlation_id\":\"c\"\r\r,\"x\":1}");
    QTest::newRow("data: between tokens as text") << QByteArray("{\"correlation_id\":\"c\",\n\"data: x\":\"\\n\\ndata: y\"}");
    QTest::newRow("final") << QByteArray("{\n\"correlation_id\"\n:\"c\",\"type\":\r\n\"final_response\"\n}");
}

void TestReply::forgesNoEvent()
{
    QFETCH(QByteArray, text);
    const auto reply = parse(text);
    QVERIFY(reply);
    QVERIFY(!reply->event.contains('\n') && !reply->event.contains('\r'));
    const QByteArray event = encodeEvent(reply->event);
    QCOMPARE(event.count('\n'), 2);
    QVERIFY(event.endsWith("\n\n"));
    QVERIFY(m_reader.read(reply->event));
}

void TestReply::encodesEvents()
{
    QCOMPARE(encodeEvent(R"({"a":1})"), QByteArray("data: {\"a\":1}\n\n"));
    QCOMPARE(encodeEvent(R"({"a":1})", "17"), QByteArray("id: 17\ndata: {\"a\":1}\n\n"));
}

QTEST_APPLESS_MAIN(TestReply)
#include "tst_reply.moc"
