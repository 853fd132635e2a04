import { absolute, isDust, isGain, solLeg, tokenChange } from './exchange';
import type { Case } from './exchange';
import { SOL_MINT } from './flows';
import type { Holding } from './flows';
import { initiatorsOf, namedUsersOf } from './initiators';
import type { Call } from './purpose';
import type { Traders } from './traders.form';
import { canBeWallet } from './wallet';

/** What an owner gave and got: mints of its tokens, and SOL without tips, rent and refunds. */
function legsOf(facts: Case, holding: Holding): { gave: readonly string[]; got: readonly string[] } {
  const gave = solLeg(facts, holding, -1) < 0n ? [SOL_MINT] : [];
  const got = solLeg(facts, holding, 1) > 0n ? [SOL_MINT] : [];
  for (const [mint, change] of holding.changes) {
    if (mint !== SOL_MINT && change !== 0n) (change < 0n ? gave : got).push(mint);
  }
  return { gave, got };
}

/** True where a signer, or the owner that a call acts for, gave something and got nothing: somebody else got it. */
function somebodyPaid(facts: Case, pools: readonly Holding[], initiators: ReadonlySet<string>): boolean {
  return [...facts.flows.holdings.values()].some((holding) => {
    if (pools.includes(holding) || !(holding.isSigner || initiators.has(holding.owner))) return false;
    const { gave, got } = legsOf(facts, holding);
    if (got.some((mint) => mint !== facts.mint)) return false;
    return gave.some((mint) => mint !== facts.mint && !isDust(facts, holding, mint));
  });
}

function signersOf({ flows }: Case): readonly Holding[] {
  return [...flows.holdings.values()].filter(({ isSigner }) => isSigner);
}

/** True where a signer got something for nothing: the profit of arbitrage, whose token only passed through. */
function hasProfit(facts: Case): boolean {
  return signersOf(facts).some((holding) => {
    const { gave, got } = legsOf(facts, holding);
    return gave.length === 0 && got.length > 0;
  });
}

/** True where an owner gave one asset and got another, whatever they are. */
function hasExchanged(facts: Case, holding: Holding): boolean {
  const { gave, got } = legsOf(facts, holding);
  const isReal = (mint: string): boolean => !isDust(facts, holding, mint);
  return gave.some(isReal) && got.some(isReal);
}

function larger(mint: string): (a: Holding, b: Holding) => number {
  return (a, b) => {
    const difference = absolute(tokenChange(b, mint)) - absolute(tokenChange(a, mint));
    if (difference === 0n) return a.owner < b.owner ? -1 : 1;
    return difference > 0n ? 1 : -1;
  };
}

/** Who stood on the other side of exchanges that all went one way: all that calls act for, else the largest. */
function endsFacing(
  { mint }: Case,
  movers: readonly Holding[],
  exchanging: readonly Holding[],
  initiators: ReadonlySet<string>,
): readonly Holding[] {
  const sides = new Set(exchanging.map((holding) => isGain(holding, mint)));
  const facing = movers.filter(
    (holding) => !exchanging.includes(holding) && !sides.has(isGain(holding, mint)),
  );
  const named = facing.filter(({ owner }) => initiators.has(owner));
  return named.length > 1 ? named : facing.toSorted(larger(mint)).slice(0, 1);
}

/** Those among the exchanging owners that are no pools: the call acts for them, or they alone can be wallets. */
function usersAmong(
  facts: Case,
  exchanging: readonly Holding[],
  initiators: ReadonlySet<string>,
  [end]: readonly Holding[],
  calls: readonly Call[],
): Pick<Traders, 'rule' | 'traders'> | null {
  const users = exchanging.filter(({ owner }) => initiators.has(owner));
  const isBothWays = new Set(exchanging.map((holding) => isGain(holding, facts.mint))).size === 2;
  if (isBothWays) {
    const named = namedUsersOf(calls);
    const certain = exchanging.filter(({ owner }) => named.has(owner));
    if (certain.length > 0) return { rule: 'initiator gave and got', traders: certain };
    // whoever fills an order keeps what is left over
    if (!facts.hasOrders && hasProfit(facts)) return null;
    if (users.length > 0) return { rule: 'initiator gave and got', traders: users };
    if (signersOf(facts).some((signer) => hasExchanged(facts, signer))) return null;
    const wallets = exchanging.filter(({ owner }) => canBeWallet(owner));
    return wallets.length === 1 ? { rule: 'wallet gave and got', traders: wallets } : null;
  }
  if (users.length === 0) return null;
  // a pool that pays first looks like one, unless nobody stands on the other side
  const facesPerson = end !== undefined && (end.isSigner || canBeWallet(end.owner));
  const isPool = facesPerson && !users.some(({ owner }) => canBeWallet(owner));
  return isPool ? null : { rule: 'initiator gave and got', traders: users };
}

/** True where somebody can stand behind an end: pools face each other in routes too. */
function isSomebody(
  facts: Case,
  end: Holding,
  exchanging: readonly Holding[],
  initiators: ReadonlySet<string>,
): boolean {
  const got = isGain(end, facts.mint);
  if (got && somebodyPaid(facts, exchanging, initiators)) return true;
  return end.isSigner ? !got : initiators.has(end.owner) || canBeWallet(end.owner);
}

/**
 * No signer exchanged: a smart wallet, an order, or a delivery to somebody else.
 *
 * Pools face each other in routes; so the other end counts only where somebody can stand behind it: a signer, the owner
 * that the call acts for, an address that can be a wallet, or whoever got what another one paid for.
 */
export function byEnds(
  facts: Case,
  movers: readonly Holding[],
  exchanging: readonly Holding[],
  calls: readonly Call[],
): Traders {
  if (exchanging.length === 0) {
    return { rule: 'nothing was exchanged', traders: [], counterparties: [], isGuess: false };
  }
  const { flows, transaction } = facts;
  const payer = flows.holdings.get(transaction.feePayer);
  const isGuess = transaction.form === 'enhanced' && !(payer !== undefined && hasExchanged(facts, payer));
  const initiators = initiatorsOf(calls, flows);
  const ends = endsFacing(facts, movers, exchanging, initiators);
  const users = usersAmong(facts, exchanging, initiators, ends, calls);
  if (users !== null) {
    const counterparties = exchanging.filter((holding) => !users.traders.includes(holding));
    return { ...users, counterparties, isGuess };
  }
  const traders = ends.filter((end) => isSomebody(facts, end, exchanging, initiators));
  const rule = traders.length > 0 ? 'end of the exchange' : 'token only passed through';
  return { rule, traders, counterparties: exchanging, isGuess };
}
