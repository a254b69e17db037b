// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/ParsedMessage.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

using namespace trunkline;

namespace {

CorrelationId idOf(const QByteArray &key) { return {key, encodeJsonString(key)}; }

QByteArray forwarded(const QByteArray &body, const CorrelationId &fallback = idOf("made"))
{
    const ParsedMessage parsed(body);
    if (!parsed.message)
        return "invalid";
    return OutboundMessage(*parsed, parsed->correlation.value_or(fallback)).payload().toByteArray();
}

} // namespace

/// The body of a push and what the client gets of it.
class TestMessage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAllMembers();
    void refusesBody_data();
    void refusesBody();
    void acceptsBody_data();
    void acceptsBody();
    void limitsUserIdTo256Bytes();
    void limitsCorrelationIdTo256Bytes();
    void prefersTheIdInsideData_data();
    void prefersTheIdInsideData();
    void findsTheMentionText_data();
    void findsTheMentionText();
    void forwards_data();
    void forwards();
    void setsEachMemberOnceWhateverDataHolds();
    void framesThePayload_data();
    void framesThePayload();
    void reportsEveryMistakeOfABody();
    void putsTheIndexIntoLocations();
    void stopsCollectingMistakesAt50();
    void makesUuidsOfVersionFour();
    void validatesUserIds_data();
    void validatesUserIds();
};

void TestMessage::readsAllMembers()
{
    const ParsedMessage parsed(R"({"user_id":"a\u006cice","data":{"message":"hi","timestamp":17},"event_type":"t","event_id":"e",)"
                               R"("timestamp":1700000000.50,"correlation_id":"c","other":[1]})");
    QVERIFY(parsed.message);
    QCOMPARE(parsed->user, QByteArray("alice"));
    QCOMPARE(parsed->userJson.toByteArray(), QByteArray(R"("a\u006cice")"));
    QCOMPARE(parsed->eventType.toByteArray(), QByteArray(R"("t")"));
    QCOMPARE(parsed->eventId.toByteArray(), QByteArray(R"("e")"));
    QVERIFY(parsed->timestamp.isEmpty());       // data has its own
    QCOMPARE(parsed->dataTimestamp.toByteArray(), QByteArray("17"));
    QCOMPARE(parsed->text.toByteArray(), QByteArray(R"("hi")"));
    QCOMPARE(parsed->correlation->key, QByteArray("c"));
    QVERIFY(parsed.issues.empty());
}

void TestMessage::refusesBody_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("location");
    const auto row = [](const char *name, const QByteArray &body, const QByteArray &type, const QByteArray &location) {
        QTest::newRow(name) << body << type << location;
    };
    row("array", "[]", "model_attributes_type", "");
    row("string", R"("x")", "model_attributes_type", "");
    row("null", "null", "model_attributes_type", "");
    row("no user_id", R"({"data":{}})", "missing", R"("user_id")");
    row("no data", R"({"user_id":"a"})", "missing", R"("data")");
    row("user_id number", R"({"user_id":1,"data":{}})", "string_type", R"("user_id")");
    row("user_id null", R"({"user_id":null,"data":{}})", "string_type", R"("user_id")");
    row("user_id empty", R"({"user_id":"","data":{}})", "string_too_short", R"("user_id")");
    row("user_id with line feed", R"({"user_id":"a\nb","data":{}})", "string_pattern_mismatch", R"("user_id")");
    row("user_id with NUL", R"({"user_id":"a\u0000","data":{}})", "string_pattern_mismatch", R"("user_id")");
    row("user_id with C1 control", R"({"user_id":"a\u0085","data":{}})", "string_pattern_mismatch", R"("user_id")");
    row("user_id with lone surrogate", R"({"user_id":"a\ud800","data":{}})", "string_pattern_mismatch", R"("user_id")");
    row("data array", R"({"user_id":"a","data":[]})", "dict_type", R"("data")");
    row("data string", R"({"user_id":"a","data":"x"})", "dict_type", R"("data")");
    row("data null", R"({"user_id":"a","data":null})", "dict_type", R"("data")");
    row("last data counts", R"({"user_id":"a","data":{},"data":1})", "dict_type", R"("data")");
    row("event_type number", R"({"user_id":"a","data":{},"event_type":1})", "string_type", R"("event_type")");
    row("event_id object", R"({"user_id":"a","data":{},"event_id":{}})", "string_type", R"("event_id")");
    row("timestamp string", R"({"user_id":"a","data":{},"timestamp":"1"})", "float_type", R"("timestamp")");
    row("timestamp bool", R"({"user_id":"a","data":{},"timestamp":true})", "float_type", R"("timestamp")");
    row("correlation_id object", R"({"user_id":"a","data":{},"correlation_id":{}})", "string_type", R"("correlation_id")");
    row("correlation_id in data bool", R"({"user_id":"a","data":{"correlation_id":true}})", "string_type",
        R"("data", "correlation_id")");
    row("correlation_id lone surrogate", R"({"user_id":"a","data":{"correlation_id":"\ud800"}})", "string_unicode",
        R"("data", "correlation_id")");
}

