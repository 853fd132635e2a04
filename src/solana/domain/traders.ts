import { actionOf, movesTokens } from './action';
import { byEnds } from './ends';
import { counterAssets, isDust, isGain, tokenChange } from './exchange';
import type { Case } from './exchange';
import { SOL_MINT } from './flows';
import type { Holding } from './flows';
import { initiatorsOf, namedTaker } from './initiators';
import type { Call } from './purpose';
import type { Traders } from './traders.form';
import { canBeWallet } from './wallet';

/** A fill between two signing wallets counts once: the taker, not who quoted. */
function takerOf(facts: Case, signers: readonly Holding[], calls: readonly Call[]): string | undefined {
  const named = namedTaker(calls);
  const initiators = initiatorsOf(calls, facts.flows);
  const owners = signers.map(({ owner }) => owner);
  const relayed = owners.filter((owner) => owner !== facts.transaction.feePayer);
  return (
    owners.find((owner) => owner === named) ?? relayed.find((owner) => initiators.has(owner)) ?? relayed[0]
  );
}

/** Whose accounts one instruction took tokens from and gave them to; absent where they were made or destroyed. */
type Movement = readonly [from: string | undefined, to: string | undefined];

/** How the calls moved the judged token. */
function movementsIn(calls: readonly Call[], { flows, mint }: Case): readonly Movement[] {
  const found: Movement[] = [];
  for (const { instructions } of calls) {
    for (const instruction of instructions) {
      const action = movesTokens(instruction) ? actionOf(instruction) : null;
      const from = action !== null && 'from' in action ? action.from : '';
      const to = action !== null && 'to' in action ? action.to : '';
      if (flows.mintOf(from) !== mint && flows.mintOf(to) !== mint) continue;
      found.push([flows.ownerOf(from), flows.ownerOf(to)]);
    }
  }
  return found;
}

/**
 * Owners that the calls moved the token of; null where all owners count, since nothing else moved tokens, or the payload
 * does not show what the calls moved. SOL moves in too many ways to tell.
 */
function movedBy(calls: readonly Call[], facts: Case): ReadonlySet<string | undefined> | null {
  if (facts.mint === SOL_MINT) return null;
  let inside = 0;
  for (const { instructions } of calls) inside += instructions.filter(movesTokens).length;
  const isAll = inside === facts.transaction.instructions.filter(movesTokens).length;
  return inside === 0 || isAll ? null : new Set(movementsIn(calls, facts).flat());
}

/** True where tokens went straight from one of the owners to another. */
function isDirect(owners: readonly Holding[], movements: readonly Movement[]): boolean {
  const names = new Set<string | undefined>(owners.map(({ owner }) => owner));
  return movements.some(([from, to]) => from !== to && names.has(from) && names.has(to));
}

/**
 * True where an enhanced payload does not tell enough: another wallet may have signed too, or the SOL that was got may be
 * what a closed account gave back.
 */
function isGuessed(facts: Case, signers: readonly Holding[], others: readonly Holding[]): boolean {
  if (facts.transaction.form !== 'enhanced') return false;
  if (others.length > 0) return others.some(({ owner }) => canBeWallet(owner));
  return (
    !facts.isSwapCall && signers.some((signer) => (counterAssets(facts, signer).get(SOL_MINT) ?? 0n) > 0n)
  );
}

function bySigners(facts: Case, exchanging: readonly Holding[], calls: readonly Call[]): Traders | null {
  const signers = exchanging.filter(({ isSigner }) => isSigner);
  const others = exchanging.filter(({ isSigner }) => !isSigner);
  if (signers.length === 0) return null;
  const isGuess = isGuessed(facts, signers, others);
  const isBothWays = new Set(signers.map((holding) => isGain(holding, facts.mint))).size === 2;
  const isBetween = isBothWays && others.length === 0;
  if (!isBetween || (namedTaker(calls) === null && !isDirect(signers, movementsIn(calls, facts)))) {
    return { rule: 'signer gave and got', traders: signers, counterparties: others, isGuess };
  }
  const taker = takerOf(facts, signers, calls);
  const traders = signers.filter(({ owner }) => owner === taker);
  const counterparties = signers.filter(({ owner }) => owner !== taker);
  return { rule: 'taker of a fill between wallets', traders, counterparties, isGuess };
}

/**
 * Names the traders among the owners whose balance of the token changed.
 *
 * Signers that gave one asset and got the other come first. Where none did, the owner on whose side the call acted, else
 * the end that faces the pools: a limit-order maker, the beneficiary of a periodic order, a receiver of a delivery.
 */
export function tradersOf(facts: Case, calls: readonly Call[]): Traders {
  const { flows, mint } = facts;
  const movers = [...flows.holdings.values()].filter((holding) => tokenChange(holding, mint) !== 0n);
  const solid = movers.filter((holding) => !isDust(facts, holding, mint));
  // what a wallet only sent, got or burned beside an exchange was not exchanged
  const moved = movedBy(calls, facts);
  const exchanging = solid.filter(
    (holding) => moved?.has(holding.owner) !== false && counterAssets(facts, holding).size > 0,
  );
  if (facts.hasOrders) {
    const unsigned = exchanging.filter(({ isSigner }) => !isSigner);
    const makers = byEnds(facts, solid, unsigned, calls);
    if (makers.traders.length > 0) return makers;
  }
  return bySigners(facts, exchanging, calls) ?? byEnds(facts, solid, exchanging, calls);
}
