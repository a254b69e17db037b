// SPDX-License-Identifier: GPL-3.0-or-later
// The admin API and the window that is attached to it: who may do what, and what happens when the hub goes and comes back.
#include "support/HubRig.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>

using namespace trunkline;

namespace {

constexpr char kControl[] = "/admin/control";

Settings anyPort()
{
    Settings settings;
    settings.port = 0;
    return settings;
}

} // namespace

class tst_Attach : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void demandsATokenOnLoopbackToo_data();
    void demandsATokenOnLoopbackToo();
    void observersReadAndDoNotOrder();
    void controlRefusesOtherOrigins_data();
    void controlRefusesOtherOrigins();
    void controlSaysWhatIsWrong_data();
    void controlSaysWhatIsWrong();
    void pagesAreBounded();
    void eventsAreKeptAlive();
    void watchersAreBounded();
    void attachesReadOnlyWithAnObserversToken();
    void saysWhyAWrongTokenIsRefused();
    void startsAnewAfterARestart();
    void watchingEndsWithTheHub();

private:
    struct Answer
    {
        int status = 0;
        QByteArray body;
        QByteArray authenticate;
    };
    Answer ask(const QByteArray &method, const QString &path, const QByteArray &token = {}, const QByteArray &body = {},
               const QByteArray &origin = {})
    {
        QNetworkRequest request(m_url.resolved(QUrl(path)));
        if (!token.isEmpty())
            request.setRawHeader("Authorization", "Bearer " + token);
        if (!origin.isEmpty())
            request.setRawHeader("Origin", origin);
        if (!body.isEmpty())
            request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArray("application/json"));
        const std::unique_ptr<QNetworkReply> reply(m_manager.sendCustomRequest(request, method, body));
        (void)QTest::qWaitFor([&] { return reply->isFinished(); }, 5000);
        return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), reply->readAll(), reply->rawHeader("WWW-Authenticate")};
    }
    void startServer(const Settings &settings = anyPort())
    {
        m_server = *Server::start(settings, m_clock);
        m_url = m_server->url();
    }
    SystemClock m_clock;
    std::unique_ptr<Server> m_server;
    QNetworkAccessManager m_manager;
    QUrl m_url;
};

void tst_Attach::demandsATokenOnLoopbackToo_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QString>("path");
    for (const char *path : {"/admin/snapshot", "/admin/journal", "/admin/exchanges", "/admin/events"})
        QTest::newRow(path) << QByteArray("GET") << QString::fromLatin1(path);
    QTest::newRow(kControl) << QByteArray("POST") << QString::fromLatin1(kControl);
}

void tst_Attach::demandsATokenOnLoopbackToo()
{
    QFETCH(QByteArray, method);
    QFETCH(QString, path);
    startServer();
    const QByteArray body = method == "POST" ? R"({"order":"clear"})" : QByteArray();
    const Answer without = ask(method, path, {}, body);
    QCOMPARE(without.status, 401);
    QCOMPARE(without.authenticate, "Bearer");
    QCOMPARE(ask(method, path, "wrong", body).status, 401);
    if (!path.endsWith(QStringLiteral("events")))
        QCOMPARE(ask(method, path, m_server->adminToken(), body).status, 200);
}

void tst_Attach::observersReadAndDoNotOrder()
{
    Settings settings = anyPort();
    settings.authTokens = {"eye:observe", "mouth:publish", "hand:admin"};
    startServer(settings);
    QCOMPARE(ask("GET", QStringLiteral("/admin/snapshot"), "eye").status, 200);
    QCOMPARE(ask("POST", QString::fromLatin1(kControl), "eye", R"({"order":"clear"})").status, 403);
    QCOMPARE(ask("GET", QStringLiteral("/admin/snapshot"), "mouth").status, 403);
    QCOMPARE(ask("POST", QString::fromLatin1(kControl), "hand", R"({"order":"clear"})").status, 200);
    QCOMPARE(ask("GET", QStringLiteral("/admin/journal"), "hand").status, 200);
}

void tst_Attach::controlRefusesOtherOrigins_data()
{
    QTest::addColumn<QByteArray>("origin");
    QTest::addColumn<int>("status");
    QTest::newRow("none") << QByteArray() << 200;
    QTest::newRow("own") << QByteArray("own") << 200;
    QTest::newRow("allowed for messages") << QByteArray("http://localhost:3000") << 403;
    QTest::newRow("foreign") << QByteArray("https://evil.example") << 403;
    QTest::newRow("null") << QByteArray("null") << 403;
}

