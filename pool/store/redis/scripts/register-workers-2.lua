-- Finds the numbers of workers, and gives those that earned something one if they have none.
--
-- KEYS[1]  worker-ids
-- KEYS[2]  accounts
-- ARGV[1]  prefix of all keys
-- ARGV[2]  most workers of an account
-- ARGV[3]  name under which those beyond it are summed
-- ARGV[4]  then three for each worker: account, name, 1 if it earned something, else 0
--
-- Returns  a number for each worker: 0 for none, below 0 if it is that of the account's sum

local prefix, limit, overflow = ARGV[1], tonumber(ARGV[2]), ARGV[3]

local function create(key, account, name)
  local id = redis.call('INCR', KEYS[1])
  redis.call('SADD', KEYS[2], account)
  redis.call('HSET', key, name, id)
  return id
end

local ids = {}
for i = 4, #ARGV, 3 do
  local account, name, earned = ARGV[i], ARGV[i + 1], ARGV[i + 2] == '1'
  local key = prefix .. 'account:' .. account
  local id = tonumber(redis.call('HGET', key, name) or 0)
  if id == 0 and earned then
    if redis.call('HLEN', key) < limit then
      id = create(key, account, name)
    else
      id = -(tonumber(redis.call('HGET', key, overflow) or 0))
      if id == 0 then id = -create(key, account, overflow) end
    end
  end
  ids[#ids + 1] = id
end
return ids
