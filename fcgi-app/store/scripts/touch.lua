-- Notes when an account was last seen, unless it has been deleted meanwhile.
--   KEYS  1  user:<username>:key   2  user:<username>:profile
--   ARGV  1  now, seconds
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[2], 'last_seen', ARGV[1]) end
return redis.status_reply('OK')
