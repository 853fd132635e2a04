import { ApiKeysService } from '../../src/admin/api-keys.service';
import { bearer, codeOf, makeKey, pageOf, send, signIn } from '../support/access-rig';
import { ADMIN_SECRET, ApiRig } from '../support/api-rig';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { startOwnPostgres, startOwnRedis } from '../support/own-servers';
import type { OwnServer } from '../support/own-servers';
import { RawSocket } from '../support/raw-socket';

const noHandlesLeft = watchOpenHandles();
const STATUS = '{ systemStatus { health redis { health } postgres { health } problems } }';

describe('access while a server is away', () => {
  const cleanup = new Cleanup();
  let redis: OwnServer;
  let postgres: OwnServer;
  let here: ApiRig;
  let there: ApiRig;

  beforeAll(async () => {
    redis = cleanup.add(await startOwnRedis(), (it) => it.remove());
    postgres = cleanup.add(await startOwnPostgres(), (it) => it.remove());
    const servers = { REDIS_URL: redis.url, DATABASE_URL: postgres.url, REDIS_KEY_PREFIX: 'faults' };
    here = cleanup.add(await ApiRig.start(servers), (it) => it.close());
    there = cleanup.add(await ApiRig.start(servers), (it) => it.close());
  }, 60_000);

  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  }, 60_000);

  it('lets whoever was let in lately go on without Postgres, and changes nothing', async () => {
    const key = await makeKey(here, 'steady', ['ADMIN']);
    const stranger = await makeKey(here, 'stranger', ['ADMIN']);
    const page = await signIn(here);
    for (const headers of [bearer(key.secret), pageOf(page)])
      expect(codeOf(await send(here, STATUS, headers))).toBe('ok');
    await postgres.stop();
    const seen = await eventually(
      () => send(here, STATUS, pageOf(page)),
      ({ data }) => JSON.stringify(data).includes('UNHEALTHY'),
    );
    expect(seen.data?.['systemStatus']).toMatchObject({
      health: 'DEGRADED',
      redis: { health: 'HEALTHY' },
      postgres: { health: 'UNHEALTHY' },
    });
    for (const headers of [bearer(key.secret), bearer(ADMIN_SECRET)])
      expect(codeOf(await send(here, STATUS, headers))).toBe('ok');
    expect(codeOf(await send(here, STATUS, bearer(stranger.secret)))).toBe('SERVICE_UNAVAILABLE');
    const before = (await send(here, '{ timer { revision } }')).data;
    for (const headers of [pageOf(page), bearer(ADMIN_SECRET)]) {
      const answer = await send(here, 'mutation { resetTimer { timer { revision } } }', headers);
      expect(codeOf(answer)).toBe('SERVICE_UNAVAILABLE');
    }
    expect((await send(here, '{ timer { revision } }')).data).toEqual(before);
    const socket = await RawSocket.open(here.host);
    socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${stranger.secret}` } });
    expect((await socket.ended).code).toBe(1013);
    await postgres.start();
    await eventually(
      () => send(here, STATUS, bearer(stranger.secret)),
      (answer) => codeOf(answer) === 'ok',
    );
  }, 60_000);

  it('closes the sockets of a key that is revoked while Redis is away, and limits guesses by itself', async () => {
    const key = await makeKey(here, 'leaving', ['READ']);
    const page = await signIn(here);
    const sockets = [here, there].map(async (rig) => {
      const socket = await RawSocket.open(rig.host);
      socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${key.secret}` } });
      expect(await socket.next()).toEqual({ type: 'connection_ack' });
      return socket;
    });
    const open = await Promise.all(sockets);
    await redis.stop();
    await here.part(ApiKeysService).revoke(key.id, { name: 'admin' });
    const ends = await Promise.all(open.map((socket) => socket.ended));
    expect(ends.map(({ code }) => code)).toEqual([4403, 4403]);
    const seen = await eventually(
      () => send(here, STATUS, pageOf(page)),
      ({ data }) => JSON.stringify(data).includes('UNHEALTHY'),
    );
    expect(seen.data?.['systemStatus']).toMatchObject({ redis: { health: 'UNHEALTHY' } });
    expect(codeOf(await send(here, 'mutation { createSubscriptionToken { token } }', pageOf(page)))).toBe(
      'SERVICE_UNAVAILABLE',
    );
    const codes = await Promise.all(
      Array.from({ length: 30 }, async (_, n) => codeOf(await send(there, STATUS, bearer(`guess-${n}`)))),
    );
    expect(codes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(10);
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(20);
    await redis.start();
  }, 60_000);
});
