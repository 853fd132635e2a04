--[[ commit: make a folded state true, if nothing changed since it was read.
  KEYS    1 state (hash: doc, commit, token, run)   2 tail (hash)   3 counted (zset, score = block time in ms)
          4 cursors (hash)   5 events (stream)                                          all under {timer id}
  ARGV    1 expected commit number, 0 = the timer does not exist yet   2 run id of the server the caller read from
          3 fencing token, '' = an admin act   4 new state, json   5 1 = recovery, 2 = recovery that replaces all
          6 tail to put [key, entry, ...]   7 tail to drop [key, ...]   8 counted [ms, key, ...]
          9 cursors [address, cursor, ...]   10 counted marks older than this go, ms
          11 change record, '' = none   12 channel   13 message, '' = none
          14 counted marks to take back [key, ...]     6 to 9 and 14 are json
  Returns { tag, now_ms, commit }     tag: ok | conflict | stale_leader | other_server | unknown_timer
  Writes  on ok only: state, tail, counted, cursors, one stream entry, one publish                         ]]
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local state, tail, counted, cursors, events = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local expected, run_id, token, is_recovery = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[5] ~= '0'
local stored = redis.call('HMGET', state, 'commit', 'token', 'run')
local commit, stored_token = tonumber(stored[1] or 0), tonumber(stored[2] or 0)
local server = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')

if server ~= run_id or (stored[3] and stored[3] ~= server and not is_recovery) then
  return { 'other_server', now_ms, commit }
end
if expected > 0 and commit == 0 then return { 'unknown_timer', now_ms, commit } end
if commit ~= expected then return { 'conflict', now_ms, commit } end
if token ~= '' and tonumber(token) < stored_token then return { 'stale_leader', now_ms, commit } end

local tail_put, tail_drop = cjson.decode(ARGV[6]), cjson.decode(ARGV[7])
local marks, positions = cjson.decode(ARGV[8]), cjson.decode(ARGV[9])
local forgotten = cjson.decode(ARGV[14])

if ARGV[5] == '2' then redis.call('DEL', tail, counted, cursors) end
local highest = stored_token
if token ~= '' then highest = tonumber(token) end
redis.call('HSET', state, 'doc', ARGV[4], 'commit', expected + 1, 'token', highest, 'run', server)
for i = 1, #tail_drop do redis.call('HDEL', tail, tail_drop[i]) end
for i = 1, #tail_put, 2 do redis.call('HSET', tail, tail_put[i], tail_put[i + 1]) end
for i = 1, #forgotten do redis.call('ZREM', counted, forgotten[i]) end
for i = 1, #marks, 2 do redis.call('ZADD', counted, marks[i], marks[i + 1]) end
for i = 1, #positions, 2 do redis.call('HSET', cursors, positions[i], positions[i + 1]) end
redis.call('ZREMRANGEBYSCORE', counted, '-inf', '(' .. ARGV[10])
if ARGV[11] ~= '' then redis.call('XADD', events, '*', 'change', ARGV[11]) end
if ARGV[13] ~= '' then redis.call('PUBLISH', ARGV[12], ARGV[13]) end
return { 'ok', now_ms, expected + 1 }
