-- Stores a pushed position: credential check, stale-push guard, document, index, history, metadata and
-- aliases in one step. (resolve.lua stands in front.)
--
--   KEYS  1  user:<username>:key
--   ARGV  1  the credential                  2  user:<username>:
--         3  document                        4  percentage, canonical
--         5  progress                        6  device
--         7  "=" and the device_id, or ""    8  timestamp, seconds
--         9  source, for the history         10 "guard" or ""
--         11 history limit                   12 title   13 authors   14 filename ("=" and the text, or "")
--         15 place of the identifier that is the document itself, or 0
--         16 … three for each identifier, see identifiers_from
--
-- Returns {"denied"} if the credential is not the account's (any more), else {outcome, document, place}:
--   outcome   "stored"     it is the current position now
--             "refreshed"  it already was; only its time is new
--             "stale"      kept in the history only
--   document  the record it went to
--   place     of the identifier that named the record; 0 without identifiers
--
-- Lua strings are interned: comparing credentials compares two addresses, in constant time.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {'denied'} end

local prefix = ARGV[2]
local history_limit = ARGV[11]
local pushed = {
  percentage = ARGV[4], progress = ARGV[5], device = ARGV[6],
  device_id = ARGV[7] ~= '' and string.sub(ARGV[7], 2) or false,
  timestamp = ARGV[8], source = ARGV[9],
}
local list = identifiers_from(16)

-- A weak identifier may find a record for reading, but never moves a push away from its own document.
local document, place = ARGV[3], tonumber(ARGV[15])
if #list > 0 then
  local named_place, named = resolve(prefix, list, true)
  if named_place then document, place = named, named_place end
end

local document_key = prefix .. 'document:' .. document
local pushes_key = prefix .. 'pushes:' .. document
local history_key = prefix .. 'history:' .. document

-- Who pushed: two readers of one model differ in their device_id; without one the name alone must do.
local function identity(position) return (position.device or '') .. '\0' .. (position.device_id or '') end

-- Names a position of a device in `pushes`: 64 bits are plenty among a few hundred.
local function fingerprint(position)
  local text = identity(position) .. '\0' .. (position.percentage or '') .. '\0' .. (position.progress or '')
  return string.sub(redis.sha1hex(text), 1, 16)
end

local function same_place(a, b)
  return identity(a) == identity(b) and a.percentage == b.percentage and a.progress == b.progress
end

local function remember(position, state)
  local entry = {'XADD', history_key, 'MAXLEN', history_limit, '*',
    'percentage', position.percentage or '', 'progress', position.progress or '', 'device', position.device or '',
    'timestamp', position.timestamp or '0', 'source', position.source, 'state', state}
  if position.device_id then
    entry[#entry + 1] = 'device_id'
    entry[#entry + 1] = position.device_id
  end
  redis.call(unpack(entry))
end

local function read_current()
  local fields = redis.call('HMGET', document_key, 'percentage', 'progress', 'device', 'device_id', 'timestamp')
  local current = {percentage = fields[1], progress = fields[2], device = fields[3], device_id = fields[4],
    timestamp = fields[5], source = 'external'}
  current.exists = current.percentage or current.progress or current.device
  return current
end

-- What the guard knows of this document, in the hash `pushes`. Writes that became current are numbered:
--   sequence       number of the last one
--   run            number of the first in the unbroken run of the current writer
--   writer         identity of the current writer
--   last           fingerprint of the current position
--   <fingerprint>  number of the last time that this device pushed this position
local print = fingerprint(pushed)
local known = redis.call('HMGET', pushes_key, 'sequence', 'run', 'writer', print, 'last')
local sequence, run, writer = tonumber(known[1] or 0), tonumber(known[2] or 1), known[3]
local last_pushed, last = known[4] and tonumber(known[4]), known[5]
local update = {}

local function number_write(position)
  sequence = sequence + 1
  if writer ~= identity(position) then run, writer = sequence, identity(position) end
  last = fingerprint(position)
  update[last] = sequence
end

-- A current position that was not pushed through here (the reference server, a restored dump) enters the
-- history before it can be overwritten, and the guard's books.
local current = read_current()
if current.exists and fingerprint(current) ~= last then
  number_write(current)
  last_pushed = update[print] or last_pushed
  remember(current, 'current')
end

-- A device sends an old position of its own again (when a book is opened, on resume, from its offline queue)
-- and does not say when it was read. It must not roll back what another device has written since.
local last_by_others = 0
if current.exists then last_by_others = writer == identity(pushed) and run - 1 or sequence end
local stale = ARGV[10] == 'guard' and last_pushed and last_pushed <= last_by_others

-- The same stale push once more adds nothing, but would push real positions out of the history.
local function stale_again()
  local newest = redis.call('XREVRANGE', history_key, '+', '-', 'COUNT', 1)[1]
  if not newest then return false end
  local entry = {}
  for i = 1, #newest[2], 2 do entry[newest[2][i]] = newest[2][i + 1] end
  return entry.state == 'stale' and same_place(entry, pushed)
end

local function store()
  number_write(pushed)
  local fields = {'HSET', document_key, 'percentage', pushed.percentage, 'progress', pushed.progress,
    'device', pushed.device, 'timestamp', pushed.timestamp}
  if pushed.device_id then
    fields[#fields + 1] = 'device_id'
    fields[#fields + 1] = pushed.device_id
  elseif current.device_id then
    redis.call('HDEL', document_key, 'device_id')
  end
  redis.call(unpack(fields))
  remember(pushed, 'current')
end

local outcome
if stale then
  outcome = 'stale'
  if not stale_again() then remember(pushed, 'stale') end
elseif current.exists and same_place(current, pushed) then
  outcome = 'refreshed'
  redis.call('HSET', document_key, 'timestamp', pushed.timestamp)
else
  outcome = 'stored'
  store()
end

-- The identifiers that stand beside the current progress string change with it, also to none.
if not stale then
  redis.call('ZADD', prefix .. 'documents', pushed.timestamp, document)
  local named = {}
  for _, entry in ipairs(list) do named[#named + 1] = entry.type .. ':' .. entry.value end
  update.identifiers = table.concat(named, ',')
end
if next(update) then
  local fields = {'HSET', pushes_key, 'sequence', sequence, 'run', run, 'writer', writer, 'last', last}
  for name, value in pairs(update) do
    fields[#fields + 1] = name
    fields[#fields + 1] = value
  end
  redis.call(unpack(fields))
end

-- Old fingerprints go, now and then: a device's offline queue holds at most 200.
local kept = 256
if outcome == 'stored' and sequence % kept == 0 then
  local all = redis.call('HGETALL', pushes_key)
  for i = 1, #all, 2 do
    local number = #all[i] == 16 and tonumber(all[i + 1])
    if number and number <= sequence - kept then redis.call('HDEL', pushes_key, all[i]) end
  end
end

for i, name in ipairs({'title', 'authors', 'filename'}) do
  local text = ARGV[11 + i]
  if text ~= '' then redis.call('HSET', prefix .. 'meta:' .. document, name, string.sub(text, 2)) end
end

-- Aliases: below the identifier that named the record, or all of them if there was no record. None is ever
-- pointed elsewhere while its document exists, and none may hide a document of its own.
local first = current.exists and place + 1 or 1
for i = first, #list do
  local value = list[i].value
  if value ~= document and not document_exists(prefix, value) and not alias_target(prefix, value) then
    redis.call('SET', prefix .. 'alias:' .. value, list[i].type .. ':' .. document)
    redis.call('SADD', prefix .. 'aliases', value)
  end
end

return {outcome, document, place}
