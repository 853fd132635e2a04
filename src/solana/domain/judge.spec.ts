import {
  JUPITER,
  LEND,
  NAMELESS,
  OTHER,
  PUMP,
  RAYDIUM,
  TOKEN,
  USDC,
  ann,
  ben,
  cas,
  exchange,
  judge,
  pool,
  pool2,
  shortly,
  someProgram,
} from '../../../test/support/cast';
import { SOL, Scene, WRAPPED_SOL, anchor, derivedNamed, walletNamed } from '../../../test/support/scene';
import { toEnhanced } from '../../../test/support/transaction-forms';
import { detectTrades } from './trade';
import { readTransaction } from './transaction';

const PHOENIX = 'PhoeNiXZ8ByJGLkxNfZRnkUfjvmuYqLR89jjFHGqdXY';
const MANIFEST = 'MNFSTqtC93rEfYHB6hF82sKdZpUDFWkViLByLd1k1Ms';
const PUMPSWAP = 'pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA';
const BRIDGE = 'src5qyZHqTqecJV4aY6Cb6zDZLMDzrDKKezs22MPHr4';
const lender = derivedNamed('lender');
const solVault = derivedNamed('sol vault');

type Tell = (scene: Scene) => unknown;

function told(tell: Tell, ...signers: string[]): Scene {
  const scene = new Scene(...(signers.length > 0 ? signers : [ann]));
  tell(scene);
  return scene;
}

const route = (s: Scene, give: [string, bigint], get: [string, bigint], trader = ann): Scene =>
  s.call(JUPITER, anchor('route'), () => exchange(s, trader, give, get));
const lend = (s: Scene, name: string, from: string, to: string, what: [string, bigint]): Scene =>
  s.call(LEND, anchor(name), () => s.move(what[0], from, to, what[1]));
const removeLiquidity = (s: Scene): Scene =>
  s.call(RAYDIUM, Buffer.from([4]), () =>
    s.move(TOKEN, pool2, ann, 1000n).move(USDC, pool2, ann, 500n).burn(OTHER, ann, 7n),
  );

