-- Gives a reservation up.
--
-- KEYS[1]  fund-reservation-numbers
-- KEYS[2]  fund-reservations
-- KEYS[3]  fund-reserved
-- ARGV[1]  key
--
-- Returns  nothing

redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
local reserved = redis.call('HGETALL', KEYS[3])
for i = 1, #reserved, 2 do
  if reserved[i + 1] == ARGV[1] then redis.call('HDEL', KEYS[3], reserved[i]) end
end
return nil
