-- Which record do the identifiers of a request name? Joined in front of the scripts that need it, behind group.lua.
--
-- The list is walked in the caller's order; for each value a document of that id comes before an alias, so an
-- alias never hides a document of its own. An alias whose document is gone names nothing. What names one of several ids
-- of a book names the main one.

-- Reads identifiers from ARGV, three arguments each: type, value, "weak" or "".
local function identifiers_from(first)
  local list = {}
  for i = first, #ARGV, 3 do
    list[#list + 1] = {type = ARGV[i], value = ARGV[i + 1], weak = ARGV[i + 2] == 'weak'}
  end
  return list
end

local function document_exists(prefix, document)
  return redis.call('EXISTS', prefix .. 'document:' .. document) == 1
end

-- The document that an alias stands for; nil if there is no such alias, or its document is gone.
local function alias_target(prefix, value)
  local alias = redis.call('GET', prefix .. 'alias:' .. value)
  local document = alias and string.match(alias, '^[^:]*:(.*)$')
  if document and document_exists(prefix, document) then return document end
  return nil
end

-- Place in the list (from 1) of the first identifier that names a record, the record, and which of its ids it names; nil if
-- none does.
local function resolve(prefix, list, skip_weak)
  for place, entry in ipairs(list) do
    if not (skip_weak and entry.weak) then
      if document_exists(prefix, entry.value) then return place, main_of(prefix, entry.value), entry.value end
      local document = alias_target(prefix, entry.value)
      if document then return place, main_of(prefix, document), document end
    end
  end
  return nil
end
