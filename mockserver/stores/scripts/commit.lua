-- Compare and set: runs every command if the version is still the expected one, else none.
-- KEYS: the cell, then the keys that the commands name by number.
-- ARGV: the expected version, then for each command: its length, its name, its key's number, its
-- arguments. Gives 1 when it was done, 0 when the version had moved on, -1 without a cell.
local version = redis.call('HGET', KEYS[1], 'version')
if not version then return -1 end
if version ~= ARGV[1] then return 0 end
local at = 2
while at <= #ARGV do
  local length = tonumber(ARGV[at])
  local command = { ARGV[at + 1], KEYS[tonumber(ARGV[at + 2])] }
  for index = at + 3, at + length do
    command[#command + 1] = ARGV[index]
  end
  redis.call(unpack(command))
  at = at + length + 1
end
redis.call('HINCRBY', KEYS[1], 'version', 1)
return 1
