import { array, assert, asyncProperty, constant, integer, oneof, record } from 'fast-check';
import { compareRevisions } from '../../src/timer/domain/timer.events';
import { isRefusal } from '../../src/timer/timer.service';
import { ApiRig } from '../support/api-rig';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { startOwnRedis } from '../support/own-servers';
import type { OwnServer } from '../support/own-servers';
import { RawSocket } from '../support/raw-socket';
import type { ServerMessage } from '../support/raw-socket';
import { testDatabase } from '../support/servers';
import { Redis } from 'ioredis';

const noHandlesLeft = watchOpenHandles();
const STATES = 'subscription { timerUpdated { epoch revision stale serverTime } }';
const TICKS = 'subscription { timerTick { epoch revision stale serverTime } }';

type Move = 'join' | 'leave' | 'stall' | 'resume';

/** One thing that happens. */
type Step =
  | { readonly act: Move; readonly who: number }
  | { readonly act: 'burst'; readonly size: number }
  | { readonly act: 'cut subscriber' | 'cut commands' | 'breathe' };

const who = integer({ min: 0, max: 7 });
const step = oneof(
  { weight: 4, arbitrary: record({ act: constant('join' as const), who }) },
  { weight: 2, arbitrary: record({ act: constant('leave' as const), who }) },
  { weight: 2, arbitrary: record({ act: constant('stall' as const), who }) },
  { weight: 2, arbitrary: record({ act: constant('resume' as const), who }) },
  { weight: 4, arbitrary: record({ act: constant('burst' as const), size: integer({ min: 1, max: 8 }) }) },
  { weight: 1, arbitrary: record({ act: constant('cut subscriber' as const) }) },
  { weight: 1, arbitrary: record({ act: constant('cut commands' as const) }) },
  { weight: 2, arbitrary: record({ act: constant('breathe' as const) }) },
);

interface Seen {
  readonly epoch: number;
  readonly revision: number;
  readonly stale: boolean;
  readonly serverTime: number;
}

function seenIn(messages: readonly ServerMessage[], field: string): Seen[] {
  const states = messages.map(({ payload }) => {
    const { data }: { data?: Record<string, Seen> } = JSON.parse(JSON.stringify(payload ?? {}));
    return data?.[field];
  });
  return states.filter((state) => state !== undefined);
}

describe('what viewers see of a timer', () => {
  const rigs: ApiRig[] = [];
  let server: OwnServer;
  let redis: Redis;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    server = await startOwnRedis();
    closing.push(() => server.remove());
    redis = new Redis(server.url);
    closing.push(async () => {
      await redis.quit();
    });
    const database = await testDatabase();
    closing.push(() => database.drop());
    while (rigs.length < 2) {
      const rig = await ApiRig.start({ REDIS_URL: server.url, DATABASE_URL: database.url });
      rigs.push(rig);
      closing.push(() => rig.close());
    }
  }, 60_000);

  afterAll(async () => {
    for (const close of closing.reverse()) await close();
    await noHandlesLeft();
  });

  const rigOf = (number: number): ApiRig => {
    const rig = rigs[number % rigs.length];
    if (rig === undefined) throw new Error('there is no instance');
    return rig;
  };

  /** A change that is accepted, as soon as a connection that was cut is there again. */
  async function change(): Promise<void> {
    await eventually(
      () => rigOf(0).timers.reset('global', { actor: 'test', reason: null }),
      (outcome) => !isRefusal(outcome),
    );
  }

  async function play(
    steps: readonly Step[],
    viewers: Map<number, RawSocket>,
    all: RawSocket[],
  ): Promise<void> {
    for (const step of steps) {
      if (step.act === 'burst') {
        for (let count = 0; count < step.size; count += 1) await change();
      } else if (step.act === 'cut subscriber') await redis.client('KILL', 'TYPE', 'pubsub');
      else if (step.act === 'cut commands') await redis.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      else if (step.act === 'breathe') await rigOf(1).graphql('{ clock }');
      else if ('who' in step) await move(step.act, step.who, viewers, all);
    }
  }

  async function move(
    act: Move,
    number: number,
    viewers: Map<number, RawSocket>,
    all: RawSocket[],
  ): Promise<void> {
    const viewer = viewers.get(number);
    if (act === 'join' && viewer === undefined) {
      const socket = await RawSocket.ready(rigOf(number).host);
      socket.subscribe('states', STATES);
      if (number % 3 === 0) socket.subscribe('ticks', TICKS);
      viewers.set(number, socket);
      all.push(socket);
    } else if (act === 'leave' && viewer !== undefined) {
      viewers.delete(number);
      await viewer.close();
    } else if (act === 'stall') viewer?.pause();
    else if (act === 'resume') viewer?.resume();
  }

  function check(socket: RawSocket): void {
    const states = seenIn(socket.messages, 'timerUpdated');
    for (const [at, state] of states.entries()) {
      const before = states[at - 1];
      if (before === undefined) continue;
      // runs are shorter than a heartbeat, so an equal state has no other business here than that it became stale or fresh
      const order = compareRevisions(state, before);
      if (state.stale === before.stale) expect(order).toBeGreaterThan(0);
      else expect(order).toBeGreaterThanOrEqual(0);
      expect(state.serverTime).toBeGreaterThan(before.serverTime);
    }
    const ticks = seenIn(socket.messages, 'timerTick');
    for (const [at, tick] of ticks.entries()) {
      const before = ticks[at - 1];
      if (before === undefined) continue;
      expect(compareRevisions(tick, before)).toBeGreaterThanOrEqual(0);
      expect(tick.serverTime).toBeGreaterThan(before.serverTime);
    }
  }

  it('never goes back, never repeats, and ends with the last state, whatever happens between', async () => {
    await assert(
      asyncProperty(array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const viewers = new Map<number, RawSocket>();
        const all: RawSocket[] = [];
        try {
          await play(steps, viewers, all);
          await change();
          const snapshot = await eventually(
            () => rigOf(0).timers.current('global'),
            (found) => found !== null && !found.isStale,
          );
          const last = snapshot?.view.revision;
          for (const viewer of viewers.values()) viewer.resume();
          for (const viewer of viewers.values()) {
            await eventually(
              () => seenIn(viewer.messages, 'timerUpdated').at(-1)?.revision,
              (revision) => revision === last,
            );
          }
          for (const socket of all) check(socket);
        } finally {
          for (const viewer of viewers.values()) await viewer.close();
        }
      }),
      { numRuns: 25, endOnFailure: true },
    );
  }, 150_000);
});
