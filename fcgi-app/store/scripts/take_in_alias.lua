-- Brings an alias of an import into an account. As with a push, none is pointed elsewhere while its document exists.
-- (group.lua and resolve.lua stand in front.)
--   KEYS  1  user:<username>:key
--   ARGV  1  user:<username>:   2  value   3  "<type>:<document>"   4  "newest", "skip" or "overwrite"
-- Returns 1 if it is there now, 0 if another one stays, -1 if there is no such account.
if redis.call('EXISTS', KEYS[1]) == 0 then return -1 end
local prefix, value, target = ARGV[1], ARGV[2], ARGV[3]
local existing = redis.call('GET', prefix .. 'alias:' .. value)
if existing and existing ~= target and ARGV[4] ~= 'overwrite' and alias_target(prefix, value) then return 0 end
redis.call('SET', prefix .. 'alias:' .. value, target)
redis.call('SADD', prefix .. 'aliases', value)
return 1
