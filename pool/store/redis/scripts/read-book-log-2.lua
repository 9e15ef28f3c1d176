-- Reads entries of the books' log whose texts are kept.
--
-- KEYS[1]  books
-- KEYS[2]  book-log
-- ARGV[1]  number of the first one that may be among them
-- ARGV[2]  most entries, at most 1000
--
-- Returns  {number of the first, entries}

local ends = redis.call('HMGET', KEYS[1], 'start', 'end')
local from = math.max(tonumber(ARGV[1]), tonumber(ends[1] or '0'))
local count = math.min(tonumber(ARGV[2]), tonumber(ends[2] or '0') - from)
if count <= 0 then return {'0', {}} end
local numbers = {}
for i = 1, count do numbers[i] = string.format('%.0f', from + i - 1) end
return {numbers[1], redis.call('HMGET', KEYS[2], unpack(numbers))}