void TestMessage::refusesBody()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, location);
    const ParsedMessage parsed(body);
    QVERIFY(!parsed.malformed);
    QVERIFY(!parsed.message);
    QCOMPARE(parsed.issues.size(), std::size_t(1));
    QCOMPARE(parsed.issues.front().type, type);
    QCOMPARE(parsed.issues.front().location, location);
    const QJsonObject answer = QJsonDocument::fromJson(toJson(parsed.issues)).object();
    QVERIFY(answer.value(QStringLiteral("detail")).isArray());
}

void TestMessage::acceptsBody_data()
{
    QTest::addColumn<QByteArray>("body");
    const auto row = [](const char *name, const char *body) { QTest::newRow(name) << QByteArray(body); };
    row("least", R"({"user_id":"a","data":{}})");
    row("optional members null", R"({"user_id":"a","data":{},"event_type":null,"event_id":null,"timestamp":null,"correlation_id":null})");
    row("any script", "{\"user_id\":\"\xd0\xb6\xe4\xbd\xa0\xf0\x9f\x98\x80\",\"data\":{}}");
    row("number as correlation", R"({"user_id":"a","data":{"correlation_id":12}})");
    row("empty correlation", R"({"user_id":"a","data":{"correlation_id":""}})");
    row("unknown members", R"({"user_id":"a","data":{},"x":{"y":[]}})");
    row("last user counts", R"({"user_id":1,"data":{},"user_id":"a"})");
    row("integer timestamp", R"({"user_id":"a","data":{},"timestamp":17})");
    row("lone surrogate in data", R"({"user_id":"a","data":{"x":"\ud800"}})");
}

void TestMessage::acceptsBody()
{
    QFETCH(QByteArray, body);
    const ParsedMessage parsed(body);
    QVERIFY2(parsed.message, toJson(parsed.issues).constData());
    QVERIFY(parsed.issues.empty());
}

void TestMessage::limitsUserIdTo256Bytes()
{
    const auto body = [](const QByteArray &user) -> QByteArray { return R"({"user_id":")" + user + R"(","data":{}})"; };
    QVERIFY(ParsedMessage(body(QByteArray(256, 'u'))).message);
    const ParsedMessage tooLong(body(QByteArray(257, 'u')));
    QVERIFY(!tooLong.message);
    QCOMPARE(tooLong.issues.front().type, QByteArray("string_too_long"));
    QVERIFY(ParsedMessage(body(QByteArray("\\u00e4").repeated(128))).message);      // bytes after decoding
    QVERIFY(!ParsedMessage(body(QByteArray("\\u00e4").repeated(128) + 'x')).message);
}

void TestMessage::limitsCorrelationIdTo256Bytes()
{
    const auto body = [](const QByteArray &id) -> QByteArray { return R"({"user_id":"a","data":{"correlation_id":)" + id + "}}"; };
    QVERIFY(ParsedMessage(body(encodeJsonString(QByteArray(256, 'c')))).message);
    QVERIFY(!ParsedMessage(body(encodeJsonString(QByteArray(257, 'c')))).message);
    QVERIFY(ParsedMessage(body(QByteArray(256, '7'))).message);
    QVERIFY(!ParsedMessage(body(QByteArray(257, '7'))).message);
}

