-- Creates the first account of all and makes it the administrator's. The one script that touches global keys beside an
-- account's: of two who start at once only one may win, and it runs once in the life of a server.
--   KEYS  1  user:<username>:key   2  user:<username>:profile   3  koshelf:users   4  koshelf:schema
--         5  config:admin_username
--   ARGV  1  the credential        2  now, seconds              3  username
-- Returns 1 if it was created, 0 if there is an account or an administrator, -1 if the indexes are not built yet.
if redis.call('EXISTS', KEYS[4]) == 0 then return -1 end
if redis.call('ZCARD', KEYS[3]) > 0 or redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[2], 'created', ARGV[2], 'last_seen', ARGV[2])
redis.call('ZADD', KEYS[3], ARGV[2], ARGV[3])
redis.call('SET', KEYS[5], ARGV[3])
return 1
