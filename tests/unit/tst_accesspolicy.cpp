// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/AccessPolicy.h"

#include <QTemporaryDir>
#include <QTest>

using namespace trunkline;

namespace {

const SystemClock kClock;

AccessPolicy policyFor(const Settings &settings, bool loopback = true, QByteArrayView address = "127.0.0.1")
{
    auto policy = AccessPolicy::create(settings, address, loopback, "admin-token", kClock);
    Q_ASSERT(policy);
    return *std::move(policy);
}

Visitor visitorOf(QByteArrayView host, QByteArrayView origin = {}, QByteArrayView method = "POST")
{
    Visitor visitor;
    visitor.method = method;
    visitor.host = host;
    visitor.origin = origin;
    return visitor;
}

int statusOf(const std::optional<HttpRefusal> &refusal) { return refusal ? refusal->status : 200; }

} // namespace

/// Hosts, origins, protected mode and tokens.
class TestAccessPolicy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void splitsHosts_data();
    void splitsHosts();
    void knowsLoopbackNames_data();
    void knowsLoopbackNames();
    void checksHostWhenBoundToLoopback_data();
    void checksHostWhenBoundToLoopback();
    void addsAllowedHosts();
    void leavesHostFreeWhenBoundWider();
    void allowsOrigins_data();
    void allowsOrigins();
    void allowsEveryOriginForAStar();
    void refusesForeignOrigins_data();
    void refusesForeignOrigins();
    void guardsPostAndHandshakeOnly();
    void protectsWhatIsBoundWider();
    void quotesWhatItRefuses();
    void sendsCorsFieldsToAllowedOrigins();
    void answersPreflights();
    void asksForTokens_data();
    void asksForTokens();
    void letsEveryoneInWithoutTokens();
    void readsTokensFromAFile();
    void refusesBadTokenEntries_data();
    void refusesBadTokenEntries();
};

void TestAccessPolicy::splitsHosts_data()
{
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("name") << QByteArray("LocalHost") << QByteArray("localhost");
    QTest::newRow("port") << QByteArray("localhost:8080") << QByteArray("localhost");
    QTest::newRow("IPv6") << QByteArray("[::1]:8080") << QByteArray("::1");
    QTest::newRow("IPv6 alone") << QByteArray("[FE80::1]") << QByteArray("fe80::1");
    QTest::newRow("open bracket") << QByteArray("[::1") << QByteArray("[::1");
    QTest::newRow("empty") << QByteArray("") << QByteArray("");
}

void TestAccessPolicy::splitsHosts()
{
    QFETCH(QByteArray, host);
    QFETCH(QByteArray, name);
    QCOMPARE(hostWithoutPort(host), name);
}

void TestAccessPolicy::knowsLoopbackNames_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<bool>("loopback");
    const auto row = [](const char *name, bool loopback) { QTest::newRow(name) << QByteArray(name) << loopback; };
    row("localhost", true);
    row("app.localhost", true);
    row("127.0.0.1", true);
    row("127.255.1.2", true);
    row("::1", true);
    row("", false);
    row("localhost.example", false);
    row("evillocalhost", false);
    row("127.0.0.1.example", false);
    row("127.example", false);
    row("127.0.0", false);
    row("128.0.0.1", false);
    row("::2", false);
}

void TestAccessPolicy::knowsLoopbackNames()
{
    QFETCH(QByteArray, name);
    QFETCH(bool, loopback);
    QCOMPARE(isLoopbackName(name), loopback);
}

void TestAccessPolicy::checksHostWhenBoundToLoopback_data()
{
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<int>("status");
    const auto row = [](const char *host, int status) { QTest::newRow(host) << QByteArray(host) << status; };
    row("localhost", 200);
    row("localhost:1", 200);
    row("LOCALHOST:8080", 200);
    row("127.0.0.1:8080", 200);
    row("[::1]:8080", 200);
    row("127.7.7.7", 200);
    row("hub.localhost:8080", 200);
    row("example.com", 421);
    row("example.com:8080", 421);
    row("localhost.example:8080", 421);
    row("127.0.0.1.nip.example", 421);
    row("192.168.0.1", 421);
    row("0.0.0.0", 421);
    row("", 421);
}

void TestAccessPolicy::checksHostWhenBoundToLoopback()
{
    QFETCH(QByteArray, host);
    QFETCH(int, status);
    const AccessPolicy policy = policyFor({});
    for (const char *method : {"GET", "POST", "OPTIONS", "HEAD"})
        QCOMPARE(statusOf(policy.check(visitorOf(host, {}, method))), status);
    QCOMPARE(statusOf(policy.check(visitorOf({}))), 200);       // HTTP/1.0 without Host
}

