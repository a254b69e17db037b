// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/Authenticator.h"
#include "support/FakeClock.h"

#include <QMessageAuthenticationCode>
#include <QTemporaryFile>
#include <QTest>

using namespace trunkline;
using namespace std::chrono_literals;

namespace {

const QByteArray kSecret = "an-hmac-secret-of-32-bytes-at-least";
/// For this test alone.
const QByteArray kEcKey = "-----BEGIN PUBLIC KEY-----\n"
                          "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEt0Ua6SuIEuNOptC4hVE/qXo4fr4E\n"
                          "2UhCpvAsmLJsvD4Z/b/BAxD9x2z5EMFZwjDGFgMxfG5dQb9JI9NTUeJdsg==\n"
                          "-----END PUBLIC KEY-----\n";

QByteArray base64Url(const QByteArray &bytes) { return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals); }

QByteArray signedWith(const QByteArray &key, const QByteArray &header, const QByteArray &claims)
{
    const QByteArray head = base64Url(header) + '.' + base64Url(claims);
    return head + '.' + base64Url(QMessageAuthenticationCode::hash(head, key, QCryptographicHash::Sha256));
}

QByteArray tokenOf(const QByteArray &claims) { return signedWith(kSecret, R"({"alg":"HS256","typ":"JWT"})", claims); }

JwtVerifier verifierOf(const QByteArray &audience = {})
{
    Settings settings;
    settings.jwtSecret = QString::fromLatin1(kSecret);
    settings.jwtAudience = QString::fromLatin1(audience);
    auto made = JwtVerifier::create(settings);
    Q_ASSERT(made);
    return *std::move(made);
}

} // namespace

/// JSON Web Tokens: what is accepted, and what is not.
class TestJwt : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void acceptsAUser();
    void isOffWithoutAKey();
    void refuses_data();
    void refuses();
    void heedsTimes_data();
    void heedsTimes();
    void heedsTheAudience_data();
    void heedsTheAudience();
    void everyChangedByteIsNoticed();
    void takesNoPublicKeyForASecret();
    void wantsAFitKey_data();
    void wantsAFitKey();
    void readsRoles_data();
    void readsRoles();
    void tokensOfBothKindsStandSideBySide();
    void tellsNothingOfTheToken();

private:
    const std::chrono::milliseconds m_now{1'700'000'000'000};
};

void TestJwt::initTestCase()
{
#ifndef TRUNKLINE_HAS_JWT
    QSKIP("built without libjwt");
#endif
}

void TestJwt::acceptsAUser()
{
    const auto claims = verifierOf().verify(tokenOf(R"({"sub":"zoë","exp":1700000001.5})"), m_now);
    QVERIFY2(claims, claims ? "" : claims.error().constData());
    QCOMPARE(claims->user, QByteArray("zo\xc3\xab"));
    QCOMPARE(claims->expiresAt.value(), m_now + 1500ms);
    QVERIFY(claims->roles.isEmpty());
    const auto lasting = verifierOf().verify(tokenOf(R"({"sub":"a"})"), m_now);
    QVERIFY(lasting && !lasting->expiresAt);
}

void TestJwt::isOffWithoutAKey()
{
    const auto none = JwtVerifier::create(Settings());
    QVERIFY(none && !none->isOn());
    QVERIFY(!none->verify(tokenOf(R"({"sub":"a"})"), m_now));
}

