import { isPiece } from './exchange';
import type { Case } from './exchange';
import { SOL_MINT } from './flows';
import type { Call } from './purpose';

/** Why a verdict was reached, ready for JSON. */
export interface Facts {
  /** The rule that decided. */
  readonly rule: string;
  readonly signature: string;
  readonly slot: number | null;
  readonly form: string;
  /** Net changes per owner and asset that the rule saw, raw integers as text. */
  readonly wallets: readonly {
    owner: string;
    isSigner: boolean;
    changes: Readonly<Record<string, string>>;
  }[];
  /** Class of each asset that moved. */
  readonly assets: Readonly<Record<string, 'sol' | 'token' | 'piece'>>;
  /** Outer calls with their purpose (null: balances decide) and the listed programs in them, outermost first. */
  readonly calls: readonly { purpose: string | null; programs: readonly string[] }[];
}

/** Writes down what the judge saw. */
export function factsOf(rule: string, { flows, transaction }: Case, calls: readonly Call[]): Facts {
  const assets: Record<string, 'sol' | 'token' | 'piece'> = {};
  const wallets = [...flows.holdings.values()].map(({ owner, isSigner, changes }) => {
    const moved = [...changes].filter(([, change]) => change !== 0n);
    for (const [mint] of moved)
      assets[mint] = mint === SOL_MINT ? 'sol' : isPiece(flows, mint) ? 'piece' : 'token';
    return {
      owner,
      isSigner,
      changes: Object.fromEntries(moved.map(([mint, change]) => [mint, String(change)])),
    };
  });
  return {
    rule,
    signature: transaction.signature,
    slot: transaction.slot,
    form: transaction.form,
    wallets: wallets.filter(({ changes }) => Object.keys(changes).length > 0),
    assets,
    calls: calls
      .filter(({ isPlumbing }) => !isPlumbing)
      .map(({ purpose, programs }) => ({ purpose, programs: programs.map(({ name }) => name) })),
  };
}