void TestMessage::prefersTheIdInsideData_data()
{
    QTest::addColumn<QByteArray>("inside");
    QTest::addColumn<QByteArray>("top");
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("json");
    const auto row = [](const char *name, const char *inside, const char *top, const char *key, const char *json) {
        QTest::newRow(name) << QByteArray(inside) << QByteArray(top) << QByteArray(key) << QByteArray(json);
    };
    row("inside wins", R"("in")", R"("top")", "in", R"("in")");
    row("top alone", "", R"("top")", "top", R"("top")");
    row("inside null", "null", R"("top")", "top", R"("top")");
    row("inside empty", R"("")", R"("top")", "top", R"("top")");
    row("inside number", "12.0", R"("top")", "12.0", "12.0");
    row("escapes decoded for comparing", R"("\u0041\n")", "", "A\n", R"("\u0041\n")");
    row("none", "", "", "", "");
    row("both null", "null", "null", "", "");
}

void TestMessage::prefersTheIdInsideData()
{
    QFETCH(QByteArray, inside);
    QFETCH(QByteArray, top);
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, json);
    QByteArray body = R"({"user_id":"a","data":{)";
    if (!inside.isEmpty())
        body += R"("correlation_id":)" + inside;
    body += '}';
    if (!top.isEmpty())
        body += R"(,"correlation_id":)" + top;
    const ParsedMessage parsed(body + '}');
    QVERIFY(parsed.message);
    QCOMPARE(parsed->correlation.has_value(), !key.isEmpty());
    if (parsed->correlation) {
        QCOMPARE(parsed->correlation->key, key);
        QCOMPARE(parsed->correlation->json, json);
    }
}

void TestMessage::findsTheMentionText_data()
{
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char *name, const char *data, const char *text) {
        QTest::newRow(name) << QByteArray(data) << QByteArray(text);
    };
    row("message", R"({"text":"b","message":"a"})", R"("a")");
    row("text", R"({"body":"e","content":"d","data":"c","text":"b"})", R"("b")");
    row("data", R"({"body":"e","content":"d","data":"c"})", R"("c")");
    row("content", R"({"body":"e","content":"d"})", R"("d")");
    row("body", R"({"body":"e"})", R"("e")");
    row("first that is a string", R"({"message":1,"text":null,"data":{"message":"no"},"content":"d"})", R"("d")");
    row("empty string counts", R"({"message":"","text":"b"})", R"("")");
    row("none", R"({"message":["a"]})", "");
    row("last duplicate counts", R"({"message":"a","message":"b"})", R"("b")");
}

void TestMessage::findsTheMentionText()
{
    QFETCH(QByteArray, data);
    QFETCH(QByteArray, text);
    const ParsedMessage parsed(R"({"user_id":"a","data":)" + data + "}");
    QVERIFY(parsed.message);
    QCOMPARE(parsed->text.toByteArray(), text);
}

