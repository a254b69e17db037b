// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Clock.h"
#include "hub/core/HttpMessage.h"
#include "hub/core/Jwt.h"

#include <vector>

namespace trunkline {

/// What a token allows. Admin includes the others.
enum class Role : quint8 { Publish = 1, Subscribe = 2, Observe = 4, Admin = 8 };

/// What a valid token gives its bearer.
struct Pass
{
    quint8 roles = 0;
    UserId user{};          ///< the only user that the bearer may be; empty: any
    QByteArray bearer{};    ///< whose requests are counted together; holds nothing of the token
    std::optional<std::chrono::milliseconds> expiresAt{};   ///< civil time; nullopt: never

    [[nodiscard]] bool has(Role role) const { return (roles & quint8(role)) != 0; }
};

/// Knows tokens: those of AUTH_TOKENS and AUTH_TOKENS_FILE, the admin token of this start, and JSON Web Tokens.
/// Plain class; built once from settings. Secrets leave it in no form.
class Authenticator
{
public:
    /// Errors: InvalidSetting for a malformed entry or an unfit key; Io for an unreadable file. `clock` must outlive it.
    static Result<Authenticator> create(const Settings &settings, const QByteArray &adminToken, const Clock &clock);

    /// Whether anybody was given a token: without one the hub has no password.
    [[nodiscard]] bool isOn() const { return m_isOn; }
    /// The pass of `token`; else a sentence for the bearer. Takes the same time for every wrong opaque token.
    [[nodiscard]] tl::expected<Pass, QByteArray> identify(const QByteArray &token) const;

private:
    struct Token
    {
        QByteArray secret;
        quint8 roles = 0;
    };
    Result<void> addTokens(const QByteArrayList &entries);

    QByteArray m_adminToken;
    std::vector<Token> m_tokens;
    JwtVerifier m_jwt;
    const Clock *m_clock = nullptr;
    bool m_isOn = false;
};

/// `publish+subscribe` as bits; nullopt when a name is not a role. Admin sets all of them.
[[nodiscard]] std::optional<quint8> rolesFrom(QByteArrayView names);
[[nodiscard]] QByteArrayView nameOf(Role role);
/// Takes the same time wherever the first difference is.
[[nodiscard]] bool equalInConstantTime(QByteArrayView a, QByteArrayView b);

} // namespace trunkline
