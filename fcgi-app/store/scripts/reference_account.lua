-- Creates an account as the reference server has it, in its own Redis.
--   KEYS  1  user:<username>:key
--   ARGV  1  the credential
-- Returns 1 if it was created, 2 if it is there with that credential, 0 if it keeps another one.
if redis.call('SETNX', KEYS[1], ARGV[1]) == 1 then return 1 end
return redis.call('GET', KEYS[1]) == ARGV[1] and 2 or 0
