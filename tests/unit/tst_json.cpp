// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/Json.h"
#include "hub/core/JsonTokens.h"

#include <QTest>

using namespace trunkline;

/// The strict reader: what is JSON, what is not and where, and the bytes it points at.
class TestJson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void acceptsText_data();
    void acceptsText();
    void rejectsText_data();
    void rejectsText();
    void rejectsEveryProperPrefix_data();
    void rejectsEveryProperPrefix();
    void acceptsNestingAtTheLimit_data();
    void acceptsNestingAtTheLimit();
    void rejectsNestingOnePastTheLimit_data();
    void rejectsNestingOnePastTheLimit();
    void pointsAtMembersAsTheyStand();
    void takesTheLastOfTwoMembers();
    void forgetsDataThatALaterDataReplaces();
    void comparesNamesDecoded();
    void readsEachElementInOrder();
    void readEachReportsAMistakeBehindGoodElements_data();
    void readEachReportsAMistakeBehindGoodElements();
    void readEachTakesOneObjectForARoot();
    void readsALargeTextAndASmallOneAfterIt();
    void decodesStrings_data();
    void decodesStrings();
    void encodesStringsThatDecodeAgain();

private:
    /// The text with bytes behind it that would change the outcome if they were read.
    static QByteArray withTail(const QByteArray &text, char tail = '1') { return text + QByteArray(qsizetype(kJsonPadding), tail); }
};

void TestJson::acceptsText_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("type");
    const auto row = [](const char *name, const QByteArray &text, JsonType type) {
        QTest::newRow(name) << text << int(type);
    };
    row("empty object", "{}", JsonType::Object);
    row("empty array", "[]", JsonType::Array);
    row("white space around", " \t\r\n{ } \r\n", JsonType::Object);
    row("white space between", "{ \"a\" :\n[ 1 ,\t2 ] , \"b\" : { } }", JsonType::Object);
    row("30 digits", R"({"n":123456789012345678901234567890})", JsonType::Object);
    row("4000 digits", "[" + QByteArray(4000, '9') + "]", JsonType::Array);
    row("huge exponent", "[1e999999, -1E+0, 0.1e-9]", JsonType::Array);
    row("minus zero", "[-0, -0.0]", JsonType::Array);
    row("all escapes", R"(["\"\\\/\b\f\n\r\t\u0000\uD83D\uDE00"])", JsonType::Array);
    row("lone surrogates", R"(["\ud800", "\udc00", "\udc00\ud800", "\uD800x"])", JsonType::Array);
    row("unicode", "{\"\xc3\xa4\":\"\xf0\x9f\x98\x80 \xe2\x82\xac\"}", JsonType::Object);
    row("last code point", "[\"\xf4\x8f\xbf\xbf\"]", JsonType::Array);
    row("DEL in a string", "[\"\x7f\"]", JsonType::Array);
    row("line separators", "[\"\xe2\x80\xa8\xe2\x80\xa9\"]", JsonType::Array);
    row("duplicates", R"({"a":1,"a":2})", JsonType::Object);
    row("empty name", R"({"":1})", JsonType::Object);
    row("brackets in a string", R"(["]}[{,:"])", JsonType::Array);
    row("backslashes before a quote", R"(["\\","\\\"","\\\\"])", JsonType::Array);
    row("string root", R"("a")", JsonType::String);
    row("escaped quote in a string root", R"("a\"b\\")", JsonType::String);
    row("number root", " -12.5e3 ", JsonType::Number);
    row("true root", "true", JsonType::Bool);
    row("false root", "false", JsonType::Bool);
    row("null root", "null", JsonType::Null);
}

void TestJson::acceptsText()
{
    QFETCH(QByteArray, text);
    QFETCH(int, type);
    JsonReader reader;
    const auto *copied = reader.read(text);
    QVERIFY2(copied, reader.error().message.constData());
    QCOMPARE(int(copied->type), type);
    QCOMPARE(copied->raw.toByteArray(), trimJson(text).toByteArray());

    const QByteArray padded = withTail(text);
    const auto *inPlace = reader.read(QByteArrayView(padded).first(text.size()), kJsonPadding);
    QVERIFY2(inPlace, reader.error().message.constData());
    QCOMPARE(int(inPlace->type), type);
    QCOMPARE(inPlace->raw.toByteArray(), trimJson(text).toByteArray());

    const QByteArray nested = R"({"skipped":[)" + text + R"(],"x":)" + text + "}";
    QVERIFY2(reader.read(nested), reader.error().message.constData());
}

