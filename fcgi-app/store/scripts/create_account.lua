-- Creates an account, unless the name is taken.
--   KEYS  1  user:<username>:key   2  user:<username>:profile
--   ARGV  1  the credential        2  now, seconds
-- Returns 1 if it was created, 0 if the name is taken.
if redis.call('SETNX', KEYS[1], ARGV[1]) == 0 then return 0 end
-- Whoever had the name before may have left a role behind.
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[2], 'created', ARGV[2], 'last_seen', ARGV[2])
return 1
