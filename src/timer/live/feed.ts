import { compareRevisions } from '../domain/timer.events';
import type { ChangeMessage, TimerView } from '../domain/timer.events';
import type { Listening, TimerSnapshot } from '../timer.service';

/** Where feeds get their timers from; the timer room's service, or memory in tests. */
export interface TimerSource {
  /** The timer now; null where there is none. */
  current(id: string): Promise<TimerSnapshot | null>;
  /** Calls `listener` with each change from now on. */
  listen(id: string, listener: (message: ChangeMessage) => void): Listening;
  /** Whether the shared state can be read, and its changes come in. */
  readonly isReachable: boolean;
  /** Calls `listener` when it went away, and when it is back and changes may have been missed. Returns how to stop. */
  onTurn(listener: (isReachable: boolean) => void): () => void;
}

/** A state as an instance knows it. */
export interface Sight {
  readonly view: TimerView;
  /** Nothing proves that it still is the newest. */
  readonly isStale: boolean;
}

/** What a feed tells. */
export interface FeedListener {
  /** A message came in, whatever its age. */
  message?(message: ChangeMessage): void;
  /** A newer state than all before it, or it became stale, or is so no longer. */
  changed?(sight: Sight): void;
  /** The timer was deleted; nothing follows. */
  deleted(): void;
}

/** Looks that are asked for within this time share one read. */
const SHARED_LOOK_MS = 50;
/** A state that is stale although Redis answers, such as one that is being recovered, is looked for again. */
const LOOK_AGAIN_MS = 1_000;

/**
 * The newest state of one timer for all streams of this instance: listens first, takes a snapshot second, drops what
 * is not newer by (epoch, revision), and takes a fresh snapshot wherever a change may have been missed. While Redis is
 * away, and until a fresh snapshot was taken after that, the state is stale.
 */
export class Feed {
  private readonly listeners = new Set<FeedListener>();
  private newest: Sight | null = null;
  private listening: Listening | null = null;
  private stopTurns: () => void = () => undefined;
  private again: NodeJS.Timeout | undefined;
  private started: Promise<boolean> | null = null;
  private lastLook: { readonly atMs: number; readonly found: Promise<boolean> } | null = null;
  private isClosed = false;

  /** @param onClosed - called once, when nobody listens any more or the timer is gone */
  constructor(
    private readonly source: TimerSource,
    private readonly id: string,
    private readonly onClosed: () => void,
  ) {}

  /** The newest state that is known. */
  get sight(): Sight | null {
    return this.newest;
  }

  /** Tells `listener` what comes from now on; returns how to leave. The feed closes with its last listener. */
  attach(listener: FeedListener): () => void {
    this.listeners.add(listener);
    return () => {
      if (this.listeners.delete(listener) && this.listeners.size === 0) this.close();
    };
  }

  /** Begins, once for all who ask; false where there is no such timer. @throws what the source throws */
  start(): Promise<boolean> {
    this.started ??= this.begin();
    return this.started;
  }

  /** Reads the timer again, with others who ask now; false where it is gone. @throws what the source throws */
  look(): Promise<boolean> {
    const nowMs = performance.now();
    if (this.lastLook === null || nowMs - this.lastLook.atMs > SHARED_LOOK_MS) {
      this.lastLook = { atMs: nowMs, found: this.read() };
    }
    return this.lastLook.found;
  }

  private async begin(): Promise<boolean> {
    // an id of no timer must not make us listen
    const first = await this.source.current(this.id);
    if (first === null) return false;
    this.take(first);
    if (this.isClosed) return true;
    this.stopTurns = this.source.onTurn((isReachable) => this.turn(isReachable));
    this.listening = this.source.listen(this.id, (message) => this.hear(message));
    // while the shared state is away this is confirmed when it is back; until then the known state has to do
    this.listening.ready.then(
      () => this.heal(),
      () => undefined,
    );
    // what cannot be reached is not asked twice
    return first.isStale || (await this.read().catch(() => true));
  }

  private async read(): Promise<boolean> {
    const snapshot = await this.source.current(this.id);
    if (snapshot === null) return false;
    this.take(snapshot);
    return true;
  }

  private turn(isReachable: boolean): void {
    if (isReachable) void this.heal();
    else if (this.newest !== null) this.take({ ...this.newest, isStale: true });
  }

  private async heal(): Promise<void> {
    await this.read().catch(() => false);
    this.lookAgain();
  }

  private hear(message: ChangeMessage): void {
    if (this.isClosed) return;
    if (this.hasGapBefore(message.view)) void this.heal();
    for (const listener of this.listeners) listener.message?.(message);
    // it is newer than what was read, or it proves nothing
    if (this.newest === null || compareRevisions(message.view, this.newest.view) > 0)
      this.take({ view: message.view, isStale: false });
    if (!message.isDeleted) return;
    const listeners = [...this.listeners];
    this.close();
    for (const listener of listeners) listener.deleted();
  }

  private hasGapBefore({ epoch, revision }: TimerView): boolean {
    const { newest } = this;
    return newest !== null && (epoch !== newest.view.epoch || revision > newest.view.revision + 1);
  }

  /** Keeps what is newer of `told` and what was known; the state of an older one says nothing of the newest. */
  private take(told: Sight): void {
    if (this.isClosed) return;
    const before = this.newest;
    const order = before === null ? 1 : compareRevisions(told.view, before.view);
    const view = before === null || order > 0 ? told.view : before.view;
    const isStale = !this.source.isReachable || (order < 0 ? before?.isStale === true : told.isStale);
    if (order <= 0 && isStale === before?.isStale) return;
    const sight = { view, isStale };
    this.newest = sight;
    for (const listener of this.listeners) listener.changed?.(sight);
    this.lookAgain();
  }

  private lookAgain(): void {
    clearTimeout(this.again);
    if (this.newest?.isStale !== true || !this.source.isReachable || this.isClosed) return;
    this.again = setTimeout(() => void this.heal(), LOOK_AGAIN_MS);
  }

  private close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.stopTurns();
    clearTimeout(this.again);
    this.listening?.stop();
    this.listeners.clear();
    this.onClosed();
  }
}

/** The feeds of an instance, one for each timer that somebody follows. */
export class Feeds {
  private readonly feeds = new Map<string, Feed>();

  constructor(private readonly source: TimerSource) {}

  /** Attaches to the feed of timer `id`, begun if need be; null where there is no such timer. @throws what the source throws */
  async open(id: string, listener: FeedListener): Promise<{ feed: Feed; leave: () => void } | null> {
    const feed = this.feeds.get(id) ?? this.make(id);
    const leave = feed.attach(listener);
    try {
      if (await feed.start()) return { feed, leave };
      leave();
      return null;
    } catch (err) {
      leave();
      throw err;
    }
  }

  private make(id: string): Feed {
    const feed = new Feed(this.source, id, () => {
      if (this.feeds.get(id) === feed) this.feeds.delete(id);
    });
    this.feeds.set(id, feed);
    return feed;
  }
}
