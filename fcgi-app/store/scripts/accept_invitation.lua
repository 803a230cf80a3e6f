-- Creates an account for who has an invitation. Beside the account's keys it touches the invitation's: one that is good
-- for one account makes one, however many use it at once, and a name that is taken uses nothing up.
--   KEYS  1  user:<username>:key       2  user:<username>:profile
--         3  koshelf:invitation:<id>   4  koshelf:invitation:<id>:accounts
--   ARGV  1  the credential            2  now, seconds
--         3  username                  4  digest of the code
--         5  id of the invitation      6  "reserved" if nobody may have that name; or ""
-- Returns 1 if it was created, 0 if the name is taken, -1 if the invitation is not good (any more).
local known = redis.call('HMGET', KEYS[3], 'digest', 'expires', 'uses_left')
local good = known[1] == ARGV[4] and tonumber(known[2]) > tonumber(ARGV[2]) and tonumber(known[3]) > 0
if not good then return -1 end
if ARGV[6] == 'reserved' or redis.call('SETNX', KEYS[1], ARGV[1]) == 0 then return 0 end
-- Whoever had the name before may have left a role behind.
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[2], 'created', ARGV[2], 'last_seen', ARGV[2], 'invitation', ARGV[5])
redis.call('HINCRBY', KEYS[3], 'uses_left', -1)
redis.call('RPUSH', KEYS[4], ARGV[3])
local left = redis.call('PTTL', KEYS[3])
if left > 0 then redis.call('PEXPIRE', KEYS[4], left) end
return 1
