-- Brings entries of an import into a document's history, in the order of their ids, whatever has been written since.
-- (group.lua stands in front.)
--   KEYS  1  user:<username>:key
--   ARGV  1  user:<username>:   2  document   3  history limit
--         4  "new" if an entry is left out that says the same as one that is there under another id; or ""
--         5 … id, how many words, field, value, …
-- Returns how many entries were added; -1 if there is no such account, or nothing of that document that would let a
-- deletion find it.
local prefix, document = ARGV[1], ARGV[2]
if redis.call('EXISTS', KEYS[1]) == 0 then return -1 end
if not redis.call('ZSCORE', prefix .. 'documents', main_of(prefix, document)) then return -1 end

local key, limit = prefix .. 'history:' .. document, tonumber(ARGV[3])

local function ordered(id)
  local ms, number = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(ms), tonumber(number)
end

local function before(a, b)
  if a.ms ~= b.ms then return a.ms < b.ms end
  return a.number < b.number
end

local function entry_of(id, words)
  local ms, number = ordered(id)
  local fields = {}
  for i = 1, #words, 2 do fields[words[i]] = words[i + 1] end
  return {ms = ms, number = number, words = words, all = table.concat(words, '\0'),
    content = table.concat({fields.percentage or '', fields.progress or '', fields.device or '', fields.device_id or '',
      fields.timestamp or ''}, '\0')}
end

local function add(entry)
  redis.call('XADD', key, 'MAXLEN', limit, string.format('%.0f-%.0f', entry.ms, entry.number), unpack(entry.words))
end

local brought, i = {}, 5
while ARGV[i] do
  local count, words = tonumber(ARGV[i + 1]), {}
  for k = 1, count do words[k] = ARGV[i + 1 + k] end
  brought[#brought + 1] = entry_of(ARGV[i], words)
  i = i + 2 + count
end
table.sort(brought, before)

local last = redis.call('XREVRANGE', key, '+', '-', 'COUNT', 1)[1]
if not last or ARGV[4] == '' and brought[1] and before(entry_of(last[1], last[2]), brought[1]) then
  for _, entry in ipairs(brought) do add(entry) end
  return #brought
end

-- In between: a stream only grows at its end, so it is written anew.
local all, by_id, contents, added = {}, {}, {}, 0
for _, found in ipairs(redis.call('XRANGE', key, '-', '+')) do
  local entry = entry_of(found[1], found[2])
  all[#all + 1], by_id[found[1]], contents[entry.content] = entry, entry, true
end
for _, entry in ipairs(brought) do
  local id = string.format('%.0f-%.0f', entry.ms, entry.number)
  local known = ARGV[4] == 'new' and contents[entry.content]
  while by_id[id] and not known do
    known = by_id[id].all == entry.all
    if not known then
      entry.number = entry.number + 1
      id = string.format('%.0f-%.0f', entry.ms, entry.number)
    end
  end
  if not known then
    all[#all + 1], by_id[id], added = entry, entry, added + 1
  end
end
if added == 0 then return 0 end
table.sort(all, before)
redis.call('DEL', key)
for k = math.max(1, #all - limit + 1), #all do add(all[k]) end
return added
