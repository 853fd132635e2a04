import type { TimerDoor } from '../../src/solana/sources/timer-door';
import { entryKey } from '../../src/timer/domain/fold';
import { firstState } from '../../src/timer/domain/new-timer';
import { DEFAULT_RULES } from '../../src/timer/domain/timer';
import type { LogEntry, TimerState, WatchChange, Watermark } from '../../src/timer/domain/timer';
import type { Cursor } from '../../src/timer/domain/timer.events';
import type { Found, ReadingState, WriteOutcome } from '../../src/timer/timer.service';

/** A running timer of a minute that was created at `startedAtMs`. */
export function stateWith(mint: string, startedAtMs: number): TimerState {
  const timer = {
    id: 'global',
    tokenAddress: mint,
    durationMs: 60_000,
    rules: DEFAULT_RULES,
    pools: [],
    chainReading: true,
    isPaused: false,
  };
  return firstState(timer, startedAtMs);
}

/** Keeps what it is told, folds nothing: the deadline moves only when the test moves it. */
export class MemoryTimerDoor implements TimerDoor {
  /** How often each signature was handed over. */
  readonly applied = new Map<string, number>();
  readonly settled: Watermark[] = [];
  readonly placed: { slot: number; signatures: readonly string[] }[] = [];
  cursors: readonly Cursor[] = [];
  tail: readonly LogEntry[] = [];
  /** What was learned and dropped. */
  readonly learned: WatchChange[] = [];
  readonly retracted: string[] = [];
  /** What every write is refused with; null: it is accepted. */
  refusal: 'stale_leader' | 'unknown_timer' | null = null;
  /** What the next writes throw; null: nothing. */
  failure: Error | null = null;
  /** Called before a settling is accepted. */
  beforeSettle: (watermark: Watermark) => void = () => undefined;

  constructor(public state: TimerState) {}

  reading(): Promise<ReadingState | null> {
    const { state, cursors, tail } = this;
    return Promise.resolve({ state, cursors, tail });
  }

  apply(_id: string, { trades, cursors }: Found): Promise<WriteOutcome> {
    return this.write(() => {
      for (const { signature } of trades) this.applied.set(signature, (this.applied.get(signature) ?? 0) + 1);
      const moved = new Set(cursors.map(({ address }) => address));
      this.cursors = [...this.cursors.filter(({ address }) => !moved.has(address)), ...cursors];
    });
  }

  place(_id: string, slot: number, signatures: readonly string[]): Promise<WriteOutcome> {
    return this.write(() => {
      this.placed.push({ slot, signatures });
    });
  }

  learn(_id: string, watch: WatchChange): Promise<WriteOutcome> {
    return this.write(() => this.learned.push(watch));
  }

  retract(_id: string, keys: readonly string[]): Promise<WriteOutcome> {
    return this.write(() => {
      this.retracted.push(...keys);
      this.tail = this.tail.filter((entry) => !keys.includes(entryKey(entry)));
    });
  }

  settle(_id: string, watermark: Watermark): Promise<WriteOutcome> {
    return this.write(() => {
      this.beforeSettle(watermark);
      this.settled.push(watermark);
      this.state = { ...this.state, watermark };
    });
  }

  private write(change: () => void): Promise<WriteOutcome> {
    if (this.failure !== null) return Promise.reject(this.failure);
    if (this.refusal !== null) return Promise.resolve({ tag: this.refusal });
    change();
    return Promise.resolve({ tag: 'ok', state: this.state, newTrades: 0, lateTrades: 0 });
  }
}