void tst_Attach::controlRefusesOtherOrigins()
{
    QFETCH(QByteArray, origin);
    startServer();
    if (origin == "own")
        origin = m_url.toEncoded();
    QTEST(ask("POST", QString::fromLatin1(kControl), m_server->adminToken(), R"({"order":"clear"})", origin).status, "status");
}

void tst_Attach::controlSaysWhatIsWrong_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::newRow("no JSON") << QByteArray("{") << 422;
    QTest::newRow("no order") << QByteArray("{}") << 422;
    QTest::newRow("unknown order") << QByteArray(R"({"order":"explode"})") << 422;
    QTest::newRow("array") << QByteArray("[1]") << 422;
    QTest::newRow("no session") << QByteArray(R"({"order":"disconnect"})") << 422;
    QTest::newRow("session is text") << QByteArray(R"({"order":"disconnect","session":"1"})") << 422;
    QTest::newRow("negative session") << QByteArray(R"({"order":"disconnect","session":-1})") << 422;
    QTest::newRow("nobody") << QByteArray(R"({"order":"disconnect","session":77})") << 404;
    QTest::newRow("load is text") << QByteArray(R"({"order":"demo","load":"many"})") << 422;
    QTest::newRow("stop what is not there") << QByteArray(R"({"order":"stop_demo"})") << 200;
}

void tst_Attach::controlSaysWhatIsWrong()
{
    QFETCH(QByteArray, body);
    startServer();
    const Answer answer = ask("POST", QString::fromLatin1(kControl), m_server->adminToken(), body);
    QTEST(answer.status, "status");
    QVERIFY(QJsonDocument::fromJson(answer.body).isObject());
}

void tst_Attach::pagesAreBounded()
{
    startServer();
    const QByteArray token = m_server->adminToken();
    QByteArray batch = "[";
    for (int i = 0; i < 2500; ++i)
        batch += (i > 0 ? "," : "") + QByteArray(R"({"user_id":"nobody","data":{}})");
    QCOMPARE(ask("POST", QStringLiteral("/sse/push/batch"), {}, batch + ']').status, 200);
    const auto sizeOf = [&](const char *query) {
        const Answer answer = ask("GET", QStringLiteral("/admin/journal") + QLatin1StringView(query), token);
        return answer.status == 200 ? int(QJsonDocument::fromJson(answer.body).object().value(QLatin1StringView("entries")).toArray().size())
                                    : -answer.status;
    };
    QCOMPARE(sizeOf(""), 2000);
    QCOMPARE(sizeOf("?max=999999"), 2000);
    QCOMPARE(sizeOf("?after=2400"), 100);
    QCOMPARE(sizeOf("?after=2400&max=7"), 7);
    QCOMPARE(sizeOf("?max=0"), 0);
    QCOMPARE(sizeOf("?after=18446744073709551615"), 0);
    for (const char *bad : {"?after=x", "?after=-1", "?max=1.5", "?after=", "?after=18446744073709551616"})
        QCOMPARE(sizeOf(bad), -400);
    QCOMPARE(ask("HEAD", QStringLiteral("/admin/snapshot"), token).body, QByteArray());
    QCOMPARE(ask("DELETE", QStringLiteral("/admin/snapshot"), token).status, 405);
    QCOMPARE(ask("GET", QStringLiteral("/admin/"), token).status, 404);
}

void tst_Attach::eventsAreKeptAlive()
{
    Settings settings = anyPort();
    settings.sseKeepalive = std::chrono::milliseconds(50);
    startServer(settings);
    QNetworkRequest request(m_url.resolved(QUrl(QStringLiteral("/admin/events"))));
    request.setRawHeader("Authorization", "Bearer " + m_server->adminToken());
    const std::unique_ptr<QNetworkReply> reply(m_manager.get(request));
    QByteArray text;
    connect(reply.get(), &QNetworkReply::readyRead, this, [&] { text += reply->readAll(); });
    QTRY_VERIFY(text.contains(": keep-alive\n\n"));
    QVERIFY(text.startsWith(R"(data: {"type":"hello","role":"admin","keepalive_ms":50,)"));
    QVERIFY(m_server->monitor().isWatched());
    reply->abort();
    QTRY_VERIFY(!m_server->monitor().isWatched());
}

