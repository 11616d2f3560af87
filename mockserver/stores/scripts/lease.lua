-- Leases on groups of due members, "group|id" scored by when they are due.
-- KEYS: the cell, the due set, the leases (group -> "until owner"), the records (id -> record).
-- ARGV[1] = 'claim':   due by, at most, now, lease until, owner. Gives the records claimed.
-- ARGV[1] = 'release': group, owner, id, record, due or '', a channel and what to tell there.
--                      Gives 1, or 0 when the lease was lost or there is no cell any more.
-- What it writes expires with the cell.
local cell, due, leases, records = unpack(KEYS)
local left_ms = redis.call('PTTL', cell)
local function expire(key)
  if left_ms > 0 and redis.call('PTTL', key) == -1 then redis.call('PEXPIRE', key, left_ms) end
end
if ARGV[1] == 'claim' then
  local limit, now = tonumber(ARGV[3]), tonumber(ARGV[4])
  local claimed, from, page = {}, 0, 100
  repeat
    local members = redis.call('ZRANGEBYSCORE', due, '-inf', ARGV[2], 'LIMIT', from, page)
    for _, member in ipairs(members) do
      if #claimed >= limit then break end
      local group, id = string.match(member, '^([^|]*)|(.*)$')
      local lease = redis.call('HGET', leases, group)
      local ends = lease and tonumber(string.match(lease, '^(%d+) ')) or 0
      if ends <= now then
        redis.call('HSET', leases, group, ARGV[5] .. ' ' .. ARGV[6])
        claimed[#claimed + 1] = redis.call('HGET', records, id)
      end
    end
    from = from + page
  until #members < page or #claimed >= limit
  expire(leases)
  return claimed
end
if left_ms == -2 then return 0 end
local group, owner, id = ARGV[2], ARGV[3], ARGV[4]
local lease = redis.call('HGET', leases, group)
if lease and string.match(lease, '^%d+ (.*)$') ~= owner then return 0 end
redis.call('HDEL', leases, group)
redis.call('HSET', records, id, ARGV[5])
redis.call('ZREM', due, group .. '|' .. id)
if ARGV[6] ~= '' then redis.call('ZADD', due, ARGV[6], group .. '|' .. id) end
expire(records)
expire(due)
redis.pcall('PUBLISH', ARGV[7], ARGV[8])
return 1
