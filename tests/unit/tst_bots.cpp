// SPDX-License-Identifier: GPL-3.0-or-later
// Bots and faults as values: YAML with places, rules, patterns, seeded decisions, messages that are meddled with.
#include "hub/bots/BotRules.h"
#include "hub/bots/FaultHost.h"
#include "tests/support/FakeClock.h"
#include "tests/support/FakeEndpoint.h"
#include "tests/support/ParsedMessage.h"

#include <QTest>

using namespace trunkline;
using namespace std::chrono_literals;

namespace {

FaultPlan planOf(const QByteArray &faults, quint64 seed = 1)
{
    FileProblems problems;
    const auto root = readYaml(faults, problems);
    auto rules = root ? readFaults(*root, problems) : std::vector<FaultRule>();
    for (const FileProblem &problem : problems)
        qWarning("%s", qUtf8Printable(problemText(QStringLiteral("faults"), problem)));
    return problems.empty() ? FaultPlan(std::move(rules), seed) : FaultPlan();
}

std::vector<BotAction> answer(const QByteArray &yaml, const QByteArray &message, quint64 seed = 1)
{
    FileProblems problems;
    const auto file = BotFile::read(yaml, problems);
    for (const FileProblem &problem : problems)
        qWarning("%s", qUtf8Printable(problemText(QStringLiteral("bots"), problem)));
    SeededRandom random(seed);
    return file ? file->bots.front().second.answer(message, random) : std::vector<BotAction>();
}

/// Takes what comes through a FaultHost, as the hub would.
class FakeHub final : public SessionHost
{
public:
    SessionId opened(const UserId &, ClientEndpoint &endpoint, const QByteArray &) override
    {
        tap = &endpoint;
        return SessionId{7};
    }
    void received(SessionId, QByteArrayView text, qsizetype) override { texts << text.toByteArray(); }
    void closed(SessionId) override { ++closes; }

    ClientEndpoint *tap = nullptr;
    QByteArrayList texts;
    int closes = 0;
};

/// Keeps the frames as they are written.
class FrameEndpoint final : public ClientEndpoint
{
public:
    bool deliver(const OutboundMessage &message) override
    {
        frames << message.frame();
        payloads << message.payload().toByteArray();
        return true;
    }
    void close(CloseCode code, const QByteArray &reason) override { closed = QByteArray::number(int(code)) + ' ' + reason; }
    void halfClose() override { ++halfCloses; }

    QByteArrayList frames;
    QByteArrayList payloads;
    QByteArray closed;
    int halfCloses = 0;
};

struct FaultRig
{
    explicit FaultRig(const QByteArray &faults) : wheel(clock), host(hub, wheel, [this](const JournalRecord &record) { noted.push_back(record.fault); })
    {
        host.setPlan(planOf(faults));
        host.opened("alice", endpoint, "127.0.0.1:1");
    }
    void send(const QByteArray &text) { hub.tap->deliver(OutboundMessage::fromPayload(text)); }
    void say(const QByteArray &text) { host.received({7}, text, 0); }
    void pass(std::chrono::milliseconds time)
    {
        for (std::chrono::milliseconds gone{0}; gone < time; gone += 20ms) {
            clock.advance(20ms);
            wheel.advance();
        }
    }

    FakeClock clock;
    TimerWheel wheel;
    FakeHub hub;
    std::vector<Fault> noted;
    FrameEndpoint endpoint;
    FaultHost host;
};

QByteArray numbered(int n) { return "{\"n\":" + QByteArray::number(n) + '}'; }

} // namespace

class tst_Bots : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void scalarsKeepTheirDigitsAndTheirQuotes();
    void mistakesHavePlaces_data();
    void mistakesHavePlaces();
    void patterns_data();
    void patterns();
    void firstMatchingRuleAnswers();
    void tokensLookAsWritten();
    void everyFormOfReply_data();
    void everyFormOfReply();
    void jitterIsSeeded();
    void decisionsAreSeededForEachUser();
    void everyNthAndLimit();
    void dropDuplicateTruncate();
    void delayKeepsTheOrder();
    void reorderSwapsTwo();
    void reorderWithoutASecondGoesOn();
    void splitCutsInsideOfACharacter();
    void stallHoldsAllBehindIt();
    void closeAndHalfClose();
    void faultsFromTheClient();
    void nothingHappensAfterTheEnd();
};

