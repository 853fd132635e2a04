import {
  ann,
  ben,
  cas,
  exchange,
  NAMELESS,
  OTHER,
  pool,
  someProgram,
  TOKEN,
  USDC,
} from '../../../test/support/cast';
import { derivedNamed, Scene, SOL, walletNamed, WRAPPED_SOL } from '../../../test/support/scene';
import { counterAssets, isDust, isPiece, isShare, solLeg } from './exchange';
import type { Case } from './exchange';
import { flowsOf } from './flows';
import type { Holding } from './flows';
import { readTransaction } from './transaction';

function caseOf(scene: Scene, isSwapCall = false): Case {
  const transaction = readTransaction(scene.toRpc());
  const flows = flowsOf(transaction);
  return { transaction, mint: TOKEN, flows, isSwapCall, hasOrders: false, isSideSolPaid: false };
}

function holdingOf({ flows }: Case, owner: string): Holding {
  const holding = flows.holdings.get(owner);
  if (holding === undefined) throw new Error(`${owner} holds nothing`);
  return holding;
}

function inCall(tell: (scene: Scene) => unknown, ...signers: string[]): Case {
  const scene = new Scene(...(signers.length > 0 ? signers : [ann]));
  scene.call(someProgram, NAMELESS, () => tell(scene));
  return caseOf(scene);
}

describe('solLeg', () => {
  it('takes tips out of what was given and adds them to what was got', () => {
    const gave = inCall((s) =>
      s.move(SOL, ann, pool, 900n).move(TOKEN, pool, ann, 1n).move(SOL, ann, ben, 100n),
    );
    expect([solLeg(gave, holdingOf(gave, ann), -1), solLeg(gave, holdingOf(gave, ann), 1)]).toEqual([
      -900n,
      0n,
    ]);
    const got = inCall((s) =>
      s.moveDirect(pool, ann, 900n).move(TOKEN, ann, pool, 1n).move(SOL, ann, ben, 1000n),
    );
    expect([solLeg(got, holdingOf(got, ann), -1), solLeg(got, holdingOf(got, ann), 1)]).toEqual([0n, 900n]);
  });

  it('doubts what a signer got while accounts were closed, unless a listed program swapped', () => {
    const scene = new Scene(ann);
    scene.call(someProgram, NAMELESS, () => scene.moveDirect(derivedNamed('order'), ann, 10n ** 13n));
    expect(solLeg(caseOf(scene), holdingOf(caseOf(scene), ann), 1)).toBe(0n);
    expect(solLeg(caseOf(scene, true), holdingOf(caseOf(scene, true), ann), 1)).toBe(10n ** 13n);
    const more = scene.call(someProgram, NAMELESS, () => scene.moveDirect(pool, ann, 1n));
    expect(solLeg(caseOf(more), holdingOf(caseOf(more), ann), 1)).toBe(10n ** 13n + 1n);
  });

  it('does not doubt an owner that signed nothing', () => {
    const scene = new Scene(ann);
    scene.call(someProgram, NAMELESS, () => scene.moveDirect(derivedNamed('order'), ben, 10n ** 13n));
    expect(solLeg(caseOf(scene), holdingOf(caseOf(scene), ben), 1)).toBe(10n ** 13n);
  });
});

describe('isPiece', () => {
  it.each([
    ['one of no decimals', 0, 1n, true],
    ['two of no decimals', 0, 2n, false],
    ['one of six decimals', 6, 1n, false],
  ])('of %s is told by decimals and size', (_name, decimals, amount, answer) => {
    const { flows } = inCall((s) => s.mint(OTHER, decimals).move(OTHER, ann, ben, amount));
    expect(isPiece(flows, OTHER)).toBe(answer);
  });

  it('is not what two of were made or destroyed', () => {
    const made = inCall((s) => s.mint(OTHER, 0).create(OTHER, ann, 2n));
    const gone = inCall((s) => s.mint(OTHER, 0).burn(OTHER, ann, 2n));
    expect([isPiece(made.flows, OTHER), isPiece(gone.flows, OTHER)]).toEqual([false, false]);
  });

  it('is never SOL', () => {
    const { flows } = inCall((s) => s.move(SOL, ann, ben, 1n));
    expect(isPiece(flows, WRAPPED_SOL)).toBe(false);
  });
});

