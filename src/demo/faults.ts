/** How the node in front of the chain misbehaves. The chain behind it goes on. */
export interface Faults {
  /** Slots by which the node is behind the chain. */
  readonly lagSlots: number;
  /** Slot above which the node sees nothing; null: it follows the chain. */
  readonly holdSlot: number | null;
  /** Neighbouring rows of a list change places. */
  readonly reorderRows: boolean;
  /** Signatures unknown to lists, blocks and transactions. */
  readonly forgetSignatures: readonly string[];
  /** Signatures that lists show and `getTransaction` answers with null. */
  readonly nullTransactions: readonly string[];
}

/** A node that does what it should. */
export const NO_FAULTS: Faults = {
  lagSlots: 0,
  holdSlot: null,
  reorderRows: false,
  forgetSignatures: [],
  nullTransactions: [],
};
