// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/cluster/ConnectBackplane.h"

#ifdef TRUNKLINE_HAS_REDIS
#include "hub/cluster/RedisBackplane.h"
#endif

namespace trunkline {

#ifdef TRUNKLINE_HAS_REDIS

namespace {

class SharedRedis final : public SharedBackplane
{
public:
    SharedRedis(const Settings &settings, const RedisUrl &url, const Clock &clock, TurnWriter &turn) : m_redis(settings, url, clock, turn) { }
    Backplane &plane() override { return m_redis; }
    MessageStore &store() override { return m_redis.store(); }
    void start(BackplaneHost &host) override { m_redis.start(host); }
    void stop() override { m_redis.stop(); }

private:
    RedisBackplane m_redis;
};

} // namespace

Result<std::unique_ptr<SharedBackplane>> makeBackplane(const Settings &settings, const Clock &clock, TurnWriter &turn)
{
    const auto url = RedisUrl::parse(settings.redisUrl);
    if (!url)
        return failure(ErrorCode::InvalidSetting, QStringLiteral("REDIS_URL is no URL of a Redis"));
    return std::make_unique<SharedRedis>(settings, *url, clock, turn);
}

#else

Result<std::unique_ptr<SharedBackplane>> makeBackplane(const Settings &, const Clock &, TurnWriter &)
{
    return failure(ErrorCode::InvalidSetting, QStringLiteral("REDIS_URL: this program was built without hiredis (Debian: libhiredis-dev)"));
}

#endif

} // namespace trunkline
