import { reserve, judgeAct } from '../../src/timer/domain/acts';
import type { Act, RoundEnd } from '../../src/timer/domain/timer';
import { isRefusal } from '../../src/timer/timer.refusal';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { testDatabase, testRedis } from '../support/servers';
import type { TestDatabase, TestRedis } from '../support/servers';
import { newTimer } from '../support/timer-lab';
import { TimerRig } from '../support/timer-rig';

const noHandlesLeft = watchOpenHandles();
const cleanup = new Cleanup();
const order = { actor: 'admin', reason: 'test' };

describe('three steps that may break off between any two', () => {
  let redis: TestRedis;
  let database: TestDatabase;
  let crashing: TimerRig;
  let watcher: TimerRig;

  beforeAll(async () => {
    redis = cleanup.add(await testRedis(), (it) => it.close());
    database = cleanup.add(await testDatabase(), (it) => it.drop());
    const options = { redisUrl: redis.url, databaseUrl: database.url, keyPrefix: redis.keyPrefix };
    crashing = cleanup.add(await TimerRig.start(options), (it) => it.close());
    watcher = cleanup.add(await TimerRig.start({ ...options, isWatcher: true }), (it) => it.close());
  });

  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  });

  /** A timer whose only trade is so old that its deadline lies `secondsAgo` back. */
  async function overdue(id: string, secondsAgo: number): Promise<{ deadlineMs: number }> {
    await crashing.timers.create(newTimer({ id, durationMs: 1_000 }), order);
    await eventually(
      () => crashing.clock.now(),
      (now) => now > createdAt(id) + 1_000 + secondsAgo * 1_000,
    );
    const reading = await crashing.timers.reading(id);
    return { deadlineMs: reading?.state.current.deadlineMs ?? 0 };
  }

  const created = new Map<string, number>();
  function createdAt(id: string): number {
    if (!created.has(id)) created.set(id, crashing.clock.now());
    return created.get(id) ?? 0;
  }

  const rounds = (id: string) => crashing.ledger.endsFrom(id, 1);

  async function state(id: string) {
    const log = await crashing.store.load(id);
    if (log === null) throw new Error(`there is no timer ${id}`);
    return log.state;
  }

  function proof(deadlineMs: number) {
    return { watermark: { slot: 5, blockTimeMs: deadlineMs + 2_001 }, marginMs: 2_000, fencingToken: 1 };
  }

  async function freeze(id: string, deadlineMs: number): Promise<RoundEnd> {
    const frozen = await crashing.closer.freeze(id, proof(deadlineMs));
    if (typeof frozen === 'string') throw new Error(`not frozen: ${frozen}`);
    return frozen;
  }

  it('says once that it settles, when the deadline has passed', async () => {
    await overdue('settles', 0);
    await eventually(
      () => state('settles'),
      ({ settlingToldMs, current }) => settlingToldMs === current.deadlineMs,
    );
    const revision = (await state('settles')).revision;
    expect(revision).toBe(2);
  });

  it('finishes a closing that was only frozen, and Postgres had the end before it was told', async () => {
    const { deadlineMs } = await overdue('frozen', 0);
    await freeze('frozen', deadlineMs);
    const told = watcher.timers.changes('frozen');
    const ended = (async () => {
      for await (const message of told) {
        if (message.ended.length > 0) return { message, kept: await rounds('frozen') };
      }
      return null;
    })();
    const result = await ended;
    await told.return?.();
    expect(result?.kept).toMatchObject([{ round: 1, endedAtMs: deadlineMs, isVoid: false }]);
    expect(await state('frozen')).toMatchObject({
      closing: null,
      current: { phase: 'EXPIRED', lastEndMs: deadlineMs },
    });
  });

  it('tells the end that Postgres holds, where a crash came between the insert and the announcement', async () => {
    const { deadlineMs } = await overdue('kept', 0);
    const frozen = await freeze('kept', deadlineMs);
    await crashing.ledger.insertEnd({ ...frozen, winner: 'whom-postgres-knows' });
    await eventually(
      () => state('kept'),
      ({ closing }) => closing === null,
    );
    expect(await rounds('kept')).toMatchObject([{ winner: 'whom-postgres-knows' }]);
    expect((await state('kept')).current.phase).toBe('EXPIRED');
  });

  it('makes a trade that comes between freeze and announcement late, lets later ones wait, and refuses acts', async () => {
    const { deadlineMs } = await overdue('between', 0);
    await freeze('between', deadlineMs);
    const late = crashing.trade(0, { slot: 60, blockTimeMs: deadlineMs });
    const next = crashing.trade(0, { slot: 61, blockTimeMs: deadlineMs + 1_000 });
    const outcome = await crashing.timers.apply('between', { trades: [late, next], cursors: [] }, 1);
    expect(outcome).toMatchObject({ tag: 'ok', newTrades: 2, lateTrades: 1 });
    expect(await crashing.timers.reset('between', order)).toMatchObject({ refusal: 'CONFLICT' });
    await eventually(
      () => state('between'),
      ({ closing }) => closing === null,
    );
    expect((await state('between')).current).toMatchObject({ round: 2, startedAtMs: deadlineMs + 1_000 });
  });

  it('ends a timer without chain reading by the shared clock alone, once, without a winner', async () => {
    await crashing.timers.create(newTimer({ id: 'clock', durationMs: 1_000, chainReading: false }), order);
    await eventually(
      () => rounds('clock'),
      (ends) => ends.length === 1,
    );
    expect(await rounds('clock')).toMatchObject([{ round: 1, winner: null, isVoid: false }]);
    await eventually(
      () => state('clock'),
      ({ current }) => current.phase === 'EXPIRED',
    );
  });

  it('answers an act after Postgres has it', async () => {
    await crashing.timers.create(newTimer({ id: 'act' }), order);
    const paused = await crashing.timers.pause('act', order);
    expect(isRefusal(paused)).toBe(false);
    expect(await crashing.ledger.actsAfter('act', 0)).toMatchObject([
      { type: 'PAUSE', actor: 'admin', reason: 'test' },
    ]);
    expect(await crashing.timers.resume('act', order)).toMatchObject({
      view: { phase: 'RUNNING', revision: 3 },
    });
  });

  async function reserveOnly(id: string): Promise<Act> {
    await crashing.timers.create(newTimer({ id }), order);
    const written = await crashing.log.write<Act>(id, {
      fencingToken: null,
      plan: (log) => {
        const request = { type: 'PAUSE' as const, actor: 'admin', reason: null, force: false, change: {} };
        const act = judgeAct(log, { ...request, id: crypto.randomUUID() }, crashing.clock.now());
        if ('refusal' in act) throw new Error(act.refusal);
        return { change: reserve(log, act, crashing.clock.now()), extra: act };
      },
    });
    if (written.tag !== 'ok') throw new Error(written.tag);
    return written.extra;
  }

  it('refuses for ever an act that was reserved and never kept', async () => {
    const act = await reserveOnly('lost-act');
    expect((await state('lost-act')).revision).toBe(1);
    await eventually(
      () => state('lost-act'),
      ({ reserved }) => reserved === null,
    );
    expect((await state('lost-act')).current.phase).toBe('RUNNING');
    expect(await crashing.ledger.insertAct('lost-act', act)).toBe('refused');
  });

  it('makes an act true that Postgres has, where a crash came before the second commit', async () => {
    const act = await reserveOnly('kept-act');
    await crashing.ledger.insertAct('kept-act', act);
    await eventually(
      () => state('kept-act'),
      ({ reserved }) => reserved === null,
    );
    expect((await state('kept-act')).current).toMatchObject({ phase: 'PAUSED', pausedAtMs: act.atMs });
  });

  it('closes nothing while an act is reserved', async () => {
    await crashing.timers.create(newTimer({ id: 'held', durationMs: 60_000 }), order);
    const act = await reserveOnly('held-act');
    const frozen = await crashing.closer.freeze('held-act', proof(act.atMs + 120_000));
    expect(frozen).toBe('open');
  });

  it('refuses a change on an outdated revision, with the present one named', async () => {
    await crashing.timers.create(newTimer({ id: 'outdated' }), order);
    const outcome = await crashing.timers.configure('outdated', { durationMs: 5_000 }, order, {
      epoch: 1,
      revision: 7,
    });
    expect(outcome).toMatchObject({ refusal: 'CONFLICT', message: expect.stringContaining('revision 1') });
    expect((await state('outdated')).current.durationMs).toBe(60_000);
  });

  it('deletes a timer and never gives its id again', async () => {
    await crashing.timers.create(newTimer({ id: 'gone' }), order);
    expect(await crashing.timers.delete('gone', order)).toBeNull();
    expect(await crashing.timers.current('gone')).toBeNull();
    expect(await crashing.timers.reset('gone', order)).toMatchObject({ refusal: 'NOT_FOUND' });
    expect(await crashing.timers.create(newTimer({ id: 'gone' }), order)).toMatchObject({
      refusal: 'CONFLICT',
    });
  });
});