void TestJson::rejectsText_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("offset");
    const auto row = [](const char *name, const QByteArray &text, int offset) { QTest::newRow(name) << text << offset; };
    row("empty", "", 0);
    row("white space only", " \n", 2);
    row("comma before ]", "[1,]", 3);
    row("comma before }", R"({"a":1,})", 7);
    row("leading comma", "[,1]", 1);
    row("two commas", "[1,,2]", 3);
    row("no comma", "[1 2]", 3);
    row("tru", R"({"a":tru})", 5);
    row("truex", "[truex]", 1);
    row("True", "[True]", 1);
    row("NaN", "[NaN]", 1);
    row("Infinity", "[-Infinity]", 2);
    row("leading zero", "[01]", 1);
    row("leading zero behind minus", "[-01]", 2);
    row("plus", "[+1]", 1);
    row("point first", "[.5]", 1);
    row("point last", "[1.]", 3);
    row("exponent without digits", "[1e]", 3);
    row("signed exponent without digits", "[1e+]", 4);
    row("hexadecimal", "[0x10]", 2);
    row("lone minus", "[-]", 2);
    row("digits and letters", "[12a]", 3);
    row("bad escape", R"(["\q"])", 2);
    row("short unicode escape", R"(["\u12"])", 2);
    row("unicode escape without hex", R"(["\u00g0"])", 2);
    row("bad escape in a name", R"({"\x":1})", 2);
    row("bad escape in a skipped member", R"({"a":{"b":["\q"]}})", 12);
    row("bare line feed in a string", "[\"a\nb\"]", 3);
    row("bare NUL in a string", QByteArray("[\"a\0\"]", 6), 3);
    row("NUL between tokens", QByteArray("[1\0]", 4), -1);
    row("invalid UTF-8", "[\"\xff\"]", 2);
    row("overlong UTF-8", "[\"\xc0\x80\"]", 2);
    row("UTF-8 surrogate", "[\"\xed\xa0\x80\"]", 2);
    row("above U+10FFFF", "[\"\xf4\x90\x80\x80\"]", 2);
    row("five bytes", "[\"\xf8\x88\x80\x80\x80\"]", 2);
    row("cut UTF-8 of two", "[\"\xc3\"]", 2);
    row("cut UTF-8 of three", "[\"\xe2\x82\"]", 2);
    row("cut UTF-8 of four", "[\"\xf0\x9f\x98\"]", 2);
    row("byte order mark", "\xef\xbb\xbf{}", 0);
    row("open string", R"(["a])", 4);
    row("open array", "[1", 2);
    row("open object", R"({"a":1)", 6);
    row("name without a colon", R"({"a\x")", 6);
    row("three open arrays", "[[[1", 4);
    row("three open objects", R"({"a":{"a":{"a":1)", 16);
    row("wrong bracket", "[1}", -1);
    row("bracket crossing", R"({"a":[1})", -1);
    row("no colon", R"({"a" 1})", -1);
    row("no value", R"({"a":})", 5);
    row("no name", R"({:1})", -1);
    row("number as name", "{1:2}", -1);
    row("unquoted name", "{a:1}", -1);
    row("single quotes", "['a']", 1);
    row("comment", "[1/**/]", -1);
    row("text behind", "{} x", 3);
    row("object behind", "{}{}", 2);
    row("bracket behind", "[1]]", 3);
    row("brace behind", R"({"a":1}})", 7);
    row("text behind a scalar", "1 2", 1);
    row("string behind a string", R"("a" "b")", 4);
    row("quote in a string root", R"("a"b")", -1);
    row("string glued to a literal", R"([true"a"])", 1);
    row("string glued to a string", R"(["a""b"])", 4);
    row("value behind a string value", R"({"a":"b":"c"})", 8);
    row("value behind a string value, braces balanced otherwise", R"({"a":{"b":"c":1},"d":2}})", 13);
    row("colon behind a string in an array", R"([["b":1],2]])", 5);
    row("string value as a name", R"({"a":"b":{}})", 8);
    row("vertical tab", "[\v1]", 1);
    row("no-break space", "[\xc2\xa0" "1]", 1);
    row("bad scalar root", "nul", 0);
    row("open string root", R"("abc)", 4);
    row("escaped end of a string root", R"("\")", 3);
}

