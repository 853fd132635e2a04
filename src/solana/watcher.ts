import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { signals } from '../metrics/domain/signals';
import type { TimerService } from '../timer/timer.service';
import type { RestingEndpoint } from './rpc/rpc-pool';
import type { ObservedStore } from './redis/observed.store';
import type { Pushes } from './pushes';
import { TimerWorker } from './timer-worker';
import type { WorkerParts } from './timer-worker';

const REFRESH_MS = 1_000;

/** What a term of leading is made of. */
export interface WatcherParts extends WorkerParts {
  readonly list: Pick<TimerService, 'list'>;
  readonly endpoints: readonly RestingEndpoint[];
  readonly pushes: Pushes;
  readonly observed: ObservedStore;
}

/** What the leader does: one worker for each timer, the webhook's inbox, and a word to the other instances. */
export class Watcher {
  private readonly log = new Logger('solana');
  private readonly workers = new Map<string, TimerWorker>();

  constructor(private readonly parts: WatcherParts) {}

  /** Whether a settling takes longer than TIMER_SETTLE_TIMEOUT. */
  get isOverdue(): boolean {
    return [...this.workers.values()].some(({ isOverdue }) => isOverdue);
  }

  /** Reads for all timers until the signal is aborted or a write was refused for another leader's sake. */
  async lead(signal: AbortSignal, fencingToken: number): Promise<void> {
    const stale = new AbortController();
    const term = AbortSignal.any([signal, stale.signal]);
    const running = new Set<Promise<void>>();
    const run = (work: Promise<string>): void => {
      const watched = work
        .then((end) => {
          if (end === 'stale_leader') this.standDown(stale, fencingToken);
        })
        .catch((err: unknown) => {
          this.log.error({ message: 'reading of the chain broke off', err });
          signals.incident.tell({ rule: 'source-failed', context: { source: 'POLLING' } });
        })
        .finally(() => running.delete(watched));
      running.add(watched);
    };
    this.parts.pushes.onWanted = () => {
      for (const worker of this.workers.values()) worker.wake();
    };
    run(this.parts.pushes.run(fencingToken, term));
    while (!term.aborted) {
      await this.startWorkers(term, fencingToken, run);
      await this.tell();
      await delay(REFRESH_MS, undefined, { signal: term }).catch(() => undefined);
    }
    await Promise.all(running);
  }

  private async startWorkers(
    signal: AbortSignal,
    fencingToken: number,
    run: (work: Promise<string>) => void,
  ): Promise<void> {
    const timers = await this.parts.list.list().catch(() => []);
    for (const { view } of timers) {
      if (this.workers.has(view.id)) continue;
      const worker = new TimerWorker(this.parts, view.id, fencingToken, signal);
      this.workers.set(view.id, worker);
      run(
        worker.run().finally(() => {
          this.workers.delete(view.id);
          this.parts.memories.forget(view.id);
        }),
      );
    }
  }

  private looks(): { lookAgeMs: number | null; lateMs: number } {
    const workers = [...this.workers.values()];
    const ages = workers.map(({ lookAgeMs }) => lookAgeMs).filter((age) => age !== null);
    return {
      lookAgeMs: ages.length === 0 ? null : Math.max(...ages),
      lateMs: Math.max(0, ...workers.map(({ lateMs }) => lateMs)),
    };
  }

  private standDown(stale: AbortController, fencingToken: number): void {
    if (!stale.signal.aborted) this.log.warn({ message: 'another instance leads', fencingToken });
    stale.abort();
  }

  private async tell(): Promise<void> {
    const { observer, memories, observed } = this.parts;
    const { isOverdue } = this;
    await observed
      .put({
        ...observer.observation(),
        pending: memories.pendingCount,
        isOverdue,
        endpoints: this.parts.endpoints.map(({ health }) => health),
        pushes: this.parts.pushes.levels(),
        ...this.looks(),
      })
      .catch(() => undefined);
  }
}
