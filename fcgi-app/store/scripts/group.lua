-- Documents that are one book: several ids, one position. Joined in front of the scripts that need it.
-- One of the ids is the main one: it has the guard, the index entry, the link, the bridge record and the outbox entry.
-- Every id has a copy of the position, so that a pull stays what it is. In the hash `merged` (an id has no colon):
--   <member>       the main document
--   <main>         ":<member>:<member>…"
--   <member>:link  the link that it had of its own, JSON

-- The main document of an id, and the other ids of the book; the id itself and none if it is not merged.
local function group_of(prefix, document)
  local main, list = document, redis.call('HGET', prefix .. 'merged', document)
  if not list then return document, {} end
  if string.sub(list, 1, 1) ~= ':' then
    main = list
    list = redis.call('HGET', prefix .. 'merged', main) or ''
  end
  local members = {}
  for member in string.gmatch(list, '[^:]+') do members[#members + 1] = member end
  return main, members
end

local function main_of(prefix, document)
  local entry = redis.call('HGET', prefix .. 'merged', document)
  if entry and string.sub(entry, 1, 1) ~= ':' then return entry end
  return document
end

-- The library item that a link names; nil if it names none.
local function item_of(link)
  local readable, content = pcall(cjson.decode, link or '')
  local item = readable and type(content) == 'table' and content.libraryItemId
  if type(item) == 'string' then return item end
  return nil
end

local function replace_hash(key, words)
  redis.call('DEL', key)
  for i = 1, #words, 2 do redis.call('HSET', key, words[i], words[i + 1]) end
end

local function store_group(prefix, main, members)
  local key = prefix .. 'merged'
  if #members == 0 then
    redis.call('HDEL', key, main)
  else
    redis.call('HSET', key, main, ':' .. table.concat(members, ':'))
  end
  for _, member in ipairs(members) do redis.call('HSET', key, member, main) end
end
