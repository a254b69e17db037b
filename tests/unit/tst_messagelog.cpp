// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/ClientWishes.h"
#include "hub/core/Message.h"
#include "hub/core/MessageLog.h"
#include "support/FakeClock.h"

#include <QTest>

#include <set>

using namespace trunkline;
using namespace std::chrono_literals;

namespace {

struct Watcher final : MessageLog::Observer
{
    void expired(const UserId &user, const KeptMessage &message) override { lost.append(user + ':' + message.payload().toByteArray()); }
    [[nodiscard]] bool isConnected(const UserId &user) const override { return connected.contains(user); }
    QByteArrayList lost;
    std::set<UserId> connected;
};

/// Remembers what it was told, as a store does.
struct Notes final : MessageStore
{
    void keep(const UserId &user, const KeptMessagePtr &message, bool inHistory, bool inQueue) override
    {
        said.append("keep " + user + ' ' + message->payload().toByteArray() + (inHistory ? " history" : "") + (inQueue ? " queue" : ""));
    }
    void removeFromQueue(const UserId &user, quint64 through) override { said.append("unqueue " + user + ' ' + QByteArray::number(through - base)); }
    void removeFromHistory(const UserId &user, quint64 through) override { said.append("drop " + user + ' ' + QByteArray::number(through - base)); }
    void note(const UserId &user, quint64 last, quint64 lostThrough) override
    {
        standing[user] = {last - base, lostThrough - base};
    }
    void forget(const UserId &user) override { said.append("forget " + user); }
    [[nodiscard]] Ticket lastTicket() const override { return Ticket(said.size()); }
    void whenWritten(Ticket, std::function<void(bool)> callback) override { callback(true); }

    quint64 base = 0;
    QByteArrayList said;
    QHash<QByteArray, std::pair<quint64, quint64>> standing;
};

class Bench
{
public:
    explicit Bench(MessageLog::Limits limits) : log(clock, limits, watcher) { }

    MessageLog::Kept keep(const UserId &user, const QByteArray &json, MessageLog::Waits waits = MessageLog::Waits::No)
    {
        UserLog &of = log.at(user);
        return log.keep(of, OutboundMessage::ofJson(json, MessageLog::next(of), "e"), "id", waits);
    }
    QByteArrayList behind(const UserId &user, quint64 sequence, MessageLog::From from = MessageLog::From::Everything)
    {
        QByteArrayList payloads;
        while (const KeptMessagePtr next = log.after(log.at(user), sequence, from)) {
            payloads.append(next->payload().toByteArray());
            sequence = next->sequence;
        }
        return payloads;
    }

    FakeClock clock;
    Watcher watcher;
    MessageLog log;
};

constexpr qint64 plenty = 1024 * 1024;
constexpr auto Queue = MessageLog::Waits::Yes;

} // namespace

class TestMessageLog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersEachUserWithoutAHole();
    void neverUsesANumberTwice();
    void keepsTheNewestOfEachUser();
    void knowsWhatIsLost();
    void dropsHistoryThatIsTooOld();
    void dropsTheHistoryOfTheQuietestUserFirst();
    void queuesUpToItsLimits();
    void tellsWhatWaitedTooLong();
    void mergesQueueAndHistory();
    void confirmsWhatWasReceived();
    void letsAMessageWaitThatCouldNotBeDelivered();
    void forgetsUsersOfWhomNothingIsKept();
    void sweepsUsersWhoGetNothingMore();
    void tellsTheStoreEverything();
    void takesOverWhatTheStoreRemembered();
    void takesOverWithSmallerLimits();
    void readsWishes_data();
    void readsWishes();
};

