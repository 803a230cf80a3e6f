-- Replaces a credential if it is still the one that the caller knows: of two changes at once, one wins.
--   KEYS  1  user:<username>:key
--   ARGV  1  the old credential    2  the new one
-- Returns 1 if it was replaced, 0 if the old one is not right (any more).
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
