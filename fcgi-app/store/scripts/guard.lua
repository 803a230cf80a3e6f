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

-- What the guard knows of a document, in the hash `pushes`. Writes that became current are numbered:
--   sequence       number of the last one
--   run            number of the first in the unbroken run of the current writer
--   writer         the current writer
--   identifiers    those that stand beside the current progress string
--   <fingerprint>  number of the last time that this device pushed this position
--   !<fingerprint> number of the write after which it was last kept as stale
-- `recorded`: the current position is the one that was last numbered. If it is not, it came past this server
-- (the reference server, a restored dump) and has to be numbered and remembered before it can be overwritten.
local function open_books(prefix, document, current, written)
  local key = prefix .. 'pushes:' .. document
  local known = redis.call('HMGET', key, 'sequence', 'run', 'writer', 'identifiers', current.print, written.print,
    '!' .. written.print)
  local sequence = tonumber(known[1] or 0)
  return {
    key = key, sequence = sequence, run = tonumber(known[2] or 1), writer = known[3], identifiers = known[4],
    recorded = known[5] and tonumber(known[5]) == sequence, last_written = known[6] and tonumber(known[6]),
    last_stale = tonumber(known[7] or -1), update = {'HSET', key},
  }
end

-- Notes what close_books is to write.
local function note(books, name, value)
  local update = books.update
  update[#update + 1] = name
  update[#update + 1] = value
end

local function number_write(books, position)
  books.sequence = books.sequence + 1
  if books.writer ~= position.who then
    books.run, books.writer = books.sequence, position.who
    note(books, 'run', books.run)
    note(books, 'writer', books.writer)
  end
  note(books, 'sequence', books.sequence)
  note(books, position.print, books.sequence)
end

local function close_books(books)
  if #books.update > 2 then redis.call(unpack(books.update)) end
end

-- Enters a position into the history, which keeps the newest `limit`; all, if there is none. `position.document` is the
-- id under which it came, if that is another one of the same book.
local function remember(prefix, document, limit, position, state)
  local entry = {'XADD', prefix .. 'history:' .. document}
  local function add(...)
    for _, word in ipairs({...}) do entry[#entry + 1] = word end
  end
  if limit then add('MAXLEN', limit) end
  add('*', 'percentage', position.percentage or '', 'progress', position.progress or '', 'device',
    position.device or '', 'timestamp', position.timestamp or '0', 'source', position.source, 'state', state)
  if position.device_id then add('device_id', position.device_id) end
  if position.document then add('document', position.document) end
  redis.call(unpack(entry))
end

-- Makes a position that of a document, of which `stored` was read. Only what the reference server wrote lacks fields.
local position_fields = {'percentage', 'progress', 'device', 'device_id', 'timestamp'}
local function write_position(document_key, position, stored)
  local fields = {'HSET', document_key}
  for _, name in ipairs(position_fields) do
    if position[name] then
      fields[#fields + 1] = name
      fields[#fields + 1] = position[name]
    elseif stored[name] then
      redis.call('HDEL', document_key, name)
    end
  end
  redis.call(unpack(fields))
end