void TestMessageLog::numbersEachUserWithoutAHole()
{
    Bench bench({.history = 10, .historyBytes = plenty});
    const quint64 base = bench.log.at("a").last;
    QVERIFY(base > 0);
    bench.keep("a", "{1}");
    bench.keep("b", "{2}");
    bench.keep("a", "{3}");
    QCOMPARE(bench.log.at("a").last, base + 2);
    QCOMPARE(bench.behind("a", base), (QByteArrayList{"{1}", "{3}"}));
    QCOMPARE(bench.behind("a", base + 1), (QByteArrayList{"{3}"}));
    QVERIFY(bench.behind("a", base + 2).isEmpty());
    const KeptMessagePtr first = bench.log.after(bench.log.at("a"), 0, MessageLog::From::Everything);
    QCOMPARE(first->sequence, base + 1);
    QCOMPARE(first->eventName, QByteArray("e"));
    QCOMPARE(first->correlation, QByteArray("id"));
}

void TestMessageLog::neverUsesANumberTwice()
{
    Bench bench({});
    for (int i = 0; i < 5000; ++i)
        bench.keep("a", "{}");
    const quint64 last = bench.log.at("a").last;
    bench.log.release("a");
    QCOMPARE(bench.log.users(), std::size_t(0));
    QCOMPARE(bench.log.at("a").last, last);         // an idle user is remembered …
    bench.log.release("a");
    for (std::size_t i = 0; i < MessageLog::kMaxIdleUsers; ++i) {
        const UserId other = "u" + QByteArray::number(quint64(i));
        bench.log.at(other);
        bench.log.release(other);
    }
    QVERIFY(!bench.log.find("a"));                  // … as long as there is room
    QVERIFY(bench.log.at("a").last >= last);        // within the same millisecond
    Bench later({});
    later.clock.advance(10s);
    QVERIFY(later.log.at("a").last > last);
    QVERIFY(last < (quint64(1) << 53));             // a number of JavaScript
}

void TestMessageLog::keepsTheNewestOfEachUser()
{
    Bench bench({.history = 3, .historyBytes = plenty});
    for (char c = '1'; c <= '5'; ++c) {
        bench.keep("a", QByteArray("{") + c + '}');
        bench.keep("b", QByteArray("{") + c + '}');
    }
    QCOMPARE(bench.behind("a", 0), (QByteArrayList{"{3}", "{4}", "{5}"}));
    QCOMPARE(bench.behind("b", 0).size(), 3);
    QCOMPARE(bench.log.history().messages, 6);
}

void TestMessageLog::knowsWhatIsLost()
{
    Bench bench({.history = 2, .historyBytes = plenty});
    const quint64 base = bench.log.at("a").last;
    QCOMPARE(bench.log.at("a").lostThrough, base);
    bench.keep("a", "{1}");
    bench.keep("a", "{2}");
    QCOMPARE(bench.log.at("a").lostThrough, base);
    bench.keep("a", "{3}");
    QCOMPARE(bench.log.at("a").lostThrough, base + 1);
    Bench none({});
    const quint64 start = none.log.at("a").last;
    none.keep("a", "{1}");
    QCOMPARE(none.log.at("a").lostThrough, start + 1);
}

void TestMessageLog::dropsHistoryThatIsTooOld()
{
    Bench bench({.history = 10, .historyTtl = 1000ms, .historyBytes = plenty});
    bench.keep("a", "{1}");
    bench.clock.advance(600ms);
    bench.keep("a", "{2}");
    bench.clock.advance(399ms);
    QCOMPARE(bench.behind("a", 0).size(), 2);
    bench.clock.advance(1ms);
    QCOMPARE(bench.behind("a", 0), (QByteArrayList{"{2}"}));
}

