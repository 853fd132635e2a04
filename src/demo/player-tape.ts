/** What the player needs to know of a tape entry. */
export interface PlayableEntry {
  readonly name: string;
  readonly signature: string;
  readonly expected: 'buy' | 'sell' | 'none';
}

/** Entries to play, and how one becomes a `getTransaction` result in encoding `json`. */
export interface Tape<E extends PlayableEntry = PlayableEntry> {
  readonly entries: readonly E[];
  toRpcTransaction(
    entry: E,
    as: {
      readonly signature: string;
      readonly slot: number;
      readonly blockTimeSec: number;
      readonly mint: string;
    },
  ): unknown;
}