void TestJson::rejectsText()
{
    QFETCH(QByteArray, text);
    QFETCH(int, offset);
    JsonReader reader;
    QVERIFY(!reader.read(text));
    QVERIFY(!reader.error().message.isEmpty());
    QVERIFY2(reader.error().offset >= 0 && reader.error().offset <= text.size(),
             QByteArray::number(reader.error().offset).constData());
    if (offset >= 0)
        QCOMPARE(reader.error().offset, offset);
    const JsonError first = reader.error();
    for (const char tail : {'1', '}', ']', '"', ',', ':'}) {
        const QByteArray padded = withTail(text, tail);
        QVERIFY(!reader.read(QByteArrayView(padded).first(text.size()), kJsonPadding));
        QCOMPARE(reader.error().offset, first.offset);
        QCOMPARE(reader.error().message, first.message);
    }
    QVERIFY(!reader.readEach(text, 0, [](qsizetype, const JsonReader::Object &) { }));
    QVERIFY(!reader.error().message.isEmpty());
    QVERIFY(reader.read("{}"));
    QVERIFY(reader.error().message.isEmpty());
}

void TestJson::rejectsEveryProperPrefix_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("object") << QByteArray(R"({"user_id":"a","data":{"n":[1,-2.5e3,true,null,"x\u00e4"],"o":{}}})");
    QTest::newRow("array") << QByteArray(R"([{"a":"\\"},[[]],false,"]"])");
    QTest::newRow("string") << QByteArray(R"("a\"b\\")");
}

void TestJson::rejectsEveryProperPrefix()
{
    QFETCH(QByteArray, text);
    JsonReader reader;
    for (qsizetype size = 0; size < text.size(); ++size) {
        QVERIFY2(!reader.read(text.first(size)), text.first(size).constData());
        QVERIFY2(!reader.read(QByteArrayView(text).first(size)), text.first(size).constData());
        QVERIFY(reader.error().offset <= size);
    }
    QVERIFY(reader.read(text));
}

void TestJson::acceptsNestingAtTheLimit_data()
{
    QTest::addColumn<QByteArray>("open");
    QTest::addColumn<QByteArray>("close");
    QTest::newRow("arrays") << QByteArray("[") << QByteArray("]");
    QTest::newRow("objects") << QByteArray(R"({"a":)") << QByteArray("}");
}

void TestJson::acceptsNestingAtTheLimit()
{
    QFETCH(QByteArray, open);
    QFETCH(QByteArray, close);
    JsonReader reader;
    const QByteArray text = open.repeated(kMaxJsonDepth - 1) + "[]" + close.repeated(kMaxJsonDepth - 1);
    QVERIFY2(reader.read(text), reader.error().message.constData());
}

void TestJson::rejectsNestingOnePastTheLimit_data() { acceptsNestingAtTheLimit_data(); }

