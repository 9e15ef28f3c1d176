-- Writes a piece of a snapshot of the fund. It goes by itself unless the snapshot is kept.
--
-- KEYS[1]  pieces of the snapshot
-- ARGV[1]  number of the piece
-- ARGV[2]  text
-- ARGV[3]  how long it may wait, ms
--
-- Returns  nothing

redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return nil