void TestMessage::forwards_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("payload");
    const auto row = [](const char *name, const char *body, const char *payload) {
        QTest::newRow(name) << QByteArray(body) << QByteArray(payload);
    };
    row("empty data", R"({"user_id":"a","data":{}})",
        R"({"user_id":"a","original_sender":{"user_id":"a","timestamp":null},"correlation_id":"made"})");
    row("members untouched", R"({"user_id":"a","data":{"z":12345678901234567890123456789012,"a":1.10,"e":"\u00E4\/","z2":{"k": [ 1 ]}}})",
        R"({"z":12345678901234567890123456789012,"a":1.10,"e":"\u00E4\/","z2":{"k": [ 1 ]},)"
        R"("user_id":"a","original_sender":{"user_id":"a","timestamp":null},"correlation_id":"made"})");
    row("id kept", R"({"user_id":"a","data":{"correlation_id":"mine","m":1}})",
        R"({"m":1,"user_id":"a","original_sender":{"user_id":"a","timestamp":null},"correlation_id":"mine"})");
    row("number id stays a number", R"({"user_id":"a","data":{"correlation_id":5}})",
        R"({"user_id":"a","original_sender":{"user_id":"a","timestamp":null},"correlation_id":5})");
    row("sender's members replaced", R"({"user_id":"a","data":{"user_id":"evil","m":1,"original_sender":7,"n":2,"correlation_id":"x"}})",
        R"({"m":1,"n":2,"user_id":"a","original_sender":{"user_id":"a","timestamp":null},"correlation_id":"x"})");
    row("timestamp of data", R"({"user_id":"a","data":{"timestamp":"2024"},"timestamp":5})",
        R"({"timestamp":"2024","user_id":"a","original_sender":{"user_id":"a","timestamp":"2024"},"correlation_id":"made"})");
    row("null timestamp of data", R"({"user_id":"a","data":{"timestamp":null},"timestamp":5})",
        R"({"timestamp":null,"user_id":"a","original_sender":{"user_id":"a","timestamp":null},"correlation_id":"made"})");
    row("timestamp of the message", R"({"user_id":"a","data":{},"timestamp":5.50})",
        R"({"user_id":"a","original_sender":{"user_id":"a","timestamp":null},"correlation_id":"made","timestamp":5.50})");
    row("event members", R"({"user_id":"a","data":{},"event_type":"t","event_id":"e"})",
        R"({"user_id":"a","original_sender":{"user_id":"a","timestamp":null},"correlation_id":"made","event_type":"t","event_id":"e"})");
    row("data's event members win", R"({"user_id":"a","data":{"event_type":1,"event_id":null},"event_type":"t","event_id":"e"})",
        R"({"event_type":1,"event_id":null,"user_id":"a","original_sender":{"user_id":"a","timestamp":null},"correlation_id":"made"})");
    row("NUL and emoji", "{\"user_id\":\"\xf0\x9f\x98\x80\",\"data\":{\"n\":\"\\u0000\"}}",
        "{\"n\":\"\\u0000\",\"user_id\":\"\xf0\x9f\x98\x80\",\"original_sender\":{\"user_id\":\"\xf0\x9f\x98\x80\",\"timestamp\":null},\"correlation_id\":\"made\"}");
    row("white space stays between members", "{\"user_id\":\"a\",\"data\": { \"a\" : 1 ,\n \"b\": 2 } }",
        "{\"a\" : 1 ,\n \"b\": 2,\"user_id\":\"a\",\"original_sender\":{\"user_id\":\"a\",\"timestamp\":null},\"correlation_id\":\"made\"}");
}

void TestMessage::forwards()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, payload);
    QCOMPARE(forwarded(body), payload);
    JsonReader reader;
    QVERIFY2(reader.read(payload), reader.error().message.constData());
}

void TestMessage::setsEachMemberOnceWhateverDataHolds()
{
    const QByteArray payload = forwarded(R"({"user_id":"a","data":{"\u0075ser_id":"evil","user_id":2,"x":0,)"
                                         R"("correlation_id":"old","c\u006frrelation_id":"new","\u006friginal_sender":{},"original_sender":1,"o":0}})");
    JsonReader reader;
    const auto *object = reader.read(payload);
    QVERIFY(object);
    QCOMPARE(object->members.size(), std::size_t(5));
    for (const char *name : {"user_id", "original_sender", "correlation_id", "x", "o"})
        QCOMPARE(std::count_if(object->members.begin(), object->members.end(), [&](const JsonMember &m) { return m.is(name); }), 1);
    QCOMPARE(object->find("correlation_id")->value.raw.toByteArray(), QByteArray(R"("new")"));
    QCOMPARE(object->find("user_id")->value.raw.toByteArray(), QByteArray(R"("a")"));
}

void TestMessage::framesThePayload_data()
{
    QTest::addColumn<int>("payloadBytes");
    QTest::addColumn<int>("headerBytes");
    QTest::newRow("125") << 125 << 2;
    QTest::newRow("126") << 126 << 4;
    QTest::newRow("65535") << 65535 << 4;
    QTest::newRow("65536") << 65536 << 10;
}

