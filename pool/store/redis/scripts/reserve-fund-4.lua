-- Keeps a reservation, in place of one of the same key, unless one of its coins is another's.
--
-- KEYS[1]  fund
-- KEYS[2]  fund-reservation-numbers
-- KEYS[3]  fund-reservations
-- KEYS[4]  fund-reserved
-- ARGV[1]  key
-- ARGV[2]  text
-- ARGV[3]  then the keys of its coins
--
-- Returns  1 if it is kept, else 0

for i = 3, #ARGV do
  local holder = redis.call('HGET', KEYS[4], ARGV[i])
  if holder and holder ~= ARGV[1] then return 0 end
end
local reserved = redis.call('HGETALL', KEYS[4])
for i = 1, #reserved, 2 do
  if reserved[i + 1] == ARGV[1] then redis.call('HDEL', KEYS[4], reserved[i]) end
end
redis.call('ZADD', KEYS[2], redis.call('HINCRBY', KEYS[1], 'reservations', 1), ARGV[1])
redis.call('HSET', KEYS[3], ARGV[1], ARGV[2])
for i = 3, #ARGV do redis.call('HSET', KEYS[4], ARGV[i], ARGV[1]) end
return 1
