-- Stores a pushed position: credential check, stale-push guard, document, index, history, metadata and
-- aliases in one step. (group.lua, resolve.lua, guard.lua, shared.lua and devices.lua stand in front.)
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
--         17 when it is due for Audiobookshelf, ms; or "" if it need not be brought there
--         18 how many documents an account may have, unless its profile says otherwise; 0 for no limit
--         19 how the device matches books: "c" by content, "f" by file name; or ""
--         20 its clock minus ours, seconds, where it says so; or ""
--         21 digest of the address that it came from; or ""
--         22 … three for each identifier, see identifiers_from
--
-- Returns {"denied"} if the credential is not the account's (any more), else {outcome, document, place, record}:
--   outcome   "stored"     it is the current position now
--             "refreshed"  it already was; only its time is new
--             "stale"      kept in the history only
--             "full"       nothing was done: the account has as many documents as it may have; a fifth member is 1
--                          where that was not said before since there was room
--   document  what the device is told: the one that it asked for; with identifiers the record
--   place     of the identifier that named the record; 0 without identifiers
--   record    the document it went to, of a book of several ids the main one
--
-- Lua strings are interned: comparing credentials compares two addresses, in constant time.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {'denied'} end

local prefix = ARGV[2]
local pushed = identify({
  percentage = ARGV[4], progress = ARGV[5], device = ARGV[6],
  device_id = ARGV[7] ~= '' and string.sub(ARGV[7], 2) or false,
  timestamp = ARGV[8], source = ARGV[9],
})
local list = identifiers_from(22)

-- A weak identifier may find a record for reading, but never moves a push away from its own document.
local document, place, named = ARGV[3], tonumber(ARGV[15]), nil
if #list > 0 then
  local named_place, record, id = resolve(prefix, list, true)
  if named_place then document, place, named = record, named_place, id end
end

local shared = read_shared(prefix, document)
local main = shared.main
-- A book of several ids is asked for by any of them, and answered by that one.
local answered = #list > 0 and main or ARGV[3]
local asked = shared.stored[ARGV[3]] and ARGV[3] or shared.stored[named or main] and named or main
if asked ~= main then pushed.document = asked end

-- A document more than there may be. Those that are there go on.
if not shared.exists then
  local profile = prefix .. 'profile'
  local known = redis.call('HMGET', profile, 'documents_limit', 'full_said')
  local limit = tonumber(known[1] or '') or tonumber(ARGV[18])
  if limit > 0 and redis.call('ZCARD', prefix .. 'documents') >= limit then
    if known[2] then return {'full', answered, place, main, 0} end
    redis.call('HSET', profile, 'full_said', '1')
    return {'full', answered, place, main, 1}
  end
  if known[2] then redis.call('HDEL', profile, 'full_said') end
end

local books = open_books(prefix, main, shared.current, pushed)
local numbers = take_in(prefix, shared, books, ARGV[11])
local current, last_pushed = shared.current, numbers[pushed.print] or books.last_written

-- A device sends an old position of its own again (when a book is opened, on resume, from its offline queue)
-- and does not say when it was read. It must not roll back what another device has written since.
local last_by_others = 0
if current.exists then last_by_others = books.writer == pushed.who and books.run - 1 or books.sequence end
local stale = ARGV[10] == 'guard' and last_pushed and last_pushed <= last_by_others

local outcome
if stale then
  outcome = 'stale'
  -- Once after each write: more would push real positions out of the history.
  if books.last_stale ~= books.sequence then
    remember(prefix, main, ARGV[11], pushed, 'stale')
    note(books, '!' .. pushed.print, books.sequence)
  end
elseif current.exists and current.print == pushed.print and current.device_id == pushed.device_id then
  outcome = 'refreshed'
else
  outcome = 'stored'
  number_write(books, pushed)
  remember(prefix, main, ARGV[11], pushed, 'current')
end

-- The identifiers beside the current progress string change with it, also to none.
if not stale and ARGV[16] ~= (books.identifiers or '') then note(books, 'identifiers', ARGV[16]) end
close_books(books)

-- Of each device the newest fingerprints are kept, as many as its offline queue may hold; now and then.
local kept = 200
if outcome == 'stored' and books.sequence % kept == 0 then
  local all, devices = redis.call('HGETALL', books.key), {}
  for i = 1, #all, 2 do
    local name, number = all[i], tonumber(all[i + 1])
    if #name == 24 then
      local who = string.sub(name, 1, 8)
      devices[who] = devices[who] or {}
      table.insert(devices[who], {name = name, number = number})
    elseif #name == 25 then
      redis.call('HDEL', books.key, name)
    end
  end
  for _, prints in pairs(devices) do
    table.sort(prints, function(a, b) return a.number > b.number end)
    for i = kept + 1, #prints do redis.call('HDEL', books.key, prints[i].name) end
  end
end

-- What the file is called belongs to its own id; the book gets a title from whoever knows one first.
for i, name in ipairs({'title', 'authors', 'filename'}) do
  local text = ARGV[11 + i]
  if text ~= '' then
    redis.call('HSET', prefix .. 'meta:' .. asked, name, string.sub(text, 2))
    if asked ~= main and name ~= 'filename' then
      redis.call('HSETNX', prefix .. 'meta:' .. main, name, string.sub(text, 2))
    end
  end
end

-- Aliases: below the identifier that named the record, or all of them if there was no record. None is ever
-- pointed elsewhere while its document exists, and none may hide a document of its own. It stands for the id that was
-- asked for, not for the book: when the two part, it goes where that goes.
for i = current.exists and place + 1 or 1, #list do
  local value = list[i].value
  if value ~= main and value ~= asked and not document_exists(prefix, value) and not alias_target(prefix, value) then
    redis.call('SET', prefix .. 'alias:' .. value, list[i].type .. ':' .. asked)
    redis.call('SADD', prefix .. 'aliases', value)
  end
end

-- Only what became current is worth telling Audiobookshelf; when it is due already, it stays so.
if outcome == 'stored' and ARGV[17] ~= '' then redis.call('ZADD', prefix .. 'outbox', 'LT', ARGV[17], main) end

note_device(prefix, pushed, main, ARGV[3], asked, stale, {method = ARGV[19], skew = tonumber(ARGV[20]), from = ARGV[21]})

if outcome == 'stored' then shared.current = pushed end
if outcome == 'refreshed' then current.timestamp = pushed.timestamp end
local settled = stale and not next(numbers) and agree(shared)
if not settled then redis.call('ZADD', prefix .. 'documents', time_of(shared.current), main) end

-- The document comes last: should a key above be of another type than it has to be, and end the script, the
-- current position is what it was.
if outcome == 'refreshed' and #shared.members == 0 then
  redis.call('HSET', prefix .. 'document:' .. main, 'timestamp', pushed.timestamp)
elseif not settled then
  write_shared(prefix, shared, shared.current)
end

return {outcome, answered, place, main}
