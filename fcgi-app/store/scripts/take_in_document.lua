-- Brings what an import has of a document into an account, while devices push: the newer position counts, and the
-- other one stays in the history. Of several ids of one book each has its line, and they share one position. (group.lua,
-- guard.lua, shared.lua, outbox.lua, sections.lua and join_guards.lua stand in front.)
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

local prefix, document, mode, limit = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local document_key = prefix .. 'document:' .. document
local sections, fields, brought, brought_guard = sections_from(6), nil, nil, {}
for _, section in ipairs(sections) do
  if section.meeting == 'position' then fields, brought = section.words, identify(as_table(section.words)) end
  if section.meeting == 'guard' then brought_guard = as_table(section.words) end
end

local shared = read_shared(prefix, document)
local main, own, had_position = shared.main, shared.stored[document] or read_current(document_key), shared.exists

-- The newest that is stored under any of the ids, also by somebody who knows nothing of the others.
local newest = shared.current
for _, position in pairs(shared.stored) do
  if position.exists and (not newest.exists or time_of(position) > time_of(newest)) then newest = position end
end

local function is_brought(position)
  return position.exists and position.print == brought.print
    and position.device_id == (brought.device_id or false) and time_of(position) == time_of(brought)
end
local same = brought and (is_brought(newest) or is_brought(own))
-- What is there already may have come with the line before: another id of the same book, or an import that was stopped.
if had_position and mode == 'skip' and not same then return {'kept', next_due(prefix)} end
local taken = brought and not same
  and (not had_position or mode == 'overwrite' or time_of(brought) > time_of(newest))
if taken and had_position then shared = settle(prefix, document, limit) end

local guard_key = prefix .. 'pushes:' .. main
if next(brought_guard) then
  local existing, joined = as_table(redis.call('HGETALL', guard_key)), nil
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
local linked_before = redis.call('HEXISTS', prefix .. 'links', main) == 1
for _, section in ipairs(sections) do
  local key, words = prefix .. section.name, section.words
  if section.meeting == 'with_position' then
    fill(key .. document, words, not (taken or overwrite))
  elseif section.meeting == 'stays' and main == document then
    fill(key, {document, words[2]}, not overwrite)
  elseif section.name == 'links' then
    -- As when it was merged here: kept aside for the day of the parting.
    redis.call('HSETNX', prefix .. 'merged', document .. ':link', words[2])
  elseif section.meeting == 'due' then
    make_due(prefix, main, words[2])
  elseif section.meeting == 'time' and main == document then
    has_time = true
    if taken or same or overwrite then
      redis.call('ZADD', key, words[2], document)
    else
      redis.call('ZADD', key, 'NX', words[2], document)
    end
  end
end
if brought and not has_time then
  redis.call('ZADD', prefix .. 'documents', taken and 'GT' or 'NX', time_of(brought), main)
end

-- A move or a link that the bridge has not heard of, whatever both sides agreed on here before.
if had_position and taken and redis.call('HEXISTS', prefix .. 'bridge:' .. main, 'progress') == 1 then
  redis.call('HSET', prefix .. 'bridge:' .. main, 'progress', '')
end
if had_position and (taken or not linked_before) and redis.call('HEXISTS', prefix .. 'links', main) == 1 then
  forgive(prefix, main)
  make_due(prefix, main, ARGV[5])
end

-- The documents come last, as in push.lua; its own to the byte.
if taken then
  for id, stored in pairs(shared.stored) do
    if id ~= document then write_position(prefix .. 'document:' .. id, brought, stored) end
  end
end
if taken or same and not own.exists then
  redis.call('DEL', document_key)
  redis.call('HSET', document_key, unpack(fields))
elseif brought and not own.exists then
  write_position(document_key, newest, own)
end
if same then return {'same', next_due(prefix)} end
if had_position then return {taken and 'replaced' or 'kept', next_due(prefix)} end
return {'added', next_due(prefix)}
