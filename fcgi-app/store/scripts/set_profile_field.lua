-- Sets or removes a field of an account's profile.
--   KEYS  1  user:<username>:key   2  user:<username>:profile
--   ARGV  1  field                 2  value, or "" to remove it
-- Returns 1; 0 if there is no such account.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if ARGV[2] == '' then
  redis.call('HDEL', KEYS[2], ARGV[1])
else
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
end
return 1
