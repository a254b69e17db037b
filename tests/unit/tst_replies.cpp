// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/EventStreamReader.h"
#include "hub/bots/Replies.h"
#include "hub/core/JsonText.h"

#include <QTest>

using namespace trunkline;

namespace {

const QByteArray request = "{\"message\":\"h\\u00e9 \\\"q\\\" \\u0000\",\"n\":123456789012345678901234567890.10,\"items\":[{\"a\":true},[]],"
                           "\"user_id\":\"alice\",\"original_sender\":{\"user_id\":\"alice\",\"timestamp\":null},\"correlation_id\":\"c-1\"}";

} // namespace

/// What the client commands do with bytes: answers, templates, event streams, text for people.
class RepliesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void echoesWhatTheSenderWrote();
    void echoesAnEmptyMessage();
    void typed_data();
    void typed();
    void typedNeedsARequest();
    void fillsTemplates_data();
    void fillsTemplates();
    void refusesBrokenTemplates();
    void findsValues();
    void readsEventsWholeAndByteByByte();
    void keepsUnfinishedEvents();
    void printsForPeople();
    void protectsTerminals();
};

#ifndef Q_MOC_RUN      // Qt 6.4's moc stumbles over raw string literals
void RepliesTest::echoesWhatTheSenderWrote()
{
    QCOMPARE(replies::echo(request), R"({"correlation_id":"c-1","data":{"message":"h\u00e9 \"q\" \u0000",)"
                                     R"("n":123456789012345678901234567890.10,"items":[{"a":true},[]]},"is_final":true})");
}

void RepliesTest::echoesAnEmptyMessage()
{
    QCOMPARE(replies::echo(R"({"user_id":"a","correlation_id":"x"})"), R"({"correlation_id":"x","data":{},"is_final":true})");
}

void RepliesTest::typed_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("reply");
    const auto row = [](const char *line, const char *reply) { QTest::newRow(line) << QByteArray(line) << QByteArray(reply); };
    row("hello \"you\"", R"({"correlation_id":"c-1","data":{"message":"hello \"you\""},"is_final":true})");
    row(" [1] ", R"({"correlation_id":"c-1","data":{"message":"[1]"},"is_final":true})");
    row(R"({"data":{"n":1e400}})", R"({"correlation_id":"c-1","data":{"n":1e400}})");
    row("{ }", R"({"correlation_id":"c-1" })");
    row(R"({"correlation_id":"mine"})", R"({"correlation_id":"mine"})");
    row(R"({"data":{"correlation_id":"mine"}})", R"({"data":{"correlation_id":"mine"}})");
    row(R"({"data":)", "");
}

void RepliesTest::typed()
{
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, reply);
    const auto typed = replies::typed(line, request);
    QCOMPARE(typed.has_value(), !reply.isEmpty());
    QCOMPARE(typed.value_or(QByteArray()), reply);
}

void RepliesTest::typedNeedsARequest()
{
    QCOMPARE(replies::typed("hello", {}).error().code, ErrorCode::InvalidJson);
    QVERIFY(replies::typed(R"({"correlation_id":"mine"})", {}).has_value());
}

void RepliesTest::fillsTemplates_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("reply");
    const auto row = [](const char *text, const char *reply) { QTest::newRow(text) << QByteArray(text) << QByteArray(reply); };
    row("hi ${message}", R"({"correlation_id":"c-1","data":{"message":"hi h\u00e9 \"q\" \u0000"},"is_final":true})");
    row(R"({"n":${n},"t":"${n}"})", R"({"correlation_id":"c-1","n":123456789012345678901234567890.10,"t":"123456789012345678901234567890.10"})");
    row(R"({"m":${data.message}})", R"({"correlation_id":"c-1","m":"h\u00e9 \"q\" \u0000"})");
    row(R"({"a":${items.0.a},"l":${items.1}})", R"({"correlation_id":"c-1","a":true,"l":[]})");
    row(R"({"o":"${items.0}"})", R"({"correlation_id":"c-1","o":"{\"a\":true}"})");
    row(R"({"x":${nope},"y":"<${nope}>","z":"${original_sender.timestamp}"})", R"({"correlation_id":"c-1","x":null,"y":"<>","z":""})");
    row(R"({"correlation_id":"${correlation_id}","is_final":true})", R"({"correlation_id":"c-1","is_final":true})");
    row(R"({"m":"$${message} $$${n} $${"})", R"({"correlation_id":"c-1","m":"${message} $${n} ${"})");
    row(R"({"t":"\"${n"})", R"({"correlation_id":"c-1","t":"\"${n"})");
}

void RepliesTest::fillsTemplates()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, reply);
    const auto parsed = replies::Template::parse(text);
    QVERIFY(parsed.has_value());
    QCOMPARE(parsed->reply(request), reply);
}

void RepliesTest::refusesBrokenTemplates()
{
    for (const char *text : {"{", R"({"a":})", R"({"a":${x})", R"({"a" ${x}})"})
        QVERIFY2(!replies::Template::parse(text).has_value(), text);
}

void RepliesTest::findsValues()
{
    QCOMPARE(jsontext::valueAt(request, "items.0.a").value_or(""), "true");
    QVERIFY(!jsontext::valueAt(request, "items.2"));
    QVERIFY(!jsontext::valueAt(request, "message.x"));
    QVERIFY(!jsontext::valueAt("not json", "a"));
    QCOMPARE(jsontext::valueAt(R"({"a":1,"a":2})", "a").value_or(""), "2");
}

void RepliesTest::readsEventsWholeAndByteByByte()
{
    const QByteArray stream = ": hello\n\ndata: {\"a\":1}\n\nid: 7\r\ndata:x\r\ndata:  y\r\n\r\nevent: e\rdata\r\rdatas: no\n\n: keep-alive\n\ndata: z\n\n";
    const QByteArrayList events{"{\"a\":1}", "x\n y", "", "z"};
    QCOMPARE(EventStreamReader().feed(stream), events);
    EventStreamReader reader;
    QByteArrayList piecewise;
    for (const char c : stream)
        piecewise += reader.feed(QByteArrayView(&c, 1));
    QCOMPARE(piecewise, events);
}

void RepliesTest::keepsUnfinishedEvents()
{
    EventStreamReader reader;
    QCOMPARE(reader.feed("data: a\ndata"), QByteArrayList());
    QCOMPARE(reader.feed(": b\n"), QByteArrayList());
    QCOMPARE(reader.feed("\n"), QByteArrayList{"a\nb"});
}

void RepliesTest::printsForPeople()
{
    QCOMPARE(jsontext::pretty(R"({"a":[1,{}],"b":"x:\",{"})", jsontext::Colors::Off),
             "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": \"x:\\\",{\"\n}\n");
    QCOMPARE(jsontext::pretty(R"({"a":1})", jsontext::Colors::On), "{\n  \x1b[34m\"a\"\x1b[0m: \x1b[36m1\x1b[0m\n}\n");
    QCOMPARE(jsontext::oneLine("{\r\n \"a\": 1\n}"), "{ \"a\": 1}\n");
}

void RepliesTest::protectsTerminals()
{
    const QByteArray shown = jsontext::pretty("\"\x1b[2J\x7f\xc2\x9b\xc3\xa9\"", jsontext::Colors::Off);
    QCOMPARE(shown, "\"\\u001b[2J\\u007f\\u009b\xc3\xa9\"\n");
}

#endif

QTEST_APPLESS_MAIN(RepliesTest)
#include "tst_replies.moc"
