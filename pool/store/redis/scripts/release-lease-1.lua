-- release-lease-1
-- Gives the lease of a task back. The fence stays, so that fences only grow.
--
-- KEYS[1]  leases
-- ARGV[1]  name of the task
-- ARGV[2]  fence
--
-- Returns  nothing

local held = redis.call('HGET', KEYS[1], ARGV[1])
if held and string.match(held, '^(%d+) ') == ARGV[2] then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' 0 ')
end
return nil
