-- Moves dead letters back into the outbox. (outbox.lua stands in front.)
--   KEYS  1  user:<username>:key, only so that the script runs where the account lives
--   ARGV  1  user:<username>:   2  due, ms   3  document; without it all of them
-- Returns {how many, next due}.
local prefix, revived = ARGV[1], 0
for _, document in ipairs(ARGV[3] and {ARGV[3]} or redis.call('HKEYS', prefix .. 'dead')) do
  if redis.call('HEXISTS', prefix .. 'dead', document) == 1 then
    forgive(prefix, document)
    make_due(prefix, document, ARGV[2])
    revived = revived + 1
  end
end
return {revived, next_due(prefix)}
