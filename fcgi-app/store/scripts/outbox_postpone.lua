-- Makes a document of the outbox due at another time and may count the attempt. (outbox.lua stands in front.)
--   KEYS  1  user:<username>:key, only so that the script runs where the account lives
--   ARGV  1  user:<username>:   2  document   3  due, ms   4  the reason
--         5  attempts to add: 1, or 0 if nothing has failed
-- Returns {attempts, next due}; no attempts if the document is not in the outbox.
local prefix, document = ARGV[1], ARGV[2]
if not redis.call('ZSCORE', prefix .. 'outbox', document) then return {0, next_due(prefix)} end
redis.call('ZADD', prefix .. 'outbox', ARGV[3], document)
redis.call('HSET', prefix .. 'bridge:' .. document, 'outbox_reason', ARGV[4])
return {redis.call('HINCRBY', prefix .. 'bridge:' .. document, 'outbox_attempts', ARGV[5]), next_due(prefix)}