void TestJson::rejectsNestingOnePastTheLimit()
{
    QFETCH(QByteArray, open);
    QFETCH(QByteArray, close);
    JsonReader reader;
    const QByteArray text = open.repeated(kMaxJsonDepth) + "[]" + close.repeated(kMaxJsonDepth);
    QVERIFY(!reader.read(text));
    QCOMPARE(reader.error().message, QByteArray("JSON is nested too deeply (MAX_JSON_DEPTH)"));
    QVERIFY(!reader.read(open.repeated(100'000)));
    const QByteArray inArray = "[" + text + "]";
    QVERIFY(!reader.readEach(inArray, 0, [](qsizetype, const JsonReader::Object &) { }));
}

void TestJson::pointsAtMembersAsTheyStand()
{
    const QByteArray text = " { \"a\" : 1.50 , \"o\":{ \"x\" : [ ] } ,\"data\": {\"k\\u0041\":\"v\\n\", \"b\": true\n} } ";
    JsonReader reader;
    const auto *object = reader.read(text);
    QVERIFY(object);
    QCOMPARE(object->members.size(), std::size_t(3));
    QCOMPARE(object->find("a")->value.raw.toByteArray(), QByteArray("1.50"));
    QCOMPARE(object->find("a")->value.type, JsonType::Number);
    QCOMPARE(object->find("o")->value.raw.toByteArray(), QByteArray("{ \"x\" : [ ] }"));
    QCOMPARE(object->find("missing"), nullptr);
    QCOMPARE(object->data.size(), std::size_t(2));
    const JsonMember &escaped = object->data.front();
    QVERIFY(escaped.nameIsEscaped);
    QCOMPARE(escaped.name.toByteArray(), QByteArray("k\\u0041"));
    QCOMPARE(QByteArray(escaped.begin, escaped.end() - escaped.begin), QByteArray("\"k\\u0041\":\"v\\n\""));
    QCOMPARE(object->findInData("b")->value.raw.toByteArray(), QByteArray("true"));
    QCOMPARE(object->findInData("a"), nullptr);
}

void TestJson::takesTheLastOfTwoMembers()
{
    JsonReader reader;
    const auto *object = reader.read(R"({"a":1,"\u0061":2,"b":0})");
    QVERIFY(object);
    QCOMPARE(object->members.size(), std::size_t(3));
    QCOMPARE(object->find("a")->value.raw.toByteArray(), QByteArray("2"));
}

void TestJson::forgetsDataThatALaterDataReplaces()
{
    JsonReader reader;
    const auto *object = reader.read(R"({"data":{"a":1},"data":{"b":{"data":{"c":3}}}})");
    QVERIFY(object);
    QCOMPARE(object->findInData("a"), nullptr);
    QCOMPARE(object->findInData("c"), nullptr);
    QVERIFY(object->findInData("b"));
    const QByteArray replacedByNumber = R"({"data":{"a":1},"d\u0061ta":7})";
    QVERIFY(reader.read(replacedByNumber)->data.empty());
    const QByteArray again = R"({"data":{"a":1}})";
    QVERIFY(reader.read(again)->findInData("a"));
    QVERIFY(reader.read("{}")->data.empty());
}

void TestJson::comparesNamesDecoded()
{
    JsonReader reader;
    const auto *object = reader.read(R"({"\u0064ata":{"corr\u0065lation_id":"x"},"us\/er":1})");
    QVERIFY(object);
    QVERIFY(object->findInData("correlation_id"));
    QVERIFY(object->find("us/er"));
    QVERIFY(!object->find("us\\/er"));
}

void TestJson::readsEachElementInOrder()
{
    const QByteArray text = R"( [ {"user_id":"a","data":{"n":1}} , 7, [ ] ,{"user_id":"b"} ] )";
    for (const qsizetype padding : {qsizetype(0), kJsonPadding}) {
        const QByteArray padded = withTail(text);
        JsonReader reader;
        QByteArrayList raws;
        std::vector<std::size_t> members;
        std::vector<std::size_t> data;
        const auto type = reader.readEach(QByteArrayView(padded).first(text.size()), padding,
                                          [&](qsizetype index, const JsonReader::Object &object) {
                                              QCOMPARE(index, raws.size());
                                              raws.append(object.raw.toByteArray());
                                              members.push_back(object.members.size());
                                              data.push_back(object.data.size());
                                          });
        QCOMPARE(type, std::optional(JsonType::Array));
        QCOMPARE(raws, (QByteArrayList{R"({"user_id":"a","data":{"n":1}})", "7", "[ ]", R"({"user_id":"b"})"}));
        QCOMPARE(members, (std::vector<std::size_t>{2, 0, 0, 1}));
        QCOMPARE(data, (std::vector<std::size_t>{1, 0, 0, 0}));
    }
    JsonReader reader;
    QCOMPARE(reader.readEach("[]", 0, [](qsizetype, const JsonReader::Object &) { QFAIL("there is none"); }),
             std::optional(JsonType::Array));
}

void TestJson::readEachReportsAMistakeBehindGoodElements_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("offset");
    QTest::newRow("bad element") << QByteArray("[{},{},tru]") << 7;
    QTest::newRow("no comma") << QByteArray("[{} {}]") << 4;
    QTest::newRow("comma at the end") << QByteArray("[{},]") << 4;
    QTest::newRow("open") << QByteArray("[{},{}") << 6;
    QTest::newRow("text behind") << QByteArray("[{}] x") << 5;
    QTest::newRow("array behind") << QByteArray("[{}][]") << 4;
    QTest::newRow("mistake inside") << QByteArray(R"([{"a":[1,]}])") << 9;
}

void TestJson::readEachReportsAMistakeBehindGoodElements()
{
    QFETCH(QByteArray, text);
    QFETCH(int, offset);
    JsonReader reader;
    QVERIFY(!reader.readEach(text, 0, [](qsizetype, const JsonReader::Object &) { }));
    QCOMPARE(reader.error().offset, offset);
}

void TestJson::readEachTakesOneObjectForARoot()
{
    JsonReader reader;
    int calls = 0;
    const auto count = [&](qsizetype, const JsonReader::Object &) { ++calls; };
    QCOMPARE(reader.readEach(R"({"user_id":"a"})", 0, count), std::optional(JsonType::Object));
    QCOMPARE(reader.readEach("7", 0, count), std::optional(JsonType::Number));
    QVERIFY(!reader.readEach("", 0, count));
    QCOMPARE(calls, 0);
}

void TestJson::readsALargeTextAndASmallOneAfterIt()
{
    JsonReader reader;
    const QByteArray large = R"({"data":{"blob":")" + QByteArray(2'000'000, 'x') + "\"}}";
    QVERIFY(reader.read(large));
    const auto *object = reader.read(R"({"data":{"a":1}})");
    QVERIFY(object);
    QCOMPARE(object->findInData("a")->value.raw.toByteArray(), QByteArray("1"));
    QVERIFY(reader.read(large));
}

void TestJson::decodesStrings_data()
{
    QTest::addColumn<QByteArray>("raw");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("lossy");
    const auto row = [](const char *name, const QByteArray &raw, const QByteArray &text, bool lossy = false) {
        QTest::newRow(name) << raw << text << lossy;
    };
    row("empty", R"("")", "");
    row("plain", R"("abc")", "abc");
    row("short escapes", R"("\"\\\/\b\f\n\r\t")", "\"\\/\b\f\n\r\t");
    row("NUL", R"("a\u0000b")", QByteArray("a\0b", 3));
    row("one byte", R"("\u007F")", "\x7f");
    row("two bytes", R"("\u0080\u07ff")", "\xc2\x80\xdf\xbf");
    row("three bytes", R"("\u0800\uFFFF")", "\xe0\xa0\x80\xef\xbf\xbf");
    row("pair", R"("\uD83D\uDE00!")", "\xf0\x9f\x98\x80!");
    row("first and last pair", R"("\ud800\udc00\udbff\udfff")", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf");
    row("lone high", R"("\ud800")", "\xef\xbf\xbd", true);
    row("lone high before text", R"("\ud800x")", "\xef\xbf\xbdx", true);
    row("lone high before an escape", R"("\ud800\n")", "\xef\xbf\xbd\n", true);
    row("two highs", R"("\ud800\ud83d\ude00")", "\xef\xbf\xbd\xf0\x9f\x98\x80", true);
    row("lone low", R"("\udc00")", "\xef\xbf\xbd", true);
    row("utf-8 between", "\"\xc3\xa4\\u00e4\xc3\xa4\"", "\xc3\xa4\xc3\xa4\xc3\xa4");
}

void TestJson::decodesStrings()
{
    QFETCH(QByteArray, raw);
    QFETCH(QByteArray, text);
    QFETCH(bool, lossy);
    bool lost = false;
    QCOMPARE(decodeJsonString(raw, &lost), text);
    QCOMPARE(lost, lossy);
    QCOMPARE(decodeJsonString(raw), text);
    const TokenCheck check = checkScalar(raw);
    QVERIFY(check.ok);
    QCOMPARE(check.type, JsonType::String);
    QCOMPARE(check.escaped, raw.contains('\\'));
}

void TestJson::encodesStringsThatDecodeAgain()
{
    QByteArray all;
    for (int byte = 0; byte < 0x80; ++byte)
        all.append(char(byte));
    all.append("\xc3\xa4\xf0\x9f\x98\x80");
    const QByteArray encoded = encodeJsonString(all);
    QVERIFY(checkScalar(encoded).ok);
    QVERIFY(!encoded.contains('\n'));
    QCOMPARE(decodeJsonString(encoded), all);
    const QByteArray wanted = R"("a\"\\\u000a\u001f")";
    QCOMPARE(encodeJsonString("a\"\\\n\x1f"), wanted);
}

QTEST_APPLESS_MAIN(TestJson)
#include "tst_json.moc"