void TestJwt::refuses_data()
{
    QTest::addColumn<QByteArray>("token");
    const QByteArray fine = R"({"sub":"a"})";
    const auto row = [](const char *name, const QByteArray &token) { QTest::newRow(name) << token; };
    const QByteArray good = tokenOf(fine);
    row("empty", "");
    row("no dots", "sesame");
    row("dots alone", "..");
    row("two parts", good.left(good.lastIndexOf('.')));
    row("four parts", good + ".x");
    row("no signature", good.left(good.lastIndexOf('.') + 1));
    row("cut", good.chopped(1));
    row("another secret", signedWith("another-hmac-secret-of-32-bytes-too", R"({"alg":"HS256"})", fine));
    row("alg none", base64Url(R"({"alg":"none"})") + '.' + base64Url(fine) + '.');
    row("alg none, signed", signedWith(kSecret, R"({"alg":"none"})", fine));
    row("alg missing", signedWith(kSecret, R"({"typ":"JWT"})", fine));
    row("alg of no kind", signedWith(kSecret, R"({"alg":"XX256"})", fine));
    row("alg as number", signedWith(kSecret, R"({"alg":256})", fine));
    row("HS512", signedWith(kSecret, R"({"alg":"HS512"})", fine));
    row("RS256 without a public key", signedWith(kSecret, R"({"alg":"RS256"})", fine));
    row("crit", signedWith(kSecret, R"({"alg":"HS256","crit":["b64"],"b64":false})", fine));
    row("typ as number", signedWith(kSecret, R"({"alg":"HS256","typ":7})", fine));
    row("typ is empty", signedWith(kSecret, R"({"alg":"HS256","typ":""})", fine));
    row("typ of no kind", signedWith(kSecret, R"({"alg":"HS256","typ":"JOSE"})", fine));
    row("header is a list", signedWith(kSecret, R"(["HS256"])", fine));
    row("header is no JSON", signedWith(kSecret, R"({"alg":"HS256")", fine));
    row("claims are no JSON", tokenOf("sub=a"));
    row("claims are a list", tokenOf(R"(["sub","a"])"));
    row("no sub", tokenOf(R"({"user":"a"})"));
    row("empty sub", tokenOf(R"({"sub":""})"));
    row("sub is a number", tokenOf(R"({"sub":7})"));
    row("sub with a line break", tokenOf(R"({"sub":"a\nb"})"));
    row("sub with a NUL", tokenOf(R"({"sub":"a\u0000b"})"));
    row("sub of 257 bytes", tokenOf(R"({"sub":")" + QByteArray(257, 'u') + R"("})"));
    row("roles as number", tokenOf(R"({"sub":"a","trunkline_roles":1})"));
    row("roles with a number", tokenOf(R"({"sub":"a","trunkline_roles":["publish",1]})"));
    row("too long", tokenOf(R"({"sub":"a","x":")" + QByteArray(JwtVerifier::kMaxBytes, 'x') + R"("})"));
    row("NUL inside", QByteArray(good).replace(good.size() - 1, 1, QByteArray(1, '\0')));
}

void TestJwt::refuses()
{
    QFETCH(QByteArray, token);
    const auto claims = verifierOf().verify(token, m_now);
    QVERIFY(!claims);
    QVERIFY(!claims.error().isEmpty());
}

void TestJwt::heedsTimes_data()
{
    QTest::addColumn<QByteArray>("members");
    QTest::addColumn<bool>("welcome");
    QTest::newRow("exp in the next second") << QByteArray(R"("exp":1700000001)") << true;
    QTest::newRow("exp now") << QByteArray(R"("exp":1700000000)") << false;
    QTest::newRow("exp passed") << QByteArray(R"("exp":1699999999)") << false;
    QTest::newRow("exp at the beginning") << QByteArray(R"("exp":0)") << false;
    QTest::newRow("exp negative") << QByteArray(R"("exp":-1)") << false;
    QTest::newRow("exp far off") << QByteArray(R"("exp":99999999999)") << true;
    QTest::newRow("exp beyond reason") << QByteArray(R"("exp":1e300)") << false;
    QTest::newRow("exp as text") << QByteArray(R"("exp":"1800000000")") << false;
    QTest::newRow("exp null") << QByteArray(R"("exp":null)") << false;
    QTest::newRow("nbf now") << QByteArray(R"("nbf":1700000000)") << true;
    QTest::newRow("nbf at the end of the clock's skew") << QByteArray(R"("nbf":1700000010)") << true;
    QTest::newRow("nbf beyond it") << QByteArray(R"("nbf":1700000011)") << false;
    QTest::newRow("nbf as text") << QByteArray(R"("nbf":"1")") << false;
}

void TestJwt::heedsTimes()
{
    QFETCH(QByteArray, members);
    QFETCH(bool, welcome);
    QCOMPARE(verifierOf().verify(tokenOf(R"({"sub":"a",)" + members + '}'), m_now).has_value(), welcome);
}

