import type { Holding } from './flows';

/** The rule that named the traders, or said that there is none. */
export type Rule =
  | 'signer gave and got'
  | 'taker of a fill between wallets'
  | 'initiator gave and got'
  | 'wallet gave and got'
  | 'end of the exchange'
  | 'token only passed through'
  | 'nothing was exchanged';

/** Who traded, by which rule. */
export interface Traders {
  readonly rule: Rule;
  readonly traders: readonly Holding[];
  /** Owners that exchanged without being traders: pools, and whoever made the market. */
  readonly counterparties: readonly Holding[];
  /** True where the signers of the transaction would have decided, but are not known. */
  readonly isGuess: boolean;
}
