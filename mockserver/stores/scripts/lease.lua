-- Leases on groups of due members, "group|id" scored by when they are due.
-- KEYS: the due set, the leases (group -> "until owner"), the records (id -> record).
-- ARGV[1] = 'claim':   due by, at most, now, lease until, owner. Gives the records claimed.
-- ARGV[1] = 'release': group, owner, id, record, due or ''. Gives 1, or 0 when the lease was lost.
if ARGV[1] == 'claim' then
  local limit, now = tonumber(ARGV[3]), tonumber(ARGV[4])
  local claimed = {}
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[2])) do
    if #claimed >= limit then break end
    local group, id = string.match(member, '^([^|]*)|(.*)$')
    local lease = redis.call('HGET', KEYS[2], group)
    local ends = lease and tonumber(string.match(lease, '^(%d+) ')) or 0
    if ends <= now then
      redis.call('HSET', KEYS[2], group, ARGV[5] .. ' ' .. ARGV[6])
      claimed[#claimed + 1] = redis.call('HGET', KEYS[3], id)
    end
  end
  return claimed
end
local group, owner, id = ARGV[2], ARGV[3], ARGV[4]
local lease = redis.call('HGET', KEYS[2], group)
if lease and string.match(lease, '^%d+ (.*)$') ~= owner then return 0 end
redis.call('HDEL', KEYS[2], group)
redis.call('HSET', KEYS[3], id, ARGV[5])
redis.call('ZREM', KEYS[1], group .. '|' .. id)
if ARGV[6] ~= '' then redis.call('ZADD', KEYS[1], ARGV[6], group .. '|' .. id) end
return 1
