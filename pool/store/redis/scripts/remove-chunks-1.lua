-- Removes a piece of a chunk of charts whose time is over.
--
-- KEYS[1]  chunks
-- ARGV[1]  prefix of all keys
-- ARGV[2]  kind of chunk: t, d or w
-- ARGV[3]  time, ms: a chunk that ends by it goes
--
-- Returns  how many strings went, at most 1000; 0 when there is nothing left to do

local members = redis.call('ZRANGE', KEYS[1], '-inf', ARGV[3], 'BYSCORE')
for _, member in ipairs(members) do
  if string.sub(member, 1, 2) == ARGV[2] .. ':' then
    local set = ARGV[1] .. 'chunk:' .. member
    local subjects = redis.call('SPOP', set, 1000)
    for _, subject in ipairs(subjects) do
      local name = ARGV[2] == 'w' and 'w:' .. subject or subject
      redis.call('UNLINK', ARGV[1] .. 'series:' .. name .. string.sub(member, 2))
    end
    if redis.call('EXISTS', set) == 0 then redis.call('ZREM', KEYS[1], member) end
    if #subjects > 0 then return #subjects end
  end
end
return 0
