-- Makes a position from Audiobookshelf the current one, unless the document was written since that was decided.
-- (group.lua, guard.lua, shared.lua and outbox.lua stand in front.)
--   KEYS  1  user:<username>:key
--   ARGV  1  user:<username>:             2  document
--         3  the expected sequence        4  the expected progress: "=" and the text, or ""
--         5  the expected timestamp, seconds; or ""
--         6  percentage, canonical        7  progress       8  device      9  device_id
--         10 timestamp, seconds           11 history limit
--         12 … field, value, … of the bridge record
-- Returns {"imported", next due}, {"changed", ''}, or {"gone", ''} if there is no such account, or neither a position
-- nor a link of that document: somebody has forgotten it.
if redis.call('EXISTS', KEYS[1]) == 0 then return {'gone', ''} end

local prefix = ARGV[1]
local imported = identify({percentage = ARGV[6], progress = ARGV[7], device = ARGV[8], device_id = ARGV[9],
  timestamp = ARGV[10], source = 'audiobookshelf'})
local shared = read_shared(prefix, ARGV[2])
local document, current = shared.main, shared.current
if not shared.exists and redis.call('HEXISTS', prefix .. 'links', document) == 0 then return {'gone', ''} end
local books = open_books(prefix, document, current, imported)

local progress = current.progress and '=' .. current.progress or ''
local time = tonumber(current.timestamp or 0) or 0
local expected_time = tonumber(ARGV[5])
local same_time = current.exists and expected_time and time - expected_time < 1 and expected_time - time < 1
  or not current.exists and not expected_time
if books.sequence ~= tonumber(ARGV[3]) or progress ~= ARGV[4] or not same_time then return {'changed', ''} end

take_in(prefix, shared, books, ARGV[11])
if shared.current.print ~= current.print then
  -- Another id of the book has a newer position, which came past this server: what was decided knew nothing of it.
  close_books(books)
  redis.call('ZADD', prefix .. 'documents', time_of(shared.current), document)
  write_shared(prefix, shared, shared.current)
  return {'changed', ''}
end
number_write(books, imported)
-- A player reports every ten seconds: of what it says in ten minutes the last is kept, or a long evening would drive
-- every other position out of the history.
local window = 600
local last = redis.call('XREVRANGE', prefix .. 'history:' .. document, '+', '-', 'COUNT', 1)[1]
if last then
  local fields = {}
  for i = 1, #last[2], 2 do fields[last[2][i]] = last[2][i + 1] end
  local then_, now = tonumber(fields.timestamp or 0) or 0, tonumber(imported.timestamp)
  if fields.source == 'audiobookshelf' and math.floor(then_ / window) == math.floor(now / window) then
    redis.call('XDEL', prefix .. 'history:' .. document, last[1])
  end
end
remember(prefix, document, ARGV[11], imported, 'current')
-- It was made for no file in particular: no identifiers stand beside it.
if books.identifiers and books.identifiers ~= '' then note(books, 'identifiers', '') end
close_books(books)

redis.call('ZADD', prefix .. 'documents', imported.timestamp, document)
redis.call('ZREM', prefix .. 'outbox', document)
forgive(prefix, document)
if #ARGV > 12 then redis.call('HSET', prefix .. 'bridge:' .. document, unpack(ARGV, 12)) end
write_shared(prefix, shared, imported)
return {'imported', next_due(prefix)}
