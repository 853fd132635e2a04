import type { TestingModuleBuilder } from '@nestjs/testing';
import { Client } from 'pg';
import { ALERT_PACE } from '../../src/alerts/alert.pace';
import { ALERT_RULE_NAMES } from '../../src/config/alert-rules';
import type { AlertRuleName } from '../../src/config/alert-rules';
import { Secret } from '../../src/config/secret';
import { HISTORY_OPTIONS } from '../../src/history/history.options';
import type { ChainTarget } from '../../src/solana/domain/chain-target';
import { SharedClock } from '../../src/platform/redis/shared-clock';
import { LeaderService } from '../../src/solana/leader.service';
import { LeaseStore } from '../../src/solana/redis/lease.store';
import { CreditMeter } from '../../src/solana/rpc/credit-meter';
import { DEFAULT_RULES } from '../../src/timer/domain/timer';
import { timerKeys } from '../../src/timer/domain/timer.keys';
import { WEBHOOK_PACE } from '../../src/webhooks/webhook.tokens';
import { AlertReceiver } from '../support/alert-receiver';
import { QUICK_ALERTS } from '../support/alert-rig';
import { ADMIN_SECRET, ApiRig } from '../support/api-rig';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { testDatabase, testRedis } from '../support/servers';
import type { TestDatabase, TestRedis } from '../support/servers';

const MINT = '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p';
/** Nobody competes for reading it, so nobody calls it. */
const CHAIN: ChainTarget = {
  kind: 'rpc',
  endpoints: [{ name: '1:nowhere', url: new Secret('http://127.0.0.1:1') }],
  note: () => null,
};
/** Rules that other suites make fire: servers, processes and chains have to be broken for them, or clocks set. */
const ELSEWHERE: readonly AlertRuleName[] = [
  'redis-lost',
  'postgres-lost',
  'uncaught-exception',
  'clock-suspect',
  'clock-step',
  'solana-lost',
  'cursor-age',
  'webhook-silent',
];

/** Breaks something; the answer mends it. */
type Fault = () => Promise<() => Promise<void>>;

