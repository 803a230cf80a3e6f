-- How a position and the device that pushed it are named in the hash `pushes`. Joined in front of the scripts
-- that need it.

-- Who pushed: two readers of one model differ in their device_id; without one the name alone must do.
local function identity(position) return (position.device or '') .. '\0' .. (position.device_id or '') end

-- Sets `who` and `print` of a position. A fingerprint is 8 hex digits for the device and 16 for the place.
local function identify(position)
  position.who = string.sub(redis.sha1hex(identity(position)), 1, 8)
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
