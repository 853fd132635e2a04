import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { RedisService } from './redis.service';

/** What the clock reads; in tests a clock that can be set. */
export type TimeSource = Pick<RedisService, 'readTimeMs'>;

const SYNC_EVERY_MS = 2_000;
/** Steps up to this are bridged; a larger one makes the clock suspect. */
const BRIDGED_STEP_MS = 5_000;
const FRESH_BLOCK_WITHIN_MS = 30_000;
/** Steps are remembered for so long, and no more of them. */
const STEPS_KEPT_MS = 3_600_000;
const MAX_STEPS = 100;
/** Less than this is the way to Redis, not its clock. */
const SMALLEST_STEP_MS = 100;

/** One reading of the Redis clock with the monotonic times around it. */
interface Reading {
  readonly redisMs: number;
  readonly monotonicMs: number;
}

/**
 * The one clock of all instances: Redis `TIME`, carried on by this process's monotonic clock between readings and
 * while Redis is away. A step of more than 5 s between the two makes it suspect until TIME agrees again, its new value
 * is within 30 s of a fresh block, or an admin confirms it.
 */
@Injectable()
export class SharedClock implements OnModuleInit, OnModuleDestroy {
  private anchor: Reading = { redisMs: Date.now(), monotonicMs: performance.now() };
  /** Highest time given out: a small step back makes time stand still until it is caught up. */
  private highestMs = 0;
  private suspectStep: Reading | null = null;
  private suspectSinceMs = 0;
  private readonly steps: { readonly sizeMs: number; readonly monotonicMs: number }[] = [];
  private lastBlock: Reading | null = null;
  private isSynced = false;
  private timer: NodeJS.Timeout | undefined;

  private readonly log = new Logger('clock');

  constructor(@Inject(RedisService) private readonly source: TimeSource) {}

  async onModuleInit(): Promise<void> {
    await this.sync().catch(() => undefined);
    this.timer = setInterval(() => void this.sync().catch(() => undefined), SYNC_EVERY_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Shared time now, epoch ms, never a network call. */
  now(): number {
    const nowMs = Math.round(this.anchor.redisMs + performance.now() - this.anchor.monotonicMs);
    this.highestMs = Math.max(this.highestMs, nowMs);
    return this.highestMs;
  }

  /** True from a large step of TIME until it is explained. */
  get isSuspect(): boolean {
    return this.suspectStep !== null;
  }

  /** For how long the clock has been suspect, ms; 0 while it is not. */
  get suspectForMs(): number {
    return this.suspectStep === null ? 0 : performance.now() - this.suspectSinceMs;
  }

  /** Largest step of TIME against this process's monotonic clock of the last `withinMs`, either way, ms. */
  largestStepMs(withinMs: number): number {
    const sinceMs = performance.now() - Math.min(withinMs, STEPS_KEPT_MS);
    return Math.max(
      0,
      ...this.steps.filter((step) => step.monotonicMs >= sinceMs).map(({ sizeMs }) => sizeMs),
    );
  }

  /** Reads Redis TIME; resolves to shared time. @throws when Redis cannot be reached */
  async sync(): Promise<number> {
    const before = performance.now();
    const redisMs = await this.source.readTimeMs();
    const after = performance.now();
    this.take({ redisMs, monotonicMs: (before + after) / 2 });
    return this.now();
  }

  /** Tells the clock the block time of a block that was fresh just now. */
  observeBlock(blockTimeMs: number): void {
    this.lastBlock = { redisMs: blockTimeMs, monotonicMs: performance.now() };
    this.resolveByBlock();
  }

  /** An admin says that the present TIME is right. */
  confirm(): void {
    if (this.suspectStep !== null) this.accept(this.suspectStep);
  }

  private take(reading: Reading): void {
    if (this.isSynced && this.suspectStep === null) this.noteStep(reading);
    if (!this.isSynced || Math.abs(this.stepOf(reading)) <= BRIDGED_STEP_MS) {
      this.accept(reading);
      return;
    }
    if (this.suspectStep === null) {
      this.log.error({ message: 'shared clock became suspect', stepMs: Math.round(this.stepOf(reading)) });
      this.suspectSinceMs = performance.now();
    }
    this.suspectStep = reading;
    this.resolveByBlock();
  }

  private noteStep(reading: Reading): void {
    const sizeMs = Math.abs(this.stepOf(reading));
    if (sizeMs < SMALLEST_STEP_MS) return;
    this.steps.push({ sizeMs, monotonicMs: performance.now() });
    this.steps.splice(0, this.steps.length - MAX_STEPS);
  }

  private resolveByBlock(): void {
    if (this.suspectStep === null || this.lastBlock === null) return;
    const blockAgeMs = performance.now() - this.lastBlock.monotonicMs;
    if (blockAgeMs > FRESH_BLOCK_WITHIN_MS) return;
    const timeThenMs = this.suspectStep.redisMs + this.lastBlock.monotonicMs - this.suspectStep.monotonicMs;
    if (Math.abs(timeThenMs - this.lastBlock.redisMs) <= FRESH_BLOCK_WITHIN_MS) this.accept(this.suspectStep);
  }

  private accept(reading: Reading): void {
    if (this.suspectStep !== null) this.log.log({ message: 'shared clock is trusted again' });
    if (this.suspectStep !== null || !this.isSynced) this.highestMs = 0;
    this.isSynced = true;
    this.suspectStep = null;
    this.anchor = reading;
  }

  private stepOf(reading: Reading): number {
    return reading.redisMs - (this.anchor.redisMs + reading.monotonicMs - this.anchor.monotonicMs);
  }
}
