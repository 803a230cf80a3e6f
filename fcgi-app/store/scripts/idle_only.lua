-- Leaves an account alone that has been used lately. Joined in front of delete_account.lua, whose arguments these follow.
--   ARGV  3  seconds: used then or later is lately
-- Returns -2 if it was.
local function last_used(prefix)
  local last = 0
  for _, time in ipairs(redis.call('HMGET', prefix .. 'profile', 'created', 'last_seen')) do
    last = math.max(last, tonumber(time or 0) or 0)
  end
  local newest = redis.call('ZREVRANGE', prefix .. 'documents', 0, 0, 'WITHSCORES')
  return math.max(last, tonumber(newest[2] or 0) or 0)
end
if redis.call('EXISTS', KEYS[1]) == 1 and last_used(ARGV[2]) >= tonumber(ARGV[3]) then return -2 end
