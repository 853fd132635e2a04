--[[ renew: hold the lease for another ttl, if it is still ours.
  KEYS    1 lease
  ARGV    1 holder   2 ttl, ms
  Returns 'renewed' | 'lost'
  Writes  on renewed only: the expiry   ]]
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 'lost'
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 'renewed'
