// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/HttpMessage.h"
#include "hub/core/Result.h"
#include "hub/core/Settings.h"

#include <optional>
#include <vector>

namespace trunkline {

/// What a token allows. Admin includes the others.
enum class Role : quint8 { Publish = 1, Subscribe = 2, Observe = 4, Admin = 8 };

/// The facts of a request that decide who may come in.
struct Visitor
{
    bool peerIsLoopback = true;
    bool secure = false;            ///< https or wss
    QByteArrayView method;
    QByteArrayView host;            ///< the Host field; null when there was none
    QByteArrayView origin;          ///< the Origin field; null when there was none
    QByteArrayView authorization;
    QByteArray token;               ///< a token from elsewhere (query, subprotocol); empty when there is none
    bool handshake = false;         ///< a WebSocket handshake
};

/// Host, Origin, protected mode and bearer tokens: who may come in, and what a browser may read.
/// Plain class; built once from settings and the address that was bound.
class AccessPolicy
{
public:
    /// Errors: InvalidSetting for a malformed `AUTH_TOKENS` entry; Io for an unreadable `AUTH_TOKENS_FILE`.
    static Result<AccessPolicy> create(const Settings &settings, QByteArrayView boundAddress, bool boundToLoopback,
                                       const QByteArray &adminToken);

    /// nullopt: welcome. 421 for the Host, 403 for the peer or the Origin.
    [[nodiscard]] std::optional<HttpRefusal> check(const Visitor &visitor) const;
    /// 403 for a page of another origin that is not allowed; nullopt for everybody else, and when no Origin is given.
    [[nodiscard]] std::optional<HttpRefusal> refusalForForeigner(const Visitor &visitor) const;
    /// nullopt: allowed to do what needs `role`. 401 without a valid token, 403 with one that has another role.
    [[nodiscard]] std::optional<HttpRefusal> authorize(const Visitor &visitor, Role role) const;
    /// The same where a token is demanded always, on loopback and without AUTH_TOKENS too.
    [[nodiscard]] std::optional<HttpRefusal> authorizeAlways(const Visitor &visitor, Role role) const;
    /// No Origin, or the request's own scheme, host and port; whatever CORS_ORIGINS allows.
    [[nodiscard]] static bool isSameOrigin(const Visitor &visitor);
    /// The CORS lines of every answer to `origin`; empty when it is not allowed.
    [[nodiscard]] QByteArray corsFields(QByteArrayView origin) const;
    /// What an answer to a preflight has besides; `requestedFields` is its Access-Control-Request-Headers.
    [[nodiscard]] QByteArray preflightFields(QByteArrayView origin, QByteArrayView requestedFields) const;
    [[nodiscard]] bool isAllowedOrigin(QByteArrayView origin) const;
    [[nodiscard]] bool needsTokens() const { return !m_tokens.empty(); }

private:
    struct Token
    {
        QByteArray secret;
        quint8 roles = 0;
    };
    /// Bound beyond loopback without a password.
    [[nodiscard]] bool isProtected() const { return !m_boundToLoopback && m_protectedMode && m_tokens.empty(); }
    [[nodiscard]] bool isForeign(const Visitor &visitor) const;
    [[nodiscard]] bool isAllowedHost(QByteArrayView host) const;
    [[nodiscard]] quint8 rolesOf(QByteArrayView secret) const;
    Result<void> addTokens(const QByteArrayList &entries);

    QByteArrayList m_origins;
    QByteArrayList m_hosts;
    QByteArray m_boundAddress;
    bool m_boundToLoopback = true;
    bool m_protectedMode = true;
    QByteArray m_adminToken;
    std::vector<Token> m_tokens;
};

/// The host of `host[:port]`, lower case, without brackets and port.
QByteArray hostWithoutPort(QByteArrayView host);
/// localhost, *.localhost, 127.0.0.0/8 or ::1.
bool isLoopbackName(QByteArrayView host);

} // namespace trunkline
