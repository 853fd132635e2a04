import { deviceClock } from './clock-source';
import type { ClockSource } from './clock-source';
import { Link } from './link';
import type { LinkStatus } from './link';
import { Listeners } from './listeners';
import { TimerUpdatedDocument } from './operations.generated';
import type { Problem } from './problem';
import { SharedClock } from './shared-clock';
import type { ClockEstimate } from './shared-clock';
import { Synchroniser } from './synchroniser';
import { mayReplace, viewAt } from './timer-state';
import type { TimerState, TimerTrade, TimerView } from './timer-state';
import { TradeFeed } from './trade-feed';
import { watchWakeUps } from './wake-ups';

/** What a client needs to know. */
export interface TimerClientOptions {
  /** Address of the service, such as `https://timer.example`, or of its GraphQL endpoint. */
  readonly url: string;
  /** Which timer; default "global". */
  readonly timerId?: string;
  /** Constructor of sockets where the platform has none of its own (Node 20: that of `ws`). */
  readonly webSocket?: unknown;
  /** Clocks of the device; for tests. */
  readonly clock?: ClockSource;
}

/** How a client is connected. */
export interface TimerConnection {
  readonly status: LinkStatus;
  /** Why there is no state though there is a connection, such as NOT_FOUND; null while all is well. */
  readonly problem: Problem | null;
}

/** A timer that is followed. */
export interface TimerClient {
  readonly timerId: string;
  /** The newest state; null until the first one came. Kept while the connection is lost. */
  readonly state: TimerState | null;
  readonly connection: TimerConnection;
  /** How well the shared clock is known; null before the first round trip, and right after a sleep. */
  readonly clock: ClockEstimate | null;
  /** Shared time, epoch ms; null until something was heard. */
  now(): number | null;
  /** The timer at this instant; null until the first state came. */
  view(): TimerView | null;
  /** Milliseconds left at this instant, never negative; null until the first state came. */
  remainingMs(): number | null;
  /** Told each state that the server tells, heartbeats included. @returns takes the listener away */
  onChange(listener: (state: TimerState) => void): () => void;
  /** Told each trade once, in order, also those that came while the connection was lost. @returns takes the listener away */
  onTrade(listener: (trade: TimerTrade) => void): () => void;
  /** Told when the connection changes. @returns takes the listener away */
  onConnection(listener: (connection: TimerConnection) => void): () => void;
  /** Leaves. Nothing is told any more. */
  close(): void;
}

/**
 * Follows a timer: connects, stays in sync with the shared clock, and connects again for ever.
 *
 * @throws TypeError when the url is none; Error where the platform has no WebSocket and none was given
 */
export function createTimerClient(options: TimerClientOptions): TimerClient {
  return new Follower(options);
}

class Follower implements TimerClient {
  readonly timerId: string;
  private known: TimerState | null = null;
  private told: TimerConnection = { status: 'connecting', problem: null };
  private readonly shared: SharedClock;
  private readonly link: Link;
  private readonly synchroniser: Synchroniser;
  private readonly feed: TradeFeed;
  private readonly changes = new Listeners<TimerState>();
  private readonly trades = new Listeners<TimerTrade>();
  private readonly connections = new Listeners<TimerConnection>();
  private readonly unwatch: () => void;

  constructor({ url, timerId = 'global', webSocket, clock = deviceClock }: TimerClientOptions) {
    this.timerId = timerId;
    this.shared = new SharedClock(() => clock.monotonic());
    this.link = new Link({ url, webSocket, onStatus: (status) => this.connected(status) });
    this.synchroniser = new Synchroniser(this.link, this.shared, clock);
    this.feed = new TradeFeed(this.link, timerId, {
      tell: (trade) => this.trades.tell(trade),
      now: () => this.shared.now(),
    });
    this.link.follow(
      TimerUpdatedDocument,
      { id: timerId },
      {
        next: ({ timerUpdated }) => this.take(timerUpdated),
        problem: (problem) =>
          this.tell({ ...this.told, problem: this.link.status === 'live' ? problem : null }),
      },
    );
    this.unwatch = watchWakeUps(clock, (what) => {
      if (what === 'slept') this.shared.forget();
      this.link.hurry();
      this.synchroniser.now();
    });
  }

  get state(): TimerState | null {
    return this.known;
  }

  get connection(): TimerConnection {
    return this.told;
  }

  get clock(): ClockEstimate | null {
    return this.shared.estimate;
  }

  now(): number | null {
    return this.shared.now();
  }

  view(): TimerView | null {
    const now = this.shared.now();
    return this.known === null || now === null ? null : viewAt(this.known, now);
  }

  remainingMs(): number | null {
    return this.view()?.remainingMs ?? null;
  }

  onChange(listener: (state: TimerState) => void): () => void {
    return this.changes.add(listener);
  }

  onTrade(listener: (trade: TimerTrade) => void): () => void {
    this.feed.start();
    return this.trades.add(listener);
  }

  onConnection(listener: (connection: TimerConnection) => void): () => void {
    return this.connections.add(listener);
  }

  close(): void {
    this.unwatch();
    this.synchroniser.stop();
    this.feed.stop();
    this.link.close();
    for (const listeners of [this.changes, this.trades, this.connections]) listeners.clear();
  }

  private take(state: TimerState): void {
    if (!this.shared.hear(state.serverTime)) this.synchroniser.now();
    this.feed.heard();
    if (!mayReplace(state, this.known)) return;
    this.known = state;
    this.changes.tell(state);
  }

  private connected(status: LinkStatus): void {
    this.tell({ status, problem: null });
    if (status === 'live') {
      this.synchroniser.start();
      this.feed.catchUp();
    }
  }

  private tell(connection: TimerConnection): void {
    const { status, problem } = this.told;
    if (status === connection.status && problem?.code === connection.problem?.code) return;
    this.told = connection;
    this.connections.tell(connection);
  }
}
