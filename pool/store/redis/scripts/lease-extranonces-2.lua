-- Leases blocks of extranonces: never-used ones, then those that rested longest.
--
-- KEYS[1]  extranonces
-- KEYS[2]  extranonce-owners
-- ARGV[1]  owner
-- ARGV[2]  how many, at most
-- ARGV[3]  length of the lease, ms
-- ARGV[4]  how many blocks there are
--
-- Returns  for each: block, when it was free from or nothing, end of the lease

local owner, count, total = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local ends = string.format('%.0f', now + tonumber(ARGV[3]))
local leases = {}

local function lease(block, free)
  redis.call('ZADD', KEYS[1], ends, block)
  redis.call('HSET', KEYS[2], block, owner)
  leases[#leases + 1] = tostring(block)
  leases[#leases + 1] = free
  leases[#leases + 1] = ends
end

local used = redis.call('ZCARD', KEYS[1])
local rested = {}
if count > total - used then
  local wanted = count - math.max(total - used, 0)
  rested = redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE', 'LIMIT', 0, wanted, 'WITHSCORES')
end
for block = used, math.min(used + count, total) - 1 do lease(block, '') end
for i = 1, #rested, 2 do lease(rested[i], rested[i + 1]) end
return leases
