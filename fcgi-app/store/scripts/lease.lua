-- Prolongs or gives back a lease, if it is the owner's.
--   KEYS  1  koshelf:lease:<name>
--   ARGV  1  owner   2  ms to prolong it to; or "" to give it back
-- Returns 1, or 0 if the lease is not the owner's.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then return redis.call('DEL', KEYS[1]) end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
