-- Makes an account an administrator, or a reader again. Beside that account's keys it touches those of who decides: of
-- two administrators who take the role from each other at once, one keeps it.
--   KEYS  1  user:<username>:key   2  user:<username>:profile   3  user:<who decides>:profile
--         4  config:admin_username
--   ARGV  1  username              2  "admin" or "reader"       3  who decides
--         4  "environment" if nothing in Redis says so of who decides; or ""
-- Returns 1 if it is so now, 0 if there is no such account, -1 if who decides does not administer (any more).
local first = redis.call('GET', KEYS[4])
local decides = ARGV[4] == 'environment' or first == ARGV[3] or redis.call('HGET', KEYS[3], 'is_admin') == '1'
if not decides then return -1 end
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if ARGV[2] == 'admin' then
  redis.call('HSET', KEYS[2], 'is_admin', '1')
else
  redis.call('HDEL', KEYS[2], 'is_admin')
  if first == ARGV[1] then redis.call('DEL', KEYS[4]) end
end
return 1
