import { readRedisAddress, redisAddressProblem } from './redis-address';

describe('readRedisAddress', () => {
  it('leaves an ordinary URL as it is', () => {
    expect(readRedisAddress('rediss://user:p%40ss@cache.example:6380/2')).toEqual({
      kind: 'single',
      url: 'rediss://user:p%40ss@cache.example:6380/2',
    });
  });

  it('takes sentinels, the name of their group, and passwords apart', () => {
    expect(
      readRedisAddress(
        'redis-sentinel://app:p%40ss:word@one:26380,two,[::1]:5/timers/3?sentinelPassword=s%26t',
      ),
    ).toEqual({
      kind: 'sentinel',
      sentinels: [
        { host: 'one', port: 26_380 },
        { host: 'two', port: 26_379 },
        { host: '::1', port: 5 },
      ],
      group: 'timers',
      database: 3,
      sentinelPassword: 's&t',
      username: 'app',
      password: 'p@ss:word',
      isTls: false,
    });
  });

  it('takes the nodes of a cluster apart', () => {
    expect(readRedisAddress('rediss-cluster://:secret@one:7000,two:7001')).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'one', port: 7000 },
        { host: 'two', port: 7001 },
      ],
      username: null,
      password: 'secret',
      isTls: true,
    });
  });

  it.each([
    'http://one',
    'redis://',
    'one:6379',
    'redis-sentinel://one:26379',
    'redis-sentinel:///timers',
    'redis-sentinel://one,,two/timers',
    'redis-cluster://one:7000/1',
    'redis-cluster://one:port',
    'redis-nonsense://one',
  ])('refuses %s, and does not repeat it', (text) => {
    expect(readRedisAddress(text)).toBeNull();
    expect(redisAddressProblem(text)).toMatch(/^must be a URL that begins with redis:\/\//);
    expect(redisAddressProblem(text)).not.toContain('one');
  });
});
