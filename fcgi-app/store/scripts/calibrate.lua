-- Replaces what an account has said about the narrator of one audiobook, unless somebody else has just done so.
--   KEYS  1  user:<username>:key
--   ARGV  1  user:<username>:   2  <item>:<text item>   3  what was read, "" for nothing   4  what is to be, "" for nothing
-- Returns 1 if it was replaced, 0 if it is not what was read, -1 if there is no such account.
if redis.call('EXISTS', KEYS[1]) == 0 then return -1 end
local calibrations, pair = ARGV[1] .. 'calibrations', ARGV[2]
if (redis.call('HGET', calibrations, pair) or '') ~= ARGV[3] then return 0 end
if ARGV[4] == '' then
  redis.call('HDEL', calibrations, pair)
else
  redis.call('HSET', calibrations, pair, ARGV[4])
end
return 1