void TestAccessPolicy::addsAllowedHosts()
{
    Settings settings;
    settings.allowedHosts = {"Hub.example", "other.example:9000"};
    for (const bool loopback : {true, false}) {
        settings.protectedMode = false;
        const AccessPolicy policy = policyFor(settings, loopback, "192.168.0.9");
        QCOMPARE(statusOf(policy.check(visitorOf("hub.example:1"))), 200);
        QCOMPARE(statusOf(policy.check(visitorOf("OTHER.example:9000"))), 200);
        QCOMPARE(statusOf(policy.check(visitorOf("other.example:9001"))), 421);
        QCOMPARE(statusOf(policy.check(visitorOf("evil.example"))), 421);
        QCOMPARE(statusOf(policy.check(visitorOf("localhost"))), loopback ? 200 : 421);
    }
    settings.allowedHosts = {"*"};
    QCOMPARE(statusOf(policyFor(settings).check(visitorOf("evil.example"))), 200);
    QCOMPARE(statusOf(policyFor({}, true, "::1").check(visitorOf("[::1]:1"))), 200);
}

void TestAccessPolicy::leavesHostFreeWhenBoundWider()
{
    Settings settings;
    settings.protectedMode = false;
    QCOMPARE(statusOf(policyFor(settings, false, "0.0.0.0").check(visitorOf("any.example"))), 200);
}

void TestAccessPolicy::allowsOrigins_data()
{
    QTest::addColumn<QByteArray>("origin");
    QTest::addColumn<bool>("allowed");
    const auto row = [](const char *origin, bool allowed) { QTest::newRow(origin) << QByteArray(origin) << allowed; };
    row("http://localhost", true);
    row("http://localhost:3000", true);
    row("https://localhost:65535", true);
    row("HTTP://LOCALHOST:3000", true);
    row("http://127.0.0.1:5173", true);
    row("https://127.0.0.1", true);
    row("http://127.0.0.2", false);
    row("http://[::1]:3000", false);
    row("http://app.localhost", false);
    row("ws://localhost", false);
    row("http://localhost.example", false);
    row("http://localhost:evil.example", false);
    row("http://localhost:80@evil.example", false);
    row("http://localhost:", false);
    row("http://example.com", false);
    row("null", false);
    row("localhost", false);
    row("", false);
}

void TestAccessPolicy::allowsOrigins()
{
    QFETCH(QByteArray, origin);
    QFETCH(bool, allowed);
    QCOMPARE(policyFor({}).isAllowedOrigin(origin), allowed);
}

void TestAccessPolicy::allowsEveryOriginForAStar()
{
    Settings settings;
    settings.corsOrigins = {"*"};
    const AccessPolicy policy = policyFor(settings);
    QVERIFY(policy.isAllowedOrigin("https://evil.example"));
    QVERIFY(policy.isAllowedOrigin("null"));
    QVERIFY(policy.corsFields("https://a.example").startsWith("Access-Control-Allow-Origin: https://a.example\r\n"));
    settings.corsOrigins = {"https://Desk.example/", "http://localhost:3000"};
    const AccessPolicy listed = policyFor(settings);
    QVERIFY(listed.isAllowedOrigin("https://desk.example"));
    QVERIFY(!listed.isAllowedOrigin("https://desk.example:8443"));     // only loopback hosts stand for all ports
    QVERIFY(listed.isAllowedOrigin("http://localhost:3000"));
    QVERIFY(!listed.isAllowedOrigin("http://localhost:3001"));
}

void TestAccessPolicy::refusesForeignOrigins_data()
{
    QTest::addColumn<QByteArray>("origin");
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<bool>("secure");
    QTest::addColumn<int>("status");
    const auto row = [](const char *name, const char *origin, const char *host, bool secure, int status) {
        QTest::newRow(name) << QByteArray(origin) << QByteArray(host) << secure << status;
    };
    row("allowed", "http://localhost:3000", "hub:8080", false, 200);
    row("own", "http://hub:8080", "hub:8080", false, 200);
    row("own in other case", "http://HUB:8080", "hub:8080", false, 200);
    row("own on the scheme's port", "http://hub", "hub:80", false, 200);
    row("own on the scheme's port, other way", "http://hub:80", "hub", false, 200);
    row("own over TLS", "https://hub", "hub:443", true, 200);
    row("own IPv6", "http://[fe80::1]", "[fe80::1]:80", false, 200);
    row("other port", "http://hub:8081", "hub:8080", false, 403);
    row("other host", "http://evil:8080", "hub:8080", false, 403);
    row("http page, https hub", "http://hub:8080", "hub:8080", true, 403);
    row("https page, http hub", "https://hub:8080", "hub:8080", false, 403);
    row("sandboxed page", "null", "hub:8080", false, 403);
    row("empty origin", "", "hub:8080", false, 403);
}

