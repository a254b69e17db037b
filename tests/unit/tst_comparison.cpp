// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/Comparison.h"
#include "bench/Scenario.h"

#include <QTest>

#include <numeric>

using namespace trunkline;
using Kind = ReplayDifference::Kind;

namespace {

QByteArray message(int n) { return "{\"n\":" + QByteArray::number(n) + ",\"text\":\"message " + QByteArray::number(n) + "\"}"; }

std::vector<RecordedText> recorded(int count)
{
    std::vector<RecordedText> texts;
    for (int i = 1; i <= count; ++i)
        texts.push_back({quint64(i), message(i)});
    return texts;
}

QByteArrayList asRecorded(int count)
{
    QByteArrayList texts;
    for (int i = 1; i <= count; ++i)
        texts << message(i);
    return texts;
}

QString problemsOf(const QByteArray &yaml)
{
    FileProblems problems;
    (void)Scenario::read(yaml, QStringLiteral("s.yaml"), problems);
    QStringList texts;
    for (const FileProblem &problem : problems)
        texts << problemText(QStringLiteral("s.yaml"), problem);
    return texts.join(u'\n');
}

} // namespace

class tst_Comparison : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sameIsSame();
    void sameJsonInOtherBytesIsSame();
    void oneByteChanged();
    void everyByteChanged();
    void oneRemoved();
    void oneAdded();
    void twoSwapped();
    void oneMovedFar();
    void duplicatesAreCounted();
    void severalAtOnce();
    void textsThatAreNoJson();
    void thousandsAreQuick();
    void scenarioMistakesHavePlaces_data();
    void scenarioMistakesHavePlaces();
    void scenarioIsReadWhole();
};

void tst_Comparison::sameIsSame()
{
    QVERIFY(compareStream("s", recorded(50), asRecorded(50)).empty());
    QVERIFY(compareStream("s", {}, {}).empty());
}

void tst_Comparison::sameJsonInOtherBytesIsSame()
{
    QVERIFY(compareStream("s", {{1, R"({"a":1.0,"b":"ä","b":"x"})"}}, {R"( {"b":"x","a":1} )"}).empty());
    QCOMPARE(compareStream("s", {{1, "{\"a\":12345678901234567890}"}}, {"{\"a\":12345678901234567891}"}).size(), 1u);
}

void tst_Comparison::oneByteChanged()
{
    QByteArrayList actual = asRecorded(50);
    actual[24].replace("message 25", "message 2X");
    const auto found = compareStream("s", recorded(50), actual);
    QCOMPARE(found.size(), 1u);
    QVERIFY(found[0] == (ReplayDifference{Kind::Payload, "s", 25, "text", "\"message 25\"", "\"message 2X\""}));
}

void tst_Comparison::everyByteChanged()
{
    // Wherever one byte of one message changes, exactly that message is reported.
    const QByteArray text = message(3);
    for (qsizetype i = 0; i < text.size(); ++i) {
        QByteArrayList actual = asRecorded(5);
        actual[2][i] = char(actual[2][i] ^ 1);
        const auto found = compareStream("s", recorded(5), actual);
        QVERIFY2(!found.empty(), actual[2].constData());
        for (const ReplayDifference &difference : found)
            QVERIFY(difference.kind == Kind::Payload && difference.number == 3);
    }
}

void tst_Comparison::oneRemoved()
{
    for (int removed = 1; removed <= 5; ++removed) {
        QByteArrayList actual = asRecorded(5);
        actual.removeAt(removed - 1);
        const auto found = compareStream("s", recorded(5), actual);
        QCOMPARE(found.size(), 1u);
        QVERIFY(found[0] == (ReplayDifference{Kind::Missing, "s", quint64(removed), {}, message(removed), {}}));
    }
}

void tst_Comparison::oneAdded()
{
    QByteArrayList actual = asRecorded(5);
    actual.insert(2, message(99));
    const auto found = compareStream("s", recorded(5), actual);
    QCOMPARE(found.size(), 1u);
    QVERIFY(found[0] == (ReplayDifference{Kind::Extra, "s", 0, {}, {}, message(99)}));
}

