-- Makes a position that somebody chose in the console the current one: it is the newest change, wherever it came from.
-- (group.lua, guard.lua, shared.lua and outbox.lua stand in front.)
--   KEYS  1  user:<username>:key
--   ARGV  1  user:<username>:        2  document
--         3  percentage, canonical   4  progress       5  device      6  device_id
--         7  timestamp, seconds      8  history limit  9  due for Audiobookshelf, ms; or ""
-- Returns {1, next due}; {0, ''} if there is no such account.
if redis.call('EXISTS', KEYS[1]) == 0 then return {0, ''} end

local prefix = ARGV[1]
local restored = identify({percentage = ARGV[3], progress = ARGV[4], device = ARGV[5], device_id = ARGV[6],
  timestamp = ARGV[7], source = 'console'})
local shared = read_shared(prefix, ARGV[2])
local document = shared.main
local books = open_books(prefix, document, shared.current, restored)

take_in(prefix, shared, books, ARGV[8])
number_write(books, restored)
remember(prefix, document, ARGV[8], restored, 'current')
if books.identifiers and books.identifiers ~= '' then note(books, 'identifiers', '') end
close_books(books)

redis.call('ZADD', prefix .. 'documents', restored.timestamp, document)
-- Nothing is settled with Audiobookshelf any more, also if both sides agreed on just this position before.
if redis.call('HEXISTS', prefix .. 'bridge:' .. document, 'progress') == 1 then
  redis.call('HSET', prefix .. 'bridge:' .. document, 'progress', '')
end
if ARGV[9] ~= '' then
  forgive(prefix, document)
  make_due(prefix, document, ARGV[9])
end
write_shared(prefix, shared, restored)
return {1, next_due(prefix)}