void TestAccessPolicy::refusesForeignOrigins()
{
    QFETCH(QByteArray, origin);
    QFETCH(QByteArray, host);
    QFETCH(bool, secure);
    QFETCH(int, status);
    Settings settings;
    settings.protectedMode = false;
    const AccessPolicy policy = policyFor(settings, false, "0.0.0.0");
    Visitor visitor = visitorOf(host, origin);
    visitor.secure = secure;
    QCOMPARE(statusOf(policy.check(visitor)), status);
    visitor.host = {};
    QCOMPARE(statusOf(policy.check(visitor)), policy.isAllowedOrigin(origin) ? 200 : 403);
}

void TestAccessPolicy::guardsPostAndHandshakeOnly()
{
    const AccessPolicy policy = policyFor({});
    const QByteArrayView evil = "http://evil.example";
    QCOMPARE(statusOf(policy.check(visitorOf("localhost", evil, "POST"))), 403);
    QCOMPARE(statusOf(policy.check(visitorOf("localhost", evil, "GET"))), 200);
    QCOMPARE(statusOf(policy.check(visitorOf("localhost", evil, "OPTIONS"))), 200);
    Visitor handshake = visitorOf("localhost", evil, "GET");
    handshake.handshake = true;
    QCOMPARE(statusOf(policy.check(handshake)), 403);
    handshake.origin = {};
    QCOMPARE(statusOf(policy.check(handshake)), 200);       // not a browser
}

void TestAccessPolicy::protectsWhatIsBoundWider()
{
    Settings settings;
    Visitor stranger = visitorOf("hub.example");
    stranger.peerIsLoopback = false;
    const auto refusal = policyFor(settings, false, "0.0.0.0").check(stranger);
    QCOMPARE(statusOf(refusal), 403);
    QVERIFY(refusal->detail.contains("AUTH_TOKENS") && refusal->detail.contains("PROTECTED_MODE=no"));
    QCOMPARE(statusOf(policyFor(settings, false, "0.0.0.0").check(visitorOf("localhost"))), 200);
    settings.authTokens = {"secret:publish"};
    QCOMPARE(statusOf(policyFor(settings, false, "0.0.0.0").check(stranger)), 200);
    settings.authTokens.clear();
    settings.protectedMode = false;
    QCOMPARE(statusOf(policyFor(settings, false, "0.0.0.0").check(stranger)), 200);
}

void TestAccessPolicy::quotesWhatItRefuses()
{
    const AccessPolicy policy = policyFor({});
    const QByteArray host = "evil\xff" + QByteArray(500, 'x');
    const QByteArray detail = policy.check(visitorOf(host))->detail;
    QVERIFY(detail.contains("evil?xxx"));
    QVERIFY(detail.contains("ALLOWED_HOSTS"));
    QVERIFY(detail.size() < 600);
    QVERIFY(policy.check(visitorOf("localhost", "http://evil.example"))->detail.contains("Adding http://evil.example to CORS_ORIGINS would allow it"));
}

void TestAccessPolicy::sendsCorsFieldsToAllowedOrigins()
{
    const AccessPolicy policy = policyFor({});
    const QByteArray fields = policy.corsFields("http://localhost:3000");
    for (const char *line : {"Access-Control-Allow-Origin: http://localhost:3000\r\n", "Access-Control-Allow-Credentials: true\r\n",
                             "Vary: Origin\r\n", "Access-Control-Allow-Methods: ", "Access-Control-Allow-Headers: "})
        QVERIFY2(fields.contains(line), line);
    QVERIFY(fields.endsWith("\r\n"));
    QVERIFY(!fields.contains("\r\n\r\n"));
    QCOMPARE(policy.corsFields("http://evil.example"), QByteArray());
    QCOMPARE(policy.corsFields({}), QByteArray());
}

void TestAccessPolicy::answersPreflights()
{
    const AccessPolicy policy = policyFor({});
    const QByteArrayView origin = "http://localhost:3000";
    // With the fields that every response to that origin has.
    const auto preflight = [&](QByteArrayView asked) -> QByteArray {
        return policy.corsFields(origin) + policy.preflightFields(origin, asked);
    };
    QVERIFY(preflight({}).contains("Access-Control-Max-Age: "));
    QVERIFY(preflight({}).contains("POST"));
    QVERIFY(preflight({}).contains("Content-Type"));
    QVERIFY(preflight("x-own, x-other").contains("x-own, x-other"));
    QCOMPARE(policy.preflightFields("http://evil.example", {}), QByteArray());
    QCOMPARE(policy.preflightFields({}, {}), QByteArray());
}

