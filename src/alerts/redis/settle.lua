--[[ settle: an instance does not read an alert any more; where no other does either, it is over.
  KEYS    1 firing   2 seen   3 outbox   4 past   5 over mark   all under {alerts}
  ARGV    1 key of the alert   2 instance   3 id of the alert   4 the alert as it is over, json   5 id of its notice
          6 the notice, json   7 how many are kept   8 how long the mark lives, s
  Returns tag: recovered | held | gone
  Writes  seen; on recovered also firing, the outbox, past and the mark                                           ]]
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREM', KEYS[2], ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now_ms)
if redis.call('ZCARD', KEYS[2]) > 0 then return 'held' end
local known = redis.call('HGET', KEYS[1], ARGV[1])
if not known or cjson.decode(known).id ~= ARGV[3] then return 'gone' end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[3], ARGV[5], ARGV[6])
redis.call('LPUSH', KEYS[4], ARGV[4])
redis.call('LTRIM', KEYS[4], 0, tonumber(ARGV[7]) - 1)
redis.call('SET', KEYS[5], '1', 'EX', tonumber(ARGV[8]))
return 'recovered'
