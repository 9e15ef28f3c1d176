-- Notes what the pool's nodes are, each part where nothing is noted yet.
--
-- KEYS[1]  meta
-- ARGV[1]  network id
-- ARGV[2]  miner addresses, as they are noted
-- ARGV[3]  1 if they replace those that are noted, else 0
--
-- Returns  {network id, miner addresses or nothing} that are noted then; nothing was, if the network is another one

local noted = redis.call('HMGET', KEYS[1], 'networkId', 'minerAddresses')
if not noted[1] then
  redis.call('HSET', KEYS[1], 'networkId', ARGV[1])
  noted[1] = ARGV[1]
end
if noted[1] == ARGV[1] and (not noted[2] or ARGV[3] == '1') then
  redis.call('HSET', KEYS[1], 'minerAddresses', ARGV[2])
  noted[2] = ARGV[2]
end
return {noted[1], noted[2] or ''}
