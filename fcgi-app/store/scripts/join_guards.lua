-- What two servers know of one document's writes (see guard.lua), as one. Joined in front of the script that needs it.

local function is_fingerprint(name) return #name == 24 or #name == 25 end

-- `older` came to an end before `newer` began: the newer one's writes are numbered after it.
local function join_guards(older, newer)
  local joined, base = {}, tonumber(older.sequence or 0) or 0
  for name, number in pairs(older) do
    if is_fingerprint(name) then joined[name] = number end
  end
  for name, number in pairs(newer) do
    if is_fingerprint(name) then joined[name] = string.format('%.0f', base + (tonumber(number) or 0)) end
  end
  local run = tonumber(newer.run or 1) or 1
  -- Nobody else wrote in between: the run is not broken.
  if run == 1 and newer.writer == older.writer then
    joined.run = older.run
  else
    joined.run = string.format('%.0f', base + run)
  end
  joined.sequence = string.format('%.0f', base + (tonumber(newer.sequence or 0) or 0))
  joined.writer, joined.identifiers = newer.writer, newer.identifiers
  return joined
end

-- Whether every fingerprint of `other` is known already: it has been joined before.
local function knows(guard, other)
  for name in pairs(other) do
    if #name == 24 and not guard[name] then return false end
  end
  return true
end
