-- Corrects when an account has to be looked at, after its outbox was changed. Touches the index only.
--   KEYS  1  koshelf:outbox
--   ARGV  1  username
--         2  the time that was noted here before the change: is it another one now, somebody else was here
--         3  when the account's next document is due, ms; or ''
local noted, due = redis.call('ZSCORE', KEYS[1], ARGV[1]), tonumber(ARGV[3])
local ours = not noted or tonumber(noted) == tonumber(ARGV[2])
if due and (ours or due < tonumber(noted)) then
  redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
elseif not due and ours then
  redis.call('ZREM', KEYS[1], ARGV[1])
end
return redis.status_reply('OK')