void TestMessage::framesThePayload()
{
    QFETCH(int, payloadBytes);
    QFETCH(int, headerBytes);
    const qsizetype rest = forwarded(R"({"user_id":"a","data":{"f":""}})").size();
    const ParsedMessage parsed(R"({"user_id":"a","data":{"f":")" + QByteArray(payloadBytes - rest, 'x') + "\"}}");
    const OutboundMessage message(*parsed, idOf("made"));
    QCOMPARE(message.payload().size(), payloadBytes);
    QCOMPARE(message.payloadOffset(), headerBytes);
    QCOMPARE(message.frame().size(), payloadBytes + headerBytes);
    QCOMPARE(uchar(message.frame()[0]), uchar(0x81));       // RFC 6455 §5.2: final, text
    QVERIFY(!(uchar(message.frame()[1]) & 0x80));           // a server does not mask
}

void TestMessage::reportsEveryMistakeOfABody()
{
    const ParsedMessage parsed(R"({"event_type":1,"timestamp":"x"})");
    QCOMPARE(toJson(parsed.issues),
             QByteArray(R"({"detail": [{"type": "missing", "loc": ["body", "user_id"], "msg": "Field required"}, )"
                        R"({"type": "missing", "loc": ["body", "data"], "msg": "Field required"}, )"
                        R"({"type": "string_type", "loc": ["body", "event_type"], "msg": "Input should be a valid string"}, )"
                        R"({"type": "float_type", "loc": ["body", "timestamp"], "msg": "Input should be a valid number"}]})"));
}

void TestMessage::putsTheIndexIntoLocations()
{
    const ParsedMessage noUser(R"({"data":{}})", "3, ");
    QCOMPARE(noUser.issues.front().location, QByteArray(R"(3, "user_id")"));
    const ParsedMessage noObject("7", "3, ");
    QCOMPARE(noObject.issues.front().location, QByteArray("3"));
    QVERIFY(toJson(noObject.issues).contains(R"("loc": ["body", 3])"));
    QVERIFY(toJson({{"json_invalid", "", "x"}}).contains(R"("loc": ["body"])"));
}

void TestMessage::stopsCollectingMistakesAt50()
{
    JsonReader reader;
    BodyIssues issues;
    for (int i = 0; i < 60; ++i)
        QVERIFY(!Message::fromJson(*reader.read("{}"), QByteArray::number(i) + ", ", issues));
    QCOMPARE(issues.size(), kMaxBodyIssues);
}

void TestMessage::makesUuidsOfVersionFour()
{
    static const QRegularExpression uuid(QStringLiteral("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"));
    const CorrelationId id = makeCorrelationId();
    QVERIFY(uuid.match(QString::fromLatin1(id.key)).hasMatch());
    QCOMPARE(id.json, '"' + id.key + '"');
    QVERIFY(!(id == makeCorrelationId()));
}

void TestMessage::validatesUserIds_data()
{
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<bool>("valid");
    QTest::newRow("one byte") << QByteArray("a") << true;
    QTest::newRow("space") << QByteArray(" ") << true;
    QTest::newRow("256 bytes") << QByteArray(256, 'a') << true;
    QTest::newRow("257 bytes") << QByteArray(257, 'a') << false;
    QTest::newRow("empty") << QByteArray() << false;
    QTest::newRow("NUL") << QByteArray(1, '\0') << false;
    QTest::newRow("unit separator") << QByteArray("\x1f") << false;
    QTest::newRow("DEL") << QByteArray("\x7f") << false;
    QTest::newRow("first C1") << QByteArray("\xc2\x80") << false;
    QTest::newRow("last C1") << QByteArray("\xc2\x9f") << false;
    QTest::newRow("no-break space") << QByteArray("\xc2\xa0") << true;
    QTest::newRow("emoji") << QByteArray("\xf0\x9f\x98\x80") << true;
    QTest::newRow("invalid UTF-8") << QByteArray("a\xff") << false;
    QTest::newRow("cut UTF-8") << QByteArray("a\xc2") << false;
}

void TestMessage::validatesUserIds()
{
    QFETCH(QByteArray, user);
    QFETCH(bool, valid);
    QCOMPARE(isValidUserId(user), valid);
}

QTEST_APPLESS_MAIN(TestMessage)
#include "tst_message.moc"