void tst_Bots::scalarsKeepTheirDigitsAndTheirQuotes()
{
    FileProblems problems;
    const auto root = readYaml("a: 123456789012345678901234567890.10\nb: '1'\nc: yes\nd: true\ne: null\nf: 01\ng: [\"x\", -1.5e3, .5]\nh:\ni: |\n  two\n  lines\n", problems);
    QVERIFY(root);
    QCOMPARE(root->toJson(), QByteArray(R"({"a":123456789012345678901234567890.10,"b":"1","c":"yes","d":true,"e":null,"f":"01","g":["x",-1.5e3,".5"],"h":null,"i":"two\u000alines\u000a"})"));
    QCOMPARE(root->find("g")->place, (TextPlace{7, 4}));
}

void tst_Bots::mistakesHavePlaces_data()
{
    QTest::addColumn<QByteArray>("yaml");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const char *yaml, const char *expected) { QTest::newRow(name) << QByteArray(yaml) << QString::fromUtf8(expected); };
    row("unknown key", "bots: {}\nfaluts: []\n", "bots.yaml:2:1: a file of bots knows no \"faluts\", did you mean \"faults\"?");
    row("twice", "bots: {}\nbots: {}\n", "bots.yaml:2:1: \"bots\" stands here twice; the first is in line 1");
    row("alias", "bots:\n  b:\n    - reply: {text: *hi}\n", "quote it");
    row("at sign", "bots:\n  b:\n    - reply: {text: @hi}\n", "bots.yaml:3:21: a word that begins with @ means something else in YAML: quote it");
    row("no reply", "bots:\n  b:\n    - when: {a: 1}\n", "bots.yaml:3:7: a rule has a reply");
    row("two replies", "bots:\n  b:\n    - reply: {text: a, silence: true}\n", "a reply has one of");
    row("reply misspelled", "bots:\n  b:\n    - reply: {tokns: [a]}\n", "a reply knows no \"tokns\", did you mean \"tokens\"?");
    row("operator", "bots:\n  b:\n    - when: {a: {$match: x}}\n      reply: {text: a}\n", "bots.yaml:3:17: there is no operator \"$match\", did you mean \"$matches\"?");
    row("expression", "bots:\n  b:\n    - when: {a: {$matches: '('}}\n      reply: {text: a}\n", "bots.yaml:3:17: $matches: ");
    row("duration", "bots:\n  b:\n    - reply: {tokens: [a], every: soon}\n", "bots.yaml:3:35: every is a duration such as 20ms or 2s");
    row("close code", "bots:\n  b:\n    - reply: {close: 99}\n", "close is a close code from 1000 to 4999");
    row("fault", "faults:\n  - do: drp\n", "bots.yaml:2:9: there is no fault \"drp\", did you mean \"drop\"?");
    row("fault without", "faults:\n  - every: 2\n", "a fault says what it does");
    row("direction", "faults:\n  - {do: split, direction: in}\n", "split is for direction: out");
    row("probability", "faults:\n  - {do: drop, probability: 2}\n", "probability is a number from 0 to 1");
    row("delay", "faults:\n  - do: delay\n", "a delay says how long");
    row("template", "bots:\n  b:\n    - reply: {json: '{\"a\":'}\n", "no JSON object");
    row("syntax", "bots: [\n", "bots.yaml:2:1: ");
    row("no UTF-8", "bots:\n  b:\n    - reply: {text: \"\xff\"}\n", "bots.yaml:3:21: this is no UTF-8");
    row("empty", "", "bots.yaml:1:1: the file is empty");
    row("list", "- a\n", "a file of bots is a map here");
}

void tst_Bots::mistakesHavePlaces()
{
    QFETCH(QByteArray, yaml);
    QFETCH(QString, expected);
    FileProblems problems;
    QVERIFY(!BotFile::read(yaml, problems));
    QStringList texts;
    for (const FileProblem &problem : problems)
        texts << problemText(QStringLiteral("bots.yaml"), problem);
    QVERIFY2(texts.join(u'\n').contains(expected), qPrintable(texts.join(u'\n')));
}