describe('isShare', () => {
  it('is what was made for an owner or destroyed by it, and for nobody else', () => {
    const made = inCall((s) => s.create(OTHER, ann, 5n).move(USDC, ann, ben, 1n));
    expect(isShare(made.flows, made.transaction, OTHER, ann)).toBe(true);
    expect(isShare(made.flows, made.transaction, OTHER, ben)).toBe(false);
    expect(isShare(made.flows, made.transaction, USDC, ann)).toBe(false);
    const burned = inCall((s) => s.burn(OTHER, ann, 5n).burn(USDC, ben, 5n));
    expect(isShare(burned.flows, burned.transaction, OTHER, ann)).toBe(true);
    expect(isShare(burned.flows, burned.transaction, USDC, ann)).toBe(false);
    expect(isShare(burned.flows, burned.transaction, OTHER, ben)).toBe(false);
  });

  it('is told by the mint that was made, and by whoever keeps of it', () => {
    const both = inCall((s) => s.create(OTHER, ann, 5n).create(USDC, pool, 7n).move(USDC, pool, ann, 3n));
    expect(isShare(both.flows, both.transaction, OTHER, ann)).toBe(true);
    expect(isShare(both.flows, both.transaction, USDC, ann)).toBe(false);
    expect(isShare(both.flows, both.transaction, USDC, pool)).toBe(true);
    const handed = inCall((s) => s.create(USDC, pool, 7n).move(USDC, pool, ann, 7n));
    expect(isShare(handed.flows, handed.transaction, USDC, ann)).toBe(true);
  });

  it('is not what a transfer fee keeps on the way, and never SOL', () => {
    const kept = inCall((s) => s.move(OTHER, ann, ben, 100n, 4n));
    expect(isShare(kept.flows, kept.transaction, OTHER, ann)).toBe(false);
    const made = inCall((s) => s.create(WRAPPED_SOL, ann, 5n));
    expect(isShare(made.flows, made.transaction, WRAPPED_SOL, ann)).toBe(false);
  });
});

describe('isDust', () => {
  const route = (rest: bigint): Case =>
    inCall((s) => {
      exchange(s, ann, [USDC, 5000n], [TOKEN, 10_000n + rest]);
      exchange(s, ann, [TOKEN, 10_000n], [OTHER, 3000n], derivedNamed('second'));
    });

  it('is less than a thousandth of what passed through a route', () => {
    expect(isDust(route(9n), holdingOf(route(9n), ann), TOKEN)).toBe(true);
    expect(isDust(route(11n), holdingOf(route(11n), ann), TOKEN)).toBe(false);
  });

  it('is also a rest that a router hands over after an exchange of other assets', () => {
    const router = derivedNamed('router');
    const facts = inCall((s) => {
      s.move(USDC, ann, pool, 5000n).move(TOKEN, pool, router, 100_000n);
      s.move(TOKEN, router, derivedNamed('second'), 99_990n).move(OTHER, derivedNamed('second'), ann, 3000n);
      s.move(TOKEN, router, ann, 10n);
    });
    expect(isDust(facts, holdingOf(facts, ann), TOKEN)).toBe(true);
  });

  it('is not the whole of what a small trader got beside a large one', () => {
    const facts = inCall(
      (s) => {
        exchange(s, ben, [USDC, 500_000n], [TOKEN, 1_000_000n]);
        exchange(s, ann, [USDC, 5n], [TOKEN, 10n]);
      },
      ann,
      ben,
    );
    expect(isDust(facts, holdingOf(facts, ann), TOKEN)).toBe(false);
    expect(isDust(facts, holdingOf(facts, ann), USDC)).toBe(false);
  });

  it('is what stays with who only passes the token on', () => {
    const facts = inCall((s) => s.move(TOKEN, pool, ann, 100_000n).move(TOKEN, ann, cas, 99_990n));
    expect(isDust(facts, holdingOf(facts, ann), TOKEN)).toBe(true);
    const other = inCall((s) =>
      s.move(USDC, pool, ann, 100_000n).move(TOKEN, pool, cas, 100_000n).move(TOKEN, cas, ann, 10n),
    );
    expect(isDust(other, holdingOf(other, ann), TOKEN)).toBe(false);
  });

  it('is not a small amount that somebody paid dearly for', () => {
    const facts = inCall(
      (s) => {
        exchange(s, ben, [USDC, 100n], [TOKEN, 1_000_000n]);
        exchange(s, ann, [USDC, 500n], [TOKEN, 10n]).move(SOL, ann, cas, 9n);
      },
      ann,
      ben,
    );
    expect(isDust(facts, holdingOf(facts, ann), TOKEN)).toBe(false);
  });

  it('is not a small amount beside something that was got, where only a tip was given', () => {
    const facts = inCall(
      (s) => {
        exchange(s, ben, [USDC, 100n], [TOKEN, 1_000_000n]);
        s.move(TOKEN, pool, ann, 10n).move(OTHER, pool, ann, 70n).move(SOL, ann, cas, 9n);
      },
      ann,
      ben,
    );
    expect(isDust(facts, holdingOf(facts, ann), TOKEN)).toBe(false);
  });

  it('is exactly below a thousandth', () => {
    const at = (rest: bigint): boolean => {
      const facts = inCall((s) => s.move(TOKEN, pool, ann, 10_000n).move(TOKEN, ann, cas, 10_000n - rest));
      return isDust(facts, holdingOf(facts, ann), TOKEN);
    };
    expect([at(9n), at(10n)]).toEqual([true, false]);
  });

  it('is SOL that is small beside what others moved', () => {
    const facts = inCall((s) => s.move(SOL, ben, cas, 1_000_000n).move(SOL, ann, cas, 10n), ann, ben);
    expect(isDust(facts, holdingOf(facts, ann), WRAPPED_SOL)).toBe(true);
    expect(isDust(facts, holdingOf(facts, ben), WRAPPED_SOL)).toBe(false);
  });
});

