--[[ raise: an instance reads an alert; the first one makes it fire.
  KEYS    1 firing   2 seen   3 outbox   4 over mark   all under {alerts}
  ARGV    1 key of the alert   2 instance   3 how long the reading holds, ms   4 the alert, json   5 id of its notice
          6 the notice, json; empty: somebody was told already
  Returns { tag, alert json }     tag: fired | known | over
  Writes  seen; on fired also firing and the outbox                                                              ]]
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local hold_ms = tonumber(ARGV[3])
local is_over = redis.call('EXISTS', KEYS[4]) == 1
local known = redis.call('HGET', KEYS[1], ARGV[1])
if not known and is_over then return { 'over', ARGV[4] } end
redis.call('ZADD', KEYS[2], now_ms + hold_ms, ARGV[2])
redis.call('PEXPIRE', KEYS[2], hold_ms * 2)
if known then return { 'known', known } end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[4])
if ARGV[6] ~= '' then redis.call('HSET', KEYS[3], ARGV[5], ARGV[6]) end
return { 'fired', ARGV[4] }
