// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/AccessPolicy.h"

#include <QFile>

namespace trunkline {

namespace {

/// Takes the same time wherever the first difference is.
bool equalInConstantTime(QByteArrayView a, QByteArrayView b)
{
    uint difference = a.size() == b.size() ? 0 : 1;
    for (qsizetype i = 0; i < a.size(); ++i)
        difference |= uint(uchar(a[i])) ^ uint(uchar(b.isEmpty() ? 0 : b[i % b.size()]));
    return difference == 0;
}

std::optional<quint8> roleFrom(QByteArrayView name)
{
    if (name == "publish")
        return quint8(Role::Publish);
    if (name == "subscribe")
        return quint8(Role::Subscribe);
    if (name == "observe")
        return quint8(Role::Observe);
    if (name == "admin")
        return quint8(0xf);
    return std::nullopt;
}

QByteArrayView schemeOf(QByteArrayView origin)
{
    const qsizetype end = origin.indexOf("://");
    return end < 0 ? QByteArrayView() : origin.first(end);
}

QByteArrayView authorityOf(QByteArrayView origin)
{
    const qsizetype end = origin.indexOf("://");
    return end < 0 ? QByteArrayView() : origin.sliced(end + 3);
}

bool hasPort(QByteArrayView authority)
{
    const qsizetype colon = authority.lastIndexOf(':');
    return colon >= 0 && authority.indexOf(']', colon) < 0;
}

/// True when `origin` is `portless`, a colon and digits.
bool isSameWithAPort(QByteArrayView origin, QByteArrayView portless)
{
    if (origin.size() < portless.size() + 2 || !origin.startsWith(portless) || origin[portless.size()] != ':')
        return false;
    for (const char c : origin.sliced(portless.size() + 1)) {
        if (c < '0' || c > '9')
            return false;
    }
    return true;
}

/// `authority` with the scheme's own port written out, so that `http://a` and `http://a:80` are equal.
QByteArray withPort(QByteArrayView authority, bool secure)
{
    QByteArray full = authority.toByteArray().toLower();
    if (!hasPort(authority))
        full.append(secure ? ":443" : ":80");
    return full;
}

/// What a peer wrote, fit for a JSON text: anything but printable ASCII becomes a question mark.
QByteArray quotable(QByteArrayView text)
{
    QByteArray out = text.first(qMin<qsizetype>(text.size(), 200)).toByteArray();
    for (char &c : out) {
        if (uchar(c) < 0x20 || uchar(c) > 0x7e)
            c = '?';
    }
    return out;
}

} // namespace

QByteArray hostWithoutPort(QByteArrayView host)
{
    if (host.startsWith('[')) {
        const qsizetype end = host.indexOf(']');
        return end < 0 ? host.toByteArray().toLower() : host.sliced(1, end - 1).toByteArray().toLower();
    }
    const qsizetype colon = host.lastIndexOf(':');
    return (colon < 0 ? host : host.first(colon)).toByteArray().toLower();
}

bool isLoopbackName(QByteArrayView host)
{
    if (host == "localhost" || host.endsWith(".localhost") || host == "::1")
        return true;
    if (!host.startsWith("127."))
        return false;
    int dots = 0;
    for (const char c : host) {
        dots += c == '.';
        if (c != '.' && (c < '0' || c > '9'))
            return false;
    }
    return dots == 3;
}

Result<AccessPolicy> AccessPolicy::create(const Settings &settings, QByteArrayView boundAddress, bool boundToLoopback,
                                          const QByteArray &adminToken)
{
    AccessPolicy policy;
    for (const QByteArray &origin : settings.corsOrigins)
        policy.m_origins.append(origin.endsWith('/') ? origin.chopped(1).toLower() : origin.toLower());
    for (const QByteArray &host : settings.allowedHosts)
        policy.m_hosts.append(host.toLower());
    policy.m_boundAddress = boundAddress.toByteArray().toLower();
    policy.m_boundToLoopback = boundToLoopback;
    policy.m_protectedMode = settings.protectedMode;
    policy.m_adminToken = adminToken;
    QByteArrayList entries = settings.authTokens;
    if (!settings.authTokensFile.isEmpty()) {
        QFile file(settings.authTokensFile);
        if (!file.open(QIODevice::ReadOnly))
            return failure(ErrorCode::Io, QStringLiteral("AUTH_TOKENS_FILE: cannot read %1: %2")
                                              .arg(settings.authTokensFile, file.errorString()));
        for (const QByteArray &line : file.readAll().split('\n')) {
            if (const QByteArray entry = line.trimmed(); !entry.isEmpty() && !entry.startsWith('#'))
                entries.append(entry);
        }
    }
    if (const auto added = policy.addTokens(entries); !added)
        return tl::unexpected(added.error());
    return policy;
}

Result<void> AccessPolicy::addTokens(const QByteArrayList &entries)
{
    for (const QByteArray &entry : entries) {
        const qsizetype colon = entry.lastIndexOf(':');
        Token token{entry.left(colon), 0};
        bool fine = colon > 0;
        if (fine) {
            for (const QByteArray &name : entry.mid(colon + 1).split('+')) {
                const auto role = roleFrom(name.trimmed());
                fine = fine && role;
                token.roles |= role.value_or(0);
            }
        }
        if (!fine)
            return failure(ErrorCode::InvalidSetting,
                           QStringLiteral("AUTH_TOKENS: an entry is TOKEN:ROLE[+ROLE]; roles are publish, subscribe, observe, admin"));
        m_tokens.push_back(std::move(token));
    }
    return {};
}

bool AccessPolicy::isAllowedOrigin(QByteArrayView origin) const
{
    const QByteArray wanted = origin.toByteArray().toLower();
    for (const QByteArray &allowed : m_origins) {
        if (allowed == "*" || allowed == wanted)
            return true;
        // A loopback host without a port stands for all of its ports.
        if (!hasPort(authorityOf(allowed)) && isLoopbackName(hostWithoutPort(authorityOf(allowed)))
            && isSameWithAPort(wanted, allowed))
            return true;
    }
    return false;
}

bool AccessPolicy::isForeign(const Visitor &visitor) const
{
    return !visitor.origin.isNull() && !isAllowedOrigin(visitor.origin) && !isSameOrigin(visitor);
}

bool AccessPolicy::isSameOrigin(const Visitor &visitor)
{
    if (visitor.origin.isNull())
        return true;
    const QByteArrayView scheme = visitor.secure ? "https" : "http";
    return schemeOf(visitor.origin) == scheme && !visitor.host.isEmpty()
        && withPort(authorityOf(visitor.origin), visitor.secure) == withPort(visitor.host, visitor.secure);
}

bool AccessPolicy::isAllowedHost(QByteArrayView host) const
{
    if (host.isNull())
        return true;        // HTTP/1.0
    const QByteArray name = hostWithoutPort(host);
    for (const QByteArray &allowed : m_hosts) {
        if (allowed == "*" || allowed == name || allowed == host.toByteArray().toLower())
            return true;
    }
    // In protected mode too: a page whose name was rebound to 127.0.0.1 would come as a loopback peer.
    if (m_boundToLoopback || isProtected())
        return isLoopbackName(name) || name == m_boundAddress;
    return m_hosts.isEmpty();
}

std::optional<HttpRefusal> AccessPolicy::check(const Visitor &visitor) const
{
    if (isProtected() && !visitor.peerIsLoopback)
        return HttpRefusal{403, "Protected mode: this hub listens beyond loopback without a password, so only loopback "
                                "clients are served. Set AUTH_TOKENS=TOKEN:ROLE, or PROTECTED_MODE=no on a network you trust."};
    if (!isAllowedHost(visitor.host)) {
        return HttpRefusal{421, "This hub does not answer for the host \"" + quotable(visitor.host)
                                    + "\". ALLOWED_HOSTS=" + quotable(hostWithoutPort(visitor.host)) + " would allow it."};
    }
    return visitor.handshake || visitor.method == "POST" ? refusalForForeigner(visitor) : std::nullopt;
}

std::optional<HttpRefusal> AccessPolicy::refusalForForeigner(const Visitor &visitor) const
{
    if (!isForeign(visitor))
        return std::nullopt;
    return HttpRefusal{403, "The origin \"" + quotable(visitor.origin)
                                + "\" is not allowed. CORS_ORIGINS=" + quotable(visitor.origin) + " would allow it."};
}

quint8 AccessPolicy::rolesOf(QByteArrayView secret) const
{
    quint8 roles = 0;
    if (!m_adminToken.isEmpty() && equalInConstantTime(secret, m_adminToken))
        roles = 0xf;
    for (const Token &token : m_tokens) {
        if (equalInConstantTime(secret, token.secret))
            roles |= token.roles;
    }
    return roles;
}

std::optional<HttpRefusal> AccessPolicy::authorize(const Visitor &visitor, Role role) const
{
    return m_tokens.empty() ? std::nullopt : authorizeAlways(visitor, role);
}

std::optional<HttpRefusal> AccessPolicy::authorizeAlways(const Visitor &visitor, Role role) const
{
    QByteArray secret = visitor.token;
    if (visitor.authorization.size() > 7 && equalsIgnoringCase(visitor.authorization.first(7), "bearer "))
        secret = visitor.authorization.sliced(7).toByteArray().trimmed();
    const quint8 roles = secret.isEmpty() ? quint8(0) : rolesOf(secret);
    if (roles == 0)
        return HttpRefusal{401, secret.isEmpty() ? "A bearer token is needed: Authorization: Bearer TOKEN"
                                                 : "The bearer token is not known"};
    if (!(roles & quint8(role)))
        return HttpRefusal{403, "The token does not have the role that this needs"};
    return std::nullopt;
}

QByteArray AccessPolicy::corsFields(QByteArrayView origin) const
{
    if (origin.isEmpty() || !isAllowedOrigin(origin))
        return {};
    QByteArray lines = "Access-Control-Allow-Origin: ";
    lines.append(origin);
    return lines.append("\r\nAccess-Control-Allow-Credentials: true\r\nVary: Origin\r\n"
                        "Access-Control-Allow-Methods: GET, HEAD, POST, OPTIONS\r\n"
                        "Access-Control-Allow-Headers: Content-Type, Authorization, Last-Event-ID, Idempotency-Key\r\n");
}

QByteArray AccessPolicy::preflightFields(QByteArrayView origin, QByteArrayView requestedFields) const
{
    if (origin.isEmpty() || !isAllowedOrigin(origin))
        return {};
    QByteArray lines = "Access-Control-Max-Age: 600\r\n";
    if (!requestedFields.isEmpty())
        lines.append("Access-Control-Allow-Headers: ").append(requestedFields).append("\r\n");
    return lines;
}

} // namespace trunkline
