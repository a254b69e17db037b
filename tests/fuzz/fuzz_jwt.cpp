// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens from anybody, and claims under a good signature: nothing ends the program, and nothing that is not signed gets in.
#include "fuzz/Fuzz.h"
#include "hub/core/Authenticator.h"

#include <QMessageAuthenticationCode>

using namespace trunkline;

namespace {

const QByteArray kSecret = "the-secret-of-the-fuzzer-32-bytes";
constexpr std::chrono::milliseconds kNow{1'700'000'000'000};

QByteArray base64Url(const QByteArray &bytes) { return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals); }

JwtVerifier verifier()
{
    Settings settings;
    settings.jwtSecret = QString::fromLatin1(kSecret);
    return *JwtVerifier::create(settings);
}

void check(const tl::expected<JwtClaims, QByteArray> &claims)
{
    if (!claims) {
        FUZZ_CHECK(!claims.error().isEmpty());
        return;
    }
    FUZZ_CHECK(isValidUserId(claims->user));
    FUZZ_CHECK(!claims->expiresAt || *claims->expiresAt > kNow);
    const auto roles = rolesFrom(claims->roles);
    FUZZ_CHECK(!roles || (*roles & ~0xf) == 0);
}

/// Signed by somebody who has not our secret.
bool isSigned(const QByteArray &token)
{
    const qsizetype dot = token.lastIndexOf('.');
    return dot > 0
        && token.mid(dot + 1) == base64Url(QMessageAuthenticationCode::hash(token.left(dot), kSecret, QCryptographicHash::Sha256));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    static const JwtVerifier known = verifier();
    const QByteArray bytes(reinterpret_cast<const char *>(data), qsizetype(size));

    // As it stands: a token.
    const auto raw = known.verify(bytes, kNow);
    check(raw);
    FUZZ_CHECK(!raw || isSigned(bytes));

    // Header and claims, each in a line of its own, under a good signature.
    const qsizetype newline = bytes.indexOf('\n');
    const QByteArray header = newline < 0 ? QByteArray(R"({"alg":"HS256"})") : bytes.left(newline);
    const QByteArray claims = newline < 0 ? bytes : bytes.mid(newline + 1);
    const QByteArray head = base64Url(header) + '.' + base64Url(claims);
    const QByteArray token = head + '.' + base64Url(QMessageAuthenticationCode::hash(head, kSecret, QCryptographicHash::Sha256));
    const auto made = known.verify(token, kNow);
    check(made);
    if (made)
        FUZZ_CHECK(header.contains("HS256") || header.contains("\\u"));
    check(readJwtClaims(claims, "hub", kNow));
    return 0;
}
