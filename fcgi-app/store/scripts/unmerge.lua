-- Gives one id of a book its own life back. It keeps the position that all of them have. (group.lua, guard.lua,
-- shared.lua, devices.lua and outbox.lua stand in front.)
--   KEYS  1  user:<username>:key
--   ARGV  1  user:<username>:   2  the id   3  history limit   4  due for Audiobookshelf, ms; or ""
-- Returns {"unmerged", next due, main document, member that is left, …}, or {why not}:
--   "gone"  there is no such account        "main"  it is the main document, or no other id of anything
if redis.call('EXISTS', KEYS[1]) == 0 then return {'gone'} end

local prefix, leaving = ARGV[1], ARGV[2]
local main = main_of(prefix, leaving)
if main == leaving then return {'main'} end

local shared = settle(prefix, main, ARGV[3])
local merged, left = prefix .. 'merged', {}
for _, member in ipairs(shared.members) do
  if member ~= leaving then left[#left + 1] = member end
  -- No merging into this book can be undone any more: of what came while the one who leaves was in it, nobody knows
  -- whose it is, even if its ids are again what they were then.
  redis.call('DEL', prefix .. 'undo:' .. member)
end
store_group(prefix, main, left)
redis.call('HDEL', merged, leaving)
part_devices(prefix, main, leaving, {[leaving] = true})

local position = shared.current
if position.exists then
  -- What is known of pushes to the book is known of each of its ids; but what was kept as stale is in the book's
  -- history, not in its own.
  local guard = redis.call('HGETALL', prefix .. 'pushes:' .. main)
  redis.call('DEL', prefix .. 'pushes:' .. leaving)
  for i = 1, #guard, 2 do
    if #guard[i] ~= 25 then redis.call('HSET', prefix .. 'pushes:' .. leaving, guard[i], guard[i + 1]) end
  end

  -- How it came to be where it is now, in its own history.
  local function newest(document, count)
    for _, entry in ipairs(redis.call('XREVRANGE', prefix .. 'history:' .. document, '+', '-', 'COUNT', count)) do
      local fields = {}
      for i = 1, #entry[2], 2 do fields[entry[2][i]] = entry[2][i + 1] end
      if fields.state == 'current' then return identify(fields) end
    end
    return {}
  end
  local last, origin = newest(leaving, 20), newest(main, 20)
  if last.print ~= position.print or last.timestamp ~= position.timestamp then
    position.source = origin.print == position.print and origin.source or 'external'
    position.document = nil
    remember(prefix, leaving, ARGV[3], position, 'current')
  end
  redis.call('ZADD', prefix .. 'documents', time_of(position), leaving)
  write_position(prefix .. 'document:' .. leaving, position, shared.stored[leaving])
end

local link = redis.call('HGET', merged, leaving .. ':link')
if link then
  redis.call('HDEL', merged, leaving .. ':link')
  redis.call('HSETNX', prefix .. 'links', leaving, link)
  if ARGV[4] ~= '' then
    forgive(prefix, leaving)
    make_due(prefix, leaving, ARGV[4])
  end
end
return {'unmerged', next_due(prefix), main, unpack(left)}
