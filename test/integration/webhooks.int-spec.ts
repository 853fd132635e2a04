import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { Client } from 'pg';
import { DEFAULT_RULES } from '../../src/timer/domain/timer';
import { WebhookPost } from '../../src/webhooks/webhook.post';
import { AlertReceiver } from '../support/alert-receiver';
import type { ReceivedPost } from '../support/alert-receiver';
import { ADMIN_SECRET, ApiRig } from '../support/api-rig';
import type { GraphqlAnswer } from '../support/api-rig';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { testDatabase, testRedis } from '../support/servers';
import type { TestDatabase, TestRedis } from '../support/servers';

const MINT = '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p';
const OTHER_MINT = 'So11111111111111111111111111111111111111112';
const KEY = 'a-signing-key-of-thirty-two-letters-or-more';

type Verify = (header: string, body: string, secret: string, nowSec: number) => boolean;

/** The example of docs/webhooks.md, as it stands there. */
function documentedVerify(): Verify {
  const text = readFileSync(join(__dirname, '../../docs/webhooks.md'), 'utf8');
  const code = /```js\n([\s\S]*?)```/.exec(text)?.[1];
  if (code === undefined) throw new Error('docs/webhooks.md has no example');
  const verify: Verify = runInNewContext(`${code}\nverify;`, { require: createRequire(__filename), Buffer });
  return verify;
}

