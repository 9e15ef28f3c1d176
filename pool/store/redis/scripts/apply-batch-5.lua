-- Applies a batch, wholly or not at all: what can be refused is refused before the first write. Work passes through as
-- decimal text of its limbs, which only BITFIELD adds.
--
-- KEYS[1]  meta
-- KEYS[2]  journals
-- KEYS[3]  slices
-- KEYS[4]  blocks
-- KEYS[5]  early-block-states
-- ARGV     prefix of all keys, schema version, journal, number, through ms, 1 if a gap is allowed,
--          and then lists, each with its length before it:
--   accounts  account, list of its workers: name, number, list of rejects: (reason, count),
--               list of ten minutes: (day, slot, shares, work low, work high), and unless that is empty
--               shares, work low, work high, first share ms, last share ms, best hash, address, and
--               last share and last work as in the record
--   slices    start ms, content
--   series    account's place in its list or 0 for the pool, t or d, chunk, slot, shares, work low, work high
--   blocks    hash, time of the find, block
--   states    hash, state, rank, at ms
--
-- Returns  0 applied, 1 it was before, 2 a number before it is missing, 3 a worker has another number or none,
--          4 the store has another schema, or nothing in it

local APPLIED, ALREADY, GAP, NUMBERS, SCHEMA = 0, 1, 2, 3, 4
local CHUNK = 1000     -- of arguments at once: Lua's stack is small
local ZEROS = string.rep('\0', 120)
local LAST, BEST, TAIL = 33, 121, 153   -- places in a worker's record, from 1
local REJECT_SLOTS = 16                 -- behind the integers of a record; then comes the best hash

local prefix, schema, journal, number, through = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local at = 7

local function take()
  at = at + 1
  return ARGV[at - 1]
end

-- What can be refused.

if redis.call('HGET', KEYS[1], 'schema') ~= schema then return SCHEMA end
local finished = '0'
local mark = redis.call('HGET', KEYS[2], journal)
local applied = 0
if mark then
  local n, t, f = string.match(mark, '^(%d+) (%d+) (%d)$')
  applied, finished, through = tonumber(n), f, math.max(through, tonumber(t))
end
if tonumber(number) <= applied then return ALREADY end
if tonumber(number) > applied + 1 and ARGV[6] ~= '1' then return GAP end

