-- Notes what a store is opened for, where nothing is noted yet, and tells what is noted.
--
-- KEYS[1]  meta
-- ARGV[1]  schema version of a store that is new
-- ARGV[2]  bytes of an extranonce
-- ARGV[3]  network id, or nothing
--
-- Returns  {schema, extranonce bytes, network id or nothing}; the caller compares them. Nothing is noted in a store
--          that doesn't match.

local noted = redis.call('HMGET', KEYS[1], 'schema', 'extranonceBytes', 'networkId')
if not noted[1] then
  redis.call('HSET', KEYS[1], 'schema', ARGV[1], 'extranonceBytes', ARGV[2])
  noted = {ARGV[1], ARGV[2], false}
end
if not noted[3] and ARGV[3] ~= '' and noted[1] == ARGV[1] and noted[2] == ARGV[2] then
  redis.call('HSET', KEYS[1], 'networkId', ARGV[3])
  noted[3] = ARGV[3]
end
return {noted[1], noted[2], noted[3] or ''}