void tst_Bots::patterns_data()
{
    QTest::addColumn<QByteArray>("pattern");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("path");       // of the first mismatch; "-": it matches
    const auto row = [](const char *name, const char *pattern, const char *value, const char *path) {
        QTest::newRow(name) << QByteArray(pattern) << QByteArray(value) << QByteArray(path);
    };
    row("subset", R"({"a":1})", R"({"b":2,"a":1.0})", "-");
    row("missing", R"({"a":{"b":1}})", R"({"a":{}})", "a.b");
    row("differs", R"({"a":{"b":1}})", R"({"a":{"b":2}})", "a.b");
    row("array", R"([1,{"x":2}])", R"([1,{"x":2,"y":3}])", "-");
    row("shorter array", R"([1])", R"([1,2])", "");
    row("matches", R"({"a":{"$matches":"h.*o"}})", R"({"a":"say hello"})", "-");
    row("matches not", R"({"a":{"$matches":"^h"}})", R"({"a":"say hello"})", "a");
    row("between", R"({"a":{"$gt":1,"$lt":3}})", R"({"a":2})", "-");
    row("above", R"({"a":{"$gt":1,"$lt":3}})", R"({"a":3})", "a");
    row("a text is no number", R"({"a":{"$gt":1}})", R"({"a":"2"})", "a");
    row("absent", R"({"a":{"$absent":true}})", R"({"b":1})", "-");
    row("not absent", R"({"a":{"$absent":true}})", R"({"a":null})", "a");
    row("big", "123456789012345678901", "123456789012345678902", "");
}

void tst_Bots::patterns()
{
    QFETCH(QByteArray, pattern);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, path);
    const auto made = JsonPattern::parse(pattern);
    const auto tree = JsonTree::parse(value);
    QVERIFY(made && tree);
    const auto found = made->mismatches(&tree->root());
    QCOMPARE(found.empty(), path == "-");
    if (!found.empty())
        QCOMPARE(found.front().path, path);
}

void tst_Bots::firstMatchingRuleAnswers()
{
    const QByteArray yaml = R"(
bots:
  b:
    - when: {data.message: {$matches: "^order"}}
      reply: {text: "an order"}
    - user: bob
      reply: {text: "hello bob"}
    - when: {n: 3}
      reply: {silence: true}
    - reply: {text: "else"}
)";
    const auto said = [&](const char *members) {
        const auto actions = answer(yaml, QByteArray("{\"correlation_id\":\"c\",") + members + '}');
        return actions.empty() ? QByteArray("nothing") : actions.front().text;
    };
    QVERIFY(said(R"("message":"order 1","user_id":"bob")").contains("an order"));
    QVERIFY(said(R"("message":"x","user_id":"bob")").contains("hello bob"));
    QCOMPARE(said(R"("n":3,"user_id":"al")"), QByteArray("nothing"));
    QVERIFY(said(R"("n":4,"user_id":"al")").contains("else"));
    QVERIFY(answer(yaml, "no JSON").empty());
    QVERIFY(answer(yaml, R"({"message":"no id"})").empty());
}

void tst_Bots::tokensLookAsWritten()
{
    const auto actions = answer("bots: {b: [{reply: {tokens: [\"one \", {text: \"${message}\", after: 700ms}], every: 20ms, after: 5ms}}]}",
                                R"({"message":"t\"wo","correlation_id":12345678901234567890})");
    QCOMPARE(actions.size(), 2u);
    QCOMPARE(actions[0].text, QByteArray(R"({"type":"chunk","index":0,"data":{"delta":"one "},"is_final":false,"correlation_id":12345678901234567890})"));
    QCOMPARE(actions[1].text, QByteArray(R"({"type":"chunk","index":1,"data":{"delta":"t\"wo"},"is_final":true,"correlation_id":12345678901234567890})"));
    QCOMPARE(actions[0].after, 5ms);
    QCOMPARE(actions[1].after, 700ms);
}

void tst_Bots::everyFormOfReply_data()
{
    QTest::addColumn<QByteArray>("reply");
    QTest::addColumn<QByteArrayList>("texts");
    const auto row = [](const char *name, const char *reply, const QByteArrayList &texts) { QTest::newRow(name) << QByteArray(reply) << texts; };
    row("text", R"({text: "got ${n}"})", {R"({"data":{"message":"got 1"},"is_final":true,"correlation_id":"c"})"});
    row("data", R"({data: {echo: "${n}", big: 1.50}})", {R"({"data":{"echo":"1","big":1.50},"is_final":true,"correlation_id":"c"})"});
    row("chunks", R"({chunks: [{a: 1}, {a: 2}], final: false})", {R"({"data":{"a":1},"is_final":false,"correlation_id":"c"})",
                                                                     R"({"data":{"a":2},"is_final":false,"correlation_id":"c"})"});
    row("json", R"({json: '{"raw": ${n}, "correlation_id": "other"}'})", {R"({"raw": 1, "correlation_id": "other"})"});
    row("error", R"({error: "no stock"})", {R"({"error":"no stock","is_final":true,"correlation_id":"c"})"});
    row("close", R"({close: 4000, reason: bye})", {"bye"});
    row("silence", R"({silence: true})", {});
}

