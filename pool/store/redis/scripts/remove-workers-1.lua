-- Removes workers of one account whose last share is too old.
--
-- KEYS[1]  accounts
-- ARGV[1]  prefix of all keys
-- ARGV[2]  account
-- ARGV[3]  time, ms: a last share before it is too old
-- ARGV[4]  and on: names, numbers of those that may be
--
-- Returns  how many went

local key = ARGV[1] .. 'account:' .. ARGV[2]
local gone = 0
for i = 4, #ARGV, 2 do
  local worker = ARGV[1] .. 'worker:' .. ARGV[i + 1]
  local last = redis.call('GETRANGE', worker, 32, 39)
  if #last == 8 and struct.unpack('>i8', last) < tonumber(ARGV[3]) and redis.call('HGET', key, ARGV[i]) == ARGV[i + 1] then
    redis.call('UNLINK', worker)
    redis.call('HDEL', key, ARGV[i])
    gone = gone + 1
  end
end
if redis.call('EXISTS', key) == 0 then redis.call('SREM', KEYS[1], ARGV[2]) end
return gone
