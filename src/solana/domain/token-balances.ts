import { ownersFromInstructions } from './owners';
import { decimalsOf, integerOf, isHoldable, listOf, looseOf, malformed, textOf } from './parse-payload';
import type { AccountKeys, Instruction, TokenBalance } from './transaction.form';

interface Side {
  readonly owner: string | null;
  readonly mint: string;
  readonly decimals: number;
  /** Digits as they came; an account whose digits did not change needs no arithmetic. */
  readonly amount: string;
}

type Sides = Map<number, Side>;

/** A token account that is named when it is asked for. */
class AccountBalance implements TokenBalance {
  readonly mint: string;
  readonly decimals: number;

  constructor(
    readonly accountIndex: number,
    private readonly keys: AccountKeys,
    readonly owner: string,
    { mint, decimals }: Side,
    readonly change: bigint,
  ) {
    this.mint = mint;
    this.decimals = decimals;
  }

  get account(): string {
    return this.keys.at(this.accountIndex) ?? '';
  }
}

/** Fewer digits than the largest amount has need no comparison with it. */
const SURELY_HOLDABLE = 19;
const DIGITS = /^\d{1,40}$/;

function digitsOf(value: unknown): string | null {
  if (typeof value !== 'string' || !DIGITS.test(value)) return null;
  return value.length <= SURELY_HOLDABLE || isHoldable(BigInt(value)) ? value : null;
}

function readSide(value: unknown, path: string, sides: Sides): void {
  const row = looseOf<'accountIndex' | 'mint' | 'owner' | 'uiTokenAmount'>(value);
  const amounts = looseOf<'amount' | 'decimals'>(row.uiTokenAmount);
  const accountIndex = integerOf(row.accountIndex);
  const mint = textOf(row.mint);
  const amount = digitsOf(amounts.amount);
  const decimals = decimalsOf(amounts.decimals);
  if (accountIndex === null || accountIndex < 0) throw malformed(`${path}.accountIndex`);
  if (mint === null) throw malformed(`${path}.mint`);
  if (amount === null) throw malformed(`${path}.uiTokenAmount.amount`);
  if (decimals === null) throw malformed(`${path}.uiTokenAmount.decimals`);
  sides.set(accountIndex, { owner: textOf(row.owner), mint, decimals, amount });
}

function readSides(value: unknown, path: string): Sides {
  const sides: Sides = new Map();
  // some nodes write null where there is none
  const rows = value === null ? [] : listOf(value);
  if (rows === null) throw malformed(path);
  for (const row of rows) readSide(row, path, sides);
  return sides;
}

/**
 * Joins `preTokenBalances` and `postTokenBalances` to one row per token account.
 *
 * @param instructions - asked for owners only where the balances name none
 * @throws SOLANA_TRANSACTION_MALFORMED with the path of what is missing
 */
export function readTokenBalances(
  before: unknown,
  after: unknown,
  keys: AccountKeys,
  instructions: readonly Instruction[],
): readonly TokenBalance[] {
  const pre = readSides(before, 'meta.preTokenBalances');
  const post = readSides(after, 'meta.postTokenBalances');
  const balances: TokenBalance[] = [];
  let derived: ReadonlyMap<string, string> | null = null;
  const unnamedOwner = (account: string): string => {
    derived ??= ownersFromInstructions(instructions);
    return derived.get(account) ?? account;
  };
  const add = (accountIndex: number, side: Side, before: string, after: string): void => {
    if (accountIndex >= keys.length) throw malformed('transaction.message.accountKeys');
    const owner = side.owner ?? unnamedOwner(keys.at(accountIndex) ?? '');
    const change = before === after ? 0n : BigInt(after) - BigInt(before);
    balances.push(new AccountBalance(accountIndex, keys, owner, side, change));
  };
  for (const [index, is] of post) {
    const was = pre.get(index);
    const isSame = was === undefined || was.mint === is.mint;
    // else the account was closed and opened again for another mint
    if (!isSame) add(index, was, was.amount, '0');
    add(index, is, isSame ? (was?.amount ?? '0') : '0', is.amount);
  }
  for (const [index, was] of pre) if (!post.has(index)) add(index, was, was.amount, '0');
  return balances;
}
