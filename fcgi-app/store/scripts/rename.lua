-- Calls a document otherwise than devices do, or as they do again. (group.lua stands in front.)
--   KEYS  1  user:<username>:key
--   ARGV  1  user:<username>:   2  document   3 … "own_title" or "own_authors", the text, …; '' takes it back
-- Returns 1; 0 if there is no such account, or neither a position nor a link of that document.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local prefix, document = ARGV[1], main_of(ARGV[1], ARGV[2])
if redis.call('EXISTS', prefix .. 'document:' .. document) == 0
  and redis.call('HEXISTS', prefix .. 'links', document) == 0 then return 0 end
local meta = prefix .. 'meta:' .. document
for i = 3, #ARGV, 2 do
  if ARGV[i + 1] == '' then
    redis.call('HDEL', meta, ARGV[i])
  else
    redis.call('HSET', meta, ARGV[i], ARGV[i + 1])
  end
end
return 1
