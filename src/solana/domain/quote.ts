import { absolute, counterAssets, isGain, tokenChange } from './exchange';
import type { Case } from './exchange';
import { SOL_MINT } from './flows';
import type { Holding } from './flows';
import { canBeWallet } from './wallet';

/** What was paid or received for the token, raw and positive. */
export interface Quote {
  readonly mint: string;
  readonly amount: bigint;
}

/** What a trader gave or got itself; a token goes before the SOL that is left over beside it. */
function ownQuotes(facts: Case, trader: Holding): readonly Quote[] {
  const rows = [...counterAssets(facts, trader)].map(([mint, change]) => ({
    mint,
    amount: absolute(change),
  }));
  const tokens = rows.filter(({ mint }) => mint !== SOL_MINT);
  return tokens.length > 0 ? tokens : rows;
}

/** What the pools on the other side took (or gave, for a sale) of an asset; 0 where they did not. */
function poolSide(facts: Case, trader: Holding, pools: readonly Holding[], asset: string): bigint {
  const paid = pools.reduce((sum, pool) => sum + (pool.changes.get(asset) ?? 0n), 0n);
  return paid > 0n === isGain(trader, facts.mint) ? absolute(paid) : 0n;
}

/** True where the pools gave or took as much of the token as the trader, but for fees. */
function isWhole({ mint }: Case, trader: Holding, pools: readonly Holding[]): boolean {
  const change = absolute(tokenChange(trader, mint));
  const tokens = absolute(pools.reduce((sum, pool) => sum + tokenChange(pool, mint), 0n));
  return tokens * 100n >= change * 98n && tokens * 90n <= change * 100n;
}

/** Owners that moved one way only: they paid or received, and did not exchange. */
function isOneWay({ changes }: Holding): boolean {
  const signs = new Set([...changes].filter(([, change]) => change !== 0n).map(([, change]) => change > 0n));
  return signs.size === 1;
}

/** What others paid or got for a trader who shows only the token side: escrows of orders, receivers of payments. */
function foreignQuotes(facts: Case, trader: Holding, pools: readonly Holding[]): readonly Quote[] {
  const wanted = isGain(trader, facts.mint) ? -1n : 1n;
  const best = new Map<string, Holding>();
  const sizeIn = (mint: string, holding: Holding): bigint => absolute(holding.changes.get(mint) ?? 0n);
  for (const holding of facts.flows.holdings.values()) {
    if (pools.includes(holding) || holding === trader || !isOneWay(holding)) continue;
    for (const [mint, change] of holding.changes) {
      if (mint === facts.mint || mint === SOL_MINT || change * wanted <= 0n) continue;
      const other = best.get(mint);
      if (other === undefined || sizeIn(mint, holding) > sizeIn(mint, other)) best.set(mint, holding);
    }
  }
  const rows = [...best];
  const wallets = rows.length > 1 ? rows.filter(([, { owner }]) => canBeWallet(owner)) : rows;
  return wallets.map(([mint, holding]) => ({ mint, amount: sizeIn(mint, holding) }));
}

/**
 * The quote of a trade: what the pool got or gave where it shows, else what the trader gave or got.
 *
 * Fees, tips, rent and wrapping are taken out; null where no single asset was the price.
 */
export function quoteOf(
  facts: Case,
  trader: Holding,
  counterparties: readonly Holding[],
  isOnly: boolean,
): Quote | null {
  const own = ownQuotes(facts, trader);
  const candidates = own.length > 0 ? own : foreignQuotes(facts, trader, counterparties);
  const paidFor = (mint: string): bigint => poolSide(facts, trader, counterparties, mint);
  // of several, what the pool shows: the rest went elsewhere beside the trade
  const shown = candidates.length > 1 ? candidates.filter(({ mint }) => paidFor(mint) > 0n) : [];
  const [quote = null, another] = shown.length > 0 ? shown : candidates;
  if (another !== undefined) return null;
  if (!isOnly || !isWhole(facts, trader, counterparties)) return quote;
  const mint = quote?.mint ?? SOL_MINT;
  const amount = paidFor(mint);
  return amount > 0n ? { mint, amount } : quote;
}
