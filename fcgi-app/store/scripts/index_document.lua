-- Enters a document that is already there into its account's index.
--   KEYS  1  user:<username>:key   2  user:<username>:document:<document>   3  user:<username>:documents
--   ARGV  1  document
-- Returns 1 if it is in the index now, 0 if account or document is gone.
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('EXISTS', KEYS[2]) == 0 then return 0 end
local timestamp = tonumber(redis.call('HGET', KEYS[2], 'timestamp') or '0') or 0
redis.call('ZADD', KEYS[3], 'NX', timestamp, ARGV[1])
return 1
