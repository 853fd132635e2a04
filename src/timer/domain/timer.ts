import type { FoldedTrade, TradeSide } from './trade';

/** Status as seen at a given instant of the shared clock. */
export type TimerStatus = 'RUNNING' | 'PAUSED' | 'SETTLING' | 'EXPIRED';

/** RESET: the full duration again. EXTEND: a fixed time is added. */
export type ResetMode = 'RESET' | 'EXTEND';

/** Which trades move the deadline, and how. */
export interface ResetRules {
  readonly sides: readonly TradeSide[];
  /** Smallest token amount that counts, exact decimal in whole tokens. */
  readonly minAmount: string;
  readonly mode: ResetMode;
  readonly extendByMs: number;
  /** Cap of the remaining time in EXTEND mode, counted from the block time; null: none. */
  readonly maxRemainingMs: number | null;
}

/** The rules a timer has when nothing else is asked: every trade gives the full duration again. */
export const DEFAULT_RULES: ResetRules = {
  sides: ['BUY', 'SELL'],
  minAmount: '0',
  mode: 'RESET',
  extendByMs: 60_000,
  maxRemainingMs: null,
};

/** A slot up to which the chain has been read for certain, with its block time. */
export interface Watermark {
  readonly slot: number;
  readonly blockTimeMs: number;
}

/** What has happened in a round so far. */
export interface RoundCounts {
  readonly trades: number;
  /** Trades that moved the deadline, the opener included, and admin resets. */
  readonly resets: number;
  /** Exact decimal in whole tokens. */
  readonly volume: string;
}

/** RUNNING: a round is open and its time runs. SETTLING is derived from the clock and is not a phase. */
export type Phase = 'RUNNING' | 'PAUSED' | 'EXPIRED';

/** The timer as folded from its log; a pure value without any clock. */
export interface FoldState {
  readonly phase: Phase;
  readonly round: number;
  readonly startedAtMs: number;
  /** RUNNING: last instant whose block still counts. EXPIRED: `endedAt` of the last round. PAUSED: of no meaning. */
  readonly deadlineMs: number;
  /** PAUSED: time that is left at resume. */
  readonly remainingMs: number;
  /** PAUSED: when; trades up to then count. */
  readonly pausedAtMs: number;
  /** `endedAt` of the last ended round; the timer's creation before the first. Trades up to it open nothing. */
  readonly lastEndMs: number;
  readonly durationMs: number;
  readonly rules: ResetRules;
  readonly tokenAddress: string;
  /** Counted trade of the round that is highest in chain order; EXPIRED: that of the ended round. */
  readonly lastTrade: FoldedTrade | null;
  readonly counts: RoundCounts;
}

/** A round's end as Postgres keeps it, unique by (timer, round). */
export interface RoundEnd {
  readonly timerId: string;
  readonly round: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Ended by an admin or a token change, without a winner. */
  readonly isVoid: boolean;
  readonly isComplete: boolean;
  readonly winner: string | null;
  readonly lastTrade: FoldedTrade | null;
  readonly counts: RoundCounts;
}

/** Rows that were passed over, with the block times of the first and the last of them, epoch ms. */
export interface Unfetched {
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Everything that is shared about one timer, but its tail. Written by the commit alone. */
export interface TimerState {
  readonly id: string;
  readonly epoch: number;
  readonly revision: number;
  readonly createdAtMs: number;
  /** Pools and vaults that are read beside the mint; the mint itself is not in here. */
  readonly pools: readonly string[];
  /** Those of them that were learned from trades; they are dropped when quiet for long. */
  readonly learned: readonly string[];
  /** Rows since the last end that decide nothing and were not fetched (completeness DEADLINE). */
  readonly unfetched: number;
  /** Block times of the first and the last of them, epoch ms; null: there are none. */
  readonly unfetchedSpan: Omit<Unfetched, 'count'> | null;
  /** False: ends by the shared clock alone. */
  readonly chainReading: boolean;
  /** The settled part of the log, folded. */
  readonly base: FoldState;
  /** The base as it was when the last round ended (or the timer was made): where a rebuild from history begins. */
  readonly roundBase: FoldState;
  /** Up to here the log is in the base; a trade found later at or below it is late. */
  readonly watermark: Watermark;
  /** Base and tail, folded. */
  readonly current: FoldState;
  readonly waitingTrades: number;
  /** An act that Postgres is being asked to keep; nothing closes past it meanwhile. */
  readonly reserved: Act | null;
  /** A round that is frozen and whose end Postgres is being asked to keep. */
  readonly closing: RoundEnd | null;
  /** The deadline whose passing was told last (event SETTLING). */
  readonly settlingToldMs: number | null;
  /** Ids of the acts that were accepted last. */
  readonly acceptedActs: readonly string[];
  /** Time of the last act; the next one is later. */
  readonly lastActMs: number;
  /** Highest shared time a commit has seen. */
  readonly lastCommitMs: number;
  /** True once the timer was deleted; its id is not given again. */
  readonly isDeleted: boolean;
}

/** What an admin asked for. */
export type ActType = 'RESET' | 'PAUSE' | 'RESUME' | 'CONFIGURE' | 'DELETE';

/**
 * What an act was accepted as; it keeps this whatever is found later.
 *
 * SET: reset of the open round. OPEN: reset of an expired timer, opens `round` unless a trade found later did.
 * VOID: ends `round` without a winner and opens the next. RULES: rules or duration, belongs to no round.
 * TOKEN: token of an expired timer; nothing opens up to it. DELETE ends all.
 */
export type ActEffect =
  | { readonly kind: 'SET' | 'OPEN' | 'PAUSE' | 'RESUME'; readonly round: number }
  | { readonly kind: 'VOID'; readonly round: number; readonly end: RoundEnd; readonly isPaused: boolean }
  | { readonly kind: 'RULES' }
  | { readonly kind: 'TOKEN' | 'DELETE'; readonly round: number };

/** Addresses that are to be read beside the mint from now on, and such that are not any more. */
export interface WatchChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** What an admin can change of a timer. The fold knows all of it but `watch`, which changes no round. */
export interface ConfigChange {
  readonly durationMs?: number;
  readonly rules?: ResetRules;
  readonly tokenAddress?: string;
  readonly watch?: WatchChange;
}

/** An admin's act with its place in the log. */
export interface Act {
  readonly id: string;
  readonly type: ActType;
  /** Shared time when it was accepted, at least 1 ms after everything that was in the log. */
  readonly atMs: number;
  readonly actor: string;
  readonly reason: string | null;
  readonly effect: ActEffect;
  readonly change: ConfigChange;
}

/** One entry of a timer's log. */
export type LogEntry =
  { readonly kind: 'trade'; readonly trade: FoldedTrade } | { readonly kind: 'act'; readonly act: Act };

/** Status at `nowMs` of the shared clock: a running round is settling from its deadline until it is closed. */
export function statusAt(state: Pick<TimerState, 'current' | 'closing'>, nowMs: number): TimerStatus {
  if (state.closing !== null) return 'SETTLING';
  if (state.current.phase !== 'RUNNING') return state.current.phase;
  return nowMs <= state.current.deadlineMs ? 'RUNNING' : 'SETTLING';
}
