// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/Jwt.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSslKey>

#ifdef TRUNKLINE_HAS_JWT
#  include <jwt.h>
#  include <openssl/err.h>

#  include <cstdlib>
#endif

#include <algorithm>
#include <cmath>
#include <memory>

namespace trunkline {

namespace {

constexpr int kLeastRsaBits = 2048;     // RFC 7518 §3.3
constexpr int kP256Bits = 256;          // RFC 7518 §3.4

Result<QByteArray> readPublicKey(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::Io, QStringLiteral("JWT_PUBLIC_KEY: cannot read %1: %2").arg(path, file.errorString()));
    const QByteArray pem = file.read(64 * 1024);
    const QSslKey rsa(pem, QSsl::Rsa, QSsl::Pem, QSsl::PublicKey);
    const QSslKey ec(pem, QSsl::Ec, QSsl::Pem, QSsl::PublicKey);
    if (rsa.isNull() && ec.isNull())
        return failure(ErrorCode::InvalidSetting, QStringLiteral("JWT_PUBLIC_KEY: %1 holds no RSA or EC public key in PEM "
                                                                 "(-----BEGIN PUBLIC KEY-----)").arg(path));
    if (!rsa.isNull() && rsa.length() < kLeastRsaBits)
        return failure(ErrorCode::InvalidSetting, QStringLiteral("JWT_PUBLIC_KEY: the RSA key in %1 has %2 bits; RS256 needs %3")
                                                      .arg(path).arg(rsa.length()).arg(kLeastRsaBits));
    if (rsa.isNull() && ec.length() != kP256Bits)
        return failure(ErrorCode::InvalidSetting, QStringLiteral("JWT_PUBLIC_KEY: the EC key in %1 has %2 bits; ES256 needs P-256")
                                                      .arg(path).arg(ec.length()));
    return pem;
}

/// A NumericDate of RFC 7519 §2; nullopt when it is none, or beyond what anybody means.
std::optional<std::chrono::milliseconds> numericDate(const QJsonValue &value)
{
    constexpr double most = 1e12;       // seconds: some 30,000 years
    const double seconds = value.toDouble(-1);
    if (!value.isDouble() || !(seconds >= 0) || seconds > most)
        return std::nullopt;
    return std::chrono::milliseconds(qint64(std::floor(seconds * 1000)));
}

bool namesAudience(const QJsonValue &value, const QString &audience)
{
    if (!value.isArray())
        return value.isString() && value.toString() == audience;
    const QJsonArray all = value.toArray();
    return std::any_of(all.begin(), all.end(), [&](const QJsonValue &one) { return one.isString() && one.toString() == audience; });
}

/// `a+b`, of text or of a list of texts; nullopt for anything else.
std::optional<QByteArray> roleList(const QJsonValue &value)
{
    if (value.isUndefined())
        return QByteArray();
    if (value.isString())
        return value.toString().toUtf8();
    if (!value.isArray())
        return std::nullopt;
    QByteArrayList names;
    for (const QJsonValue &one : value.toArray()) {
        if (!one.isString())
            return std::nullopt;
        names.append(one.toString().toUtf8());
    }
    return names.join('+');
}

} // namespace

Result<JwtVerifier> JwtVerifier::create(const Settings &settings)
{
    JwtVerifier verifier;
    if (settings.jwtSecret.isEmpty() && settings.jwtPublicKey.isEmpty())
        return verifier;
#ifndef TRUNKLINE_HAS_JWT
    return failure(ErrorCode::InvalidSetting, QStringLiteral("JWT_SECRET, JWT_PUBLIC_KEY: this program was built without libjwt"));
#else
    verifier.m_secret = settings.jwtSecret.toUtf8();
    verifier.m_audience = settings.jwtAudience.toUtf8();
    if (!settings.jwtPublicKey.isEmpty()) {
        auto key = readPublicKey(settings.jwtPublicKey);
        if (!key)
            return tl::unexpected(key.error());
        verifier.m_publicKey = *std::move(key);
    }
    return verifier;
#endif
}

bool JwtVerifier::looksLikeJwt(QByteArrayView token) { return std::count(token.begin(), token.end(), '.') == 2; }