void tst_Comparison::twoSwapped()
{
    QByteArrayList actual = asRecorded(10);
    actual.swapItemsAt(3, 4);
    const auto found = compareStream("s", recorded(10), actual);
    QCOMPARE(found.size(), 1u);
    QVERIFY(found[0].kind == Kind::Order && (found[0].number == 4 || found[0].number == 5));
}

void tst_Comparison::oneMovedFar()
{
    QByteArrayList actual = asRecorded(10);
    actual.move(0, 9);
    const auto found = compareStream("s", recorded(10), actual);
    QCOMPARE(found.size(), 1u);
    QVERIFY(found[0].kind == Kind::Order && found[0].number == 1);
}

void tst_Comparison::duplicatesAreCounted()
{
    QByteArrayList actual = asRecorded(3);
    actual.insert(1, message(1));
    const auto found = compareStream("s", recorded(3), actual);
    QCOMPARE(found.size(), 1u);
    QVERIFY(found[0].kind == Kind::Extra && found[0].actual == message(1));
}

void tst_Comparison::severalAtOnce()
{
    QByteArrayList actual = asRecorded(20);
    actual[2] = "{\"n\":3,\"text\":\"other\"}";     // payload
    actual.removeAt(9);                                // missing: 10
    actual.swapItemsAt(14, 15);                        // order
    actual << message(77);                             // extra
    const auto found = compareStream("s", recorded(20), actual);
    QCOMPARE(found.size(), 4u);
    QVERIFY(found[0].kind == Kind::Payload && found[0].number == 3 && found[0].path == "text");
    QVERIFY(found[1].kind == Kind::Missing && found[1].number == 10);
    QVERIFY(found[2].kind == Kind::Order);
    QVERIFY(found[3].kind == Kind::Extra && found[3].actual == message(77));
    for (const ReplayDifference &difference : found)
        QVERIFY(!differenceText(difference).isEmpty() && differenceText(difference).contains(QString::fromLatin1(kindName(difference.kind))));
}

void tst_Comparison::textsThatAreNoJson()
{
    const auto found = compareStream("s", {{1, "one"}, {2, "two"}}, {"one", "tow"});
    QCOMPARE(found.size(), 1u);
    QVERIFY(found[0] == (ReplayDifference{Kind::Payload, "s", 2, {}, "two", "tow"}));
}

