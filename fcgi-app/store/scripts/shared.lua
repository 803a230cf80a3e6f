-- The one position of all ids of a book. Joined in front of the scripts that need it, behind group.lua and guard.lua.

-- Seconds; "nan" is a number for Lua, but neither for a comparison nor for a sorted set.
local function time_of(position)
  local time = tonumber(position.timestamp or 0) or 0
  if time ~= time or math.abs(time) > 1e15 then return 0 end
  return time
end

-- What is stored under each id of the book, and the main document's, which is the current one. `exists`: under any.
local function read_shared(prefix, document)
  local main, members = group_of(prefix, document)
  local shared = {main = main, members = members, stored = {}, current = {}}
  local own = read_current(prefix .. 'document:' .. main)
  shared.stored[main], shared.exists = own, own.exists
  for name, value in pairs(own) do shared.current[name] = value end
  for _, member in ipairs(members) do
    local position = read_current(prefix .. 'document:' .. member)
    position.document = member
    shared.stored[member], shared.exists = position, shared.exists or position.exists
  end
  return shared
end

-- Positions that came past this server (the reference server, a restored dump) to any id of the book are numbered and
-- enter the history before they can be overwritten, in the order of their times; the newest is the current one then.
-- Returns the number of each by its fingerprint.
local function take_in(prefix, shared, books, limit)
  local found, numbers, last = {}, {}, books.sequence
  if shared.current.exists and not books.recorded then found[1] = shared.current end
  local seen = {[shared.current.print] = shared.current.exists}
  for _, member in ipairs(shared.members) do
    local position = shared.stored[member]
    if position.print == shared.current.print and time_of(position) > time_of(shared.current) then
      shared.current.timestamp = position.timestamp  -- sent again, past this server
    end
    if position.exists and not seen[position.print] then
      seen[position.print] = true
      if tonumber(redis.call('HGET', books.key, position.print) or -1) ~= last then found[#found + 1] = position end
    end
  end
  if #found == 0 then return numbers end

  -- Of the same time, the main document's counts.
  local function earlier(a, b)
    if time_of(a) ~= time_of(b) then return time_of(a) < time_of(b) end
    return a.document ~= nil and (b.document == nil or a.document < b.document)
  end
  local recorded = shared.current.exists and books.recorded and shared.current or nil
  table.sort(found, earlier)
  for _, position in ipairs(found) do
    number_write(books, position)
    numbers[position.print] = books.sequence
    remember(prefix, shared.main, limit, position, 'current')
  end
  if recorded and earlier(found[#found], recorded) then
    number_write(books, recorded)
    numbers[recorded.print] = books.sequence
  else
    shared.current = found[#found]
  end
  return numbers
end

-- Makes a position that of every id. The main document comes last: see push.lua.
local function write_shared(prefix, shared, position)
  for _, member in ipairs(shared.members) do
    write_position(prefix .. 'document:' .. member, position, shared.stored[member])
  end
  write_position(prefix .. 'document:' .. shared.main, position, shared.stored[shared.main])
end

-- Whether every id has the current position.
local function agree(shared)
  for _, stored in pairs(shared.stored) do
    for _, name in ipairs(position_fields) do
      if stored[name] ~= shared.current[name] then return false end
    end
  end
  return true
end

-- Brings the ids of a book together, if somebody wrote past this server. Returns what read_shared does.
local function settle(prefix, document, limit)
  local shared = read_shared(prefix, document)
  local books = open_books(prefix, shared.main, shared.current, shared.current)
  take_in(prefix, shared, books, limit)
  close_books(books)
  if shared.current.exists and not agree(shared) then
    redis.call('ZADD', prefix .. 'documents', time_of(shared.current), shared.main)
    write_shared(prefix, shared, shared.current)
  end
  return shared
end
