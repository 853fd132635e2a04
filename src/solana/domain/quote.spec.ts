import {
  ann,
  ben,
  cas,
  exchange,
  JUPITER,
  NAMELESS,
  order,
  OTHER,
  pool,
  pool2,
  someProgram,
  TOKEN,
  USDC,
} from '../../../test/support/cast';
import { anchor, derivedNamed, Scene, SOL, WRAPPED_SOL } from '../../../test/support/scene';
import { detectTrades } from './trade';
import { readTransaction } from './transaction';

function quotes(scene: Scene): unknown[] {
  const { trades } = detectTrades(readTransaction(scene.toRpc()), TOKEN);
  return trades.map(({ side, quoteMint, quoteRaw }) => [side, quoteMint, quoteRaw]);
}

function routed(tell: (scene: Scene) => unknown, ...signers: string[]): Scene {
  const scene = new Scene(...(signers.length > 0 ? signers : [ann]));
  return scene.call(JUPITER, anchor('route'), () => tell(scene));
}

describe('quoteOf', () => {
  it('is what the one pool took or gave, fees beside it left out', () => {
    expect(
      quotes(routed((s) => exchange(s, ann, [USDC, 500n], [TOKEN, 70n]).move(USDC, ann, cas, 9n))),
    ).toEqual([['BUY', USDC, '500']]);
    expect(
      quotes(routed((s) => exchange(s, ann, [TOKEN, 70n], [USDC, 500n]).move(USDC, ann, cas, 9n))),
    ).toEqual([['SELL', USDC, '500']]);
  });

  it('is what the wallet paid where the pool shows another asset', () => {
    const scene = routed((s) => {
      exchange(s, ann, [USDC, 500n], [OTHER, 30n]);
      exchange(s, ann, [OTHER, 30n], [TOKEN, 70n], pool2);
    });
    expect(quotes(scene)).toEqual([['BUY', USDC, '500']]);
  });

  it('is what the wallet paid where the pool traded more than with it', () => {
    const scene = routed((s) => exchange(s, ann, [USDC, 500n], [TOKEN, 70n]).move(TOKEN, pool, cas, 30n));
    expect(quotes(scene)).toEqual([['BUY', USDC, '500']]);
    const other = routed((s) =>
      exchange(s, ann, [USDC, 500n], [TOKEN, 70n]).move(TOKEN, pool, cas, 30n).move(USDC, ann, cas, 5n),
    );
    expect(quotes(other)).toEqual([['BUY', USDC, '505']]);
  });

  it('is the pool still where a few percent of the token went to others', () => {
    const scene = routed((s) =>
      exchange(s, ann, [USDC, 500n], [TOKEN, 1000n]).move(TOKEN, pool, cas, 100n).move(USDC, ann, cas, 5n),
    );
    expect(quotes(scene)).toEqual([['BUY', USDC, '500']]);
  });

  it.each([
    [980n, 0n, '500'],
    [979n, 0n, '505'],
    [1000n, 111n, '500'],
    [1000n, 112n, '505'],
  ])(
    'takes the pool for the whole of the trade within bounds: %d arrive and %d go elsewhere',
    (arrived, elsewhere, quote) => {
      const scene = routed((s) => {
        s.move(USDC, ann, pool, 500n).move(USDC, ann, cas, 5n);
        s.move(TOKEN, pool, ann, arrived).move(TOKEN, derivedNamed('rebate'), ann, 1000n - arrived);
        s.move(TOKEN, pool, cas, elsewhere);
      });
      expect(quotes(scene)).toEqual([['BUY', USDC, quote]]);
    },
  );

  it('is never what a pool gave together with the token', () => {
    const scene = routed((s) =>
      exchange(s, ann, [USDC, 500n], [TOKEN, 70n])
        .move(USDC, pool, cas, 900n)
        .move(OTHER, ann, pool, 1n)
        .move(OTHER, pool, ann, 1n),
    );
    expect(quotes(scene)).toEqual([['BUY', USDC, '500']]);
  });

  it('is what the largest receiver got where several got parts of the proceeds', () => {
    const scene = routed((s) =>
      s
        .move(TOKEN, ann, pool, 70n)
        .move(USDC, pool2, ben, 480n)
        .move(USDC, pool2, cas, 20n)
        .move(OTHER, pool, pool2, 3n),
    );
    expect(quotes(scene)).toEqual([['SELL', USDC, '480']]);
  });

  it("is each wallet's own payment where several trade", () => {
    const scene = routed(
      (s) => {
        exchange(s, ann, [USDC, 500n], [TOKEN, 70n]);
        exchange(s, ben, [USDC, 900n], [TOKEN, 80n]);
      },
      ann,
      ben,
    );
    expect(
      quotes(scene)
        .map((row) => String(row))
        .toSorted(),
    ).toEqual([`BUY,${USDC},500`, `BUY,${USDC},900`]);
  });

  it('is the token, not the SOL that was paid beside it', () => {
    const scene = routed((s) => exchange(s, ann, [USDC, 500n], [TOKEN, 70n]).move(SOL, ann, pool, 3n));
    expect(quotes(scene)).toEqual([['BUY', USDC, '500']]);
  });

  it('is what an escrow paid for a maker', () => {
    const scene = routed((s) => {
      s.move(USDC, order, pool, 500n).move(TOKEN, pool, ben, 70n);
    });
    expect(quotes(scene)).toEqual([['BUY', USDC, '500']]);
  });

  it('is SOL where only the pool shows what was paid', () => {
    const scene = routed((s) => s.move(TOKEN, pool, ben, 70n).move(WRAPPED_SOL, order, pool, 900n));
    expect(quotes(scene)).toEqual([['BUY', WRAPPED_SOL, '900']]);
  });

  it('is what a wallet received for a seller, not what vaults passed on', () => {
    const vault = derivedNamed('vault');
    const scene = routed((s) => {
      s.move(TOKEN, ann, pool, 70n)
        .move(OTHER, pool, vault, 30n)
        .move(USDC, derivedNamed('other vault'), ben, 500n);
    });
    expect(quotes(scene)).toEqual([['SELL', USDC, '500']]);
  });

  it('is nothing where two assets were paid by others', () => {
    const scene = routed((s) => {
      s.move(USDC, order, pool, 500n)
        .move(OTHER, derivedNamed('second order'), pool, 30n)
        .move(TOKEN, pool, ben, 70n);
    });
    expect(quotes(scene)).toEqual([['BUY', null, null]]);
  });

  it('is nothing where an unlisted program took two tokens', () => {
    const scene = new Scene(ann);
    scene.call(someProgram, NAMELESS, () =>
      exchange(scene, ann, [USDC, 500n], [TOKEN, 70n]).move(OTHER, ann, pool, 9n),
    );
    expect(quotes(scene)).toEqual([['BUY', null, null]]);
  });
});
