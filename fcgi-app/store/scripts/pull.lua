-- Reads the position that a list of identifiers names. (group.lua, resolve.lua and guard.lua stand in front.)
--
--   KEYS  1  user:<username>:key, only so that the script runs where the account lives
--   ARGV  1  user:<username>:            then three for each identifier, see identifiers_from
--
-- Returns {place, document, percentage, progress, device, device_id, timestamp, identifiers}, the last being
-- those that stand beside the current progress string; {} if nothing is found.
local prefix = ARGV[1]
local place, document = resolve(prefix, identifiers_from(2), false)
if not place then return {} end

local current = read_current(prefix .. 'document:' .. document)
local known = redis.call('HMGET', prefix .. 'pushes:' .. document, 'identifiers', 'sequence', current.print)
-- A position that came past this server (the reference server wrote it) has no identifiers beside it.
local identifiers = known[2] and known[2] == known[3] and known[1]
return {place, document, current.percentage, current.progress, current.device, current.device_id, current.timestamp,
  identifiers}