describe('counterAssets', () => {
  it('are the other assets that went the other way', () => {
    const facts = inCall((s) =>
      exchange(s, ann, [USDC, 500n], [TOKEN, 70n]).move(OTHER, pool, ann, 3n).move(SOL, ann, pool, 20n),
    );
    expect([...counterAssets(facts, holdingOf(facts, ann))]).toEqual([
      [USDC, -500n],
      [WRAPPED_SOL, -20n],
    ]);
    expect([...counterAssets(facts, holdingOf(facts, pool))]).toEqual([
      [USDC, 500n],
      [WRAPPED_SOL, 20n],
    ]);
  });

  it('are no single pieces, and shares only where a listed program swapped', () => {
    const scene = new Scene(ann).mint(OTHER, 0);
    scene.call(someProgram, NAMELESS, () =>
      scene.move(TOKEN, ann, pool, 70n).move(OTHER, pool, ann, 1n).create(USDC, ann, 9n),
    );
    expect([...counterAssets(caseOf(scene), holdingOf(caseOf(scene), ann))]).toEqual([]);
    expect([...counterAssets(caseOf(scene, true), holdingOf(caseOf(scene, true), ann))]).toEqual([
      [USDC, 9n],
    ]);
  });

  it('hold nothing that only passed through', () => {
    const facts = inCall((s) =>
      exchange(s, ann, [USDC, 500n], [TOKEN, 70n]).move(OTHER, pool, ann, 9n).move(OTHER, ann, pool, 9n),
    );
    expect([...counterAssets(facts, holdingOf(facts, ann))]).toEqual([[USDC, -500n]]);
  });

  it('hold no SOL that a tip outweighed, where SOL itself is judged', () => {
    const facts = {
      ...inCall((s) => exchange(s, ann, [USDC, 500n], [SOL, 70n]).move(SOL, ann, cas, 100n)),
      mint: WRAPPED_SOL,
    };
    expect([...counterAssets(facts, holdingOf(facts, ann))]).toEqual([]);
  });

  it('hold no SOL where SOL itself is judged', () => {
    const facts = { ...inCall((s) => exchange(s, ann, [USDC, 500n], [SOL, 70n])), mint: WRAPPED_SOL };
    expect([...counterAssets(facts, holdingOf(facts, ann))]).toEqual([[USDC, -500n]]);
    expect(walletNamed('ann')).toBe(ann);
  });
});
