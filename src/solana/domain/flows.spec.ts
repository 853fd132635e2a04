import { NAMELESS, OTHER, TOKEN, USDC, ann, ben, cas, pool, someProgram } from '../../../test/support/cast';
import { SOL, Scene, WRAPPED_SOL } from '../../../test/support/scene';
import { Changes, flowsOf, only, without } from './flows';
import type { Flows } from './flows';
import { callsOf } from './purpose';
import { readTransaction } from './transaction';
import type { Transaction } from './transaction';

interface Seen {
  readonly transaction: Transaction;
  readonly flows: Flows;
}

function seen(...calls: ((scene: Scene) => unknown)[]): Seen {
  const scene = new Scene(ann, ben);
  for (const tell of calls) scene.call(someProgram, NAMELESS, () => tell(scene));
  const transaction = readTransaction(scene.toRpc());
  return { transaction, flows: flowsOf(transaction) };
}

function told({ holdings }: Flows): Record<string, Record<string, bigint>> {
  const names = new Map([
    [ann, 'ann'],
    [ben, 'ben'],
    [pool, 'pool'],
    [TOKEN, 'token'],
    [USDC, 'usdc'],
    [OTHER, 'other'],
    [WRAPPED_SOL, 'sol'],
  ]);
  const rows = [...holdings].map(([owner, { changes }]) => {
    const moved = [...changes].filter(([, change]) => change !== 0n);
    return [
      names.get(owner) ?? owner,
      Object.fromEntries(moved.map(([mint, change]) => [names.get(mint) ?? mint, change])),
    ] as const;
  });
  return Object.fromEntries(rows.filter(([, changes]) => Object.keys(changes).length > 0));
}

describe('Changes', () => {
  it('add up by mint, and a copy is its own', () => {
    const changes = new Changes();
    changes.add(TOKEN, 5n);
    changes.add(USDC, 1n);
    changes.add(TOKEN, -7n);
    const copy = changes.copy();
    copy.add(USDC, 9n);
    expect([...changes]).toEqual([
      [TOKEN, -2n],
      [USDC, 1n],
    ]);
    expect([copy.get(USDC), copy.get(TOKEN), copy.get(OTHER)]).toEqual([10n, -2n, undefined]);
  });
});

describe('flowsOf', () => {
  it('adds up the accounts of an owner, SOL with wrapped SOL, and gives the fee back', () => {
    const { flows } = seen((s) =>
      s
        .move(TOKEN, ann, pool, 5n)
        .move(TOKEN, cas, ann, 7n)
        .move(SOL, ann, pool, 9n)
        .move(WRAPPED_SOL, pool, ann, 4n),
    );
    expect(told(flows)).toMatchObject({ ann: { token: 2n, sol: -5n }, pool: { token: 5n, sol: 5n } });
    expect([flows.holdings.get(ann)?.isSigner, flows.holdings.get(pool)?.isSigner]).toEqual([true, false]);
  });

  it('knows whose an account is and what it holds', () => {
    const { flows, transaction } = seen((s) => s.mint(TOKEN, 4).move(TOKEN, ann, ben, 5n));
    const [account = ''] = transaction.tokenBalances
      .filter(({ owner }) => owner === ben)
      .map((row) => row.account);
    expect([flows.ownerOf(account), flows.mintOf(account), flows.decimalsOf(TOKEN)]).toEqual([ben, TOKEN, 4]);
    expect([
      flows.ownerOf(ben),
      flows.mintOf(ben),
      flows.decimalsOf(USDC),
      flows.decimalsOf(WRAPPED_SOL),
    ]).toEqual([undefined, undefined, undefined, 9]);
  });
});

describe('without and only', () => {
  const everything = (s: Scene): unknown =>
    s
      .move(TOKEN, ann, pool, 5n)
      .move(SOL, ann, pool, 900n)
      .create(OTHER, ann, 3n)
      .burn(USDC, ben, 4n)
      .move(WRAPPED_SOL, pool, ben, 60n);
  const whole = {
    ann: { token: -5n, other: 3n, sol: -900n },
    ben: { usdc: -4n, sol: 60n },
    pool: { token: 5n, sol: 840n },
  };

  it('split what happened by calls: transfers, SOL, what was made and what was destroyed', () => {
    const { transaction, flows } = seen(everything, (s) => s.move(TOKEN, pool, ann, 2n));
    const [first, second] = callsOf(transaction.instructions);
    if (first === undefined || second === undefined) throw new Error('two calls were made');
    expect(told(only(flows, transaction, [first]))).toEqual(whole);
    expect(told(without(flows, transaction, [second]))).toEqual(whole);
    expect(told(without(flows, transaction, [first]))).toEqual({ ann: { token: 2n }, pool: { token: -2n } });
    expect(told(without(flows, transaction, [first, second]))).toEqual({});
  });

  it('leave the flows that they are made from as they are', () => {
    const { transaction, flows } = seen(everything);
    const before = told(flows);
    without(flows, transaction, callsOf(transaction.instructions));
    expect(told(flows)).toEqual(before);
    expect(before).toEqual(whole);
  });

  it('take an account that the payload does not list for nobody of the exchange', () => {
    const { transaction, flows } = seen(everything);
    const [holder] = [...flows.holdings.values()];
    if (holder === undefined) throw new Error('somebody moved something');
    const few = flowsOf({ ...transaction, tokenBalances: [], lamportChanges: [] });
    expect(told(only(few, transaction, callsOf(transaction.instructions)))).toEqual({ ann: { sol: -900n } });
  });
});
