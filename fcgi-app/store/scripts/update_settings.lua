-- Replaces the stored settings, unless they were changed since they were read. Touches global keys only.
--   KEYS  1  config:audiobookshelf   2  koshelf:config:version
--   ARGV  1  the expected version    2  what was read, or ""    3  the new JSON
-- Returns the new version, or -1.
if tonumber(redis.call('GET', KEYS[2]) or 0) ~= tonumber(ARGV[1]) then return -1 end
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[2] then return -1 end
redis.call('SET', KEYS[1], ARGV[3])
return redis.call('INCR', KEYS[2])
