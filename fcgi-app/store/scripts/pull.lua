-- Reads the position that a list of identifiers names. (resolve.lua stands in front.)
--
--   KEYS  1  user:<username>:key, only so that the script runs where the account lives
--   ARGV  1  user:<username>:            then three for each identifier, see identifiers_from
--
-- Returns {place, document, percentage, progress, device, device_id, timestamp, identifiers}, the last being
-- those that stand beside the current progress string; {} if nothing is found.
local prefix = ARGV[1]
local place, document = resolve(prefix, identifiers_from(2), false)
if not place then return {} end

local position = redis.call('HMGET', prefix .. 'document:' .. document,
  'percentage', 'progress', 'device', 'device_id', 'timestamp')
return {place, document, position[1], position[2], position[3], position[4], position[5],
  redis.call('HGET', prefix .. 'pushes:' .. document, 'identifiers')}
