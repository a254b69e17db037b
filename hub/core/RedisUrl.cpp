// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/RedisUrl.h"

#include <QUrl>

namespace trunkline {

namespace {

constexpr int kMaxDatabase = 1'000'000;

} // namespace

std::optional<RedisUrl> RedisUrl::parse(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    RedisUrl redis;
    redis.secure = url.scheme() == QLatin1StringView("rediss");
    if (!url.isValid() || (!redis.secure && url.scheme() != QLatin1StringView("redis")) || url.host().isEmpty())
        return std::nullopt;
    if (url.hasQuery() || url.hasFragment())
        return std::nullopt;
    redis.host = url.host(QUrl::FullyDecoded);
    if (const int port = url.port(6379); port > 0)
        redis.port = quint16(port);
    else
        return std::nullopt;
    redis.user = url.userName(QUrl::FullyDecoded).toUtf8();
    redis.password = url.password(QUrl::FullyDecoded).toUtf8();
    if (!redis.user.isEmpty() && redis.password.isEmpty())
        return std::nullopt;
    if (const QString path = url.path(); !path.isEmpty() && path != QLatin1StringView("/")) {
        bool fine = false;
        redis.database = QStringView(path).sliced(1).toInt(&fine);
        if (!fine || redis.database < 0 || redis.database > kMaxDatabase)
            return std::nullopt;
    }
    return redis;
}

QString RedisUrl::display() const
{
    QUrl url;
    url.setScheme(secure ? QStringLiteral("rediss") : QStringLiteral("redis"));
    url.setHost(host);
    url.setPort(port);
    if (database != 0)
        url.setPath(u'/' + QString::number(database));
    return url.toString();
}

} // namespace trunkline
