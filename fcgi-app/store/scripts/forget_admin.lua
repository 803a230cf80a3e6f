-- Nobody is called the administrator any more, if it was this account.
--   KEYS  1  config:admin_username
--   ARGV  1  username
-- Returns 1 if it was.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
