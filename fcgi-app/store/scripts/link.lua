-- Changes a link and has the bridge look at the document. (group.lua and outbox.lua stand in front.)
--   KEYS  1  user:<username>:key
--   ARGV  1  user:<username>:   2  document   3  "set", "absent", "swap" or "forget"   4  the link, JSON   5  now, ms
--         6  for "swap": the link as it was read, "" for none
-- Returns 1 if it was changed, 0 if "absent" found a link or no position of the document, "swap" another one or
-- "forget" none, -1 if there is no such account.
if redis.call('EXISTS', KEYS[1]) == 0 then return -1 end
local prefix, document, mode = ARGV[1], main_of(ARGV[1], ARGV[2]), ARGV[3]
local links = prefix .. 'links'
if mode == 'forget' then
  if redis.call('HDEL', links, document) == 0 then return 0 end
elseif mode == 'absent' then
  -- Somebody may have forgotten the document since the link was thought of.
  if redis.call('EXISTS', prefix .. 'document:' .. document) == 0 then return 0 end
  if redis.call('HSETNX', links, document, ARGV[4]) == 0 then return 0 end
elseif mode == 'swap' and (redis.call('HGET', links, document) or '') ~= ARGV[6] then
  return 0
else
  redis.call('HSET', links, document, ARGV[4])
end
forgive(prefix, document)
make_due(prefix, document, ARGV[5])
return 1