void tst_Bots::everyFormOfReply()
{
    QFETCH(QByteArray, reply);
    QFETCH(QByteArrayList, texts);
    QByteArrayList said;
    for (const BotAction &action : answer("bots: {b: [{reply: " + reply + "}]}", R"({"n":1,"correlation_id":"c"})"))
        said << action.text;
    QCOMPARE(said, texts);
}

void tst_Bots::jitterIsSeeded()
{
    const QByteArray yaml = "bots: {b: [{reply: {tokens: [a, b, c, d, e, f, g, h], every: 50ms, jitter: 20ms}}]}";
    const auto waits = [&](quint64 seed) {
        std::vector<qint64> found;
        for (const BotAction &action : answer(yaml, R"({"correlation_id":"c"})", seed))
            found.push_back(action.after.count());
        return found;
    };
    QCOMPARE(waits(1), waits(1));
    QVERIFY(waits(1) != waits(2));
    const std::vector<qint64> some = waits(3);
    for (std::size_t i = 1; i < some.size(); ++i)
        QVERIFY(some[i] >= 30 && some[i] <= 70);
}

void tst_Bots::decisionsAreSeededForEachUser()
{
    const QByteArray yaml = "- {do: drop, probability: 0.3}\n";
    const auto strikes = [](FaultPlan plan, const QByteArrayList &users) {
        QHash<QByteArray, QByteArray> found;
        for (const QByteArray &user : users)
            found[user] += plan.decide(user, Direction::Out, "{}") ? 'x' : '.';
        return found;
    };
    QByteArrayList turns;
    QByteArrayList aliceFirst;
    for (int i = 0; i < 100; ++i)
        turns << "alice" << "bob";
    for (int i = 0; i < 100; ++i)
        aliceFirst << "alice";
    for (int i = 0; i < 100; ++i)
        aliceFirst << "bob";
    const auto one = strikes(planOf(yaml, 7), turns);
    QCOMPARE(strikes(planOf(yaml, 7), turns), one);
    QCOMPARE(strikes(planOf(yaml, 7), aliceFirst), one);        // whatever the others do in between
    QVERIFY(strikes(planOf(yaml, 8), turns) != one);
    QVERIFY(one["alice"] != one["bob"]);
    QVERIFY(one["alice"].count('x') > 15 && one["alice"].count('x') < 45);
}

void tst_Bots::everyNthAndLimit()
{
    FaultPlan plan = planOf("- {do: drop, user: {$matches: ^a}, direction: out, when: {data.n: {$gt: 0}}, every: 3, limit: 2}\n");
    QByteArray strikes;
    for (int i = 1; i <= 12; ++i)
        strikes += plan.decide("alice", Direction::Out, numbered(i)) ? 'x' : '.';
    QCOMPARE(strikes, QByteArray("..x..x......"));
    QVERIFY(!plan.decide("bob", Direction::Out, numbered(1)) && !plan.decide("alice", Direction::In, numbered(1)));
    FaultPlan other = planOf("- {do: drop, when: {n: 5}}\n");
    QVERIFY(!other.decide("a", Direction::In, numbered(4)) && other.decide("a", Direction::In, numbered(5)) && !other.decide("a", Direction::In, "no JSON"));
}

void tst_Bots::dropDuplicateTruncate()
{
    FaultRig rig("- {do: drop, when: {n: 2}}\n- {do: duplicate, when: {n: 3}}\n- {do: truncate, when: {n: 4}, bytes: 3}\n");
    for (int i = 1; i <= 5; ++i)
        rig.send(numbered(i));
    QCOMPARE(rig.endpoint.payloads, (QByteArrayList{"{\"n\":1}", "{\"n\":3}", "{\"n\":3}", "{\"n", "{\"n\":5}"}));
    QCOMPARE(rig.noted, (std::vector<Fault>{Fault::Drop, Fault::Duplicate, Fault::Truncate}));
}

