-- Takes a document out of the outbox, unless somebody has pushed or linked it since. (outbox.lua stands in front.)
--   KEYS  1  user:<username>:key, only so that the script runs where the account lives
--   ARGV  1  user:<username>:   2  document   3  sequence of the position that was dealt with
--         4  its link then, JSON; or ''
-- Returns {1, next due}; {0, next due} if sequence or link is another one.
local prefix, document = ARGV[1], ARGV[2]
local sequence = redis.call('HGET', prefix .. 'pushes:' .. document, 'sequence') or '0'
local link = redis.call('HGET', prefix .. 'links', document) or ''
if tonumber(sequence) ~= tonumber(ARGV[3]) or link ~= ARGV[4] then return {0, next_due(prefix)} end
redis.call('ZREM', prefix .. 'outbox', document)
forgive(prefix, document)
return {1, next_due(prefix)}
