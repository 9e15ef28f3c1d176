-- Appends entries of the fund, each only if none of its key is kept. At the limit the oldest make room.
--
-- KEYS[1]  fund
-- KEYS[2]  fund-entry-numbers
-- KEYS[3]  fund-entries
-- ARGV[1]  most entries
-- ARGV[2]  then two for each entry: key, text
--
-- Returns  nothing

for i = 2, #ARGV, 2 do
  if redis.call('HSETNX', KEYS[3], ARGV[i], ARGV[i + 1]) == 1 then
    local number = redis.call('HINCRBY', KEYS[1], 'entries', 1) - 1
    redis.call('ZADD', KEYS[2], string.format('%.0f', number), ARGV[i])
  end
end
local over = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[1])
if over > 0 then
  for _, key in ipairs(redis.call('ZRANGE', KEYS[2], 0, over - 1)) do
    redis.call('ZREM', KEYS[2], key)
    redis.call('HDEL', KEYS[3], key)
  end
end
return nil
