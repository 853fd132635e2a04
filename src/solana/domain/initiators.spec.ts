import {
  JUPITER,
  NAMELESS,
  PUMP,
  RAYDIUM,
  RAYDIUM_SWAP,
  RFQ,
  SWAP,
  TOKEN,
  WHIRLPOOL,
  ann,
  ben,
  cas,
  exchange,
  judge,
  pool,
  shortly,
  someProgram,
  USDC,
} from '../../../test/support/cast';
import { SOL, Scene, anchor, derivedNamed } from '../../../test/support/scene';
import { flowsOf } from './flows';
import { initiatorsOf, namedTaker, namedUsersOf } from './initiators';
import { callsOf } from './purpose';
import { readTransaction } from './transaction';

const PHOENIX = 'PhoeNiXZ8ByJGLkxNfZRnkUfjvmuYqLR89jjFHGqdXY';

function found(tell: (scene: Scene) => unknown): {
  initiators: string[];
  users: (string | null)[];
  taker: string | null;
} {
  const scene = new Scene(ann);
  tell(scene);
  const transaction = readTransaction(scene.toRpc());
  const calls = callsOf(transaction.instructions);
  return {
    initiators: [...initiatorsOf(calls, flowsOf(transaction))],
    users: [...namedUsersOf(calls)].filter((user) => user !== null),
    taker: namedTaker(calls),
  };
}

const at = (place: number): string[] => [...Array.from({ length: place }, () => pool), ben];

describe('initiatorsOf', () => {
  it.each<[string, (s: Scene) => unknown, string[]]>([
    ['who sends tokens first', (s) => s.move(TOKEN, ben, pool, 5n).move(USDC, pool, cas, 5n), [ben]],
    ['who burns first', (s) => s.burn(TOKEN, ben, 5n).move(USDC, pool, cas, 5n), [ben]],
    ['who pays SOL first', (s) => s.move(SOL, ben, pool, 5n).move(TOKEN, pool, cas, 5n), [ben]],
    [
      'not who only opens an account',
      (s) => s.rent(ann, derivedNamed('status'), 5n).move(TOKEN, ben, pool, 5n),
      [ben],
    ],
    ['not whoever is sent newly made tokens', (s) => s.create(TOKEN, ben, 5n), []],
    ['nobody where nothing moves', () => null, []],
    [
      'nobody where a book or pool that names no user comes before any payment',
      (s) => s.inner(PHOENIX, NAMELESS).move(TOKEN, pool, ben, 5n),
      [],
    ],
    [
      'who pays where the first program is no pool and names nobody',
      (s) => s.inner(JUPITER, anchor('route')).move(TOKEN, ben, pool, 5n),
      [ben],
    ],
  ])('are %s', (_name, tell, initiators) => {
    expect(found((s) => s.call(someProgram, NAMELESS, () => tell(s))).initiators).toEqual(initiators);
  });

  it('are all of several calls', () => {
    const { initiators } = found((s) => {
      s.call(someProgram, NAMELESS, () => s.move(TOKEN, ben, pool, 5n));
      s.call(someProgram, NAMELESS, () => s.move(TOKEN, cas, pool, 5n));
    });
    expect(initiators).toEqual([ben, cas]);
  });
});

describe('namedUsersOf', () => {
  it.each<[string, string, Buffer, string[], string[]]>([
    ['the seventh account of a buy on a curve', PUMP, anchor('buy'), at(6), [ben]],
    ['nobody in another instruction of it', PUMP, NAMELESS, at(6), []],
    ['nobody in an instruction without data', PUMP, Buffer.alloc(0), at(6), []],
    ['the last account of a swap at Raydium', RAYDIUM, RAYDIUM_SWAP, at(9), [ben]],
    ['the second account of a swap at Orca', WHIRLPOOL, SWAP, at(1), [ben]],
    ['the fourth account of its second version', WHIRLPOOL, anchor('swap_v2'), at(3), [ben]],
    ['the second account of a route', JUPITER, anchor('route'), at(1), [ben]],
    ['the third of a route over shared accounts', JUPITER, anchor('shared_accounts_route'), at(2), [ben]],
    ['the first of the second version of a route', JUPITER, anchor('route_v2'), at(0), [ben]],
    ['the second of its shared form', JUPITER, anchor('shared_accounts_route_v2'), at(1), [ben]],
    ['nobody in a route that is not known', JUPITER, NAMELESS, at(1), []],
    ['nobody where accounts are missing', WHIRLPOOL, SWAP, [pool], []],
    ['nobody for a program that nobody has listed', someProgram, SWAP, at(1), []],
  ])('are %s', (_name, program, data, accounts, users) => {
    expect(found((s) => s.call(someProgram, NAMELESS, () => s.inner(program, data, accounts))).users).toEqual(
      users,
    );
    expect(
      found((s) => s.call(someProgram, NAMELESS, () => s.inner(program, data, accounts))).initiators,
    ).toEqual(users);
  });
});

describe('namedTaker', () => {
  it('is the first account of a fill on request, wherever it is called', () => {
    expect(found((s) => s.call(RFQ, anchor('fill'), () => null, [cas, ann])).taker).toBe(cas);
    const inside = found((s) =>
      s.call(JUPITER, anchor('route'), () =>
        s.inner(RAYDIUM, RAYDIUM_SWAP, [ann]).inner(RFQ, anchor('fill'), [cas]),
      ),
    );
    expect(inside.taker).toBe(cas);
  });

  it('is nobody without such a fill, or where it names none', () => {
    expect(found((s) => s.call(RAYDIUM, RAYDIUM_SWAP, () => null, [cas])).taker).toBeNull();
    expect(found((s) => s.call(RFQ, anchor('fill'), () => null)).taker).toBeNull();
  });

  it('counts although it pays the fees, with either side', () => {
    const fill = (give: [string, bigint], get: [string, bigint]): unknown[] => {
      const scene = new Scene(ann, ben);
      scene.call(RFQ, anchor('fill'), () => exchange(scene, ann, give, get, ben), [ann, ben]);
      expect(judge(scene).facts.rule).toBe('taker of a fill between wallets');
      return judge(scene).trades.map(shortly);
    };
    expect(fill([USDC, 500n], [TOKEN, 70n])).toEqual([['BUY', '70', ann, '500', USDC]]);
    expect(fill([TOKEN, 70n], [USDC, 500n])).toEqual([['SELL', '70', ann, '500', USDC]]);
  });
});
