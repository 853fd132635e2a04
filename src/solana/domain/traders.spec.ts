import {
  JUPITER,
  LIMIT,
  NAMELESS,
  OTHER,
  RAYDIUM,
  RAYDIUM_SWAP,
  RFQ,
  TOKEN,
  USDC,
  WHIRLPOOL,
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
import {
  SOL,
  Scene,
  WRAPPED_SOL,
  accountOf,
  anchor,
  derivedNamed,
  walletNamed,
} from '../../../test/support/scene';
import { toEnhanced } from '../../../test/support/transaction-forms';
import { detectTrades } from './trade';
import { readTransaction } from './transaction';

describe('detectTrades', () => {
  describe('finds the economic owner', () => {
    it('of a limit order that buys: the maker, not who fills it', () => {
      const scene = new Scene(ann);
      scene.call(LIMIT, anchor('pre_flash_fill_order'), () => scene.move(USDC, order, ann, 500n));
      scene.call(JUPITER, anchor('route'), () => exchange(scene, ann, [USDC, 500n], [TOKEN, 1003n]));
      scene.call(LIMIT, anchor('flash_fill_order'), () => {
        scene.move(TOKEN, ann, ben, 1000n).move(TOKEN, ann, derivedNamed('fees'), 1n);
      });
      expect(judge(scene).trades.map(shortly)).toEqual([['BUY', '1000', ben, '500', USDC]]);
      expect(judge(scene).trades[0]?.program).toBe('Jupiter Limit v2');
    });

    it('of a limit order that sells: the maker who gets the proceeds of the escrow', () => {
      const scene = new Scene(ann);
      scene.call(LIMIT, anchor('pre_flash_fill_order'), () => scene.move(TOKEN, order, ann, 1000n));
      scene.call(JUPITER, anchor('route'), () => exchange(scene, ann, [TOKEN, 1000n], [USDC, 505n]));
      scene.call(LIMIT, anchor('flash_fill_order'), () => scene.move(USDC, ann, ben, 500n));
      expect(judge(scene).trades.map(shortly)).toEqual([['SELL', '1000', ben, '505', USDC]]);
    });

    it('of a fill between two signers: the taker that the fill names', () => {
      const scene = new Scene(ann, ben);
      scene.call(RFQ, anchor('fill'), () => exchange(scene, ben, [TOKEN, 70n], [USDC, 500n], ann), [
        ben,
        ann,
      ]);
      expect(judge(scene).trades.map(shortly)).toEqual([['SELL', '70', ben, '500', USDC]]);
    });

    it('of a fill between two signers without a name: who does not pay the fees', () => {
      const scene = new Scene(ann, ben);
      scene.call(someProgram, NAMELESS, () => exchange(scene, ann, [USDC, 500n], [TOKEN, 70n], ben));
      expect(judge(scene).trades).toHaveLength(1);
      expect(judge(scene).trades.map(shortly)).toEqual([['SELL', '70', ben, '500', USDC]]);
    });

    it('of a fill that two relayed signers make: whose payment comes first', () => {
      const scene = new Scene(cas, ann, ben);
      scene.call(someProgram, NAMELESS, () => exchange(scene, ben, [TOKEN, 70n], [USDC, 500n], ann));
      expect(judge(scene).trades.map(shortly)).toEqual([['SELL', '70', ben, '500', USDC]]);
      const turned = new Scene(cas, ben, ann);
      turned.call(someProgram, NAMELESS, () => exchange(turned, ann, [USDC, 500n], [TOKEN, 70n], ben));
      expect(judge(turned).trades.map(shortly)).toEqual([['BUY', '70', ann, '500', USDC]]);
    });

    it('of a fill that two relayed signers make, whoever of them held tokens first', () => {
      for (const [first, second] of [
        [ann, ben],
        [ben, ann],
      ] as const) {
        const scene = new Scene(cas, first, second);
        scene.move(USDC, first, second, 1n);
        scene.call(someProgram, NAMELESS, () => {
          exchange(scene, ben, [TOKEN, 70n], [USDC, 500n], ann);
        });
        expect(judge(scene).trades.map(({ side, trader }) => [side, trader])).toEqual([['SELL', ben]]);
      }
    });

    it('of a fill with a fee beside it: the price is what the maker got', () => {
      const scene = new Scene(ann, ben);
      scene.call(
        RFQ,
        anchor('fill'),
        () => exchange(scene, ben, [USDC, 500n], [TOKEN, 70n], ann).move(USDC, ben, cas, 5n),
        [ben, ann],
      );
      expect(judge(scene).trades.map(shortly)).toEqual([['BUY', '70', ben, '500', USDC]]);
      expect(judge(scene).pools).toEqual([]);
    });

    it.each<[string, (s: Scene) => unknown]>([
      [
        'trade in opposite directions with a pool between them',
        (s) => {
          exchange(s, ann, [USDC, 500n], [TOKEN, 70n]);
          exchange(s, ben, [TOKEN, 60n], [USDC, 400n], pool2);
        },
      ],
      [
        'trade in opposite directions with each other and with a pool',
        (s) => {
          exchange(s, ann, [USDC, 500n], [TOKEN, 70n], ben);
          exchange(s, ann, [USDC, 50n], [TOKEN, 7n]);
        },
      ],
    ])('of both wallets that %s', (_name, tell) => {
      const scene = new Scene(ann, ben);
      scene.call(someProgram, NAMELESS, () => tell(scene));
      expect(judge(scene)).toMatchObject({ verdict: 'mixed', facts: { rule: 'signer gave and got' } });
    });

    it('of both wallets that buy, although one sends the other some', () => {
      const scene = new Scene(ann, ben);
      scene.call(someProgram, NAMELESS, () => {
        scene.move(USDC, ann, cas, 500n).move(USDC, ben, cas, 500n);
        scene.move(TOKEN, cas, ann, 90n).move(TOKEN, ann, ben, 40n);
      });
      expect(judge(scene)).toMatchObject({ verdict: 'buy', trades: [{}, {}] });
    });

    it('of an order that its own maker fills from the escrow', () => {
      const scene = new Scene(ann);
      scene.call(LIMIT, anchor('flash_fill_order'), () => exchange(scene, order, [USDC, 500n], [TOKEN, 70n]));
      scene.call(LIMIT, anchor('flash_fill_order'), () => scene.move(TOKEN, order, ann, 70n));
      expect(judge(scene).trades.map(shortly)).toEqual([['BUY', '70', ann, '500', USDC]]);
    });

    it('of a delivery: who gets the token that another one pays for', () => {
      const receiver = derivedNamed('receiver');
      const scene = new Scene(ann);
      scene.call(someProgram, NAMELESS, () => {
        scene.inner(JUPITER, anchor('route'));
        exchange(scene, order, [USDC, 500n], [TOKEN, 70n]);
        scene.move(TOKEN, order, receiver, 70n);
      });
      expect(judge(scene).trades.map(shortly)).toEqual([['BUY', '70', receiver, '500', USDC]]);
    });
  });

  describe('tells pools from people', () => {
    const bot = walletNamed('bot program');

    it('where a bot makes a profit between pools that pay first', () => {
      const scene = new Scene(ann);
      scene.call(bot, NAMELESS, () => {
        scene.move(TOKEN, pool, order, 70n).move(WRAPPED_SOL, order, pool, 500n);
        scene.move(TOKEN, order, pool2, 70n).move(WRAPPED_SOL, pool2, order, 510n);
        scene.move(WRAPPED_SOL, order, ann, 10n);
      });
      expect(judge(scene)).toMatchObject({ verdict: 'none', facts: { rule: 'token only passed through' } });
    });

    it('where a pool that pays first faces the signer it pays', () => {
      const scene = new Scene(ann, ben);
      scene.call(bot, NAMELESS, () => scene.move(TOKEN, pool, ben, 70n).move(USDC, ann, pool, 500n));
      expect(judge(scene).trades.map(shortly)).toEqual([['BUY', '70', ben, '500', USDC]]);
    });

    it('where a listed pool exchanges with the only address that can be a wallet', () => {
      const scene = new Scene(ann);
      scene.call(WHIRLPOOL, Buffer.from([1]), () => exchange(scene, ben, [USDC, 500n], [TOKEN, 70n]));
      expect(judge(scene)).toMatchObject({
        facts: { rule: 'wallet gave and got' },
        trades: [{ trader: ben }],
      });
    });

    it('where pools with split vaults face each other and nobody stands behind them', () => {
      const [vaultA, vaultB] = [derivedNamed('vault a'), derivedNamed('vault b')];
      const scene = new Scene(ann);
      scene.call(bot, NAMELESS, () => {
        scene.move(USDC, ann, vaultA, 500n).move(TOKEN, pool, ann, 70n).move(OTHER, pool2, pool, 3n);
        scene.move(TOKEN, ann, vaultB, 70n).move(USDC, vaultA, ann, 505n);
      });
      expect(judge(scene).verdict).toBe('none');
    });

    it.each([USDC, SOL, WRAPPED_SOL])(
      'where two signers trade for %s over a pool whose tokens end as they began',
      (quote) => {
        const scene = new Scene(ann, ben);
        scene.call(RAYDIUM, RAYDIUM_SWAP, () => exchange(scene, ann, [quote, 500n], [TOKEN, 70n]));
        scene.call(RAYDIUM, RAYDIUM_SWAP, () => exchange(scene, ben, [TOKEN, 70n], [quote, 490n]));
        expect(judge(scene).verdict).toBe('mixed');
        expect(judge(scene).trades.map(({ trader }) => trader)).toEqual([ann, ben].toSorted());
      },
    );
  });

  describe('takes purposes apart', () => {
    it('counts a purchase beside a deposit of liquidity', () => {
      const scene = new Scene(ann);
      scene.call(RAYDIUM, Buffer.from([3]), () =>
        scene.move(TOKEN, ann, pool, 30n).move(USDC, ann, pool, 10n),
      );
      scene.call(JUPITER, anchor('route'), () => exchange(scene, ann, [USDC, 500n], [TOKEN, 70n], pool2));
      expect(judge(scene).trades.map(({ side, amountRaw }) => [side, amountRaw])).toEqual([['BUY', '40']]);
    });

    it('counts no purchase that all goes into liquidity', () => {
      const scene = new Scene(ann);
      scene.call(JUPITER, anchor('route'), () => exchange(scene, ann, [USDC, 500n], [TOKEN, 70n], pool2));
      scene.call(RAYDIUM, Buffer.from([3]), () =>
        scene.move(TOKEN, ann, pool, 70n).move(USDC, ann, pool, 10n),
      );
      expect(judge(scene).verdict).toBe('none');
    });

    it('counts a route although one of its hops makes shares', () => {
      const scene = new Scene(ann);
      scene.call(JUPITER, anchor('route'), () => scene.burn(OTHER, ann, 65n).move(TOKEN, pool, ann, 70n));
      expect(judge(scene).trades.map(shortly)).toEqual([['BUY', '70', ann, '65', OTHER]]);
      expect(judge(scene, OTHER).trades.map(shortly)).toEqual([['SELL', '65', ann, '70', TOKEN]]);
    });

    it('counts a purchase that is burned at once, by what was bought', () => {
      const scene = new Scene(ann);
      scene.call(RAYDIUM, Buffer.from([9]), () => exchange(scene, ann, [USDC, 500n], [TOKEN, 70n]));
      scene.burn(TOKEN, ann, 70n);
      expect(judge(scene)).toMatchObject({ verdict: 'buy', facts: { rule: 'bought and burned' } });
      expect(judge(scene).trades.map(({ amountRaw }) => amountRaw)).toEqual(['70']);
    });
  });

  describe('names the price', () => {
    it('as none where two assets were paid', () => {
      const scene = new Scene(ann);
      scene.call(someProgram, NAMELESS, () => {
        exchange(scene, ann, [USDC, 500n], [TOKEN, 70n]);
        scene.move(OTHER, ann, pool, 9n);
      });
      expect(judge(scene).trades).toMatchObject([{ quoteMint: null, quoteRaw: null, quoteDecimals: null }]);
    });

    it('by what the pool took, not by what the wallet lost beside it', () => {
      const scene = new Scene(ann);
      scene.call(JUPITER, anchor('route'), () => {
        exchange(scene, ann, [USDC, 500n], [TOKEN, 70n]);
        scene.move(USDC, ann, walletNamed('platform'), 5n);
      });
      expect(judge(scene).trades.map(({ quoteRaw }) => quoteRaw)).toEqual(['500']);
    });
  });

  describe('learns pools', () => {
    it('as the vaults of the token on the other side', () => {
      const scene = new Scene(ann);
      scene.call(RAYDIUM, Buffer.from([9]), () => exchange(scene, ann, [USDC, 500n], [TOKEN, 70n]));
      expect(judge(scene).pools).toEqual([accountOf(pool, TOKEN)]);
    });

    it('as vaults whose quote another address holds, but not accounts that took a fee', () => {
      const scene = new Scene(ann);
      scene.call(JUPITER, anchor('route'), () => {
        scene
          .move(USDC, ann, pool2, 500n)
          .move(TOKEN, pool, ann, 1000n)
          .move(TOKEN, ann, derivedNamed('fees'), 9n);
      });
      expect(judge(scene).verdict).toBe('buy');
      expect(judge(scene).pools).toEqual([accountOf(pool, TOKEN)]);
    });

    it('also from routes that only pass through them', () => {
      const scene = new Scene(ann);
      scene.call(JUPITER, anchor('route'), () => {
        exchange(scene, ann, [USDC, 500n], [TOKEN, 70n]);
        exchange(scene, ann, [TOKEN, 70n], [OTHER, 30n], pool2);
      });
      expect(judge(scene).pools.toSorted()).toEqual(
        [accountOf(pool, TOKEN), accountOf(pool2, TOKEN)].toSorted(),
      );
    });
  });

  describe('asks for the transaction', () => {
    const enhanced = (scene: Scene): Record<string, unknown> => toEnhanced(scene.toRpc());

    it('not where the fee payer traded', () => {
      const scene = new Scene(ann);
      scene.call(RAYDIUM, Buffer.from([9]), () => exchange(scene, ann, [USDC, 500n], [TOKEN, 70n]));
      const found = detectTrades(readTransaction(enhanced(scene)), TOKEN);
      expect(found).toMatchObject({ verdict: 'buy', needsTransaction: false });
    });

    it('where an enhanced payload hides who signed', () => {
      const scene = new Scene(ben, ann);
      scene.call(WHIRLPOOL, Buffer.from([1]), () => exchange(scene, ann, [USDC, 500n], [TOKEN, 70n]));
      expect(detectTrades(readTransaction(enhanced(scene)), TOKEN).needsTransaction).toBe(true);
    });

    it('not for a hop of a route whose ends the fee payer holds', () => {
      const scene = new Scene(ann);
      scene.call(JUPITER, anchor('route'), () => {
        exchange(scene, ann, [USDC, 500n], [TOKEN, 70n]);
        exchange(scene, ann, [TOKEN, 70n], [OTHER, 30n], pool2);
      });
      const found = detectTrades(readTransaction(enhanced(scene)), TOKEN);
      expect(found).toMatchObject({ verdict: 'none', needsTransaction: false });
    });

    it('for a hop beside which the fee payer only pays or only gets', () => {
      for (const side of [1n, -1n]) {
        const scene = new Scene(ann);
        scene.call(WHIRLPOOL, Buffer.from([1]), () => {
          exchange(scene, order, [USDC, 500n], [TOKEN, 70n]);
          exchange(scene, order, [TOKEN, 70n], [OTHER, 30n], pool2);
          scene.move(SOL, side > 0n ? ann : ben, side > 0n ? ben : ann, 10n);
        });
        const found = detectTrades(readTransaction(enhanced(scene)), TOKEN);
        expect(found).toMatchObject({ verdict: 'none', needsTransaction: true });
      }
    });

    it('where another wallet stands on the other side of the fee payer', () => {
      const scene = new Scene(ann, ben);
      scene.call(RFQ, anchor('fill'), () => exchange(scene, ben, [TOKEN, 70n], [USDC, 500n], ann), [
        ben,
        ann,
      ]);
      expect(detectTrades(readTransaction(enhanced(scene)), TOKEN).needsTransaction).toBe(true);
    });

    it('where an enhanced payload tells transfers but no balances', () => {
      const payload = { ...enhanced(new Scene(ann)), accountData: [], tokenTransfers: [{ mint: TOKEN }] };
      expect(detectTrades(readTransaction(payload), TOKEN)).toMatchObject({
        verdict: 'none',
        needsTransaction: true,
      });
    });
  });

  it('explains itself in JSON', () => {
    const scene = new Scene(ann).mint(OTHER, 0);
    scene.call(JUPITER, anchor('route'), () => exchange(scene, ann, [USDC, 500n], [TOKEN, 70n]));
    scene.move(OTHER, ann, ben, 1n).move(SOL, ann, ben, 9n);
    expect(JSON.parse(JSON.stringify(judge(scene).facts))).toMatchObject({
      rule: 'signer gave and got',
      form: 'json',
      slot: 1000,
      calls: [{ purpose: 'swap', programs: ['Jupiter v6'] }],
      assets: { [TOKEN]: 'token', [OTHER]: 'piece', [WRAPPED_SOL]: 'sol' },
      wallets: expect.arrayContaining([
        {
          owner: ann,
          isSigner: true,
          changes: { [USDC]: '-500', [TOKEN]: '70', [OTHER]: '-1', [WRAPPED_SOL]: '-9' },
        },
      ]),
    });
  });
});
