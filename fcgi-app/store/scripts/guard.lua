-- How a position and the device that pushed it are named in the hash `pushes`. Joined in front of the scripts
-- that need it.

-- Who pushed: two readers of one model differ in their device_id; without one the name alone must do.
local function identity(position) return (position.device or '') .. '\0' .. (position.device_id or '') end

-- Sets `who` and `print` of a position. A fingerprint is 8 hex digits for the device and 16 for the place.
-- Mostly the device that pushes is the current one: `names` remembers who was hashed already.
local names = {}
local function identify(position)
  local name = identity(position)
  names[name] = names[name] or string.sub(redis.sha1hex(name), 1, 8)
  position.who = names[name]
  position.print = position.who .. string.sub(
    redis.sha1hex((position.percentage or '') .. '\0' .. (position.progress or '')), 1, 16)
  return position
end

-- The current position of a document as the hash has it; `exists` if there is one.
local function read_current(document_key)
  local fields = redis.call('HMGET', document_key, 'percentage', 'progress', 'device', 'device_id', 'timestamp')
  return identify({percentage = fields[1], progress = fields[2], device = fields[3], device_id = fields[4],
    timestamp = fields[5], source = 'external', exists = fields[1] or fields[2] or fields[3]})
end
