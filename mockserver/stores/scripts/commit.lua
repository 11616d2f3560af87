-- Compare and set: runs every command if the version is still the expected one, else none.
-- KEYS: the cell, then the keys that the commands name by number.
-- ARGV: the expected version ('' where no cell is expected), a channel and what to tell there ('' for
-- nobody), then for each command: its length, its name, its key's number, its arguments.
-- Gives 1 when it was done, 0 when it was not. What it writes expires with the cell.
local version = redis.call('HGET', KEYS[1], 'version') or ''
if version ~= ARGV[1] then return 0 end
local written = {}
local at = 4
while at <= #ARGV do
  local length = tonumber(ARGV[at])
  local key = KEYS[tonumber(ARGV[at + 2])]
  local command = { ARGV[at + 1], key }
  for index = at + 3, at + length do
    command[#command + 1] = ARGV[index]
  end
  redis.call(unpack(command))
  written[key] = true
  at = at + length + 1
end
redis.call('HINCRBY', KEYS[1], 'version', 1)
local left_ms = redis.call('PTTL', KEYS[1])
for key in pairs(written) do
  if left_ms > 0 and redis.call('PTTL', key) == -1 then redis.call('PEXPIRE', key, left_ms) end
end
if ARGV[2] ~= '' then redis.pcall('PUBLISH', ARGV[2], ARGV[3]) end
return 1
