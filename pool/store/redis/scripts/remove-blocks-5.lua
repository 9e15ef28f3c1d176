-- Removes old blocks that have come to an end, and old states of blocks that never came.
--
-- KEYS[1]  blocks
-- KEYS[2]  early-block-states
-- KEYS[3]  fates-open
-- KEYS[4]  fates-final
-- KEYS[5]  fates-earned
-- ARGV[1]  prefix of all keys
-- ARGV[2]  time, ms: blocks found before it go
-- ARGV[3]  and on: where blocks are listed that may go
--
-- Returns  how many went, at most 1000 of each list

local gone = 0
for i = 3, #ARGV do
  local index = ARGV[1] .. 'blocks:' .. ARGV[i]
  for _, hash in ipairs(redis.call('ZRANGE', index, '-inf', '(' .. ARGV[2], 'BYSCORE', 'LIMIT', 0, 1000)) do
    redis.call('ZREM', index, hash)
    redis.call('ZREM', KEYS[1], hash)
    for place = 3, 5 do redis.call('ZREM', KEYS[place], hash) end
    redis.call('UNLINK', ARGV[1] .. 'block:' .. hash)
    gone = gone + 1
  end
end
local early = redis.call('HGETALL', KEYS[2])
for i = 1, #early, 2 do
  if tonumber(string.match(early[i + 1], '%d+$')) < tonumber(ARGV[2]) then redis.call('HDEL', KEYS[2], early[i]) end
end
return gone
