import { ALERT_PACE } from '../../src/alerts/alert.pace';
import { ALERT_RULES } from '../../src/config/alert-rules';
import type { AlertRuleName } from '../../src/config/alert-rules';
import { Secret } from '../../src/config/secret';
import { findFreePort } from '../../src/platform/embedded/processes';
import { PROCESS_CLOCK } from '../../src/solana/reading-policy';
import { READING_PACE } from '../../src/solana/reading.pace';
import type { ReadingPace } from '../../src/solana/reading.pace';
import { SolanaService } from '../../src/solana/solana.service';
import { DEFAULT_RULES } from '../../src/timer/domain/timer';
import { AlertReceiver } from '../support/alert-receiver';
import { QUICK_ALERTS } from '../support/alert-rig';
import { ADMIN_SECRET, ApiRig } from '../support/api-rig';
import { Cleanup } from '../support/cleanup';
import { DemoControl } from '../support/demo-control';
import { eventually } from '../support/eventually';
import { FakeHelius, HELIUS_KEY } from '../support/fake-helius';
import { watchOpenHandles } from '../support/open-handles';
import { testDatabase, testRedis } from '../support/servers';

const MINT = '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p';
/** As in production, but nobody rests for long. */
const QUICK_READING: ReadingPace = {
  rpc: {
    timeoutMs: 3_000,
    breaker: { failures: 5, openMs: 500 },
    pool: { rounds: 1, backoffMs: 100, longestWaitMs: 1_000 },
  },
  trust: { graceMs: 1_000, pushesToReturn: 2 },
  clock: { ...PROCESS_CLOCK, random: () => 0 },
};
const RULES = ['solana-lost', 'cursor-age'] as const satisfies readonly AlertRuleName[];

const noHandlesLeft = watchOpenHandles();

describe('alerts about the chain, with a leader that reads one', () => {
  const cleanup = new Cleanup();
  let receiver: AlertReceiver;
  let chain: DemoControl;
  let helius: FakeHelius;
  let rig: ApiRig;

  beforeAll(async () => {
    const redis = cleanup.add(await testRedis(), (it) => it.close());
    const database = cleanup.add(await testDatabase(), (it) => it.drop());
    receiver = cleanup.add(await AlertReceiver.start(), (it) => it[Symbol.asyncDispose]());
    helius = cleanup.add(await FakeHelius.start(), (it) => it[Symbol.asyncDispose]());
    chain = cleanup.add(await DemoControl.start(), (it) => it.close());
    const port = String(await findFreePort(0));
    const environment = {
      REDIS_URL: redis.url,
      DATABASE_URL: database.url,
      REDIS_KEY_PREFIX: redis.keyPrefix,
      ROLES: 'api,historian,watcher',
      PORT: port,
      ALERT_WEBHOOK_URL: `${receiver.url}/alerts`,
      CHAIN_READING_ENABLED: 'true',
      SOLANA_POLLING_INTERVAL: '1000',
      HELIUS_API_KEY: HELIUS_KEY,
      HELIUS_WEBHOOK_MODE: 'true',
      HELIUS_WEBHOOK_SECRET: 'what-helius-must-send',
      HELIUS_WEBHOOK_URL: `http://127.0.0.1:${port}/api/webhook/helius`,
    };
    const endpoints = [{ name: '1:demo', url: new Secret(chain.url) }];
    const target = { kind: 'rpc', endpoints, note: () => null } as const;
    const started = await ApiRig.start(environment, helius.baseUrl, target, (builder) =>
      builder
        .overrideProvider(ALERT_PACE)
        .useValue(QUICK_ALERTS)
        .overrideProvider(READING_PACE)
        .useValue(QUICK_READING),
    );
    rig = cleanup.add(started, (it) => it.close());
    const timer = { id: 'global', tokenAddress: MINT, durationMs: 600_000, rules: DEFAULT_RULES, pools: [] };
    await rig.timers.create(
      { ...timer, chainReading: true, isPaused: false },
      { actor: 'test', reason: null },
    );
    await pushesAre('TRUSTED');
  }, 60_000);

  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  });

  const pushesAre = async (level: string): Promise<void> => {
    await eventually(
      () => rig.part(SolanaService).pushes(),
      (pushes) => pushes.some((push) => push.source === 'WEBHOOK' && push.level === level),
    );
  };

  /** The fault of one rule breaks the others' measure too: they are not to speak, and what was before is over. */
  const listenTo = async (rule: (typeof RULES)[number]): Promise<void> => {
    await eventually(
      () => rig.part(SolanaService).observation(),
      (found) => found !== null && found.failures === 0 && found.lateMs < 2_000,
    );
    for (const name of RULES) {
      const threshold = name === rule ? ALERT_RULES[name].min : ALERT_RULES[name].max;
      const { errors } = await rig.graphql(
        `mutation { updateAlertRule(input: { name: "${name}", threshold: ${threshold} }) { rule { name } } }`,
        { bearer: ADMIN_SECRET },
      );
      expect(errors).toEqual([]);
    }
    expect(receiver.texts(rule)).toEqual([]);
  };

  const told = async (rule: AlertRuleName, count: number): Promise<void> => {
    await eventually(
      () => receiver.texts(rule).length,
      (length) => length >= count,
    );
  };

  const statesOf = (rule: AlertRuleName): readonly string[] =>
    receiver.taken
      .map(({ body }) => JSON.stringify(body['context']))
      .filter((context) => context.includes(`"rule":"${rule}"`))
      .map((context) => /"state":"(\w+)"/.exec(context)?.[1] ?? '');

  it('tell that a look is late at endpoints that never answer, and that it was made', async () => {
    await listenTo('cursor-age');
    chain.freeze();
    await told('cursor-age', 1);
    chain.thaw();
    await told('cursor-age', 2);
    expect(statesOf('cursor-age')).toEqual(['fired', 'recovered']);
  }, 60_000);

  it('tell that every endpoint fails, and that one answers again', async () => {
    await listenTo('solana-lost');
    await chain.behave({ failNext: 1_000_000 });
    await told('solana-lost', 1);
    await chain.behave({ failNext: 0 });
    await told('solana-lost', 2);
    expect(statesOf('solana-lost')).toEqual(['fired', 'recovered']);
  }, 60_000);

  it('tell that polling found a trade that no webhook brought, and that pushes come again', async () => {
    await chain.passes(Date.now());
    await chain.place({ counting: true });
    await told('webhook-silent', 1);
    for (let push = 0; push < QUICK_READING.trust.pushesToReturn; push += 1) {
      const { signature } = await chain.place({ counting: false });
      const options = { commitment: 'confirmed', maxSupportedTransactionVersion: 0 };
      const transaction = await eventually(
        () => chain.call('getTransaction', [signature, options]),
        (found) => found !== null && found !== undefined,
      );
      expect(await helius.deliver([MINT], [transaction])).toEqual([200]);
    }
    await told('webhook-silent', 2);
    await pushesAre('TRUSTED');
    expect(statesOf('webhook-silent')).toEqual(['fired', 'recovered']);
  }, 60_000);
});
