import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text as readText } from 'node:stream/consumers';
import { DEFAULT_RULES } from '../../src/timer/domain/timer';
import { MetricsPushService } from '../../src/metrics/metrics-push.service';
import { AlertReceiver } from '../support/alert-receiver';
import { ApiRig } from '../support/api-rig';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { testDatabase, testRedis } from '../support/servers';

const MINT = '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p';
const NAMED = [
  'timer_deadline_timestamp_seconds',
  'timer_resets_total',
  'timer_deadline_disagreement_seconds',
  'trade_detection_latency_seconds',
  'trade_apply_latency_seconds',
  'reset_fanout_seconds',
  'trade_judgements_total',
  'source_events_total',
  'watcher_slot_lag',
  'watcher_cursor_age_seconds',
  'rpc_requests_total',
  'rpc_credits_total',
  'ws_connections',
  'ws_buffered_bytes',
  'ws_dropped_total',
  'outbox_lag_entries',
  'leader',
  'redis_clock_skew_seconds',
  'build_info',
  'http_requests_total',
  'graphql_operations_total',
  'exceptions_total',
  'disk_free_bytes',
  'alerts_firing',
  'webhook_deliveries_pending',
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
  'nodejs_eventloop_lag_seconds',
];

interface Pushed {
  readonly metric: string;
  readonly value: number;
  readonly timestamp: string;
  readonly labels: Record<string, string>;
}

describe('metrics', () => {
  const cleanup = new Cleanup();
  let rig: ApiRig;
  let receiver: AlertReceiver;

  beforeAll(async () => {
    const redis = cleanup.add(await testRedis(), (it) => it.close());
    const database = cleanup.add(await testDatabase(), (it) => it.drop());
    receiver = cleanup.add(await AlertReceiver.start(0), (it) => it[Symbol.asyncDispose]());
    rig = cleanup.add(
      await ApiRig.start({
        REDIS_URL: redis.url,
        DATABASE_URL: database.url,
        REDIS_KEY_PREFIX: redis.keyPrefix,
        METRICS_ENDPOINT: `${receiver.url}/push?key=hush`,
        INSTANCE_ID: 'measured',
      }),
      (it) => it.close(),
    );
    const timer = { id: 'global', tokenAddress: MINT, durationMs: 60_000, rules: DEFAULT_RULES, pools: [] };
    await rig.timers.create(
      { ...timer, chainReading: true, isPaused: false },
      { actor: 'test', reason: null },
    );
    await rig.timers.apply('global', { trades: [rig.trade(1)], cursors: [] }, 1);
    await rig.graphql('{ timers { id } }');
    await rig.graphql('{ nothing }');
  }, 60_000);

  afterAll(() => cleanup.run());

  const scrape = async (): Promise<string> => (await rig.get('/metrics')).text();
  const pushed = (): Pushed[] =>
    receiver.taken.flatMap(({ text }) => {
      const batch: Pushed[] = JSON.parse(text);
      return batch;
    });

  it('have the names, and what promtool asks of them', async () => {
    const text = await eventually(scrape, (answer) => answer.includes('reset_fanout_seconds_count 1'));
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1]);
    expect(names).toEqual(expect.arrayContaining(NAMED));
    expect(text).toContain('timer_resets_total{timer="global",source="POLLING",side="BUY"} 1');
    expect(text).toMatch(/graphql_operations_total\{type="query",outcome="ok"\} 1/);
    const promtool = spawn('promtool', ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] });
    promtool.stdin.end(text);
    const [said, failed, [code]] = await Promise.all([
      readText(promtool.stdout),
      readText(promtool.stderr),
      once(promtool, 'close'),
    ]);
    expect({ said, failed, code }).toEqual({ said: '', failed: '', code: 0 });
  });

  it('are pushed in one batch, and again where the endpoint failed, none twice', async () => {
    receiver.answer = () => 500;
    await rig.part(MetricsPushService).push();
    expect(receiver.taken).toEqual([]);
    receiver.answer = () => 200;
    await rig.part(MetricsPushService).push();
    expect(receiver.taken).toHaveLength(1);
    const values = pushed();
    const of = (metric: string): Pushed[] => values.filter((one) => one.metric === metric);
    expect(of('timer.reset')).toEqual([
      {
        metric: 'timer.reset',
        value: 1,
        timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
        labels: { instance: 'measured', timer: 'global', source: 'POLLING', side: 'BUY' },
      },
    ]);
    expect(of('trade.detection')).toHaveLength(1);
    expect(of('trade.latency')[0]?.labels).toMatchObject({ unit: 'seconds' });
    expect(of('error.rate')).not.toEqual([]);
    expect(of('client.connection').map(({ labels }) => labels['kind'])).toContain('socket');
    // known once the deadlines that instances show were compared
    await eventually(
      async () => {
        await rig.part(MetricsPushService).push();
        return pushed().filter(({ metric }) => metric === 'timer.disagreement');
      },
      (levels) => levels.some(({ labels }) => labels['timer'] === 'global'),
    );
    receiver.answer = null;
  });
});
