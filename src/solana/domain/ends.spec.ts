import {
  JUPITER,
  LIMIT,
  NAMELESS,
  OTHER,
  RAYDIUM,
  RAYDIUM_SWAP,
  TOKEN,
  USDC,
  ann,
  ben,
  cas,
  exchange,
  judge,
  order,
  pool,
  pool2,
  shortly,
  someProgram,
} from '../../../test/support/cast';
import { Scene, SOL, WRAPPED_SOL, anchor, derivedNamed, walletNamed } from '../../../test/support/scene';

const PROPRIETARY = 'ALPHAQmeA7bjrVuccPsYPiCvsi428SNwte66Srvs4pHA';
const DCA = 'DCA265Vj8a9CEuX1eb1LWRnDT7uK6q1xMipnNyatn23M';
const KAMINO = 'LiMoM9rMhrdYrfzUCxQppvxCSG1FcrUK9G8uLq4A1GF';
const walletPool = walletNamed('pool of a keypair');
const agent = derivedNamed('smart wallet');
const solVault = derivedNamed('sol vault');

function routed(tell: (scene: Scene) => unknown): Scene {
  const scene = new Scene(ann);
  return scene.call(JUPITER, anchor('route'), () => tell(scene));
}

/** An order of `maker` that `ann` fills through a pool. */
function filled(
  [program, start, end]: readonly [string, string, string],
  give: readonly [string, bigint],
  get: readonly [string, bigint],
  pay: (scene: Scene) => unknown,
  accounts: readonly string[] = [],
): Scene {
  const scene = new Scene(ann);
  scene.call(program, anchor(start), () => scene.move(give[0], order, ann, give[1]), accounts);
  scene.call(JUPITER, anchor('route'), () => exchange(scene, ann, give, get));
  scene.call(program, anchor(end), () => pay(scene), accounts);
  return scene;
}

const LIMIT_FILL = [LIMIT, 'pre_flash_fill_order', 'flash_fill_order'] as const;
const DCA_FILL = [DCA, 'initiate_flash_fill', 'fulfill_flash_fill'] as const;
const KAMINO_FILL = [KAMINO, 'flash_take_order_start', 'flash_take_order_end'] as const;

