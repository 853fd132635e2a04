import fc from 'fast-check';
import { anchor, derivedNamed, Scene, SOL, walletNamed, WRAPPED_SOL } from '../../../test/support/scene';
import { toBase64, toEnhanced, toJsonParsed } from '../../../test/support/transaction-forms';
import type { JsonTransaction } from '../../../test/support/transaction-forms';
import { detectTrades } from './trade';
import type { Detection } from './trade';
import { readTransaction } from './transaction';

const PROGRAMS = {
  raydium: ['675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8', Buffer.from([9])],
  jupiter: ['JUP6LkbZbjS1jKKwapdHNy74zcZ3tLUZoi5QNyVTaV4', anchor('route')],
  whirlpool: ['whirLbMiicVdio4qvUfM5KAg6Ct8VwpYzGff3uctyCc', anchor('swap')],
  unlisted: [walletNamed('a program'), Buffer.from([1, 2, 3])],
} as const;

/** One way of trading; names become addresses, amounts are raw. */
interface Plan {
  readonly program: keyof typeof PROGRAMS;
  readonly traders: readonly { name: string; isBuy: boolean; tokens: bigint; quote: bigint }[];
  readonly quoteMint: string;
  readonly hops: number;
  readonly keptPercent: bigint;
  readonly tip: bigint;
  readonly isFeePaidByOther: boolean;
}

const plan: fc.Arbitrary<Plan> = fc.record({
  program: fc.constantFrom('raydium', 'jupiter', 'whirlpool', 'unlisted'),
  traders: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom('ada', 'bo', 'cy', 'di', 'ed'),
      isBuy: fc.boolean(),
      tokens: fc.bigInt(1000n, 900_000n),
      quote: fc.bigInt(1000n, 900_000n),
    }),
    { minLength: 1, maxLength: 3, selector: ({ name }) => name },
  ),
  quoteMint: fc.constantFrom('usd', SOL, WRAPPED_SOL),
  hops: fc.integer({ min: 0, max: 3 }),
  keptPercent: fc.constantFrom(0n, 4n, 10n),
  tip: fc.constantFrom(0n, 7000n),
  isFeePaidByOther: fc.boolean(),
});

const TOKEN = 'token';

function sceneOf(
  { program, traders, quoteMint, hops, keptPercent, tip, isFeePaidByOther }: Plan,
  prefix = '',
  scale = 1n,
): Scene {
  const name = (text: string): string => walletNamed(`${prefix}${text}`);
  const asset = (text: string): string => (text === SOL || text === WRAPPED_SOL ? text : name(text));
  const signers = traders.map((trader) => name(trader.name));
  const scene = new Scene(...(isFeePaidByOther ? [name('sponsor')] : []), ...signers);
  const [programId, data] = PROGRAMS[program];
  const pass = (from: string, to: string, mint: string, amount: bigint): void => {
    const kept = asset(mint) === name(TOKEN) ? (amount * keptPercent) / 100n : 0n;
    scene.move(asset(mint), from, to, amount, kept);
  };
  for (const { name: wallet, isBuy, tokens, quote } of traders) {
    const trader = name(wallet);
    const path = [quoteMint, ...Array.from({ length: hops }, (_, hop) => `hop ${String(hop)}`), TOKEN];
    const legs = isBuy ? path : path.toReversed();
    scene.call(programId, data, () => {
      legs.slice(1).forEach((to, hop) => {
        const from = legs[hop] ?? '';
        const pool = derivedNamed(`${prefix}pool ${[from, to].toSorted().join()}`);
        pass(trader, pool, from, (from === TOKEN ? tokens : quote) * scale);
        if (to !== TOKEN && from === TOKEN) pass(pool, trader, to, quote * scale);
        else pass(pool, trader, to, (to === TOKEN ? tokens : quote) * scale);
      });
    });
    if (tip > 0n) scene.move(SOL, trader, name('tips'), tip);
  }
  return scene;
}

function judge(payload: unknown, prefix = ''): Detection {
  return detectTrades(readTransaction(payload), walletNamed(`${prefix}${TOKEN}`));
}

function jsonOf(scene: Scene, order?: (keys: string[]) => string[]): JsonTransaction {
  return scene.toRpc(order);
}

/** Trades in words that do not depend on who is called what. */
function told({ trades }: Detection, names: (address: string) => string, scale = 1n): unknown[] {
  return trades
    .map(({ side, trader, amountRaw, quoteRaw }) => ({
      side,
      trader: names(trader),
      amount: String(BigInt(amountRaw) / scale),
      quote: quoteRaw === null ? null : String(BigInt(quoteRaw) / scale),
    }))
    .toSorted((a, b) => (a.trader < b.trader ? -1 : 1));
}

