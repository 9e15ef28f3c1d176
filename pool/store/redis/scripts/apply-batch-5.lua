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
--   accounts  account, list of its workers: name, number,
--               shares, work low, work high, list of rejects: (reason, count),
--               first share ms or nothing for one with rejects only; else also
--               last share ms, last work low, last work high, best hash, address,
--               list of ten minutes: (day, slot, shares, work low, work high)
--   slices    start ms, content
--   series    account's place in its list or 0 for the pool, t or d, chunk, slot, shares, work low, work high
--   blocks    hash, time of the find, block
--   states    hash, state, rank, at ms
--
-- Returns  0 applied, 1 it was before, 2 a number before it is missing, 3 a worker has another number or none,
--          4 the store has another schema, or nothing in it

local APPLIED, ALREADY, GAP, NUMBERS, SCHEMA = 0, 1, 2, 3, 4
local DAY_SLOT = 144   -- of a worker's chunk: the sum of the day
local CHUNK = 1000     -- of arguments at once: Lua's stack is small
local ZEROS = string.rep('\0', 120)
local BEST, TAIL = 121, 153   -- places in a worker's record, from 1

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

local accounts, workers = {}, {}
for a = 1, tonumber(take()) do
  local account = take()
  accounts[a] = account
  local names, ids = {}, {}
  for w = 1, tonumber(take()) do
    local worker = {account = a, name = take(), id = take(), shares = take(), low = take(), high = take()}
    names[w], ids[w] = worker.name, worker.id
    worker.rejects = {}
    for r = 1, 2 * tonumber(take()) do worker.rejects[r] = take() end
    worker.first = take()
    if worker.first ~= '' then
      worker.last, worker.lastLow, worker.lastHigh, worker.best, worker.address = take(), take(), take(), take(), take()
      worker.tens = at + 1
      at = at + 1 + 5 * tonumber(ARGV[at])
    end
    workers[#workers + 1] = worker
  end
  local key = prefix .. 'account:' .. account
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
local function countNew(account, kind, bucket)
  for _, scope in ipairs({0, account}) do
    local name = kind .. bucket
    local counts = newIn[scope]
    if not counts then
      counts = {}
      newIn[scope] = counts
    end
    counts[name] = (counts[name] or 0) + 1
  end
end

-- Notes that a subject has a chunk, so that it can be found when its time is over.
local function noteChunk(kind, chunk, subject)
  local member = kind .. ':' .. chunk
  redis.call('SADD', prefix .. 'chunk:' .. member, subject)
  redis.call('ZADD', prefix .. 'chunks', (tonumber(chunk) + 1) * (kind == 'd' and 32 or 1) * 86400000, member)
end

local function addTen(worker, i)
  local day, slot, shares, low, high = ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  local sums = redis.call(
    'BITFIELD', prefix .. 'series:w:' .. worker.id .. ':' .. day,
    'INCRBY', 'i64', '#' .. slot * 3, shares,
    'INCRBY', 'i64', '#' .. slot * 3 + 1, low,
    'INCRBY', 'i64', '#' .. slot * 3 + 2, high,
    'INCRBY', 'i64', '#' .. DAY_SLOT * 3, shares,
    'INCRBY', 'i64', '#' .. DAY_SLOT * 3 + 1, low,
    'INCRBY', 'i64', '#' .. DAY_SLOT * 3 + 2, high
  )
  if sums[1] == tonumber(shares) then countNew(worker.account, 't', tonumber(day) * 144 + slot) end
  if sums[4] == tonumber(shares) then
    countNew(worker.account, 'd', tonumber(day))
    noteChunk('w', day, worker.id)
  end
end

local function addWorker(worker, record)
  local key = prefix .. 'worker:' .. worker.id
  if not record and worker.first == '' then return end
  local ops = {}
  local function op(...)
    for _, value in ipairs({...}) do ops[#ops + 1] = value end
  end
  for r = 1, #worker.rejects, 2 do
    op('OVERFLOW', 'SAT', 'INCRBY', 'u32', 448 + 32 * tonumber(worker.rejects[r]), worker.rejects[r + 1])
  end
  if worker.first ~= '' then
    if not record then
      record = ZEROS .. worker.best .. worker.address .. '\0' .. accounts[worker.account] .. '\0' .. worker.name
      redis.call('SET', key, record)
      op('SET', 'i64', '#3', worker.first)
    else
      if tonumber(worker.first) < struct.unpack('>i8', record, 25) then op('SET', 'i64', '#3', worker.first) end
      if less(worker.best, string.sub(record, BEST, BEST + 31)) then redis.call('SETRANGE', key, BEST - 1, worker.best) end
    end
    if tonumber(worker.last) >= struct.unpack('>i8', record, 33) then
      op('SET', 'i64', '#4', worker.last, 'SET', 'i64', '#5', worker.lastLow, 'SET', 'i64', '#6', worker.lastHigh)
      local address = worker.address .. '\0'
      if string.sub(record, TAIL, TAIL + #address - 1) ~= address then
        local names = address .. accounts[worker.account] .. '\0' .. worker.name
        redis.call('SET', key, redis.call('GETRANGE', key, 0, TAIL - 2) .. names)
      end
    end
    op('INCRBY', 'i64', '#0', worker.shares, 'INCRBY', 'i64', '#1', worker.low, 'INCRBY', 'i64', '#2', worker.high)
  end
  if #ops > 0 then redis.call('BITFIELD', key, unpack(ops)) end
  if worker.first ~= '' then
    for t = 0, tonumber(ARGV[worker.tens - 1]) - 1 do addTen(worker, worker.tens + 5 * t) end
  end
end

for from = 1, #workers, CHUNK do
  local keys = {}
  for i = from, math.min(from + CHUNK - 1, #workers) do keys[#keys + 1] = prefix .. 'worker:' .. workers[i].id end
  local records = redis.call('MGET', unpack(keys))
  for i = 1, #keys do addWorker(workers[from + i - 1], records[i]) end
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
