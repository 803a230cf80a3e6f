-- Removes what the activity log has of one account.
--   KEYS  1  koshelf:activity
--   ARGV  1  username
for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '+')) do
  for i = 1, #entry[2], 2 do
    if entry[2][i] == 'user' and entry[2][i + 1] == ARGV[1] then redis.call('XDEL', KEYS[1], entry[1]) end
  end
end
return redis.status_reply('OK')
