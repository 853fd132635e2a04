import { TOKEN, ann, ben, pool } from '../../../test/support/cast';
import { program, sample } from '../../../test/support/payload-sample';
import { readTransaction } from './transaction';
import type { Transaction } from './transaction';

describe('what payloads may leave out', () => {
  const { transaction, meta, ...rest } = sample();

  it('is inner instructions, loaded addresses, the fee and balances that are null', () => {
    const bare = {
      ...meta,
      innerInstructions: null,
      loadedAddresses: undefined,
      fee: undefined,
      preTokenBalances: null,
    };
    const read = readTransaction({ ...rest, transaction, meta: bare });
    expect(read.feeLamports).toBe(0n);
    expect(read.instructions.map(({ depth }) => depth)).toEqual([1, 1]);
    expect(read.tokenBalances.map(({ change }) => change)).toContain(10n ** 13n + 65n);
  });

  it('is a balance afterwards or before: then all came or went', () => {
    const [row, ...others] = meta.postTokenBalances;
    const came = readTransaction({ ...rest, transaction, meta: { ...meta, preTokenBalances: others } });
    const went = readTransaction({ ...rest, transaction, meta: { ...meta, postTokenBalances: others } });
    const at = (read: Transaction): bigint | undefined =>
      read.tokenBalances.find(({ accountIndex }) => accountIndex === row?.accountIndex)?.change;
    expect(at(came)).toBe(BigInt(row?.uiTokenAmount.amount ?? 0));
    expect(at(went)).toBe(-(10n ** 13n));
    expect(went.tokenBalances).toHaveLength(meta.preTokenBalances.length);
  });

  it('is the height of inner instructions: then they are one below', () => {
    const [group] = meta.innerInstructions;
    const instructions = (group?.instructions ?? []).map((item, at) => ({
      ...item,
      stackHeight: [null, 1, 3][at],
    }));
    const read = readTransaction({
      ...rest,
      transaction,
      meta: {
        ...meta,
        innerInstructions: [
          { index: 0, instructions },
          { index: 0, instructions: instructions.slice(1) },
        ],
      },
    });
    expect(read.instructions.map(({ depth, outerIndex }) => [depth, outerIndex])).toEqual([
      [1, 0],
      [2, 0],
      [2, 0],
      [2, 0],
      [1, 1],
    ]);
  });

  it('is the form of a parsed instruction that has no fields', () => {
    const { message, signatures } = transaction;
    const accountKeys = message.accountKeys.map((pubkey, index) => ({ pubkey, signer: index === 1 }));
    const instruction = { programId: program, accounts: [ann], data: 'z' };
    const instructions = [
      { ...instruction, parsed: { type: 'transfer', info: { amount: 1 } } },
      { ...instruction, parsed: { type: 'transfer' } },
      { ...instruction, parsed: { info: {} } },
      { ...instruction, parsed: 'a memo', data: 7 },
    ];
    const read = readTransaction({
      ...rest,
      meta,
      transaction: { signatures, message: { accountKeys, instructions } },
    });
    expect(read).toMatchObject({ form: 'jsonParsed', signers: [ben] });
    const outer = read.instructions.filter(({ depth }) => depth === 1);
    expect(outer.map(({ parsed }) => parsed)).toEqual([
      { type: 'transfer', info: { amount: 1 } },
      null,
      null,
      null,
    ]);
    expect(outer.map(({ data, accounts }) => [data.length, accounts])).toEqual([
      [1, [ann]],
      [1, [ann]],
      [1, [ann]],
      [0, [ann]],
    ]);
  });

  it('is nearly everything of an enhanced element', () => {
    const change = { tokenAccount: ben, mint: TOKEN, rawTokenAmount: { tokenAmount: '-5', decimals: 6 } };
    const read = readTransaction({
      signature: 'any',
      feePayer: ann,
      accountData: [
        { account: ann, tokenBalanceChanges: [change, { ...change, tokenAccount: ann, userAccount: pool }] },
      ],
      instructions: [{ programId: program, accounts: [ann, 7], innerInstructions: [{ programId: ann }] }],
    });
    expect(read).toMatchObject({
      slot: null,
      blockTimeSec: null,
      failed: false,
      feeLamports: 0n,
      lamportChanges: [0],
      preLamports: null,
      hasBalances: true,
    });
    expect(
      read.tokenBalances.map(({ owner, account, accountIndex }) => [owner, account, accountIndex]),
    ).toEqual([
      [ben, ben, -1],
      [pool, ann, 0],
    ]);
    expect(read.instructions.map(({ accounts, data, depth }) => [accounts, data.length, depth])).toEqual([
      [[ann, ''], 0, 1],
      [[], 0, 2],
    ]);
  });

  it('is not enough where an enhanced element names transfers without balances', () => {
    const empty = { signature: 'any', feePayer: ann, accountData: [] };
    expect(readTransaction(empty).hasBalances).toBe(true);
    expect(readTransaction({ ...empty, tokenTransfers: [{}] }).hasBalances).toBe(false);
    expect(
      readTransaction({ ...empty, accountData: [{ account: ann }], tokenTransfers: [{}] }).hasBalances,
    ).toBe(true);
  });
});
