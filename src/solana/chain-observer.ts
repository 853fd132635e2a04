import type { PushState } from './domain/push-trust';
import type { EndpointHealth } from './rpc/endpoint-health';
import type { SharedClock } from '../platform/redis/shared-clock';

/** Block times up to this far ahead of the shared clock are believed. */
const AHEAD_MS = 10_000;

/** The newest final block is about 13 s old; one that is this old was not the newest. */
const STALE_MS = 60_000;

/** What was observed of the chain last. */
export interface Observation {
  readonly lastSlot: number | null;
  /** Shared time of the last good answer; null before the first. */
  readonly lastSeenAtMs: number | null;
  /** Failed looks in a row. */
  readonly failures: number;
  /** Code of the last failure; null while all is well. */
  readonly failure: string | null;
}

/** What the leader tells the other instances about the chain. */
export interface Observed extends Observation {
  /** Rows that wait to be judged. */
  readonly pending: number;
  /** True while a settling takes longer than TIMER_SETTLE_TIMEOUT. */
  readonly isOverdue: boolean;
  /** How each endpoint has done lately, in order of preference. */
  readonly endpoints: readonly EndpointHealth[];
  /** How long ago the timer that was read longest ago was read, ms; null before the first look. */
  readonly lookAgeMs: number | null;
  /** How late the look is that is due longest, ms; 0 where none is. */
  readonly lateMs: number;
  /** How far each way of pushing is trusted. */
  readonly pushes: readonly PushState[];
}

/** The part of the shared clock that reading the chain needs. */
export type ChainClock = Pick<SharedClock, 'now' | 'isSuspect' | 'observeBlock'>;

/** Keeps what answers told about the chain, and tells the shared clock of fresh blocks. */
export class ChainObserver {
  private lastSlot: number | null = null;
  private lastSeenAtMs: number | null = null;
  private newestBlockMs: number | null = null;
  private failures = 0;
  private failure: string | null = null;

  constructor(private readonly clock: ChainClock) {}

  /** Highest slot that any answer named; 0 before the first. */
  get reachedSlot(): number {
    return this.lastSlot ?? 0;
  }

  /** Shared time now, epoch ms. */
  now(): number {
    return this.clock.now();
  }

  /** An answer named a slot. */
  sawSlot(slot: number): void {
    this.lastSlot = Math.max(this.reachedSlot, slot);
    this.lastSeenAtMs = this.clock.now();
  }

  /** A slot was told without having been asked for. */
  heardOf(slot: number): void {
    this.lastSlot = Math.max(this.reachedSlot, slot);
  }

  /** Whether a block that was read as the newest one, shows that its endpoint hangs behind. */
  isStale(blockTimeMs: number): boolean {
    return !this.clock.isSuspect && blockTimeMs < this.clock.now() - STALE_MS;
  }

  /** A slot that was read just now as the newest of its commitment, with its block time. */
  sawBlock(slot: number, blockTimeMs: number): void {
    this.sawSlot(slot);
    this.newestBlockMs = Math.max(this.newestBlockMs ?? 0, blockTimeMs);
    this.clock.observeBlock(blockTimeMs);
  }

  /** A look or settling succeeded. */
  succeeded(): void {
    this.failures = 0;
    this.failure = null;
    this.lastSeenAtMs = this.clock.now();
  }

  /** A look or settling failed. */
  failed(code: string): void {
    this.failures += 1;
    this.failure = code;
  }

  /** Whether the clock is under suspicion, so that only block times of the endpoints are believed. */
  get needsBlock(): boolean {
    return this.clock.isSuspect;
  }

  /** Whether a block time lies too far ahead to be believed yet. */
  isAhead(blockTimeMs: number): boolean {
    if (this.clock.isSuspect) return blockTimeMs > (this.newestBlockMs ?? Number.NEGATIVE_INFINITY);
    return blockTimeMs > this.clock.now() + AHEAD_MS;
  }

  observation(): Observation {
    const { lastSlot, lastSeenAtMs, failures, failure } = this;
    return { lastSlot, lastSeenAtMs, failures, failure };
  }
}
