import { burnsTokens, movesTokens } from './action';
import { isGain, isPiece, isShare } from './exchange';
import type { Case } from './exchange';
import { flowsOf, only, SOL_MINT, without } from './flows';
import type { Flows, Holding } from './flows';
import { callsOf } from './purpose';
import type { Call } from './purpose';
import { tradersOf } from './traders';
import type { Transaction } from './transaction.form';

/** A transaction that was judged for a token, before it is told to anybody. */
export interface Judged {
  readonly rule: string;
  readonly traders: readonly Holding[];
  readonly counterparties: readonly Holding[];
  readonly needsTransaction: boolean;
  readonly facts: Case;
  readonly calls: readonly Call[];
  /** All changes, those of vetoed calls included. */
  readonly all: Flows;
}

/** True for a call whose purpose rules an exchange out. */
export function isVeto(call: Call): boolean {
  return call.purpose !== null && call.purpose !== 'swap';
}

function hasMovement(call: Call): boolean {
  return call.instructions.some(movesTokens);
}

/**
 * Calls that can have exchanged something: programs that moved tokens, or any program where the payload shows no
 * movement at all (nodes that record no inner instructions). Plain transfers exchange nothing.
 */
function actingCalls(calls: readonly Call[]): readonly Call[] {
  const programs = calls.filter((call) => !isVeto(call) && !call.isPlumbing);
  const moving = programs.filter(hasMovement);
  return moving.length > 0 || calls.some(hasMovement) ? moving : programs;
}

/** Why somebody who seems to have traded has not; null for a trader. */
function refusalOf(facts: Case, all: Flows, trader: Holding): string | null {
  const { flows, transaction, mint, isSwapCall } = facts;
  if (!isSwapCall && isShare(flows, transaction, mint, trader.owner)) return 'a share was made or destroyed';
  const change = all.holdings.get(trader.owner)?.changes.get(mint) ?? 0n;
  const isSame = isGain(trader, mint) ? change > 0n : change < 0n;
  return isSame ? null : 'its whole balance did not go that way';
}

/**
 * Judges a transaction for a token.
 */
export function judge(transaction: Transaction, mint: string): Judged {
  const all = flowsOf(transaction);
  const calls = callsOf(transaction.instructions);
  const isSwapCall = calls.some(({ purpose }) => purpose === 'swap');
  const vetoes = calls.filter(isVeto);
  const acting = actingCalls(calls);
  const hasOrders = acting.some(({ programs }) =>
    programs.some(({ programClass }) => programClass === 'orders'),
  );
  const facts: Case = { transaction, mint, flows: all, isSwapCall, hasOrders, isSideSolPaid: false };
  const needsTransaction = needsMore(transaction);
  const nobody = (rule: string): Judged => {
    return { rule, traders: [], counterparties: [], needsTransaction, facts, calls, all };
  };
  const settled = settledBy(transaction, mint);
  if (settled !== null) return nobody(settled);
  if (acting.length === 0) {
    const [veto] = vetoes;
    return nobody(veto === undefined ? 'plain transfers' : `purpose: ${String(veto.purpose)}`);
  }
  if (!isSwapCall && isPiece(all, mint)) return nobody('the token is a single piece');
  const flows = vetoes.length === 0 ? all : without(all, transaction, vetoes);
  return decide(nobody(''), { ...facts, flows }, acting);
}

/** True where a payload names movements that it does not tell the balances of. */
export function needsMore({ hasBalances, failed }: Transaction): boolean {
  return !hasBalances && !failed;
}

/** What a look at the balances settles, for most transactions that are seen; null where they must be judged. */
export function settledBy({ failed, tokenBalances }: Transaction, mint: string): string | null {
  if (failed) return 'the transaction failed';
  if (mint === SOL_MINT) return null;
  const hasMoved = tokenBalances.some((balance) => balance.mint === mint && balance.change !== 0n);
  return hasMoved ? null : 'the token did not move';
}

/**
 * Another way to see a listed swap in which nobody seems to have given and got. With SOL for accounts that move no tokens
 * as the payment, since some launch pads keep it apart; or by the swaps alone, beside a claim that hides what was paid.
 */
function otherView(facts: Case, acting: readonly Call[], hasVetoes: boolean, isBare: boolean): Case | null {
  if (!facts.isSwapCall) return null;
  if (hasVetoes) return { ...facts, flows: only(facts.flows, facts.transaction, acting) };
  return isBare ? { ...facts, isSideSolPaid: true } : null;
}

/** Judges once more, with what was burned as soon as it was bought given back: the purchase counts. */
function withoutBurning(
  facts: Case,
  acting: readonly Call[],
): Pick<Judged, 'traders' | 'counterparties' | 'facts'> | null {
  const { isSwapCall, transaction, flows, mint } = facts;
  const burns = isSwapCall ? transaction.instructions.filter(burnsTokens) : [];
  if (burns.length === 0) return null;
  const kept = { ...facts, flows: without(flows, transaction, [{ instructions: burns }]) };
  const { traders, counterparties } = tradersOf(kept, acting);
  const buyers = traders.filter((trader) => isGain(trader, mint));
  return buyers.length === 0 ? null : { traders: buyers, counterparties, facts: kept };
}

function decide(none: Judged, facts: Case, acting: readonly Call[]): Judged {
  const { all, calls } = none;
  const plain = tradersOf(facts, acting);
  const isBare = plain.rule === 'nothing was exchanged';
  const view = plain.traders.length > 0 ? null : otherView(facts, acting, calls.some(isVeto), isBare);
  const other = view === null ? null : { view, found: tradersOf(view, acting) };
  const seen = other?.found.rule === 'signer gave and got' ? other : { view: facts, found: plain };
  const { rule, counterparties, isGuess } = seen.found;
  const judged = { ...none, counterparties, facts: seen.view };
  const refusals = seen.found.traders.map((trader) => refusalOf(seen.view, all, trader));
  const traders = seen.found.traders.filter((_, index) => refusals[index] === null);
  if (traders.length > 0) return { ...judged, rule, traders, needsTransaction: isGuess };
  const bought = withoutBurning(facts, acting);
  if (bought !== null) return { ...judged, ...bought, rule: 'bought and burned' };
  return { ...judged, rule: refusals[0] ?? rule, needsTransaction: none.needsTransaction || isGuess };
}
