import type { LogLine } from '../../src/history/domain/log-lines';

/** A state of the timer as somebody was told it, or as the shared one was. */
export interface ToldState {
  /** When, monotonic ms of the watching process. */
  readonly atMs: number;
  readonly epoch: number;
  readonly revision: number;
  readonly status: string;
  readonly round: number;
  /** Epoch ms; null while paused. */
  readonly deadline: number | null;
  /** Signature of the last counted trade. */
  readonly lastTrade: string | null;
}

/** An end of a round as somebody was told it. */
export interface ToldEnd {
  readonly round: number;
  /** Epoch ms. */
  readonly endedAt: number | null;
  readonly winner: string | null;
  readonly isVoid: boolean;
}

/** Everything that one subscriber saw, over all of its connections, in the order in which it came. */
export interface SeenBy {
  readonly name: string;
  readonly states: readonly ToldState[];
  /** Keys of the trades it was told. */
  readonly trades: readonly string[];
  readonly ends: readonly ToldEnd[];
}

/** A change that an admin asked for, and what the answer said. */
export interface Order {
  /** The reason it was given, by which it is found again. */
  readonly reason: string;
  /** done: the changed object came back. refused: the answer says that nothing has changed. unknown: anything else. */
  readonly outcome: 'done' | 'refused' | 'unknown';
}

/** A look into Postgres for a round's end that had just been told. */
export interface Look {
  readonly round: number;
  readonly isThere: boolean;
}

/** A trade that the chain holds. */
export interface ChainTrade {
  readonly signature: string;
  /** Epoch ms. */
  readonly blockTimeMs: number;
}

/** What everybody saw of one timer during a run, what the chain holds, and what is kept at the end. */
export interface History {
  /** Where the timer began, its accepted acts and recorded ends as Postgres has them, and the trades as the chain has them. */
  readonly log: readonly LogLine[];
  /** All that was placed and is a trade. */
  readonly chain: readonly ChainTrade[];
  /** Trades in the history by signature, and how many rows each has. */
  readonly kept: ReadonlyMap<string, number>;
  readonly viewers: readonly SeenBy[];
  readonly orders: readonly Order[];
  /** Reasons of the changes that Postgres has as accepted. */
  readonly accepted: ReadonlySet<string>;
  readonly looks: readonly Look[];
  /** Whether a server with writes that nobody else had was given up: what was told of them may be told again. */
  readonly hasLostWrites: boolean;
  readonly calm: Calm;
}

/** After the last fault: everything runs, all are connected, and a few more trades were placed. */
export interface Calm {
  /** Monotonic ms of the watching process. */
  readonly fromMs: number;
  readonly toMs: number;
  /** How long a viewer may show something else than what is shared. */
  readonly withinMs: number;
  /** The shared state, in the order in which it changed. */
  readonly shared: readonly ToldState[];
  /** Signatures of the trades that were placed in it. */
  readonly trades: readonly string[];
}
