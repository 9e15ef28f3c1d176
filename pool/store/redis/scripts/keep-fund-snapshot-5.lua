-- Keeps a snapshot of the fund whose pieces are written, unless a newer one of the same is kept; removes what ended with it.
--
-- KEYS[1]  fund
-- KEYS[2]  fund-finds
-- KEYS[3]  fund-reservation-numbers
-- KEYS[4]  fund-reservations
-- KEYS[5]  fund-reserved
-- ARGV[1]  prefix of all keys
-- ARGV[2]  id
-- ARGV[3]  number of its pieces
-- ARGV[4]  what it is a snapshot of
-- ARGV[5]  rank
-- ARGV[6]  number of finds that ended
-- ARGV[7]  then their keys, and those of reservations that ended
--
-- Returns  kept, older or incomplete

local pieces = ARGV[1] .. 'fund-pieces:'
local before = redis.call('HMGET', KEYS[1], 'id', 'of', 'rank')
if before[1] and before[2] == ARGV[4] and tonumber(before[3]) > tonumber(ARGV[5]) then
  redis.call('DEL', pieces .. ARGV[2])
  return 'older'
end
if redis.call('HLEN', pieces .. ARGV[2]) ~= tonumber(ARGV[3]) then return 'incomplete' end
redis.call('PERSIST', pieces .. ARGV[2])
redis.call('HSET', KEYS[1], 'id', ARGV[2], 'pieces', ARGV[3], 'of', ARGV[4], 'rank', ARGV[5])
if before[1] and before[1] ~= ARGV[2] then redis.call('DEL', pieces .. before[1]) end

local first = 7 + tonumber(ARGV[6])
for i = 7, first - 1 do redis.call('HDEL', KEYS[2], ARGV[i]) end
local ended = {}
for i = first, #ARGV do
  ended[ARGV[i]] = true
  redis.call('ZREM', KEYS[3], ARGV[i])
  redis.call('HDEL', KEYS[4], ARGV[i])
end
if #ARGV >= first then
  local reserved = redis.call('HGETALL', KEYS[5])
  for i = 1, #reserved, 2 do
    if ended[reserved[i + 1]] then redis.call('HDEL', KEYS[5], reserved[i]) end
  end
end
return 'kept'
