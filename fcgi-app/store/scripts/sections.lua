-- What one line of an import has of an account or a document. Joined in front of the scripts that take it in.

-- Reads sections from ARGV: what happens where there is something already, the key's name behind
-- user:<username>:, how many words, and those words.
local function sections_from(first)
  local sections, i = {}, first
  while ARGV[i] do
    local count = tonumber(ARGV[i + 2])
    local section = {meeting = ARGV[i], name = ARGV[i + 1], words = {}}
    for k = 1, count do section.words[k] = ARGV[i + 2 + k] end
    sections[#sections + 1] = section
    i = i + 3 + count
  end
  return sections
end

-- Field, value, … as a table.
local function as_table(words)
  local fields = {}
  for i = 1, #words, 2 do fields[words[i]] = words[i + 1] end
  return fields
end

-- Sets fields of a hash; with `absent_only` those that are not there yet.
local function fill(key, words, absent_only)
  local command = absent_only and 'HSETNX' or 'HSET'
  for i = 1, #words, 2 do redis.call(command, key, words[i], words[i + 1]) end
end
