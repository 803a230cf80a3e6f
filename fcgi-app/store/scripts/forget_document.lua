-- Forgets a book: all its ids, their position and whatever else an account has of them. (group.lua and devices.lua
-- stand in front.)
--   KEYS  1  user:<username>:key
--   ARGV  1  user:<username>:   2  document
-- Returns 1; 0 if there was nothing of it, -1 if there is no such account.
if redis.call('EXISTS', KEYS[1]) == 0 then return -1 end

local prefix = ARGV[1]
local main, ids = group_of(prefix, ARGV[2])
ids[#ids + 1] = main
-- What has a key for each document, and what has an entry for each.
local own_keys = {'document:', 'meta:', 'history:', 'pushes:', 'bridge:', 'undo:'}
local sorted_sets, hashes = {'documents', 'outbox'}, {'links', 'dead', 'merged'}

local forgotten, is_forgotten = 0, {}
for _, id in ipairs(ids) do
  is_forgotten[id] = true
  for _, name in ipairs(own_keys) do forgotten = forgotten + redis.call('UNLINK', prefix .. name .. id) end
  for _, name in ipairs(sorted_sets) do forgotten = forgotten + redis.call('ZREM', prefix .. name, id) end
  for _, name in ipairs(hashes) do forgotten = forgotten + redis.call('HDEL', prefix .. name, id) end
  redis.call('HDEL', prefix .. 'merged', id .. ':link')
end

-- A device that pushed it last has pushed nothing that is known.
local devices = redis.call('HGETALL', prefix .. 'devices')
for i = 1, #devices, 2 do
  local device = read_device(devices[i + 1])
  if is_forgotten[device.document or 0] or is_forgotten[device.as or 0] then
    device.document, device.as, device.of = nil, nil, nil
    redis.call('HSET', prefix .. 'devices', devices[i], cjson.encode(device))
  end
end

-- Aliases say where they point, not who points here: all are asked, a few hundred at a time.
local values = redis.call('SMEMBERS', prefix .. 'aliases')
for first = 1, #values, 500 do
  local keys = {}
  for i = first, math.min(first + 499, #values) do keys[#keys + 1] = prefix .. 'alias:' .. values[i] end
  for i, alias in ipairs(redis.call('MGET', unpack(keys))) do
    if alias and is_forgotten[string.match(alias, '^[^:]*:(.*)$') or 0] then
      redis.call('UNLINK', keys[i])
      redis.call('SREM', prefix .. 'aliases', values[first + i - 1])
      forgotten = forgotten + 1
    end
  end
end
return forgotten > 0 and 1 or 0
