/** How sure the cluster is of a block; each level includes the one before. */
export type Commitment = 'processed' | 'confirmed' | 'finalized';

/** Levels at which lists and transactions can be read. */
export type ReadCommitment = Exclude<Commitment, 'processed'>;

const LEVELS: readonly Commitment[] = ['processed', 'confirmed', 'finalized'];

/** Orders two levels: negative where `a` is less sure. */
export function compareCommitments(a: Commitment, b: Commitment): number {
  return LEVELS.indexOf(a) - LEVELS.indexOf(b);
}

/** About how far, in ms, a level lies behind the present; used to plan looks, never to decide anything. */
export function typicalLagMs(commitment: Commitment): number {
  return { processed: 400, confirmed: 1_000, finalized: 13_000 }[commitment];
}
