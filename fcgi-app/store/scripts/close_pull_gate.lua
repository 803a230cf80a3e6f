-- Audiobookshelf did not answer: for a while no device waits for it, longer each time.
--   KEYS  1  koshelf:abs:breaker   2  koshelf:abs:failures
local failures = redis.call('INCR', KEYS[2])
redis.call('EXPIRE', KEYS[2], 3600)
local seconds = math.min(5 * 2 ^ math.min(failures - 1, 10), 300)
redis.call('SET', KEYS[1], failures, 'EX', string.format('%d', seconds))
return failures