-- Of each worker its account's place, and where it begins in ARGV: a table for each would take longer than all else.
local accounts, accountOf, startOf = {}, {}, {}
for a = 1, tonumber(take()) do
  accounts[a] = take()
  local names, ids = {}, {}
  for w = 1, tonumber(take()) do
    names[w], ids[w] = ARGV[at], ARGV[at + 1]
    accountOf[#accountOf + 1], startOf[#startOf + 1] = a, at
    local rejects = tonumber(ARGV[at + 2])
    for r = at + 3, at + 2 + 2 * rejects, 2 do
      local reason = tonumber(ARGV[r])
      if reason < 0 or reason >= REJECT_SLOTS then
        return redis.error_reply('ERR a reason beyond the ' .. REJECT_SLOTS .. " of a worker's record: " .. ARGV[r])
      end
    end
    at = at + 3 + 2 * rejects
    local tens = tonumber(ARGV[at])
    at = at + 1 + 5 * tens + (tens > 0 and 8 or 0)
  end
  local key = prefix .. 'account:' .. accounts[a]
  for from = 1, #names, CHUNK do
    local known = redis.call('HMGET', key, unpack(names, from, math.min(from + CHUNK - 1, #names)))
    for i = 1, #known do
      if known[i] ~= ids[from + i - 1] then return NUMBERS end
    end
  end
end

-- Whether hash a is less than hash b: Lua compares strings by the locale.
local function less(a, b)
  for i = 1, 32 do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then return x < y end
  end
  return false
end

-- From here on everything is written.

redis.call('HSET', KEYS[2], journal, string.format('%s %.0f %s', number, through, finished))

-- How many workers are new in a bucket: by account (0 for the pool), kind and bucket.
local newIn = {}
local function countNewIn(scope, name)
  local counts = newIn[scope]
  if not counts then
    counts = {}
    newIn[scope] = counts
  end
  counts[name] = (counts[name] or 0) + 1
end
local function countNew(account, kind, bucket)
  countNewIn(0, kind .. bucket)
  countNewIn(account, kind .. bucket)
end

-- Notes that a subject has a chunk, so that it can be found when its time is over. Returns whether that is new.
local function noteChunk(kind, chunk, subject)
  local member = kind .. ':' .. chunk
  if redis.call('SADD', prefix .. 'chunk:' .. member, subject) == 0 then return false end
  redis.call('ZADD', prefix .. 'chunks', (tonumber(chunk) + 1) * (kind == 'd' and 32 or 1) * 86400000, member)
  return true
end

-- Adds ten minutes of a worker, told from ARGV[i] on, whose last share before this batch was at `before`, or never.
local function addTen(account, id, i, before)
  local day, slot, shares = ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2]
  local first = slot * 3
  local sums = redis.call(
    'BITFIELD', prefix .. 'series:w:' .. id .. ':' .. day,
    'INCRBY', 'i64', '#' .. first, shares,
    'INCRBY', 'i64', '#' .. first + 1, ARGV[i + 3],
    'INCRBY', 'i64', '#' .. first + 2, ARGV[i + 4]
  )
  if sums[1] ~= tonumber(shares) then return end
  countNew(account, 't', tonumber(day) * 144 + slot)
  -- The first share of ten minutes may be the first of its day.
  if math.floor(before / 86400000) ~= tonumber(day) and noteChunk('w', day, id) then
    countNew(account, 'd', tonumber(day))
  end
end

-- Adds to the totals of a worker, told from ARGV[i] on, and sets what is newer or better. Returns when its last share
-- was, or -1.
local function addTotals(key, record, i, names)
  local shares, low, high, first, last = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  local best, address = ARGV[i + 5], ARGV[i + 6] .. '\0'
  local before = -1
  if not record then
    redis.call('SET', key, ZEROS .. best .. address .. names)
    redis.call('BITFIELD', key, 'SET', 'i64', '#3', first)
  else
    local oldFirst
    oldFirst, before = struct.unpack('>i8i8', record, 25)
    if tonumber(first) < oldFirst then redis.call('BITFIELD', key, 'SET', 'i64', '#3', first) end
    if less(best, string.sub(record, BEST, TAIL - 1)) then redis.call('SETRANGE', key, BEST - 1, best) end
  end
  redis.call('BITFIELD', key, 'INCRBY', 'i64', '#0', shares, 'INCRBY', 'i64', '#1', low, 'INCRBY', 'i64', '#2', high)
  if tonumber(last) >= before then
    redis.call('SETRANGE', key, LAST - 1, ARGV[i + 7])
    if record and string.sub(record, TAIL, TAIL + #address - 1) ~= address then
      redis.call('SET', key, redis.call('GETRANGE', key, 0, TAIL - 2) .. address .. names)
    end
  end
  return before
end

local function addWorker(account, i, key, record)
  local name, id, rejects = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])
  local tensAt = i + 3 + 2 * rejects
  local tens = tonumber(ARGV[tensAt])
  if tens > 0 then
    local before = addTotals(key, record, tensAt + 1 + 5 * tens, accounts[account] .. '\0' .. name)
    for t = 0, tens - 1 do addTen(account, id, tensAt + 1 + 5 * t, before) end
  elseif not record then
    return
  end
  for r = i + 3, tensAt - 1, 2 do
    redis.call('BITFIELD', key, 'OVERFLOW', 'SAT', 'INCRBY', 'u32', 448 + 32 * tonumber(ARGV[r]), ARGV[r + 1])
  end
end

for from = 1, #startOf, CHUNK do
  local keys = {}
  for w = from, math.min(from + CHUNK - 1, #startOf) do
    keys[#keys + 1] = prefix .. 'worker:' .. ARGV[startOf[w] + 1]
  end
  local records = redis.call('MGET', unpack(keys))
  for k = 1, #keys do
    addWorker(accountOf[from + k - 1], startOf[from + k - 1], keys[k], records[k])
  end
end

for _ = 1, tonumber(take()) do
  local start, content = take(), take()
  redis.call('HSET', prefix .. 'slice:' .. start, journal .. ':' .. number, content)
  redis.call('ZADD', KEYS[3], start, start)
end

for _ = 1, tonumber(take()) do
  local a, kind, chunk, slot, shares, low, high = tonumber(take()), take(), take(), take(), take(), take(), take()
  local subject = a == 0 and kind .. ':p' or kind .. ':a:' .. accounts[a]
  local counts = newIn[a] or {}
  slot = tonumber(slot)
  local workersMore = counts[kind .. tonumber(chunk) * (kind == 'd' and 32 or 144) + slot] or 0
  local sums = redis.call(
    'BITFIELD', prefix .. 'series:' .. subject .. ':' .. chunk,
    'INCRBY', 'i64', '#' .. slot * 4, shares,
    'INCRBY', 'i64', '#' .. slot * 4 + 1, low,
    'INCRBY', 'i64', '#' .. slot * 4 + 2, high,
    'INCRBY', 'i64', '#' .. slot * 4 + 3, workersMore
  )
  if sums[1] == tonumber(shares) then noteChunk(kind, chunk, subject) end
end

local function moveBlock(hash, from, state, rank, atMs)
  local key = prefix .. 'block:' .. hash
  local foundMs = redis.call('ZSCORE', KEYS[4], hash)
  if from then redis.call('ZREM', prefix .. 'blocks:' .. from, hash) end
  redis.call('HSET', key, 'state', state, 'rank', rank, 'stateMs', atMs)
  redis.call('ZADD', prefix .. 'blocks:' .. state, foundMs, hash)
end

for _ = 1, tonumber(take()) do
  local hash, foundMs, block = take(), take(), take()
  if redis.call('HSETNX', prefix .. 'block:' .. hash, 'block', block) == 1 then
    redis.call('ZADD', KEYS[4], foundMs, hash)
    local early = redis.call('HGET', KEYS[5], hash)
    if early then
      local rank, state, atMs = string.match(early, '^(%d+) (%a+) (%d+)$')
      moveBlock(hash, nil, state, rank, atMs)
      redis.call('HDEL', KEYS[5], hash)
    else
      moveBlock(hash, nil, 'sent', 0, foundMs)
    end
  end
end

for _ = 1, tonumber(take()) do
  local hash, state, rank, atMs = take(), take(), take(), take()
  local known = redis.call('HMGET', prefix .. 'block:' .. hash, 'state', 'rank')
  if known[1] then
    if tonumber(rank) > tonumber(known[2]) then moveBlock(hash, known[1], state, rank, atMs) end
  else
    local early = redis.call('HGET', KEYS[5], hash)
    if not early or tonumber(rank) > tonumber(string.match(early, '^%d+')) then
      redis.call('HSET', KEYS[5], hash, rank .. ' ' .. state .. ' ' .. atMs)
    end
  end
end

return APPLIED
