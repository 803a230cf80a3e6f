-- What is known of an account's devices, in the hash `devices`: id -> JSON. Joined in front of scripts that need it.
--   device device_id     as pushed
--   first last           seconds of its first and last push
--   pushes stale         how many, and how many of them were stale
--   stale_run            how many in a row were, up to now
--   document as          the record that its last push went to, and under which other id it was pushed, if any
--   of                   the id of that book for which the other one stands, if that is neither of the two
--   methods              of the newest pushes by which it could be told: "c" matches books by content, "f" by file name
--   skew skew_before     the largest difference of its clock to ours in these and in the ten pushes with a time before
--   skew_count           how many of the ten there are
--   from                 digest of the address that its last push came from
--   pulled               seconds of the last pull from there
local most_devices = 64
local newest_methods = 8
local skew_window = 10

local function read_device(text)
  local readable, device = pcall(cjson.decode, text)
  return readable and type(device) == 'table' and device or {}
end

-- There is room for one more when the one that has been silent longest is gone.
local function make_room(key)
  if redis.call('HLEN', key) < most_devices then return end
  local all, oldest, oldest_time = redis.call('HGETALL', key), nil, nil
  for i = 1, #all, 2 do
    local time = tonumber(read_device(all[i + 1]).last) or 0
    if not oldest or time < oldest_time then oldest, oldest_time = all[i], time end
  end
  redis.call('HDEL', key, oldest)
end

-- `id`: the one of the document's ids that was asked for or named.
-- `observed`: method ("c", "f" or ""), skew (seconds, or nil), from (or "").
local function note_device(prefix, pushed, document, asked, id, stale, observed)
  local key = prefix .. 'devices'
  local stored = redis.call('HGET', key, pushed.who)
  if not stored then make_room(key) end
  local device, now = read_device(stored or '{}'), tonumber(pushed.timestamp)
  device.device, device.device_id = pushed.device, pushed.device_id or nil
  local function count(name) return tonumber(device[name]) or 0 end
  device.first, device.last = tonumber(device.first) or now, now
  device.pushes = count('pushes') + 1
  device.stale = count('stale') + (stale and 1 or 0)
  device.stale_run = stale and count('stale_run') + 1 or 0
  device.document, device.as = document, asked ~= document and asked or nil
  device.of = id ~= document and id ~= asked and id or nil
  local methods = type(device.methods) == 'string' and device.methods or ''
  device.methods = string.sub(methods .. observed.method, -newest_methods)
  if observed.skew then
    device.skew = math.max(tonumber(device.skew) or observed.skew, observed.skew)
    device.skew_count = count('skew_count') + 1
    if device.skew_count >= skew_window then
      device.skew_before, device.skew, device.skew_count = device.skew, nil, 0
    end
  end
  device.from = observed.from ~= '' and observed.from or nil
  redis.call('HSET', key, pushed.who, cjson.encode(device))
end

-- Ids have left a book, of which `leaving` is the main one now: what was pushed under them was theirs.
local function part_devices(prefix, main, leaving, is_leaving)
  local devices = redis.call('HGETALL', prefix .. 'devices')
  for i = 1, #devices, 2 do
    local device = read_device(devices[i + 1])
    if device.document == main and is_leaving[device.of or device.as or 0] then
      device.document = leaving
      if device.as == leaving then device.as = nil end
      if device.of == leaving then device.of = nil end
      redis.call('HSET', prefix .. 'devices', devices[i], cjson.encode(device))
    end
  end
end
