import { eventually } from '../support/eventually';
import { SECRET } from '../support/instance';
import type { Instance } from '../support/instance';
import { watchOpenHandles } from '../support/open-handles';
import { RawSocket } from '../support/raw-socket';
import { World } from '../support/world';

const noHandlesLeft = watchOpenHandles();
const WITHIN_MS = 1_000;

describe('limits of two instances', () => {
  let world: World;
  let one: Instance;
  let two: Instance;

  beforeAll(async () => {
    world = await World.start();
    const limited = { RATE_LIMITING_ENABLED: 'true', RATE_LIMIT_MAX_REQUESTS: '20', TRUST_PROXY: '1' };
    [one, two] = [await world.instance(limited), await world.instance(limited)];
  }, 90_000);

  afterAll(async () => {
    await world.close();
    await noHandlesLeft();
  }, 60_000);

  let clients = 0;
  /** An address that nobody has used yet. */
  const someAddress = (): string => `203.0.113.${(clients += 1)}`;

  async function ask(instance: Instance, address: string, query = '{ clock }'): Promise<Response> {
    return await fetch(`${instance.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': `198.51.100.9, ${address}` },
      body: JSON.stringify({ query }),
    });
  }

  async function change(instance: Instance, limits: string, more = ''): Promise<unknown> {
    const mutation = `mutation { updateSettings(input: { limits: { ${limits} } } ${more}) { settings { version } } }`;
    const answer = await instance.graphql(mutation, {}, SECRET);
    return answer.errors?.[0]?.extensions['code'] ?? answer.data;
  }

  const policyOf = async (instance: Instance): Promise<string | null> =>
    (await ask(instance, someAddress())).headers.get('ratelimit-policy');

  /** Changes the limit on one; resolves when the other has it in force, at most a second after the answer. */
  async function follow(here: Instance, there: Instance, limit: number): Promise<void> {
    expect(await change(here, `maxRequests: ${limit}`)).toMatchObject({ updateSettings: {} });
    await eventually(
      () => policyOf(there),
      (policy) => policy === `"public";q=${limit};w=60`,
      WITHIN_MS,
    );
  }

  it('are one limit of an address behind a proxy, told by headers, with 429 and Retry-After past it', async () => {
    const address = someAddress();
    const first = await ask(one, address);
    expect(first.headers.get('ratelimit-policy')).toBe('"public";q=20;w=60');
    expect(first.headers.get('ratelimit')).toMatch(/^"public";r=19;t=(59|60)$/);
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, number) => ask(number % 2 === 0 ? one : two, address)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(19);
    const refused = answers.find(({ status }) => status === 429);
    const retryAfterSec = Number(refused?.headers.get('retry-after'));
    expect(retryAfterSec).toBeGreaterThan(0);
    expect(retryAfterSec).toBeLessThanOrEqual(60);
    const { errors }: { errors: { extensions: Record<string, unknown> }[] } = JSON.parse(
      (await refused?.text()) ?? '',
    );
    expect(errors).toMatchObject([
      { extensions: { code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) } },
    ]);
    // who is not limited: others behind the same proxy, and probes
    expect((await ask(one, someAddress())).status).toBe(200);
    expect((await fetch(`${one.url}/api/health/live`)).status).toBe(200);
  });

  it('count what an operation costs, what is wrong with it too, and routes as well', async () => {
    const address = someAddress();
    const left = async (query: string): Promise<string | undefined> =>
      /r=(\d+)/.exec((await ask(one, address, query)).headers.get('ratelimit') ?? '')?.[1];
    expect(await left('{ trades(first: 500) { nodes { id } } }')).toBe('10');
    expect(await left('{ __typename }')).toBe('9');
    expect(await left('{ nothing }')).toBe('8');
    expect(await left('{ timerStats { buys } }')).toBe('0');
    const route = await fetch(`${one.url}/api/timer`, { headers: { 'x-forwarded-for': address } });
    expect(route.status).toBe(429);
    expect(await route.json()).toMatchObject({ error: { code: 'RATE_LIMITED' } });
  });

  it('give those who were let in a quota of their own, and changes a stricter one', async () => {
    const mutation = 'mutation { updateSettings(input: {}) { settings { version } } }';
    const response = await fetch(`${one.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${SECRET}` },
      body: JSON.stringify({ query: mutation }),
    });
    expect(response.headers.get('ratelimit-policy')).toBe('"key";q=600;w=60, "admin";q=60;w=60');
  });

  it('hold for sockets and what begins on them, by settings that change while they are open', async () => {
    const host = new URL(one.url).host;
    const options = { headers: { 'x-forwarded-for': someAddress() } };
    const socket = await RawSocket.open(host, options);
    socket.send({ type: 'connection_init' });
    await socket.next();
    await change(one, 'maxConnects: 2, maxSubscribes: 3');
    await RawSocket.open(host, options).then((other) => other.close());
    await expect(RawSocket.open(host, options)).rejects.toThrow('429');
    for (let number = 0; number < 5; number += 1) socket.subscribe(String(number), '{ __typename }');
    await eventually(
      () => socket.messages.filter(({ type }) => type === 'error'),
      (errors) => errors.length === 2 && JSON.stringify(errors).includes('RATE_LIMITED'),
    );
    await socket.close();
    await change(one, 'maxConnects: 3000, maxSubscribes: 6000');
  });

  it('follow a change within a second, also while Redis is away, and after Redis and Postgres were', async () => {
    await follow(one, two, 30);
    await world.redis.stop();
    await follow(two, one, 40);
    await world.redis.start();
    await follow(one, two, 50);
    await world.postgres.kill();
    expect(await change(one, 'maxRequests: 60')).toBe('SERVICE_UNAVAILABLE');
    await world.postgres.start();
    await eventually(
      () => change(one, 'maxRequests: 55'),
      (outcome) => typeof outcome === 'object',
    );
    await follow(two, one, 60);
  }, 90_000);

  it('let one of two admins who change the same thing have a CONFLICT', async () => {
    const answer = await one.graphql('{ settings { version } }', {}, SECRET);
    const version = /"version":(\d+)/.exec(JSON.stringify(answer.data))?.[1] ?? '';
    const outcomes = await Promise.all([
      change(one, 'maxRequests: 70', `, expectedVersion: ${version}`),
      change(two, 'maxRequests: 80', `, expectedVersion: ${version}`),
    ]);
    expect(outcomes.filter((outcome) => outcome === 'CONFLICT')).toHaveLength(1);
    expect(outcomes.filter((outcome) => typeof outcome === 'object')).toHaveLength(1);
  });

  it('go local and not away while Redis is', async () => {
    await change(one, 'maxRequests: 10');
    await world.redis.stop();
    const address = someAddress();
    const answers: number[] = [];
    for (let count = 0; count < 15; count += 1) answers.push((await ask(one, address)).status);
    expect(answers.filter((status) => status === 200)).toHaveLength(10);
    expect(answers.slice(10)).toEqual([429, 429, 429, 429, 429]);
    await world.redis.start();
  }, 60_000);
});
