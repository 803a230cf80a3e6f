-- A position was pulled from some address. If one device of the account pushed from there, and no other, it was that
-- one. (devices.lua stands in front.)
--   KEYS  1  user:<username>:key   2  user:<username>:devices
--   ARGV  1  digest of the address 2  now, seconds
if redis.call('EXISTS', KEYS[1]) == 0 then return redis.status_reply('OK') end
local all, found, device = redis.call('HGETALL', KEYS[2]), nil, nil
for i = 1, #all, 2 do
  local known = read_device(all[i + 1])
  if known.from == ARGV[1] then
    if found then return redis.status_reply('OK') end
    found, device = all[i], known
  end
end
if found then
  device.pulled = tonumber(ARGV[2])
  redis.call('HSET', KEYS[2], found, cjson.encode(device))
end
return redis.status_reply('OK')
