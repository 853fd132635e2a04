import fc from 'fast-check';
import { addressNamed, sampleTransaction, signatureNamed } from '../../test/support/sample-tape';
import { blockOf } from './block';
import type { SignatureQuery, SignatureRow } from './chain';
import { Chain } from './chain';
import { NO_FAULTS } from './faults';
import { readRpcTransaction } from './read-rpc-transaction';
import { RpcRefusal } from './rpc-refusal';
import { blockTimeSecOf, producedAtOrAbove, producedAtOrBelow, slotAt } from './slots';

const MINT = addressNamed('mint');
const START_MS = 1_795_000_000_000;

class Clock {
  ms = START_MS;
  readonly now = (): number => this.ms;
  passSlots(count: number): void {
    this.ms += count * 400;
  }
}

function chainAt(clock: Clock): Chain {
  return new Chain(clock.now);
}

function add(chain: Chain, name: string, slot: number, lateSlots = 0): string {
  const signature = signatureNamed(name);
  const as = { signature, slot, blockTimeSec: blockTimeSecOf(slot), mint: MINT };
  const content = readRpcTransaction(sampleTransaction(name, as));
  chain.add({
    signature,
    slot,
    listedAtSlot: slot + lateSlots,
    addresses: new Set(content.addresses),
    content,
  });
  return signature;
}

function list(chain: Chain, query: Partial<SignatureQuery> = {}): SignatureRow[] {
  const rows = chain.signaturesFor(MINT, { limit: 1000, commitment: 'confirmed', ...query });
  if (rows instanceof RpcRefusal) throw new Error(rows.message);
  return rows;
}

const signaturesOf = (rows: readonly SignatureRow[]): string[] => rows.map((row) => row.signature);

