import { DEFAULT_RULES } from '../../src/timer/domain/timer';
import { WEBHOOK_PACE } from '../../src/webhooks/webhook.tokens';
import type { WebhookPace } from '../../src/webhooks/webhook.tokens';
import { AlertReceiver } from '../support/alert-receiver';
import { ADMIN_SECRET, ApiRig } from '../support/api-rig';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { testDatabase, testRedis } from '../support/servers';

const noHandlesLeft = watchOpenHandles();
const MINT = '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p';
const PACE: WebhookPace = {
  tries: 3,
  firstPauseMs: 20,
  longestPauseMs: 50,
  concurrency: 1,
  timeoutMs: 1_000,
};

describe('outgoing webhooks to a receiver that never answers', () => {
  const cleanup = new Cleanup();
  let rig: ApiRig;
  let receiver: AlertReceiver;

  beforeAll(async () => {
    const redis = cleanup.add(await testRedis(), (it) => it.close());
    const database = cleanup.add(await testDatabase(), (it) => it.drop());
    receiver = cleanup.add(await AlertReceiver.start(), (it) => it[Symbol.asyncDispose]());
    const environment = {
      REDIS_URL: redis.url,
      DATABASE_URL: database.url,
      REDIS_KEY_PREFIX: redis.keyPrefix,
      WEBHOOK_PRIVATE_ADDRESSES: 'true',
    };
    const started = await ApiRig.start(environment, undefined, undefined, (builder) =>
      builder.overrideProvider(WEBHOOK_PACE).useValue(PACE),
    );
    rig = cleanup.add(started, (it) => it.close());
    const timer = { id: 'global', tokenAddress: MINT, durationMs: 600_000, rules: DEFAULT_RULES, pools: [] };
    await rig.timers.create(
      { ...timer, chainReading: true, isPaused: false },
      { actor: 'test', reason: null },
    );
  }, 60_000);

  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  });

  const ask = async (query: string): Promise<unknown> => {
    const { data, errors } = await rig.graphql(query, { bearer: ADMIN_SECRET });
    expect(errors).toEqual([]);
    return data;
  };

  it('break the try off, say so in the log, hold up nobody else for longer, and try again', async () => {
    // one worker alone: what comes after waits for the end of the try
    let deafPosts = 0;
    receiver.answer = ({ path }) => (path === '/deaf' && (deafPosts += 1) <= 2 ? 0 : 200);
    for (const name of ['deaf', 'good']) {
      await ask(`mutation { createOutgoingWebhook(input: { name: "${name}", url: "${receiver.url}/${name}",
        events: [TIMER_RESET] }) { secret } }`);
    }
    await ask('mutation { resetTimer { timer { id } } }');
    await eventually(
      () => receiver.taken.map(({ path }) => path),
      (paths) => paths.includes('/good') && paths.includes('/deaf'),
    );
    expect(receiver.posts.filter(({ path }) => path === '/deaf').map(({ status }) => status)).toEqual([
      0, 0, 200,
    ]);
    const log = 'webhookDeliveries { nodes { status attempts } }';
    await eventually(
      () => ask(`{ ${log} }`),
      (found) => {
        const rows = JSON.stringify(found);
        return (
          rows.includes('{"status":"DELIVERED","attempts":3}') &&
          rows.includes('{"status":"DELIVERED","attempts":1}')
        );
      },
    );
  }, 60_000);

  it('give up after the last try with the reason', async () => {
    receiver.answer = () => 0;
    await ask('mutation { resetTimer { timer { id } } }');
    await eventually(
      async () =>
        JSON.stringify(await ask('{ webhookDeliveries { nodes { status attempts lastFailure } } }')),
      (rows) => rows.split('{"status":"FAILED","attempts":3,"lastFailure":"TIMEOUT"}').length === 3,
    );
  }, 60_000);
});
