-- Creates an account as an import has it, or adds to one that is there. (sections.lua stands in front.)
--   KEYS  1  user:<username>:key
--   ARGV  1  user:<username>:   2  the credential
--         3  "newest", "skip" or "overwrite"   4  "locked" if the credential stands for none: of an account that
--            is there it replaces nothing      5 … see sections_from
-- Returns "created"; of an account that is there "same" if it has that credential, "differs" if it has and keeps
-- another one, or "replaced".
local prefix = ARGV[1]

-- Documents that are one book (see group.lua): all of them, unless one belongs to a book here, or another id than the main
-- one has a life of its own.
local largest_group = 16
local function add_group(brought, main, list)
  local merged, ids = prefix .. 'merged', {main}
  for member in string.gmatch(list, '[^:]+') do ids[#ids + 1] = member end
  if #ids > largest_group then return end
  for i, id in ipairs(ids) do
    if redis.call('HEXISTS', merged, id) == 1 then return end
    if i > 1 and (brought[id] ~= main or redis.call('EXISTS', prefix .. 'document:' .. id) == 1
      or redis.call('HEXISTS', prefix .. 'links', id) == 1) then return end
  end
  redis.call('HSET', merged, main, list)
  for i = 2, #ids do
    redis.call('HSET', merged, ids[i], main)
    local link = brought[ids[i] .. ':link']
    if link then redis.call('HSET', merged, ids[i] .. ':link', link) end
  end
end

local existing = redis.call('GET', KEYS[1])
local overwrite = ARGV[3] == 'overwrite'

-- What an account may do is decided where it is: an old export does not bring back what was taken away since, which is
-- a field that is absent.
local rights = {is_admin = true, documents_limit = true, invitation = true}
local function without_rights(section)
  if not existing or overwrite or section.name ~= 'profile' then return section.words end
  local words = {}
  for i = 1, #section.words, 2 do
    if not rights[section.words[i]] then
      words[#words + 1] = section.words[i]
      words[#words + 1] = section.words[i + 1]
    end
  end
  return words
end

local sets_credential = not existing or overwrite and ARGV[4] ~= 'locked'
local outcome = 'created'
if existing then
  outcome = existing == ARGV[2] and 'same' or sets_credential and 'replaced' or 'differs'
  if ARGV[3] == 'skip' then return outcome end
end
-- Whoever had the name before may have left a role behind.
if not existing then
  for _, name in ipairs({'profile', 'devices', 'calibrations', 'merged'}) do redis.call('DEL', prefix .. name) end
end
for _, section in ipairs(sections_from(5)) do
  if section.meeting == 'groups' then
    local brought = as_table(section.words)
    for main, list in pairs(brought) do
      if string.sub(list, 1, 1) == ':' then add_group(brought, main, list) end
    end
  else
    fill(prefix .. section.name, without_rights(section), existing and not overwrite)
  end
end
if sets_credential then redis.call('SET', KEYS[1], ARGV[2]) end
return outcome