describe('Chain', () => {
  it('keeps confirmed two and finalized thirty-two slots behind the newest', () => {
    const clock = new Clock();
    const chain = chainAt(clock);
    const newest = slotAt(START_MS);
    expect(chain.slot('processed')).toBe(producedAtOrBelow(newest));
    expect(chain.slot('confirmed')).toBe(producedAtOrBelow(newest - 2));
    expect(chain.slot('finalized')).toBe(producedAtOrBelow(newest - 32));
  });

  it('stands still while the clock is behind an earlier reading', () => {
    const clock = new Clock();
    const chain = chainAt(clock);
    const before = chain.newestSlot;
    clock.passSlots(-500);
    expect(chain.newestSlot).toBe(before);
    clock.passSlots(501);
    expect(chain.newestSlot).toBe(before + 1);
  });

  it('shows a transaction to no one before its commitment is reached', () => {
    const clock = new Clock();
    const chain = chainAt(clock);
    const slot = producedAtOrBelow(chain.newestSlot);
    const signature = add(chain, 'trade', slot);
    expect(chain.transaction(signature, 'confirmed')).toBeNull();
    expect(list(chain)).toEqual([]);
    clock.passSlots(3);
    expect(chain.transaction(signature, 'confirmed')).toMatchObject({ signature, slot });
    expect(chain.transaction(signature, 'finalized')).toBeNull();
    expect(list(chain)).toEqual([
      {
        signature,
        slot,
        err: null,
        memo: null,
        blockTime: blockTimeSecOf(slot),
        confirmationStatus: 'confirmed',
      },
    ]);
    clock.passSlots(31);
    expect(chain.transaction(signature, 'finalized')).toMatchObject({ signature });
    expect(list(chain, { commitment: 'finalized' })).toMatchObject([
      { signature, confirmationStatus: 'finalized' },
    ]);
  });

  it('refuses processed for histories with -32602', () => {
    const chain = chainAt(new Clock());
    expect(chain.signaturesFor(MINT, { limit: 1, commitment: 'processed' })).toMatchObject({ code: -32602 });
    expect(chain.transaction(signatureNamed('any'), 'processed')).toMatchObject({ code: -32602 });
  });

  it('refuses a slot it has not reached with -32016 and says where it is', () => {
    const chain = chainAt(new Clock());
    const contextSlot = chain.slot('finalized');
    const query = { limit: 1, commitment: 'finalized' as const };
    expect(chain.signaturesFor(MINT, { ...query, minContextSlot: contextSlot })).toEqual([]);
    expect(chain.signaturesFor(MINT, { ...query, minContextSlot: contextSlot + 1 })).toMatchObject({
      code: -32016,
      data: { contextSlot },
    });
  });

  it('lists a row indexed late at its own place once its slots have passed, and finds the transaction before', () => {
    const clock = new Clock();
    const chain = chainAt(clock);
    const slot = producedAtOrBelow(chain.newestSlot - 10);
    const late = add(chain, 'late', slot, 15);
    const newer = add(chain, 'newer', producedAtOrBelow(slot + 4));
    expect(signaturesOf(list(chain))).toEqual([newer]);
    expect(chain.transaction(late, 'confirmed')).toMatchObject({ signature: late });
    clock.passSlots(15);
    expect(signaturesOf(list(chain))).toEqual([newer, late]);
  });

  it('gives the newest rows and no error for an unknown until, and nothing for an unknown before', () => {
    const chain = chainAt(new Clock());
    const first = producedAtOrBelow(chain.newestSlot - 50);
    const signatures = ['a', 'b', 'c'].map((name, index) =>
      add(chain, name, producedAtOrBelow(first + index * 3)),
    );
    const unknown = signatureNamed('unknown');
    expect(signaturesOf(list(chain, { until: unknown, limit: 2 }))).toEqual([signatures[2], signatures[1]]);
    expect(list(chain, { before: unknown })).toEqual([]);
  });

  it('lists failed transactions with their error', () => {
    const chain = chainAt(new Clock());
    add(chain, 'failed', producedAtOrBelow(chain.newestSlot - 9));
    expect(list(chain)).toMatchObject([{ err: { InstructionError: [0, 'Custom'] }, memo: null }]);
  });

  it('shows through a lagging or held node what that node has seen, while the chain goes on', () => {
    const clock = new Clock();
    const chain = chainAt(clock);
    const signature = add(chain, 'trade', producedAtOrBelow(chain.newestSlot - 5));
    chain.faults = { ...NO_FAULTS, lagSlots: 20 };
    expect(list(chain)).toEqual([]);
    chain.faults = { ...NO_FAULTS, holdSlot: chain.newestSlot - 20 };
    clock.passSlots(100);
    expect(list(chain)).toEqual([]);
    expect(chain.newestSlot).toBe(slotAt(clock.ms));
    chain.faults = NO_FAULTS;
    expect(signaturesOf(list(chain))).toEqual([signature]);
  });

  it('forgets a signature everywhere, but a null transaction only where it is fetched', () => {
    const chain = chainAt(new Clock());
    const slot = producedAtOrBelow(chain.newestSlot - 20);
    const [one, two] = [add(chain, 'one', slot), add(chain, 'two', slot)];
    chain.faults = { ...NO_FAULTS, forgetSignatures: [one], nullTransactions: [two] };
    expect(signaturesOf(list(chain))).toEqual([two]);
    expect(list(chain, { before: one })).toEqual([]);
    expect(chain.transactionsOf(slot)).toHaveLength(1);
    expect(chain.transaction(one, 'confirmed')).toBeNull();
    expect(chain.transaction(two, 'confirmed')).toBeNull();
  });

  it('changes neighbours over when told to list out of order', () => {
    const chain = chainAt(new Clock());
    const first = producedAtOrBelow(chain.newestSlot - 50);
    const [a, b, c] = ['a', 'b', 'c'].map((name, index) =>
      add(chain, name, producedAtOrBelow(first + index * 3)),
    );
    chain.faults = { ...NO_FAULTS, reorderRows: true };
    expect(signaturesOf(list(chain))).toEqual([b, c, a]);
  });

  it('lists a transaction under accounts that were loaded by a lookup table', () => {
    const chain = chainAt(new Clock());
    const signature = add(chain, 'trade', producedAtOrBelow(chain.newestSlot - 9));
    const rows = chain.signaturesFor(addressNamed('pool of trade'), { limit: 5, commitment: 'confirmed' });
    expect(rows).toMatchObject([{ signature }]);
  });

  it('keeps all of the last twelve minutes, however many', () => {
    const chain = chainAt(new Clock());
    const [oldest, newest] = [-1790, -10].map((offset) => producedAtOrBelow(chain.newestSlot + offset));
    for (let index = 0; index < 150; index += 1) {
      add(chain, `old ${String(index)}`, oldest ?? 0);
      add(chain, `new ${String(index)}`, newest ?? 0);
    }
    expect(list(chain)).toHaveLength(300);
    expect(chain.firstSlot).toBe(0);
  });

  it('lets go of what is older than twelve minutes, but not of the newest two hundred', () => {
    const clock = new Clock();
    const chain = chainAt(clock);
    add(chain, 'first', producedAtOrBelow(chain.newestSlot));
    const from = chain.newestSlot;
    clock.passSlots(10_000);
    for (let index = 0; index < 199; index += 1)
      add(chain, `row ${String(index)}`, producedAtOrBelow(from + 9000));
    expect(list(chain)).toHaveLength(200);
    add(chain, 'one more', producedAtOrBelow(from + 9000));
    expect(list(chain)).toHaveLength(200);
    expect(chain.has(signatureNamed('first'))).toBe(false);
    expect(chain.firstSlot).toBe(producedAtOrBelow(from) + 1);
    const block = { commitment: 'finalized', transactionDetails: 'none' } as const;
    expect(blockOf(chain, producedAtOrBelow(from), block)).toMatchObject({ code: -32001 });
    expect(blockOf(chain, producedAtOrAbove(from + 1), block)).toMatchObject({
      parentSlot: producedAtOrBelow(from),
    });
  });
});

