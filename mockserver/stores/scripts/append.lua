-- Appends an entry to the journal, where there is a cell.
-- KEYS: the cell, the journal, the counters. ARGV: about how many entries are kept, the entry.
-- Gives the entry's id, or false when there is no cell (any more). What it makes expires with the cell.
local left_ms = redis.call('PTTL', KEYS[1])
if left_ms == -2 then return false end
local id = redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[1], '*', 'e', ARGV[2])
local count = redis.call('HINCRBY', KEYS[3], 'journal', 1)
if count == 1 and left_ms > 0 then
  redis.call('PEXPIRE', KEYS[2], left_ms)
  redis.call('PEXPIRE', KEYS[3], left_ms)
end
return id
