-- Removes the texts of the books' log below a number, a step of them.
--
-- KEYS[1]  books
-- KEYS[2]  book-leases
-- KEYS[3]  book-log
-- ARGV[1]  name of the fence
-- ARGV[2]  its number
-- ARGV[3]  the number below which texts go
-- ARGV[4]  most that go in one step
--
-- Returns  done, more or fenced

local held = redis.call('HGET', KEYS[2], ARGV[1])
local seen = held and tonumber(string.match(held, '^%d+')) or 0
if seen > tonumber(ARGV[2]) then return 'fenced' end
if seen < tonumber(ARGV[2]) then redis.call('HSET', KEYS[2], ARGV[1], ARGV[2] .. ' 0 ') end

local ends = redis.call('HMGET', KEYS[1], 'start', 'end')
local start = tonumber(ends[1] or '0')
local below = math.min(tonumber(ARGV[3]), tonumber(ends[2] or '0'), start + tonumber(ARGV[4]))
if below <= start then return 'done' end
for number = start, below - 1 do redis.call('HDEL', KEYS[3], string.format('%.0f', number)) end
redis.call('HSET', KEYS[1], 'start', string.format('%.0f', below))
return 'more'
