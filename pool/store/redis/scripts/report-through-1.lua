-- Notes how far a journal is. Times only grow, and what is finished stays so.
--
-- KEYS[1]  journals
-- ARGV[1]  journal
-- ARGV[2]  through, ms
-- ARGV[3]  1 if it is finished, else 0
--
-- Returns  nothing

local number, through, finished = 0, 0, 0
local mark = redis.call('HGET', KEYS[1], ARGV[1])
if mark then
  local n, t, f = string.match(mark, '^(%d+) (%d+) (%d)$')
  number, through, finished = n, tonumber(t), tonumber(f)
end
through = math.max(through, tonumber(ARGV[2]))
finished = math.max(finished, tonumber(ARGV[3]))
redis.call('HSET', KEYS[1], ARGV[1], string.format('%s %.0f %d', number, through, finished))
return nil
