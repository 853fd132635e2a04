--[[ spend: count an expense of a client in a window that slides with it, if it fits.
  KEYS    1 expenses (zset, score = ms, member = "<cost>:<name>")   2 their sum     both under {client}
  ARGV    1 window, ms   2 limit   3 cost, at most the limit   4 name of this expense, unique
  Returns { allowed, spent, wait_ms }     allowed: 1 | 0; spent: in the window, this one included if allowed;
                                          wait_ms: refused: until it fits; allowed: until the oldest leaves the window
  Writes  on allowed only: the expense; always drops what has left the window                                     ]]
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local window_ms, limit, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local function cost_of(member) return tonumber(string.match(member, '^%d+')) end

local spent = tonumber(redis.call('GET', KEYS[2]) or '0')
local gone = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now_ms - window_ms)
for _, member in ipairs(gone) do spent = spent - cost_of(member) end
if #gone > 0 then redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now_ms - window_ms) end
-- the sum may outlive what it sums up by a moment
if redis.call('ZCARD', KEYS[1]) == 0 then spent = 0 end

local allowed = spent + cost <= limit
local excess = allowed and 1 or (spent + cost - limit)
if allowed then
  spent = spent + cost
  redis.call('ZADD', KEYS[1], now_ms, ARGV[3] .. ':' .. ARGV[4])
  redis.call('PEXPIRE', KEYS[1], window_ms)
end
if allowed or #gone > 0 then redis.call('SET', KEYS[2], spent, 'PX', window_ms) end

-- each expense costs at least 1, so that no more of them than the excess have to leave
local wait_ms = window_ms
local oldest = redis.call('ZRANGE', KEYS[1], 0, excess - 1, 'WITHSCORES')
for place = 1, #oldest, 2 do
  excess = excess - cost_of(oldest[place])
  if excess <= 0 then wait_ms = tonumber(oldest[place + 1]) + window_ms - now_ms; break end
end
return { allowed and 1 or 0, spent, wait_ms }
