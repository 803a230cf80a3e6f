-- Makes two documents one book: from now on they share one position, the newer of the two. What each of them was is kept
-- for an hour, for undo_merge.lua. (group.lua, guard.lua, join_guards.lua, shared.lua and outbox.lua stand in front.)
--   KEYS  1  user:<username>:key
--   ARGV  1  user:<username>:   2  document   3  the document that it is merged into
--         4  history limit      5  due for Audiobookshelf, ms; or ""
--         6  the link that the document has without its own doing, JSON; or ""
--         7  "linked" if the other one is linked without its own doing; or ""
-- Returns {"merged", next due, main document, member, …}, or {why not}:
--   "gone"     there is no such account         "missing"  neither a position nor a link of one of them
--   "same"     they are one book already        "member"   the document is another id of a book already
--   "large"    there would be too many ids
local largest_group = 16
local undo_time = 3600  -- seconds; who presses Undo has just merged
if redis.call('EXISTS', KEYS[1]) == 0 then return {'gone'} end

local prefix, limit = ARGV[1], ARGV[4]
local merged, links = prefix .. 'merged', prefix .. 'links'
local main, members = group_of(prefix, ARGV[3])
for _, document in ipairs({main, ARGV[2]}) do
  local known = redis.call('EXISTS', prefix .. 'document:' .. document) == 1
    or redis.call('HEXISTS', links, document) == 1
  if not known then return {'missing'} end
end
local joining = {ARGV[2]}
if main_of(prefix, ARGV[2]) == main then return {'same'} end
if main_of(prefix, ARGV[2]) ~= ARGV[2] then return {'member'} end
for _, member in ipairs(select(2, group_of(prefix, ARGV[2]))) do joining[#joining + 1] = member end
if 1 + #members + #joining > largest_group then return {'large'} end

-- Each side as it is, with what came past this server.
local ours, theirs = settle(prefix, main, limit), settle(prefix, ARGV[2], limit)
local they_win = theirs.current.exists
  and (not ours.current.exists or time_of(theirs.current) > time_of(ours.current))

-- The older side's writes are numbered before the newer one's, as if they had been to one document.
local function guard_of(document)
  local words, fields = redis.call('HGETALL', prefix .. 'pushes:' .. document), {}
  for i = 1, #words, 2 do fields[words[i]] = words[i + 1] end
  return fields
end

-- Numbers matter by their order alone. They are made as small as they can be, since merging and parting again and again
-- would double them each time; but the last one is larger than any that somebody may have read.
local function compact(guard, largest)
  local numbers, ranks = {}, {}
  for name, number in pairs(guard) do
    if #name == 24 then numbers[#numbers + 1] = tonumber(number) end
    if #name == 25 then guard[name] = nil end  -- what was kept as stale is in the history of one of them only
  end
  table.sort(numbers)
  local rank = 0
  for i, number in ipairs(numbers) do
    if number ~= numbers[i - 1] then rank = rank + 1 end
    ranks[number] = rank
  end
  local base = math.max(0, largest + 1 - rank)
  local by_others = base
  for name, number in pairs(guard) do
    if #name == 24 then
      local renumbered = base + ranks[tonumber(number)]
      guard[name] = string.format('%.0f', renumbered)
      if string.sub(name, 1, 8) ~= guard.writer then by_others = math.max(by_others, renumbered) end
    end
  end
  guard.run, guard.sequence = string.format('%.0f', by_others + 1), string.format('%.0f', base + rank)
  return guard
end

local our_guard, their_guard = guard_of(main), guard_of(ARGV[2])
local before = {main = main, members = members, ids = joining,
  ours = {position = ours.current, guard = our_guard}, theirs = {position = theirs.current, guard = their_guard},
  last = (redis.call('XREVRANGE', prefix .. 'history:' .. main, '+', '-', 'COUNT', 1)[1] or {'0-0'})[1], nameless = {}}
before = cjson.decode(cjson.encode(before))  -- a copy: what follows changes the tables
if next(their_guard) then
  local largest = math.max(tonumber(our_guard.sequence or 0), tonumber(their_guard.sequence or 0))
  local joined
  if they_win then joined = join_guards(our_guard, their_guard) else joined = join_guards(their_guard, our_guard) end
  redis.call('DEL', prefix .. 'pushes:' .. main, prefix .. 'pushes:' .. ARGV[2])
  for name, value in pairs(compact(joined, largest)) do redis.call('HSET', prefix .. 'pushes:' .. main, name, value) end
end

-- What a book has once, the main document has. A link of its own is kept aside for the day of the parting.
local due = ARGV[5] ~= '' and ARGV[5] or redis.call('ZSCORE', prefix .. 'outbox', ARGV[2])
redis.call('ZREM', prefix .. 'outbox', ARGV[2])
redis.call('ZREM', prefix .. 'documents', ARGV[2])
redis.call('HDEL', prefix .. 'dead', ARGV[2])
local own_link = redis.call('HGET', links, ARGV[2])
if own_link then
  redis.call('HSET', merged, ARGV[2] .. ':link', own_link)
  redis.call('HDEL', links, ARGV[2])
end
local link = own_link or ARGV[6]
if item_of(link) and ARGV[7] ~= 'linked' and redis.call('HSETNX', links, main, link) == 1 then
  -- What both sides agreed on goes with it; of what the main document was linked to before, nothing matters any more.
  before.link, before.record = link, redis.call('HGETALL', prefix .. 'bridge:' .. main)
  replace_hash(prefix .. 'bridge:' .. main, redis.call('HGETALL', prefix .. 'bridge:' .. ARGV[2]))
end
for _, name in ipairs({'title', 'authors', 'own_title', 'own_authors'}) do
  if redis.call('HEXISTS', prefix .. 'meta:' .. main, name) == 0 then
    before.nameless[#before.nameless + 1] = name
    local text = redis.call('HGET', prefix .. 'meta:' .. ARGV[2], name)
    if text then redis.call('HSET', prefix .. 'meta:' .. main, name, text) end
  end
end

for _, document in ipairs(joining) do members[#members + 1] = document end
store_group(prefix, main, members)
before.list = redis.call('HGET', merged, main)
redis.call('SET', prefix .. 'undo:' .. ARGV[2], cjson.encode(before), 'EX', undo_time)
local shared = read_shared(prefix, main)
shared.current = they_win and theirs.current or ours.current
if shared.current.exists then
  redis.call('ZADD', prefix .. 'documents', time_of(shared.current), main)
  if due then
    forgive(prefix, main)
    make_due(prefix, main, due)
  end
  write_shared(prefix, shared, shared.current)
end
return {'merged', next_due(prefix), main, unpack(members)}
