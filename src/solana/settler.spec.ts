import { MINT, ReadingBench } from '../../test/support/reading-bench';
import { tradeAt } from '../../test/support/timer-lab';

const MINUTE_SLOTS = 150;

/** Each commitment with its margin, and how many slots it lies behind the tip. */
const COMMITMENTS = [
  { commitment: 'finalized', marginMs: 2_000, depth: 32 },
  { commitment: 'confirmed', marginMs: 15_000, depth: 2 },
] as const;

describe.each(COMMITMENTS)('Settler at $commitment', ({ commitment, marginMs, depth }) => {
  const rules = { commitment, marginMs, timeoutMs: 60_000 };

  /** A timer whose deadline passed `slots` ago, read up to now. */
  async function settling(slots: number, endpoints = 1): Promise<ReadingBench> {
    const bench = new ReadingBench(endpoints, rules);
    await bench.look();
    bench.chain.tip += MINUTE_SLOTS + slots;
    return bench;
  }

  it('settles up to a slot well after the deadline', async () => {
    const bench = await settling(60);
    expect(await bench.settle()).toMatchObject({ tag: 'ok' });
    expect(bench.door.settled).toEqual([{ slot: bench.chain.tip - depth, blockTimeMs: expect.any(Number) }]);
  });

  it('waits about as long as is missing while the slot is not past deadline and margin', async () => {
    const bench = await settling(depth + 1);
    expect(await bench.settle()).toEqual({ tag: 'too_early', waitMs: marginMs });
    bench.chain.tip += Math.ceil(marginMs / 400);
    expect(await bench.settle()).toEqual({ tag: 'too_early', waitMs: 500 });
    bench.chain.tip += 3;
    expect(await bench.settle()).toMatchObject({ tag: 'ok' });
    expect(bench.door.settled).toHaveLength(1);
  });

  it('settles the tail of a running round behind any proven slot', async () => {
    const bench = new ReadingBench(1, rules);
    await bench.look();
    bench.chain.tip += 60;
    expect(await bench.settle()).toMatchObject({ tag: 'ok' });
  });

  it('judges what no look has seen before it settles', async () => {
    const bench = await settling(60);
    const row = bench.chain.add(MINT, false, bench.chain.tip - 100);
    bench.door.beforeSettle = () => expect(bench.door.applied.get(row.signature)).toBe(1);
    expect(await bench.settle()).toMatchObject({ tag: 'ok' });
  });

  it('settles nothing while a row is pending', async () => {
    const bench = await settling(60);
    const row = bench.chain.add(MINT, false, bench.chain.tip - 100);
    bench.chain.unavailable.add(row.signature);
    await expect(bench.settle()).rejects.toMatchObject({ code: 'SOLANA_READ_FAILED' });
    expect(bench.door.settled).toEqual([]);
    bench.chain.unavailable.clear();
    expect(await bench.settle()).toMatchObject({ tag: 'ok' });
  });

  it('counts a row that a look could not judge, although the list has forgotten it', async () => {
    const bench = await settling(60);
    const row = bench.chain.add(MINT, false, bench.chain.tip - 100);
    bench.chain.unavailable.add(row.signature);
    await bench.look();
    bench.chain.endpoints[0]?.hidden.add(row.signature);
    await expect(bench.settle()).rejects.toMatchObject({ code: 'SOLANA_READ_FAILED' });
    bench.chain.tip += 200;
    expect(await bench.settle()).toMatchObject({ tag: 'ok' });
  });

  it('ignores rows that failed, and rows after the slot', async () => {
    const bench = await settling(60);
    const failed = bench.chain.add(MINT, true, bench.chain.tip - 100);
    const young = bench.chain.add(MINT, false, bench.chain.tip - depth + 1);
    for (const { signature } of [failed, young]) bench.chain.unavailable.add(signature);
    expect(await bench.settle()).toMatchObject({ tag: 'ok' });
  });

  it('judges a row that only the second endpoint lists', async () => {
    const bench = await settling(60, 2);
    const row = bench.chain.add(MINT, false, bench.chain.tip - 100);
    bench.chain.endpoints[0]?.hidden.add(row.signature);
    expect(await bench.settle()).toMatchObject({ tag: 'ok' });
    expect(bench.door.applied.get(row.signature)).toBe(1);
  });

  it('settles nothing where the second endpoint has not reached the slot', async () => {
    const bench = await settling(60, 2);
    const [, second] = bench.chain.endpoints;
    if (second !== undefined) second.lagSlots = 1;
    await expect(bench.settle()).rejects.toMatchObject({ code: 'SOLANA_SLOT_NOT_FOUND' });
  });

  it('waits for a second endpoint that fails, but not for one that has been gone for long', async () => {
    const bench = await settling(60, 2);
    const [, second] = bench.chain.endpoints;
    if (second === undefined) throw new Error('one endpoint');
    second.isFailing = true;
    second.failedForMs = 59_000;
    await expect(bench.settle()).rejects.toMatchObject({ code: 'SOLANA_READ_FAILED' });
    expect(bench.door.settled).toEqual([]);
    second.failedForMs = 60_000;
    expect(await bench.settle()).toMatchObject({ tag: 'ok' });
  });

  it('asks a third endpoint where the second one rests', async () => {
    const bench = await settling(60, 3);
    const [, second, third] = bench.chain.endpoints;
    if (second === undefined || third === undefined) throw new Error('too few endpoints');
    second.isFailing = true;
    third.lagSlots = 1;
    await expect(bench.settle()).rejects.toMatchObject({ code: 'SOLANA_SLOT_NOT_FOUND' });
    third.lagSlots = 0;
    expect(await bench.settle()).toMatchObject({ tag: 'ok' });
  });

  it('settles with what others know where the first endpoint stands still', async () => {
    const bench = await settling(60, 3);
    bench.chain.tip += 200;
    const [first] = bench.chain.endpoints;
    if (first !== undefined) first.lagSlots = 260;
    expect(await bench.settle()).toMatchObject({ tag: 'ok' });
    expect(bench.door.settled).toEqual([{ slot: bench.chain.tip - depth, blockTimeMs: expect.any(Number) }]);
  });

  it('settles up to no more than the endpoint has reached where all hang behind', async () => {
    const bench = await settling(60);
    bench.chain.tip += 1_000;
    const [only] = bench.chain.endpoints;
    if (only !== undefined) only.lagSlots = 1_030;
    expect(await bench.settle()).toMatchObject({ tag: 'too_early' });
    if (only !== undefined) only.lagSlots = 900;
    expect(await bench.settle()).toMatchObject({ tag: 'ok' });
    expect(bench.door.settled).toMatchObject([{ slot: bench.chain.tip - 900 - depth }]);
  });

  it('settles nothing where the list does not reach what was processed', async () => {
    const bench = await settling(0);
    const row = bench.chain.add(MINT, false, bench.chain.tip - 5);
    await bench.look();
    bench.restart();
    await bench.look();
    bench.chain.endpoints[0]?.hidden.add(row.signature);
    bench.chain.tip += 60;
    await expect(bench.settle()).rejects.toMatchObject({ code: 'SOLANA_READ_FAILED' });
    bench.chain.endpoints[0]?.hidden.clear();
    expect(await bench.settle()).toMatchObject({ tag: 'ok' });
  });

  it('proves by an older cursor while the newest one is not final', async () => {
    const bench = await settling(0);
    bench.chain.add(MINT, false, bench.chain.tip - 5);
    await bench.look();
    bench.chain.tip += 60;
    bench.chain.add(MINT, false, bench.chain.tip - 3);
    await bench.look();
    expect(await bench.settle()).toMatchObject({ tag: 'ok' });
  });

  it('tells the places of a slot up to the watermark, and of no later one', async () => {
    const bench = await settling(60);
    const row = bench.chain.add(MINT, false, bench.chain.tip - 100);
    const counted = { round: 1, movedDeadline: true, isWaiting: false };
    const trade = (slot: number, signature: string) =>
      ({
        kind: 'trade',
        trade: { ...tradeAt(0, { slot, signature, blockIndex: null }), ...counted },
      }) as const;
    const young = bench.chain.tip - depth + 1;
    bench.door.tail = [
      trade(row.slot, row.signature),
      trade(row.slot, 'sibling'),
      trade(young, 'young'),
      trade(young, 'younger'),
    ];
    bench.chain.add(MINT, false, row.slot);
    bench.door.tail = bench.door.tail.map((entry, at) =>
      at === 1 && entry.kind === 'trade'
        ? { ...entry, trade: { ...entry.trade, signature: bench.chain.rows.at(-1)?.signature ?? '' } }
        : entry,
    );
    expect(await bench.settle()).toMatchObject({ tag: 'ok' });
    const signatures = bench.chain.rows.map(({ signature }) => signature);
    expect(bench.door.placed).toEqual([{ slot: row.slot, signatures }]);
  });

  it('starts anew where an address has joined meanwhile', async () => {
    const bench = await settling(60);
    bench.chain.add(MINT, false, bench.chain.tip - 100);
    const { door } = bench;
    const apply = door.apply.bind(door);
    door.apply = async (...args) => {
      door.state = { ...door.state, pools: ['7XawhbbxtsRcQA8KTkHT9f9nc6d69UwqCDh6U5EEbEmX'] };
      return await apply(...args);
    };
    expect(await bench.settle()).toEqual({ tag: 'too_early', waitMs: 0 });
    await expect(bench.settle()).rejects.toMatchObject({ code: 'SOLANA_READ_FAILED' });
    expect(door.settled).toEqual([]);
  });

  it('looks at the deadline again after a trade has moved it', async () => {
    const bench = await settling(60);
    bench.chain.add(MINT, false, bench.chain.tip - 100);
    const { door } = bench;
    const apply = door.apply.bind(door);
    door.apply = async (...args) => {
      const current = { ...door.state.current, deadlineMs: bench.nowMs - 14_000 };
      door.state = { ...door.state, current };
      return await apply(...args);
    };
    expect(await bench.settle()).toMatchObject({ tag: 'too_early' });
    expect(door.settled).toEqual([]);
  });
});
