import { actionOf } from './action';
import { SOL_MINT } from './flows';
import type { Flows, Holding } from './flows';
import { refundedLamports, sideLamports } from './side-lamports';
import type { Transaction } from './transaction.form';

/** A net change this many times smaller than what passed through the transaction is a rounding rest of a route. */
const DUST_FRACTION = 1000n;

/** What the judge has collected about one transaction and one token. */
export interface Case {
  readonly transaction: Transaction;
  readonly mint: string;
  readonly flows: Flows;
  /** True where a listed program was called to swap: then shares minted or burned on the way do not veto. */
  readonly isSwapCall: boolean;
  /** True where a program of orders acted: then makers come before who filled their orders. */
  readonly hasOrders: boolean;
  /** True where SOL for accounts that move no tokens is taken for the payment, since nothing else was paid. */
  readonly isSideSolPaid: boolean;
}

/** Net change of the judged token of one owner; 0 where it has none. */
export function tokenChange(holding: Holding, mint: string): bigint {
  return holding.changes.get(mint) ?? 0n;
}

/** Size of an amount, whatever its sign. */
export function absolute(amount: bigint): bigint {
  return amount < 0n ? -amount : amount;
}

/** True where the owner ends with more of the judged token than it began with. */
export function isGain(holding: Holding, mint: string): boolean {
  return tokenChange(holding, mint) > 0n;
}

/** True for an asset whose every change is a single indivisible piece. */
export function isPiece(flows: Flows, mint: string): boolean {
  if (mint === SOL_MINT || flows.decimalsOf(mint) !== 0) return false;
  for (const { changes } of flows.holdings.values()) {
    const change = changes.get(mint) ?? 0n;
    if (change < -1n || change > 1n) return false;
  }
  return true;
}

/**
 * True where this transaction made or destroyed units of the asset for the owner: a share, not a payment. They were made
 * or destroyed in its own hands, or in those of somebody who keeps none.
 */
export function isShare(flows: Flows, transaction: Transaction, mint: string, owner: string): boolean {
  if (mint === SOL_MINT) return false;
  let total = 0n;
  for (const { changes } of flows.holdings.values()) total += changes.get(mint) ?? 0n;
  if (total === 0n) return false;
  return transaction.instructions.some((instruction) => {
    const action = actionOf(instruction);
    if ((action?.kind !== 'mint' && action?.kind !== 'burn') || action.mint !== mint) return false;
    const holder = flows.ownerOf(action.kind === 'mint' ? action.to : action.from) ?? '';
    return holder === owner || (flows.holdings.get(holder)?.changes.get(mint) ?? 0n) === 0n;
  });
}

/** Half of all that moved of an asset, and so the size of what passed through. */
function passedThrough(flows: Flows, mint: string): bigint {
  let total = 0n;
  for (const { changes } of flows.holdings.values()) {
    const change = changes.get(mint) ?? 0n;
    if (change > 0n) total += change;
  }
  return total;
}

/** What came into the owner's accounts of an asset by transfers, whatever left them again. */
function cameIn({ flows, transaction }: Case, owner: string, mint: string): bigint {
  let total = 0n;
  for (const instruction of transaction.instructions) {
    const action = actionOf(instruction);
    if (action?.kind !== 'transfer' || flows.ownerOf(action.to) !== owner) continue;
    if (flows.mintOf(action.to) === mint) total += action.amount;
  }
  return total;
}

function isSmall(flows: Flows, mint: string, change: bigint): boolean {
  return isSmallBeside(change, passedThrough(flows, mint));
}

/**
 * True where an owner keeps only the rounding rest of an asset: a thousandth of what others moved, and either that much
 * passed through its own accounts, or it gave and got other assets beside. A small trader next to a large one is neither.
 */
export function isDust(facts: Case, holding: Holding, mint: string): boolean {
  const { flows } = facts;
  const change = holding.changes.get(mint) ?? 0n;
  if (!isSmall(flows, mint, change)) return false;
  const others = [...holding.changes].filter(([asset, other]) => {
    if (asset === mint || other === 0n || isSmall(flows, asset, other)) return false;
    return asset !== SOL_MINT || solLeg(facts, holding, other > 0n ? 1 : -1) !== 0n;
  });
  if (others.some(([, other]) => other > 0n) && others.some(([, other]) => other < 0n)) return true;
  return mint === SOL_MINT || isSmallBeside(change, cameIn(facts, holding.owner, mint));
}

function isSmallBeside(change: bigint, passed: bigint): boolean {
  return absolute(change) * DUST_FRACTION < passed;
}

/**
 * SOL that an owner really gave or got: tips, rent and refunds taken out.
 *
 * What closed accounts gave back is taken for a refund, unless a listed program was called to swap.
 * @param sign - direction that is asked for: -1 gave, 1 got
 * @returns lamports of that sign, or 0
 */
export function solLeg(
  { transaction, flows, isSwapCall, isSideSolPaid }: Case,
  holding: Holding,
  sign: 1 | -1,
): bigint {
  const change = holding.changes.get(SOL_MINT) ?? 0n;
  const net = change + sideLamports(transaction, flows, holding.owner, isSideSolPaid);
  if (sign > 0) {
    const isDoubtful = holding.isSigner && !isSwapCall;
    return net > (isDoubtful ? refundedLamports(transaction, flows, holding.owner) : 0n) ? net : 0n;
  }
  return net < 0n ? net : 0n;
}

/**
 * What an owner gave or got for the judged token: its changes of other assets against the sign of its token change.
 *
 * Single pieces, shares and rounding rests are no payment.
 */
export function counterAssets(facts: Case, holding: Holding): ReadonlyMap<string, bigint> {
  const { flows, mint, transaction, isSwapCall } = facts;
  const sign = isGain(holding, mint) ? -1 : 1;
  const found = new Map<string, bigint>();
  for (const [asset, change] of holding.changes) {
    if (asset === mint || asset === SOL_MINT || change === 0n || change > 0n !== sign > 0) continue;
    if (isPiece(flows, asset) || isDust(facts, holding, asset)) continue;
    if (!isSwapCall && isShare(flows, transaction, asset, holding.owner)) continue;
    found.set(asset, change);
  }
  if (mint !== SOL_MINT) {
    const sol = solLeg(facts, holding, sign);
    if (sol !== 0n) found.set(SOL_MINT, sol);
  }
  return found;
}
