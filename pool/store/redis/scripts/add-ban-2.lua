-- Adds a ban, or replaces the one of its address. At the limit those that end first make room.
--
-- KEYS[1]  bans
-- KEYS[2]  ban-reasons
-- ARGV[1]  address
-- ARGV[2]  end, ms
-- ARGV[3]  reason
-- ARGV[4]  longest ban, ms
-- ARGV[5]  most bans
--
-- Returns  nothing

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local function remove(addresses)
  for _, address in ipairs(addresses) do
    redis.call('ZREM', KEYS[1], address)
    redis.call('HDEL', KEYS[2], address)
  end
end

remove(redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE', 'LIMIT', 0, 1000))
remove({ARGV[1]})
local over = redis.call('ZCARD', KEYS[1]) + 1 - tonumber(ARGV[5])
if over > 0 then remove(redis.call('ZRANGE', KEYS[1], 0, over - 1)) end
local ends = math.min(tonumber(ARGV[2]), now + tonumber(ARGV[4]))
redis.call('ZADD', KEYS[1], string.format('%.0f', ends), ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
return nil
