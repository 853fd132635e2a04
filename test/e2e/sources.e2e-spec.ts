import { eventually } from '../support/eventually';
import { SECRET } from '../support/instance';
import type { Instance } from '../support/instance';
import { watchOpenHandles } from '../support/open-handles';
import { World } from '../support/world';

const noHandlesLeft = watchOpenHandles();

describe('what comes in', () => {
  let world: World | undefined;
  let instance: Instance;

  beforeAll(async () => {
    world = await World.start();
    instance = await world.instance({ TIMER_DEFAULT_DURATION: '600000' });
  }, 60_000);

  afterAll(async () => {
    await world?.close();
    await noHandlesLeft();
  }, 60_000);

  const theWorld = (): World => {
    if (world === undefined) throw new Error('there is no world');
    return world;
  };

  async function push(
    body: string,
    authorization = SECRET,
  ): Promise<{ status: number; text: string; tookMs: number }> {
    const began = performance.now();
    const response = await fetch(`${instance.url}/api/webhook/helius`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body,
    });
    return { status: response.status, text: await response.text(), tookMs: performance.now() - began };
  }

  async function transaction(signature: string): Promise<unknown> {
    const response = await fetch(theWorld().chain.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'getTransaction',
        params: [signature, { commitment: 'confirmed', maxSupportedTransactionVersion: 0 }],
      }),
    });
    const body: { result?: unknown } = JSON.parse(await response.text());
    return body.result ?? null;
  }

  const stateOf = async (): Promise<string> => {
    const { epoch, revision, deadline } = await instance.timer();
    return `${epoch}/${revision}/${deadline ?? ''}`;
  };

  it('one trade by poll, webhook and webhook again is one trade, one stream entry, one event', async () => {
    const placed = await theWorld().chain.place({ counting: true });
    const payload = await eventually(
      () => transaction(placed.signature),
      (found) => found !== null,
    );
    const body = JSON.stringify([payload]);
    const answers = [await push(body), await push(body)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    for (const { tookMs } of answers) expect(tookMs).toBeLessThan(1_000);
    await eventually(
      () => instance.timer(),
      ({ lastTrade }) => lastTrade?.signature === placed.signature,
    );
    // a later trade that only polling brings shows that both paths have passed the first one; of the same second it
    // would not move the deadline
    await eventually(Date.now, (now) => now >= (placed.blockTime + 3) * 1_000);
    const later = await theWorld().chain.place({ counting: true });
    await eventually(
      () => instance.timer(),
      ({ lastTrade }) => lastTrade?.signature === later.signature,
    );
    await push(body);
    await eventually(
      () => theWorld().query("select 1 from timer_events where type = 'RESET'"),
      (found) => found.length === 2,
    );
    expect(await theWorld().query('select signature from trades order by slot')).toEqual([
      { signature: placed.signature },
      { signature: later.signature },
    ]);
    expect(await theWorld().query('select type from timer_events order by revision')).toEqual([
      { type: 'CREATED' },
      { type: 'RESET' },
      { type: 'RESET' },
    ]);
  }, 60_000);

  it.each([
    ['a body that is no array', '{"signature":"x"}', SECRET, 400, 'JSON array'],
    ['a body that is no JSON', 'hello', SECRET, 400, 'JSON'],
    ['an element that is no object', '[1]', SECRET, 400, 'Element 0'],
    ['5 MB', JSON.stringify([{ padding: 'x'.repeat(5_000_000) }]), SECRET, 413, 'larger than'],
    ['a wrong secret', '[]', 'wrong', 401, 'Authorization'],
  ])('%s is refused by name, and nothing changes', async (_, body, secret, status, words) => {
    const before = await stateOf();
    const answer = await push(body, secret);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(words);
    expect(await stateOf()).toBe(before);
  });

  it('a transaction without meta is taken, named in the log, and changes nothing', async () => {
    const before = await stateOf();
    const placed = await theWorld().chain.place({ counting: false });
    const whole = await eventually(
      () => transaction(placed.signature),
      (found) => found !== null,
    );
    const rest = { ...(typeof whole === 'object' ? whole : {}), meta: undefined };
    expect((await push(JSON.stringify([rest]))).status).toBe(200);
    await eventually(
      () => instance.log,
      (log) => log.includes('SOLANA_TRANSACTION_MALFORMED') && log.includes('meta'),
    );
    expect(await stateOf()).toBe(before);
  });

  it.each([
    [
      'a token that is no public key',
      'createTimer(input: { id: "t1", tokenAddress: "abc" }) { timer { id } }',
      'tokenAddress',
    ],
    [
      'a duration of 0',
      'createTimer(input: { id: "t2", tokenAddress: "9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p", durationMs: 0 }) { timer { id } }',
      'durationMs',
    ],
    [
      'an id that is no slug',
      'createTimer(input: { id: "No Slug", tokenAddress: "9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p" }) { timer { id } }',
      'id',
    ],
  ])('%s gets BAD_USER_INPUT that names the field, and nothing changes', async (_, mutation, field) => {
    const answer = await instance.graphql(`mutation { ${mutation} }`, {}, SECRET);
    expect(answer.errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    expect(JSON.stringify(answer.errors)).toContain(field);
    expect((await instance.graphql('{ timers { id } }')).data).toEqual({ timers: [{ id: 'global' }] });
  });

  it('an unknown timer is null in queries, NOT_FOUND in mutations and subscriptions', async () => {
    expect((await instance.graphql('{ timer(id: "nowhere") { id } }')).data).toEqual({ timer: null });
    const answer = await instance.graphql(
      'mutation { resetTimer(id: "nowhere") { timer { id } } }',
      {},
      SECRET,
    );
    expect(answer.errors?.[0]?.extensions['code']).toBe('NOT_FOUND');
    const following = instance.follow('subscription { timerUpdated(id: "nowhere") { id } }', 'timerUpdated');
    await eventually(
      () => following.errors,
      (errors) => JSON.stringify(errors).includes('NOT_FOUND'),
    );
  });

  it.each([
    ['none', null],
    ['a wrong one', 'wrong-secret-wrong-secret'],
  ])('mutations with %s secret get UNAUTHENTICATED, and nothing changes', async (_, bearer) => {
    const before = await stateOf();
    const answer = await instance.graphql('mutation { resetTimer { timer { id } } }', {}, bearer);
    expect(answer.errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
    expect(await stateOf()).toBe(before);
  });

  it('no secret stands in any line that was logged', () => {
    const passwords = [theWorld().redis.url, theWorld().postgres.url].map((url) => new URL(url).password);
    for (const secret of [SECRET, ...passwords]) expect(instance.log.includes(secret)).toBe(false);
  });
});