describe('judge', () => {
  describe('looks at the whole transaction', () => {
    it.each<[string, Tell]>([
      [
        'a leveraged position that is opened: what was bought is lent out again',
        (s) => {
          lend(s, 'flash_borrow_reserve_liquidity', lender, ann, [USDC, 500n]);
          route(s, [USDC, 500n], [TOKEN, 1000n]);
          lend(s, 'deposit_reserve_liquidity', ann, lender, [TOKEN, 1000n]);
        },
      ],
      [
        'a leveraged position that is closed: what was sold came from the loan',
        (s) => {
          lend(s, 'withdraw', lender, ann, [TOKEN, 1000n]);
          route(s, [TOKEN, 1000n], [USDC, 500n]);
          lend(s, 'repay', ann, lender, [USDC, 500n]);
        },
      ],
      [
        'a swap whose proceeds go into a pool',
        (s) => {
          route(s, [USDC, 500n], [TOKEN, 1000n]);
          s.call(RAYDIUM, Buffer.from([3]), () => s.move(TOKEN, ann, pool2, 1000n).create(OTHER, ann, 7n));
        },
      ],
      ['liquidity that is removed and sold', (s) => route(removeLiquidity(s), [TOKEN, 1000n], [USDC, 500n])],
      [
        'a swap whose proceeds are bridged away',
        (s) => {
          route(s, [USDC, 500n], [TOKEN, 1000n]);
          s.call(BRIDGE, anchor('create_order'), () => s.move(TOKEN, ann, lender, 1000n));
        },
      ],
    ])('and counts nothing in %s', (_name, tell) => {
      expect(judge(told(tell))).toMatchObject({
        verdict: 'none',
        facts: { rule: 'its whole balance did not go that way' },
      });
    });

    it.each<[string, Tell, unknown[]]>([
      [
        'what was sold beyond the liquidity that was removed',
        (s) => route(removeLiquidity(s), [TOKEN, 1200n], [USDC, 600n]),
        ['SELL', '200', ann, '600', USDC],
      ],
      [
        'what was bought with a loan',
        (s) => route(lend(s, 'borrow', lender, ann, [USDC, 500n]), [USDC, 500n], [TOKEN, 1000n]),
        ['BUY', '1000', ann, '500', USDC],
      ],
      [
        'what was bought and sent on in part',
        (s) => route(s, [USDC, 500n], [TOKEN, 1000n]).move(TOKEN, ann, ben, 300n),
        ['BUY', '700', ann, '500', USDC],
      ],
      [
        'what was sold after a part was given away',
        (s) => route(s.move(TOKEN, ann, ben, 300n), [TOKEN, 700n], [USDC, 500n]),
        ['SELL', '1000', ann, '500', USDC],
      ],
      [
        'what arrives with the wallet that it was bought for',
        (s) => route(s, [USDC, 500n], [TOKEN, 1000n]).move(TOKEN, ann, ben, 1000n),
        ['BUY', '1000', ben, '500', USDC],
      ],
    ])('and counts %s', (_name, tell, expected) => {
      expect(judge(told(tell)).trades.map(shortly)).toEqual([expected]);
    });
  });

  describe('sees what was exchanged beside what was not', () => {
    it.each<[string, Tell]>([
      ['is burned', (s) => s.burn(TOKEN, ann, 1000n)],
      ['is sent away', (s) => s.move(TOKEN, ann, ben, 1000n)],
      ['comes as a gift', (s) => s.move(TOKEN, ben, ann, 1000n)],
      ['is lent out', (s) => lend(s, 'deposit', ann, lender, [TOKEN, 1000n])],
    ])('where the token %s beside a swap of others', (_name, tell) => {
      const scene = told(
        (s) => {
          tell(s);
          route(s, [USDC, 500n], [OTHER, 70n]);
        },
        ann,
        ben,
      );
      expect(judge(scene)).toMatchObject({ verdict: 'none', trades: [] });
      expect(judge(scene, OTHER).trades.map(shortly)).toEqual([['BUY', '70', ann, '500', USDC]]);
    });
  });

  describe('sees who traded beside who served', () => {
    it.each<[string, Tell, unknown[]]>([
      [
        'sells',
        (s) => route(s.move(SOL, cas, ann, 2_000_000n), [TOKEN, 1000n], [USDC, 500n]),
        ['SELL', '1010', ann, '500', USDC],
      ],
      [
        'buys',
        (s) => route(s.move(SOL, cas, ann, 2_000_000n), [USDC, 500n], [TOKEN, 1000n]),
        ['BUY', '990', ann, '500', USDC],
      ],
    ])('a relayer lends SOL and is paid in the token by who %s', (_name, tell, expected) => {
      const scene = told(tell, cas, ann).move(TOKEN, ann, cas, 10n);
      expect(judge(scene).trades.map(shortly)).toEqual([expected]);
    });

    it('all wallets that one payer buys for, by the users that the swaps name', () => {
      const wallets = ['one', 'two', 'three'].map(walletNamed);
      const scene = told(
        (s) => {
          wallets.forEach((wallet, index) => {
            s.move(SOL, ann, wallet, 5_000_000n);
            const accounts = Array.from({ length: 7 }, () => wallet);
            s.call(
              PUMP,
              anchor('buy'),
              () => s.move(TOKEN, pool, wallet, 1000n + BigInt(index)).move(SOL, wallet, pool, 5_000_000n),
              accounts,
            );
          });
        },
        ann,
        ...wallets,
      );
      const { verdict, trades } = judge(scene);
      expect(verdict).toBe('buy');
      expect(trades.map(({ trader, index }) => [trader, index])).toEqual(
        wallets.toSorted().map((wallet, index) => [wallet, index]),
      );
      expect(trades.map(({ amountRaw }) => Number(amountRaw)).toSorted()).toEqual([1000, 1001, 1002]);
    });

    it('the largest receiver where no swap names any', () => {
      const scene = told((s) =>
        s.call(someProgram, NAMELESS, () => {
          s.move(USDC, ann, pool, 500n).move(TOKEN, pool, ben, 10n).move(TOKEN, pool, cas, 900n);
        }),
      );
      expect(judge(scene).trades.map(shortly)).toEqual([['BUY', '900', cas, '500', USDC]]);
    });
  });

  describe('of an order book', () => {
    it.each([
      ['Phoenix', PHOENIX, 12, 13],
      ['Manifest', MANIFEST, 3, 2],
    ])('takes a withdrawal beside a deposit of %s for none', (_name, book, withdraw, deposit) => {
      const scene = told((s) => {
        s.call(book, Buffer.from([withdraw]), () => s.move(TOKEN, pool, ann, 1000n));
        s.call(book, Buffer.from([deposit]), () => s.move(USDC, ann, pool, 100n));
      });
      expect(judge(scene)).toMatchObject({ verdict: 'none', facts: { rule: 'purpose: order' } });
    });

    it.each([
      ['a swap on Phoenix', PHOENIX, 0],
      ['an order on Phoenix that crosses', PHOENIX, 2],
      ['a swap on Manifest', MANIFEST, 4],
      ['a batch of orders on Manifest that crosses', MANIFEST, 6],
    ])('counts %s', (_name, book, kind) => {
      const scene = told((s) =>
        s.call(book, Buffer.from([kind]), () => exchange(s, ann, [USDC, 5n], [TOKEN, 9n])),
      );
      expect(judge(scene).trades.map(shortly)).toEqual([['BUY', '9', ann, '5', USDC]]);
    });
  });

  describe('of payloads without inner instructions', () => {
    const bare = (scene: Scene): unknown => {
      const json = scene.toRpc();
      return { ...json, meta: { ...json.meta, innerInstructions: null } };
    };

    it('counts an exchange of any program that was called', () => {
      for (const [program, data] of [
        [RAYDIUM, Buffer.from([9])],
        [someProgram, NAMELESS],
      ] as const) {
        const scene = told((s) => s.call(program, data, () => exchange(s, ann, [USDC, 500n], [TOKEN, 70n])));
        expect(detectTrades(readTransaction(bare(scene)), TOKEN).trades.map(shortly)).toEqual([
          ['BUY', '70', ann, '500', USDC],
        ]);
      }
    });

    it('counts plain transfers beside a program that moved nothing for nothing', () => {
      const scene = told((s) => {
        s.call(someProgram, NAMELESS, () => null);
        s.move(TOKEN, ben, ann, 70n).move(USDC, ann, ben, 500n);
      });
      expect(judge(scene)).toMatchObject({ verdict: 'none', facts: { rule: 'plain transfers' } });
    });
  });

  it('counts no sale of a part of what a claim brought', () => {
    const scene = told((s) => {
      s.call(someProgram, anchor('claim'), () => s.move(TOKEN, lender, ann, 1000n));
      route(s, [TOKEN, 300n], [USDC, 100n]);
    });
    expect(judge(scene)).toMatchObject({
      verdict: 'none',
      facts: { rule: 'its whole balance did not go that way' },
    });
  });

  describe('finds what was paid', () => {
    it('in SOL that a launch pad keeps apart from its tokens, rent left out', () => {
      const scene = told((s) =>
        s.call(PUMP, anchor('buy'), () => {
          s.rent(ann, derivedNamed('statistics'), 1_800_000n);
          s.move(TOKEN, pool, ann, 1000n).move(SOL, ann, solVault, 50_000n);
        }),
      );
      expect(judge(scene).trades.map(shortly)).toEqual([['BUY', '1000', ann, '50000', WRAPPED_SOL]]);
    });

    it('but not in the rent alone', () => {
      const scene = told((s) =>
        s.call(PUMP, anchor('buy'), () => {
          s.rent(ann, derivedNamed('statistics'), 1_800_000n).move(TOKEN, pool, ann, 1000n);
        }),
      );
      expect(judge(scene)).toMatchObject({ verdict: 'none', facts: { rule: 'nothing was exchanged' } });
    });

    it('and not in SOL beside an unlisted program, which may be the fee of a claim', () => {
      const scene = told((s) =>
        s.call(someProgram, NAMELESS, () =>
          s.move(TOKEN, pool, ann, 1000n).move(SOL, ann, solVault, 50_000n),
        ),
      );
      expect(judge(scene).verdict).toBe('none');
    });

    it('by the swap alone where a claim brought more than was paid', () => {
      const scene = told((s) => {
        s.call(PUMP, anchor('collect_creator_fee'), () => s.moveDirect(solVault, ann, 900_000n));
        s.call(PUMPSWAP, anchor('buy'), () => exchange(s, ann, [WRAPPED_SOL, 5000n], [TOKEN, 1000n]), [
          pool,
          ann,
        ]);
      });
      expect(judge(scene).trades.map(shortly)).toEqual([['BUY', '1000', ann, '5000', WRAPPED_SOL]]);
    });
  });

  describe('takes shares for what they are', () => {
    it.each<[string, Tell]>([
      [
        'made',
        (s) => s.move(TOKEN, ann, pool, 500n).create(OTHER, lender, 90n).move(OTHER, lender, ann, 90n),
      ],
      [
        'destroyed',
        (s) => s.move(OTHER, ann, lender, 90n).burn(OTHER, lender, 90n).move(TOKEN, pool, ann, 500n),
      ],
    ])('that are %s in the hands of somebody who keeps none', (_name, tell) => {
      const scene = told((s) => s.call(someProgram, NAMELESS, () => tell(s)));
      expect(judge(scene).verdict).toBe('none');
      expect(judge(scene, OTHER).verdict).toBe('none');
    });

    it('but not the first buy of a launch, where the curve keeps the rest', () => {
      const scene = told((s) => {
        s.call(someProgram, anchor('launch'), () => s.create(TOKEN, pool, 1_000_000n));
        s.call(someProgram, anchor('buy'), () => exchange(s, ann, [SOL, 5000n], [TOKEN, 1000n]));
      });
      expect(judge(scene).trades.map(shortly)).toEqual([['BUY', '1000', ann, '5000', WRAPPED_SOL]]);
    });
  });

  describe('burns', () => {
    const bought = (burned: bigint, program = PUMPSWAP, data = anchor('buy')): Scene =>
      told((s) => {
        s.call(program, data, () => exchange(s, ann, [USDC, 500n], [TOKEN, 1000n]), [pool, ann]);
        s.burn(TOKEN, ann, burned);
      });

    it('count as a buy of all that was bought', () => {
      expect(judge(bought(1000n))).toMatchObject({
        facts: { rule: 'bought and burned' },
        needsTransaction: false,
      });
      expect(judge(bought(1000n)).trades.map(shortly)).toEqual([['BUY', '1000', ann, '500', USDC]]);
    });

    it('count for a smart wallet too', () => {
      const agent = derivedNamed('smart wallet');
      const scene = told((s) =>
        s.call(someProgram, NAMELESS, () => {
          s.inner(PUMPSWAP, anchor('buy'), [pool, agent]);
          exchange(s, agent, [USDC, 500n], [TOKEN, 1000n]).burn(TOKEN, agent, 1000n);
        }),
      );
      expect(judge(scene).trades.map(shortly)).toEqual([['BUY', '1000', agent, '500', USDC]]);
    });

    it('of what was not bought make no buy', () => {
      const scene = told((s) => {
        s.call(PUMPSWAP, anchor('buy'), () => exchange(s, ann, [USDC, 500n], [OTHER, 3n]), [pool, ann]);
        s.burn(TOKEN, ann, 1000n);
      });
      expect(judge(scene).verdict).toBe('none');
    });

    it('of a part leave the rest as the amount', () => {
      expect(judge(bought(400n)).trades.map(shortly)).toEqual([['BUY', '600', ann, '500', USDC]]);
    });

    it('beside an unlisted program make no buy', () => {
      expect(judge(bought(1000n, someProgram, NAMELESS)).verdict).toBe('none');
    });
  });

  it('asks for the transaction where an enhanced payload hides whether SOL was a refund', () => {
    const stream = told((s) =>
      s.call(someProgram, NAMELESS, () =>
        s.move(TOKEN, ann, ben, 10n).moveDirect(derivedNamed('stream'), ann, 10n ** 13n),
      ),
    );
    expect(judge(stream)).toMatchObject({ verdict: 'none', needsTransaction: false });
    const enhanced = detectTrades(readTransaction(toEnhanced(stream.toRpc())), TOKEN);
    expect(enhanced.needsTransaction).toBe(true);
    const paid = told((s) =>
      s.call(someProgram, NAMELESS, () => exchange(s, ann, [TOKEN, 10n], [SOL, 900n])),
    );
    expect(detectTrades(readTransaction(toEnhanced(paid.toRpc())), TOKEN)).toMatchObject({
      verdict: 'sell',
      needsTransaction: false,
    });
  });
});