void tst_Attach::watchersAreBounded()
{
    startServer();
    std::vector<std::unique_ptr<QNetworkAccessManager>> managers;
    std::vector<QNetworkReply *> replies;
    QNetworkRequest request(m_url.resolved(QUrl(QStringLiteral("/admin/events"))));
    request.setRawHeader("Authorization", "Bearer " + m_server->adminToken());
    for (int i = 0; i < 33; ++i) {
        managers.push_back(std::make_unique<QNetworkAccessManager>());
        replies.push_back(managers.back()->get(request));
        QTRY_VERIFY(replies.back()->attribute(QNetworkRequest::HttpStatusCodeAttribute).isValid());
    }
    QCOMPARE(replies[31]->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), 200);
    QCOMPARE(replies[32]->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), 503);
    QCOMPARE(replies[32]->rawHeader("Retry-After"), "5");
}

void tst_Attach::attachesReadOnlyWithAnObserversToken()
{
    Settings settings = anyPort();
    settings.authTokens = {"eye:observe"};
    startServer(settings);
    const HubAccess access{.url = m_url, .token = "eye"};
    RemoteHubView view(access);
    RemoteHubControl control(access, &view);
    QTRY_VERIFY(view.link() == HubView::Link::Live && view.snapshot()->number > 0);
    QVERIFY(view.isReadOnly());
    QTRY_VERIFY(view.roundTrip().count() > 0);
    QString problem;
    control.onOrderFailed([&problem](const QString &text) { problem = text; });
    control.clearJournal();
    QTRY_COMPARE(problem, 
                 QStringLiteral("The token does not have the role admin, which this needs. AUTH_TOKENS=TOKEN:admin would give it."));
}

void tst_Attach::saysWhyAWrongTokenIsRefused()
{
    startServer();
    RemoteHubView view({.url = m_url, .token = "wrong"});
    QCOMPARE(view.link(), HubView::Link::Connecting);
    QTRY_COMPARE(view.link(), HubView::Link::Lost);
    QCOMPARE(view.linkDetail(), QStringLiteral("The hub answered 401: The bearer token is not known"));
}

void tst_Attach::startsAnewAfterARestart()
{
    Settings settings = anyPort();
    settings.authTokens = {"hand:admin", "mouth:publish"};
    startServer(settings);
    settings.port = m_server->port();
    RemoteHubView view({.url = m_url, .token = "hand"});
    QSignalSpy restarts(&view, &HubView::restarted);
    for (int i = 0; i < 3; ++i)
        ask("POST", QStringLiteral("/sse/push"), "mouth", R"({"user_id":"nobody","data":{}})");
    QTRY_COMPARE(view.journalAfter(0, 10).entries.size(), 3u);
    const QByteArray before = view.snapshot()->instance;
    m_server.reset();
    QTRY_COMPARE(view.link(), HubView::Link::Lost);
    QCOMPARE(view.journalAfter(0, 10).entries.size(), 3u);
    QCOMPARE(restarts.size(), 0);

    startServer(settings);
    ask("POST", QStringLiteral("/sse/push"), "mouth", R"({"user_id":"somebody","data":{}})");
    QTRY_COMPARE_WITH_TIMEOUT(view.link(), HubView::Link::Live, 8000);
    QTRY_COMPARE(view.journalAfter(0, 10).entries.size(), 1u);
    QCOMPARE(restarts.size(), 1);
    QCOMPARE(view.journalAfter(0, 10).entries.front().user, "somebody");
    QCOMPARE(view.journalAfter(0, 10).skipped, 0u);
    QTRY_VERIFY(view.snapshot()->instance != before && !view.snapshot()->instance.isEmpty());
}

void tst_Attach::watchingEndsWithTheHub()
{
    startServer();
    RemoteHubView view({.url = m_url, .token = m_server->adminToken()});
    QTRY_COMPARE(view.link(), HubView::Link::Live);
    QSignalSpy stopped(m_server.get(), &Server::stopped);
    QElapsedTimer time;
    time.start();
    m_server->shutdown();
    QTRY_COMPARE(stopped.size(), 1);
    QVERIFY2(time.elapsed() < 2000, "a watcher does not hold the hub up");
    QTRY_COMPARE(view.link(), HubView::Link::Lost);
}

QTEST_GUILESS_MAIN(tst_Attach)
#include "tst_attach.moc"
