-- Brings what an import has of a document into an account, while devices push: the newer position counts, and the
-- other one stays in the history. (guard.lua, outbox.lua, sections.lua and join_guards.lua stand in front.)
--   KEYS  1  user:<username>:key
--   ARGV  1  user:<username>:   2  document   3  "newest", "skip" or "overwrite"   4  history limit
--         5  now, ms            6 … see sections_from
-- Returns {outcome, next due}:
--   "gone"      there is no such account
--   "added"     there was no position; what was brought is there now
--   "replaced"  the position that was brought is the current one now
--   "same"      it already was
--   "kept"      another one stays: it is newer, or it was to be left alone
if redis.call('EXISTS', KEYS[1]) == 0 then return {'gone', ''} end

local prefix, document, mode = ARGV[1], ARGV[2], ARGV[3]
local document_key, guard_key = prefix .. 'document:' .. document, prefix .. 'pushes:' .. document
local sections, brought, brought_guard = sections_from(6), nil, {}
for _, section in ipairs(sections) do
  if section.meeting == 'position' then brought = identify(as_table(section.words)) end
  if section.meeting == 'guard' then brought_guard = as_table(section.words) end
end

-- Seconds; "nan" is a number for Lua, but neither for a comparison nor for a sorted set.
local function time_of(position)
  local time = tonumber(position.timestamp or 0) or 0
  if time ~= time or math.abs(time) > 1e15 then return 0 end
  return time
end

local current = read_current(document_key)
if current.exists and mode == 'skip' then return {'kept', next_due(prefix)} end
local same = current.exists and brought and current.print == brought.print
  and current.device_id == (brought.device_id or false) and time_of(current) == time_of(brought)
local taken = brought and not same
  and (not current.exists or mode == 'overwrite' or time_of(brought) > time_of(current))

if taken and current.exists then
  local books = open_books(prefix, document, current, brought)
  if not books.recorded then
    number_write(books, current)
    remember(prefix, document, ARGV[4], current, 'current')
    close_books(books)
  end
end

if next(brought_guard) then
  local existing = as_table(redis.call('HGETALL', guard_key))
  local joined
  if not next(existing) then
    joined = brought_guard
  elseif taken then
    joined = join_guards(existing, brought_guard)
  elseif not same and not knows(existing, brought_guard) then
    joined = join_guards(brought_guard, existing)
  end
  if joined then
    redis.call('DEL', guard_key)
    for name, value in pairs(joined) do redis.call('HSET', guard_key, name, value) end
  end
end

local overwrite, has_time = mode == 'overwrite', false
local linked_before = redis.call('HEXISTS', prefix .. 'links', document) == 1
for _, section in ipairs(sections) do
  local key, words = prefix .. section.name, section.words
  if section.meeting == 'with_position' then
    fill(key .. document, words, not (taken or overwrite))
  elseif section.meeting == 'stays' then
    fill(key, {document, words[2]}, not overwrite)
  elseif section.meeting == 'due' then
    make_due(prefix, document, words[2])
  elseif section.meeting == 'time' then
    has_time = true
    if taken or overwrite then
      redis.call('ZADD', key, words[2], document)
    else
      redis.call('ZADD', key, 'NX', words[2], document)
    end
  end
end
if brought and not has_time then
  redis.call('ZADD', prefix .. 'documents', taken and 'GT' or 'NX', time_of(brought), document)
end

-- A move or a link that the bridge has not heard of, whatever both sides agreed on here before.
if current.exists and taken and redis.call('HEXISTS', prefix .. 'bridge:' .. document, 'progress') == 1 then
  redis.call('HSET', prefix .. 'bridge:' .. document, 'progress', '')
end
if current.exists and (taken or not linked_before) and redis.call('HEXISTS', prefix .. 'links', document) == 1 then
  forgive(prefix, document)
  make_due(prefix, document, ARGV[5])
end

-- The document comes last, as in push.lua.
if taken then
  local fields = {}
  for _, section in ipairs(sections) do
    if section.meeting == 'position' then fields = section.words end
  end
  redis.call('DEL', document_key)
  redis.call('HSET', document_key, unpack(fields))
end
if same then return {'same', next_due(prefix)} end
if current.exists then return {taken and 'replaced' or 'kept', next_due(prefix)} end
return {'added', next_due(prefix)}
