-- Moves a document from the outbox to the dead letters. (outbox.lua stands in front.)
--   KEYS  1  user:<username>:key, only so that the script runs where the account lives
--   ARGV  1  user:<username>:   2  document   3  the reason, JSON
-- Returns {1, next due}; {0, next due} if it was not in the outbox.
local prefix, document = ARGV[1], ARGV[2]
if redis.call('ZREM', prefix .. 'outbox', document) == 0 then return {0, next_due(prefix)} end
redis.call('HSET', prefix .. 'dead', document, ARGV[3])
return {1, next_due(prefix)}
