const QUOTE = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGkZwyTDt1v';
const POOL_OWNER = '5Q544fKrFoe6tsEbD7S8EmxGTJYAKtTVhAW5Q5pge4j1';
const PROGRAM = 'FsJ3A3u2vn5cTVofAjvy6y5kwABJAqYWpe4975bi2epH';
const DIGITS = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** A trade to be written as a transaction. */
export interface Swap {
  readonly signature: string;
  readonly slot: number;
  readonly blockTimeSec: number | null;
  readonly mint: string;
  readonly trader?: string;
  readonly hasFailed?: boolean;
}

/** A base58 signature of its own for each number. */
export function signatureOf(number: number): string {
  let tail = '';
  for (let rest = number; tail.length < 6; rest = Math.floor(rest / 58))
    tail = DIGITS.charAt(rest % 58) + tail;
  return `${'5'.repeat(81)}${tail}`;
}

/** The `getTransaction` result (encoding json) of a wallet that buys 5 tokens for 2 dollars. */
export function swapPayload(swap: Swap): Record<string, unknown> {
  const trader = swap.trader ?? 'HN7cABqLq46Es1jh92dQQisAq662SmxELLLsHHe4YWrH';
  const accounts = ['x1', 'x2', 'x3', 'x4'].map((name) => name.padEnd(43, '1'));
  const balance = (accountIndex: number, mint: string, owner: string, amount: string): unknown => ({
    accountIndex,
    mint,
    owner,
    programId: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
    uiTokenAmount: { amount, decimals: 6, uiAmount: null, uiAmountString: amount },
  });
  const side = (mine: [string, string], pool: [string, string]): unknown[] => [
    balance(1, swap.mint, trader, mine[0]),
    balance(2, QUOTE, trader, mine[1]),
    balance(3, swap.mint, POOL_OWNER, pool[0]),
    balance(4, QUOTE, POOL_OWNER, pool[1]),
  ];
  return {
    slot: swap.slot,
    blockTime: swap.blockTimeSec,
    version: 'legacy',
    meta: {
      err: swap.hasFailed === true ? { InstructionError: [0, { Custom: 1 }] } : null,
      fee: 5_000,
      preBalances: [1_000_000_000, 2_039_280, 2_039_280, 2_039_280, 2_039_280, 1],
      postBalances: [999_995_000, 2_039_280, 2_039_280, 2_039_280, 2_039_280, 1],
      preTokenBalances: side(['1000000', '9000000'], ['50000000', '60000000']),
      postTokenBalances: side(['6000000', '7000000'], ['45000000', '62000000']),
      innerInstructions: [],
      logMessages: [],
      loadedAddresses: { writable: [], readonly: [] },
    },
    transaction: {
      signatures: [swap.signature],
      message: {
        header: { numRequiredSignatures: 1, numReadonlySignedAccounts: 0, numReadonlyUnsignedAccounts: 1 },
        accountKeys: [trader, ...accounts, PROGRAM],
        recentBlockhash: '11111111111111111111111111111111',
        instructions: [{ programIdIndex: 5, accounts: [0, 1, 2, 3, 4], data: '3Bxs4h24hBtQy9rw' }],
      },
    },
  };
}
