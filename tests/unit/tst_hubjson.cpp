// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/view/HubJson.h"
#include "hub/view/HubJsonNames.h"

#include <QTest>

using namespace trunkline;
using namespace std::chrono_literals;

namespace {

std::shared_ptr<const ExchangeInfo> exchangeOf(quint64 number, quint64 revision, ExchangeState state = ExchangeState::Done)
{
    auto exchange = std::make_shared<ExchangeInfo>();
    exchange->number = number;
    exchange->revision = revision;
    exchange->state = state;
    return exchange;
}

} // namespace

class tst_HubJson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jsonKeepsSnapshots();
    void jsonKeepsJournals();
    void jsonKeepsExchanges();
    void jsonSurvivesStrangers();
};

void tst_HubJson::jsonKeepsSnapshots()
{
    HubSnapshot snapshot;
    snapshot.instance = "abc";
    snapshot.number = 7;
    snapshot.takenAt = 1'700'000'000'123ms;
    snapshot.instant = {42us};
    snapshot.uptime = 99us;
    quint64 value = 0;
    for (const auto &[name, counter] : hubjson::kMetrics)
        snapshot.metrics.*counter = ++value;
    snapshot.sessions = {{SessionId{3}, "\xc3\xa4\"\\\n", "127.0.0.1:1", true, 5ms, 6, 7, 8, 9, 10}, {SessionId{4}, "b", "[::1]:2"}};
    snapshot.upstreams = {{"10.0.0.1", "curl/8", 3, 2}};
    snapshot.publicAccounts = {"ci_bot", "x"};
    snapshot.sessions.back().eventStream = snapshot.sessions.back().catchingUp = true;
    snapshot.sessions.back().history = 21;
    snapshot.sessions.back().waiting = 22;
    snapshot.waiting = {{"away", 3, 1'700'000'000'001ms}, {"\xc3\xa4", 1, 2ms}};
    snapshot.history = {31, 32, 33};
    snapshot.queue = {41, 42, 43};
    snapshot.stored = true;
    snapshot.openRequests = 11;
    snapshot.waitingReceipts = 16;
    snapshot.blockedPushes = 17;
    snapshot.idempotencyKeys = 18;
    snapshot.journalLast = (quint64(1) << 53) - 1;
    snapshot.journalEvicted = 12;
    snapshot.journalBytes = 13;
    snapshot.journalMaxBytes = 14;
    snapshot.firstReplyP50 = 15;
    snapshot.url = "http://h:1";
    snapshot.webSocketUrl = "ws://h:1/ws";
    snapshot.ssePath = "/a";
    snapshot.sseBatchPath = "/b";
    snapshot.sseSendPath = "/c";
    snapshot.sseBroadcastPath = "/d";
    snapshot.version = "0.1";
    snapshot.secure = snapshot.stopping = true;
    snapshot.boundToLoopback = snapshot.protectedMode = false;
    const QByteArray json = hubjson::encode(snapshot);
    const auto read = hubjson::decodeSnapshot(json);
    QVERIFY(read);
    QCOMPARE(hubjson::encode(*read), json);
    QVERIFY(read->sessions == snapshot.sessions && read->upstreams == snapshot.upstreams && read->metrics == snapshot.metrics);
    QVERIFY(read->waiting == snapshot.waiting && read->history == snapshot.history && read->queue == snapshot.queue && read->stored);
    QCOMPARE(read->journalLast, snapshot.journalLast);
    QCOMPARE(read->waitingReceipts, 16);
    QCOMPARE(read->blockedPushes, 17);
    QCOMPARE(read->idempotencyKeys, 18);
    QCOMPARE(read->sseBroadcastPath, "/d");
    QCOMPARE(read->firstReplyP99, -1);
}

void tst_HubJson::jsonKeepsJournals()
{
    JournalPage page;
    page.last = 9;
    page.skipped = 2;
    quint64 sequence = 0;
    for (const auto &[status, name] : hubjson::kStatuses) {
        JournalEntry entry;
        entry.sequence = ++sequence;
        entry.time = {std::chrono::microseconds(sequence * 1000)};
        entry.status = status;
        entry.kind = hubjson::kKinds[sequence % hubjson::kKinds.size()].first;
        entry.leg = sequence % 2 ? Leg::Upstream : Leg::Client;
        entry.direction = sequence % 3 ? Direction::In : Direction::Out;
        entry.session = {sequence % 4};
        entry.user = "\xe6\xbc\xa2";
        entry.correlation = sequence % 2 ? "c" : "";
        entry.request = sequence % 2 ? "" : "r-1";
        entry.text = R"({"a":"\u0000\n\ud800"})";
        entry.textBytes = 1000;
        page.entries.push_back(entry);
    }
    const QByteArray json = hubjson::encode(page);
    const auto read = hubjson::decodeJournal(json);
    QVERIFY(read);
    QCOMPARE(hubjson::encode(*read), json);
    QCOMPARE(read->entries.back().text, page.entries.back().text);
    QCOMPARE(read->entries[1].request, "r-1");
    QCOMPARE(read->entries.back().status, hubjson::kStatuses.back().first);
}

void tst_HubJson::jsonKeepsExchanges()
{
    ExchangePage page;
    page.revision = 5;
    page.skipped = 1;
    for (const auto &[state, name] : hubjson::kStates) {
        auto exchange = std::make_shared<ExchangeInfo>(*exchangeOf(3, 4, state));
        exchange->correlation = "id";
        exchange->startedAt = 12ms;
        exchange->route = {"a", "b", "b", 1, 2, 3, "User not connected"};
        exchange->session = {8};
        exchange->upstream = "1.2.3.4:5";
        exchange->agent = "x/1";
        exchange->requestId = "r-1";
        exchange->traceparent = "00-1-2-01";
        exchange->chunks = 6;
        exchange->lateReplies = 7;
        exchange->latency = 8us;
        exchange->pingMicroseconds = 9;
        exchange->queuedBytes = 10;
        exchange->request = "{\"x\":1}";
        exchange->requestBytes = 11;
        exchange->stepsDropped = 12;
        for (const auto &[kind, word] : hubjson::kSteps)
            exchange->steps.push_back({kind, 13us, 14});
        page.exchanges.push_back(exchange);
    }
    const QByteArray json = hubjson::encode(page);
    const auto read = hubjson::decodeExchanges(json);
    QVERIFY(read);
    QCOMPARE(hubjson::encode(*read), json);
    QVERIFY(read->exchanges.back()->steps == page.exchanges.back()->steps);
    QVERIFY(read->exchanges.back()->route == page.exchanges.back()->route);
    QCOMPARE(read->exchanges.back()->state, ExchangeState::Overflow);
}

void tst_HubJson::jsonSurvivesStrangers()
{
    for (const char *bad : {"", "[]", "{", "null", "<html>"}) {
        QVERIFY(!hubjson::decodeSnapshot(bad));
        QVERIFY(!hubjson::decodeJournal(bad));
        QVERIFY(!hubjson::decodeExchanges(bad));
    }
    const auto journal = hubjson::decodeJournal(R"({"entries":[{"kind":"new kind","sequence":-1,"session":"x"},7],"future":{}})");
    QVERIFY(journal && journal->entries.size() == 2 && journal->entries.front().sequence == 0);
    QVERIFY(hubjson::decodeExchanges(R"({"exchanges":[{"steps":[[],["x"],3]}]})"));
    QVERIFY(hubjson::decodeSnapshot(R"({"sessions":{},"metrics":[]})"));
}

QTEST_APPLESS_MAIN(tst_HubJson)
#include "tst_hubjson.moc"
