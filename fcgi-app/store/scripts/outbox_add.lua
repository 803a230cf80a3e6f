-- Puts a document into the outbox. (group.lua and outbox.lua stand in front.)
--   KEYS  1  user:<username>:key
--   ARGV  1  user:<username>:   2  document   3  due, ms
--         4  "missing": not if it is there or among the dead letters already; or ""
-- Returns {1, next due}; {0, ''} if there is no such account.
if redis.call('EXISTS', KEYS[1]) == 0 then return {0, ''} end
local prefix, document = ARGV[1], main_of(ARGV[1], ARGV[2])
local known = ARGV[4] == 'missing' and (redis.call('ZSCORE', prefix .. 'outbox', document)
  or redis.call('HEXISTS', prefix .. 'dead', document) == 1)
if not known then make_due(prefix, document, ARGV[3]) end
return {1, next_due(prefix)}
