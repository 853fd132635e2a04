import { tokenChange } from './exchange';
import type { Case } from './exchange';
import type { Holding } from './flows';
import { programOf } from './programs';
import { canBeWallet } from './wallet';

/** What an owner got of the assets that the pools gave. */
function received(holding: Holding, given: ReadonlySet<string>): bigint {
  let total = 0n;
  for (const [mint, change] of holding.changes) if (given.has(mint) && change > 0n) total += change;
  return total;
}

/** Accounts that the instructions of orders name, their makers among them. */
function namedByOrders({ transaction }: Case): ReadonlySet<string> {
  const orders = transaction.instructions.filter(
    ({ programId }) => programOf(programId)?.programClass === 'orders',
  );
  return new Set(orders.flatMap(({ accounts }) => accounts));
}

/**
 * The person behind the escrow of an order that sold: whoever got the proceeds, and whom the order names. A buying order needs no such look, since
 * its maker gets the token.
 *
 * @param trader - the end of the exchange whose tokens went; an escrow is an address that nobody can sign for
 * @returns the maker, or the trader where it is no escrow or no single wallet got the proceeds
 */
export function makerOf(facts: Case, trader: Holding, pools: readonly Holding[]): string {
  if (trader.isSigner || tokenChange(trader, facts.mint) > 0n || canBeWallet(trader.owner))
    return trader.owner;
  const given = new Set(
    pools.flatMap(({ changes }) => [...changes].filter(([, change]) => change < 0n).map(([mint]) => mint)),
  );
  const makers = [...facts.flows.holdings.values()]
    .filter((holding) => !holding.isSigner && holding !== trader && !pools.includes(holding))
    .filter((holding) => received(holding, given) > 0n && canBeWallet(holding.owner))
    .toSorted((a, b) => (received(a, given) < received(b, given) ? 1 : -1));
  const named = namedByOrders(facts);
  return (makers.find(({ owner }) => named.has(owner)) ?? makers[0] ?? trader).owner;
}
