import { NAMELESS, TOKEN, ann, ben, cas, pool, someProgram } from '../../../test/support/cast';
import { SOL, Scene, WRAPPED_SOL, accountOf, derivedNamed } from '../../../test/support/scene';
import { flowsOf } from './flows';
import type { Flows } from './flows';
import { refundedLamports, sideLamports } from './side-lamports';
import { readTransaction } from './transaction';
import type { Transaction } from './transaction.form';

function seen(tell: (scene: Scene) => unknown): { transaction: Transaction; flows: Flows } {
  const scene = new Scene(ann, ben);
  scene.call(someProgram, NAMELESS, () => tell(scene));
  const transaction = readTransaction(scene.toRpc());
  return { transaction, flows: flowsOf(transaction) };
}

describe('sideLamports', () => {
  it.each([
    ['a tip to who moves no tokens', (s: Scene): unknown => s.move(SOL, ann, ben, 500n), 500n],
    ['the rent of a new account', (s: Scene): unknown => s.rent(ann, derivedNamed('status'), 700n), 700n],
    [
      'nothing for who moves tokens',
      (s: Scene): unknown => s.move(SOL, ann, pool, 500n).move(TOKEN, pool, ann, 1n),
      0n,
    ],
    ['nothing of another payer', (s: Scene): unknown => s.move(SOL, ben, cas, 500n), 0n],
    ['nothing that goes to itself', (s: Scene): unknown => s.move(SOL, ann, ann, 500n), 0n],
  ])('is %s', (_name, tell, lamports) => {
    const { transaction, flows } = seen(tell);
    expect(sideLamports(transaction, flows, ann)).toBe(lamports);
  });

  it.each<[string, (s: Scene) => unknown, bigint]>([
    [
      "the rent of somebody else's token account",
      (s) => s.move(TOKEN, pool, ben, 1n).rent(ann, accountOf(ben, TOKEN), 700n),
      700n,
    ],
    [
      'nothing for an account of its own',
      (s) => s.move(TOKEN, pool, ann, 1n).rent(ann, accountOf(ann, TOKEN), 700n),
      0n,
    ],
    [
      "SOL for somebody else's account of another token",
      (s) => s.move(TOKEN, pool, ben, 1n).move(SOL, ann, accountOf(ben, TOKEN), 600n),
      600n,
    ],
    [
      "nothing for somebody else's wrapped SOL, which is a payment",
      (s) => s.move(WRAPPED_SOL, pool, ben, 1n).move(SOL, ann, accountOf(ben, WRAPPED_SOL), 600n),
      0n,
    ],
    [
      "but the rent of somebody else's wrapped SOL account",
      (s) => s.move(WRAPPED_SOL, pool, ben, 1n).rent(ann, accountOf(ben, WRAPPED_SOL), 600n),
      600n,
    ],
    [
      'a tip to who has no part in the tokens',
      (s) => s.move(TOKEN, pool, ann, 1n).move(SOL, ann, cas, 500n),
      500n,
    ],
    [
      'nothing for who passes all of it on',
      (s) => s.move(SOL, ann, cas, 500n).move(SOL, cas, pool, 500n),
      0n,
    ],
    ['nothing for who keeps tokens', (s) => s.move(TOKEN, pool, cas, 1n).move(SOL, ann, cas, 500n), 0n],
    [
      'nothing for who gives as many tokens as it gets',
      (s) => s.move(TOKEN, ben, pool, 1n).move(TOKEN, pool, ann, 1n).move(SOL, ann, pool, 500n),
      0n,
    ],
  ])('is %s', (_name, tell, lamports) => {
    const { transaction, flows } = seen(tell);
    expect(sideLamports(transaction, flows, ann)).toBe(lamports);
  });

  it('is only rent where that is asked for', () => {
    const { transaction, flows } = seen((s) =>
      s.rent(ann, derivedNamed('status'), 700n).move(SOL, ann, cas, 500n),
    );
    expect(sideLamports(transaction, flows, ann)).toBe(1200n);
    expect(sideLamports(transaction, flows, ann, true)).toBe(700n);
  });
});

describe('refundedLamports', () => {
  it('is what closed accounts gave back that hold no wrapped SOL', () => {
    const order = derivedNamed('order');
    const { transaction, flows } = seen((scene) => scene.moveDirect(order, ann, 10n ** 13n));
    expect(refundedLamports(transaction, flows, ann)).toBe(10n ** 13n);
    expect(refundedLamports(transaction, flows, order)).toBe(0n);
    expect(refundedLamports({ ...transaction, preLamports: null }, flows, ann)).toBe(0n);
  });

  it('is nothing of wrapped SOL, of own accounts, and of accounts that keep something', () => {
    const closing = seen((s) => s.moveDirect(cas, ann, 10n ** 13n));
    expect(refundedLamports(closing.transaction, closing.flows, ann)).toBe(10n ** 13n);
    const partly = seen((s) => s.moveDirect(cas, ann, 10n ** 13n - 1n));
    expect(refundedLamports(partly.transaction, partly.flows, ann)).toBe(0n);
    const { transaction, flows } = seen((s) => s.move(WRAPPED_SOL, pool, ann, 1n).move(TOKEN, pool, ann, 1n));
    const emptied = (mint: string, owner: string): bigint => {
      const at = transaction.tokenBalances.find((row) => row.mint === mint && row.owner === owner);
      const lamportChanges = transaction.lamportChanges.map((change, index) =>
        index === at?.accountIndex ? -(transaction.preLamports?.[index] ?? 0) : change,
      );
      return refundedLamports({ ...transaction, lamportChanges }, flows, ann);
    };
    expect(emptied(WRAPPED_SOL, pool)).toBe(0n);
    expect(emptied(TOKEN, ann)).toBe(0n);
    expect(emptied(TOKEN, pool)).toBe(2_039_280n);
  });
});
