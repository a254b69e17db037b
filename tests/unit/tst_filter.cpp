// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/view/filter/Filter.h"
#include "hub/view/filter/FilterCompletion.h"
#include "hub/view/filter/PayloadJson.h"

#include <QElapsedTimer>
#include <QTest>

using namespace trunkline;
using namespace trunkline::filter;
using namespace std::chrono_literals;

namespace {

JournalEntry reply()
{
    JournalEntry entry;
    entry.sequence = 7;
    entry.kind = EntryKind::Reply;
    entry.status = EntryStatus::Late;
    entry.session = {42};
    entry.user = "bob";
    entry.correlation = "req_5501";
    // Single quotes stand for double ones here.
    entry.text = QByteArray("{'type': 'final_response', 'data': {'order': {'id': 42, 'big': 123456789012345678901234567890, 'open': true, "
                            "'items': [{'sku': 'A-1'}, {'sku': 'B\\u002d2'}], 'tags': ['new', 'urgent'], 'total': 19.5, 'note': null}}, "
                            "'message': 'Hi \\'Bob\\', \\u4f60\\u597d, Straße @ci_bot', 'mail': 'dana@example.com'}").replace('\'', '"');
    entry.textBytes = entry.text.size();
    return entry;
}

ExchangeInfo slow()
{
    ExchangeInfo exchange;
    exchange.number = 9;
    exchange.correlation = "req_5501";
    exchange.route = {.named = "alice", .target = "ci_bot", .mention = "ci_bot", .sessionsFound = 1, .written = 1};
    exchange.state = ExchangeState::TimedOut;
    exchange.session = {3};
    exchange.upstream = "127.0.0.1:40000";
    exchange.agent = "curl/8.0";
    exchange.chunks = 4;
    exchange.lateReplies = 2;
    exchange.latency = 2430ms;
    exchange.pingMicroseconds = 1200;
    exchange.request = R"({"message":"run tests @ci_bot","order":{"id":42}})";
    exchange.requestBytes = 5000;
    exchange.steps = {{StepKind::RequestComplete, 0us, 0}, {StepKind::Routed, 50us, 0}, {StepKind::Written, 100us, 90},
                      {StepKind::Reply, 500100us, 40}, {StepKind::EventWritten, 500200us, 48}, {StepKind::Ended, 2430000us, 0}};
    return exchange;
}

} // namespace

class tst_Filter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void matchesEntries_data();
    void matchesEntries();
    void matchesExchanges_data();
    void matchesExchanges();
    void reportsMistakes_data();
    void reportsMistakes();
    void textThatWasLeftOutStillCounts();
    void matchesNotConnectedByTheNamedUser();
    void namesWhatARecordDoesNotHave();
    void quotesValues_data();
    void quotesValues();
    void completes_data();
    void completes();
    void completesWithKnownValues();
    void limits();
    void survivesDeepAndBrokenPayloads();
    void findsJsonMistakes_data();
    void findsJsonMistakes();
    void fieldsAreDocumented();
    void readsFast_data();
    void readsFast();
    void findsGapsFast();
};

