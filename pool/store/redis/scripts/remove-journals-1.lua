-- Removes the marks of finished journals.
--
-- KEYS[1]  journals
-- ARGV[1]  time, ms: those whose through is before it go
--
-- Returns  how many went

local marks = redis.call('HGETALL', KEYS[1])
local gone = 0
for i = 1, #marks, 2 do
  local through, finished = string.match(marks[i + 1], '^%d+ (%d+) (%d)$')
  if finished == '1' and tonumber(through) < tonumber(ARGV[1]) then
    redis.call('HDEL', KEYS[1], marks[i])
    gone = gone + 1
  end
end
return gone
