import fc from 'fast-check';
import { accept, judgeAct, reserve } from '../../src/timer/domain/acts';
import { addTrades, advance, announce, freeze, placeTrades } from '../../src/timer/domain/change';
import type { Change } from '../../src/timer/domain/change';
import { createdChange, firstState } from '../../src/timer/domain/new-timer';
import { learn, retract } from '../../src/timer/domain/reading';
import { tradeKey } from '../../src/timer/domain/trade';
import type { CommitOptions, CommitReply, StoredLog } from '../../src/timer/redis/timer.store';
import type { TimerStorePort } from './memory-timer-store';
import { newTimer, T0, tradeAt, watermarkAt } from './timer-lab';

/** A store under test; every id is its own timer. */
export interface StoreUnderTest {
  readonly store: TimerStorePort;
}

/** One thing that somebody tries to commit. */
export interface Attempt {
  readonly what: 'trade' | 'place' | 'settle' | 'act' | 'learn' | 'retract' | 'cursor';
  readonly second: number;
  /** How far the commit number that is named is behind. */
  readonly behind: number;
  readonly token: number | null;
}

/** Attempts of several writers, some of them with an old commit number or an old token. */
export const attempts: fc.Arbitrary<readonly Attempt[]> = fc.array(
  fc.record({
    what: fc.constantFrom<Attempt['what']>(
      'trade',
      'trade',
      'place',
      'settle',
      'act',
      'learn',
      'retract',
      'cursor',
    ),
    second: fc.integer({ min: 1, max: 200 }),
    behind: fc.constantFrom(0, 0, 0, 0, 1),
    token: fc.constantFrom(null, 1, 1, 2, 2, 3),
  }),
  { maxLength: 25 },
);

/** Makes timer `id`. */
export async function create(store: TimerStorePort, id: string): Promise<CommitReply> {
  const { change } = createdChange(firstState(newTimer({ id }), T0), 'test', null);
  return await store.commit(change, { expectedCommit: 0, runId: await store.runId(), fencingToken: null });
}

/** What the log amounts to, without what differs between servers. */
export async function seen(store: TimerStorePort, id: string) {
  const log = await store.load(id);
  if (log === null) return null;
  const { state, tail, cursors, commit } = log;
  const byAddress = cursors.toSorted((a, b) => (a.address < b.address ? -1 : 1));
  return { state, tail, cursors: byAddress, commit, isOwn: log.runId === log.committedRunId };
}

/** Tries one commit. @returns what the store answered; null where there was nothing to commit */
export async function attempt(store: TimerStorePort, id: string, one: Attempt): Promise<CommitReply | null> {
  const log = await store.load(id);
  if (log === null) return null;
  const change = changeOf(log, one);
  if (change === null) return null;
  const options: CommitOptions = {
    expectedCommit: log.commit - one.behind,
    runId: log.runId,
    fencingToken: one.token,
    cursors:
      one.what === 'cursor'
        ? [{ address: `address ${one.second % 3}`, slot: one.second, signature: null }]
        : [],
  };
  return await store.commit(change, options);
}

function changeOf(log: StoredLog, { what, second }: Attempt): Change | null {
  const nowMs = T0 + second * 1000 + 500;
  const trade = tradeAt(second, { signature: `sig-${second % 40}`, blockIndex: null });
  switch (what) {
    case 'trade':
    case 'cursor':
      return addTrades(log, [trade], () => false, nowMs);
    case 'place':
      return placeTrades(log, trade.slot, [trade.signature], nowMs);
    case 'learn':
      return learn(log, { add: [`pool ${second % 4}`], remove: [`pool ${(second + 1) % 4}`] }, nowMs);
    case 'retract':
      return retract(
        log,
        log.tail.slice(0, 1).flatMap((entry) => (entry.kind === 'trade' ? [tradeKey(entry.trade)] : [])),
        nowMs,
      );
    case 'settle': {
      const { closing } = log.state;
      if (closing !== null) return announce(log, closing, nowMs);
      return freeze(log, watermarkAt(second), 2_000, nowMs) ?? advance(log, watermarkAt(second), nowMs);
    }
    case 'act': {
      const { reserved } = log.state;
      if (reserved !== null) return accept(log, reserved, nowMs);
      const request = {
        id: `act-${second}`,
        type: 'RESET',
        actor: 'a',
        reason: null,
        force: true,
        change: {},
      } as const;
      const act = judgeAct(log, request, nowMs);
      return 'refusal' in act ? null : reserve(log, act, nowMs);
    }
  }
}

/** What every store of timers does. */
export function itKeepsTimers(makeStore: () => TimerStorePort): void {
  let number = 0;
  const fresh = (): { store: TimerStorePort; id: string } => ({
    store: makeStore(),
    id: `contract-${(number += 1)}`,
  });

  it('makes a timer once', async () => {
    const { store, id } = fresh();
    expect(await store.load(id)).toBeNull();
    expect(await create(store, id)).toBe('ok');
    expect(await create(store, id)).toBe('conflict');
    expect(await seen(store, id)).toMatchObject({ commit: 1, tail: [], cursors: [], isOwn: true });
  });

  it('refuses what was decided on an older log, and writes none of it', async () => {
    const { store, id } = fresh();
    await create(store, id);
    await attempt(store, id, { what: 'trade', second: 5, behind: 0, token: 1 });
    const before = await seen(store, id);
    expect(await attempt(store, id, { what: 'trade', second: 6, behind: 1, token: 1 })).toBe('conflict');
    expect(await seen(store, id)).toEqual(before);
    expect((await store.known(id, ['sig-6:0'])).size).toBe(0);
  });

  it('refuses a leader that another has followed, and lets an admin without token through', async () => {
    const { store, id } = fresh();
    await create(store, id);
    const trade = (second: number, token: number | null) =>
      attempt(store, id, { what: 'trade', second, behind: 0, token });
    expect(await trade(1, 2)).toBe('ok');
    expect(await trade(2, 1)).toBe('stale_leader');
    expect(await trade(3, null)).toBe('ok');
    expect(await trade(4, 1)).toBe('stale_leader');
    expect(await trade(5, 2)).toBe('ok');
  });

  it('refuses a commit that was meant for another server, and one onto nothing', async () => {
    const { store, id } = fresh();
    const { change } = createdChange(firstState(newTimer({ id }), T0), 'test', null);
    const runId = await store.runId();
    const right = { expectedCommit: 0, runId, fencingToken: null };
    expect(await store.commit(change, { ...right, runId: 'f'.repeat(40) })).toBe('other_server');
    expect(await store.commit(change, { ...right, expectedCommit: 3 })).toBe('unknown_timer');
    expect(await store.load(id)).toBeNull();
  });

  it('knows a trade until it is taken back', async () => {
    const { store, id } = fresh();
    await create(store, id);
    await attempt(store, id, { what: 'trade', second: 7, behind: 0, token: 1 });
    expect([...(await store.known(id, ['sig-7:0', 'sig-8:0']))]).toEqual(['sig-7:0']);
    await attempt(store, id, { what: 'retract', second: 9, behind: 0, token: 1 });
    expect([...(await store.known(id, ['sig-7:0']))]).toEqual([]);
    expect((await store.load(id))?.tail).toEqual([]);
  });
}
