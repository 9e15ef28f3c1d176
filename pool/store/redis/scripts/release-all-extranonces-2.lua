-- Gives all leases of an owner back. One that ran out before has rested since.
--
-- KEYS[1]  extranonces
-- KEYS[2]  extranonce-owners
-- ARGV[1]  owner
--
-- Returns  nothing

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local owners = redis.call('HGETALL', KEYS[2])
for i = 1, #owners, 2 do
  if owners[i + 1] == ARGV[1] then
    redis.call('HDEL', KEYS[2], owners[i])
    redis.call('ZADD', KEYS[1], 'LT', string.format('%.0f', now), owners[i])
  end
end
return nil
