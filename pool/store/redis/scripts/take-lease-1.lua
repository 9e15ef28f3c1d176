-- take-lease-1
-- Takes the lease of a task, unless another owner holds it. Its fence is greater than all before, and no less than the time.
--
-- KEYS[1]  leases
-- ARGV[1]  name of the task
-- ARGV[2]  owner
-- ARGV[3]  length of the lease, ms
--
-- Returns  {fence, end of the lease}, or nothing if another owner holds it

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local last = 0
local held = redis.call('HGET', KEYS[1], ARGV[1])
if held then
  local fence, ends, owner = string.match(held, '^(%d+) (%d+) (.*)$')
  if owner ~= ARGV[2] and tonumber(ends) > now then return nil end
  last = tonumber(fence)
end
local fence = string.format('%.0f', math.max(last + 1, now))
local ends = string.format('%.0f', now + tonumber(ARGV[3]))
redis.call('HSET', KEYS[1], ARGV[1], fence .. ' ' .. ends .. ' ' .. ARGV[2])
return {fence, ends}