void TestAccessPolicy::asksForTokens_data()
{
    QTest::addColumn<QByteArray>("authorization");
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<int>("role");
    QTest::addColumn<int>("status");
    const auto row = [](const char *name, const char *authorization, const char *token, Role role, int status) {
        QTest::newRow(name) << QByteArray(authorization) << QByteArray(token) << int(role) << status;
    };
    row("none", "", "", Role::Publish, 401);
    row("unknown", "Bearer nope", "", Role::Publish, 401);
    row("prefix", "Bearer pu", "", Role::Publish, 401);
    row("longer", "Bearer pubb", "", Role::Publish, 401);
    row("other scheme", "Basic pub", "", Role::Publish, 401);
    row("empty", "Bearer ", "", Role::Publish, 401);
    row("right", "Bearer pub", "", Role::Publish, 200);
    row("scheme in any case", "bEARER  pub ", "", Role::Publish, 200);
    row("wrong role", "Bearer pub", "", Role::Subscribe, 403);
    row("two roles", "Bearer both", "", Role::Subscribe, 200);
    row("second role", "Bearer both", "", Role::Observe, 200);
    row("not its role", "Bearer both", "", Role::Publish, 403);
    row("token with a colon", "Bearer a:b", "", Role::Publish, 200);
    row("admin may all", "Bearer boss", "", Role::Subscribe, 200);
    row("admin is admin", "Bearer boss", "", Role::Admin, 200);
    row("publisher is no admin", "Bearer pub", "", Role::Admin, 403);
    row("token of this start", "Bearer admin-token", "", Role::Admin, 200);
    row("from the query", "", "pub", Role::Publish, 200);
    row("field beats query", "Bearer nope", "pub", Role::Publish, 401);
}

void TestAccessPolicy::asksForTokens()
{
    QFETCH(QByteArray, authorization);
    QFETCH(QByteArray, token);
    QFETCH(int, role);
    QFETCH(int, status);
    Settings settings;
    settings.authTokens = {"pub:publish", "both:subscribe+ observe", "a:b:publish", "boss:admin"};
    const AccessPolicy policy = policyFor(settings);
    QVERIFY(policy.needsTokens());
    Visitor visitor = visitorOf("localhost");
    visitor.authorization = authorization;
    visitor.token = token;
    QCOMPARE(statusOf(policy.authorize(visitor, Role(role))), status);
}

void TestAccessPolicy::letsEveryoneInWithoutTokens()
{
    const AccessPolicy policy = policyFor({});
    QVERIFY(!policy.needsTokens());
    QVERIFY(!policy.authorize(visitorOf("localhost"), Role::Publish));
}

void TestAccessPolicy::readsTokensFromAFile()
{
    const QTemporaryDir folder;
    Settings settings;
    settings.authTokensFile = folder.filePath(QStringLiteral("tokens"));
    QCOMPARE(AccessPolicy::create(settings, "127.0.0.1", true, {}, kClock).error().code, ErrorCode::Io);
    QFile file(settings.authTokensFile);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("# who may\n\n  one:publish\r\ntwo:admin");
    file.close();
    settings.authTokens = {"three:observe"};
    const AccessPolicy policy = policyFor(settings);
    for (const auto &[token, role] : {std::pair("one", Role::Publish), std::pair("two", Role::Admin), std::pair("three", Role::Observe)}) {
        Visitor visitor = visitorOf("localhost");
        visitor.token = token;
        QCOMPARE(statusOf(policy.authorize(visitor, role)), 200);
    }
}

void TestAccessPolicy::refusesBadTokenEntries_data()
{
    QTest::addColumn<QByteArray>("entry");
    for (const char *entry : {"secret", "secret:", ":publish", "secret:owner", "secret:publish+", "secret:PUBLISH", ""})
        QTest::newRow(*entry ? entry : "empty") << QByteArray(entry);
}

void TestAccessPolicy::refusesBadTokenEntries()
{
    QFETCH(QByteArray, entry);
    Settings settings;
    settings.authTokens = {"fine:publish", entry};
    const auto policy = AccessPolicy::create(settings, "127.0.0.1", true, {}, kClock);
    QVERIFY(!policy);
    QCOMPARE(policy.error().code, ErrorCode::InvalidSetting);
    QVERIFY(!policy.error().detail.contains(QStringLiteral("secret")));     // a token is not for the log
}

QTEST_APPLESS_MAIN(TestAccessPolicy)
#include "tst_accesspolicy.moc"
