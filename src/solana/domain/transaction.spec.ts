import { TOKEN, ann, ben, pool } from '../../../test/support/cast';
import { program, sample } from '../../../test/support/payload-sample';
import { anchor, accountOf, Scene } from '../../../test/support/scene';
import { toBase64, toEnhanced, toJsonParsed } from '../../../test/support/transaction-forms';
import type { JsonTransaction } from '../../../test/support/transaction-forms';
import { readTransaction, transactionBodies } from './transaction';
import type { Transaction } from './transaction';

/** The parts that every form tells. */
function told(transaction: Transaction): unknown {
  const { signature, slot, blockTimeSec, failed, feePayer, feeLamports, lamportChanges, tokenBalances } =
    transaction;
  return {
    signature,
    slot,
    blockTimeSec,
    failed,
    feePayer,
    feeLamports,
    lamportChanges,
    keys: Array.from({ length: transaction.accountKeys.length }, (_, index) =>
      transaction.accountKeys.at(index),
    ),
    changes: tokenBalances
      .filter(({ change }) => change !== 0n)
      .map(({ owner, mint, change }) => [owner, mint, change]),
    programs: transaction.instructions.map(({ programId, outerIndex, depth }) => [
      programId,
      outerIndex,
      depth,
    ]),
  };
}

describe('readTransaction', () => {
  it('reads balances, owners and instructions of a result in json', () => {
    const read = readTransaction(sample());
    expect(read).toMatchObject({
      form: 'json',
      slot: 1000,
      blockTimeSec: 1_700_000_000,
      failed: false,
      feePayer: ann,
    });
    expect(read).toMatchObject({ feeLamports: 5000n, signers: [ann, ben], hasBalances: true });
    const [balance] = read.tokenBalances.filter(({ owner }) => owner === ann);
    expect(balance).toMatchObject({ account: accountOf(ann, TOKEN), owner: ann, mint: TOKEN, decimals: 6 });
    expect(balance?.change).toBe(65n);
    expect(read.accountKeys.at(balance?.accountIndex ?? -1)).toBe(accountOf(ann, TOKEN));
    expect(read.instructions.map(({ programId, depth }) => [programId.slice(0, 6), depth])).toEqual([
      [program.slice(0, 6), 1],
      ['Tokenk', 2],
      ['111111', 2],
      ['Tokenk', 1],
    ]);
    expect(read.instructions[0]?.accounts).toEqual([pool, ann]);
    expect(Buffer.from(read.instructions[0]?.data ?? [])).toEqual(anchor('swap'));
  });

  it.each([
    ['jsonParsed', toJsonParsed(sample()), 'jsonParsed'],
    ['base64, legacy', toBase64(sample()), 'base64'],
    ['base64, version 0 with loaded addresses', toBase64(sample(), 2), 'base64'],
    ['an enhanced element', toEnhanced(sample()), 'enhanced'],
  ])('tells the same of %s', (_name, payload, form) => {
    const read = readTransaction(payload);
    expect(read.form).toBe(form);
    expect(told(read)).toEqual(told(readTransaction(sample())));
  });

  it.each([
    ['a JSON-RPC answer', { jsonrpc: '2.0', id: 1, result: sample() }],
    ['a body of one', [sample()]],
    [
      'a websocket notification',
      {
        method: 'transactionNotification',
        params: { subscription: 1, result: { slot: 1000, blockTime: 1_700_000_000, transaction: sample() } },
      },
    ],
  ])('reads through %s', (_name, payload) => {
    expect(told(readTransaction(payload))).toEqual(told(readTransaction(sample())));
  });

  it('reads an element of a block, which has neither slot nor time', () => {
    const { transaction, meta } = sample();
    expect(readTransaction({ transaction, meta })).toMatchObject({ slot: null, blockTimeSec: null });
  });

  it('keeps an amount beyond 2^53 exact', () => {
    const { meta, ...rest } = sample();
    const [row] = meta.postTokenBalances;
    const large = { ...row, uiTokenAmount: { amount: '18446744073709551615', decimals: 0 } };
    const read = readTransaction({
      ...rest,
      meta: { ...meta, preTokenBalances: [], postTokenBalances: [large] },
    });
    expect(read.tokenBalances[0]?.change).toBe(18_446_744_073_709_551_615n);
  });

  it('marks what failed, in either way of saying so', () => {
    const { meta, ...rest } = sample();
    expect(readTransaction({ ...rest, meta: { ...meta, err: { InstructionError: [0, 1] } } }).failed).toBe(
      true,
    );
    expect(readTransaction({ ...toEnhanced(sample()), transactionError: { error: 'x' } }).failed).toBe(true);
  });

  it('splits an account that was closed and opened again for another mint', () => {
    const { meta, ...rest } = sample();
    const [row] = meta.preTokenBalances;
    const other = { ...row, mint: ben, uiTokenAmount: { amount: '7', decimals: 2 } };
    const read = readTransaction({
      ...rest,
      meta: { ...meta, preTokenBalances: [row], postTokenBalances: [other] },
    });
    expect(read.tokenBalances.map(({ mint, change }) => [mint, change])).toEqual([
      [TOKEN, -(10n ** 13n)],
      [ben, 7n],
    ]);
  });

  describe('finds owners that old payloads do not name', () => {
    const ownerless = (payload: JsonTransaction): JsonTransaction => {
      const strip = (rows: JsonTransaction['meta']['preTokenBalances']): never[] => {
        const bare: never[] = JSON.parse(
          JSON.stringify(rows, (key, value: unknown) => (key === 'owner' ? undefined : value)),
        );
        return bare;
      };
      const { meta } = payload;
      const bare = {
        preTokenBalances: strip(meta.preTokenBalances),
        postTokenBalances: strip(meta.postTokenBalances),
      };
      return { ...payload, meta: { ...meta, ...bare } };
    };

    it('from who may move them, and from the other party of a transfer', () => {
      const scene = new Scene(ann);
      scene.call(program, anchor('x'), () => scene.move(TOKEN, ann, pool, 7n).move(ben, pool, ann, 9n));
      const owners = readTransaction(ownerless(scene.toRpc())).tokenBalances.map(({ owner }) => owner);
      expect(owners.toSorted()).toEqual([ann, ann, pool, pool].toSorted());
    });

    it('not at all where a single party moves them: then the account stands for itself', () => {
      const scene = new Scene(ann);
      scene.move(TOKEN, ann, ben, 7n);
      const owners = readTransaction(ownerless(scene.toRpc())).tokenBalances.map(({ owner }) => owner);
      expect(owners.toSorted()).toEqual([ann, accountOf(ben, TOKEN)].toSorted());
    });
  });
});