describe('pages of a list', () => {
  const history = fc.array(
    fc.record({
      back: fc.integer({ min: 0, max: 120 }),
      late: fc.constantFrom(0, 0, 0, 5, 60),
      named: fc.boolean(),
    }),
    { maxLength: 40 },
  );
  const commitment = fc.constantFrom('confirmed' as const, 'finalized' as const);

  const built = (rows: { back: number; late: number; named: boolean }[]): Chain => {
    const chain = chainAt(new Clock());
    rows.forEach(({ back, late, named }, index) => {
      add(
        chain,
        `${named ? 'trade' : 'unnamed'} ${String(index)}`,
        producedAtOrBelow(chain.newestSlot - back),
        late,
      );
    });
    return chain;
  };

  it('joined by before are the whole list, newest first, each row once, at any commitment and size of page', () => {
    fc.assert(
      fc.property(history, commitment, fc.integer({ min: 1, max: 7 }), (rows, level, limit) => {
        const chain = built(rows);
        const whole = list(chain, { commitment: level });
        const joined: SignatureRow[] = [];
        for (let page = list(chain, { commitment: level, limit }); page.length > 0;) {
          joined.push(...page);
          page = list(chain, { commitment: level, limit, before: page.at(-1)?.signature ?? '' });
        }
        expect(joined).toEqual(whole);
        expect(new Set(signaturesOf(whole)).size).toBe(whole.length);
        const slots = whole.map((row) => row.slot);
        expect(slots).toEqual(slots.toSorted((one, other) => other - one));
      }),
    );
  });

  it('end strictly above until and begin strictly below before, wherever these stand in the chain', () => {
    fc.assert(
      fc.property(history, commitment, fc.nat(), fc.nat(), (rows, level, one, other) => {
        const chain = built(rows);
        const height = chain.slot(level);
        const known = chain.transactions.filter((row) => row.slot <= height);
        if (known.length === 0) return;
        const [until, before] = [one % known.length, other % known.length];
        const between = known.slice(until + 1, before).map((row) => row.signature);
        const wanted = signaturesOf(list(chain, { commitment: level })).filter((row) =>
          between.includes(row),
        );
        const query = {
          commitment: level,
          until: known[until]?.signature ?? '',
          before: known[before]?.signature ?? '',
        };
        expect(signaturesOf(list(chain, query))).toEqual(wanted);
      }),
    );
  });

  it('show at finalized the lower part of what confirmed shows', () => {
    fc.assert(
      fc.property(history, (rows) => {
        const chain = built(rows);
        const finalized = signaturesOf(list(chain, { commitment: 'finalized' }));
        const confirmed = signaturesOf(list(chain));
        expect(confirmed.slice(confirmed.length - finalized.length)).toEqual(finalized);
      }),
    );
  });
});
