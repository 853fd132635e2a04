--[[ attempt: judge one attempt to come in by a secret that could be guessed.
  KEYS    1 wrong attempts of the address (zset, score = ms)   2 wrong attempts of all   3 mark of an address that was right before
  ARGV    1 whether it is right, 1 | 0   2 window, ms   3 limit of an address   4 limit of all   5 life of the mark, ms
          6 name of this attempt, unique
  Returns { tag, wait_ms, count }     tag: right | wrong | address_limit | total_limit; count: wrong ones of the address
  Writes  the mark when right, the attempt when wrong; always drops what has left the windows.
  Whoever is limited is not told whether the secret was right. An address that was right before is not held up by
  the wrong attempts of others.                                                                                  ]]
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local window_ms = tonumber(ARGV[2])
local function count_of(key)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now_ms - window_ms)
  return redis.call('ZCARD', key)
end
local function wait_of(key)
  local oldest = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
  return oldest[2] and (tonumber(oldest[2]) + window_ms - now_ms) or window_ms
end
local count, total = count_of(KEYS[1]), count_of(KEYS[2])
if count >= tonumber(ARGV[3]) then return { 'address_limit', wait_of(KEYS[1]), count } end
if total >= tonumber(ARGV[4]) and redis.call('EXISTS', KEYS[3]) == 0 then
  return { 'total_limit', wait_of(KEYS[2]), count }
end
if ARGV[1] == '1' then
  redis.call('SET', KEYS[3], '1', 'PX', ARGV[5])
  return { 'right', 0, count }
end
for _, key in ipairs({ KEYS[1], KEYS[2] }) do
  redis.call('ZADD', key, now_ms, ARGV[6])
  redis.call('PEXPIRE', key, window_ms)
end
return { 'wrong', 0, count + 1 }
