-- Carries out a write into the books, wholly or not at all. Texts and their versions come from outside; all that is counted
-- here are versions and numbers of the log.
--
-- KEYS[1]  books
-- KEYS[2]  book-leases
-- KEYS[3]  book-log
-- KEYS[4]  book-log-numbers
-- ARGV[1]  prefix of all keys
-- ARGV[2]  name of the fence
-- ARGV[3]  its number
-- ARGV[4]  1 if what waits for the disk after this has to find a write of this connection
-- ARGV[5]  number of log entries
-- ARGV[6]  then key, text of each; then table, key, version, "+" and text or "-" of each record
--
-- Returns  done, already, changed or fenced

local held = redis.call('HGET', KEYS[2], ARGV[2])
local seen = held and tonumber(string.match(held, '^%d+')) or 0
local fence = tonumber(ARGV[3])
if seen > fence then return 'fenced' end

local first = 6 + 2 * tonumber(ARGV[5])
for i = 6, first - 1, 2 do
  if redis.call('HEXISTS', KEYS[4], ARGV[i]) == 1 then
    if ARGV[4] == '1' then redis.call('HINCRBY', KEYS[1], 'durable', 1) end
    return 'already'
  end
end

for i = first, #ARGV, 4 do
  local known = redis.call('HGET', ARGV[1] .. 'book:' .. ARGV[i], ARGV[i + 1])
  local version = known and string.match(known, '^%d+') or '0'
  if version ~= ARGV[i + 2] then return 'changed' end
end

-- From here on nothing is refused.
if ARGV[4] == '1' then redis.call('HINCRBY', KEYS[1], 'durable', 1) end
if seen < fence then redis.call('HSET', KEYS[2], ARGV[2], ARGV[3] .. ' 0 ') end

local number = tonumber(redis.call('HGET', KEYS[1], 'end') or '0')
for i = 6, first - 1, 2 do
  local field = string.format('%.0f', number)
  redis.call('HSET', KEYS[4], ARGV[i], field)
  redis.call('HSET', KEYS[3], field, ARGV[i] .. '\n' .. ARGV[i + 1])
  number = number + 1
end
if first > 6 then redis.call('HSET', KEYS[1], 'end', string.format('%.0f', number)) end

local floors = {}
for i = first, #ARGV, 4 do
  local table, key, version, text = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2]), ARGV[i + 3]
  if string.sub(text, 1, 1) == '+' then
    if version == 0 then
      if not floors[table] then floors[table] = tonumber(redis.call('HGET', KEYS[1], 'floor:' .. table) or '0') end
      version = floors[table]
      redis.call('ZADD', ARGV[1] .. 'book-keys:' .. table, 0, key)
    end
    redis.call('HSET', ARGV[1] .. 'book:' .. table, key, string.format('%.0f ', version + 1) .. string.sub(text, 2))
  end
end
-- Last of all: what is removed raises the versions of what a later commit makes.
for i = first, #ARGV, 4 do
  local table, key, version = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])
  if ARGV[i + 3] == '-' and version > 0 then
    redis.call('HDEL', ARGV[1] .. 'book:' .. table, key)
    redis.call('ZREM', ARGV[1] .. 'book-keys:' .. table, key)
    local floor = tonumber(redis.call('HGET', KEYS[1], 'floor:' .. table) or '0')
    if version > floor then redis.call('HSET', KEYS[1], 'floor:' .. table, ARGV[i + 2]) end
  end
end
return 'done'