tl::expected<JwtClaims, QByteArray> readJwtClaims(const QByteArray &json, const QByteArray &audience, std::chrono::milliseconds now)
{
    const auto bad = [](const char *why) { return tl::unexpected<QByteArray>(why); };
    const QJsonDocument document = QJsonDocument::fromJson(json);
    if (!document.isObject())
        return bad("The token holds no claims");
    const QJsonObject claims = document.object();
    JwtClaims found;
    if (const QJsonValue value = claims.value(QLatin1StringView("exp")); !value.isUndefined()) {
        found.expiresAt = numericDate(value);
        if (!found.expiresAt)
            return bad("The token's exp is not a number of seconds");
        if (now >= *found.expiresAt)
            return bad("The token has expired");
    }
    if (const QJsonValue value = claims.value(QLatin1StringView("nbf")); !value.isUndefined()) {
        const auto notBefore = numericDate(value);
        if (!notBefore)
            return bad("The token's nbf is not a number of seconds");
        if (now + JwtVerifier::kClockSkew < *notBefore)
            return bad("The token is not valid yet (nbf)");
    }
    // RFC 7519 §4.1.3: who is not named in an aud must refuse the token.
    const QJsonValue aud = claims.value(QLatin1StringView("aud"));
    if (audience.isEmpty() ? !aud.isUndefined() : !namesAudience(aud, QString::fromUtf8(audience)))
        return bad("The token is meant for somebody else: its aud is not what JWT_AUDIENCE says");
    found.user = claims.value(QLatin1StringView("sub")).toString().toUtf8();
    if (!isValidUserId(found.user))
        return bad("The token's sub is not a user_id: 1 to 256 bytes without control characters");
    const auto roles = roleList(claims.value(QLatin1StringView("trunkline_roles")));
    if (!roles)
        return bad("The token's trunkline_roles is not a text such as publish+subscribe, nor a list of roles");
    found.roles = *roles;
    return found;
}

#ifdef TRUNKLINE_HAS_JWT

namespace {

struct JwtFree
{
    void operator()(jwt_t *token) const { jwt_free(token); }
    void operator()(char *text) const { std::free(text); }
};
using JwtPointer = std::unique_ptr<jwt_t, JwtFree>;
using JwtText = std::unique_ptr<char, JwtFree>;

JwtPointer decode(const QByteArray &token, const QByteArray &key)
{
    jwt_t *decoded = nullptr;
    const auto *bytes = key.isEmpty() ? nullptr : reinterpret_cast<const unsigned char *>(key.constData());
    const int failed = jwt_decode(&decoded, token.constData(), bytes, int(key.size()));
    JwtPointer owned(decoded);
    // What went wrong with a token must not be taken for a TLS error of the next socket on this thread.
    ERR_clear_error();
    return failed ? nullptr : std::move(owned);
}

/// RFC 7519 §5.1: JWT or nothing, in any case of letters. libjwt 1.10 looks at it, 1.17 does not.
bool isOfType(const QJsonValue &typ)
{
    return typ.isUndefined() || typ.toString().compare(QLatin1StringView("JWT"), Qt::CaseInsensitive) == 0;
}

} // namespace

tl::expected<JwtClaims, QByteArray> JwtVerifier::verify(const QByteArray &token, std::chrono::milliseconds now) const
{
    const auto bad = [](const char *why) { return tl::unexpected<QByteArray>(why); };
    if (token.size() > kMaxBytes || !looksLikeJwt(token) || token.contains('\0'))
        return bad("The bearer token is not known");
    // Once without a key, to learn which key it wants.
    const JwtPointer unchecked = decode(token, {});
    if (!unchecked)
        return bad("The token is not a JSON Web Token");
    const char *const named = jwt_get_header(unchecked.get(), "alg");
    const QByteArrayView algorithm = named ? named : "";
    const bool symmetric = algorithm == "HS256";
    if (!symmetric && algorithm != "RS256" && algorithm != "ES256")
        return bad("The token's alg is none of HS256, RS256 and ES256");
    const QByteArray &key = symmetric ? m_secret : m_publicKey;
    if (key.isEmpty())
        return bad(symmetric ? "The token is signed with HS256, and JWT_SECRET is not set"
                             : "The token is signed with RS256 or ES256, and JWT_PUBLIC_KEY is not set");
    const JwtText headers(jwt_get_headers_json(unchecked.get(), nullptr));
    const QJsonObject header = QJsonDocument::fromJson(headers ? headers.get() : "").object();
    // RFC 7515 §4.1.11: extensions that must be understood, and none is.
    if (header.isEmpty() || header.contains(QLatin1StringView("crit")))
        return bad("The token's header has a crit that is not understood");
    if (!isOfType(header.value(QLatin1StringView("typ"))))
        return bad("The token's typ is not JWT");
    const JwtPointer checked = decode(token, key);
    if (!checked || algorithm != jwt_alg_str(jwt_get_alg(checked.get())))
        return bad("The token's signature is wrong");
    const JwtText claims(jwt_get_grants_json(checked.get(), nullptr));
    return readJwtClaims(QByteArray(claims ? claims.get() : ""), m_audience, now);
}

#else

tl::expected<JwtClaims, QByteArray> JwtVerifier::verify(const QByteArray &, std::chrono::milliseconds) const
{
    return tl::unexpected<QByteArray>("The bearer token is not known");
}

#endif

} // namespace trunkline
