-- Notes a find without an end; at the limit it is not noted.
--
-- KEYS[1]  fund-finds
-- ARGV[1]  key
-- ARGV[2]  text
-- ARGV[3]  most finds
--
-- Returns  nothing

if redis.call('HLEN', KEYS[1]) < tonumber(ARGV[3]) then redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) end
return nil
