--[[ report: tell what this instance has let a client spend, and learn what all others have.
  KEYS    1 reports (hash, instance -> "<spent>:<ms>")
  ARGV    1 window, ms   2 instance   3 spent here in the window
  Returns spent elsewhere
  Writes  the report; drops reports that are older than the window                                                ]]
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3] .. ':' .. now_ms)
redis.call('PEXPIRE', KEYS[1], ARGV[1])
local elsewhere = 0
local reports = redis.call('HGETALL', KEYS[1])
for place = 1, #reports, 2 do
  local spent, at_ms = string.match(reports[place + 1], '^(%d+):(%d+)$')
  if tonumber(at_ms) <= now_ms - ARGV[1] then
    redis.call('HDEL', KEYS[1], reports[place])
  elseif reports[place] ~= ARGV[2] then
    elsewhere = elsewhere + tonumber(spent)
  end
end
return elsewhere
