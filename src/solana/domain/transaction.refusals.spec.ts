import { TOKEN, ann, ben } from '../../../test/support/cast';
import { missingIn, sample } from '../../../test/support/payload-sample';
import { toBase64, toEnhanced } from '../../../test/support/transaction-forms';

function wireOf(payload: Record<string, unknown>): string {
  const { transaction } = payload;
  return Array.isArray(transaction) ? String(transaction[0]) : '';
}

describe('readTransaction refuses by name', () => {
  const { transaction, meta, ...rest } = sample();
  const enhanced = toEnhanced(sample());
  const withMeta = (change: Record<string, unknown>): unknown => ({
    ...rest,
    transaction,
    meta: { ...meta, ...change },
  });
  const withChange = (change: unknown): unknown => ({
    ...enhanced,
    accountData: [{ account: ann, tokenBalanceChanges: [change] }],
  });
  /** A legacy message of one signature and one instruction. */
  const bytesOf = ({ keyCount, program: index = 0 }: { keyCount: number; program?: number }): string =>
    Buffer.concat([
      Buffer.from([1]),
      Buffer.alloc(64),
      Buffer.from([1, 0, 0, keyCount]),
      Buffer.alloc(keyCount * 32),
      Buffer.alloc(32),
      keyCount === 0 ? Buffer.from([0]) : Buffer.from([1, index, 0, 0]),
    ]).toString('base64');
  const withMessage = (change: Record<string, unknown>): unknown => ({
    ...rest,
    meta,
    transaction: { ...transaction, message: { ...transaction.message, ...change } },
  });

  it.each([
    ['null', null, ['transaction']],
    ['a number', 7, ['transaction']],
    ['an empty body', [], ['transaction']],
    ['no transaction', { ...rest, meta }, ['transaction']],
    ['no meta', { ...rest, transaction }, ['meta']],
    ['neither', { slot: 1 }, ['transaction', 'meta']],
    ['no balances before', withMeta({ preTokenBalances: undefined }), ['meta.preTokenBalances']],
    ['no lamports', withMeta({ postBalances: undefined }), ['meta.postBalances']],
    ['lamports as text', withMeta({ preBalances: ['1'] }), ['meta.preBalances']],
    ['balances that are no list', withMeta({ preTokenBalances: {} }), ['meta.preTokenBalances']],
    [
      'a balance without mint',
      withMeta({ preTokenBalances: [{ accountIndex: 0 }] }),
      ['meta.preTokenBalances.mint'],
    ],
    [
      'a balance without account',
      withMeta({ preTokenBalances: [{}] }),
      ['meta.preTokenBalances.accountIndex'],
    ],
    [
      'an amount that is no number',
      withMeta({
        postTokenBalances: [{ accountIndex: 0, mint: TOKEN, uiTokenAmount: { amount: '1.5', decimals: 6 } }],
      }),
      ['meta.postTokenBalances.uiTokenAmount.amount'],
    ],
    [
      'an amount without decimals',
      withMeta({ postTokenBalances: [{ accountIndex: 0, mint: TOKEN, uiTokenAmount: { amount: '1' } }] }),
      ['meta.postTokenBalances.uiTokenAmount.decimals'],
    ],
    [
      'a balance of an account that is not listed',
      withMeta({
        postTokenBalances: [{ accountIndex: 99, mint: TOKEN, uiTokenAmount: { amount: '1', decimals: 6 } }],
      }),
      ['transaction.message.accountKeys'],
    ],
    ['inner instructions without index', withMeta({ innerInstructions: [{}] }), ['meta.innerInstructions']],
    [
      'loaded addresses that are no text',
      withMeta({ loadedAddresses: { writable: [7] } }),
      ['meta.loadedAddresses'],
    ],
    ['no message', { ...rest, meta, transaction: { signatures: ['x'] } }, ['transaction.message']],
    [
      'no signatures',
      { ...rest, meta, transaction: { ...transaction, signatures: [] } },
      ['transaction.signatures'],
    ],
    ['no keys', withMessage({ accountKeys: [] }), ['transaction.message.accountKeys']],
    [
      'keys without address',
      withMessage({ accountKeys: [{ signer: true }] }),
      ['transaction.message.accountKeys.pubkey'],
    ],
    ['no instructions', withMessage({ instructions: undefined }), ['transaction.message.instructions']],
    [
      'an instruction without program',
      withMessage({ instructions: [{}] }),
      ['transaction.message.instructions.programId'],
    ],
    [
      'a program that is not listed',
      withMessage({ instructions: [{ programIdIndex: 99, accounts: [], data: '' }] }),
      ['transaction.message.instructions.programIdIndex'],
    ],
    [
      'an instruction without accounts',
      withMessage({ instructions: [{ programIdIndex: 0, data: '' }] }),
      ['transaction.message.instructions.accounts'],
    ],
    [
      'a balance that is no object',
      withMeta({ preTokenBalances: [null] }),
      ['meta.preTokenBalances.accountIndex'],
    ],
    [
      'a balance of an account before the first',
      withMeta({
        postTokenBalances: [{ accountIndex: -1, mint: TOKEN, uiTokenAmount: { amount: '1', decimals: 6 } }],
      }),
      ['meta.postTokenBalances.accountIndex'],
    ],
    [
      'a balance of the account after the last',
      withMeta({
        postTokenBalances: [
          {
            accountIndex: transaction.message.accountKeys.length,
            mint: TOKEN,
            uiTokenAmount: { amount: '1', decimals: 6 },
          },
        ],
      }),
      ['transaction.message.accountKeys'],
    ],
    [
      'no balances at all',
      withMeta({ preTokenBalances: undefined, postTokenBalances: undefined }),
      ['meta.preTokenBalances', 'meta.postTokenBalances'],
    ],
    ['lamports of which one is no number', withMeta({ postBalances: [1, '1'] }), ['meta.postBalances']],
    ['lamports without end', withMeta({ postBalances: [Infinity] }), ['meta.postBalances']],
    [
      'inner instructions that are no object',
      withMeta({ innerInstructions: [null] }),
      ['meta.innerInstructions'],
    ],
    [
      'inner instructions without a list',
      withMeta({ innerInstructions: [{ index: 0 }] }),
      ['meta.innerInstructions'],
    ],
    [
      'inner instructions of no instruction',
      withMeta({ innerInstructions: [{ instructions: [] }] }),
      ['meta.innerInstructions'],
    ],
    [
      'an inner instruction that is no object',
      withMeta({ innerInstructions: [{ index: 0, instructions: [null] }] }),
      ['meta.innerInstructions.programId'],
    ],
    [
      'a key that is no object',
      withMessage({ accountKeys: [null] }),
      ['transaction.message.accountKeys.pubkey'],
    ],
    ['a key that is no text', withMessage({ accountKeys: ['x', 7] }), ['transaction.message.accountKeys']],
    ['keys that are no list', withMessage({ accountKeys: {} }), ['transaction.message.accountKeys']],
    [
      'an instruction that is no object',
      withMessage({ instructions: [null] }),
      ['transaction.message.instructions.programId'],
    ],
    [
      'accounts that are no text',
      withMessage({ instructions: [{ programId: ann, accounts: [7] }] }),
      ['transaction.message.instructions'],
    ],
    ['a transaction that is no object', { ...rest, meta, transaction: 7 }, ['transaction.message']],
    [
      'signatures that are no list',
      { ...rest, meta, transaction: { ...transaction, signatures: 'x' } },
      ['transaction.signatures'],
    ],
    ['bytes that are no text', { ...rest, meta, transaction: [7, 'base64'] }, ['transaction: base64']],
    [
      'bytes without keys',
      { ...rest, meta, transaction: [bytesOf({ keyCount: 0 }), 'base64'] },
      ['transaction.message.accountKeys'],
    ],
    [
      'bytes that call a program of a lookup table that was not loaded',
      { ...rest, meta, transaction: [bytesOf({ keyCount: 1, program: 1 }), 'base64'] },
      ['meta.loadedAddresses'],
    ],
    [
      'bytes without signature',
      { ...rest, meta, transaction: ['AAAA', 'base64'] },
      ['transaction.signatures'],
    ],
    ['another encoding', { ...rest, meta, transaction: ['abc', 'base58'] }, ['transaction: base64']],
    ['bytes that end early', { ...rest, meta, transaction: ['AQID', 'base64'] }, ['transaction: truncated']],
    ['a body of two', [sample(), sample()], ['one transaction: the body holds several']],
    ['an enhanced element without accounts', { ...enhanced, accountData: undefined }, ['accountData']],
    ['an enhanced element without more', { feePayer: ann }, ['signature', 'accountData']],
    ['an enhanced account without address', { ...enhanced, accountData: [{}] }, ['accountData.account']],
    [
      'an enhanced change without amount',
      {
        ...enhanced,
        accountData: [{ account: ann, tokenBalanceChanges: [{ tokenAccount: ben, mint: TOKEN }] }],
      },
      ['accountData.tokenBalanceChanges.rawTokenAmount'],
    ],
    ['an enhanced element without signature', { ...enhanced, signature: '' }, ['signature']],
    ['an enhanced element without payer', { ...enhanced, feePayer: 7 }, ['feePayer']],
    ['an enhanced account that is no object', { ...enhanced, accountData: [null] }, ['accountData.account']],
    [
      'an enhanced change that is no object',
      withChange(null),
      ['accountData.tokenBalanceChanges.tokenAccount'],
    ],
    [
      'an enhanced change without mint',
      withChange({ tokenAccount: ben }),
      ['accountData.tokenBalanceChanges.mint'],
    ],
    [
      'an enhanced change without decimals',
      withChange({ tokenAccount: ben, mint: TOKEN, rawTokenAmount: { tokenAmount: '5' } }),
      ['accountData.tokenBalanceChanges.rawTokenAmount'],
    ],
    [
      'an enhanced change with decimals alone',
      withChange({ tokenAccount: ben, mint: TOKEN, rawTokenAmount: { decimals: 5 } }),
      ['accountData.tokenBalanceChanges.rawTokenAmount'],
    ],
    [
      'an enhanced instruction that is no object',
      { ...enhanced, instructions: [null] },
      ['instructions.programId'],
    ],
    [
      'an enhanced inner instruction without program',
      { ...enhanced, instructions: [{ programId: ann, innerInstructions: [{}] }] },
      ['instructions.programId'],
    ],
  ])('%s', (_name, payload, missing) => {
    expect(missingIn(payload)).toEqual(missing);
  });

  it('a version that is not known', () => {
    const bytes = Buffer.from(wireOf(toBase64(sample(), 1)), 'base64');
    bytes[1 + 2 * 64] = 0x81;
    expect(missingIn({ ...rest, meta, transaction: [bytes.toString('base64'), 'base64'] })).toEqual([
      'transaction.version: 0 or legacy',
    ]);
  });
});
