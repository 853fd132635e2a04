import {
  JUPITER,
  LEND,
  LIMIT,
  MARKET,
  NAMELESS,
  OTHER,
  PUMP,
  RAYDIUM,
  SWAP,
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
import { SOL, Scene, WRAPPED_SOL, anchor, derivedNamed, walletNamed } from '../../../test/support/scene';

describe('detectTrades', () => {
  describe('counts an exchange', () => {
    it('of a signer who pays with a token', () => {
      const scene = new Scene(ann);
      scene.call(RAYDIUM, Buffer.from([9]), () => exchange(scene, ann, [USDC, 500n], [TOKEN, 70_000n]));
      const { verdict, trades } = judge(scene);
      expect(verdict).toBe('buy');
      expect(trades).toEqual([
        {
          index: 0,
          side: 'BUY',
          trader: ann,
          amountRaw: '70000',
          decimals: 6,
          quoteMint: USDC,
          quoteRaw: '500',
          quoteDecimals: 6,
          program: 'Raydium AMM v4',
        },
      ]);
      expect(judge(scene, USDC).trades.map(shortly)).toEqual([['SELL', '500', ann, '70000', TOKEN]]);
    });

    it('through a program that nobody has listed', () => {
      const scene = new Scene(ann);
      scene.call(someProgram, NAMELESS, () => exchange(scene, ann, [USDC, 500n], [TOKEN, 70n]));
      expect(judge(scene).trades.map(({ program }) => program)).toEqual(['unknown']);
    });

    it('against native SOL that a curve takes, fees and tips taken out of the price', () => {
      const scene = new Scene(ann);
      scene.call(PUMP, anchor('buy'), () => {
        scene.move(TOKEN, pool, ann, 1000n).move(SOL, ann, pool, 50_000n).move(SOL, ann, cas, 500n);
      });
      scene.move(SOL, ann, ben, 10_000n);
      expect(judge(scene).trades.map(shortly)).toEqual([['BUY', '1000', ann, '50000', WRAPPED_SOL]]);
    });

    it('against native SOL that a curve gives without an instruction', () => {
      const scene = new Scene(ann);
      scene.call(PUMP, anchor('sell'), () => {
        scene.move(TOKEN, ann, pool, 1000n).moveDirect(pool, ann, 40_000n);
      });
      expect(judge(scene).trades.map(shortly)).toEqual([['SELL', '1000', ann, '40000', WRAPPED_SOL]]);
    });

    it('against wrapped SOL as against SOL', () => {
      const scene = new Scene(ann);
      scene.call(WHIRLPOOL, SWAP, () => exchange(scene, ann, [WRAPPED_SOL, 900n], [TOKEN, 70n]));
      expect(judge(scene).trades.map(shortly)).toEqual([['BUY', '70', ann, '900', WRAPPED_SOL]]);
    });

    it('of SOL itself, judged for the wrapped SOL mint', () => {
      const scene = new Scene(ann);
      scene.call(WHIRLPOOL, SWAP, () => exchange(scene, ann, [USDC, 900n], [WRAPPED_SOL, 70n]));
      expect(judge(scene, WRAPPED_SOL).trades.map(shortly)).toEqual([['BUY', '70', ann, '900', USDC]]);
    });

    it('of a mint that keeps a fee on the way, by what arrived', () => {
      const scene = new Scene(ann);
      scene.call(RAYDIUM, Buffer.from([9]), () => {
        scene.move(USDC, ann, pool, 500n).move(TOKEN, pool, ann, 1000n, 40n);
      });
      expect(judge(scene).trades.map(({ amountRaw }) => amountRaw)).toEqual(['960']);
    });

    it('at the ends of a route, and nothing between them', () => {
      const scene = new Scene(ann);
      scene.call(JUPITER, anchor('route'), () => {
        exchange(scene, ann, [USDC, 500n], [OTHER, 30n]);
        exchange(scene, ann, [OTHER, 30n], [TOKEN, 70n], pool2);
      });
      expect(judge(scene).trades.map(shortly)).toEqual([['BUY', '70', ann, '500', USDC]]);
      expect(judge(scene, OTHER)).toMatchObject({
        verdict: 'none',
        facts: { rule: 'token only passed through' },
      });
      expect(judge(scene).trades[0]?.program).toBe('Jupiter v6');
    });

    it('of several wallets as several trades, ranked by address', () => {
      const scene = new Scene(ann, ben, cas);
      scene.call(RAYDIUM, Buffer.from([9]), () => {
        exchange(scene, ann, [USDC, 10n], [TOKEN, 100n]);
        exchange(scene, ben, [USDC, 20n], [TOKEN, 200n]);
        exchange(scene, cas, [TOKEN, 50n], [USDC, 5n]);
      });
      const { verdict, trades } = judge(scene);
      expect(verdict).toBe('mixed');
      expect(trades.map(({ trader }) => trader)).toEqual([ann, ben, cas].toSorted());
      expect(trades.map(({ index }) => index)).toEqual([0, 1, 2]);
      expect(trades.find(({ trader }) => trader === cas)).toMatchObject({ side: 'SELL', amountRaw: '50' });
    });

    it('of a user whose fees somebody else pays', () => {
      const scene = new Scene(ben, ann);
      scene.call(JUPITER, anchor('route'), () => exchange(scene, ann, [USDC, 500n], [TOKEN, 70n]));
      expect(judge(scene).trades.map(({ trader }) => trader)).toEqual([ann]);
    });

    it('of a smart wallet that cannot sign', () => {
      const vault = derivedNamed('smart wallet');
      const scene = new Scene(ann);
      scene.call(someProgram, NAMELESS, () => {
        scene.inner(JUPITER, anchor('route'));
        exchange(scene, vault, [USDC, 500n], [TOKEN, 70n]);
      });
      expect(judge(scene).trades.map(shortly)).toEqual([['BUY', '70', vault, '500', USDC]]);
    });

    it('of the user that a listed swap names, although its pool pays first', () => {
      const agent = derivedNamed('agent');
      const accounts = [someProgram, someProgram, TOKEN, pool, pool, agent, agent];
      const scene = new Scene(ann);
      scene.call(someProgram, NAMELESS, () => {
        scene.inner(PUMP, anchor('buy'), accounts);
        scene.move(TOKEN, pool, agent, 1000n).move(SOL, agent, pool, 5000n);
      });
      expect(judge(scene).trades.map(shortly)).toEqual([['BUY', '1000', agent, '5000', WRAPPED_SOL]]);
    });
  });

  describe('counts nothing', () => {
    it('where the transaction failed', () => {
      const scene = new Scene(ann);
      scene.call(RAYDIUM, Buffer.from([9]), () => exchange(scene, ann, [USDC, 500n], [TOKEN, 70n]));
      scene.failed = true;
      expect(judge(scene)).toMatchObject({
        verdict: 'none',
        trades: [],
        facts: { rule: 'the transaction failed' },
      });
    });

    it.each([
      ['a plain transfer', (s: Scene): unknown => s.move(TOKEN, ann, ben, 70n)],
      [
        'a transfer that opens the receiver an account',
        (s: Scene): unknown => s.rent(ann, derivedNamed('new'), 2_039_280n).move(TOKEN, ann, ben, 70n),
      ],
      [
        'tokens and SOL sent both ways without a program',
        (s: Scene): unknown => s.move(TOKEN, ann, ben, 70n).move(SOL, ben, ann, 7n),
      ],
      ['a burn', (s: Scene): unknown => s.call(someProgram, NAMELESS, () => s.burn(TOKEN, ann, 70n))],
      ['a mint', (s: Scene): unknown => s.call(someProgram, NAMELESS, () => s.create(TOKEN, ann, 70n))],
      [
        'an airdrop',
        (s: Scene): unknown =>
          s.call(someProgram, NAMELESS, () => s.move(TOKEN, ann, ben, 70n).move(TOKEN, ann, cas, 70n)),
      ],
      [
        'a claim with a fee and a new account',
        (s: Scene): unknown =>
          s.call(someProgram, NAMELESS, () => {
            s.rent(ann, derivedNamed('claim status'), 1_000_000n);
            s.move(SOL, ann, walletNamed('treasury'), 5000n).move(TOKEN, pool, ann, 70n);
          }),
      ],
      [
        'an order that is placed',
        (s: Scene): unknown =>
          s.call(LIMIT, anchor('initialize_order'), () =>
            s.rent(ann, order, 5_000_000n).move(TOKEN, ann, order, 70n),
          ),
      ],
      [
        'an order that is cancelled',
        (s: Scene): unknown =>
          s.call(LIMIT, anchor('cancel_order'), () =>
            s.move(TOKEN, order, ann, 70n).moveDirect(order, ann, 5_000_000n),
          ),
      ],
    ])('in %s', (_name, tell) => {
      const scene = new Scene(ann, ben);
      tell(scene);
      expect(judge(scene)).toMatchObject({ verdict: 'none', trades: [], needsTransaction: false });
    });

    it.each([
      ['liquidity of a listed pool', RAYDIUM, Buffer.from([3]), 'purpose: liquidity'],
      [
        'liquidity of a listed concentrated pool',
        WHIRLPOOL,
        anchor('increase_liquidity_v2'),
        'purpose: liquidity',
      ],
      ['lending', LEND, anchor('borrow_obligation_liquidity'), 'purpose: lending'],
      ['an NFT market', MARKET, anchor('buy'), 'purpose: nft'],
      ['a vault that nobody has listed', someProgram, anchor('deposit'), 'purpose: vault'],
      ['a stake that nobody has listed', someProgram, anchor('stake'), 'purpose: staking'],
    ])('in %s, however much it looks like an exchange', (_name, program, data, rule) => {
      const scene = new Scene(ann);
      scene.call(program, data, () => exchange(scene, ann, [USDC, 500n], [TOKEN, 70n]));
      expect(judge(scene)).toMatchObject({ verdict: 'none', facts: { rule } });
    });

    it('where shares are made for what is deposited', () => {
      const scene = new Scene(ann);
      scene.call(someProgram, NAMELESS, () => scene.move(TOKEN, ann, pool, 70n).create(OTHER, ann, 65n));
      expect(judge(scene).verdict).toBe('none');
      expect(judge(scene, OTHER).verdict).toBe('none');
    });

    it('where shares are destroyed for what is withdrawn', () => {
      const scene = new Scene(ann);
      scene.call(someProgram, NAMELESS, () => scene.burn(OTHER, ann, 65n).move(TOKEN, pool, ann, 70n));
      expect(judge(scene).verdict).toBe('none');
      expect(judge(scene, OTHER)).toMatchObject({ facts: { rule: 'a share was made or destroyed' } });
    });

    it('for a single piece, and for what is paid for one', () => {
      const scene = new Scene(ann).mint(OTHER, 0);
      scene.call(someProgram, NAMELESS, () => exchange(scene, ann, [TOKEN, 500n], [OTHER, 1n]));
      expect(judge(scene, OTHER)).toMatchObject({
        verdict: 'none',
        facts: { rule: 'the token is a single piece' },
      });
      expect(judge(scene).verdict).toBe('none');
    });

    it('where circular arbitrage ends with a profit in another asset', () => {
      const scene = new Scene(ann);
      scene.call(someProgram, NAMELESS, () => {
        exchange(scene, ann, [USDC, 500n], [TOKEN, 70n]);
        exchange(scene, ann, [TOKEN, 70n], [USDC, 510n], pool2);
      });
      expect(judge(scene)).toMatchObject({ verdict: 'none', facts: { rule: 'token only passed through' } });
    });

    it('where a rounding rest of an intermediate hop stays with the trader', () => {
      const scene = new Scene(ann);
      scene.call(JUPITER, anchor('route'), () => {
        exchange(scene, ann, [USDC, 500_000n], [TOKEN, 70_000n]);
        exchange(scene, ann, [TOKEN, 69_990n], [OTHER, 300_000n], pool2);
      });
      expect(judge(scene).verdict).toBe('none');
      expect(judge(scene, OTHER).trades.map(shortly)).toEqual([['BUY', '300000', ann, '500000', USDC]]);
    });

    it('where the token does not occur', () => {
      const scene = new Scene(ann);
      scene.call(RAYDIUM, Buffer.from([9]), () => exchange(scene, ann, [USDC, 500n], [OTHER, 70n]));
      expect(judge(scene)).toMatchObject({ verdict: 'none', facts: { rule: 'the token did not move' } });
    });
  });
});