describe('transactionBodies', () => {
  it('gives the elements of a webhook body, of a block and of an answer', () => {
    const one = sample();
    expect(transactionBodies([one, one])).toEqual([one, one]);
    expect(transactionBodies({ blockTime: 1, parentSlot: 2, transactions: [one] })).toEqual([one]);
    expect(transactionBodies({ result: { transactions: [one] } })).toEqual([one]);
    expect(transactionBodies(one)).toEqual([one]);
  });

  it('looks through at most three envelopes, and only where nothing says that it is the transaction', () => {
    const one = sample();
    expect(transactionBodies({ result: { result: { result: one } } })).toEqual([one]);
    expect(transactionBodies({ result: { result: { result: { result: one } } } })).toEqual([{ result: one }]);
    expect(transactionBodies({ params: { result: one } })).toEqual([one]);
    expect(transactionBodies({ result: { x: 1 }, transaction: 7 })).toEqual([
      { result: { x: 1 }, transaction: 7 },
    ]);
    const { transaction, meta } = one;
    expect(transactionBodies({ slot: 5, blockTime: 6, transaction: { transaction, meta } })).toEqual([
      { slot: 5, blockTime: 6, transaction, meta },
    ]);
    expect(transactionBodies({ slot: 5, transaction: { transaction } })).toEqual([
      { slot: 5, transaction: { transaction } },
    ]);
    expect(transactionBodies({ slot: 5, transaction: { meta } })).toEqual([
      { slot: 5, transaction: { meta } },
    ]);
    expect(transactionBodies('text')).toEqual(['text']);
    expect(transactionBodies([{ result: one }, 7])).toEqual([one, 7]);
  });
});

describe('readTransaction of what could be two things', () => {
  it('takes for enhanced what names no transaction, but accounts or a payer', () => {
    const enhanced = toEnhanced(sample());
    expect(readTransaction(enhanced).form).toBe('enhanced');
    expect(readTransaction({ ...sample(), ...enhanced, transaction: sample().transaction }).form).toBe(
      'json',
    );
  });
});