void tst_Bots::delayKeepsTheOrder()
{
    FaultRig rig("- {do: delay, when: {n: 1}, by: 200ms}\n");
    rig.send(numbered(1));
    rig.send(numbered(2));
    rig.pass(180ms);
    QVERIFY(rig.endpoint.payloads.isEmpty());
    rig.pass(60ms);
    QCOMPARE(rig.endpoint.payloads, (QByteArrayList{numbered(1), numbered(2)}));
    rig.send(numbered(3));
    QCOMPARE(rig.endpoint.payloads.size(), 3);
}

void tst_Bots::reorderSwapsTwo()
{
    FaultRig rig("- {do: reorder, when: {n: 1}}\n");
    for (int i = 1; i <= 3; ++i)
        rig.send(numbered(i));
    rig.pass(60ms);
    QCOMPARE(rig.endpoint.payloads, (QByteArrayList{numbered(2), numbered(1), numbered(3)}));
}

void tst_Bots::reorderWithoutASecondGoesOn()
{
    FaultRig rig("- {do: reorder, when: {n: 1}}\n");
    rig.send(numbered(1));
    rig.pass(900ms);
    QVERIFY(rig.endpoint.payloads.isEmpty());
    rig.pass(200ms);
    QCOMPARE(rig.endpoint.payloads, QByteArrayList{numbered(1)});
}

void tst_Bots::splitCutsInsideOfACharacter()
{
    FaultRig rig("- {do: split}\n");
    const QByteArray text = "{\"m\":\"gr\xc3\xbc\xc3\x9f\"}";
    rig.send(text);
    QCOMPARE(rig.endpoint.frames.size(), 1);
    rig.pass(60ms);
    QCOMPARE(rig.endpoint.frames.size(), 2);
    const QByteArray first = rig.endpoint.frames[0];
    const QByteArray second = rig.endpoint.frames[1];
    QCOMPARE(uchar(first[0]), uchar(0x01));         // text, not final
    QCOMPARE(uchar(second[0]), uchar(0x80));        // continuation, final
    QVERIFY(first.endsWith('\xc3') && second.mid(2).startsWith('\xbc'));
    QCOMPARE(first.mid(2) + second.mid(2), text);
}

void tst_Bots::stallHoldsAllBehindIt()
{
    FaultRig rig("- {do: stall, when: {n: 2}, by: 300ms}\n");
    for (int i = 1; i <= 3; ++i)
        rig.send(numbered(i));
    rig.pass(280ms);
    QCOMPARE(rig.endpoint.payloads, QByteArrayList{numbered(1)});
    rig.pass(60ms);
    QCOMPARE(rig.endpoint.payloads.size(), 3);
}

void tst_Bots::closeAndHalfClose()
{
    FaultRig rig("- {do: half_close, when: {n: 1}}\n- {do: close, when: {n: 2}, code: 4000, reason: enough}\n");
    rig.send(numbered(1));
    QCOMPARE(rig.endpoint.halfCloses, 1);
    rig.send(numbered(2));
    rig.pass(60ms);
    QCOMPARE(rig.endpoint.closed, QByteArray("4000 enough"));
    QCOMPARE(rig.hub.closes, 1);
    QVERIFY(rig.endpoint.payloads.isEmpty());
}

void tst_Bots::faultsFromTheClient()
{
    FaultRig rig("- {do: drop, direction: in, when: {n: 1}}\n- {do: delay, direction: in, when: {n: 2}, by: 100ms}\n- {do: duplicate, direction: in, when: {n: 4}}\n"
                 "- {do: truncate, direction: in, when: {n: 5}}\n");
    for (int i = 1; i <= 5; ++i)
        rig.say(numbered(i));
    rig.pass(160ms);
    QCOMPARE(rig.hub.texts, (QByteArrayList{numbered(2), numbered(3), numbered(4), numbered(4), "{\"n"}));
    rig.send(numbered(1));
    QCOMPARE(rig.endpoint.payloads.size(), 1);
}

void tst_Bots::nothingHappensAfterTheEnd()
{
    FaultRig rig("- {do: delay, by: 100ms}\n");
    rig.send(numbered(1));
    rig.say(numbered(2));
    rig.host.closed({7});
    rig.pass(200ms);
    QVERIFY(rig.endpoint.payloads.isEmpty() && rig.hub.texts.isEmpty());
    QCOMPARE(rig.hub.closes, 1);
}

QTEST_APPLESS_MAIN(tst_Bots)
#include "tst_bots.moc"
