// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Authenticator.h"

#include <optional>

namespace trunkline {

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
    /// Errors as Authenticator::create(). `clock` must outlive the policy.
    static Result<AccessPolicy> create(const Settings &settings, QByteArrayView boundAddress, bool boundToLoopback,
                                       const QByteArray &adminToken, const Clock &clock);

    /// nullopt: welcome. 421 for the Host, 403 for the peer or the Origin.
    [[nodiscard]] std::optional<HttpRefusal> check(const Visitor &visitor) const;
    /// 403 for a page of another origin that is not allowed; nullopt for everybody else, and when no Origin is given.
    [[nodiscard]] std::optional<HttpRefusal> refusalForForeigner(const Visitor &visitor) const;
    /// nullopt: allowed to do what needs `role`. 401 without a valid token, 403 with one that has another role.
    /// `pass`, where given, is set to what the token gives; without tokens it stays as it is.
    [[nodiscard]] std::optional<HttpRefusal> authorize(const Visitor &visitor, Role role, Pass *pass = nullptr) const;
    /// The same where a token is demanded always, on loopback and without AUTH_TOKENS too.
    [[nodiscard]] std::optional<HttpRefusal> authorizeAlways(const Visitor &visitor, Role role, Pass *pass = nullptr) const;
    /// No Origin, or the request's own scheme, host and port; whatever CORS_ORIGINS allows.
    [[nodiscard]] static bool isSameOrigin(const Visitor &visitor);
    /// The CORS lines of every answer to `origin`; empty when it is not allowed.
    [[nodiscard]] QByteArray corsFields(QByteArrayView origin) const;
    /// What an answer to a preflight has besides; `requestedFields` is its Access-Control-Request-Headers.
    [[nodiscard]] QByteArray preflightFields(QByteArrayView origin, QByteArrayView requestedFields) const;
    [[nodiscard]] bool isAllowedOrigin(QByteArrayView origin) const;
    /// The 403 of an origin that is not.
    [[nodiscard]] HttpRefusal foreignOrigin(QByteArrayView origin) const;
    [[nodiscard]] bool needsTokens() const { return m_tokens.isOn(); }
    /// Bound beyond loopback without a password: serves loopback peers only.
    [[nodiscard]] bool isProtected() const { return !m_boundToLoopback && m_protectedMode && !m_tokens.isOn(); }

private:
    [[nodiscard]] bool isForeign(const Visitor &visitor) const;
    [[nodiscard]] bool isAllowedHost(QByteArrayView host) const;

    QByteArrayList m_origins;
    QByteArrayList m_hosts;
    QByteArray m_boundAddress;
    bool m_boundToLoopback = true;
    bool m_protectedMode = true;
    Authenticator m_tokens;
};

/// The host of `host[:port]`, lower case, without brackets and port.
QByteArray hostWithoutPort(QByteArrayView host);
/// localhost, *.localhost, 127.0.0.0/8 or ::1.
bool isLoopbackName(QByteArrayView host);

} // namespace trunkline
