--[[ forget-consumers: drop the names of consumers that are long gone and hold nothing.
  KEYS    1 event stream
  ARGV    1 group   2 idle time in ms from which a consumer is gone
  Returns how many were dropped
  Writes  the group's list of consumers; one that is alive after all is made again by its next read ]]
local dropped = 0
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local facts = {}
  for at = 1, #consumer, 2 do facts[consumer[at]] = consumer[at + 1] end
  if facts.pending == 0 and facts.idle >= tonumber(ARGV[2]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], facts.name)
    dropped = dropped + 1
  end
end
return dropped