void tst_Filter::matchesEntries_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("passes");
    struct Row { const char *text; bool passes; };
    static constexpr Row rows[] = {
        {"", true}, {"   ", true}, {"()", false},
        {"user:bob", true}, {"user:BOB", false}, {"user:Bob", false}, {"USER:bob", true}, {"user:alice,bob", true}, {"user:alice, bob", true},
        {"user:alice", false}, {"user:bo", false}, {"user:b*", true}, {"user:*b", true}, {"user:b*b", true}, {"user:*o*", true}, {"user:b*x", false},
        {"user:\"b*\"", false}, {"user:\"bob\"", true}, {"user=bob", true}, {"user == bob", true}, {"user!=bob", false}, {"user!=alice,eve", true},
        {"user~^b.b$", true}, {"user~^(alice|bob)$", true}, {"(user~^(alice|bob)$)", true}, {"user~^B", false}, {"user~\"^b o\"", false}, {"user~\\Sob", true},
        {"to:bob", true}, {"kind:reply", true}, {"kind:push,reply", true}, {"kind:push", false}, {"kind:re*", true}, {"kind!=push", true},
        {"status:late", true}, {"state:late", true}, {"status:ok", false}, {"state:failed", false}, {"dir:in", true}, {"dir:out", false},
        {"leg:client", true}, {"leg:upstream", false}, {"session:42", true}, {"session:41,42", true}, {"session:4", false}, {"session>41", true},
        {"cid:req_5501", true}, {"correlation:req_*", true}, {"id:5501", false}, {"number:7", true}, {"n<8", true},
        {"size>100", true}, {"size>1k", false}, {"size<1k", true}, {"size>0.1k", true}, {"size > 100B", true}, {"size<1M", true}, {"size<=1MiB", true},
        {"bob", true}, {"5501", true}, {"final_response", true}, {"FINAL", false}, {"hi", true}, {"Hi", true}, {"nothing", false}, {"final*response", true},
        {"\"final*response\"", false}, {"*", true}, {"\"Hi \\\"Bob\\\"\"", true}, {"\"42, \\\"big\"", true},
        {"你好", true}, {"您好", false}, {"STRASSE", false}, {"straße", true}, {"text:straße", true}, {"summary:hi", true}, {"text:bob_", false},
        {"text~final_\\w+", true}, {"text~\"Hi .Bob\"", true}, {"text~^nothing", false}, {"text~[a-z]{3,}", true},
        {"data.order.id:42", true}, {"data.order.id:43", false}, {"data.order.id:42.0", true}, {"data.order.id:4*", true}, {"order.id:42", true},
        {"data.order.id>41", true}, {"data.order.id<41", false}, {"data.order.total>=19.5", true}, {"data.order.id:1,42", true},
        {"data.order.big:123456789012345678901234567890", true}, {"data.order.big:123456789012345678901234567891", false},
        {"data.order.open:true", true}, {"data.order.note:null", true}, {"data.order.note:*", true}, {"data.order.missing:*", false},
        {"data.order.items[0].sku:a-1", true}, {"data.order.items[1].sku:A-1", false}, {"data.order.items.1.sku:b-2", true},
        {"data.order.items.sku:b-2", true}, {"data.order.items.sku~^[ab]-", true}, {"data.order.tags:urgent", true}, {"data.order.tags:old", false},
        {".type:final_response", true}, {".type:Final*", false}, {"type.x:1", false}, {"data.order.id!=42", false}, {"data.order.tags~new", true},
        {"@ci_bot", true}, {"@ci", false}, {"@ci_*", true}, {"@example", true}, {"mention:*", true}, {"mention:ci_bot", true}, {"@email_bot", false},
        {"user:bob kind:reply", true}, {"user:bob and kind:push", false}, {"user:alice or kind:reply", true}, {"user:alice kind:reply or late", false},
        {"kind:push or user:bob and late>0", false}, {"not user:alice", true}, {"not user:bob", false}, {"!user:alice", true}, {"not not user:bob", true},
        {"not (user:alice or kind:push)", true}, {"(user:alice or user:bob) (kind:reply)", true}, {"user:bob && kind:push || session:42", true},
        {"user:bob AND NOT kind:push", true}, {"gap>300ms", false}, {"not gap>300ms", true}, {"owner:client", false},
    };
    for (const Row &row : rows)
        QTest::newRow(row.text) << QString::fromUtf8(row.text) << row.passes;
}

void tst_Filter::matchesEntries()
{
    QFETCH(QString, text);
    QFETCH(bool, passes);
    const auto filter = Filter::parse(text);
    if (text == QStringLiteral("()"))
        QVERIFY(!filter);
    else
        QVERIFY2(filter, filter ? "" : qPrintable(filter.error().reason));
    if (filter)
        QCOMPARE(filter->matches(reply()), passes);
}

void tst_Filter::matchesExchanges_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("passes");
    struct Row { const char *text; bool passes; };
    static constexpr Row rows[] = {
        {"", true}, {"user:ci_bot", true}, {"user:alice", false}, {"named:alice", true}, {"state:timeout", true}, {"state:failed", true},
        {"state:late", true}, {"state:done", false}, {"state!=done", true}, {"status:timeout,done", true}, {"gap>300ms", true}, {"gap>1.9s", true},
        {"gap>2s", false}, {"gap<2s", true}, {"gap>1m", false}, {"gap>0", true}, {"gap>1900000us", true}, {"gap>1900000µs", true}, {"owner:client", true}, {"owner:hub", false},
        {"latency>1s", true}, {"latency>2431ms", false}, {"took<=2430ms", true}, {"chunks>3", true}, {"chunks:4", true}, {"chunks:3,4", true},
        {"chunks!=4", false}, {"late>0", true}, {"late", false}, {"ping>1ms", true}, {"queue:0", true}, {"size>4k", true}, {"size>5k", false},
        {"session:3", true}, {"number:9", true}, {"from:127.0.0.1*", true}, {"agent:curl*", true}, {"agent~^CURL", false}, {"agent~^curl/[0-9.]+$", true},
        {"@ci_bot", true}, {"mention:*", true}, {"data.order.id:42", true}, {"order.id:42", true}, {"\"run tests\"", true}, {"alice", true},
        {"kind:request", true}, {"kind:reply", true}, {"kind:push", false}, {"dir:in", false}, {"gap>300ms owner:client", true},
    };
    for (const Row &row : rows)
        QTest::newRow(row.text) << QString::fromUtf8(row.text) << row.passes;
}

