-- Gives leases back. One that ran out before has rested since.
--
-- KEYS[1]  extranonces
-- KEYS[2]  extranonce-owners
-- ARGV[1]  owner
-- ARGV[2]  and on: blocks
--
-- Returns  nothing

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
for i = 2, #ARGV do
  if redis.call('HGET', KEYS[2], ARGV[i]) == ARGV[1] then
    redis.call('HDEL', KEYS[2], ARGV[i])
    redis.call('ZADD', KEYS[1], 'LT', string.format('%.0f', now), ARGV[i])
  end
end
return nil
