import { Logger } from '@nestjs/common';
import { DelayedError, Queue, Worker } from 'bullmq';
import type { Job } from 'bullmq';
import type { RedisService } from '../redis/redis.service';

/** What became of one try. */
export type TryOutcome =
  | { readonly tag: 'done' }
  /** Failed; tried again after a growing pause, up to the last try. */
  | { readonly tag: 'failed'; readonly reason: string }
  /** Not due yet; does not count as a try. */
  | { readonly tag: 'wait'; readonly waitMs: number };

/** What is done with a job. */
export interface DeliveryWork<Data> {
  /** @param tries - failed tries so far */
  attempt(data: Data, tries: number): Promise<TryOutcome>;
  /** The last try has failed. */
  giveUp(data: Data, reason: string): Promise<void>;
}

/** How a queue tries. */
export interface DeliveryPace {
  readonly tries: number;
  /** The pause after the first failure; it doubles with each further one. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  readonly concurrency: number;
}

/** How long finished jobs are remembered, so that one id is never worked twice. */
const REMEMBERED_SEC = 86_400;
const ADD_WITHIN_MS = 3_000;
const STOP_WITHIN_MS = 5_000;

/**
 * A durable queue over the service's Redis: jobs survive restarts, are worked by one instance at a time, and wait while
 * Redis is away. A job that was being worked when its instance died is worked again: at least once.
 */
export class DeliveryQueue<Data extends object> {
  private readonly log = new Logger('outbound');
  private queue: Queue | null = null;
  private worker: Worker | null = null;

  /** @param name - of the queue; one work for each */
  constructor(
    private readonly redis: Pick<RedisService, 'connectBlocking' | 'keyPrefix' | 'isReady'>,
    private readonly name: string,
    private readonly pace: DeliveryPace,
    private readonly parse: (data: unknown) => Data,
  ) {}

  /**
   * Adds a job, once for all that have its id.
   *
   * @throws within three seconds where Redis does not take it
   */
  async add(id: string, data: Data, delayMs = 0): Promise<void> {
    if (!this.redis.isReady) throw new Error('redis is away');
    const { tries } = this.pace;
    const options = { jobId: id, attempts: tries, backoff: { type: 'custom' }, delay: Math.max(0, delayMs) };
    const kept = { age: REMEMBERED_SEC };
    const adding = this.opened().add('deliver', data, {
      ...options,
      removeOnComplete: kept,
      removeOnFail: kept,
    });
    await withLimit(adding, ADD_WITHIN_MS);
  }

  /** Begins to work jobs on this instance. */
  start(work: DeliveryWork<Data>): void {
    if (this.worker !== null) return;
    const worker = new Worker(this.name, (job, token) => this.run(work, job, token), {
      ...this.connection(`${this.name}-worker`),
      concurrency: this.pace.concurrency,
      settings: { backoffStrategy: (failed) => pauseMs(this.pace, failed) },
    });
    worker.on('error', (err) =>
      this.log.debug({ message: 'queue interrupted', queue: this.name, err: err.message }),
    );
    worker.on('failed', (job, err) => {
      if (job === undefined || job.attemptsMade < this.pace.tries) return;
      work.giveUp(this.parse(job.data), err.message).catch((failure: unknown) => {
        this.log.error({ message: 'job not given up', queue: this.name, err: failure });
      });
    });
    this.worker = worker;
  }

  /** Ends after the tries under way; does not wait for ever where Redis does not answer. */
  async stop(): Promise<void> {
    await withLimit(this.worker?.close() ?? Promise.resolve(), STOP_WITHIN_MS).catch(() => undefined);
    await withLimit(this.queue?.close() ?? Promise.resolve(), STOP_WITHIN_MS).catch(() => undefined);
    this.worker = null;
    this.queue = null;
  }

  private opened(): Queue {
    if (this.queue !== null) return this.queue;
    this.queue = new Queue(this.name, this.connection(this.name));
    this.queue.on('error', (err) =>
      this.log.debug({ message: 'queue interrupted', queue: this.name, err: err.message }),
    );
    return this.queue;
  }

  // the braces put a queue's keys into one hash slot, since its scripts touch many of them
  private connection(name: string): {
    connection: ReturnType<RedisService['connectBlocking']>;
    prefix: string;
  } {
    return { connection: this.redis.connectBlocking(name), prefix: `${this.redis.keyPrefix}:{queue}` };
  }

  private async run(work: DeliveryWork<Data>, job: Job, token: string | undefined): Promise<void> {
    const outcome = await work.attempt(this.parse(job.data), job.attemptsMade);
    if (outcome.tag === 'failed') throw new Error(outcome.reason);
    if (outcome.tag === 'wait') {
      await job.moveToDelayed(Date.now() + outcome.waitMs, token);
      throw new DelayedError();
    }
  }
}

/** The pause after failure `failed` (from 1), with jitter. */
export function pauseMs({ firstPauseMs, longestPauseMs }: DeliveryPace, failed: number): number {
  const full = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failed - 1, 20));
  return Math.round(full * (0.75 + Math.random() / 4));
}

async function withLimit<Answer>(work: Promise<Answer>, limitMs: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('redis did not answer in time')), limitMs);
  });
  work.catch(() => undefined);
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
