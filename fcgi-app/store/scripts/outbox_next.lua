-- When the next document of an account is due. (outbox.lua stands in front.)
--   KEYS  1  user:<username>:key, only so that the script runs where the account lives
--   ARGV  1  user:<username>:
-- Returns {0, next due}.
return {0, next_due(ARGV[1])}
