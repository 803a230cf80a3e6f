-- Sets fields of a document's bridge record. (group.lua stands in front.)
--   KEYS  1  user:<username>:key
--   ARGV  1  user:<username>:   2  document   3 … field, value, …
-- Returns 1; 0 if there is no such account, or neither a position nor a link of that document, or it is another id of a
-- book, whose main document has the record.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local prefix, document = ARGV[1], ARGV[2]
if main_of(prefix, document) ~= document then return 0 end
-- A deletion finds the record through the index or the links.
if not redis.call('ZSCORE', prefix .. 'documents', document) then
  local timestamp = redis.call('HGET', prefix .. 'document:' .. document, 'timestamp')
  if timestamp or redis.call('EXISTS', prefix .. 'document:' .. document) == 1 then
    local time = tonumber(timestamp or 0) or 0
    if time ~= time or math.abs(time) > 1e15 then time = 0 end
    redis.call('ZADD', prefix .. 'documents', time, document)
  elseif redis.call('HEXISTS', prefix .. 'links', document) == 0 then
    return 0
  end
end
if #ARGV > 3 then redis.call('HSET', prefix .. 'bridge:' .. document, unpack(ARGV, 3)) end
return 1
