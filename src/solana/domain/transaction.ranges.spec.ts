import { TOKEN, ann, ben } from '../../../test/support/cast';
import { missingIn, sample } from '../../../test/support/payload-sample';
import { toEnhanced } from '../../../test/support/transaction-forms';
import { readTransaction } from './transaction';

const MOST = '18446744073709551615';
const enhanced = toEnhanced(sample());
const payload = sample();

const withMeta = (change: Record<string, unknown>): unknown => ({
  ...payload,
  meta: { ...payload.meta, ...change },
});
const withBalance = (uiTokenAmount: unknown): unknown =>
  withMeta({ postTokenBalances: [{ accountIndex: 0, mint: TOKEN, uiTokenAmount }] });
const withChange = (rawTokenAmount: unknown): unknown => ({
  ...enhanced,
  accountData: [{ account: ann, tokenBalanceChanges: [{ tokenAccount: ben, mint: TOKEN, rawTokenAmount }] }],
});

describe('readTransaction refuses numbers that the chain cannot hold', () => {
  it.each([
    ['a slot below 0', { ...payload, slot: -1 }, 'slot'],
    ['half a slot', { ...payload, slot: 0.5 }, 'slot'],
    ['a slot that no double holds', { ...payload, slot: 1e300 }, 'slot'],
    ['a block time below 0', { ...payload, blockTime: -1 }, 'blockTime'],
    ['a block time in ms', { ...payload, blockTime: 1_800_000_000_000 }, 'blockTime'],
    ['a fee below 0', withMeta({ fee: -5_000 }), 'meta.fee'],
    ['lamports below 0', withMeta({ preBalances: [-1] }), 'meta.preBalances'],
    ['more lamports than eight bytes hold', withMeta({ postBalances: [2 ** 64] }), 'meta.postBalances'],
    [
      'decimals below 0',
      withBalance({ amount: '1', decimals: -1 }),
      'meta.postTokenBalances.uiTokenAmount.decimals',
    ],
    [
      'decimals of more than a byte',
      withBalance({ amount: '1', decimals: 256 }),
      'meta.postTokenBalances.uiTokenAmount.decimals',
    ],
    [
      'more tokens than eight bytes hold',
      withBalance({ amount: '18446744073709551616', decimals: 6 }),
      'meta.postTokenBalances.uiTokenAmount.amount',
    ],
    ['an enhanced slot below 0', { ...enhanced, slot: -1 }, 'slot'],
    ['an enhanced time in ms', { ...enhanced, timestamp: 1_800_000_000_000 }, 'timestamp'],
    ['an enhanced fee below 0', { ...enhanced, fee: -1 }, 'fee'],
    [
      'enhanced decimals of more than a byte',
      withChange({ tokenAmount: '1', decimals: 256 }),
      'accountData.tokenBalanceChanges.rawTokenAmount',
    ],
    [
      'an enhanced change beyond eight bytes',
      withChange({ tokenAmount: '-18446744073709551616', decimals: 6 }),
      'accountData.tokenBalanceChanges.rawTokenAmount',
    ],
  ])('%s', (_name, given, path) => {
    expect(missingIn(given)).toEqual([path]);
  });

  it('takes the largest that it can hold', () => {
    const [balance] = readTransaction(withBalance({ amount: MOST, decimals: 255 })).tokenBalances;
    expect(balance).toMatchObject({ change: BigInt(MOST), decimals: 255 });
    const [change] = readTransaction(withChange({ tokenAmount: `-${MOST}`, decimals: 0 })).tokenBalances;
    expect(change).toMatchObject({ change: -BigInt(MOST), decimals: 0 });
    const { slot, blockTimeSec } = readTransaction({ ...payload, slot: 2 ** 53 - 1, blockTime: 0 });
    expect([slot, blockTimeSec]).toEqual([2 ** 53 - 1, 0]);
  });
});
