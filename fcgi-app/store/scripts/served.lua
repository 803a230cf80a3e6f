-- Takes an item out of the queue of those whose text map is wanted, unless it was wanted again since.
--   KEYS  1  koshelf:library:wanted
--   ARGV  1  library item   2  the time at which it stood there, ms
local since = redis.call('ZSCORE', KEYS[1], ARGV[1])
if since and tonumber(since) <= tonumber(ARGV[2]) then redis.call('ZREM', KEYS[1], ARGV[1]) end
return redis.status_reply('OK')
