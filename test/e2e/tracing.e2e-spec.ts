import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { SECRET } from '../support/instance';
import type { Instance } from '../support/instance';
import { watchOpenHandles } from '../support/open-handles';
import { OtlpReceiver } from '../support/otlp-receiver';
import type { SentSpan } from '../support/otlp-receiver';
import { World } from '../support/world';

const noHandlesLeft = watchOpenHandles();
const run = promisify(execFile);
const ONE_LOOK = { SOLANA_POLLING_INTERVAL: '30000' };

/** Lines of an instance's log that hold a text. */
function lines({ log }: Instance, words: string): Record<string, unknown>[] {
  return log
    .split('\n')
    .filter((line) => line.startsWith('{') && line.includes(words))
    .map((line) => {
      const fields: Record<string, unknown> = JSON.parse(line);
      return fields;
    });
}

describe('the way of a trade', () => {
  const cleanup = new Cleanup();
  let world: World | undefined;
  let receiver: OtlpReceiver;
  let front: Instance;
  let leader: Instance;

  const theWorld = (): World => {
    if (world === undefined) throw new Error('there is no world');
    return world;
  };
  const start = (environment: Readonly<Record<string, string>>): Promise<Instance> =>
    theWorld().instance({
      TIMER_DEFAULT_DURATION: '600000',
      TRUST_PROXY: '1',
      LOG_LEVEL: 'debug',
      OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/`,
      ...environment,
    });
  const isReading = (instance: Instance): boolean =>
    lines(instance, 'reading of an address began').length > 0;

  beforeAll(async () => {
    receiver = cleanup.add(await OtlpReceiver.start(), (it) => it.close());
    world = cleanup.add(await World.start(), (it) => it.close());
    leader = await start({ INSTANCE_ID: 'leader', ROLES: 'watcher,historian', ...ONE_LOOK });
    front = await start({ INSTANCE_ID: 'front', ROLES: 'api' });
    await eventually(() => isReading(leader), Boolean);
  }, 180_000);

  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  }, 60_000);

  /** Spans of a trace once all names are there. */
  async function traceWith(find: (span: SentSpan) => boolean, names: readonly string[]): Promise<SentSpan[]> {
    return await eventually(
      () => receiver.trace(receiver.spans.find(find)?.traceId),
      (spans) => names.every((name) => spans.filter((span) => span.name === name).length > 0),
    );
  }

  it('of a push is one trace and one request id over instances, stream and history', async () => {
    const { chain } = theWorld();
    const { signature } = await chain.place({ counting: true });
    const options = { commitment: 'confirmed', maxSupportedTransactionVersion: 0 };
    const transaction = await eventually(
      () => chain.call('getTransaction', [signature, options]),
      (found) => found !== null && found !== undefined,
    );
    const answer = await fetch(`${front.url}/api/webhook/helius`, {
      method: 'POST',
      headers: { authorization: SECRET, 'content-type': 'application/json', 'x-request-id': 'push-0001' },
      body: JSON.stringify([transaction]),
    });
    expect([answer.status, answer.headers.get('x-request-id')]).toEqual([200, 'push-0001']);
    const spans = await traceWith(
      ({ name, facts }) => name === 'trade.receive' && facts['requestId'] === 'push-0001',
      ['trade.judge', 'timer.commit', 'timer.publish', 'history.write'],
    );
    const [receive, judge, commit, history] = ['receive', 'judge', 'commit', 'write'].map((end) =>
      spans.find(({ name }) => name.endsWith(`.${end}`)),
    );
    expect(receive).toMatchObject({ parentSpanId: '', instance: 'front', facts: { status: 200 } });
    expect(judge).toMatchObject({ parentSpanId: receive?.spanId, instance: 'leader', facts: { signature } });
    expect(commit).toMatchObject({ parentSpanId: judge?.spanId, facts: { timerId: 'global', reply: 'ok' } });
    expect(history).toMatchObject({ parentSpanId: commit?.spanId, instance: 'leader' });
    const published = await eventually(
      () => receiver.trace(receive?.traceId).filter(({ name }) => name === 'timer.publish'),
      (found) => found.length === 2,
    );
    expect(published.map(({ instance }) => instance).sort()).toEqual(['front', 'leader']);
    expect(published.map(({ parentSpanId }) => parentSpanId)).toEqual(Array(2).fill(commit?.spanId));
    expect(receiver.received).not.toContain(SECRET);

    expect(lines(front, 'push-0001')).toEqual([
      expect.objectContaining({
        msg: 'request answered',
        method: 'POST',
        status: 200,
        requestId: 'push-0001',
      }),
    ]);
    const told = await eventually(
      () => lines(leader, 'push-0001').map(({ msg }) => msg),
      (found) => found.length >= 2,
    );
    expect(told).toEqual(['trades taken in', 'change written']);
  }, 90_000);

  it('of a look at the chain begins with the look', async () => {
    expect(await leader.end('SIGTERM')).toBe(0);
    // the environment gave the setting its first value only
    const sooner = 'mutation { updateMonitoring(input: { fixedIntervalMs: 1000 }) { settings { version } } }';
    expect((await front.graphql(sooner, {}, SECRET)).errors).toBeUndefined();
    const next = await start({ INSTANCE_ID: 'next', ROLES: 'watcher,historian' });
    await eventually(() => next.log.includes('lease taken'), Boolean);
    const { signature } = await theWorld().chain.place({ counting: true });
    await eventually(
      () => next.log,
      (log) => log.includes('trades taken in'),
    );
    const spans = await traceWith(
      ({ name, instance }) => name === 'trade.look' && instance === 'next',
      ['trade.judge', 'timer.commit', 'timer.publish', 'history.write'],
    );
    const [look, judge, commit] = ['trade.look', 'trade.judge', 'timer.commit'].map((wanted) =>
      spans.find(({ name }) => name === wanted),
    );
    expect(look).toMatchObject({ parentSpanId: '', facts: { source: 'POLLING' } });
    expect(judge?.parentSpanId).toBe(look?.spanId);
    expect(commit?.parentSpanId).toBe(judge?.spanId);
    await eventually(
      () => front.timer(),
      ({ lastTrade }) => lastTrade?.signature === signature,
    );
    const requestId = look?.facts['requestId'];
    expect(lines(next, 'trades taken in')).toEqual([expect.objectContaining({ requestId })]);
  }, 120_000);

  it('costs nothing where traces are off: what makes them is not even loaded', async () => {
    const boot = join(process.cwd(), 'dist/src/app/boot.js');
    const program = `require(${JSON.stringify(boot)});
      console.log(Object.keys(require.cache).filter((file) => /@opentelemetry.(sdk|exporter|otlp|resources)/.test(file)).length)`;
    const { stdout } = await run(process.execPath, ['-e', program]);
    expect(stdout.trim()).toBe('0');
  }, 30_000);
});
