-- Removes bans: of one address, or those that are over.
--
-- KEYS[1]  bans
-- KEYS[2]  ban-reasons
-- ARGV[1]  address, or nothing
-- ARGV[2]  time, ms; those that end by it go, up to 1000
--
-- Returns  how many went

local addresses = {ARGV[1]}
if ARGV[1] == '' then addresses = redis.call('ZRANGE', KEYS[1], '-inf', ARGV[2], 'BYSCORE', 'LIMIT', 0, 1000) end
for _, address in ipairs(addresses) do
  redis.call('ZREM', KEYS[1], address)
  redis.call('HDEL', KEYS[2], address)
end
return #addresses