void TestMessageLog::dropsTheHistoryOfTheQuietestUserFirst()
{
    const QByteArray json = '{' + QByteArray(1000, 'x') + '}';
    Bench bench({.history = 1000, .historyBytes = 10'000});
    bench.keep("quiet", json);
    bench.keep("loud", json);
    for (int i = 0; i < 6; ++i)
        bench.keep("loud", json);
    QCOMPARE(bench.behind("quiet", 0).size(), 1);
    bench.keep("loud", json);       // one too many for the bytes
    QCOMPARE(bench.behind("loud", 0).size(), 8);
    QVERIFY(bench.log.find("quiet")->isIdle);
    QVERIFY(bench.log.history().bytes <= 10'000);
    for (int i = 0; i < 100; ++i)
        bench.keep("loud", json);
    QCOMPARE(bench.log.history().messages, 8);
    QVERIFY(!bench.keep("loud", QByteArray(10'000, 'x')).any());    // larger than all of it
    QCOMPARE(bench.log.history().messages, 8);
}

void TestMessageLog::queuesUpToItsLimits()
{
    Bench bench({.queue = 2, .queueBytes = plenty});
    QVERIFY(!bench.keep("a", "{0}").any());
    QVERIFY(bench.keep("a", "{1}", Queue).inQueue);
    QVERIFY(bench.keep("a", "{2}", Queue).inQueue);
    QVERIFY(!bench.keep("a", "{3}", Queue).inQueue);
    QVERIFY(bench.keep("b", "{4}", Queue).inQueue);
    QCOMPARE(bench.behind("a", 0), (QByteArrayList{"{1}", "{2}"}));
    QCOMPARE(bench.log.queue().messages, 3);

    const qint64 cost = MessageLog::costOf({.frame = QByteArray(102, 'x'), .eventName = "e", .correlation = "id"});
    Bench small({.queue = 100, .queueBytes = 2 * cost});
    const QByteArray json(100, 'x');
    QVERIFY(small.keep("a", json, Queue).inQueue);
    QVERIFY(small.keep("b", json, Queue).inQueue);
    QVERIFY(!small.keep("b", json, Queue).inQueue);
    QCOMPARE(small.log.queue().bytes, 2 * cost);
    small.log.confirm(small.log.at("a"), small.log.at("a").last);
    QVERIFY(small.keep("b", json, Queue).inQueue);
}

void TestMessageLog::tellsWhatWaitedTooLong()
{
    Bench bench({.queue = 10, .queueTtl = 1000ms, .queueBytes = plenty});
    bench.keep("a", "{1}", Queue);
    bench.clock.advance(500ms);
    bench.keep("a", "{2}", Queue);
    bench.clock.advance(500ms);
    QCOMPARE(bench.behind("a", 0), (QByteArrayList{"{2}"}));
    QCOMPARE(bench.watcher.lost, (QByteArrayList{"a:{1}"}));
    QCOMPARE(bench.log.at("a").lostThrough, bench.log.at("a").last - 1);
}

void TestMessageLog::mergesQueueAndHistory()
{
    Bench bench({.history = 2, .historyBytes = plenty, .queue = 3, .queueBytes = plenty});
    for (char c = '1'; c <= '5'; ++c)
        bench.keep("a", QByteArray("{") + c + '}', c <= '3' ? Queue : MessageLog::Waits::No);
    QCOMPARE(bench.behind("a", 0), (QByteArrayList{"{1}", "{2}", "{3}", "{4}", "{5}"}));
    QCOMPARE(bench.behind("a", 0, MessageLog::From::QueueOnly), (QByteArrayList{"{1}", "{2}", "{3}"}));
}

void TestMessageLog::confirmsWhatWasReceived()
{
    Bench bench({.queue = 10, .queueBytes = plenty});
    const quint64 base = bench.log.at("a").last;
    for (char c = '1'; c <= '4'; ++c)
        bench.keep("a", QByteArray("{") + c + '}', Queue);
    bench.log.confirm(bench.log.at("a"), base + 2);
    QCOMPARE(bench.behind("a", 0), (QByteArrayList{"{3}", "{4}"}));
    QCOMPARE(bench.log.at("a").lostThrough, base + 2);
    bench.log.confirm(bench.log.at("a"), base + 9);
    QCOMPARE(bench.log.queue().messages, 0);
    QCOMPARE(bench.log.queue().bytes, 0);
    QVERIFY(bench.log.waiting().empty());
}

void TestMessageLog::letsAMessageWaitThatCouldNotBeDelivered()
{
    Bench bench({.queue = 2, .queueBytes = plenty});
    UserLog &log = bench.log.at("a");
    const OutboundMessage late = OutboundMessage::ofJson("{1}", MessageLog::next(log), {});
    bench.log.keep(log, late, {}, MessageLog::Waits::No);
    bench.keep("a", "{2}", Queue);
    QVERIFY(bench.log.makeWait(bench.log.at("a"), late, {}));
    QCOMPARE(bench.behind("a", 0), (QByteArrayList{"{1}", "{2}"}));     // in its place
    QVERIFY(!bench.log.makeWait(bench.log.at("a"), late, {}));
}

void TestMessageLog::forgetsUsersOfWhomNothingIsKept()
{
    Bench bench({.history = 1, .historyBytes = plenty});
    bench.watcher.connected = {"here"};
    bench.log.at("here");
    bench.log.at("away");
    bench.keep("kept", "{}");
    for (const char *user : {"here", "away", "kept", "nobody"})
        bench.log.release(user);
    QVERIFY(!bench.log.find("here")->isIdle && !bench.log.find("kept")->isIdle);
    QVERIFY(bench.log.find("away")->isIdle && !bench.log.find("nobody"));
    QCOMPARE(bench.log.users(), std::size_t(2));
    QVERIFY(!bench.log.at("away").isIdle);
}

void TestMessageLog::sweepsUsersWhoGetNothingMore()
{
    Bench bench({.history = 5, .historyTtl = 1000ms, .historyBytes = plenty, .queue = 5, .queueTtl = 2000ms, .queueBytes = plenty});
    for (int i = 0; i < 100; ++i)
        bench.keep("user" + QByteArray::number(i), "{}", Queue);
    bench.clock.advance(500ms);
    bench.keep("young", "{}");
    bench.clock.advance(500ms);
    bench.log.sweep();
    QCOMPARE(bench.log.history().messages, 1);
    QCOMPARE(bench.log.queue().messages, 100);
    bench.clock.advance(1000ms);
    bench.log.sweep();
    QCOMPARE(bench.log.users(), std::size_t(0));
    QCOMPARE(bench.watcher.lost.size(), 100);
}

void TestMessageLog::tellsTheStoreEverything()
{
    Bench bench({.history = 1, .historyBytes = plenty, .queue = 5, .queueBytes = plenty});
    Notes notes;
    bench.log.attach(notes, {});
    notes.base = bench.log.at("a").last;
    bench.keep("a", "{1}", Queue);
    bench.keep("a", "{2}");
    QCOMPARE(notes.said, (QByteArrayList{"keep a {1} history queue", "keep a {2} history", "drop a 1"}));
    QCOMPARE(notes.standing.value("a"), std::pair(quint64(2), quint64(0)));     // {1} still waits
    bench.log.confirm(bench.log.at("a"), notes.base + 1);
    QCOMPARE(notes.said.last(), QByteArray("unqueue a 1"));
    QCOMPARE(notes.standing.value("a"), std::pair(quint64(2), quint64(1)));
    for (std::size_t i = 0; i <= MessageLog::kMaxIdleUsers; ++i) {
        bench.log.at("b" + QByteArray::number(quint64(i)));
        bench.log.release("b" + QByteArray::number(quint64(i)));
    }
    QCOMPARE(notes.said.last(), QByteArray("forget b0"));
}

void TestMessageLog::takesOverWhatTheStoreRemembered()
{
    Bench before({.history = 5, .historyBytes = plenty});
    Bench after({.history = 5, .historyBytes = plenty, .queue = 5, .queueBytes = plenty});
    const auto stored = [](quint64 sequence, const QByteArray &json) {
        const OutboundMessage message = OutboundMessage::ofJson(json, sequence, {});
        return std::make_shared<const KeptMessage>(KeptMessage{sequence, 1ms, message.frame(), message.payloadOffset(), {}, {}});
    };
    Notes notes;
    after.log.attach(notes, {{"a", 12, 9, {{stored(10, "{10}"), true, false}, {stored(11, "{11}"), true, true}}}, {"gone", 5, 5, {}}});
    const UserLog &log = after.log.at("a");
    QCOMPARE(log.lostThrough, quint64(9));
    QVERIFY(log.last > 12);     // numbers that a client may have seen are not used again
    QCOMPARE(after.behind("a", 9), (QByteArrayList{"{10}", "{11}"}));
    QCOMPARE(after.behind("a", 0, MessageLog::From::QueueOnly), (QByteArrayList{"{11}"}));
    QVERIFY(notes.said.isEmpty());
    QVERIFY(after.log.find("gone")->isIdle);
    QCOMPARE(after.log.find("gone")->lostThrough, quint64(5));      // whoever saw 5 missed nothing

    Bench plain({.queue = 5, .queueBytes = plenty});
    plain.log.attach(notes, {{"a", 12, 3, {{stored(10, "{10}"), true, true}}}, {"gone", 5, 3, {}}});
    QCOMPARE(plain.log.at("a").lostThrough, quint64(9));            // what was delivered at once was not noted
    QCOMPARE(plain.log.at("gone").lostThrough, plain.log.at("gone").last);
}

void TestMessageLog::takesOverWithSmallerLimits()
{
    Bench bench({.history = 1, .historyBytes = plenty, .queue = 1, .queueBytes = plenty});
    std::vector<StoredUser::Item> items;
    for (quint64 i = 1; i <= 3; ++i) {
        const OutboundMessage message = OutboundMessage::ofJson(QByteArray('{' + QByteArray::number(i) + '}'), i, {});
        items.push_back({std::make_shared<const KeptMessage>(KeptMessage{i, 1ms, message.frame(), message.payloadOffset(), {}, {}}), true, true});
    }
    Notes notes;
    bench.log.attach(notes, {{"a", 3, 0, items}});
    QCOMPARE(bench.log.history().messages, 1);
    QCOMPARE(bench.log.queue().messages, 3);        // they were promised
    QCOMPARE(notes.said, (QByteArrayList{"drop a " + QByteArray::number(2)}));
}

void TestMessageLog::readsWishes_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("field");
    QTest::addColumn<bool>("sequence");
    QTest::addColumn<qint64>("after");      // -1: from now on, -2: a place that is not known
    QTest::newRow("nothing") << QByteArray("user_id=a") << QByteArray() << false << qint64(-1);
    QTest::newRow("sequence") << QByteArray("sequence=1&user_id=a") << QByteArray() << true << qint64(-1);
    QTest::newRow("no sequence") << QByteArray("sequence=0") << QByteArray() << false << qint64(-1);
    QTest::newRow("query") << QByteArray("last_event_id=17") << QByteArray() << false << qint64(17);
    QTest::newRow("field") << QByteArray() << QByteArray("18") << false << qint64(18);
    QTest::newRow("the field wins") << QByteArray("last_event_id=17") << QByteArray("18") << false << qint64(18);
    QTest::newRow("empty") << QByteArray("last_event_id=") << QByteArray() << false << qint64(-1);
    QTest::newRow("zero") << QByteArray("last_event_id=0") << QByteArray() << false << qint64(0);
    QTest::newRow("word") << QByteArray("last_event_id=abc") << QByteArray() << false << qint64(-2);
    QTest::newRow("sign") << QByteArray("last_event_id=-1") << QByteArray() << false << qint64(-2);
    QTest::newRow("huge") << QByteArray() << QByteArray("99999999999999999999999") << false << qint64(-2);
}

void TestMessageLog::readsWishes()
{
    QFETCH(QByteArray, query);
    QFETCH(QByteArray, field);
    QFETCH(qint64, after);
    const ClientWishes wishes = wishesOf(query, field);
    QTEST(wishes.sequence, "sequence");
    QCOMPARE(wishes.after, after == -1 ? std::nullopt : std::optional(after == -2 ? ClientWishes::kUnknownPlace : quint64(after)));
}

QTEST_APPLESS_MAIN(TestMessageLog)
#include "tst_messagelog.moc"
