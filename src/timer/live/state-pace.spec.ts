import { array, assert, asyncProperty, integer, property, record } from 'fast-check';
import { PUBLIC_PACE } from './fan-out';
import { StatePace } from './state-pace';

const { perSecond, kept, quietMs, heartbeatMs } = PUBLIC_PACE;
const gapMs = 1_000 / (perSecond - kept);
/** Timers have whole milliseconds, and one more passes where both ends are rounded. */
const ROUNDING_MS = 2;

interface Sent {
  readonly atMs: number;
  readonly state: number;
}

/** A pace over fake time, with numbered states that are published at given moments. */
class Play {
  readonly sent: Sent[] = [];
  readonly published: Sent[] = [];
  private readonly pace = new StatePace(PUBLIC_PACE, {
    send: () => this.sent.push({ atMs: performance.now(), state: this.published.length }),
    repeat: () => this.sent.push({ atMs: performance.now(), state: this.published.length }),
    look: () => Promise.resolve(),
  });

  publish(): void {
    this.published.push({ atMs: performance.now(), state: this.published.length + 1 });
    this.pace.newer();
  }

  stop(): void {
    this.pace.stop();
  }
}

/** Plays publications `gaps` after one another, and a second of silence. */
function play(gaps: readonly number[]): Play {
  jest.useFakeTimers();
  const it = new Play();
  for (const gap of gaps) {
    jest.advanceTimersByTime(gap);
    it.publish();
  }
  jest.advanceTimersByTime(1_000);
  it.stop();
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
  return it;
}

/** How long after a state it, or one that is newer, was sent. */
function toldAfterMs({ sent }: Play, { atMs, state }: Sent): number {
  const told = sent.find((each) => each.state >= state && each.atMs >= atMs);
  return told === undefined ? Infinity : told.atMs - atMs;
}

const anyGaps = array(integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 120 });

describe('StatePace', () => {
  afterEach(() => jest.useRealTimers());

  it('sends at most ten states in any second', () => {
    assert(
      property(anyGaps, (gaps) => {
        const { sent } = play(gaps);
        for (const [at, { atMs }] of sent.entries()) {
          const tenth = sent[at + perSecond];
          if (tenth !== undefined) expect(tenth.atMs - atMs).toBeGreaterThanOrEqual(1_000);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('tells every state, or one that is newer, within the steady gap, and none twice', () => {
    assert(
      property(anyGaps, (gaps) => {
        const it = play(gaps);
        for (const state of it.published)
          expect(toldAfterMs(it, state)).toBeLessThanOrEqual(gapMs + ROUNDING_MS);
        const states = it.sent.map(({ state }) => state);
        expect(states).toEqual([...new Set(states)].sort((a, b) => a - b));
      }),
      { numRuns: 300 },
    );
  });

  it('tells a change at once where nothing was sent for the steady gap', () => {
    assert(
      property(anyGaps, (gaps) => {
        const it = play(gaps);
        for (const state of it.published) {
          const before = it.sent.findLast((sent) => sent.atMs <= state.atMs && sent.state < state.state);
          if (before === undefined || state.atMs - before.atMs >= gapMs)
            expect(toldAfterMs(it, state)).toBe(0);
        }
      }),
      { numRuns: 300 },
    );
  });

  const burst = record({
    gaps: array(integer({ min: 0, max: quietMs - 1 }), { minLength: 1, maxLength: 200 }),
    silenceMs: integer({ min: 400, max: 3_000 }),
  });

  it('tells the end of a burst as soon as it is quiet, whatever was sent in it', () => {
    assert(
      property(array(burst, { minLength: 1, maxLength: 8 }), (bursts) => {
        const it = play(bursts.flatMap(({ gaps, silenceMs }) => [silenceMs, ...gaps]));
        let last = -1;
        for (const { gaps } of bursts) {
          last += 1 + gaps.length;
          const end = it.published[last];
          if (end === undefined) throw new Error('the burst was not played');
          expect(toldAfterMs(it, end)).toBeLessThanOrEqual(quietMs + ROUNDING_MS);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('waits for the steady moment where a stream is slower than quiet and faster than it may send', () => {
    const it = play(Array.from({ length: 60 }, () => 30));
    const late = it.published.filter((state) => toldAfterMs(it, state) > quietMs + ROUNDING_MS);
    // what is kept is spent, and comes back after a second
    expect(late.length).toBeGreaterThan(20);
    expect(it.sent.length).toBeLessThanOrEqual(20 + 2);
  });

  it('reads what has come meanwhile before it takes the silence for an end', async () => {
    const sent: number[] = [];
    let state = 0;
    const pace = new StatePace(
      { ...PUBLIC_PACE, quietMs: 1 },
      {
        send: () => sent.push(state),
        repeat: () => undefined,
        look: () => Promise.resolve(),
      },
    );
    pace.newer();
    state = 1;
    pace.newer();
    // busy for longer than the quiet time, as in a pass; what waits at the socket comes before the immediate
    await new Promise<void>((resolve) => {
      setTimeout(() => {
        const until = performance.now() + 5;
        while (performance.now() < until);
        setImmediate(resolve);
      }, 0);
    });
    pace.stop();
    expect(sent[0]).toBe(0);
  });

  it('repeats the state as a heartbeat while nothing changes, and never after it was stopped', async () => {
    await assert(
      asyncProperty(integer({ min: 1, max: 5 }), async (beats) => {
        jest.useFakeTimers();
        const it = new Play();
        it.publish();
        await jest.advanceTimersByTimeAsync(beats * heartbeatMs + 1);
        expect(it.sent.length).toBe(1 + beats);
        it.stop();
        await jest.advanceTimersByTimeAsync(heartbeatMs * 2);
        expect(it.sent.length).toBe(1 + beats);
        jest.useRealTimers();
      }),
      { numRuns: 5 },
    );
  });
});
