import { connect } from 'node:net';
import { getIntrospectionQuery } from 'graphql';
import { eventually } from '../support/eventually';
import { SECRET } from '../support/instance';
import type { Instance } from '../support/instance';
import { watchOpenHandles } from '../support/open-handles';
import { RawSocket } from '../support/raw-socket';
import { World } from '../support/world';

const noHandlesLeft = watchOpenHandles();

/** What the API tells of a refusal. */
interface Refusal {
  readonly status: number;
  readonly code: unknown;
  readonly message: string;
}

describe('the service under abuse', () => {
  let world: World | undefined;
  let instance: Instance;

  beforeAll(async () => {
    world = await World.start();
    instance = await world.instance({
      NODE_ENV: 'production',
      RATE_LIMITING_ENABLED: 'true',
      RATE_LIMIT_MAX_REQUESTS: '100000',
    });
  }, 90_000);

  afterAll(async () => {
    await world?.close();
    await noHandlesLeft();
  }, 60_000);

  const host = (): string => new URL(instance.url).host;

  async function post(body: string, headers: Record<string, string> = {}): Promise<Response> {
    return await fetch(`${instance.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  }

  async function refusalOf(body: string, headers: Record<string, string> = {}): Promise<Refusal> {
    const response = await post(body, headers);
    const { errors }: { errors?: { message: string; extensions: Record<string, unknown> }[] } = JSON.parse(
      await response.text(),
    );
    const [first] = errors ?? [];
    return { status: response.status, code: first?.extensions['code'], message: first?.message ?? '' };
  }

  const queryOf = (query: string, variables: unknown = {}): string => JSON.stringify({ query, variables });
  const repeat = (count: number, make: (number: number) => string): string =>
    Array.from({ length: count }, (_, number) => make(number)).join(' ');
  const deep = (fields: number): string => `{ timer ${'{ lastTrade '.repeat(fields)}${' }'.repeat(fields)} }`;
  const looksDeep = `{ __schema { types { ${'fields { type { '.repeat(6)}name${' } }'.repeat(6)} } } }`;

  it.each([
    ['1,000 aliases', queryOf(`{ ${repeat(1_000, (number) => `a${number}: clock`)} }`), /tokens/],
    ['400 aliases', queryOf(`{ ${repeat(400, (number) => `a${number}: clock`)} }`), /aliases/],
    ['depth 50', queryOf(deep(50)), /deeper than 10/],
    [
      'circular fragments',
      queryOf('{ timer { ...A } } fragment A on Timer { id ...B } fragment B on Timer { round ...A }'),
      /Cannot spread fragment "A" within itself/,
    ],
    [
      'fragments that multiply',
      queryOf(
        `{ timer { ...F0 } } ${repeat(40, (n) => `fragment F${n} on Timer { ${n === 39 ? 'id' : `...F${n + 1} ...F${n + 1}`} }`)}`,
      ),
      /more than 500 fields/,
    ],
    ['the same field 400 times', queryOf(`{ ${repeat(400, () => 'timer { id }')} }`), /repeats/],
    [
      'a literal list of 5,000',
      queryOf(`{ timerEvents(filter: { types: [${repeat(5_000, () => 'RESET')}] }) { nodes { id } } }`),
      /tokens/,
    ],
    [
      'a list of 10,000 in variables',
      queryOf(
        'query ($types: [TimerEventType!]) { timerEvents(filter: { types: $types }) { nodes { id } } }',
        { types: Array.from({ length: 10_000 }, () => 'RESET') },
      ),
      /types/,
    ],
    ['a page of a million rows', queryOf('{ trades(first: 1000000) { nodes { id } } }'), /500|2000|rows/],
    [
      'more rows than an operation may have',
      queryOf(`{ ${repeat(5, (n) => `a${n}: trades(first: 500) { nodes { id } }`)} }`),
      /2500 rows of history/,
    ],
    ['introspection that nests', queryOf(looksDeep), /introspection|deeper|schema/i],
    ['a batch', `[${queryOf('{ clock }')}, ${queryOf('{ clock }')}]`, /batch/i],
    ['no JSON', '{', /JSON/],
    ['no operation', '{}', /body missing/],
  ])('answers %s with BAD_USER_INPUT', async (_, body, message) => {
    const refusal = await refusalOf(body);
    expect(refusal).toEqual({
      status: expect.any(Number),
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(message),
    });
    expect(refusal.status === 200 || refusal.status === 400).toBe(true);
  });

  it('answers 10 MB of variables with 413, before it has read them', async () => {
    const body = queryOf('query ($id: ID!) { timer(id: $id) { id } }', { id: 'x'.repeat(10 * 1024 * 1024) });
    const answer = await new Promise<string>((resolve, reject) => {
      const { hostname, port } = new URL(instance.url);
      const socket = connect(Number(port), hostname);
      let text = '';
      const head = `POST /graphql HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes('extensions')) socket.destroy();
      });
      socket.once('close', () => resolve(text));
      socket.once('error', reject);
      socket.write(head);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('"code":"BAD_USER_INPUT"');
    // and who sends all of it sees the answer as well
    expect(await refusalOf(body)).toMatchObject({ status: 413, code: 'BAD_USER_INPUT' });
  });

  it('takes no request that a page of another origin could make without asking', async () => {
    expect(await refusalOf(queryOf('{ clock }'), { 'content-type': 'text/plain' })).toMatchObject({
      status: 400,
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('CSRF'),
    });
    const get = await fetch(`${instance.url}/graphql?query=${encodeURIComponent('{ clock }')}`);
    expect(get.status).toBe(400);
  });

  it('does not tell what it is made with', async () => {
    const { headers } = await post('{"query":"{ __typename }"}');
    expect([...headers.keys()]).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(server|x-powered-by)$/)]),
    );
  });

  it('helps nobody to guess names in production, over HTTP and over sockets', async () => {
    const wrong = '{ timer { roundd } }';
    expect((await refusalOf(queryOf(wrong))).message).not.toMatch(/did you mean/i);
    const socket = await RawSocket.ready(host());
    socket.subscribe('1', wrong);
    const { payload } = await socket.next();
    expect(JSON.stringify(payload)).toContain('Cannot query field');
    expect(JSON.stringify(payload)).not.toMatch(/did you mean/i);
    await socket.close();
  });

  it('shows the schema in production only to those who were let in, or where a setting says so', async () => {
    const look = queryOf('{ __schema { queryType { name } } }');
    expect(await refusalOf(look)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect((await post(look, { authorization: `Bearer ${SECRET}` })).status).toBe(200);
    const open =
      'mutation { updateSettings(input: { limits: { introspectionEnabled: true } }) { settings { version } } }';
    expect((await instance.graphql(open, {}, SECRET)).errors).toBeUndefined();
    expect((await post(look)).status).toBe(200);
  });

  it('refuses all but 50 of 10,000 subscriptions on one socket, and closes it with a reason', async () => {
    const patient = await RawSocket.ready(host());
    for (let number = 0; number < 60; number += 1)
      patient.subscribe(String(number), 'subscription { timerUpdated { id } }');
    await eventually(
      () => patient.messages.filter(({ type }) => type === 'error').length,
      (errors) => errors === 10,
    );
    const refused = patient.messages.find(({ type }) => type === 'error');
    expect(JSON.stringify(refused?.payload)).toContain('at most 50 operations at a time on one socket');
    await patient.close();
    const hasty = await RawSocket.ready(host());
    for (let number = 0; number < 10_000; number += 1)
      hasty.subscribe(String(number), 'subscription { timerUpdated { id } }');
    expect(await hasty.ended).toEqual({ code: 1008, reason: 'more than 100 messages in a second' });
  });

  it('closes a socket whose message is too large, and one that reads nothing of what it asks for', async () => {
    const large = await RawSocket.ready(host());
    large.subscribe('1', '{ clock }', { variables: { id: 'x'.repeat(10 * 1024 * 1024) } });
    expect((await large.ended).code).toBe(1009);
    const slow = await RawSocket.ready(host());
    slow.pause();
    // one after the other: of large questions a client may have but a few waiting
    let asked = 0;
    await eventually(
      async () => {
        slow.subscribe(String((asked += 1)), getIntrospectionQuery());
        return await (await fetch(`${instance.url}/metrics`)).text();
      },
      (text) => /^ws_dropped_total\{reason="too_slow"\} 1$/m.test(text),
    );
    slow.resume();
    expect(await slow.ended).toEqual({
      code: 4413,
      reason: 'too many unread answers; read them, then ask again',
    });
  }, 90_000);

  it('goes on serving others, and has logged no surprise', async () => {
    expect((await instance.graphql('{ timer { status } }')).errors).toBeUndefined();
    expect(instance.log).not.toContain('graphql operation failed');
    expect(instance.log).not.toContain('request failed');
  });
});
