-- Notes what became of a block, unless as much or more is noted, or a later owner of the lease has begun.
--
-- KEYS[1]  leases
-- KEYS[2]  fates-open
-- KEYS[3]  fates-final
-- KEYS[4]  fates-earned
-- ARGV[1]  prefix of all keys
-- ARGV[2]  fence
-- ARGV[3]  hash
-- ARGV[4]  number of the fate
-- ARGV[5]  where the block is listed
-- ARGV[6]  rank of that
-- ARGV[7]  since when it is in its state, ms
-- ARGV[8]  place among KEYS of what is still to be done about it, 0 for none
-- ARGV[9]  fate
--
-- Returns  noted, old, unknown or fenced

local held = redis.call('HGET', KEYS[1], 'settlement')
if held and tonumber(string.match(held, '^%d+')) > tonumber(ARGV[2]) then return 'fenced' end
local key = ARGV[1] .. 'block:' .. ARGV[3]
local known = redis.call('HMGET', key, 'state', 'fateNumber')
if not known[1] then return 'unknown' end
if known[2] and tonumber(known[2]) >= tonumber(ARGV[4]) then return 'old' end

local lists = ARGV[1] .. 'blocks:'
local foundMs = redis.call('ZSCORE', ARGV[1] .. 'blocks', ARGV[3])
redis.call('ZREM', lists .. known[1], ARGV[3])
redis.call('ZADD', lists .. ARGV[5], foundMs, ARGV[3])
redis.call(
  'HSET', key,
  'state', ARGV[5], 'rank', ARGV[6], 'stateMs', ARGV[7], 'fate', ARGV[9], 'fateNumber', ARGV[4]
)
for place = 2, 4 do
  if place == tonumber(ARGV[8]) then
    redis.call('ZADD', KEYS[place], foundMs, ARGV[3])
  else
    redis.call('ZREM', KEYS[place], ARGV[3])
  end
end
return 'noted'
