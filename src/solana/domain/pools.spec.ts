import {
  JUPITER,
  NAMELESS,
  OTHER,
  RAYDIUM,
  RAYDIUM_SWAP,
  SWAP,
  TOKEN,
  USDC,
  WHIRLPOOL,
  ann,
  ben,
  cas,
  exchange,
  judge,
  pool,
  pool2,
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
import { poolsToLearn } from './pools';
import { readTransaction } from './transaction';

const BOT = 'BSfD6SHZigAfDWSjzD5Q41jw8LmKwtmjskPH9XW1mrRW';
const VAULT = '24Uqj9JCLxUeoC3hGfh5W3s9FM9uCHDS2SG3LYwBpyTi';
const AMM = 'CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C';
const farVault = derivedNamed('vault of another authority');

function swapped(tell: (scene: Scene) => unknown, program = RAYDIUM, data: Buffer = RAYDIUM_SWAP): Scene {
  const scene = new Scene(ann);
  return scene.call(program, data, () => tell(scene));
}

describe('the pools of a detection', () => {
  it.each<[string, (s: Scene) => unknown, string[]]>([
    [
      'the vault that gave the token',
      (s) => exchange(s, ann, [USDC, 5n], [TOKEN, 1000n]),
      [accountOf(pool, TOKEN)],
    ],
    [
      'a vault whose authority shows no payment, but moved a tenth or more',
      (s) => exchange(s, ann, [USDC, 5n], [TOKEN, 900n]).move(TOKEN, farVault, ann, 100n),
      [accountOf(pool, TOKEN), accountOf(farVault, TOKEN)],
    ],
    [
      'no account that took a small fee',
      (s) => exchange(s, ann, [USDC, 5n], [TOKEN, 1000n]).move(TOKEN, ann, farVault, 90n),
      [accountOf(pool, TOKEN)],
    ],
    [
      "no person's account",
      (s) => exchange(s, ann, [USDC, 5n], [TOKEN, 1000n]).move(TOKEN, pool, cas, 900n),
      [accountOf(pool, TOKEN)],
    ],
    [
      'no account that ended as it began',
      (s) =>
        exchange(s, ann, [USDC, 5n], [TOKEN, 1000n])
          .move(TOKEN, ann, farVault, 500n)
          .move(TOKEN, farVault, ann, 500n),
      [accountOf(pool, TOKEN)],
    ],
  ])('are %s', (_name, tell, expected) => {
    expect(judge(swapped(tell)).pools.toSorted()).toEqual(expected.toSorted());
  });

  it('are never accounts of traders and signers', () => {
    const scene = new Scene(ann, ben);
    scene.call(RAYDIUM, RAYDIUM_SWAP, () => {
      exchange(scene, ann, [USDC, 5n], [TOKEN, 1000n]).move(TOKEN, pool, ben, 1000n);
    });
    expect(judge(scene).pools).toEqual([accountOf(pool, TOKEN)]);
  });

  it('are none where nobody traded', () => {
    const hop = swapped((s) => {
      exchange(s, ann, [USDC, 5n], [TOKEN, 9n]);
      exchange(s, ann, [TOKEN, 9n], [OTHER, 3n], pool2);
    });
    expect(poolsToLearn(readTransaction(hop.toRpc()), judge(hop))).toEqual([]);
    expect(judge(hop, walletNamed('no token of it')).pools).toEqual([]);
  });
});

describe('poolsToLearn', () => {
  it('names the vaults of pools whose swaps do not name the mint', () => {
    for (const [program, data] of [
      [RAYDIUM, RAYDIUM_SWAP],
      [WHIRLPOOL, SWAP],
    ] as const) {
      const scene = swapped((s) => exchange(s, ann, [USDC, 5n], [TOKEN, 9n]), program, data);
      expect(poolsToLearn(readTransaction(scene.toRpc()), judge(scene))).toEqual([accountOf(pool, TOKEN)]);
    }
  });

  it('names none where every swap of the program names the mint', () => {
    const scene = swapped((s) => exchange(s, ann, [USDC, 5n], [TOKEN, 9n]), AMM, anchor('swap_base_input'));
    expect(judge(scene).pools).toEqual([accountOf(pool, TOKEN)]);
    expect(poolsToLearn(readTransaction(scene.toRpc()), judge(scene))).toEqual([]);
  });
});

describe('the program of a trade', () => {
  const named = (outer: string, outerData: Buffer, inner?: string, innerData?: Buffer): unknown =>
    judge(
      swapped(
        (s) => {
          if (inner !== undefined) s.inner(inner, innerData ?? NAMELESS);
          exchange(s, ann, [USDC, 5n], [TOKEN, 9n]);
        },
        outer,
        outerData,
      ),
    ).trades.map(({ program }) => program);

  it.each<[string, unknown, string]>([
    ['the outermost that is listed', named(JUPITER, anchor('route'), RAYDIUM, RAYDIUM_SWAP), 'Jupiter v6'],
    [
      'the pool behind an unlisted program',
      named(someProgram, NAMELESS, RAYDIUM, RAYDIUM_SWAP),
      'Raydium AMM v4',
    ],
    ['the pool behind a bot', named(BOT, NAMELESS, RAYDIUM, RAYDIUM_SWAP), 'Raydium AMM v4'],
    ['the bot where no pool is listed', named(BOT, NAMELESS), 'Photon'],
    ['unknown where nothing is listed', named(someProgram, NAMELESS), 'unknown'],
  ])('is %s', (_name, found, expected) => {
    expect(found).toEqual([expected]);
  });

  it('is not the vault in which a pool keeps its tokens, nor what a vetoed call used', () => {
    const scene = new Scene(ann);
    scene.call('KLend2g3cP87fffoy8q1mQqGKjrxjC8boSyAYavgmjD', anchor('borrow'), () =>
      scene.move(OTHER, pool2, ann, 3n),
    );
    scene.call(someProgram, NAMELESS, () => {
      scene.inner(AMM, anchor('swap_base_input')).inner(VAULT, anchor('deposit'));
      exchange(scene, ann, [USDC, 5n], [TOKEN, 9n]);
    });
    expect(judge(scene).trades.map(({ program }) => program)).toEqual(['Raydium CPMM']);
  });
});

describe('the quote of trades', () => {
  it('has the decimals of its mint, nine for SOL, and is told for each of several traders', () => {
    const scene = new Scene(ann, ben).mint(USDC, 2);
    scene.call(RAYDIUM, RAYDIUM_SWAP, () => {
      exchange(scene, ann, [USDC, 500n], [TOKEN, 1000n]);
      exchange(scene, ben, [WRAPPED_SOL, 700n], [TOKEN, 2000n], pool2);
    });
    const quotes = judge(scene).trades.map(({ trader, quoteMint, quoteRaw, quoteDecimals }) => [
      trader,
      quoteMint,
      quoteRaw,
      quoteDecimals,
    ]);
    expect(quotes.toSorted()).toEqual(
      [
        [ann, USDC, '500', 2],
        [ben, WRAPPED_SOL, '700', 9],
      ].toSorted(),
    );
  });

  it('is none where the trader was only funded by another', () => {
    const scene = swapped((s) => s.move(SOL, ann, pool, 5n).move(TOKEN, pool, ben, 9n));
    expect(judge(scene).trades.map(({ trader, quoteMint }) => [trader, quoteMint])).toEqual([
      [ben, WRAPPED_SOL],
    ]);
  });
});
