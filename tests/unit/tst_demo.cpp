// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/bots/BotRules.h"
#include "hub/bots/DemoScript.h"
#include "hub/bots/LoadUser.h"
#include "hub/core/UpstreamTable.h"

#include <QTest>

#include <numeric>

using namespace trunkline;
using namespace std::chrono_literals;

namespace {

QByteArray frame(int opcode, const QByteArray &payload)
{
    QByteArray bytes(1, char(0x80 | opcode));
    if (payload.size() < 126)
        bytes.append(char(payload.size()));
    else
        bytes.append(char(126)).append(char(payload.size() >> 8)).append(char(payload.size() & 0xff));
    return bytes + payload;
}

} // namespace

class tst_Demo : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void upstreamsAreCountedAndBounded();
    void productsOfUserAgents_data();
    void productsOfUserAgents();
    void scriptTakesAboutASecond();
    void burstReachesEverybodyEquallyOften();
    void framesAreSkippedInPieces();
};

void tst_Demo::upstreamsAreCountedAndBounded()
{
    UpstreamTable table;
    UpstreamTable::Entry *first = table.enter("10.0.0.1", "curl/8");
    QCOMPARE(table.enter("10.0.0.1", "curl/8"), first);
    QCOMPARE(first->connections, 2);
    UpstreamTable::leave(*first);
    UpstreamTable::leave(*first);
    for (std::size_t i = 1; i < UpstreamTable::kMaxEntries; ++i)
        QVERIFY(table.enter("10.0.0.2", QByteArray::number(quint64(i))));
    QVERIFY(table.enter("10.0.0.3", ""));       // takes the place of the first, whom nobody holds
    QVERIFY(!table.enter("10.0.0.4", ""));
    QCOMPARE(table.size(), UpstreamTable::kMaxEntries);
    QCOMPARE(addressOfPeer("[::1]:80"), "[::1]");
}

void tst_Demo::productsOfUserAgents_data()
{
    QTest::addColumn<QByteArray>("agent");
    QTest::addColumn<QByteArray>("product");
    QTest::newRow("none") << QByteArray() << QByteArray();
    QTest::newRow("curl") << QByteArray("curl/7.88.1") << QByteArray("curl/7.88.1");
    QTest::newRow("browser") << QByteArray("Mozilla/5.0 (X11; Linux)") << QByteArray("Mozilla/5.0");
    QTest::newRow("comment") << QByteArray("Thing(1)") << QByteArray("Thing");
    QTest::newRow("long") << QByteArray(100, 'x') << QByteArray(64, 'x');
}

void tst_Demo::productsOfUserAgents()
{
    QFETCH(QByteArray, agent);
    QTEST(productOf(agent).toByteArray(), "product");
}

void tst_Demo::scriptTakesAboutASecond()
{
    FileProblems problems;
    const auto file = BotFile::read(demo::botsFile(), problems);
    QVERIFY(file && problems.empty());
    QCOMPARE(file->bots.front().first, QByteArray(demo::kBotName));
    SeededRandom random(0);
    const std::vector<BotAction> actions = file->bots.front().second.answer(R"({"correlation_id":"a\"b","x":1})", random);
    QCOMPARE(actions.size(), 12u);
    const auto total = std::accumulate(actions.begin(), actions.end(), 0ms, [](auto sum, const BotAction &action) { return sum + action.after; });
    QVERIFY(total > 1000ms && total < 1400ms);
    QVERIFY(actions[11].text.contains(R"("is_final":true)") && !actions[10].text.contains(R"("is_final":true)"));
    QVERIFY(actions[4].text.contains(R"("correlation_id":"a\"b")"));
}

void tst_Demo::burstReachesEverybodyEquallyOften()
{
    QByteArray all;
    int batches = 0;
    for (QByteArray batch = demo::burstBatch(70, 0); !batch.isNull(); batch = demo::burstBatch(70, ++batches))
        all += batch;
    QCOMPARE(batches, 2);
    QCOMPARE(all.count("user_id"), 70 * demo::kBurstMessages);
    QCOMPARE(all.count("demo_user_00070"), demo::kBurstMessages);
    QVERIFY(demo::burstBatch(0, 0).isNull());
}

void tst_Demo::framesAreSkippedInPieces()
{
    const QByteArray bytes = frame(1, "hello") + frame(9, "pi") + frame(1, QByteArray(300, 'x')) + frame(9, {}) + frame(8, "\x03\xe8");
    for (const qsizetype step : {qsizetype(1), qsizetype(3), bytes.size()}) {
        ServerFrames frames;
        QByteArray answers;
        for (qsizetype i = 0; i < bytes.size(); i += step)
            answers += frames.feed(QByteArrayView(bytes).sliced(i, qMin(step, bytes.size() - i)));
        QCOMPARE(frames.messages(), 2u);
        QVERIFY(frames.isClosed());
        QCOMPARE(answers, QByteArray("\x8a\x82\0\0\0\0pi\x8a\x80\0\0\0\0\x88\x80\0\0\0\0", 20));
    }
}

QTEST_APPLESS_MAIN(tst_Demo)
#include "tst_demo.moc"
