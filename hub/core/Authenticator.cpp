// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/Authenticator.h"

#include <QFile>

namespace trunkline {

namespace {

constexpr quint8 kAllRoles = 0xf;
constexpr qint64 kMaxTokensFileBytes = 4 * 1024 * 1024;

std::optional<quint8> roleFrom(QByteArrayView name)
{
    for (const Role role : {Role::Publish, Role::Subscribe, Role::Observe}) {
        if (name == nameOf(role))
            return quint8(role);
    }
    return name == nameOf(Role::Admin) ? std::optional(kAllRoles) : std::nullopt;
}

} // namespace

QByteArrayView nameOf(Role role)
{
    switch (role) {
    case Role::Publish: return "publish";
    case Role::Subscribe: return "subscribe";
    case Role::Observe: return "observe";
    case Role::Admin: break;
    }
    return "admin";
}

std::optional<quint8> rolesFrom(QByteArrayView names)
{
    quint8 roles = 0;
    for (const QByteArray &name : names.toByteArray().split('+')) {
        const auto role = roleFrom(name.trimmed());
        if (!role)
            return std::nullopt;
        roles |= *role;
    }
    return roles;
}

bool equalInConstantTime(QByteArrayView a, QByteArrayView b)
{
    uint difference = a.size() == b.size() ? 0 : 1;
    for (qsizetype i = 0; i < a.size(); ++i)
        difference |= uint(uchar(a[i])) ^ uint(uchar(b.isEmpty() ? 0 : b[i % b.size()]));
    return difference == 0;
}

Result<Authenticator> Authenticator::create(const Settings &settings, const QByteArray &adminToken, const Clock &clock)
{
    Authenticator made;
    made.m_adminToken = adminToken;
    made.m_clock = &clock;
    QByteArrayList entries = settings.authTokens;
    if (!settings.authTokensFile.isEmpty()) {
        QFile file(settings.authTokensFile);
        if (!file.open(QIODevice::ReadOnly))
            return failure(ErrorCode::Io, QStringLiteral("AUTH_TOKENS_FILE: cannot read %1: %2")
                                              .arg(settings.authTokensFile, file.errorString()));
        for (const QByteArray &line : file.read(kMaxTokensFileBytes).split('\n')) {
            if (const QByteArray entry = line.trimmed(); !entry.isEmpty() && !entry.startsWith('#'))
                entries.append(entry);
        }
    }
    if (const auto added = made.addTokens(entries); !added)
        return tl::unexpected(added.error());
    auto jwt = JwtVerifier::create(settings);
    if (!jwt)
        return tl::unexpected(jwt.error());
    made.m_jwt = *std::move(jwt);
    made.m_isOn = !made.m_tokens.empty() || made.m_jwt.isOn();
    return made;
}

Result<void> Authenticator::addTokens(const QByteArrayList &entries)
{
    for (const QByteArray &entry : entries) {
        const qsizetype colon = entry.lastIndexOf(':');
        const auto roles = colon > 0 ? rolesFrom(QByteArrayView(entry).sliced(colon + 1)) : std::nullopt;
        if (!roles)
            return failure(ErrorCode::InvalidSetting,
                           QStringLiteral("AUTH_TOKENS: an entry is TOKEN:ROLE[+ROLE]; roles are publish, subscribe, observe, admin"));
        m_tokens.push_back({entry.left(colon), *roles});
    }
    return {};
}

tl::expected<Pass, QByteArray> Authenticator::identify(const QByteArray &token) const
{
    Pass pass;
    if (!m_adminToken.isEmpty() && equalInConstantTime(token, m_adminToken)) {
        pass.roles = kAllRoles;
        pass.bearer = "admin";
    }
    for (std::size_t i = 0; i < m_tokens.size(); ++i) {
        if (equalInConstantTime(token, m_tokens[i].secret)) {
            pass.roles |= m_tokens[i].roles;
            pass.bearer = "token " + QByteArray::number(i + 1);
        }
    }
    if (pass.roles != 0)
        return pass;
    if (!m_jwt.isOn() || !JwtVerifier::looksLikeJwt(token))
        return tl::unexpected<QByteArray>("The bearer token is not known");
    auto claims = m_jwt.verify(token, m_clock->wall());
    if (!claims)
        return tl::unexpected(claims.error());
    const auto roles = claims->roles.isEmpty() ? std::optional(quint8(Role::Subscribe)) : rolesFrom(claims->roles);
    if (!roles)
        return tl::unexpected<QByteArray>("The token's trunkline_roles names something else than publish, subscribe, observe, admin");
    return Pass{*roles, claims->user, "user " + claims->user, claims->expiresAt};
}

} // namespace trunkline
