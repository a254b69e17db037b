// SPDX-License-Identifier: GPL-3.0-or-later
// The scripts about messages that are numbered and kept. Of a user there are `n:` (last number, newest lost number), the streams `hist:` and `q:`
// (history and what waits). Over all users, of either kind: `bytes:KIND`, a hash of the bytes that each user's messages count for, whose
// field without a name is their sum; `ages:KIND`, the users by the time of their newest message. A stream that expires stays counted
// until room is wanted: as the one with the oldest newest message it is found first.
#include "hub/cluster/RedisScripts.h"

namespace trunkline::scripts {

namespace {

/// `p` is the prefix. A message counts for what it counts for in MessageLog::costOf(), nearly; a stream for the 4 KiB that Redis gives it at once.
constexpr char kBook[] = R"lua(
local p, streamCost = ARGV[1], 4500
local function cost(message) return #message + 200 end
local function total(kind) return tonumber(redis.call('HGET', p .. ':bytes:' .. kind, '') or 0) end
local function count(kind, user, bytes)
  local now = redis.call('HINCRBY', p .. ':bytes:' .. kind, user, bytes)
  if now <= 0 then redis.call('HDEL', p .. ':bytes:' .. kind, user) end
  redis.call('HINCRBY', p .. ':bytes:' .. kind, '', bytes - math.min(now, 0))
end
local function isEmpty(kind, user) return redis.call('XLEN', p .. ':' .. kind .. ':' .. user) == 0 end
local function forget(kind, user)
  local had = redis.call('HGET', p .. ':bytes:' .. kind, user)
  if had then count(kind, user, -tonumber(had)) end
  redis.call('ZREM', p .. ':ages:' .. kind, user)
  redis.call('DEL', p .. ':' .. kind .. ':' .. user)
end
local function age(kind, user)
  local time = redis.call('TIME')
  redis.call('ZADD', p .. ':ages:' .. kind, time[1] * 1000 + math.floor(time[2] / 1000), user)
end
local function add(kind, user, number, message, ttl)
  local stream = p .. ':' .. kind .. ':' .. user
  if redis.call('XLEN', stream) == 0 then
    forget(kind, user)
    count(kind, user, streamCost)
  end
  redis.call('XADD', stream, number .. '-0', 'm', message)
  count(kind, user, cost(message))
  age(kind, user)
  if tonumber(ttl) > 0 then redis.call('PEXPIRE', stream, ttl) end
end
local function forgetNumber(user)
  if isEmpty('hist', user) and isEmpty('q', user) and tonumber(redis.call('PUBSUB', 'NUMSUB', p .. ':u:' .. user)[2]) == 0 then
    redis.call('DEL', p .. ':n:' .. user)
  end
end
)lua";

/// ARGV: prefix, user, message, history size, history ttl ms, history bytes, queue size, queue ttl ms, queue bytes, whether it may wait (1),
/// ttl ms of the number, set of the users for whom it was published (empty: none).
/// Numbers the message, keeps it, publishes it. Gives {hubs, number, 1 when it waits}; hubs is -1 when the set has the user. A user's
/// first number is made from Redis' clock, in microseconds. A request to nobody is not numbered.
constexpr char kPublish[] = R"lua(
local user, message, size, room = ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[6])
local channel, standing, history = p .. ':u:' .. user, p .. ':n:' .. user, p .. ':hist:' .. user
local function text(n) return string.format('%.0f', n) end
if ARGV[12] ~= '' then
  if redis.call('SADD', ARGV[12], user) == 0 then return {-1, '0', 0} end
  redis.call('PEXPIRE', ARGV[12], 60000)
end
if ARGV[10] ~= '1' and tonumber(redis.call('PUBSUB', 'NUMSUB', channel)[2]) == 0 then return {0, '0', 0} end
local function dropFirst(other)
  local stream = p .. ':hist:' .. other
  local first = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
  if not first then return forget('hist', other) end
  local left = redis.call('XLEN', stream) - 1
  redis.call('XTRIM', stream, 'MAXLEN', left)
  count('hist', other, -cost(first[2][2]))
  if redis.call('HEXISTS', p .. ':n:' .. other, 'last') == 1 then
    redis.call('HSET', p .. ':n:' .. other, 'lost', string.match(first[1], '%d+'))
  end
  if left == 0 then
    forget('hist', other)
    if other ~= user then forgetNumber(other) end
  end
