import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Trade } from '../timer/domain/trade';
import { PushTrust, TRUST_LIMITS } from './domain/push-trust';
import type { PushState } from './domain/push-trust';
import type { PushSource } from './sources/push-desk';
import type { TimerDoor } from './sources/timer-door';

type End = 'aborted' | 'stale_leader';

/** A list waits no longer for what was pushed: it is what proves that nothing is missing. */
const WAITED_FOR_MS = 5_000;

/** A way over which transactions are pushed, and what keeps that way open. */
export interface PushLane {
  run(fencingToken: number, signal: AbortSignal): Promise<End>;
  /** Resolves when what waits now is judged; absent where nothing can wait. */
  caughtUp?(): Promise<void>;
}

/** All pushes of one leader: how far they can be trusted, and what runs for them. */
export class Pushes {
  /** Called when somebody has heard that the lists should be looked at now. */
  onWanted: () => void = () => undefined;
  /** Whether transactions that were pushed wait to be judged. */
  isBehind = false;
  readonly trust: { readonly [Source in PushSource]: PushTrust };
  private readonly log = new Logger('solana');
  private lanes: readonly PushLane[] = [];

  /** @param monotonicMs - a clock that never steps */
  constructor(
    private readonly monotonicMs: () => number = () => performance.now(),
    private readonly limits = TRUST_LIMITS,
  ) {
    this.trust = { WEBHOOK: this.trustIn('WEBHOOK'), WEBSOCKET: this.trustIn('WEBSOCKET') };
  }

  /** Whether pushes bring what happens, and lately did not miss anything. */
  get isTrusted(): boolean {
    return this.levels().some(({ level }) => level === 'TRUSTED');
  }

  /** How each way goes. */
  levels(): readonly PushState[] {
    const nowMs = this.monotonicMs();
    return (['WEBHOOK', 'WEBSOCKET'] as const).map((source) => {
      const trust = this.trust[source];
      return { source, level: trust.levelAt(nowMs), missed: trust.missedTrades };
    });
  }

  /** What runs while this instance leads. */
  use(lanes: readonly PushLane[]): void {
    this.lanes = lanes;
  }

  /** Runs all ways until the signal is aborted, or another leads. */
  async run(fencingToken: number, signal: AbortSignal): Promise<End> {
    const stop = new AbortController();
    const both = AbortSignal.any([signal, stop.signal]);
    const ends = await Promise.all(
      this.lanes.map(async (lane) => {
        const end = await lane.run(fencingToken, both);
        if (end === 'stale_leader') stop.abort();
        return end;
      }),
    );
    return ends.includes('stale_leader') ? 'stale_leader' : 'aborted';
  }

  /** Resolves when what was pushed so far is judged, at the latest after five seconds. @throws AbortError */
  async caughtUp(signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const late = delay(WAITED_FOR_MS, undefined, { signal: AbortSignal.any([signal, over.signal]) });
    late.catch(() => undefined);
    const all = Promise.all(this.lanes.flatMap((lane) => lane.caughtUp?.() ?? []));
    await Promise.race([all, late]).finally(() => over.abort());
  }

  /** The same door; what the sweep brings through it tells how well pushes go. */
  listening(door: TimerDoor): TimerDoor {
    return {
      reading: (id) => door.reading(id),
      place: (id, slot, signatures, fencingToken) => door.place(id, slot, signatures, fencingToken),
      settle: (id, watermark, fencingToken) => door.settle(id, watermark, fencingToken),
      learn: (id, watch, fencingToken) => door.learn(id, watch, fencingToken),
      retract: (id, keys, cursors, fencingToken) => door.retract(id, keys, cursors, fencingToken),
      apply: async (id, found, fencingToken) => {
        const outcome = await door.apply(id, found, fencingToken);
        if (outcome.tag === 'ok' && outcome.newTrades > 0) this.swept(found.trades);
        return outcome;
      },
    };
  }

  private swept(trades: readonly Trade[]): void {
    for (const trust of Object.values(this.trust)) trust.swept(trades, this.monotonicMs());
  }

  private trustIn(source: PushSource): PushTrust {
    return new PushTrust(this.limits, (level, before, missedTrades) => {
      const line = { message: 'trust in pushes changed', source, level, before, missedTrades };
      if (level === 'TRUSTED' || missedTrades === 0) this.log.log(line);
      else this.log.warn(line);
    });
  }
}
