-- An account's outbox, for the scripts that change it. Joined in front of them.

-- When the next of its documents is due, ms as text; '' if there is none.
local function next_due(prefix)
  return redis.call('ZRANGE', prefix .. 'outbox', 0, 0, 'WITHSCORES')[2] or ''
end

-- Makes a document due: at `due`, or when it was due already if that is earlier.
local function make_due(prefix, document, due) redis.call('ZADD', prefix .. 'outbox', 'LT', due, document) end

-- Nothing that went wrong before counts any more.
local function forgive(prefix, document)
  redis.call('HDEL', prefix .. 'bridge:' .. document, 'outbox_attempts', 'outbox_reason')
  redis.call('HDEL', prefix .. 'dead', document)
end