end
local number
if redis.call('HEXISTS', standing, 'last') == 1 then
  number = redis.call('HINCRBY', standing, 'last', 1)
else
  local time = redis.call('TIME')
  number = time[1] * 1000000 + time[2] + 1
  redis.call('HSET', standing, 'last', text(number), 'lost', text(number - 1))
end
if size > 0 and streamCost + cost(message) <= room then
  while redis.call('XLEN', history) >= size do dropFirst(user) end
  if isEmpty('hist', user) then redis.call('HSET', standing, 'lost', text(number - 1)) end
  add('hist', user, text(number), message, ARGV[5])
  while total('hist') > room do
    local oldest = redis.call('ZRANGE', p .. ':ages:hist', 0, 0)[1]
    if not oldest then break end
    dropFirst(oldest)
  end
elseif size > 0 then
  redis.call('HSET', standing, 'lost', text(number))
end
redis.call('PEXPIRE', standing, ARGV[11])
local hubs = redis.call('PUBLISH', channel, message .. text(number))
local waits = 0
if hubs == 0 and ARGV[10] == '1' and hasRoom(user, message, ARGV[7], ARGV[9]) then
  add('q', user, text(number), message, ARGV[8])
  waits = 1
end
if hubs == 0 then forgetNumber(user) end
return {hubs, text(number), waits}
)lua";

/// Whether one more message may wait.
constexpr char kRoom[] = R"lua(
local function hasRoom(user, message, size, room)
  local length = redis.call('XLEN', p .. ':q:' .. user)
  if length >= tonumber(size) then return false end
  local wanted = cost(message) + (length == 0 and streamCost or 0)
  while total('q') + wanted > tonumber(room) do
    local oldest = redis.call('ZRANGE', p .. ':ages:q', 0, 0)[1]
    if not oldest or not isEmpty('q', oldest) then return false end
    forget('q', oldest)
  end
  return true
end
)lua";

/// ARGV: prefix, user, number, message, queue size, queue ttl ms, queue bytes. A message that could not be delivered waits after all: 1. XADD
/// refuses it when a newer one waits.
constexpr char kWait[] = R"lua(
if not hasRoom(ARGV[2], ARGV[4], ARGV[5], ARGV[7]) then return 0 end
add('q', ARGV[2], ARGV[3], ARGV[4], ARGV[6])
return 1
)lua";

/// ARGV: prefix, user, number, the next number. What waits up to that number has been delivered.
constexpr char kConfirm[] = R"lua(
local stream = p .. ':q:' .. ARGV[2]
local bytes = 0
for _, entry in ipairs(redis.call('XRANGE', stream, '-', ARGV[3])) do bytes = bytes + cost(entry[2][2]) end
if bytes == 0 then return 0 end
redis.call('XTRIM', stream, 'MINID', ARGV[4])
count('q', ARGV[2], -bytes)
if isEmpty('q', ARGV[2]) then forget('q', ARGV[2]) end
return 1
)lua";

/// KEYS: number, history, queue. ARGV: number that the hub has seen. Gives {last number, newest lost number, what the messages follow, history,
/// queue}. When Redis knows only of earlier numbers, or of none, all is given.
constexpr char kRead[] = R"lua(
local standing = redis.call('HMGET', KEYS[1], 'last', 'lost')
local last, lost, after = standing[1], standing[2], ARGV[1]
if not last then
  local time = redis.call('TIME')
  last = string.format('%.0f', time[1] * 1000000 + time[2])
  lost, after = last, '0'
elseif tonumber(last) < tonumber(after) then
  after = '0'
end
local from = after == '0' and '-' or '(' .. after
return {last, lost, after, redis.call('XRANGE', KEYS[2], from, '+'), redis.call('XRANGE', KEYS[3], from, '+')}
)lua";

} // namespace

QByteArray publish() { return QByteArray(kBook) + kRoom + kPublish; }
QByteArray wait() { return QByteArray(kBook) + kRoom + kWait; }
QByteArray confirm() { return QByteArray(kBook) + kConfirm; }
QByteArray read() { return kRead; }

} // namespace trunkline::scripts