void tst_Comparison::thousandsAreQuick()
{
    QByteArrayList actual = asRecorded(10'000);
    std::reverse(actual.begin(), actual.end());
    QCOMPARE(compareStream("s", recorded(10'000), actual).size(), 9'999u);
}

void tst_Comparison::scenarioMistakesHavePlaces_data()
{
    QTest::addColumn<QByteArray>("yaml");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const char *yaml, const char *expected) { QTest::newRow(name) << QByteArray(yaml) << QString::fromUtf8(expected); };
    row("no steps", "name: x\n", "s.yaml:1:1: a scenario has steps");
    row("unknown step", "steps:\n  - recieved: {user: a}\n", "s.yaml:2:5: a step knows no \"recieved\", did you mean \"received\"?");
    row("two in one", "steps:\n  - push: {user_id: a, data: {}}\n    send: {user_id: a, data: {}}\n", "s.yaml:2:5: a step is one of");
    row("unknown user", "users: {alice: {}}\nsteps:\n  - received: {user: alic}\n", "s.yaml:3:22: there is no user \"alic\" in this scenario, did you mean \"alice\"?");
    row("unknown setting", "hub: {PUBLIC_ACOUNTS: x}\nsteps: [{pause: 1ms}]\n", "s.yaml:1:7: there is no setting \"PUBLIC_ACOUNTS\", did you mean \"PUBLIC_ACCOUNTS\"?");
    row("bad setting", "hub: {WS_PATH: ws}\nsteps: [{pause: 1ms}]\n", "s.yaml:1:16: ");
    row("unknown bot", "users: {b: {bot: toknes}}\nbots: {tokens: [{reply: {text: a}}]}\nsteps: [{pause: 1ms}]\n", "there is no bot \"toknes\", did you mean \"tokens\"?");
    row("await nothing", "steps:\n  - await: x\n", "s.yaml:2:12: no send before this has as: x");
    row("expectation", "steps:\n  - send: {user_id: a, data: {}}\n    expect: {max_gapp: 1s}\n", "s.yaml:3:14: expect knows no \"max_gapp\", did you mean \"max_gap\"?");
    row("message", "steps:\n  - push: {usr_id: a, data: {}}\n", "s.yaml:2:12: a message knows no \"usr_id\", did you mean \"user_id\"?");
    row("text", "steps:\n  - send: {user_id: a, data: {}}\n    expect: {text: {path: data.delta}}\n", "text has either matches: EXPRESSION or is: TEXT");
    row("expression", "steps:\n  - send: {user_id: a, data: {}}\n    expect: {text: {matches: '['}}\n", "s.yaml:3:30: $matches: ");
    row("number", "users: {a: {}}\nsteps:\n  - received: {user: a, exactly: many}\n", "exactly is a whole number from 0");
    row("fault", "faults: [{do: dleay, by: 1s}]\nsteps: [{pause: 1ms}]\n", "there is no fault \"dleay\", did you mean \"delay\"?");
    row("several", "users: {alice: {}}\nsteps:\n  - received: {usr: alice}\n  - pause: soon\n", "s.yaml:4:12: pause is a duration");
    row("offline", "users: {b: {external: true, offline: true}}\nsteps: [{pause: 1ms}]\n", "offline is for a user that only listens");
}

void tst_Comparison::scenarioMistakesHavePlaces()
{
    QFETCH(QByteArray, yaml);
    QFETCH(QString, expected);
    const QString problems = problemsOf(yaml);
    QVERIFY2(problems.contains(expected), qPrintable(problems));
}

void tst_Comparison::scenarioIsReadWhole()
{
    FileProblems problems;
    const auto scenario = Scenario::read(R"(
name: order bot streams its answer
hub: {PUBLIC_ACCOUNTS: order_bot, SSE_RESPONSE_TIMEOUT: 2s}
users:
  alice: {}
  order_bot: {command: [python3, bot.py, "${ws_url}"]}
  other: {external: true}
bots:
  tokens:
    - when: {data.message: {$matches: "hi"}}
      reply: {tokens: ["one ", "two ", "three"], every: 20ms, jitter: 5ms, final: true}
steps:
  - connected: {user: order_bot, within: 10s}
  - send: {user_id: alice, data: {message: "hi @order_bot", big: 123456789012345678901234567890}}
    expect:
      events: {min: 3}
      first_within: 200ms
      max_gap: 400ms
      done_within: 2s
      text: {path: data.delta, matches: "order [0-9]+"}
      last: {is_final: true}
  - push: {json: '{"user_id":"alice", "data":{"n":1.0}}'}
    expect: {status: success}
  - received: {user: alice, exactly: 1, match: {n: 1}, within: 500ms, in_order: true}
faults: []
)", QStringLiteral("s.yaml"), problems);
    QVERIFY2(scenario, qPrintable(problems.empty() ? QString() : problems.front().text));
    QCOMPARE(scenario->name, QStringLiteral("order bot streams its answer"));
    QCOMPARE(scenario->steps.size(), 4u);
    QCOMPARE(scenario->users.size(), 3u);
    const auto &send = std::get<SendStep>(scenario->steps[1].what);
    QVERIFY(send.body.contains("123456789012345678901234567890"));
    QCOMPARE(send.expect.least, 3);
    QCOMPARE(send.expect.maxGap->count(), 400);
    QCOMPARE(std::get<PushStep>(scenario->steps[2].what).body, QByteArray(R"({"user_id":"alice", "data":{"n":1.0}})"));
    const auto &received = std::get<ReceivedStep>(scenario->steps[3].what);
    QCOMPARE(received.least, 1);
    QCOMPARE(received.most, 1);
    QVERIFY(received.inOrder);
}

QTEST_APPLESS_MAIN(tst_Comparison)
#include "tst_comparison.moc"
