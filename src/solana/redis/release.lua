--[[ release: give the lease back at once, if it is still ours.
  KEYS    1 lease
  ARGV    1 holder
  Returns 'released' | 'lost'
  Writes  on released only: removes the lease   ]]
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 'lost'
end
redis.call('DEL', KEYS[1])
return 'released'
