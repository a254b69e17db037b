// SPDX-License-Identifier: GPL-3.0-or-later
// The scripts about hubs and the users that they have.
#include "hub/cluster/RedisScripts.h"

#include <QCryptographicHash>

namespace trunkline {

namespace {

/// KEYS: lease. ARGV: hub, ttl ms, policy, prefix of hubs' channels, bundle that tells the former owner.
/// Gives the name of the other hub that keeps the lease, or "" when it is ours now.
constexpr char kLease[] = R"lua(
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then
  local alive = redis.call('PUBSUB', 'NUMSUB', ARGV[4] .. owner)[2]
  if tonumber(alive) > 0 then
    if ARGV[3] == 'reject' then return owner end
    redis.call('PUBLISH', ARGV[4] .. owner, ARGV[5])
  end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ''
)lua";

/// KEYS: leases of ours. ARGV: hub, ttl ms. Gives the places (from 0) of those that another hub has now.
constexpr char kRenew[] = R"lua(
local lost = {}
for i = 1, #KEYS do
  local owner = redis.call('GET', KEYS[i])
  if owner == ARGV[1] then redis.call('PEXPIRE', KEYS[i], ARGV[2])
  elseif not owner then redis.call('SET', KEYS[i], ARGV[1], 'PX', ARGV[2])
  else lost[#lost + 1] = i - 1 end
end
return lost
)lua";

/// KEYS: lease. ARGV: hub. Gives it back if it is ours.
constexpr char kRelease[] = R"lua(
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
)lua";

/// KEYS: the users of this hub. ARGV: user, its channel, presence channel, bundle, ttl ms. The user came: tells so when it was nowhere.
constexpr char kCame[] = R"lua(
redis.call('ZADD', KEYS[1], 0, ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
if tonumber(redis.call('PUBSUB', 'NUMSUB', ARGV[2])[2]) == 1 then redis.call('PUBLISH', ARGV[3], ARGV[4]) end
return 1
)lua";

/// KEYS: the users of a hub. ARGV: user, its channel, presence channel, bundle. The user left: tells so when it is nowhere now.
constexpr char kLeft[] = R"lua(
redis.call('ZREM', KEYS[1], ARGV[1])
if tonumber(redis.call('PUBSUB', 'NUMSUB', ARGV[2])[2]) == 0 then redis.call('PUBLISH', ARGV[3], ARGV[4]) end
return 1
)lua";

/// KEYS: all hubs. ARGV: prefix, user. Gives the names of those that have the user.
constexpr char kHolders[] = R"lua(
local found = {}
for _, hub in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  if redis.call('ZSCORE', ARGV[1] .. ':on:' .. hub, ARGV[2]) and tonumber(redis.call('PUBSUB', 'NUMSUB', ARGV[1] .. ':h:' .. hub)[2]) > 0 then
    found[#found + 1] = hub
  end
end
return found
)lua";

/// KEYS: all hubs. ARGV: hub, prefix of hubs' channels. Says that this hub is there. Gives {hubs that are, hubs that were}.
constexpr char kHubs[] = R"lua(
redis.call('SADD', KEYS[1], ARGV[1])
local alive, dead = {}, {}
for _, hub in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local list = tonumber(redis.call('PUBSUB', 'NUMSUB', ARGV[2] .. hub)[2]) > 0 and alive or dead
  list[#list + 1] = hub
end
return {alive, dead}
)lua";

/// KEYS: all hubs, users of a dead one. ARGV: the dead hub, prefix of users' channels, prefix of hubs' channels. Gives the users that are
/// nowhere now; one hub only gets them.
constexpr char kBury[] = R"lua(
if tonumber(redis.call('PUBSUB', 'NUMSUB', ARGV[3] .. ARGV[1])[2]) > 0 then return {} end
if redis.call('SREM', KEYS[1], ARGV[1]) == 0 then return {} end
local gone = {}
for _, user in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  if tonumber(redis.call('PUBSUB', 'NUMSUB', ARGV[2] .. user)[2]) == 0 then gone[#gone + 1] = user end
end
redis.call('DEL', KEYS[2])
return gone
)lua";

} // namespace

RedisScript::RedisScript(QByteArray script) : text(std::move(script)), sha(QCryptographicHash::hash(text, QCryptographicHash::Sha1).toHex()) { }

RedisScripts::RedisScripts()
    : lease(kLease), renew(kRenew), release(kRelease), came(kCame), left(kLeft), holders(kHolders), hubs(kHubs), bury(kBury),
      publish(scripts::publish()), wait(scripts::wait()), confirm(scripts::confirm()), read(scripts::read())
{
}

} // namespace trunkline
