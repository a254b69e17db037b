// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/Scenario.h"
#include "bench/ScenarioFrom.h"

#include <QTest>

using namespace trunkline;
using namespace std::chrono_literals;

namespace {

JournalEntry reply(const QByteArray &json)
{
    JournalEntry entry;
    entry.kind = EntryKind::Reply;
    entry.correlation = "c-1";
    entry.text = json;
    return entry;
}

ExchangeInfo exchangeWith(int replies)
{
    ExchangeInfo exchange;
    exchange.correlation = "c-1";
    exchange.route.named = exchange.route.target = "shop";
    exchange.state = ExchangeState::Done;
    exchange.latency = 30ms;
    exchange.steps.push_back({StepKind::Written, 1ms, 0});
    for (int i = 0; i < replies; ++i)
        exchange.steps.push_back({StepKind::Reply, 10ms * (i + 1), 0});
    return exchange;
}

/// What the bot of the scenario that was made says to `message`.
QByteArrayList saidAgain(const std::vector<JournalEntry> &messages, const QByteArray &message)
{
    const QByteArray yaml = scenarioFrom(exchangeWith(int(messages.size())), messages, R"({"user_id":"shop","data":{"message":"hi"}})");
    FileProblems problems;
    const auto scenario = Scenario::read(yaml, QStringLiteral("made.yaml"), problems);
    if (!scenario)
        return {"unreadable: " + yaml};
    SeededRandom random(1);
    QByteArrayList said;
    for (const BotAction &action : scenario->bots.front().second.answer(message, random))
        said << action.text;
    return said;
}

} // namespace

class tst_ScenarioFrom : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void botSaysAgainWhatWasSaidWhateverItLooksLike_data();
    void botSaysAgainWhatWasSaidWhateverItLooksLike();
};

void tst_ScenarioFrom::botSaysAgainWhatWasSaidWhateverItLooksLike_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("plain") << QByteArray("one");
    QTest::newRow("a placeholder") << QByteArray("echo ${message} and ${correlation_id}");
    QTest::newRow("half of one") << QByteArray("cost: ${ 5");
    QTest::newRow("an escaped one") << QByteArray("$${message} $$${message} $");
    QTest::newRow("quotes") << QByteArray("\\\"${message}\\\" \\\\ it's");
}

void tst_ScenarioFrom::botSaysAgainWhatWasSaidWhateverItLooksLike()
{
    QFETCH(QByteArray, text);
    const QByteArray message = R"({"message":"hi","correlation_id":"c-2"})";
    // A stream of tokens …
    const QByteArrayList tokens = saidAgain({reply(R"({"type":"chunk","data":{"delta":")" + text + R"("},"is_final":true,"correlation_id":"c-1"})")}, message);
    QCOMPARE(tokens.size(), 1);
    QVERIFY2(tokens.front().contains(QByteArray("\"delta\":\"" + text + '"')), tokens.front());
    // … and replies as they come, in names and in depth, too.
    const QByteArrayList chunks = saidAgain({reply(R"({"data":{"list":[{"n":1,"t":")" + text + R"("}]},"is_final":true,"correlation_id":"c-1"})")}, message);
    QCOMPARE(chunks.size(), 1);
    QVERIFY2(chunks.front().contains(QByteArray("\"t\":\"" + text + '"')), chunks.front());
}

QTEST_APPLESS_MAIN(tst_ScenarioFrom)
#include "tst_scenariofrom.moc"
