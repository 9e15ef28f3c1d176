-- Notes the network id, the first time.
--
-- KEYS[1]  meta
-- ARGV[1]  network id
--
-- Returns  the network id that is noted

redis.call('HSETNX', KEYS[1], 'networkId', ARGV[1])
return redis.call('HGET', KEYS[1], 'networkId')