void tst_Filter::matchesExchanges()
{
    QFETCH(QString, text);
    QFETCH(bool, passes);
    const auto filter = Filter::parse(text);
    QVERIFY2(filter, filter ? "" : qPrintable(filter.error().reason));
    QCOMPARE(filter->matches(slow()), passes);
}

void tst_Filter::reportsMistakes_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("position");
    QTest::addColumn<int>("length");
    QTest::addColumn<QString>("replacement");
    struct Row { const char *text; int position; int length; const char *replacement; };
    static constexpr Row rows[] = {
        {"usr:bob", 0, 3, "user"}, {"kind:reply latncy>1s", 11, 6, "latency"}, {"http://example.com", 0, 4, ""}, {"kind:replay", 5, 6, "reply"},
        {"state:zzzzzz", 6, 6, ""}, {"user:", 5, 0, ""}, {"user:bob,", 9, 0, ""}, {"(user:)", 6, 0, ""}, {"gap>300", 4, 3, "300ms"}, {"gap>300x", 4, 4, ""},
        {"size>big", 5, 3, ""}, {"size>1k,2k", 8, 2, ""}, {"user>bob", 0, 8, ""}, {"kind~re", 0, 7, ""}, {"gap~3", 0, 5, ""}, {"\"open", 0, 5, ""},
        {"user:\"open", 5, 5, ""}, {"(user:bob", 0, 1, ""}, {"user:bob)", 8, 1, ""}, {"user:bob and", 12, 0, ""}, {"or user:bob", 0, 2, ""},
        {"user:bob or", 11, 0, ""}, {"user:bob and or late", 13, 2, ""}, {"not", 3, 0, ""}, {"()", 1, 1, ""}, {"user~[a", 7, 0, ""}, {"user~(a", 7, 0, ""},
        {"@", 0, 1, ""}, {"@ci-bot", 3, 1, ""}, {"data..id:1", 0, 8, ""}, {"data.id>x", 8, 1, ""}, {"data.:1", 0, 5, ""}, {"usr:bob \"open", 0, 3, "user"},
    };
    for (const Row &row : rows)
        QTest::newRow(row.text) << QString::fromUtf8(row.text) << row.position << row.length << QString::fromUtf8(row.replacement);
}

void tst_Filter::reportsMistakes()
{
    QFETCH(QString, text);
    QFETCH(int, position);
    QFETCH(int, length);
    QFETCH(QString, replacement);
    const auto filter = Filter::parse(text);
    QVERIFY(!filter);
    QVERIFY(!filter.error().reason.isEmpty());
    QCOMPARE(filter.error().position, position);
    QCOMPARE(filter.error().length, length);
    QCOMPARE(filter.error().replacement, replacement);
    if (!replacement.isEmpty()) {       // what is proposed mends the mistake
        QString mended = text;
        const auto again = Filter::parse(mended.replace(position, length, replacement));
        QVERIFY(again || again.error().position != position);
    }
}

void tst_Filter::textThatWasLeftOutStillCounts()
{
    JournalEntry entry = reply();
    entry.text.clear();
    entry.textBytes = 5000000;
    QVERIFY(Filter::parse(QStringLiteral("size>4M"))->matches(entry));
    QVERIFY(!Filter::parse(QStringLiteral("text:final"))->matches(entry));
}

void tst_Filter::matchesNotConnectedByTheNamedUser()
{
    ExchangeInfo exchange;
    exchange.route.named = "zoe";
    QVERIFY(Filter::parse(QStringLiteral("user:zoe"))->matches(exchange));
}

