-- Creates an account as an import has it, or adds to one that is there. (sections.lua stands in front.)
--   KEYS  1  user:<username>:key
--   ARGV  1  user:<username>:   2  the credential
--         3  "newest", "skip" or "overwrite"   4 … see sections_from
-- Returns "created"; of an account that is there "same" if it has that credential, "differs" if it has and keeps
-- another one, or "replaced".
local existing = redis.call('GET', KEYS[1])
local overwrite = ARGV[3] == 'overwrite'
local outcome = 'created'
if existing then
  outcome = existing == ARGV[2] and 'same' or overwrite and 'replaced' or 'differs'
  if ARGV[3] == 'skip' then return outcome end
end
for _, section in ipairs(sections_from(4)) do
  -- Whoever had the name before may have left a role behind.
  if not existing then redis.call('DEL', ARGV[1] .. section.name) end
  fill(ARGV[1] .. section.name, section.words, existing and not overwrite)
end
if not existing or overwrite then redis.call('SET', KEYS[1], ARGV[2]) end
return outcome
