-- renew-lease-1
-- Renews the lease of a task, also one that ran out and that nobody took since.
--
-- KEYS[1]  leases
-- ARGV[1]  name of the task
-- ARGV[2]  fence
-- ARGV[3]  length of the lease, ms
--
-- Returns  {fence, end of the lease}, or nothing if the fence holds no more

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local held = redis.call('HGET', KEYS[1], ARGV[1])
if not held then return nil end
local fence, _, owner = string.match(held, '^(%d+) (%d+) (.*)$')
if fence ~= ARGV[2] or owner == '' then return nil end
local ends = string.format('%.0f', now + tonumber(ARGV[3]))
redis.call('HSET', KEYS[1], ARGV[1], fence .. ' ' .. ends .. ' ' .. owner)
return {fence, ends}
