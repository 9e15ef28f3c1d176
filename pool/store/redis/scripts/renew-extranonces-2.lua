-- Renews leases, also such that ran out and that nobody else has taken.
--
-- KEYS[1]  extranonces
-- KEYS[2]  extranonce-owners
-- ARGV[1]  owner
-- ARGV[2]  length of the lease, ms
-- ARGV[3]  and on: blocks
--
-- Returns  the blocks that are the owner's

local time = redis.call('TIME')
local ends = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[2])
local kept = {}
for i = 3, #ARGV do
  if redis.call('HGET', KEYS[2], ARGV[i]) == ARGV[1] then
    redis.call('ZADD', KEYS[1], string.format('%.0f', ends), ARGV[i])
    kept[#kept + 1] = tonumber(ARGV[i])
  end
end
return kept
