import { actionOf, movesTokens, SYSTEM_PROGRAM } from './action';
import type { Action } from './action';
import { SOL_MINT } from './flows';
import type { Flows, Holding } from './flows';
import type { Transaction } from './transaction.form';

type LamportMove = Extract<Action, { kind: 'lamports' }>;

/** Asked for each owner of a transaction again. */
const lamportMoves = new WeakMap<Transaction, readonly LamportMove[]>();

function lamportMovesOf(transaction: Transaction): readonly LamportMove[] {
  const known = lamportMoves.get(transaction);
  if (known !== undefined) return known;
  const moves: LamportMove[] = [];
  for (const instruction of transaction.instructions) {
    const action = instruction.programId === SYSTEM_PROGRAM ? actionOf(instruction) : null;
    if (action?.kind === 'lamports') moves.push(action);
  }
  lamportMoves.set(transaction, moves);
  return moves;
}

/** Asked for each payment of a transaction again. */
const givers = new WeakMap<Transaction, ReadonlySet<string | undefined>>();

/** Owners whose accounts tokens were taken from, whatever came back to them. */
function giversOf(transaction: Transaction, flows: Flows): ReadonlySet<string | undefined> {
  const known = givers.get(transaction);
  if (known !== undefined) return known;
  const found = new Set<string | undefined>();
  for (const instruction of transaction.instructions) {
    const action = movesTokens(instruction) ? actionOf(instruction) : null;
    if (action !== null && 'from' in action) found.add(flows.ownerOf(action.from));
  }
  givers.set(transaction, found);
  return found;
}

/** True where an owner took part with tokens; what several owners exchanged with it may cancel. */
function hasTokens(transaction: Transaction, flows: Flows, { owner, changes }: Holding): boolean {
  for (const [mint, change] of changes) if (mint !== SOL_MINT && change !== 0n) return true;
  return giversOf(transaction, flows).has(owner);
}

/** True where lamports sent to an account are no payment: rent of somebody else's account, a tip, a fee. */
function isAside(transaction: Transaction, flows: Flows, { from, to, creates }: LamportMove): boolean {
  const holder = flows.ownerOf(to);
  if (holder !== undefined) return holder !== from && (creates || flows.mintOf(to) !== SOL_MINT);
  const receiver = flows.holdings.get(to);
  if (receiver === undefined) return false;
  return creates || !hasTokens(transaction, flows, receiver);
}

/**
 * Lamports that an owner handed to accounts outside the exchange: tips, fees and the rent of accounts that are not its
 * own. A recipient belongs to the exchange when it gives tokens, or keeps some.
 *
 * @param onlyRent - true: only what new accounts were given
 */
export function sideLamports(
  transaction: Transaction,
  flows: Flows,
  owner: string,
  onlyRent = false,
): bigint {
  let total = 0n;
  for (const move of lamportMovesOf(transaction)) {
    if (move.from !== owner || move.to === owner || (onlyRent && !move.creates)) continue;
    if (isAside(transaction, flows, move)) total += move.amount;
  }
  return total;
}

/**
 * Lamports that closed accounts without tokens gave back. Nothing tells to whom, so that they are a doubt, not a fact;
 * 0 where the payload tells changes only.
 */
export function refundedLamports(
  { preLamports, lamportChanges, accountKeys }: Transaction,
  flows: Flows,
  owner: string,
): bigint {
  let total = 0n;
  preLamports?.forEach((pre, index) => {
    if (lamportChanges[index] !== -pre) return;
    const account = accountKeys.at(index) ?? '';
    const holder = flows.ownerOf(account) ?? account;
    if (holder !== owner && flows.mintOf(account) !== SOL_MINT) total += BigInt(pre);
  });
  return total;
}
