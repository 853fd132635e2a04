import fc from 'fast-check';
import { anchor, derivedNamed, Scene, SOL, walletNamed } from '../../../test/support/scene';
import { toBase64, toEnhanced, toJsonParsed } from '../../../test/support/transaction-forms';
import { SolanaError } from './solana.errors';
import { detectTrades } from './trade';
import { readTransaction } from './transaction';

const TOKEN = walletNamed('the token');

function sample(): Record<string, unknown>[] {
  const ann = walletNamed('ann');
  const scene = new Scene(ann);
  const pool = derivedNamed('pool');
  scene.call('6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P', anchor('buy'), () => {
    scene.move(TOKEN, pool, ann, 70n).move(SOL, ann, pool, 500n);
  });
  const json = scene.toRpc();
  return [{ ...json }, toJsonParsed(json), toBase64(json), toBase64(json, 1), toEnhanced(json)];
}

/** Reads and judges; true where it worked or was refused by name, else what else happened. */
function outcome(payload: unknown): unknown {
  try {
    const { verdict, facts } = detectTrades(readTransaction(payload), TOKEN);
    JSON.stringify(facts);
    return ['buy', 'sell', 'mixed', 'none'].includes(verdict);
  } catch (error) {
    return (error instanceof SolanaError && error.code === 'SOLANA_TRANSACTION_MALFORMED') || error;
  }
}

/** All places in a value, as paths. */
function placesIn(value: unknown, at: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  const inside = Object.entries(value).flatMap(([key, item]) =>
    placesIn(item, [...at, Array.isArray(value) ? Number(key) : key]),
  );
  return at.length === 0 ? inside : [at, ...inside];
}

function broken(value: unknown, [key, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (index === key ? broken(item, rest, by) : item));
  const fields: Record<string, unknown> = { ...(typeof value === 'object' ? value : {}) };
  fields[key] = broken(fields[key], rest, by);
  return fields;
}

const junk = fc.oneof(
  fc.constantFrom(undefined, null, '', '0', -1, 0, 1.5, 1e21, NaN, Infinity, true, [], {}, [[]], [null], {
    a: 1,
  }),
  fc.integer(),
  fc.string(),
  fc.base64String(),
  fc.anything({ maxDepth: 3 }),
);

describe('readTransaction and detectTrades', () => {
  it('refuse anything at all by name, and never throw anything else', () => {
    fc.assert(
      fc.property(fc.anything(), (payload) => {
        expect(outcome(payload)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('survive a payload with any one part replaced', () => {
    const payloads = sample().map((payload) => ({ payload, places: placesIn(payload) }));
    fc.assert(
      fc.property(fc.constantFrom(...payloads), fc.nat(), junk, ({ payload, places }, pick, by) => {
        const place = places[pick % places.length] ?? [];
        expect(outcome(broken(payload, place, by))).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('survive wire bytes that are cut, changed or made up', () => {
    const [, , base64 = {}] = sample();
    const text = Array.isArray(base64['transaction']) ? String(base64['transaction'][0]) : '';
    const bytes = Buffer.from(text, 'base64');
    const cut = fc.nat(bytes.length).map((end) => bytes.subarray(0, end));
    const changed = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)).map(([at, byte]) => {
      const copy = Buffer.from(bytes);
      copy[at] = byte;
      return copy;
    });
    const madeUp = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(fc.oneof(cut, changed, madeUp), (wire) => {
        expect(outcome({ ...base64, transaction: [wire.toString('base64'), 'base64'] })).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('end in time for payloads that are absurdly large', () => {
    const wide = Array.from({ length: 20_000 }, () => ({
      programIdIndex: 0,
      accounts: [0],
      data: 'z'.repeat(50),
    }));
    const [json = {}] = sample();
    const deep = Array.from({ length: 5000 }).reduce<unknown>((inner) => ({ result: inner }), json);
    const started = process.hrtime.bigint();
    expect(outcome(broken(json, ['transaction', 'message', 'instructions'], wide))).toBe(true);
    expect(outcome(deep)).toBe(true);
    expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(20_000);
  }, 60_000);
});
