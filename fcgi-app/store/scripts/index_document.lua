-- Enters a document that is already there into its account's index. Of a book of several ids only the main document
-- stands there; what was written to one of them past this server becomes the position of all. (group.lua, guard.lua and
-- shared.lua stand in front.)
--   KEYS  1  user:<username>:key   2  user:<username>:document:<document>   3  user:<username>:documents
--   ARGV  1  document              2  user:<username>:
-- Returns 1 if it is in the index now, or its book is; 0 if the account is gone or the key is no document.
local function is_position(key) return redis.call('TYPE', key).ok == 'hash' end
if redis.call('EXISTS', KEYS[1]) == 0 or not is_position(KEYS[2]) then return 0 end

local prefix = ARGV[2]
local main, members = group_of(prefix, ARGV[1])
if #members > 0 then
  for _, id in ipairs({main, unpack(members)}) do
    local key = prefix .. 'document:' .. id
    if not is_position(key) and redis.call('EXISTS', key) == 1 then return 1 end
  end
  settle(prefix, main)
end
redis.call('ZADD', KEYS[3], 'GT', time_of(read_current(prefix .. 'document:' .. main)), main)
return 1
