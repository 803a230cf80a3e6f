-- Enters a document that is already there into its account's index.
--   KEYS  1  user:<username>:key   2  user:<username>:document:<document>   3  user:<username>:documents
--   ARGV  1  document
-- Returns 1 if it is in the index now, 0 if the account is gone or the key is no document.
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('TYPE', KEYS[2]).ok ~= 'hash' then return 0 end
local timestamp = tonumber(redis.call('HGET', KEYS[2], 'timestamp') or '0') or 0
-- "nan" is a number for Lua, but not for a sorted set.
if timestamp ~= timestamp or math.abs(timestamp) > 1e15 then timestamp = 0 end
redis.call('ZADD', KEYS[3], 'NX', timestamp, ARGV[1])
return 1
