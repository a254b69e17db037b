// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/AccessPolicy.h"

namespace trunkline {

namespace {

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

/// What to set: a value as it stands where the list is empty, one more where it is not.
QByteArray remedy(const char *setting, const QByteArray &value, bool isEmpty)
{
    const QByteArray name = setting;
    return isEmpty ? QByteArray(name + '=' + value + " would allow it.") : QByteArray("Adding " + value + " to " + name + " would allow it.");
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
                                          const QByteArray &adminToken, const Clock &clock)
{
    AccessPolicy policy;
    for (const QByteArray &origin : settings.corsOrigins)
        policy.m_origins.append(origin.endsWith('/') ? origin.chopped(1).toLower() : origin.toLower());
    for (const QByteArray &host : settings.allowedHosts)
        policy.m_hosts.append(host.toLower());
    policy.m_boundAddress = boundAddress.toByteArray().toLower();
    policy.m_boundToLoopback = boundToLoopback;
    policy.m_protectedMode = settings.protectedMode;
    auto tokens = Authenticator::create(settings, adminToken, clock);
    if (!tokens)
        return tl::unexpected(tokens.error());
    policy.m_tokens = *std::move(tokens);
    return policy;
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
        return HttpRefusal{421, "This hub does not answer for the host \"" + quotable(visitor.host) + "\". "
                                    + remedy("ALLOWED_HOSTS", quotable(hostWithoutPort(visitor.host)), m_hosts.isEmpty())};
    }
    return visitor.handshake || visitor.method == "POST" ? refusalForForeigner(visitor) : std::nullopt;
}

std::optional<HttpRefusal> AccessPolicy::refusalForForeigner(const Visitor &visitor) const
{
    return isForeign(visitor) ? std::optional(foreignOrigin(visitor.origin)) : std::nullopt;
}

HttpRefusal AccessPolicy::foreignOrigin(QByteArrayView origin) const
{
    return {403, "The origin \"" + quotable(origin) + "\" is not allowed. "
                     + remedy("CORS_ORIGINS", quotable(origin), m_origins.isEmpty())};
}

std::optional<HttpRefusal> AccessPolicy::authorize(const Visitor &visitor, Role role, Pass *pass) const
{
    return m_tokens.isOn() ? authorizeAlways(visitor, role, pass) : std::nullopt;
}

std::optional<HttpRefusal> AccessPolicy::authorizeAlways(const Visitor &visitor, Role role, Pass *pass) const
{
    QByteArray secret = visitor.token;
    if (visitor.authorization.size() > 7 && equalsIgnoringCase(visitor.authorization.first(7), "bearer "))
        secret = visitor.authorization.sliced(7).toByteArray().trimmed();
    if (secret.isEmpty())
        return HttpRefusal{401, "A bearer token is needed: Authorization: Bearer TOKEN, one that AUTH_TOKENS=TOKEN:"
                                    + nameOf(role).toByteArray() + " names"};
    auto found = m_tokens.identify(secret);
    if (!found)
        return HttpRefusal{401, found.error()};
    if (!found->has(role)) {
        const QByteArray name = nameOf(role).toByteArray();
        const QByteArray where = found->user.isEmpty() ? QByteArray("AUTH_TOKENS=TOKEN:" + name)
                                                       : QByteArray("\"trunkline_roles\": \"" + name + "\" in the token");
        return HttpRefusal{403, "The token does not have the role " + name + ", which this needs. " + where + " would give it."};
    }
    if (pass)
        *pass = *std::move(found);
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
