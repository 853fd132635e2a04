import { verifyDeploy } from '../../src/app/verify-deploy.command';
import type { DeployedWorld } from '../../src/app/verify-deploy.command';
import { DistortingProxy } from '../support/distorting-proxy';
import type { Distort } from '../support/distorting-proxy';
import { eventually } from '../support/eventually';
import { SECRET } from '../support/instance';
import type { Instance } from '../support/instance';
import { watchOpenHandles } from '../support/open-handles';
import { World } from '../support/world';

const noHandlesLeft = watchOpenHandles();
/** Names in the order of their lines. */
const NAMES = [
  ...['tls', 'health', 'page', 'same-timer', 'socket', 'events', 'redis', 'postgres', 'history', 'metrics'],
  ...['admin', 'instances', 'chain', 'credits', 'webhook', 'alerts'],
];

describe('npm run verify-deploy', () => {
  let world: World | undefined;
  let one: Instance;
  let two: Instance;
  let proxy: DistortingProxy;

  beforeAll(async () => {
    world = await World.start();
    // webhook mode is a setting from the start, and nobody can register one here: its lines are looked at apart
    [one, two] = [await world.instance({ INSTANCE_ID: 'one' }), await world.instance({ INSTANCE_ID: 'two' })];
    proxy = await DistortingProxy.start(one.url);
  }, 60_000);

  afterAll(async () => {
    await proxy[Symbol.asyncDispose]();
    await world?.close();
    await noHandlesLeft();
  }, 60_000);

  afterEach(() => proxy.mend());

  async function look(differences: Partial<DeployedWorld> = {}, skip: string[] = []) {
    const lines: string[] = [];
    const deployed = {
      url: proxy.url,
      instances: [one.url, two.url],
      adminSecret: SECRET,
      authorities: null,
    };
    const code = await verifyDeploy({ ...deployed, ...differences }, skip, (line) => lines.push(line));
    const words = lines.map((line) => line.split(/ +/));
    const named = (word: string): string[] =>
      words.filter(([first]) => first === word).map(([, name = '']) => name);
    return {
      code,
      lines,
      failed: named('FAILED'),
      warned: named('warning'),
      skipped: named('skipped'),
      names: words.map(([, name]) => name),
    };
  }

  it('says one line for each check, and 0, where all is well', async () => {
    const { lines, ...outcome } = await eventually(look, ({ code }) => code === 0);
    expect({ ...outcome, lines: lines.length }).toEqual({
      code: 0,
      names: NAMES,
      failed: [],
      // neither TLS nor a budget nor a panel, and /metrics is open
      warned: expect.arrayContaining(['tls', 'metrics', 'credits']),
      skipped: ['webhook'],
      lines: NAMES.length,
    });
    expect(lines.find((line) => line.includes('same-timer'))).toContain('on 3 addresses');
  }, 60_000);

  /** Answers a GraphQL operation that names `field` with this data. */
  const data =
    (field: string, value: unknown): Distort =>
    ({ path, body }) =>
      path === '/graphql' && body.includes(field)
        ? { body: JSON.stringify({ data: { [field]: value } }) }
        : null;
  const instance = {
    roles: ['API', 'WATCHER', 'HISTORIAN'],
    alive: true,
    leader: true,
    version: '1',
    clockSuspect: false,
  };
  const chain = {
    kind: 'rpc',
    health: 'HEALTHY',
    note: null,
    lastSeenAt: 1000,
    lastSlot: 5,
    endpoints: [],
    leader: { instanceId: 'one' },
  };
  const status = (changes: object): Distort =>
    data('systemStatus', { at: 2000, chain: { ...chain, ...changes } });

  it.each<[name: string, why: string, distort: Distort]>([
    ['page', 'no page is served', ({ path }) => (path === '/' ? { status: 404, body: '{}' } : null)],
    [
      'same-timer',
      'another deadline is shown',
      ({ path }) =>
        path.startsWith('/api/timer?')
          ? { body: '{"id":"global","epoch":1,"revision":1,"deadline":1}' }
          : null,
    ],
    [
      'admin',
      'a stranger is let in',
      ({ path, body }) =>
        path === '/graphql' && body.includes('settings { version }')
          ? { body: '{"data":{"settings":{"version":1}}}' }
          : null,
    ],
    ['instances', 'a role is missing', data('instances', [{ ...instance, id: 'one', roles: ['API'] }])],
    ['instances', 'one is missing', data('instances', [{ ...instance, id: 'one' }])],
    [
      'instances',
      'two lead',
      data('instances', [
        { ...instance, id: 'one' },
        { ...instance, id: 'two' },
      ]),
    ],
    [
      'instances',
      'one has ended',
      data('instances', [
        { ...instance, id: 'one' },
        { ...instance, id: 'two', leader: false },
        { ...instance, id: 'three', alive: false, leader: false },
      ]),
    ],
    ['chain', 'it is the demo chain', status({ kind: 'demo' })],
    ['chain', 'nobody leads', status({ leader: null })],
    ['chain', 'it was not read', status({ lastSeenAt: null })],
    ['chain', 'an endpoint is broken', status({ endpoints: [{ name: 'x', usable: false }] })],
    [
      'credits',
      'the budget is spent',
      data('creditUsage', { usedThisMonth: 5, forecast: 5, budget: { state: 'SPENT', creditsPerMonth: 5 } }),
    ],
    [
      'alerts',
      'a critical one fires',
      data('alerts', [{ rule: 'redis-lost', severity: 'CRITICAL', subject: null }]),
    ],
    [
      'webhook',
      'a push without the secret is taken',
      (request) =>
        data('monitoring', 0)(request) === null
          ? request.path.startsWith('/api/webhook')
            ? { body: '{"ok":true}' }
            : null
          : { body: '{"data":{"settings":{"monitoring":{"sources":{"webhook":true}}}}}' },
    ],
  ])('fails %s where %s', async (name, _why, distort) => {
    proxy.distort = distort;
    const { failed, code } = await look();
    expect(failed).toEqual([name]);
    expect(code).toBe(1);
  });

  it('fails a socket and a stream that the load balancer does not pass on', async () => {
    proxy.hasSockets = false;
    proxy.isBuffering = true;
    expect((await look()).failed).toEqual(['socket', 'events']);
  }, 30_000);

  it('fails each part that health names, on whichever instance', async () => {
    proxy.distort = ({ path }) =>
      path === '/api/health'
        ? {
            body: JSON.stringify({
              status: 'degraded',
              services: { redis: { status: 'unhealthy', problem: 'no answer in time' } },
            }),
          }
        : null;
    const { failed, lines } = await look();
    expect(failed).toEqual(['health', 'redis', 'postgres', 'history']);
    expect(lines.find((line) => line.includes(' health '))).toContain('redis no answer in time');
  }, 30_000);

  it('fails metrics of what is no instance, and all where nobody answers', async () => {
    proxy.distort = ({ path }) => (path === '/metrics' ? { body: 'nothing', type: 'text/plain' } : null);
    expect((await look({ instances: [one.url, proxy.url] })).failed).toEqual(['metrics']);
    const { failed } = await look({ url: 'http://127.0.0.1:9', instances: [] });
    expect(failed).toEqual(NAMES.slice(1));
    expect((await look({ url: 'https://127.0.0.1:9' }, NAMES.slice(1))).failed).toEqual(['tls']);
  }, 60_000);

  it('fails what only administrators see where the secret is missing or another', async () => {
    expect((await look({ adminSecret: null })).failed).toEqual(NAMES.slice(10));
    const { failed, lines } = await look({ adminSecret: 'another-secret-than-theirs' }, [
      'instances',
      'chain',
      'credits',
      'webhook',
      'alerts',
    ]);
    expect(failed).toEqual(['admin']);
    expect(lines.join()).not.toContain('another-secret');
  }, 30_000);
});