void TestJwt::heedsTheAudience_data()
{
    QTest::addColumn<QByteArray>("audience");
    QTest::addColumn<QByteArray>("aud");
    QTest::addColumn<bool>("welcome");
    const QByteArray hub = "hub";
    QTest::newRow("none wanted, none given") << QByteArray() << QByteArray() << true;
    QTest::newRow("none wanted, one given") << QByteArray() << QByteArray(R"("hub")") << false;
    QTest::newRow("none wanted, null given") << QByteArray() << QByteArray("null") << false;
    QTest::newRow("wanted, not given") << hub << QByteArray() << false;
    QTest::newRow("wanted and given") << hub << QByteArray(R"("hub")") << true;
    QTest::newRow("another") << hub << QByteArray(R"("shop")") << false;
    QTest::newRow("another case") << hub << QByteArray(R"("Hub")") << false;
    QTest::newRow("among others") << hub << QByteArray(R"(["shop","hub"])") << true;
    QTest::newRow("others") << hub << QByteArray(R"(["shop"])") << false;
    QTest::newRow("nobody") << hub << QByteArray("[]") << false;
    QTest::newRow("nested") << hub << QByteArray(R"([["hub"]])") << false;
}

void TestJwt::heedsTheAudience()
{
    QFETCH(QByteArray, audience);
    QFETCH(QByteArray, aud);
    QFETCH(bool, welcome);
    const QByteArray members = aud.isEmpty() ? QByteArray() : QByteArray(R"(,"aud":)" + aud);
    QCOMPARE(verifierOf(audience).verify(tokenOf(R"({"sub":"a")" + members + '}'), m_now).has_value(), welcome);
}

void TestJwt::everyChangedByteIsNoticed()
{
    const JwtVerifier verifier = verifierOf();
    const QByteArray good = tokenOf(R"({"sub":"alice","exp":1700000100})");
    QVERIFY(verifier.verify(good, m_now));
    for (qsizetype i = 0; i < good.size(); ++i) {
        QByteArray changed = good;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        // The last character of a part may hold bits that mean nothing; the signature is compared as text all the same.
        QVERIFY2(!verifier.verify(changed, m_now), QByteArray::number(i).constData());
    }
}

void TestJwt::takesNoPublicKeyForASecret()
{
    QTemporaryFile file;
    QVERIFY(file.open());
    file.write(kEcKey);
    file.flush();
    Settings settings;
    settings.jwtPublicKey = file.fileName();
    const auto verifier = JwtVerifier::create(settings);
    QVERIFY2(verifier, verifier ? "" : qPrintable(verifier.error().detail));
    // Everybody has the public key: HS256 with it as the secret is the classic forgery.
    for (const QByteArray &key : {kEcKey, kEcKey.trimmed()})
        QVERIFY(!verifier->verify(signedWith(key, R"({"alg":"HS256"})", R"({"sub":"a"})"), m_now));
}

void TestJwt::wantsAFitKey_data()
{
    QTest::addColumn<QByteArray>("pem");
    QTest::addColumn<QString>("complaint");
    QTest::newRow("nothing") << QByteArray() << QStringLiteral("holds no RSA or EC public key");
    QTest::newRow("words") << QByteArray("sesame") << QStringLiteral("holds no RSA or EC public key");
    QTest::newRow("RSA of 1024 bits")
        << QByteArray("-----BEGIN PUBLIC KEY-----\n"
                      "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDKo/gczUIzjbkjnHadtaNpl9SF\n"
                      "GMS1a42rjv4qVhYf0v2RtkmJDdzk0bQD2vnWQ2RUi58qE1OdT55DJVPlpb13GFy0\n"
                      "Uwd4CynzQAHpk6Yp+xSvgkeErz/NwCAQYqu86ZpoisedhCDYU5Vao80aceIGGPBR\n"
                      "zQ1rN4IkzTy9I7mt5QIDAQAB\n"
                      "-----END PUBLIC KEY-----\n")
        << QStringLiteral("has 1024 bits; RS256 needs 2048");
}