function namesOf(prefix: string): (address: string) => string {
  const names = new Map(
    ['ada', 'bo', 'cy', 'di', 'ed'].map((name) => [walletNamed(`${prefix}${name}`), name]),
  );
  return (address) => names.get(address) ?? address;
}

describe('detectTrades', () => {
  it('finds each trader of any exchange with the side and the amount that reached or left the wallet', () => {
    fc.assert(
      fc.property(plan, (made) => {
        const expected = made.traders
          .map(({ name, isBuy, tokens }) => ({
            side: isBuy ? 'BUY' : 'SELL',
            trader: name,
            amount: String(isBuy ? tokens - (tokens * made.keptPercent) / 100n : tokens),
          }))
          .toSorted((a, b) => (a.trader < b.trader ? -1 : 1));
        expect(told(judge(jsonOf(sceneOf(made))), namesOf(''))).toMatchObject(expected);
      }),
    );
  });

  it('says the same in whatever order the accounts stand', () => {
    fc.assert(
      fc.property(plan, fc.infiniteStream(fc.nat()), (made, random) => {
        const plain = judge(jsonOf(sceneOf(made)));
        const shuffled = judge(
          jsonOf(sceneOf(made), (keys) => {
            const ranks = new Map(keys.map((key) => [key, random.next().value]));
            return keys.toSorted((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0));
          }),
        );
        expect(shuffled.trades).toEqual(plain.trades);
        expect(shuffled.pools.toSorted()).toEqual(plain.pools.toSorted());
      }),
    );
  });

  it('says the same of wallets, mints and pools with other names', () => {
    fc.assert(
      fc.property(plan, fc.constantFrom('x ', 'y '), (made, prefix) => {
        const plain = told(judge(jsonOf(sceneOf(made))), namesOf(''));
        expect(told(judge(jsonOf(sceneOf(made, prefix)), prefix), namesOf(prefix))).toEqual(plain);
      }),
    );
  });

  it('says the same of amounts a thousand times as large', () => {
    fc.assert(
      fc.property(plan, (made) => {
        const round = { ...made, tip: 0n, keptPercent: 0n };
        const plain = told(judge(jsonOf(sceneOf(round))), namesOf(''));
        expect(told(judge(jsonOf(sceneOf(round, '', 1000n))), namesOf(''), 1000n)).toEqual(plain);
      }),
    );
  });

  it('says the same in every form', () => {
    fc.assert(
      fc.property(plan, (made) => {
        const json = jsonOf(sceneOf(made));
        const plain = judge(json);
        for (const other of [toJsonParsed(json), toBase64(json), toBase64(json, 1)]) {
          expect(judge(other).trades).toEqual(plain.trades);
        }
        const enhanced = judge(toEnhanced(json));
        if (!enhanced.needsTransaction) expect(enhanced.trades).toEqual(plain.trades);
      }),
    );
  });

  it('never asks for the transaction where a single fee payer trades', () => {
    fc.assert(
      fc.property(plan, (made) => {
        const single = { ...made, traders: made.traders.slice(0, 1), isFeePaidByOther: false };
        const json = jsonOf(sceneOf(single));
        expect(judge(toEnhanced(json))).toMatchObject({
          needsTransaction: false,
          trades: judge(json).trades,
        });
      }),
    );
  });

  it('lets traders gain no more of the token than pools lost', () => {
    fc.assert(
      fc.property(plan, (made) => {
        const { trades, facts } = judge(jsonOf(sceneOf(made)));
        const token = walletNamed(TOKEN);
        const change = trades.reduce(
          (sum, { side, amountRaw }) => sum + (side === 'BUY' ? 1n : -1n) * BigInt(amountRaw),
          0n,
        );
        const traders = new Set(trades.map(({ trader }) => trader));
        const others = facts.wallets
          .filter(({ owner }) => !traders.has(owner))
          .reduce((sum, { changes }) => sum + BigInt(changes[token] ?? 0), 0n);
        expect(change + others <= 0n).toBe(true);
      }),
    );
  });

  it('finds nothing in transfers, however many and to whomever', () => {
    const transfers = fc.array(
      fc.record({
        from: fc.constantFrom('ada', 'bo', 'cy'),
        to: fc.constantFrom('ada', 'bo', 'cy', 'di', 'ed'),
        asset: fc.constantFrom(TOKEN, 'usd', SOL),
        amount: fc.bigInt(1n, 10n ** 6n),
      }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(transfers, (made) => {
        const scene = new Scene(...['ada', 'bo', 'cy'].map(walletNamed));
        for (const { from, to, asset, amount } of made) {
          scene.move(asset === SOL ? SOL : walletNamed(asset), walletNamed(from), walletNamed(to), amount);
        }
        expect(judge(jsonOf(scene)).verdict).toBe('none');
      }),
    );
  });
});
