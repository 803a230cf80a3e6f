-- Deletes an account and everything under user:<username>:, found through its own indexes.
--   KEYS  1  user:<username>:key
--   ARGV  1  the credential        2  user:<username>:
-- Returns 1 if it was deleted, 0 if the account is gone, -1 if the credential is not right (any more).
local credential = redis.call('GET', KEYS[1])
if not credential then return 0 end
if credential ~= ARGV[1] then return -1 end

local prefix = ARGV[2]
-- A document can be linked, wait, or be given up without a position that is in the index.
local indexes = {
  {'ZRANGE', prefix .. 'documents', 0, -1}, {'ZRANGE', prefix .. 'outbox', 0, -1},
  {'HKEYS', prefix .. 'links'}, {'HKEYS', prefix .. 'dead'},
}
local function unlink(document)
  redis.call('UNLINK', prefix .. 'document:' .. document, prefix .. 'meta:' .. document,
    prefix .. 'history:' .. document, prefix .. 'pushes:' .. document, prefix .. 'bridge:' .. document,
    prefix .. 'undo:' .. document)
end
for _, index in ipairs(indexes) do
  for _, document in ipairs(redis.call(unpack(index))) do unlink(document) end
end
-- Other ids of a book are in no index. (No id has a colon.)
for _, name in ipairs(redis.call('HKEYS', prefix .. 'merged')) do
  if not string.find(name, ':', 1, true) then unlink(name) end
end
for _, value in ipairs(redis.call('SMEMBERS', prefix .. 'aliases')) do
  redis.call('UNLINK', prefix .. 'alias:' .. value)
end
redis.call('UNLINK', KEYS[1], prefix .. 'documents', prefix .. 'aliases', prefix .. 'links', prefix .. 'outbox',
  prefix .. 'dead', prefix .. 'devices', prefix .. 'merged', prefix .. 'calibrations', prefix .. 'profile')
return 1