void TestJwt::wantsAFitKey()
{
    QFETCH(QByteArray, pem);
    QFETCH(QString, complaint);
    QTemporaryFile file;
    QVERIFY(file.open());
    file.write(pem);
    file.flush();
    Settings settings;
    settings.jwtPublicKey = file.fileName();
    const auto verifier = JwtVerifier::create(settings);
    QVERIFY(!verifier);
    QCOMPARE(verifier.error().code, ErrorCode::InvalidSetting);
    QVERIFY2(verifier.error().detail.startsWith(QStringLiteral("JWT_PUBLIC_KEY: ")) && verifier.error().detail.contains(complaint),
             qPrintable(verifier.error().detail));
    settings.jwtPublicKey = QStringLiteral("/nowhere/key.pem");
    QCOMPARE(JwtVerifier::create(settings).error().code, ErrorCode::Io);
}

void TestJwt::readsRoles_data()
{
    QTest::addColumn<QByteArray>("roles");
    QTest::addColumn<int>("bits");      // -1: refused
    QTest::newRow("none said") << QByteArray() << int(Role::Subscribe);
    QTest::newRow("one") << QByteArray(R"("publish")") << int(Role::Publish);
    QTest::newRow("two") << QByteArray(R"("publish+subscribe")") << int(Role::Publish) + int(Role::Subscribe);
    QTest::newRow("list") << QByteArray(R"(["observe","publish"])") << int(Role::Observe) + int(Role::Publish);
    QTest::newRow("admin") << QByteArray(R"("admin")") << 15;
    QTest::newRow("unknown") << QByteArray(R"("root")") << -1;
    QTest::newRow("one unknown") << QByteArray(R"("publish+root")") << -1;
    QTest::newRow("empty text") << QByteArray(R"("")") << int(Role::Subscribe);
    QTest::newRow("empty list") << QByteArray("[]") << int(Role::Subscribe);
}

void TestJwt::readsRoles()
{
    QFETCH(QByteArray, roles);
    QFETCH(int, bits);
    FakeClock clock;
    Settings settings;
    settings.jwtSecret = QString::fromLatin1(kSecret);
    const auto tokens = Authenticator::create(settings, {}, clock);
    QVERIFY(tokens && tokens->isOn());
    const QByteArray members = roles.isEmpty() ? QByteArray() : QByteArray(R"(,"trunkline_roles":)" + roles);
    const auto pass = tokens->identify(tokenOf(R"({"sub":"a")" + members + '}'));
    QCOMPARE(pass ? int(pass->roles) : -1, bits);
    if (pass)
        QCOMPARE(pass->user, QByteArray("a"));
}

void TestJwt::tokensOfBothKindsStandSideBySide()
{
    FakeClock clock;
    Settings settings;
    settings.jwtSecret = QString::fromLatin1(kSecret);
    settings.authTokens = {"a.b.c:publish"};
    const auto tokens = Authenticator::create(settings, "admin-token", clock);
    QVERIFY(tokens);
    const auto opaque = tokens->identify("a.b.c");
    QVERIFY(opaque && opaque->roles == quint8(Role::Publish) && opaque->user.isEmpty() && opaque->bearer == "token 1");
    const auto jwt = tokens->identify(tokenOf(R"({"sub":"u","exp":1700000060})"));
    QVERIFY(jwt && jwt->user == "u" && jwt->bearer == "user u" && jwt->expiresAt == 1'700'000'060s);
    clock.advance(60s);
    QVERIFY(!tokens->identify(tokenOf(R"({"sub":"u","exp":1700000060})")));
    QVERIFY(tokens->identify("admin-token")->has(Role::Admin));
}

void TestJwt::tellsNothingOfTheToken()
{
    const auto claims = verifierOf().verify(tokenOf(R"({"sub":"alice-7f3a","exp":1,"aud":"aud-7f3a"})"), m_now);
    QVERIFY(!claims && !claims.error().contains("7f3a"));
}

QTEST_GUILESS_MAIN(TestJwt)
#include "tst_jwt.moc"
