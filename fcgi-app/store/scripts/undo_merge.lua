-- Takes a merging back: both books are what they were before, each with its ids, link, name and position; and where
-- somebody has moved one since, by one of its own ids, it stays where that was. Histories keep everything.
-- (group.lua, guard.lua, shared.lua, devices.lua and outbox.lua stand in front.)
--   KEYS  1  user:<username>:key
--   ARGV  1  user:<username>:   2  the document that was merged   3  history limit   4  due for Audiobookshelf, ms; or ""
--         5  "linked" if the book is; or ""   6  now, seconds   7  device   8  device_id, of the console
-- Returns {"unmerged", next due, main document, member that is left, …}, or {why not}:
--   "gone"  there is no such account        "main"  it is the main document, or no other id of anything
--   "late"  what was before, or who has moved since, is not known any more, or other ids have joined or left since
if redis.call('EXISTS', KEYS[1]) == 0 then return {'gone'} end

local prefix, leaving, limit, due = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local merged, links, meta = prefix .. 'merged', prefix .. 'links', prefix .. 'meta:'
local main = main_of(prefix, leaving)
if main == leaving then return {'main'} end
local kept = redis.call('GET', prefix .. 'undo:' .. leaving)
local before = kept and cjson.decode(kept)
if not before or before.main ~= main or before.list ~= redis.call('HGET', merged, main) then return {'late'} end

settle(prefix, main, limit)
local shared = read_shared(prefix, main)
local sequence = tonumber(redis.call('HGET', prefix .. 'pushes:' .. main, 'sequence') or 0)
local identifiers = redis.call('HGET', prefix .. 'pushes:' .. main, 'identifiers') or ''
-- It is still theirs if somebody has chosen another text for it.
local link = redis.call('HGET', links, main)
local their_link = before.link and link and item_of(link) == item_of(before.link)
local ours, theirs = before.ours, before.theirs
ours.id, ours.ids, ours.moves = main, before.members, {}
theirs.id, theirs.ids, theirs.moves = leaving, {}, {}
local side_of, is_leaving = {[main] = ours}, {}
for _, id in ipairs(ours.ids) do side_of[id] = ours end
for _, id in ipairs(before.ids) do
  side_of[id], is_leaving[id] = theirs, true
  if id ~= leaving then theirs.ids[#theirs.ids + 1] = id end
end

-- Who has moved since. What was heard belongs to whose audiobook it is.
local audio_side = their_link and theirs or ours
local since = redis.call('XRANGE', prefix .. 'history:' .. main, '(' .. before.last, '+')
-- There may have been more, which are not kept.
if #since >= tonumber(limit) then return {'late'} end
for _, entry in ipairs(since) do
  local move = {}
  for i = 1, #entry[2], 2 do move[entry[2][i]] = entry[2][i + 1] end
  local side = move.source == 'audiobookshelf' and audio_side or side_of[move.document or main]
  -- What the undo of a later merging has put back (see below) is nobody's move.
  local is_put_back = move.source == 'console' and move.document == main
  if side and move.state == 'current' and not is_put_back then side.moves[#side.moves + 1] = identify(move) end
end

-- The link and what was agreed on with Audiobookshelf go back to whose they were.
if their_link then
  redis.call('HDEL', links, main)
  replace_hash(prefix .. 'bridge:' .. leaving, redis.call('HGETALL', prefix .. 'bridge:' .. main))
  replace_hash(prefix .. 'bridge:' .. main, before.record)
end
local own_link = redis.call('HGET', merged, leaving .. ':link')
if own_link then
  redis.call('HDEL', merged, leaving .. ':link')
  redis.call('HSETNX', links, leaving, their_link and link or own_link)
elseif their_link and link ~= before.link then
  redis.call('HSETNX', links, leaving, link)
end

-- A name that the book had not, and has from those who leave.
for _, name in ipairs(before.nameless) do
  local text = redis.call('HGET', meta .. main, name)
  for _, id in ipairs(before.ids) do
    if text and redis.call('HGET', meta .. id, name) == text then redis.call('HDEL', meta .. main, name) end
  end
end

store_group(prefix, main, ours.ids)
for _, id in ipairs(before.ids) do redis.call('HDEL', merged, id) end
store_group(prefix, leaving, theirs.ids)
part_devices(prefix, main, leaving, is_leaving)
redis.call('DEL', prefix .. 'undo:' .. leaving)

-- What is known of the writes to a side: those of before, its own since then, and where it is now. The numbers go on
-- behind the book's: nobody may take the position for one that was read while the two were one.
local function last_of(side)
  replace_hash(prefix .. 'pushes:' .. side.id, {})
  for name, value in pairs(side.guard) do redis.call('HSET', prefix .. 'pushes:' .. side.id, name, value) end
  local position = identify(side.position)
  local books = open_books(prefix, side.id, position, position)
  for _, move in ipairs(side.moves) do
    number_write(books, move)
    if move.document == side.id then move.document = nil end
    if side.id ~= main then remember(prefix, side.id, limit, move, 'current') end
    -- What came past this server may be older.
    if not position.exists or move.source ~= 'external' or time_of(move) >= time_of(position) then
      position, move.exists = move, true
      note(books, 'identifiers', '')
    end
  end
  if not position.exists then return position end
  if position.print == shared.current.print then
    -- It has been sent again since.
    if time_of(shared.current) > time_of(position) then position.timestamp = shared.current.timestamp end
    note(books, 'identifiers', identifiers)
  elseif side == audio_side and due ~= '' and ARGV[5] ~= '' then
    -- The audio was moved to the other book's place, or is about to be: it goes back with a newer time, see restore.lua.
    -- That it names the main document itself tells it from what somebody has restored.
    position = identify({percentage = position.percentage, progress = position.progress, device = ARGV[7],
      device_id = ARGV[8], timestamp = ARGV[6], source = 'console', exists = true, document = side.id})
    remember(prefix, side.id, limit, position, 'current')
    note(books, 'identifiers', '')
    if redis.call('EXISTS', prefix .. 'bridge:' .. side.id) == 1 then
      redis.call('HSET', prefix .. 'bridge:' .. side.id, 'progress', '')
    end
  end
  books.sequence = math.max(books.sequence, sequence)
  number_write(books, position)
  close_books(books)
  return position
end

local function put_back(side)
  local position = last_of(side)
  if due ~= '' then
    forgive(prefix, side.id)
    make_due(prefix, side.id, due)
  end
  side.ids[#side.ids + 1] = side.id
  for _, id in ipairs(side.ids) do
    if position.exists then
      write_position(prefix .. 'document:' .. id, position, shared.stored[id])
    else
      redis.call('DEL', prefix .. 'document:' .. id)
    end
  end
  if position.exists then
    redis.call('ZADD', prefix .. 'documents', time_of(position), side.id)
  else
    redis.call('ZREM', prefix .. 'documents', side.id)
  end
end
local left = {unpack(ours.ids)}
put_back(theirs)
put_back(ours)
return {'unmerged', next_due(prefix), main, unpack(left)}