void tst_Filter::namesWhatARecordDoesNotHave()
{
    const auto filter = Filter::parse(QStringLiteral("user:bob (gap>1s or owner:hub) gap<9s dir:in data.x:1"));
    QVERIFY(filter);
    QCOMPARE(filter->strangersTo(Record::Entry), QStringList({QStringLiteral("gap"), QStringLiteral("owner")}));
    QCOMPARE(filter->strangersTo(Record::Exchange), QStringList(QStringLiteral("dir")));
    QVERIFY(Filter().strangersTo(Record::Entry).isEmpty());
}

void tst_Filter::quotesValues_data()
{
    QTest::addColumn<QString>("value");
    for (const char *value : {"bob", "dana@example.com", "two words", "a,b", "a*b", "a\"b", "a\\b", "back\\\\\"", "d\xcd\x85)", "(x)", "你好", "", "a:b", "x)"})
        QTest::newRow(value) << QString::fromUtf8(value);
}

void tst_Filter::quotesValues()
{
    QFETCH(QString, value);
    JournalEntry entry;
    entry.user = value.toUtf8();
    const auto filter = Filter::parse(QStringLiteral("user:") + filterValue(value));
    QVERIFY(filter);
    QVERIFY(filter->matches(entry));
    entry.user += 'x';
    QVERIFY(!filter->matches(entry));
}

void tst_Filter::completes_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("first");
    QTest::addColumn<int>("begin");
    const auto row = [](const char *text, const char *first, int begin) { QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(first) << begin; };
    row("us", "user:", 0);
    row("user:bob la", "latency>", 9);
    row("(st", "state:", 1);
    row("state:ti", "timeout", 6);
    row("state:done,fa", "failed", 11);
    row("owner:", "client", 6);
    row("gap>", "10ms", 4);
    row("user:ali", "alice", 5);
    row("user:bob,ali", "alice", 9);
    row("user:tw", "\"two words\"", 5);
    row("@ci", "ci_bot", 1);
    row("user:bob o", "owner:", 9);
    row("late", "late>", 0);
    row("dur", "", 0);
}

void tst_Filter::completes()
{
    QFETCH(QString, text);
    QFETCH(QString, first);
    QFETCH(int, begin);
    const QHash<Field, QStringList> values{{Field::User, {QStringLiteral("alice"), QStringLiteral("two words")}}, {Field::Mention, {QStringLiteral("ci_bot")}}};
    const Completion completion = complete(text, text.size(), Record::Exchange, values);
    QCOMPARE(completion.suggestions.empty() ? QString() : completion.suggestions.front().text, first);
    QCOMPARE(completion.begin, begin);
    QCOMPARE(completion.end, text.size());
}

void tst_Filter::completesWithKnownValues()
{
    QStringList many;
    for (int i = 0; i < 1000; ++i)
        many << QStringLiteral("user-%1").arg(i);
    const Completion completion = complete(QStringLiteral("user: or x"), 5, Record::Entry, {{Field::User, many}}, 12);
    QCOMPARE(completion.suggestions.size(), std::size_t(12));
    QCOMPARE(completion.end, 5);
    for (const Suggestion &suggestion : complete({}, 0, Record::Entry, {}, 99).suggestions)
        QVERIFY(suggestion.text != QStringLiteral("gap>"));
}

void tst_Filter::limits()
{
    QVERIFY(Filter::parse(QString(4096, u'x')));
    QVERIFY(!Filter::parse(QString(4097, u'x')));
    QVERIFY(Filter::parse(QString(60, u'(') + u'x' + QString(60, u')')));
    QVERIFY(!Filter::parse(QString(2000, u'(') + u'x' + QString(2000, u')')));
    QVERIFY(!Filter::parse(QString(4000, u'!') + u'x'));
    QVERIFY(Filter::parse(QStringLiteral("a.").repeated(kMaxPathParts - 1) + QStringLiteral("b:1")));
    QVERIFY(!Filter::parse(QStringLiteral("a.").repeated(kMaxPathParts) + QStringLiteral("b:1")));
}

void tst_Filter::survivesDeepAndBrokenPayloads()
{
    const auto path = Filter::parse(QStringLiteral("data.order.id:42"));
    const auto text = Filter::parse(QStringLiteral("text:zzz"));
    JournalEntry entry = reply();
    const QByteArray whole = entry.text;
    for (qsizetype i = 0; i <= whole.size(); ++i) {
        entry.text = whole.first(i);
        (void)path->matches(entry);
        QVERIFY(!text->matches(entry));
    }
    entry.text = QByteArray(1000000, '[') + "\"id\"";
    QVERIFY(!path->matches(entry));
    entry.text = QByteArray(R"({"data":)").repeated(100000) + "id";
    QVERIFY(!path->matches(entry));
    QCOMPARE(withoutEscapes(R"(\ud83d\ude00 \ud83d \u12 \x \)"), QByteArray("\xF0\x9F\x98\x80 \xEF\xBF\xBD u12 x \\"));
}

