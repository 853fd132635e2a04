--[[ acquire: take the lease where nobody holds it.
  KEYS    1 lease   2 fencing counter     both under {lease}
  ARGV    1 holder   2 ttl, ms
  Returns { 'acquired', fencing token } | { 'held', ms until it expires }
  Writes  on acquired only: lease with expiry, counter   ]]
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  return { 'held', redis.call('PTTL', KEYS[1]) }
end
-- never below the clock: a counter that was lost with its server must not shut new leaders out
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local token = math.max(redis.call('INCR', KEYS[2]), now_ms)
redis.call('SET', KEYS[2], string.format('%.0f', token))
return { 'acquired', token }