describe('byEnds', () => {
  it.each<[string, (s: Scene) => unknown]>([
    [
      'into a pool whose key somebody has',
      (s) => {
        exchange(s, ann, [USDC, 500n], [TOKEN, 1000n]);
        exchange(s, ann, [TOKEN, 1000n], [OTHER, 70n], walletPool);
      },
    ],
    [
      'out of a pool whose key somebody has',
      (s) => {
        exchange(s, ann, [USDC, 500n], [TOKEN, 1000n], walletPool);
        exchange(s, ann, [TOKEN, 1000n], [OTHER, 70n]);
      },
    ],
    [
      'of arbitrage with a pool whose key somebody has',
      (s) => {
        exchange(s, ann, [USDC, 500n], [TOKEN, 1000n], walletPool);
        exchange(s, ann, [TOKEN, 1000n], [USDC, 510n]);
      },
    ],
  ])('counts no hop %s', (_name, tell) => {
    expect(judge(routed(tell))).toMatchObject({
      verdict: 'none',
      facts: { rule: 'token only passed through' },
    });
  });

  it('counts a wallet that somebody else acts for', () => {
    const scene = new Scene(cas);
    scene.call(someProgram, NAMELESS, () => {
      scene.inner(RAYDIUM, RAYDIUM_SWAP);
      scene.move(TOKEN, pool, ben, 1000n).move(USDC, ben, pool, 500n);
    });
    expect(judge(scene)).toMatchObject({ facts: { rule: 'wallet gave and got' } });
    expect(judge(scene).trades.map(shortly)).toEqual([['BUY', '1000', ben, '500', USDC]]);
  });

  it('counts no two wallets that somebody else acts for, since one of them made the market', () => {
    const scene = new Scene(cas);
    scene.call(someProgram, NAMELESS, () => {
      scene.inner(RAYDIUM, RAYDIUM_SWAP);
      scene.move(TOKEN, walletPool, ben, 1000n).move(USDC, ben, walletPool, 500n);
    });
    expect(judge(scene).verdict).toBe('none');
  });

  it('counts a smart wallet that a swap names, although it pays the signer a fee', () => {
    const scene = new Scene(ann);
    scene.call(someProgram, NAMELESS, () => {
      scene.inner(RAYDIUM, RAYDIUM_SWAP, [pool, agent]);
      exchange(scene, agent, [USDC, 500n], [TOKEN, 1000n]).move(USDC, agent, ann, 5n);
    });
    expect(judge(scene).trades.map(shortly)).toEqual([['BUY', '1000', agent, '500', USDC]]);
  });

  it('counts a smart wallet that a route names, although the pool of its first hop names nobody and pays first', () => {
    const scene = new Scene(ann);
    scene.call(someProgram, NAMELESS, () => {
      scene.inner(JUPITER, anchor('route'), [pool, agent]);
      scene.inner(PROPRIETARY, NAMELESS).move(OTHER, pool2, agent, 9n).move(USDC, agent, pool2, 500n);
      exchange(scene, agent, [OTHER, 9n], [TOKEN, 1000n]);
    });
    expect(judge(scene).trades.map(shortly)).toEqual([['BUY', '1000', agent, '500', USDC]]);
  });

  it('takes a pool that pays first for no trader where a signer got something for nothing', () => {
    const scene = new Scene(ann);
    scene.call(someProgram, NAMELESS, () => {
      exchange(scene, agent, [USDC, 500n], [TOKEN, 1000n]).move(USDC, agent, ann, 5n);
    });
    expect(judge(scene).verdict).toBe('none');
  });

  it('counts a smart wallet beside an exchange that the signer makes for itself', () => {
    const scene = new Scene(ann);
    scene.call(someProgram, NAMELESS, () => exchange(scene, agent, [USDC, 500n], [TOKEN, 1000n]));
    scene.call(someProgram, NAMELESS, () => exchange(scene, ann, [OTHER, 7n], [USDC, 3n], pool2));
    expect(judge(scene)).toMatchObject({
      needsTransaction: false,
      facts: { rule: 'initiator gave and got' },
    });
    expect(judge(scene).trades.map(shortly)).toEqual([['BUY', '1000', agent, '500', USDC]]);
  });

  it('takes the profit of one signer for that of arbitrage, whoever else signed', () => {
    const scene = new Scene(cas, ann);
    scene.move(SOL, cas, ben, 9n);
    scene.call(someProgram, NAMELESS, () => {
      exchange(scene, agent, [USDC, 500n], [TOKEN, 1000n]).move(USDC, agent, ann, 5n);
    });
    expect(judge(scene).verdict).toBe('none');
  });

  describe('where exchanges show one side only', () => {
    const launch = (tell: (s: Scene) => unknown): Scene => {
      const scene = new Scene(ann);
      return scene.call(someProgram, NAMELESS, () => tell(scene));
    };

    it('counts a smart wallet whose counterpart keeps SOL apart', () => {
      const scene = launch((s) => s.move(TOKEN, agent, pool, 1000n).moveDirect(solVault, agent, 5000n));
      expect(judge(scene)).toMatchObject({
        needsTransaction: false,
        facts: { rule: 'initiator gave and got' },
      });
      expect(judge(scene).trades.map(shortly)).toEqual([['SELL', '1000', agent, '5000', WRAPPED_SOL]]);
    });

    it('counts a wallet that pays first although another wallet stands behind the pool', () => {
      const scene = launch((s) => s.move(TOKEN, ben, walletPool, 1000n).moveDirect(solVault, ben, 5000n));
      expect(judge(scene).trades.map(shortly)).toEqual([['SELL', '1000', ben, '5000', WRAPPED_SOL]]);
    });

    it('counts a wallet that gets the token from a pool that pays first', () => {
      const scene = launch((s) => s.move(TOKEN, pool, ben, 1000n).move(USDC, order, pool, 500n));
      expect(judge(scene).trades.map(({ side, trader }) => [side, trader])).toEqual([['BUY', ben]]);
    });

    it('counts a delivery to an address of a program where a signer paid, and only then', () => {
      const delivered = (pay: (s: Scene) => unknown): string =>
        judge(
          launch((s) => {
            s.inner(RAYDIUM, RAYDIUM_SWAP);
            s.move(USDC, derivedNamed('between'), pool, 500n).move(TOKEN, pool, agent, 1000n);
            pay(s);
          }),
        ).verdict;
      expect(delivered((s) => s.move(USDC, ann, derivedNamed('between'), 500n))).toBe('buy');
      expect(delivered(() => null)).toBe('none');
      // paid, but got something else for it: the token was a hop
      expect(
        delivered((s) => s.move(USDC, ann, derivedNamed('between'), 500n).move(OTHER, solVault, ann, 3n)),
      ).toBe('none');
      expect(
        delivered((s) => s.move(USDC, ann, derivedNamed('between'), 500n).moveDirect(solVault, ann, 3n)),
      ).toBe('none');
      // paid with the token itself, or next to nothing
      expect(delivered((s) => s.move(TOKEN, ann, derivedNamed('rest'), 900n))).toBe('none');
      expect(
        delivered((s) =>
          s.move(USDC, cas, derivedNamed('x'), 900_000n).move(USDC, ann, derivedNamed('x'), 1n),
        ),
      ).toBe('buy');
    });

    it('looks for the end on the other side, whatever larger amount went the same way', () => {
      const scene = launch((s) => {
        s.inner(RAYDIUM, RAYDIUM_SWAP);
        s.move(USDC, ann, pool, 500n).move(TOKEN, pool, ben, 100n);
        s.move(TOKEN, derivedNamed('reserve'), ben, 500n).move(TOKEN, derivedNamed('reserve'), cas, 400n);
      });
      expect(judge(scene)).toMatchObject({ facts: { rule: 'end of the exchange' } });
      expect(judge(scene).trades.map(({ side, amountRaw, trader }) => [side, amountRaw, trader])).toEqual([
        ['BUY', '600', ben],
      ]);
    });

    it('takes the first by address of two that got the same', () => {
      const receivers = [ben, cas].toSorted();
      for (const order of [receivers, receivers.toReversed()]) {
        const scene = launch((s) => {
          s.inner(RAYDIUM, RAYDIUM_SWAP).move(USDC, ann, pool, 500n);
          for (const receiver of order) s.move(TOKEN, pool, receiver, 100n);
        });
        expect(judge(scene).trades.map(({ trader }) => trader)).toEqual([receivers[0]]);
      }
    });
  });

  describe('of orders', () => {
    it('counts what stays in the escrow of a periodic order, whichever way', () => {
      const sold = filled(DCA_FILL, [TOKEN, 1000n], [USDC, 505n], (s) => s.move(USDC, ann, order, 500n));
      expect(judge(sold).trades.map(shortly)).toEqual([['SELL', '1000', order, '505', USDC]]);
      const bought = filled(DCA_FILL, [USDC, 500n], [TOKEN, 1005n], (s) => s.move(TOKEN, ann, order, 1000n));
      expect(judge(bought).trades.map(shortly)).toEqual([['BUY', '1000', order, '500', USDC]]);
    });

    it('counts the beneficiary to whom a periodic order hands over at once', () => {
      const scene = filled(DCA_FILL, [USDC, 500n], [TOKEN, 1005n], (s) => s.move(TOKEN, ann, order, 1000n));
      scene.call(DCA, anchor('transfer'), () => scene.move(TOKEN, order, ben, 1000n).move(SOL, ann, ben, 9n));
      expect(judge(scene).trades.map(shortly)).toEqual([['BUY', '1000', ben, '500', USDC]]);
    });

    it.each([
      ['Jupiter', LIMIT_FILL],
      ['Kamino', KAMINO_FILL],
    ])('counts the maker of an order at %s that a keeper filled through a pool', (_name, program) => {
      const bought = filled(program, [USDC, 500n], [TOKEN, 1003n], (s) => s.move(TOKEN, ann, ben, 1000n));
      expect(judge(bought).trades.map(shortly)).toEqual([['BUY', '1000', ben, '500', USDC]]);
      const sold = filled(program, [TOKEN, 1000n], [USDC, 505n], (s) => s.move(USDC, ann, ben, 500n));
      expect(judge(sold).trades.map(shortly)).toEqual([['SELL', '1000', ben, '505', USDC]]);
    });

    it('knows the maker by the order where a larger tip went to another wallet', () => {
      const pay = (s: Scene): unknown => s.move(SOL, ann, ben, 5000n).move(SOL, ann, cas, 100_000n);
      const named = filled(LIMIT_FILL, [TOKEN, 1000n], [WRAPPED_SOL, 5050n], pay, [ann, ben]);
      expect(judge(named).trades.map(shortly)).toEqual([['SELL', '1000', ben, '5050', WRAPPED_SOL]]);
      const unnamed = filled(LIMIT_FILL, [TOKEN, 1000n], [WRAPPED_SOL, 5050n], pay);
      expect(judge(unnamed).trades.map(({ trader }) => trader)).toEqual([cas]);
    });

    it('counts the maker too when its order closes and its rent comes back', () => {
      const scene = filled(LIMIT_FILL, [TOKEN, 1000n], [USDC, 505n], (s) =>
        s.move(USDC, ann, ben, 500n).moveDirect(order, ben, 10n ** 13n),
      );
      expect(judge(scene).trades.map(shortly)).toEqual([['SELL', '1000', ben, '505', USDC]]);
    });

    it('leaves the trade with the escrow where nobody else got the proceeds', () => {
      const scene = filled(LIMIT_FILL, [TOKEN, 1000n], [USDC, 505n], (s) =>
        s.move(USDC, ann, derivedNamed('program vault'), 500n),
      );
      expect(judge(scene).trades.map(({ trader }) => trader)).toEqual([order]);
    });
  });
});
