import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { signals } from '../metrics/domain/signals';
import { LeaseTerm } from './lease.term';
import type { LeaseTimes } from './lease.term';
import type { Lease, LeaseStore } from './redis/lease.store';

const RELEASE_WITHIN_MS = 1_000;
const STOP_WITHIN_MS = 5_000;

/**
 * What is done while leading. It returns soon after its signal is aborted; returning earlier gives the lease back.
 *
 * @param fencingToken - goes into every write
 */
export type LeaderTask = (signal: AbortSignal, fencingToken: number) => Promise<void>;

/** Competes for the lease for ever; of all instances, one runs its task. */
export class LeaderService {
  private readonly log = new Logger('solana');
  private readonly stopped = new AbortController();
  private running: Promise<void> | null = null;
  private token: number | null = null;

  constructor(
    private readonly store: LeaseStore,
    private readonly instanceId: string,
    private readonly times: LeaseTimes,
  ) {}

  /** Whether this instance leads right now. */
  get isLeader(): boolean {
    return this.token !== null;
  }

  /** The token of the present term; null while another leads. */
  get fencingToken(): number | null {
    return this.token;
  }

  /** Which instance leads, wherever; null: none. @throws while Redis cannot be reached */
  async present(): Promise<{ readonly instanceId: string; readonly fencingToken: number } | null> {
    return await this.store.present();
  }

  /** Begins to compete; `task` runs once for each term. */
  start(task: LeaderTask): void {
    this.running ??= this.compete(task);
  }

  /** Ends the task and gives the lease back at once; does not wait for ever where Redis does not answer. */
  async stop(): Promise<void> {
    this.stopped.abort();
    if (this.running !== null) await atMost(this.running, STOP_WITHIN_MS);
  }

  private async compete(task: LeaderTask): Promise<void> {
    const { signal } = this.stopped;
    let isAway = false;
    while (!signal.aborted) {
      const askedAtMs = performance.now();
      try {
        const lease = await this.ask();
        isAway = false;
        if (lease !== null) await this.serve(new LeaseTerm(this.store, lease, this.times, askedAtMs), task);
      } catch (err) {
        if (!isAway) this.log.warn({ message: 'lease could not be asked for', code: codeOf(err) });
        isAway = true;
      }
      const waitMs = this.times.retryMs * (0.5 + Math.random() / 2);
      await delay(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** The lease, or null; a question that is still open when competing ends is left to itself. */
  private async ask(): Promise<Lease | null> {
    const asking = this.store.acquire(this.instanceId, this.times.ttlMs);
    const { signal } = this.stopped;
    return await until(
      signal,
      asking.catch((err: unknown) => {
        if (signal.aborted) return null;
        throw err;
      }),
    );
  }

  private async serve(term: LeaseTerm, task: LeaderTask): Promise<void> {
    const { fencingToken } = term.lease;
    this.token = fencingToken;
    this.log.log({ message: 'lease taken', leaseHolder: this.instanceId, fencingToken });
    try {
      await task(AbortSignal.any([term.signal, this.stopped.signal]), fencingToken);
    } catch (err) {
      if (!term.signal.aborted && !this.stopped.signal.aborted) {
        this.log.error({ message: 'leading failed', fencingToken, err });
        signals.incident.tell({ rule: 'source-failed', context: { source: 'leader' } });
      }
    } finally {
      this.token = null;
      await term.end();
      await atMost(
        this.store.release(term.lease).catch(() => undefined),
        RELEASE_WITHIN_MS,
      );
      this.log.log({ message: 'lease given up', leaseHolder: this.instanceId, fencingToken });
    }
  }
}

/** The answer, or null where the signal is aborted first. */
async function until<T>(signal: AbortSignal, answer: Promise<T>): Promise<T | null> {
  let end = (): void => undefined;
  const over = new Promise<null>((resolve) => {
    end = () => resolve(null);
    signal.addEventListener('abort', end, { once: true });
  });
  return await Promise.race([answer, over]).finally(() => signal.removeEventListener('abort', end));
}

/** Waits for work to end, but no longer than `ms`. */
async function atMost(work: Promise<void>, ms: number): Promise<void> {
  await until(AbortSignal.timeout(ms), work);
}

function codeOf(err: unknown): string {
  return err instanceof Error && 'code' in err
    ? String(err.code)
    : err instanceof Error
      ? err.name
      : 'unknown';
}
