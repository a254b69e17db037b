// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

#include <optional>

namespace trunkline {

/// Where a Redis is and who we are there: `redis://[USER][:PASSWORD]@HOST[:PORT][/DATABASE]`, `rediss://` for TLS.
struct RedisUrl
{
    bool secure = false;
    QString host;
    quint16 port = 6379;
    QByteArray user;            ///< ACL user; empty: the default one
    QByteArray password;        ///< empty: none
    int database = 0;

    /// nullopt when `text` is no such URL.
    static std::optional<RedisUrl> parse(const QString &text);
    /// For people: without user and password.
    [[nodiscard]] QString display() const;
};

} // namespace trunkline
