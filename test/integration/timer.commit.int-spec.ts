import { addTrades } from '../../src/timer/domain/change';
import { timerKeys } from '../../src/timer/domain/timer.keys';
import { isRefusal } from '../../src/timer/timer.refusal';
import type { StoredLog } from '../../src/timer/redis/timer.store';
import { decidingSlots } from '../../src/timer/domain/reading';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { testDatabase, testRedis } from '../support/servers';
import type { TestDatabase, TestRedis } from '../support/servers';
import { newTimer } from '../support/timer-lab';
import { TimerRig } from '../support/timer-rig';

const noHandlesLeft = watchOpenHandles();
const cleanup = new Cleanup();

describe('the commit', () => {
  let redis: TestRedis;
  let database: TestDatabase;
  let rig: TimerRig;
  let other: TimerRig;

  beforeAll(async () => {
    redis = cleanup.add(await testRedis(), (it) => it.close());
    database = cleanup.add(await testDatabase(), (it) => it.drop());
    const options = { redisUrl: redis.url, databaseUrl: database.url, keyPrefix: redis.keyPrefix };
    rig = cleanup.add(await TimerRig.start(options), (it) => it.close());
    other = cleanup.add(await TimerRig.start(options), (it) => it.close());
  });

  afterAll(async () => {
    await cleanup.run();
    await noHandlesLeft();
  });

  async function fresh(id: string, differences = {}): Promise<StoredLog> {
    const outcome = await rig.timers.create(newTimer({ id, ...differences }), {
      actor: 'test',
      reason: null,
    });
    expect(isRefusal(outcome)).toBe(false);
    return await loaded(id);
  }

  async function loaded(id: string): Promise<StoredLog> {
    const log = await rig.store.load(id);
    if (log === null) throw new Error(`there is no timer ${id}`);
    return log;
  }

  const streamOf = (id: string) => redis.client.xrange(timerKeys(redis.keyPrefix, id).events, '-', '+');

  function planned(log: StoredLog, secondsAgo: number) {
    const change = addTrades(
      log,
      [rig.trade(secondsAgo, { blockTimeMs: rig.clock.now() + 1 })],
      () => false,
      rig.clock.now(),
    );
    if (change === null) throw new Error('nothing was planned');
    return change;
  }

  it('writes state, tail, marks, cursors and one stream entry, or nothing of them', async () => {
    const log = await fresh('whole');
    const change = planned(log, 0);
    const cursor = { address: 'a', slot: 5, signature: 's' };
    const options = { expectedCommit: log.commit, runId: log.runId, fencingToken: 7, cursors: [cursor] };
    const entries = (await streamOf('whole')).length;
    expect(await rig.store.commit(change, { ...options, expectedCommit: log.commit + 1 })).toBe('conflict');
    expect(await rig.store.commit(change, { ...options, runId: 'someone-else' })).toBe('other_server');
    expect(await loaded('whole')).toEqual(log);
    expect(await rig.store.commit(change, options)).toBe('ok');
    const after = await loaded('whole');
    expect(after).toMatchObject({
      state: change.state,
      tail: change.tail,
      cursors: [cursor],
      commit: log.commit + 1,
    });
    expect(await streamOf('whole')).toHaveLength(entries + 1);
    const key = `${change.firstTrades[0]?.signature ?? ''}:0`;
    expect(await rig.store.known('whole', [key, 'other:0'])).toEqual(new Set([key]));
  });

  it('refuses a leader whose fencing token is lower than the highest it has seen, and no admin act', async () => {
    const log = await fresh('fenced');
    const high = await rig.store.commit(planned(log, 0), {
      expectedCommit: log.commit,
      runId: log.runId,
      fencingToken: 9,
    });
    expect(high).toBe('ok');
    const now = await loaded('fenced');
    const options = { expectedCommit: now.commit, runId: now.runId };
    expect(await rig.store.commit(planned(now, 1), { ...options, fencingToken: 8 })).toBe('stale_leader');
    expect(await rig.store.commit(planned(now, 1), { ...options, fencingToken: null })).toBe('ok');
    expect(
      await rig.timers.apply('fenced', { trades: [rig.trade(0, { slot: 99 })], cursors: [] }, 8),
    ).toEqual({ tag: 'stale_leader' });
  });

  it('tells a timer that does not exist from one that does, and takes an id once', async () => {
    const log = await fresh('once');
    const ghost = { ...log.state, id: 'ghost' };
    const change = planned({ ...log, state: ghost }, 0);
    expect(await rig.store.commit(change, { expectedCommit: 4, runId: log.runId, fencingToken: 1 })).toBe(
      'unknown_timer',
    );
    expect(
      await rig.timers.apply(
        'ghost',
        { trades: [], cursors: [{ address: 'a', slot: 1, signature: null }] },
        1,
      ),
    ).toEqual({
      tag: 'unknown_timer',
    });
    expect(
      await other.timers.create(newTimer({ id: 'once' }), { actor: 'test', reason: null }),
    ).toMatchObject({
      refusal: 'CONFLICT',
    });
  });

  it('keeps no time limit on the state of a timer, its tail and its cursors', async () => {
    await fresh('lasting');
    await rig.timers.apply(
      'lasting',
      { trades: [rig.trade(-1)], cursors: [{ address: 'a', slot: 1, signature: null }] },
      1,
    );
    const { state, tail, cursors } = timerKeys(redis.keyPrefix, 'lasting');
    for (const key of [state, tail, cursors]) expect(await redis.client.ttl(key)).toBe(-1);
  });

  it('lets concurrent writers of two instances all succeed, each trade once, revisions without a gap', async () => {
    await fresh('busy');
    const trades = Array.from({ length: 40 }, (_, n) =>
      rig.trade(-1, { signature: `busy-${n}`, trader: `t-${n}` }),
    );
    const writes = trades.flatMap((trade, n) => [
      (n % 2 ? rig : other).timers.apply('busy', { trades: [trade], cursors: [] }, 1),
      (n % 3 ? rig : other).timers.apply('busy', { trades: [trade], cursors: [] }, 1),
    ]);
    const outcomes = await Promise.all(writes);
    expect(outcomes.every((outcome) => outcome.tag === 'ok')).toBe(true);
    const { state, tail } = await loaded('busy');
    expect(tail).toHaveLength(40);
    expect(state.current.counts.trades).toBe(40);
    const revisions = (await streamOf('busy')).map(
      ([, fields]) => /"revision":(\d+)/.exec(fields[1] ?? '')?.[1],
    );
    expect(revisions).toEqual(Array.from({ length: 41 }, (_, n) => String(n + 1)));
  });

  it('publishes each visible change to every instance once, with rising revisions', async () => {
    await fresh('heard');
    const heard: number[] = [];
    const changes = other.timers.changes('heard');
    const listening = (async () => {
      for await (const message of changes) heard.push(message.view.revision);
    })();
    const channel = timerKeys(redis.keyPrefix, 'heard').channel;
    await eventually(
      () => redis.client.pubsub('NUMSUB', channel),
      // every instance follows every timer
      ([, count]) => Number(count) === 2,
    );
    for (const n of [1, 2, 3]) {
      await rig.timers.apply('heard', { trades: [rig.trade(-1, { signature: `h-${n}` })], cursors: [] }, 1);
    }
    await eventually(
      () => heard.length,
      (length) => length === 3,
    );
    expect(heard).toEqual([2, 3, 4]);
    await changes.return?.();
    await listening;
  });

  it('ends listening at once, though no message ever came', async () => {
    await fresh('silent');
    const changes = rig.timers.changes('silent');
    const pending = changes.next();
    await changes.return?.();
    expect((await pending).done).toBe(true);
  });

  it('moves cursors alone without a revision, an event or a message', async () => {
    const log = await fresh('quiet');
    const outcome = await rig.timers.apply(
      'quiet',
      { trades: [], cursors: [{ address: 'a', slot: 8, signature: 'x' }] },
      1,
    );
    expect(outcome).toMatchObject({ tag: 'ok', state: { revision: log.state.revision } });
    expect(await streamOf('quiet')).toHaveLength(1);
    expect((await loaded('quiet')).cursors).toEqual([{ address: 'a', slot: 8, signature: 'x' }]);
  });

  it('places trades of one slot by their block, and only then the winner is certain', async () => {
    await fresh('slot');
    const base = { slot: 77, blockIndex: null, blockTimeMs: rig.clock.now() + 1 };
    const trades = [rig.trade(0, { ...base, signature: 'zz' }), rig.trade(0, { ...base, signature: 'aa' })];
    await rig.timers.apply('slot', { trades, cursors: [] }, 1);
    const unplaced = async (): Promise<readonly number[]> =>
      decidingSlots((await rig.timers.reading('slot'))?.tail ?? [], 77);
    expect(await unplaced()).toEqual([77]);
    await rig.timers.place('slot', 77, ['zz', 'vote', 'aa'], 1);
    const reading = await rig.timers.reading('slot');
    expect(await unplaced()).toEqual([]);
    expect(reading?.state.current.lastTrade).toMatchObject({ signature: 'aa', blockIndex: 2 });
  });
});
