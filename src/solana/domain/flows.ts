import { actionOf } from './action';
import type { Action } from './action';
import type { Call } from './purpose';
import type { TokenBalance, Transaction } from './transaction.form';

/** SOL and wrapped SOL are one asset; this mint names both. */
export const SOL_MINT = 'So11111111111111111111111111111111111111112';

/** Net changes by asset, raw integers, SOL in lamports; a handful, so that a list is faster than a map. */
export class Changes {
  private readonly rows: [mint: string, amount: bigint][] = [];

  get(mint: string): bigint | undefined {
    for (const row of this.rows) if (row[0] === mint) return row[1];
    return undefined;
  }

  add(mint: string, amount: bigint): void {
    for (const row of this.rows) {
      if (row[0] !== mint) continue;
      row[1] += amount;
      return;
    }
    this.rows.push([mint, amount]);
  }

  copy(): Changes {
    const copy = new Changes();
    for (const [mint, amount] of this.rows) copy.rows.push([mint, amount]);
    return copy;
  }

  [Symbol.iterator](): IterableIterator<readonly [mint: string, amount: bigint]> {
    return this.rows.values();
  }
}

/** What one owner's accounts together gained and lost. */
export interface Holding {
  readonly owner: string;
  readonly isSigner: boolean;
  readonly changes: Changes;
}

/** All net changes of a transaction, and whose its token accounts are. */
export class Flows {
  private accounts: ReadonlyMap<string, TokenBalance> | null = null;

  constructor(
    readonly holdings: ReadonlyMap<string, Holding>,
    private readonly balances: readonly TokenBalance[],
  ) {}

  /** Owner of a token account; undefined for any other address. */
  ownerOf(account: string): string | undefined {
    return this.balanceOf(account)?.owner;
  }

  /** Mint of a token account; undefined for any other address. */
  mintOf(account: string): string | undefined {
    return this.balanceOf(account)?.mint;
  }

  /** Decimals of a mint that occurs, 9 for SOL; undefined for any other. */
  decimalsOf(mint: string): number | undefined {
    return mint === SOL_MINT ? 9 : this.balances.find((balance) => balance.mint === mint)?.decimals;
  }

  private balanceOf(account: string): TokenBalance | undefined {
    this.accounts ??= new Map(this.balances.map((balance) => [balance.account, balance]));
    return this.accounts.get(account);
  }
}

/** Sums changes per owner. */
class Ledger {
  readonly holdings = new Map<string, Holding>();

  constructor(private readonly signers: readonly string[]) {}

  add(owner: string, mint: string, amount: bigint): void {
    let holding = this.holdings.get(owner);
    if (holding === undefined) {
      holding = { owner, isSigner: this.signers.includes(owner), changes: new Changes() };
      this.holdings.set(owner, holding);
    }
    holding.changes.add(mint, amount);
  }
}

/**
 * Sums the changes of a transaction per owner and asset.
 *
 * The lamports of a token account count as its owner's SOL, so that wrapping, unwrapping and the rent of own accounts
 * cancel out; the transaction fee is given back to its payer.
 */
export function flowsOf(transaction: Transaction): Flows {
  const ledger = new Ledger(transaction.signers);
  const owners: (string | undefined)[] = [];
  for (const { accountIndex, owner, mint, change } of transaction.tokenBalances) {
    owners[accountIndex] = owner;
    if (change !== 0n && mint !== SOL_MINT) ledger.add(owner, mint, change);
  }
  transaction.lamportChanges.forEach((change, index) => {
    if (change === 0) return;
    const owner = owners[index] ?? transaction.accountKeys.at(index) ?? '';
    ledger.add(owner, SOL_MINT, BigInt(Math.trunc(change)));
  });
  ledger.add(transaction.feePayer, SOL_MINT, transaction.feeLamports);
  return new Flows(ledger.holdings, transaction.tokenBalances);
}

/** Changes holdings as an action does, or back. */
function apply(
  holdings: ReadonlyMap<string, Holding>,
  flows: Flows,
  action: Action,
  direction: 1n | -1n,
): void {
  const add = (account: string, mint: string, amount: bigint): void =>
    holdings.get(flows.ownerOf(account) ?? account)?.changes.add(mint, amount * direction);
  switch (action.kind) {
    case 'transfer': {
      const mint = flows.mintOf(action.from) ?? flows.mintOf(action.to) ?? SOL_MINT;
      add(action.from, mint, -action.amount);
      add(action.to, mint, action.amount);
      return;
    }
    case 'lamports':
      add(action.from, SOL_MINT, -action.amount);
      add(action.to, SOL_MINT, action.amount);
      return;
    case 'mint':
      add(action.to, action.mint, action.amount);
      return;
    case 'burn':
      add(action.from, action.mint, -action.amount);
      return;
    case 'close':
    case 'open':
  }
}

type Calls = readonly Pick<Call, 'instructions'>[];

function applied(
  flows: Flows,
  { tokenBalances }: Transaction,
  calls: Calls,
  { direction, start }: { direction: 1n | -1n; start: (changes: Changes) => Changes },
): Flows {
  const holdings = new Map<string, Holding>();
  for (const [owner, holding] of flows.holdings) {
    holdings.set(owner, { ...holding, changes: start(holding.changes) });
  }
  for (const { instructions } of calls) {
    for (const instruction of instructions) {
      const action = actionOf(instruction);
      if (action !== null) apply(holdings, flows, action, direction);
    }
  }
  return new Flows(holdings, tokenBalances);
}

/** The same flows without what the given calls moved by transfer, mint or burn. */
export function without(flows: Flows, transaction: Transaction, calls: Calls): Flows {
  return applied(flows, transaction, calls, { direction: -1n, start: (changes) => changes.copy() });
}

/** What the given calls moved by transfer, mint or burn, and nothing else. */
export function only(flows: Flows, transaction: Transaction, calls: Calls): Flows {
  return applied(flows, transaction, calls, { direction: 1n, start: () => new Changes() });
}
