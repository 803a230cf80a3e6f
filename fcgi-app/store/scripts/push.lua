-- Stores a pushed position: credential check, stale-push guard, document, index, history, metadata and
-- aliases in one step. (resolve.lua and guard.lua stand in front.)
--
--   KEYS  1  user:<username>:key
--   ARGV  1  the credential                  2  user:<username>:
--         3  document                        4  percentage, canonical
--         5  progress                        6  device
--         7  "=" and the device_id, or ""    8  timestamp, seconds
--         9  source, for the history         10 "guard" or ""
--         11 history limit                   12 title   13 authors   14 filename ("=" and the text, or "")
--         15 place of the identifier that is the document itself, or 0
--         16 the identifiers as text, to stand beside the progress string; or ""
--         17 … three for each identifier, see identifiers_from
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
local pushed = identify({
  percentage = ARGV[4], progress = ARGV[5], device = ARGV[6],
  device_id = ARGV[7] ~= '' and string.sub(ARGV[7], 2) or false,
  timestamp = ARGV[8], source = ARGV[9],
})
local list = identifiers_from(17)

-- A weak identifier may find a record for reading, but never moves a push away from its own document.
local document, place = ARGV[3], tonumber(ARGV[15])
if #list > 0 then
  local named_place, named = resolve(prefix, list, true)
  if named_place then document, place = named, named_place end
end

local document_key = prefix .. 'document:' .. document
local pushes_key = prefix .. 'pushes:' .. document
local current = read_current(document_key)

-- What the guard knows of this document, in the hash `pushes`. Writes that became current are numbered:
--   sequence       number of the last one
--   run            number of the first in the unbroken run of the current writer
--   writer         the current writer
--   identifiers    those that stand beside the current progress string
--   <fingerprint>  number of the last time that this device pushed this position
--   !<fingerprint> number of the write after which it was last kept as stale
local known = redis.call('HMGET', pushes_key, 'sequence', 'run', 'writer', 'identifiers', current.print, pushed.print,
  '!' .. pushed.print)
local sequence, run, writer = tonumber(known[1] or 0), tonumber(known[2] or 1), known[3]
local last_pushed = known[6] and tonumber(known[6])
local update = {'HSET', pushes_key}

local function set(name, value)
  update[#update + 1] = name
  update[#update + 1] = value
end

local function number_write(position)
  sequence = sequence + 1
  if writer ~= position.who then
    run, writer = sequence, position.who
    set('run', run)
    set('writer', writer)
  end
  set('sequence', sequence)
  set(position.print, sequence)
end

local function remember(position, state)
  local entry = {'XADD', prefix .. 'history:' .. document, 'MAXLEN', ARGV[11], '*',
    'percentage', position.percentage or '', 'progress', position.progress or '', 'device', position.device or '',
    'timestamp', position.timestamp or '0', 'source', position.source, 'state', state}
  if position.device_id then
    entry[#entry + 1] = 'device_id'
    entry[#entry + 1] = position.device_id
  end
  redis.call(unpack(entry))
end

-- A current position that was not pushed through here (the reference server, a restored dump) enters the
-- history before it can be overwritten, and the guard's books.
local recorded = known[5] and tonumber(known[5]) == sequence
if current.exists and not recorded then
  number_write(current)
  remember(current, 'current')
  if current.print == pushed.print then last_pushed = sequence end
end

-- A device sends an old position of its own again (when a book is opened, on resume, from its offline queue)
-- and does not say when it was read. It must not roll back what another device has written since.
local last_by_others = 0
if current.exists then last_by_others = writer == pushed.who and run - 1 or sequence end
local stale = ARGV[10] == 'guard' and last_pushed and last_pushed <= last_by_others

local outcome
if stale then
  outcome = 'stale'
  -- Once after each write: more would push real positions out of the history.
  if tonumber(known[7] or -1) ~= sequence then
    remember(pushed, 'stale')
    set('!' .. pushed.print, sequence)
  end
elseif current.exists and current.print == pushed.print and current.device_id == pushed.device_id then
  outcome = 'refreshed'
else
  outcome = 'stored'
  number_write(pushed)
  remember(pushed, 'current')
end

-- The identifiers beside the current progress string change with it, also to none.
if not stale and ARGV[16] ~= (known[4] or '') then set('identifiers', ARGV[16]) end
if #update > 2 then redis.call(unpack(update)) end

-- Of each device the newest fingerprints are kept, as many as its offline queue may hold; now and then.
local kept = 200
if outcome == 'stored' and sequence % kept == 0 then
  local all, devices = redis.call('HGETALL', pushes_key), {}
  for i = 1, #all, 2 do
    local name, number = all[i], tonumber(all[i + 1])
    if #name == 24 then
      local who = string.sub(name, 1, 8)
      devices[who] = devices[who] or {}
      table.insert(devices[who], {name = name, number = number})
    elseif #name == 25 then
      redis.call('HDEL', pushes_key, name)
    end
  end
  for _, prints in pairs(devices) do
    table.sort(prints, function(a, b) return a.number > b.number end)
    for i = kept + 1, #prints do redis.call('HDEL', pushes_key, prints[i].name) end
  end
end

if not stale then redis.call('ZADD', prefix .. 'documents', pushed.timestamp, document) end

for i, name in ipairs({'title', 'authors', 'filename'}) do
  local text = ARGV[11 + i]
  if text ~= '' then redis.call('HSET', prefix .. 'meta:' .. document, name, string.sub(text, 2)) end
end

-- Aliases: below the identifier that named the record, or all of them if there was no record. None is ever
-- pointed elsewhere while its document exists, and none may hide a document of its own.
for i = current.exists and place + 1 or 1, #list do
  local value = list[i].value
  if value ~= document and not document_exists(prefix, value) and not alias_target(prefix, value) then
    redis.call('SET', prefix .. 'alias:' .. value, list[i].type .. ':' .. document)
    redis.call('SADD', prefix .. 'aliases', value)
  end
end

-- The document comes last: should a key above be of another type than it has to be, and end the script, the
-- current position is what it was.
if outcome == 'refreshed' then
  redis.call('HSET', document_key, 'timestamp', pushed.timestamp)
elseif outcome == 'stored' then
  local fields = {'HSET', document_key, 'percentage', pushed.percentage, 'progress', pushed.progress,
    'device', pushed.device, 'timestamp', pushed.timestamp}
  if pushed.device_id then
    fields[#fields + 1] = 'device_id'
    fields[#fields + 1] = pushed.device_id
  elseif current.device_id then
    redis.call('HDEL', document_key, 'device_id')
  end
  redis.call(unpack(fields))
end

return {outcome, document, place}
