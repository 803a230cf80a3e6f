-- Puts a document into the outbox. (outbox.lua stands in front.)
--   KEYS  1  user:<username>:key
--   ARGV  1  user:<username>:   2  document   3  due, ms
-- Returns {1, next due}; {0, ''} if there is no such account.
if redis.call('EXISTS', KEYS[1]) == 0 then return {0, ''} end
make_due(ARGV[1], ARGV[2], ARGV[3])
return {1, next_due(ARGV[1])}
