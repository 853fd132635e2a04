import { DEFAULT_RULES } from '../../src/timer/domain/timer';
import type { ChangeMessage, TimerView } from '../../src/timer/domain/timer.events';
import type { FoldedTrade } from '../../src/timer/domain/trade';
import type { TimerSource } from '../../src/timer/live/feed';
import type { Listening, TimerSnapshot } from '../../src/timer/timer.service';

/** A view of timer `global` in a running round. */
export function viewWith(part: Partial<TimerView> = {}): TimerView {
  return {
    id: 'global',
    tokenAddress: '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p',
    watchedAddresses: ['9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p'],
    phase: 'RUNNING',
    isClosing: false,
    round: 1,
    epoch: 1,
    revision: 1,
    durationMs: 600_000,
    startedAtMs: 1_000,
    deadlineMs: 601_000,
    pausedRemainingMs: 0,
    lastTrade: null,
    waitingTrades: 0,
    rules: DEFAULT_RULES,
    ...part,
  };
}

/** A counting trade; `number` makes its signature its own. */
export function tradeWith(number: number, part: Partial<FoldedTrade> = {}): FoldedTrade {
  return {
    signature: `signature${number}`,
    index: 0,
    slot: 1_000 + number,
    blockIndex: null,
    blockTimeMs: 2_000,
    detectedAtMs: 3_000,
    mint: '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p',
    side: 'BUY',
    amountRaw: '2500000',
    decimals: 6,
    trader: '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p',
    quoteMint: 'So11111111111111111111111111111111111111112',
    quoteRaw: '5000000000',
    quoteDecimals: 9,
    program: 'raydium',
    source: 'POLLING',
    round: 1,
    movedDeadline: true,
    isWaiting: false,
    ...part,
  };
}

/** A timer source in memory: what is published reaches everyone who listens, at once and in order. */
export class MemoryTimerSource implements TimerSource {
  /** What `current` fails with; null: it answers. */
  failure: Error | null = null;
  /** How often the timer was read. */
  reads = 0;
  /** Called before each snapshot is taken; messages published here come between listening and the snapshot. */
  beforeSnapshot: () => void = () => undefined;
  private readonly listening = new Set<(message: ChangeMessage) => void>();
  /** Whether what `current` tells may be old. */
  isStale = false;
  isReachable = true;
  private readonly turned = new Set<(isReachable: boolean) => void>();

  constructor(public view: TimerView | null) {}

  /** How many listen to changes now. */
  get listeners(): number {
    return this.listening.size;
  }

  current(): Promise<TimerSnapshot | null> {
    this.reads += 1;
    this.beforeSnapshot();
    if (this.failure !== null) return Promise.reject(this.failure);
    return Promise.resolve(
      this.view === null ? null : { view: this.view, nowMs: 5_000, isStale: this.isStale },
    );
  }

  listen(_id: string, listener: (message: ChangeMessage) => void): Listening {
    this.listening.add(listener);
    return { ready: Promise.resolve(), stop: () => void this.listening.delete(listener) };
  }

  onTurn(listener: (isReachable: boolean) => void): () => void {
    this.turned.add(listener);
    return () => void this.turned.delete(listener);
  }

  /** Sends a message to all listeners; the snapshot stays as it is. */
  send(view: TimerView, part: Partial<ChangeMessage> = {}): void {
    const message = { view, trades: [], ended: [], isDeleted: false, ...part };
    for (const listener of [...this.listening]) listener(message);
  }

  /** Changes the state and tells it. */
  publish(view: TimerView, part: Partial<ChangeMessage> = {}): void {
    this.view = view;
    this.send(view, part);
  }

  /** The connection is lost, or is there again. */
  turn(isReachable: boolean): void {
    this.isReachable = isReachable;
    for (const listener of [...this.turned]) listener(isReachable);
  }

  /** The connection was lost and is back. */
  reconnect(): void {
    this.turn(false);
    this.turn(true);
  }

  /** How many would be told that it is lost or back. */
  get turnListeners(): number {
    return this.turned.size;
  }
}
