// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Ids.h"
#include "hub/core/Result.h"
#include "hub/core/Settings.h"

#include <chrono>
#include <optional>

namespace trunkline {

/// What a JSON Web Token says of its bearer (RFC 7519).
struct JwtClaims
{
    UserId user;                                            ///< `sub`, a valid user_id
    QByteArray roles;                                       ///< `trunkline_roles`, written as in AUTH_TOKENS; empty when absent
    std::optional<std::chrono::milliseconds> expiresAt;     ///< `exp`, since 1970-01-01 UTC
};

/// Checks JSON Web Tokens: signature by libjwt, which asks OpenSSL; then `exp`, `nbf`, `aud` and `sub`. A token is read with the
/// one key that its algorithm belongs to, so that a public key is never taken for a secret; `none` is never accepted.
/// Plain value; any one thread.
class JwtVerifier
{
public:
    /// Longer tokens are refused unread.
    static constexpr qsizetype kMaxBytes = 8 * 1024;
    /// How far the issuer's clock may be ahead of ours (`nbf`).
    static constexpr std::chrono::seconds kClockSkew{10};

    /// One that accepts nothing.
    JwtVerifier() = default;
    /// From JWT_SECRET, JWT_PUBLIC_KEY and JWT_AUDIENCE. InvalidSetting or Io: one sentence that names the setting. Also when
    /// one of them is set and this program was built without libjwt.
    static Result<JwtVerifier> create(const Settings &settings);

    [[nodiscard]] bool isOn() const { return !m_secret.isEmpty() || !m_publicKey.isEmpty(); }
    /// Three parts with dots between them: worth to be verified.
    [[nodiscard]] static bool looksLikeJwt(QByteArrayView token);
    /// `now` is the civil time. The error is a sentence for the bearer; it holds nothing of the token.
    [[nodiscard]] tl::expected<JwtClaims, QByteArray> verify(const QByteArray &token, std::chrono::milliseconds now) const;

private:
    QByteArray m_secret;
    QByteArray m_publicKey;         ///< PEM
    QByteArray m_audience;
};

/// What the claims set of a token whose signature is good says; `json` is an object. In verify()'s words.
[[nodiscard]] tl::expected<JwtClaims, QByteArray> readJwtClaims(const QByteArray &json, const QByteArray &audience,
                                                                std::chrono::milliseconds now);

} // namespace trunkline
