import { absolute, tokenChange } from './exchange';
import { factsOf } from './facts';
import type { Facts } from './facts';
import type { Holding } from './flows';
import { isVeto, judge, needsMore, settledBy } from './judge';
import type { Judged } from './judge';
import { makerOf } from './orders';
import type { Call } from './purpose';
import { quoteOf } from './quote';
import type { Transaction } from './transaction.form';
import { canBeWallet } from './wallet';

/** One wallet's trade. Amounts are raw, positive decimal integers. */
export interface DetectedTrade {
  /** Rank of the trader by base58 order among the traders of the transaction, from 0. */
  readonly index: number;
  readonly side: 'BUY' | 'SELL';
  readonly trader: string;
  readonly amountRaw: string;
  readonly decimals: number;
  /** Null where no single asset was the price; the SOL mint stands for native SOL. */
  readonly quoteMint: string | null;
  readonly quoteRaw: string | null;
  readonly quoteDecimals: number | null;
  /** DEX or aggregator, 'unknown' where none is recognised. */
  readonly program: string;
}

/** What a transaction means for one token. */
export interface Detection {
  readonly verdict: 'buy' | 'sell' | 'mixed' | 'none';
  readonly trades: readonly DetectedTrade[];
  /** True where an enhanced payload does not suffice and the transaction itself must be read. */
  readonly needsTransaction: boolean;
  /** Token accounts of the pools that were traded against: each swap of the pool writes to them. */
  readonly pools: readonly string[];
  /** What led to the verdict; built when read. */
  readonly facts: Facts;
}

/** The name that the outermost listed exchange program gives the trade. */
function programName(calls: readonly Call[]): string {
  const listed = calls.filter((call) => !isVeto(call)).flatMap(({ programs }) => programs);
  const named = listed.find(({ programClass }) => programClass !== 'bot' && programClass !== 'vault');
  return (named ?? listed[0])?.name ?? 'unknown';
}

/** The economic owner by trader: itself, or the maker of an order whose escrow stands in the balances. */
function ownersOf({ traders, counterparties, facts }: Judged): ReadonlyMap<Holding, string> {
  return new Map(
    traders.map((trader) => [
      trader,
      facts.hasOrders ? makerOf(facts, trader, counterparties) : trader.owner,
    ]),
  );
}

function tradesOf(judged: Judged): readonly DetectedTrade[] {
  const { traders, counterparties, facts, all } = judged;
  const program = programName(judged.calls);
  const ranked = [...ownersOf(judged)].toSorted(([, a], [, b]) => (a < b ? -1 : 1));
  return ranked.map(([trader, owner], index) => {
    const whole = all.holdings.get(trader.owner);
    const total = whole === undefined ? 0n : tokenChange(whole, facts.mint);
    const change = total === 0n ? tokenChange(trader, facts.mint) : total;
    const quote = quoteOf(facts, trader, counterparties, traders.length === 1);
    return {
      index,
      side: change > 0n ? 'BUY' : 'SELL',
      trader: owner,
      amountRaw: String(absolute(change)),
      decimals: facts.flows.decimalsOf(facts.mint) ?? 0,
      quoteMint: quote?.mint ?? null,
      quoteRaw: quote === null ? null : String(quote.amount),
      quoteDecimals: quote === null ? null : (facts.flows.decimalsOf(quote.mint) ?? null),
      program,
    };
  });
}

/** Share of the traded amount above which another owner's account is a vault of the pool and not one that took a fee. */
const VAULT_SHARE = 10n;

/**
 * Token accounts of the judged mint on the other side of the trades. Each swap of a pool writes to its vault; owners are
 * never named, since some authorities own the vaults of all pools of their program.
 */
function poolsOf({ traders, counterparties, facts }: Judged): readonly string[] {
  const owners = new Set(counterparties.map(({ owner }) => owner));
  const traded = traders.reduce((sum, trader) => sum + absolute(tokenChange(trader, facts.mint)), 0n);
  const { tokenBalances, signers } = facts.transaction;
  const isVault = (owner: string, change: bigint): boolean => {
    if (signers.includes(owner) || traders.some((trader) => trader.owner === owner) || change === 0n)
      return false;
    const isLarge = traded > 0n && absolute(change) * VAULT_SHARE >= traded;
    return owners.has(owner) || (isLarge && !canBeWallet(owner));
  };
  return tokenBalances
    .filter(({ mint, owner, change }) => mint === facts.mint && isVault(owner, change))
    .map(({ account }) => account);
}

/** A detection whose facts are written down only for those who ask. */
class Judgement implements Detection {
  constructor(
    readonly verdict: Detection['verdict'],
    readonly trades: readonly DetectedTrade[],
    readonly needsTransaction: boolean,
    readonly pools: readonly string[],
    private readonly tell: () => Facts,
  ) {}

  get facts(): Facts {
    return this.tell();
  }
}

function verdictOf(trades: readonly DetectedTrade[]): Detection['verdict'] {
  const [first] = trades;
  if (first === undefined) return 'none';
  if (trades.some(({ side }) => side !== first.side)) return 'mixed';
  return first.side === 'BUY' ? 'buy' : 'sell';
}

function tellOf({ rule, facts, calls }: Judged): Facts {
  return factsOf(rule, facts, calls);
}

/**
 * Judges what a transaction means for one token. Balances decide; the table of programs only vetoes and names the DEX.
 *
 * Never throws; the same transaction gives the same answer whatever form it came in.
 * @param mint - the token, base58; the wrapped SOL mint stands for SOL as well
 * @see DESIGN.md "Which transactions are trades"
 */
export function detectTrades(transaction: Transaction, mint: string): Detection {
  if (settledBy(transaction, mint) !== null) {
    return new Judgement('none', [], needsMore(transaction), [], () => tellOf(judge(transaction, mint)));
  }
  const judged = judge(transaction, mint);
  const trades = tradesOf(judged);
  const tell = (): Facts => tellOf(judged);
  return new Judgement(verdictOf(trades), trades, judged.needsTransaction, poolsOf(judged), tell);
}
