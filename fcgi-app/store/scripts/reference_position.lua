-- Writes a position as the reference server has it, in its own Redis, unless a newer one is there.
--   KEYS  1  user:<username>:key   2  user:<username>:document:<document>
--   ARGV  1  its time, seconds     2 … field, value, …
-- Returns 1 if it was written, 2 if it is there already, 0 if another one stays, -1 if there is no such account.
if redis.call('EXISTS', KEYS[1]) == 0 then return -1 end
if redis.call('EXISTS', KEYS[2]) == 1 then
  local time, same = tonumber(redis.call('HGET', KEYS[2], 'timestamp') or 0) or 0, true
  for i = 2, #ARGV, 2 do same = same and redis.call('HGET', KEYS[2], ARGV[i]) == ARGV[i + 1] end
  if same then return 2 end
  if time >= tonumber(ARGV[1]) then return 0 end
end
redis.call('DEL', KEYS[2])
for i = 2, #ARGV, 2 do redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1]) end
return 1