describe('outgoing webhooks', () => {
  const cleanup = new Cleanup();
  let redis: TestRedis;
  let database: TestDatabase;
  let rig: ApiRig;
  let receiver: AlertReceiver;

  beforeAll(async () => {
    redis = cleanup.add(await testRedis(), (it) => it.close());
    database = cleanup.add(await testDatabase(), (it) => it.drop());
    receiver = cleanup.add(await AlertReceiver.start(), (it) => it[Symbol.asyncDispose]());
    rig = cleanup.add(
      await ApiRig.start({
        REDIS_URL: redis.url,
        DATABASE_URL: database.url,
        REDIS_KEY_PREFIX: redis.keyPrefix,
        WEBHOOK_SIGNING_KEY: KEY,
        WEBHOOK_PRIVATE_ADDRESSES: 'true',
      }),
      (it) => it.close(),
    );
    for (const id of ['one', 'two']) {
      const timer = { id, tokenAddress: MINT, durationMs: 60_000, rules: DEFAULT_RULES, pools: [] };
      await rig.timers.create(
        { ...timer, chainReading: true, isPaused: false },
        { actor: 'test', reason: null },
      );
    }
  }, 60_000);

  afterAll(() => cleanup.run());

  const ask = (query: string, variables: unknown = {}): Promise<GraphqlAnswer> =>
    rig.graphql(query, { variables, bearer: ADMIN_SECRET });
  const create = async (input: Record<string, unknown>): Promise<{ id: string; secret: string }> => {
    const { data, errors } = await ask(
      `mutation ($input: CreateOutgoingWebhookInput!) {
        createOutgoingWebhook(input: $input) { webhook { id url events active } secret } }`,
      { input },
    );
    expect(errors).toEqual([]);
    const made: { webhook: { id: string }; secret: string } = JSON.parse(
      JSON.stringify(data?.['createOutgoingWebhook']),
    );
    return { id: made.webhook.id, secret: made.secret };
  };
  const takenAt = (path: string): readonly ReceivedPost[] =>
    receiver.taken.filter((post) => post.path.startsWith(path));
  const deliveriesOf = async (webhookId: string): Promise<Record<string, unknown>[]> => {
    const { data } = await ask(
      `query ($id: ID!) { webhookDeliveries(webhookId: $id) { nodes { id eventId event status attempts lastStatus } } }`,
      { id: webhookId },
    );
    const found: { nodes: Record<string, unknown>[] } = JSON.parse(
      JSON.stringify(data?.['webhookDeliveries']),
    );
    return found.nodes;
  };
  const reset = async (id: string): Promise<void> => {
    const { errors } = await ask(`mutation { resetTimer(id: "${id}") { timer { id } } }`);
    expect(errors).toEqual([]);
  };

  it('tell each event once, signed as documented, though the receiver fails twice', async () => {
    const { id, secret } = await create({
      name: 'all of one',
      url: `${receiver.url}/all?token=of-the-receiver`,
      events: ['TIMER_RESET', 'ROUND_ENDED', 'TRADE_DETECTED'],
      timerId: 'one',
    });
    const trade = rig.trade(1);
    for (let time = 0; time < 2; time += 1) {
      // the same trade found twice is one event
      await rig.timers.apply('one', { trades: [trade], cursors: [] }, 1);
    }
    await rig.timers.apply('two', { trades: [rig.trade(2)], cursors: [] }, 1);
    await reset('one');
    const changed = await ask(
      `mutation { updateTimer(input: { id: "one", tokenAddress: "${OTHER_MINT}" }) { timer { round } } }`,
    );
    expect(changed.errors).toEqual([]);
    // the trade moves the deadline, the admin moves it again, the new token ends the round
    await eventually(
      () => takenAt('/all').length,
      (count) => count >= 4,
    );
    await eventually(
      () => deliveriesOf(id),
      (rows) => rows.every(({ status }) => status === 'DELIVERED'),
    );
    const seen = takenAt('/all').map(({ body }) => String(body['type']));
    expect(seen.sort()).toEqual(['round.ended', 'timer.reset', 'timer.reset', 'trade.detected']);
    const ids = takenAt('/all').map(({ body }) => body['id']);
    expect(new Set(ids).size).toBe(4);
    expect((await deliveriesOf(id)).map(({ attempts }) => attempts)).toEqual([3, 3, 3, 3]);
    const told = takenAt('/all').find(({ body }) => body['type'] === 'trade.detected');
    expect(told?.body).toMatchObject({ data: { trade: { signature: trade.signature, timerId: 'one' } } });
    const ended = takenAt('/all').find(({ body }) => body['type'] === 'round.ended');
    expect(ended?.body).toMatchObject({ data: { round: { timerId: 'one', number: 1, void: true } } });
    const verify = documentedVerify();
    const nowSec = Math.floor(Date.now() / 1000);
    for (const { headers, text } of takenAt('/all')) {
      const header = String(headers['darwin-signature']);
      expect(verify(header, text, secret, nowSec)).toBe(true);
      expect(verify(header, `${text} `, secret, nowSec)).toBe(false);
      expect(verify(header, text, `${secret}x`, nowSec)).toBe(false);
      expect(verify(header, text, secret, nowSec + 3_600)).toBe(false);
    }
  }, 60_000);

  it('sign with the former secret too, for a day after a new one was made', async () => {
    const { id, secret } = await create({
      name: 'rotated',
      url: `${receiver.url}/rotated`,
      events: ['TIMER_RESET'],
    });
    const { data } = await ask(
      `mutation { updateOutgoingWebhook(input: { id: "${id}", newSecret: true }) { secret webhook { formerSecretUntil } } }`,
    );
    const fresh: { secret: string } = JSON.parse(JSON.stringify(data?.['updateOutgoingWebhook']));
    await reset('two');
    await eventually(
      () => takenAt('/rotated').length,
      (count) => count === 1,
    );
    const [post] = takenAt('/rotated');
    const verify = documentedVerify();
    for (const known of [secret, fresh.secret]) {
      expect(
        verify(String(post?.headers['darwin-signature']), post?.text ?? '', known, Date.now() / 1000),
      ).toBe(true);
    }
    expect(fresh.secret).not.toBe(secret);
  }, 30_000);

  it('are found again in Postgres when their queue is lost, and can be replayed', async () => {
    const { id } = await create({
      name: 'patient',
      url: `${receiver.url}/patient`,
      events: ['TIMER_RESET'],
      timerId: 'two',
    });
    let isDown = true;
    receiver.answer = ({ path }) => (path.startsWith('/patient') && isDown ? 503 : 200);
    await reset('two');
    await eventually(
      () => deliveriesOf(id),
      (rows) => rows.some(({ lastStatus }) => lastStatus === 503),
    );
    const keys = await redis.client.keys(`${redis.keyPrefix}:{queue}:webhooks:*`);
    expect(keys.length).toBeGreaterThan(0);
    await redis.client.del(keys);
    isDown = false;
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query(
      "update webhook_deliveries set updated_at = now() - interval '1 minute' where status = 'PENDING'",
    );
    await client.end();
    await rig.part(WebhookPost).sweep();
    const [delivered] = await eventually(
      () => deliveriesOf(id),
      (rows) => rows[0]?.['status'] === 'DELIVERED',
    );
    expect(takenAt('/patient')).toHaveLength(1);
    const again = await ask(
      `mutation { replayDelivery(id: "${String(delivered?.['id'])}") { delivery { status } } }`,
    );
    expect(again.data).toEqual({ replayDelivery: { delivery: { status: 'PENDING' } } });
    await eventually(
      () => takenAt('/patient').length,
      (count) => count === 2,
    );
    expect(takenAt('/patient')[1]?.body).toEqual(takenAt('/patient')[0]?.body);
    receiver.answer = null;
  }, 40_000);

  it('are not told anything once they are off or deleted', async () => {
    const { id } = await create({ name: 'gone', url: `${receiver.url}/gone`, events: ['TIMER_RESET'] });
    await ask(
      `mutation { updateOutgoingWebhook(input: { id: "${id}", active: false }) { webhook { active } } }`,
    );
    await reset('two');
    const { data } = await ask(`mutation { deleteOutgoingWebhook(id: "${id}") { webhook { name } } }`);
    expect(data).toEqual({ deleteOutgoingWebhook: { webhook: { name: 'gone' } } });
    const listed = await ask('{ outgoingWebhooks { name } }');
    expect(JSON.stringify(listed.data)).not.toContain('gone');
    expect(await deliveriesOf(id)).toEqual([]);
    const again = await ask(`mutation { deleteOutgoingWebhook(id: "${id}") { webhook { name } } }`);
    expect(again.errors[0]?.extensions['code']).toBe('NOT_FOUND');
  }, 100_000);

  it('leave no secret in Postgres or Redis', async () => {
    const { secret } = await create({
      name: 'secret',
      url: `${receiver.url}/secret?token=hush-of-the-receiver`,
      events: ['TIMER_RESET'],
    });
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const tables = ['outgoing_webhooks', 'webhook_deliveries', 'audit_log'];
    const texts: string[] = [];
    for (const table of tables) {
      const { rows } = await client.query(`select t::text as text from ${table} t`);
      texts.push(JSON.stringify(rows));
    }
    await client.end();
    for (const key of await redis.client.keys(`${redis.keyPrefix}:{queue}:*`)) {
      if ((await redis.client.type(key)) === 'hash')
        texts.push(JSON.stringify(await redis.client.hgetall(key)));
    }
    expect(texts[0]).toContain('secret');
    for (const hidden of [secret, 'hush-of-the-receiver', KEY])
      expect(texts.join('\n')).not.toContain(hidden);
  });
});
