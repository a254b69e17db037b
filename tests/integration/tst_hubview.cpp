// SPDX-License-Identifier: GPL-3.0-or-later
// What every HubView and HubControl promises, whichever way they reach the hub.
#include "hub/bots/DemoScript.h"
#include "hub/core/JsonText.h"
#include "hub/view/WhyLate.h"
#include "support/HubRig.h"

#include <QCoreApplication>

using namespace trunkline;

Q_DECLARE_METATYPE(HubRig::Twin)

namespace {

QByteArray push(const QByteArray &user, const QByteArray &text)
{
    return R"({"user_id":")" + user + R"(","data":{"message":")" + text + R"("}})";
}

QByteArrayList inTwoParts(const QByteArray &request)
{
    const QByteArray id = jsontext::valueAt(request, "correlation_id").value_or(QByteArray());
    return {R"({"correlation_id":)" + id + R"(,"data":{"n":1}})", R"({"correlation_id":)" + id + R"(,"data":{"n":2},"is_final":true})"};
}

bool hasStep(const ExchangeInfo &exchange, StepKind kind)
{
    return std::any_of(exchange.steps.begin(), exchange.steps.end(), [kind](const ExchangeStep &step) { return step.kind == kind; });
}

} // namespace

class tst_HubView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void firstSnapshotSaysWhereTheHubIs();
    void seesSessionsComeAndGo();
    void readsTheJournalInOrderAndOnce();
    void countsWhatFellOut();
    void seesAnExchangeWithAllItsSteps();
    void seesFailuresAndLateReplies();
    void composesPushSendAndBatch();
    void composeTellsWhenNobodyAnswers();
    void growingStreamIsToldInParts();
    void disconnectsASession();
    void clearEmptiesTheHistory();
    void demoIsThereWithinTwoSeconds();
    void demoLoadComesAndGoes();
    void isQuietWhileNothingHappens();
    void latenciesGrowOldInSilence();
    void tellsAtMostTenTimesASecond();
    void severalWindowsSeeTheSame();
    void linkIsLostWhenTheHubStops();
    void costsNothingWhenNobodyWatches();
};

void tst_HubView::initTestCase_data()
{
    QTest::addColumn<HubRig::Twin>("twin");
    QTest::newRow("local, same thread") << HubRig::SameThread;
    QTest::newRow("local, own thread") << HubRig::OwnThread;
    QTest::newRow("remote") << HubRig::Remote;
}