describe('each alert rule', () => {
  const cleanup = new Cleanup();
  let redis: TestRedis;
  let database: TestDatabase;
  let rig: ApiRig;
  let receiver: AlertReceiver;
  let postgres: Client;

  const adjust = (builder: TestingModuleBuilder): TestingModuleBuilder =>
    builder
      .overrideProvider(ALERT_PACE)
      .useValue({ ...QUICK_ALERTS, readingHoldsMs: 5_000 })
      .overrideProvider(WEBHOOK_PACE)
      .useValue({ tries: 2, firstPauseMs: 20, longestPauseMs: 50, concurrency: 2, timeoutMs: 10_000 })
      .overrideProvider(HISTORY_OPTIONS)
      .useValue({
        instanceId: 'faults',
        eventsTtlSec: 604_800,
        isHistorian: true,
        pace: { claimIdleMs: 100, claimEveryMs: 100, blockMs: 100, maxDeliveries: 2 },
      });
  const servers = (keyPrefix: string): Record<string, string> => ({
    REDIS_URL: redis.url,
    DATABASE_URL: database.url,
    REDIS_KEY_PREFIX: keyPrefix,
    TRUST_PROXY: 'true',
    WEBHOOK_PRIVATE_ADDRESSES: 'true',
  });

  beforeAll(async () => {
    redis = cleanup.add(await testRedis(), (it) => it.close());
    database = cleanup.add(await testDatabase(), (it) => it.drop());
    receiver = cleanup.add(await AlertReceiver.start(), (it) => it[Symbol.asyncDispose]());
    postgres = cleanup.add(new Client({ connectionString: database.url }), (it) => it.end());
    await postgres.connect();
    const env = {
      ...servers(redis.keyPrefix),
      INSTANCE_ID: 'faults',
      ALERT_WEBHOOK_URL: `${receiver.url}/alerts`,
    };
    rig = cleanup.add(await ApiRig.start(env, null, CHAIN, adjust), (it) => it.close());
    await create('global', 600_000);
    for (const [name, threshold] of [
      ['timer-settling', 5],
      ['leader-missing', 10],
      ['unauthorised', 3],
    ] as const) {
      await setThreshold(name, threshold);
    }
  }, 60_000);

  afterAll(() => cleanup.run());

  const ask = async (query: string): Promise<unknown> => {
    const { data, errors } = await rig.graphql(query, { bearer: ADMIN_SECRET });
    expect(errors).toEqual([]);
    return data;
  };
  const setThreshold = async (name: AlertRuleName, threshold: number): Promise<void> => {
    await ask(
      `mutation { updateAlertRule(input: { name: "${name}", threshold: ${threshold} }) { rule { threshold } } }`,
    );
  };
  const create = async (id: string, durationMs: number): Promise<void> => {
    const timer = { id, tokenAddress: MINT, durationMs, rules: DEFAULT_RULES, pools: [] };
    await rig.timers.create(
      { ...timer, chainReading: true, isPaused: false },
      { actor: 'test', reason: null },
    );
  };
  const keys = () => timerKeys(redis.keyPrefix, 'global');
  const told = async (rule: AlertRuleName, count: number): Promise<void> => {
    await eventually(
      () => receiver.texts(rule).length,
      (length) => length >= count,
    );
  };
  const nothing = (): Promise<void> => Promise.resolve();
  const lastChange = async (): Promise<Record<string, unknown>> => {
    await rig.timers.reset('global', { actor: 'test', reason: 'to have an event' });
    const [entry] = await redis.client.xrevrange(keys().events, '+', '-', 'COUNT', 1);
    const json = entry?.[1][1];
    if (json === undefined) throw new Error('the stream is empty');
    const change: Record<string, unknown> = JSON.parse(json);
    return change;
  };

  const FAULTS: Readonly<Partial<Record<AlertRuleName, Fault>>> = {
    'leader-missing': async () => async () => {
      await new LeaseStore(redis.client, redis.keyPrefix).acquire('somebody', 600_000);
    },
    'timer-settling': async () => {
      await create('short', 1_000);
      return async () => {
        await ask('mutation { deleteTimer(id: "short") { timer { id } } }');
      };
    },
    'late-trade': async () => {
      await create('late', 60_000);
      const trade = rig.trade(1);
      await rig.timers.apply('late', { trades: [rig.trade(2)], cursors: [] }, 1);
      const watermark = { slot: trade.slot + 5, blockTimeMs: trade.blockTimeMs + 1_000 };
      expect((await rig.timers.settle('late', watermark, 1)).tag).toBe('ok');
      await rig.timers.apply('late', { trades: [trade], cursors: [] }, 1);
      return nothing;
    },
    'leader-stale': async () => {
      await rig.timers.apply('global', { trades: [rig.trade(10)], cursors: [] }, 7);
      expect((await rig.timers.apply('global', { trades: [rig.trade(11)], cursors: [] }, 6)).tag).toBe(
        'stale_leader',
      );
      return nothing;
    },
    unauthorised: async () => {
      for (let n = 0; n < 4; n += 1) {
        await rig.get('/graphql', {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            authorization: 'Bearer wrong',
            'x-forwarded-for': `203.0.113.${n}`,
          },
          body: JSON.stringify({ query: '{ settings { version } }' }),
        });
      }
      return nothing;
    },
    'history-poison': async () => {
      await redis.client.xadd(keys().events, '*', 'change', '{"not":"a change"}');
      return nothing;
    },
    'history-mismatch': async () => {
      const change = await lastChange();
      const events: Record<string, unknown>[] = JSON.parse(JSON.stringify(change['events']));
      await eventually(
        async () =>
          (await postgres.query("select 1 from timer_events where reason = 'to have an event'")).rowCount,
        (count) => count !== 0,
      );
      const other = events.map((event) => ({ ...event, reason: 'another one' }));
      await redis.client.xadd(keys().events, '*', 'change', JSON.stringify({ ...change, events: other }));
      return nothing;
    },
    'history-lag': async () => {
      await setThreshold('history-lag', 1);
      await postgres.query('begin');
      await postgres.query('lock table timer_events in access exclusive mode');
      for (let n = 0; n < 3; n += 1) {
        await rig.timers.apply('global', { trades: [rig.trade(20 + n)], cursors: [] }, 7);
      }
      return async () => {
        await postgres.query('rollback');
      };
    },
    'error-rate': async () => {
      await postgres.query('alter table webhook_deliveries rename to mislaid');
      for (let n = 0; n < 25; n += 1) {
        const { errors } = await rig.graphql('{ webhookDeliveries { nodes { id } } }', {
          bearer: ADMIN_SECRET,
        });
        expect(errors[0]?.extensions['code']).toBe('INTERNAL');
      }
      return async () => {
        await postgres.query('alter table mislaid rename to webhook_deliveries');
        for (let n = 0; n < 100; n += 1) {
          await Promise.all(Array.from({ length: 10 }, () => rig.get('/api/health/live')));
        }
      };
    },
    'credits-budget': async () => {
      rig.part(CreditMeter).count({ method: 'getTransaction', endpoint: 'a test' }, 50);
      await ask(
        'mutation { updateMonitoring(input: { budget: { creditsPerMonth: 10 } }) { settings { version } } }',
      );
      return async () => {
        await ask(
          'mutation { updateMonitoring(input: { budget: { creditsPerMonth: null } }) { settings { version } } }',
        );
      };
    },
    'webhook-undelivered': async () => {
      receiver.answer = ({ path }) => (path === '/integrator' ? 500 : 200);
      await ask(`mutation { createOutgoingWebhook(input: { name: "deaf", url: "${receiver.url}/integrator",
        events: [TIMER_RESET] }) { secret } }`);
      await rig.timers.reset('global', { actor: 'test', reason: null });
      return async () => {
        receiver.answer = null;
        return nothing();
      };
    },
    'source-failed': async () => {
      await redis.client.del(`${redis.keyPrefix}:{lease}:holder`);
      const leader = rig.part(LeaderService);
      leader.start(() => Promise.reject(new Error('the source did not start')));
      return () => leader.stop();
    },
    'timer-disagreement': async () => {
      // two instances on one database whose Redis were parted, as after a fail-over
      const shared = cleanup.add(await testDatabase(), (it) => it.drop());
      const start = async (side: string, more: Record<string, string>): Promise<ApiRig> => {
        const env = {
          ...servers(`${redis.keyPrefix}-${side}`),
          DATABASE_URL: shared.url,
          INSTANCE_ID: side,
          ...more,
        };
        return await ApiRig.start(env, null, CHAIN, (builder) =>
          builder.overrideProvider(ALERT_PACE).useValue({ ...QUICK_ALERTS, readingHoldsMs: 5_000 }),
        );
      };
      const behind = await start('behind', {});
      const timer = {
        id: 'parted',
        tokenAddress: MINT,
        durationMs: 600_000,
        rules: DEFAULT_RULES,
        pools: [],
      };
      const order = { actor: 'test', reason: null };
      await behind.timers.create({ ...timer, chainReading: true, isPaused: false }, order);
      const madeBy = behind.part(SharedClock).now();
      const ahead = cleanup.add(await start('ahead', { ALERT_WEBHOOK_URL: `${receiver.url}/alerts` }), (it) =>
        it.close(),
      );
      await eventually(
        async () => (await ahead.timers.list()).map(({ view }) => view.id),
        (ids) => ids.includes('parted'),
      );
      // so much later that the deadlines differ by more than the rule lets pass
      await eventually(
        () => ahead.part(SharedClock).now(),
        (now) => now > madeBy + 2_000,
      );
      await ahead.timers.reset('parted', order);
      return () => behind.close();
    },
  };

  it('has a fault here or in another suite', () => {
    const covered = [...Object.keys(FAULTS), ...ELSEWHERE];
    expect(covered.sort()).toEqual([...ALERT_RULE_NAMES].sort());
  });

  it.each(Object.entries(FAULTS))(
    '%s fires by a real fault and recovers, each told once',
    async (name, fault) => {
      const rule = ALERT_RULE_NAMES.find((one) => one === name);
      if (rule === undefined) throw new Error(`there is no rule ${name}`);
      // what another fault had set off would prove nothing
      expect(receiver.texts(rule)).toEqual([]);
      const mend = await fault();
      await told(rule, 1);
      await mend();
      await told(rule, 2);
      const states = receiver.taken
        .map(({ body }) => JSON.stringify(body['context']))
        .filter((context) => context.includes(`"rule":"${rule}"`))
        .map((context) => /"state":"(\w+)"/.exec(context)?.[1]);
      expect(states).toEqual(['fired', 'recovered']);
    },
    90_000,
  );
});
