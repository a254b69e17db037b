// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// What Redis does in one step on behalf of a hub (EVALSHA). Keys and channels all begin with REDIS_PREFIX; a hub is alive as long
/// as it is subscribed to its own channel.
namespace trunkline::scripts {

/// KEYS: lease. ARGV: hub, ttl ms, policy, prefix of hubs' channels, bundle that tells the former owner.
/// Gives the name of the other hub that keeps the lease, or "" when it is ours now.
inline constexpr char kLease[] = R"lua(
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
inline constexpr char kRenew[] = R"lua(
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
inline constexpr char kRelease[] = R"lua(
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
)lua";

/// KEYS: the users of this hub. ARGV: user, its channel, presence channel, bundle, ttl ms. The user came: tells so when it was nowhere.
inline constexpr char kCame[] = R"lua(
redis.call('ZADD', KEYS[1], 0, ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
if tonumber(redis.call('PUBSUB', 'NUMSUB', ARGV[2])[2]) == 1 then redis.call('PUBLISH', ARGV[3], ARGV[4]) end
return 1
)lua";

/// KEYS: the users of a hub. ARGV: user, its channel, presence channel, bundle. The user left: tells so when it is nowhere now.
inline constexpr char kLeft[] = R"lua(
redis.call('ZREM', KEYS[1], ARGV[1])
if tonumber(redis.call('PUBSUB', 'NUMSUB', ARGV[2])[2]) == 0 then redis.call('PUBLISH', ARGV[3], ARGV[4]) end
return 1
)lua";

/// KEYS: number, history, queue. ARGV: channel, message, history size, history ttl ms, queue size, queue ttl ms, whether it may wait (1),
/// ttl ms of the number (0: none). A user's first number is made from Redis' clock, in microseconds.
/// Numbers the message, keeps it, publishes it. Gives {hubs, number, 1 when it waits}. A request to nobody is not numbered.
inline constexpr char kPublish[] = R"lua(
local function text(n) return string.format('%.0f', n) end
if ARGV[7] ~= '1' and tonumber(redis.call('PUBSUB', 'NUMSUB', ARGV[1])[2]) == 0 then return {0, '0', 0} end
local number
if redis.call('HEXISTS', KEYS[1], 'last') == 1 then
  number = redis.call('HINCRBY', KEYS[1], 'last', 1)
else
  local time = redis.call('TIME')
  number = time[1] * 1000000 + time[2] + 1
  redis.call('HSET', KEYS[1], 'last', text(number), 'lost', text(number - 1))
end
local size = tonumber(ARGV[3])
if size > 0 then
  local had = redis.call('XLEN', KEYS[2])
  redis.call('XADD', KEYS[2], 'MAXLEN', size, text(number) .. '-0', 'm', ARGV[2])
  if had == 0 then redis.call('HSET', KEYS[1], 'lost', text(number - 1))
  elseif had >= size then
    local first = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1][1]
    redis.call('HSET', KEYS[1], 'lost', text(tonumber(string.match(first, '%d+')) - 1))
  end
  if tonumber(ARGV[4]) > 0 then redis.call('PEXPIRE', KEYS[2], ARGV[4]) end
end
if tonumber(ARGV[8]) > 0 then redis.call('PEXPIRE', KEYS[1], ARGV[8]) end
local hubs = redis.call('PUBLISH', ARGV[1], ARGV[2] .. text(number))
local waits = 0
if hubs == 0 and redis.call('XLEN', KEYS[3]) < tonumber(ARGV[5]) then
  redis.call('XADD', KEYS[3], text(number) .. '-0', 'm', ARGV[2])
  if tonumber(ARGV[6]) > 0 then redis.call('PEXPIRE', KEYS[3], ARGV[6]) end
  waits = 1
end
return {hubs, text(number), waits}
)lua";

/// KEYS: queue. ARGV: number, message, queue size, queue ttl ms. A message that could not be delivered waits after all.
inline constexpr char kWait[] = R"lua(
if redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
local done = redis.pcall('XADD', KEYS[1], ARGV[1] .. '-0', 'm', ARGV[2])
if type(done) == 'table' and done.err then return 0 end
if tonumber(ARGV[4]) > 0 then redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
return 1
)lua";

/// KEYS: all hubs. ARGV: hub, prefix of hubs' channels. Says that this hub is there. Gives {hubs that are, hubs that were}.
inline constexpr char kHubs[] = R"lua(
redis.call('SADD', KEYS[1], ARGV[1])
local alive, dead = {}, {}
for _, hub in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local list = tonumber(redis.call('PUBSUB', 'NUMSUB', ARGV[2] .. hub)[2]) > 0 and alive or dead
  list[#list + 1] = hub
end
return {alive, dead}
)lua";

/// KEYS: all hubs, users of a dead one. ARGV: the dead hub, prefix of users' channels, prefix of hubs' channels. Gives the users that are nowhere now; one hub only
/// gets them.
inline constexpr char kBury[] = R"lua(
if tonumber(redis.call('PUBSUB', 'NUMSUB', ARGV[3] .. ARGV[1])[2]) > 0 then return {} end
if redis.call('SREM', KEYS[1], ARGV[1]) == 0 then return {} end
local gone = {}
for _, user in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  if tonumber(redis.call('PUBSUB', 'NUMSUB', ARGV[2] .. user)[2]) == 0 then gone[#gone + 1] = user end
end
redis.call('DEL', KEYS[2])
return gone
)lua";

} // namespace trunkline::scripts
