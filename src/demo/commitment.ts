/** How sure a slot is, as a client of the chain asks for it. */
export type Commitment = 'processed' | 'confirmed' | 'finalized';

/** Slots by which each commitment is behind the newest slot. */
export const SLOTS_BEHIND: Readonly<Record<Commitment, number>> = {
  processed: 0,
  confirmed: 2,
  finalized: 32,
};

/** True for the name of a commitment. */
export function isCommitment(value: unknown): value is Commitment {
  return value === 'processed' || value === 'confirmed' || value === 'finalized';
}
