import type { Act, FoldState, RoundEnd } from '../../timer/domain/timer';
import type { FoldedTrade } from '../../timer/domain/trade';

/** One line of a timer's whole log: first the timer, then acts, ends and late trades, then trades, oldest first; a close ends it. */
export type LogLine =
  | { readonly kind: 'timer'; readonly timerId: string; readonly origin: FoldState }
  | { readonly kind: 'act'; readonly act: Act }
  | { readonly kind: 'end'; readonly end: RoundEnd }
  /** A trade that was found too late to count, by its key. */
  | { readonly kind: 'late'; readonly trade: string }
  | { readonly kind: 'trade'; readonly trade: FoldedTrade }
  /** The last line: how many stand before it. */
  | { readonly kind: 'close'; readonly lines: number };
