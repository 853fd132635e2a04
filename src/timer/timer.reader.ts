import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { signals } from '../metrics/domain/signals';
import { RedisService } from '../platform/redis/redis.service';
import { traces } from '../platform/tracing/traces';
import { SharedClock } from '../platform/redis/shared-clock';
import type { TimerState } from './domain/timer';
import { compareRevisions, viewOf } from './domain/timer.events';
import type { ChangeMessage, TimerView } from './domain/timer.events';
import { readMessage } from './redis/parse-stored';
import { timerKeys } from './domain/timer.keys';
import { Mailbox } from './live/mailbox';
import { TimerStore } from './redis/timer.store';
import { TimerError } from './timer.errors';

/** A timer as this instance knows it now. */
export interface TimerSnapshot {
  readonly view: TimerView;
  /** Shared clock when this snapshot was made, epoch ms. */
  readonly nowMs: number;
  /** True while the shared state cannot be reached and this is the last known one. */
  readonly isStale: boolean;
}

/** A listener to the changes of one timer. */
export interface Listening {
  /** Resolves once Redis has confirmed that changes reach this instance; while Redis is away it waits. */
  readonly ready: Promise<unknown>;
  stop(): void;
}

const LOOK_FOR_TIMERS_EVERY_MS = 1_000;
const MAX_UNREAD_CHANGES = 1_000;

/**
 * Reads timers for viewers. It follows every timer all the time and remembers the newest state of each, so that an
 * outage of Redis is bridged and a new viewer's channel is already open.
 */
@Injectable()
export class TimerReader implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly newest = new Map<string, TimerView>();
  private readonly followed = new Map<string, Promise<unknown>>();
  private readonly listeners = new Map<string, Set<(message: ChangeMessage) => void>>();
  private readonly log = new Logger('timer');
  private ids: readonly string[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: TimerStore,
    private readonly redis: RedisService,
    private readonly clock: SharedClock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.followAll();
    this.timer = setInterval(() => void this.followAll(), LOOK_FOR_TIMERS_EVERY_MS);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Whether any timer is known here. */
  get hasState(): boolean {
    return this.newest.size > 0;
  }

  /** What this instance shows now of every timer that it follows; asks nobody. */
  shown(): readonly TimerView[] {
    return [...this.newest.values()];
  }

  /** @see TimerService.list */
  async list(): Promise<readonly TimerSnapshot[]> {
    this.ids = await this.store.ids().catch(() => this.ids);
    const snapshots = await Promise.all(this.ids.map((id) => this.current(id)));
    return snapshots.filter((snapshot) => snapshot !== null);
  }

  /** @see TimerService.current */
  async current(id: string): Promise<TimerSnapshot | null> {
    const peek = await this.store.peek(id).catch(() => 'unreachable' as const);
    const known = this.newest.get(id);
    if (peek === 'unreachable' || (peek === null && known !== undefined)) {
      if (known === undefined) throw new TimerError('TIMER_STATE_MISSING', { timerId: id });
      return this.snapshotOf(known, true);
    }
    if (peek === null) return null;
    if (peek.state.isDeleted) {
      this.newest.delete(id);
      return null;
    }
    const view = this.remember(viewOf(peek.state));
    const isStale = !peek.isTrusted || compareRevisions(peek.state, view) < 0;
    return this.snapshotOf(view, isStale);
  }

  /** @see TimerService.listen */
  listen(id: string, listener: (message: ChangeMessage) => void): Listening {
    const listeners = this.listeners.get(id) ?? new Set();
    this.listeners.set(id, listeners.add(listener));
    const stop = (): void => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.listeners.get(id) === listeners) this.listeners.delete(id);
    };
    return { ready: this.follow(id), stop };
  }

  /** @see TimerService.changes */
  changes(id: string): AsyncIterableIterator<ChangeMessage> {
    const mailbox = new Mailbox<ChangeMessage>(() => listening.stop());
    const listening = this.listen(id, (message) => {
      if (!mailbox.put(message, MAX_UNREAD_CHANGES))
        mailbox.fail(new TimerError('TIMER_CHANGES_EXCEEDED', { timerId: id, unread: MAX_UNREAD_CHANGES }));
    });
    return mailbox;
  }

  /** Snapshot of a state that this instance just committed. */
  snapshot(state: TimerState): TimerSnapshot {
    return this.snapshotOf(this.remember(viewOf(state)), false);
  }

  private async followAll(): Promise<void> {
    try {
      for (const id of await this.store.ids()) {
        if (this.followed.has(id)) continue;
        await this.follow(id);
        await this.current(id);
      }
    } catch (err) {
      // the connection tells of its loss itself; the next look follows what is missing
      this.log.debug({ message: 'timers not followed', err });
    }
  }

  /** One subscription per timer and instance, whoever listens. */
  private follow(id: string): Promise<unknown> {
    const known = this.followed.get(id);
    if (known !== undefined) return known;
    const { channel } = timerKeys(this.redis.keyPrefix, id);
    const following = this.redis.pubSub.subscribe<unknown>(channel, (payload) => this.hear(id, payload));
    this.followed.set(id, following);
    following.catch(() => this.followed.delete(id));
    return following;
  }

  private hear(id: string, payload: unknown): void {
    try {
      const message = readMessage(payload);
      const { traceparent: parent } = message;
      const span =
        parent === undefined ? null : traces.begin('timer.publish', { parent, facts: { timerId: id } });
      if (message.isDeleted) this.newest.delete(id);
      else this.remember(message.view);
      const listeners = this.listeners.get(id);
      for (const listener of listeners ?? []) listener(message);
      span?.end({ listeners: listeners?.size ?? 0 });
      for (const { detectedAtMs } of message.trades) {
        signals.heard.tell({ afterSec: Math.max(0, this.clock.now() - detectedAtMs) / 1000 });
      }
    } catch (err) {
      // thrown into the connection's event handler it would end the process
      this.log.error({ message: 'change not understood', timerId: id, code: 'TIMER_STATE_MALFORMED', err });
    }
  }

  private snapshotOf(view: TimerView, isStale: boolean): TimerSnapshot {
    return { view, nowMs: this.clock.now(), isStale };
  }

  private remember(view: TimerView): TimerView {
    const known = this.newest.get(view.id);
    if (known !== undefined && compareRevisions(known, view) > 0) return known;
    this.newest.set(view.id, view);
    return view;
  }
}
