import type { RoundEnd } from '../../timer/domain/timer';
import type { FoldedTrade } from '../../timer/domain/trade';

/** A trade as history knows it. */
export type StoredTrade = FoldedTrade & { readonly timerId: string };

/** A round as history knows it; an open one has no end yet. */
export type StoredRound = Omit<RoundEnd, 'endedAtMs'> & { readonly endedAtMs: number | null };