#define RIG(...)                                              \
    QFETCH_GLOBAL(HubRig::Twin, twin);                        \
    HubRig rig(twin, ##__VA_ARGS__);                          \
    QVERIFY(rig.waitUntilLive())

void tst_HubView::firstSnapshotSaysWhereTheHubIs()
{
    Settings settings;
    settings.sseSendPath = "/ask";
    RIG(settings);
    const auto snapshot = rig.view->snapshot();
    QCOMPARE(snapshot->url, rig.access.url.toEncoded());
    QCOMPARE(snapshot->webSocketUrl, rig.webSocketUrl.toEncoded());
    QCOMPARE(snapshot->sseSendPath, "/ask");
    QCOMPARE(snapshot->version, TRUNKLINE_VERSION);
    QVERIFY(snapshot->publicAccounts.contains("ci_bot"));
    QVERIFY(!snapshot->instance.isEmpty());
    QVERIFY(snapshot->boundToLoopback && snapshot->protectedMode && !snapshot->secure && !snapshot->stopping);
    QVERIFY(!rig.view->isReadOnly());
    QVERIFY(rig.view->linkDetail().isEmpty());
}

void tst_HubView::seesSessionsComeAndGo()
{
    RIG();
    const auto alice = rig.connectUser(QStringLiteral("alice"));
    const auto bot = rig.connectUser(QStringLiteral("ci_bot"));
    QTRY_COMPARE(rig.view->snapshot()->sessions.size(), 2u);
    const SessionInfo session = rig.view->snapshot()->sessions.front();
    QCOMPARE(session.user, "alice");
    QVERIFY(session.remote.startsWith("127.0.0.1:"));
    QVERIFY(qAbs((session.connectedAt - rig.clock.wall()).count()) < 5000);
    QVERIFY(!session.isPublic && rig.view->snapshot()->sessions.back().isPublic);
    alice->close();
    QTRY_COMPARE(rig.view->snapshot()->sessions.size(), 1u);
    QTRY_COMPARE(rig.view->journalAfter(0, 100).entries.size(), 3u);
    const JournalEntry left = rig.view->journalAfter(0, 100).entries.back();
    QCOMPARE(left.kind, EntryKind::Disconnect);
    QCOMPARE(left.text, "1000");
}

void tst_HubView::readsTheJournalInOrderAndOnce()
{
    RIG();
    const auto alice = rig.connectUser(QStringLiteral("alice"));
    QByteArray batch = "[";
    for (int i = 0; i < 300; ++i)
        batch += (i > 0 ? "," : "") + push("alice", "m" + QByteArray::number(i));
    QCOMPARE(rig.compose(HubControl::Kind::Batch, batch + ']').status, 200);
    std::vector<JournalEntry> seen;
    quint64 sequence = 0;
    QVERIFY(QTest::qWaitFor([&] {
        const JournalPage page = rig.view->journalAfter(sequence, 64);
        for (const JournalEntry &entry : page.entries) {
            if (entry.sequence != ++sequence)
                return false;
            seen.push_back(entry);
        }
        return sequence == 301;
    }));
    QCOMPARE(seen.back().kind, EntryKind::Push);
    QCOMPARE(seen.back().direction, Direction::Out);
    QCOMPARE(seen.back().user, "alice");
    QVERIFY(seen.back().payload().startsWith(R"({"message":"m299",)"));
    QVERIFY(!seen.back().correlation.isEmpty());
    QCOMPARE(rig.view->journalAfter(301, 10).entries.size(), 0u);
    QCOMPARE(rig.view->journalAfter(0, 10).skipped, 0u);
    const auto when = wallTime(*rig.view->snapshot(), seen.back().time);
    QVERIFY(qAbs((when - rig.clock.wall()).count()) < 5000);
}

void tst_HubView::countsWhatFellOut()
{
    Settings settings;
    settings.journalEntries = 20;
    RIG(settings);
    QByteArray batch = "[";
    for (int i = 0; i < 100; ++i)
        batch += (i > 0 ? "," : "") + push("nobody", "x");
    QCOMPARE(rig.compose(HubControl::Kind::Batch, batch + ']').status, 200);
    QTRY_COMPARE(rig.view->journalAfter(0, 1000).last, 100u);
    const JournalPage page = rig.view->journalAfter(0, 1000);
    QCOMPARE(page.entries.size(), 20u);
    QCOMPARE(page.skipped, 80u);
    QTRY_COMPARE(rig.view->snapshot()->journalEvicted, 80u);
}

void tst_HubView::seesAnExchangeWithAllItsSteps()
{
    RIG();
    const auto bob = rig.connectUser(QStringLiteral("bob"), inTwoParts);
    const ComposeAnswer answer = rig.compose(HubControl::Kind::Send, push("bob", "hi"));
    QTRY_COMPARE(rig.exchanges().size(), 1u);
    QTRY_VERIFY(hasStep(*rig.exchanges().front(), StepKind::UpstreamDrained));
    const auto exchange = rig.exchanges().front();
    QCOMPARE(exchange->state, ExchangeState::Done);
    QCOMPARE(exchange->correlation, answer.correlation);
    QCOMPARE(exchange->chunks, 2);
    QCOMPARE(exchange->route.target, "bob");
    QCOMPARE(exchange->route.sessionsFound, 1);
    QCOMPARE(exchange->agent, "trunkline-desktop/" TRUNKLINE_VERSION);
    QVERIFY(exchange->upstream.startsWith("127.0.0.1:"));
    QVERIFY(exchange->request.contains("\"message\":\"hi\""));
    QVERIFY(hasStep(*exchange, StepKind::Drained));
    QVERIFY2(exchange->pingMicroseconds >= 0, "an unknown ping is measured while somebody watches");
    QVERIFY(whyLate(*exchange).sentence.contains(QStringLiteral("waiting for bob; hub ")));
    QTRY_VERIFY(rig.view->snapshot()->firstReplyP99 >= rig.view->snapshot()->firstReplyP50);
    QTRY_VERIFY(!rig.view->snapshot()->upstreams.empty());
}

void tst_HubView::seesFailuresAndLateReplies()
{
    Settings settings;
    settings.sseResponseTimeout = std::chrono::milliseconds(100);
    RIG(settings);
    rig.compose(HubControl::Kind::Send, push("nobody", "hi"));
    QByteArray request;
    const auto bob = rig.connectUser(QStringLiteral("bob"), [&request](const QByteArray &text) {
        request = text;
        return QByteArrayList();
    });
    QVERIFY(rig.compose(HubControl::Kind::Send, push("bob", "hi")).body.contains("Timeout waiting for response"));
    bob->sendTextMessage(QString::fromUtf8(inTwoParts(request).last()));
    QTRY_VERIFY(rig.exchanges().size() == 2 && rig.exchanges().back()->lateReplies == 1);
    const auto exchanges = rig.exchanges();
    QCOMPARE(exchanges.front()->state, ExchangeState::NotConnected);
    QCOMPARE(exchanges.front()->route.answer, "User not connected");
    QCOMPARE(exchanges.back()->state, ExchangeState::TimedOut);
    QVERIFY(exchanges.back()->isFailed());
    QCOMPARE(exchanges.back()->steps.back().kind, StepKind::LateReply);
}

void tst_HubView::composesPushSendAndBatch()
{
    RIG();
    const auto bob = rig.connectUser(QStringLiteral("bob"), inTwoParts);
    QCOMPARE(rig.compose(HubControl::Kind::Push, push("bob", "hi")).body, R"({"status": "success", "message": "Message delivered", "sessions": 1})");
    QCOMPARE(rig.compose(HubControl::Kind::Push, "{").status, 422);
    QVERIFY(rig.compose(HubControl::Kind::Batch, '[' + push("bob", "hi") + ']').body.contains(R"("success": true)"));
    QVERIFY(rig.compose(HubControl::Kind::Broadcast, R"({"prefix":"bo","data":{}})").body.contains(R"("users": 1)"));
    const ComposeAnswer named = rig.compose(HubControl::Kind::Send, R"({"user_id":"bob","correlation_id":"mine","data":{}})");
    QCOMPARE(named.correlation, "mine");
    QCOMPARE(named.body.count("data: "), 2);
}

void tst_HubView::composeTellsWhenNobodyAnswers()
{
    HubAccess nowhere;
    nowhere.url = QUrl(QStringLiteral("http://127.0.0.1:1"));
    RemoteHubControl control(nowhere);
    ComposeAnswer answer;
    answer.status = -1;
    control.compose(HubControl::Kind::Push, "{}", [&answer](const ComposeAnswer &now) { answer = now; });
    QTRY_COMPARE(answer.status, 0);
    QVERIFY(!answer.body.isEmpty());
    QString problem;
    control.onOrderFailed([&problem](const QString &text) { problem = text; });
    control.clearJournal();
    QTRY_VERIFY(!problem.isEmpty());
    // And nothing comes once it died.
    bool called = false;
    {
        RemoteHubControl gone(nowhere);
        gone.compose(HubControl::Kind::Send, "{}", [&called](const ComposeAnswer &) { called = true; });
    }
    QTest::qWait(50);
    QVERIFY(!called);
}

void tst_HubView::growingStreamIsToldInParts()
{
    RIG();
    const auto bob = rig.connectUser(QStringLiteral("bob"));
    QObject::connect(bob.get(), &QWebSocket::textMessageReceived, bob.get(), [socket = bob.get()](const QString &text) {
        const QByteArrayList parts = inTwoParts(text.toUtf8());
        socket->sendTextMessage(QString::fromUtf8(parts.first()));
        QTimer::singleShot(100, socket, [socket, last = parts.last()] { socket->sendTextMessage(QString::fromUtf8(last)); });
    });
    std::vector<ComposeAnswer> answers;
    rig.control->compose(HubControl::Kind::Send, push("bob", "hi"), [&answers](const ComposeAnswer &now) { answers.push_back(now); });
    QTRY_VERIFY(!answers.empty() && answers.back().body.contains("is_final"));
    QVERIFY(answers.size() >= 2);
    QVERIFY(!answers.front().body.contains("is_final"));
    QVERIFY(!answers.front().correlation.isEmpty());
}

void tst_HubView::disconnectsASession()
{
    RIG();
    const auto bob = rig.connectUser(QStringLiteral("bob"));
    QTRY_COMPARE(rig.view->snapshot()->sessions.size(), 1u);
    rig.control->disconnectSession(rig.view->snapshot()->sessions.front().id, "Too loud");
    QTRY_COMPARE(bob->state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(int(bob->closeCode()), 1008);
    QCOMPARE(bob->closeReason(), QStringLiteral("Too loud"));
    QTRY_VERIFY(rig.view->snapshot()->sessions.empty());
}

void tst_HubView::clearEmptiesTheHistory()
{
    RIG();
    for (int i = 0; i < 3; ++i)
        rig.compose(HubControl::Kind::Send, push("nobody", "hi"));
    QTRY_COMPARE(rig.exchanges().size(), 3u);
    QTRY_COMPARE(rig.view->journalAfter(0, 100).entries.size(), 3u);
    rig.control->clearJournal();
    QTRY_VERIFY(rig.exchanges().empty());
    QVERIFY(rig.view->journalAfter(0, 100).entries.empty());
    rig.compose(HubControl::Kind::Push, push("nobody", "hi"));
    QTRY_COMPARE(rig.view->journalAfter(0, 100).entries.size(), 1u);
    const JournalPage page = rig.view->journalAfter(0, 100);
    QCOMPARE(page.entries.front().sequence, 4u);
    QCOMPARE(page.skipped, 0u);
}

void tst_HubView::demoIsThereWithinTwoSeconds()
{
    RIG();
    QElapsedTimer clicked;
    clicked.start();
    rig.control->startDemo(0);
    QTRY_VERIFY(!rig.exchanges().empty());
    QVERIFY(clicked.elapsed() < 500);
    QTRY_COMPARE_WITH_TIMEOUT(rig.exchanges().front()->state, ExchangeState::Done, 3000);
    const WhyLate why = whyLate(*rig.exchanges().front());
    QCOMPARE(rig.exchanges().front()->chunks, 12);
    QVERIFY2(clicked.elapsed() < 2000, QByteArray::number(clicked.elapsed()));
    QVERIFY(why.sentence.contains(QStringLiteral("demo_bot")));
    QVERIFY(why.longestText.endsWith(QStringLiteral("before token 5")));
    rig.control->startDemo(0);      // again: another request to the same bot
    QTRY_COMPARE(rig.exchanges().size(), 2u);
    rig.control->stopDemo();
    QTRY_VERIFY(rig.view->snapshot()->sessions.empty());
    // Both ends went at once: either may be noticed first.
    QTRY_VERIFY(rig.exchanges().back()->state == ExchangeState::Cancelled || rig.exchanges().back()->state == ExchangeState::Disconnected);
}

void tst_HubView::demoLoadComesAndGoes()
{
    RIG();
    rig.control->startDemo(100);
    QTRY_COMPARE_WITH_TIMEOUT(rig.view->snapshot()->sessions.size(), 101u, 10'000);
    QTRY_COMPARE_WITH_TIMEOUT(rig.view->snapshot()->metrics.pushes, 100u * demo::kBurstMessages, 10'000);
    QCOMPARE(rig.view->snapshot()->metrics.pushesNotConnected, 0u);
    rig.control->stopDemo();
    QTRY_VERIFY(rig.view->snapshot()->sessions.empty());
}

void tst_HubView::isQuietWhileNothingHappens()
{
    RIG();
    QTest::qWait(300);
    QSignalSpy updates(rig.view.get(), &HubView::updated);
    QTest::qWait(2500);     // longer than the quiet look at pings and queues
    QCOMPARE(updates.size(), 0);
}

/// They are of the last seconds, and no counter tells that these are over.
void tst_HubView::latenciesGrowOldInSilence()
{
    RIG();
    if (twin != HubRig::Remote)
        return;         // ten seconds once are enough: the monitor is the same
    const auto bob = rig.connectUser(QStringLiteral("bob"), inTwoParts);
    rig.compose(HubControl::Kind::Send, push("bob", "hi"));
    QTRY_VERIFY(rig.view->snapshot()->firstReplyP50 >= 0);
    QTRY_COMPARE_WITH_TIMEOUT(rig.view->snapshot()->firstReplyP50, -1, 20'000);
    QCOMPARE(rig.view->snapshot()->firstReplyP99, -1);
}

void tst_HubView::tellsAtMostTenTimesASecond()
{
    RIG();
    QSignalSpy updates(rig.view.get(), &HubView::updated);
    QElapsedTimer time;
    time.start();
    int sent = 0;
    int answered = 0;
    std::function<void(const ComposeAnswer &)> next = [&](const ComposeAnswer &) {
        ++answered;
        if (time.elapsed() < 1000) {
            ++sent;
            rig.control->compose(HubControl::Kind::Push, push("nobody", "x"), next);
        }
    };
    next({});
    QTRY_COMPARE(answered, sent + 1);
    QTRY_COMPARE(rig.view->journalAfter(quint64(sent) - 1, 10).last, quint64(sent));
    QVERIFY(sent > 10);
    // The remote twin asks for snapshot and journal apart, and both are news.
    const int most = rig.twin == HubRig::Remote ? 36 : 12;
    QVERIFY2(updates.size() >= 2 && updates.size() <= most, QByteArray::number(updates.size()));
}

void tst_HubView::severalWindowsSeeTheSame()
{
    RIG();
    rig.compose(HubControl::Kind::Push, push("nobody", "before"));
    const std::unique_ptr<HubView> second = rig.makeView();
    QTRY_COMPARE(second->journalAfter(0, 10).entries.size(), 1u);
    rig.compose(HubControl::Kind::Push, push("nobody", "after"));
    QTRY_COMPARE(second->journalAfter(0, 10).entries.size(), 2u);
    QTRY_COMPARE(rig.view->journalAfter(0, 10).entries.size(), 2u);
    QTRY_COMPARE(second->snapshot()->instance, rig.view->snapshot()->instance);
}

void tst_HubView::linkIsLostWhenTheHubStops()
{
    RIG();
    rig.compose(HubControl::Kind::Push, push("nobody", "x"));
    QTRY_COMPARE(rig.view->journalAfter(0, 10).entries.size(), 1u);
    QSignalSpy changes(rig.view.get(), &HubView::linkChanged);
    rig.server.reset();
    rig.thread.reset();
    QTRY_COMPARE(rig.view->link(), HubView::Link::Lost);
    QVERIFY(changes.size() >= 1);
    QVERIFY(!rig.view->linkDetail().isEmpty());
    QCOMPARE(rig.view->journalAfter(0, 10).entries.size(), 1u);     // what was seen stays
    QString problem;
    rig.control->onOrderFailed([&problem](const QString &text) { problem = text; });
    rig.control->clearJournal();
    QTRY_VERIFY(!problem.isEmpty());
}

void tst_HubView::costsNothingWhenNobodyWatches()
{
    RIG();
    if (!rig.server)
        QSKIP("the monitor is on another thread");
    QVERIFY(rig.server->monitor().isWatched());
    rig.view.reset();
    QTRY_VERIFY(!rig.server->monitor().isWatched());
}

QTEST_GUILESS_MAIN(tst_HubView)
#include "tst_hubview.moc"