void tst_Filter::findsJsonMistakes_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("offset");
    QTest::newRow("fine") << QByteArray(R"({"a": [1, 2, {"b": null}]})") << -1;
    QTest::newRow("array") << QByteArray(R"([{"a": 1}, {"a": 2}])") << -1;
    QTest::newRow("long integer") << QByteArray(R"({"a": 123456789012345678901234567890})") << -1;
    QTest::newRow("trailing comma") << QByteArray(R"({"a": tru})") << 6;
    QTest::newRow("empty") << QByteArray() << 0;
}

void tst_Filter::findsJsonMistakes()
{
    QFETCH(QByteArray, text);
    QFETCH(int, offset);
    const auto mistake = findJsonMistake(text);
    QCOMPARE(mistake.has_value(), offset >= 0);
    if (mistake)
        QVERIFY2(!mistake->reason.isEmpty() && mistake->offset >= offset && mistake->offset <= text.size(), qPrintable(QString::number(mistake->offset)));
}

void tst_Filter::fieldsAreDocumented()
{
    QStringList names = fieldNames();
    QCOMPARE(names.removeDuplicates(), 0);
    for (const FieldInfo &field : fields()) {
        QVERIFY2(Filter::parse(QString::fromUtf8(field.example)), field.example);
        QCOMPARE(findField(QString::fromLatin1(field.name)), &field);
        QCOMPARE(infoOf(field.field), &field);
        QCOMPARE(field.words.empty(), field.type != FieldType::Word);
        QVERIFY(field.ofEntries || field.ofExchanges);
    }
}

void tst_Filter::readsFast_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"user:bob", "kind:reply status:late", "needle", "Needle", "n", "你好", "straße", "data.order.id:42", "text~ne+dle", "@nobody"})
        QTest::newRow(text) << QString::fromUtf8(text);
}

/// Prints what one entry costs on this machine; fails only when it is far from a million in a second.
void tst_Filter::readsFast()
{
    QFETCH(QString, text);
    const auto filter = Filter::parse(text);
    std::vector<JournalEntry> entries(1000, reply());
    for (std::size_t i = 0; i < entries.size(); ++i) {
        entries[i].user = "user-" + QByteArray::number(int(i));
        entries[i].text = R"({"data":{"message":"order )" + QByteArray::number(int(i)) + R"( confirm, please","order":{"id":)"
            + QByteArray::number(int(i)) + R"(,"sku":"A-17","lines":[1,2,3,4,5,6,7,8]},"timestamp":1719830000.25},"user_id":"bob"})";
    }
    QElapsedTimer timer;
    timer.start();
    int found = 0;
    constexpr int rounds = 20;
    for (int i = 0; i < rounds; ++i)
        found += int(std::count_if(entries.begin(), entries.end(), [&](const JournalEntry &entry) { return filter->matches(entry); }));
    const double each = double(timer.nsecsElapsed()) / (rounds * 1000.0);
    qInfo("%s: %.0f ns an entry, %d found", qPrintable(text), each, found / rounds);
    QVERIFY(each < 50000);
}

/// As many exchanges as a window keeps. Prints the time; fails only when it is far off.
void tst_Filter::findsGapsFast()
{
    ExchangeInfo exchange = slow();
    for (int i = 0; i < 24; ++i)
        exchange.steps.push_back({i % 2 ? StepKind::EventWritten : StepKind::Reply, 3000ms + i * 10ms, 40});
    for (const char *text : {"gap>300ms", "gap>1h", "owner:client", "user:nobody owner:client"}) {
        const auto filter = Filter::parse(QString::fromUtf8(text));
        QVERIFY(filter);
        QElapsedTimer timer;
        timer.start();
        int found = 0;
        for (int i = 0; i < 11000; ++i)
            found += filter->matches(exchange) ? 1 : 0;
        qInfo("%s: %lld ms for 11,000 exchanges, %d found", text, static_cast<long long>(timer.elapsed()), found);
        QVERIFY(timer.elapsed() < 5000);
    }
}

QTEST_APPLESS_MAIN(tst_Filter)
#include "tst_filter.moc"
