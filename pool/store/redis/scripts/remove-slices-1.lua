-- Removes old slices.
--
-- KEYS[1]  slices
-- ARGV[1]  prefix of all keys
-- ARGV[2]  time, ms: slices that begin before it go
--
-- Returns  how many went, at most 1000

local starts = redis.call('ZRANGE', KEYS[1], '-inf', '(' .. ARGV[2], 'BYSCORE', 'LIMIT', 0, 1000)
for _, start in ipairs(starts) do
  redis.call('UNLINK', ARGV[1] .. 'slice:' .. start)
  redis.call('ZREM', KEYS[1], start)
end
return #starts
