-- Reads a page of a table of the books, as of one moment.
--
-- KEYS[1]  book-keys of the table
-- KEYS[2]  book of the table
-- ARGV[1]  the first key that may be on it
-- ARGV[2]  what all of its keys come before
-- ARGV[3]  most records, at most 1000
--
-- Returns  {keys, records}

local keys = redis.call('ZRANGEBYLEX', KEYS[1], '[' .. ARGV[1], '(' .. ARGV[2], 'LIMIT', 0, ARGV[3])
if #keys == 0 then return {{}, {}} end
return {keys, redis.call('HMGET', KEYS[2], unpack(keys))}
