import { randomUUID } from 'node:crypto';
import { judgeAct } from '../../src/timer/domain/acts';
import { firstState } from '../../src/timer/domain/new-timer';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { startOwnPostgres, startOwnRedis } from '../support/own-servers';
import type { OwnServer } from '../support/own-servers';
import { newTimer } from '../support/timer-lab';
import { TimerRig } from '../support/timer-rig';

const noHandlesLeft = watchOpenHandles();
const cleanup = new Cleanup();
const order = { actor: 'admin', reason: null };

describe('mishaps', () => {
  let redis: OwnServer;
  let postgres: OwnServer;
  let rig: TimerRig;

  beforeAll(async () => {
    redis = cleanup.add(await startOwnRedis(), (it) => it.remove());
    postgres = cleanup.add(await startOwnPostgres(), (it) => it.remove());
    const options = { redisUrl: redis.url, databaseUrl: postgres.url, keyPrefix: 'mishaps' };
    const started = TimerRig.start({ ...options, isWatcher: true, isHistorian: true });
    rig = cleanup.add(await started, (it) => it.close());
  });

  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  });

  async function state(id: string) {
    const log = await rig.store.load(id);
    if (log === null) throw new Error(`there is no timer ${id}`);
    return log.state;
  }

  async function types(id: string): Promise<readonly string[]> {
    const rows = await rig.postgres.query<{ type: string }>(
      'select type from timer_events where timer_id = $1 order by epoch, revision, number',
      [id],
    );
    return rows.map(({ type }) => type);
  }

  it('a round that has ended does not end again when Redis comes back', async () => {
    await rig.timers.create(newTimer({ id: 'ended', durationMs: 1_000, chainReading: false }), order);
    await eventually(
      () => types('ended'),
      (found) => found.includes('EXPIRED'),
    );
    const before = await state('ended');
    await redis.stop();
    await redis.start();
    await eventually(
      () => types('ended'),
      (found) => found.includes('RECOVERED'),
    );
    expect(await state('ended')).toMatchObject({ closing: null, epoch: 2, current: before.current });
    // an act behind it shows that nothing else was on its way
    await rig.timers.reset('ended', order);
    await eventually(
      () => types('ended'),
      (found) => found.includes('STARTED'),
    );
    expect(await types('ended')).toEqual(['CREATED', 'EXPIRED', 'RECOVERED', 'STARTED']);
  });

  it('a creation that broke off after Postgres had the id is finished as the creation it is', async () => {
    await rig.ledger.insertTimer(firstState(newTimer({ id: 'begun' }), rig.clock.now()));
    await rig.store.register('begun');
    const seen = await eventually(
      () => rig.store.load('begun'),
      (log) => log !== null,
    );
    expect(seen?.state).toMatchObject({ epoch: 1, revision: 1, current: { round: 1 } });
    await eventually(
      () => types('begun'),
      (found) => found.length > 0,
    );
    expect(await types('begun')).toEqual(['CREATED']);
  });

  it('an act that Postgres has, and whose reservation Redis lost, is true once, whatever came after it', async () => {
    await rig.timers.create(newTimer({ id: 'overtaken' }), order);
    const log = await rig.store.load('overtaken');
    if (log === null) throw new Error('there is no timer');
    const request = { type: 'PAUSE' as const, actor: 'admin', reason: null, force: false, change: {} };
    const act = judgeAct(log, { ...request, id: randomUUID() }, rig.clock.now());
    if ('refusal' in act) throw new Error(act.refusal);
    await eventually(
      () => rig.clock.now(),
      (nowMs) => nowMs > act.atMs,
    );
    await rig.timers.reset('overtaken', order);
    expect(await rig.ledger.insertAct('overtaken', act)).toBe('accepted');
    await rig.acts.resolve('overtaken', act);
    const paused = await state('overtaken');
    expect(paused.current.phase).toBe('PAUSED');
    await rig.acts.resolve('overtaken', act);
    expect(await state('overtaken')).toEqual(paused);
  });

  it.each([
    ['a NUL', 'a\u0000b'],
    ['half a character', 'a\ud800b'],
  ])('an act that Postgres cannot keep for %s is refused, and the timer goes on', async (_, reason) => {
    const id = `unfit-${reason.length}-${reason.charCodeAt(1)}`;
    await rig.timers.create(newTimer({ id }), order);
    expect(await rig.timers.pause(id, { actor: 'admin', reason })).toMatchObject({
      refusal: 'SERVICE_UNAVAILABLE',
    });
    expect(await rig.timers.pause(id, order)).toMatchObject({ view: { phase: 'PAUSED' } });
    expect((await state(id)).reserved).toBeNull();
  });

  it('a trade older than the marks against counting twice is left to backfill', async () => {
    await rig.timers.create(newTimer({ id: 'old' }), order);
    const old = rig.trade(8 * 86_400, { signature: 'k-old', slot: 5 });
    expect(await rig.timers.apply('old', { trades: [old], cursors: [] }, 1)).toMatchObject({ newTrades: 0 });
  });

  it('a timer that cannot be read does not keep others from ending', async () => {
    await rig.timers.create(newTimer({ id: 'a-broken' }), order);
    await rig.redis.commands.hset('mishaps:{a-broken}:state', 'doc', 'no document');
    await rig.timers.create(newTimer({ id: 'b-whole', durationMs: 1_000, chainReading: false }), order);
    await eventually(
      () => state('b-whole'),
      ({ current }) => current.phase === 'EXPIRED',
    );
    expect((await state('b-whole')).current.round).toBe(1);
  });
});
