import { MINT, ReadingBench } from '../../../test/support/reading-bench';
import { tradeAt } from '../../../test/support/timer-lab';
import type { LogEntry } from '../../timer/domain/timer';
import type { SignatureRow } from '../chain-reader';
import { SolanaError } from '../domain/solana.errors';

const POOL = '7XawhbbxtsRcQA8KTkHT9f9nc6d69UwqCDh6U5EEbEmX';

const BUSY = '675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8';
const GIVEN = 'whirLbMiicVdio4qvUfM5KAg6Ct8VwpYzGff3uctyCc';
const DAY_SLOTS = 216_000;

async function begun(endpoints = 1): Promise<ReadingBench> {
  const bench = new ReadingBench(endpoints);
  await bench.look();
  bench.chain.tip += 10;
  return bench;
}

function cursorOf(bench: ReadingBench, address = MINT): string | null | undefined {
  return bench.door.cursors.find((cursor) => cursor.address === address)?.signature;
}

function pushedEntry({ signature, slot, blockTimeSec }: SignatureRow): LogEntry {
  const trade = tradeAt(0, { signature, slot, blockTimeMs: (blockTimeSec ?? 0) * 1000 });
  return { kind: 'trade', trade: { ...trade, round: 1, movedDeadline: true, isWaiting: false } };
}

describe('PollingSource', () => {
  it('begins at now: rows of the first list move nothing', async () => {
    const bench = new ReadingBench();
    const old = bench.chain.add(MINT, false, bench.chain.tip - 5);
    await bench.look();
    await bench.look();
    expect(bench.door.applied.size).toBe(0);
    expect(cursorOf(bench)).toBe(old.signature);
  });

  it('begins with what is younger than a running round, for the chain may have been away', async () => {
    const bench = new ReadingBench();
    const old = bench.chain.add(MINT, false, bench.chain.tip - 5);
    bench.chain.tip += 100;
    const young = bench.chain.add(MINT);
    bench.chain.tip += 50;
    await bench.look();
    expect([...bench.door.applied.keys()]).toEqual([young.signature]);
    expect(bench.door.applied.has(old.signature)).toBe(false);
  });

  it('begins at now where no round runs', async () => {
    const bench = new ReadingBench();
    const current = { ...bench.door.state.current, phase: 'EXPIRED' as const };
    bench.door.state = { ...bench.door.state, current };
    bench.chain.tip += 100;
    const row = bench.chain.add(MINT);
    bench.chain.tip += 50;
    await bench.look();
    await bench.look();
    expect(bench.door.applied.size).toBe(0);
    expect(cursorOf(bench)).toBe(row.signature);
  });

  it('asks another endpoint where the first no longer lists the cursor', async () => {
    const bench = await begun(2);
    const first = bench.chain.add(MINT);
    bench.chain.tip += 2;
    await bench.look();
    bench.chain.endpoints[0]?.hidden.add(first.signature);
    const next = bench.chain.add(MINT);
    bench.chain.tip += 2;
    await bench.look();
    expect(cursorOf(bench)).toBe(next.signature);
  });

  it('begins an address without rows at the present slot', async () => {
    const bench = new ReadingBench();
    await bench.look();
    expect(bench.door.cursors).toEqual([{ address: MINT, slot: bench.chain.tip - 2, signature: null }]);
  });

  it('hands over new trades with the cursor, and each but once', async () => {
    const bench = await begun();
    const row = bench.chain.add(MINT);
    bench.chain.tip += 2;
    await bench.look();
    await bench.look();
    expect([...bench.door.applied]).toEqual([[row.signature, 1]]);
    expect(cursorOf(bench)).toBe(row.signature);
  });

  it('fetches nothing that was pushed and waits to be judged', async () => {
    const bench = await begun();
    const pushed = bench.chain.add(MINT);
    const missed = bench.chain.add(MINT);
    bench.chain.tip += 2;
    bench.whenCaughtUp = () => bench.memory.markJudged([pushed]);
    await bench.look();
    expect(bench.chain.fetched).toEqual([missed.signature]);
    expect(cursorOf(bench)).toBe(missed.signature);
  });

  it('never fetches a failed transaction, and moves the cursor past it', async () => {
    const bench = await begun();
    const row = bench.chain.add(MINT, true);
    bench.chain.unavailable.add(row.signature);
    bench.chain.tip += 2;
    const callsBefore = bench.chain.calls;
    await bench.look();
    expect(bench.chain.calls - callsBefore).toBe(1);
    expect(cursorOf(bench)).toBe(row.signature);
  });

  it('keeps the cursor below a transaction that is not found, and takes it later', async () => {
    const bench = await begun();
    const missing = bench.chain.add(MINT);
    bench.chain.tip += 1;
    const later = bench.chain.add(MINT);
    bench.chain.unavailable.add(missing.signature);
    bench.chain.tip += 2;
    await bench.look();
    expect([...bench.door.applied.keys()]).toEqual([later.signature]);
    expect(cursorOf(bench)).toBeNull();
    bench.chain.unavailable.clear();
    bench.chain.tip += 300;
    await bench.look();
    expect(bench.door.applied.get(missing.signature)).toBe(1);
    expect(cursorOf(bench)).toBe(later.signature);
  });

  it('does not pass a waiting row that the list has forgotten, until the chain is far past it', async () => {
    const bench = await begun();
    const missing = bench.chain.add(MINT);
    bench.chain.unavailable.add(missing.signature);
    bench.chain.tip += 2;
    await bench.look();
    bench.chain.endpoints[0]?.hidden.add(missing.signature);
    bench.chain.tip += 10;
    bench.chain.add(MINT);
    bench.chain.tip += 2;
    await bench.look();
    expect(cursorOf(bench)).toBeNull();
    bench.chain.tip += 200;
    const next = bench.chain.add(MINT);
    bench.chain.tip += 2;
    await bench.look();
    await bench.look();
    expect(cursorOf(bench)).toBe(next.signature);
  });

  it('finds a row that was indexed behind the cursor', async () => {
    const bench = await begun();
    const late = bench.chain.add(MINT);
    bench.chain.endpoints[0]?.hidden.add(late.signature);
    bench.chain.tip += 20;
    bench.chain.add(MINT);
    bench.chain.tip += 20;
    await bench.look();
    expect(bench.door.applied.size).toBe(1);
    bench.chain.endpoints[0]?.hidden.clear();
    await bench.look();
    expect(bench.door.applied.get(late.signature)).toBe(1);
  });

  it('reads a list of several pages to the cursor', async () => {
    const bench = await begun();
    for (let index = 0; index < 2_345; index++) bench.chain.add(MINT);
    bench.chain.tip += 2;
    await bench.look();
    expect(bench.door.applied.size).toBe(2_345);
  });

  it('moves no cursor and says so while a list does not reach it', async () => {
    const bench = await begun();
    const first = bench.chain.add(MINT);
    bench.chain.tip += 2;
    await bench.look();
    bench.chain.endpoints[0]?.hidden.add(first.signature);
    bench.chain.tip += 10;
    const second = bench.chain.add(MINT);
    bench.chain.tip += 2;
    await expect(bench.look()).rejects.toMatchObject({ code: 'SOLANA_READ_FAILED' });
    expect(cursorOf(bench)).toBe(first.signature);
    expect(bench.door.applied.get(second.signature)).toBe(1);
  });

  it('goes to the next endpoint when one lags behind the cursor', async () => {
    const bench = await begun(2);
    bench.chain.add(MINT);
    bench.chain.tip += 2;
    await bench.look();
    const [first] = bench.chain.endpoints;
    if (first !== undefined) first.lagSlots = 100;
    bench.chain.tip += 10;
    const row = bench.chain.add(MINT);
    bench.chain.tip += 2;
    await bench.look();
    expect(bench.door.applied.get(row.signature)).toBe(1);
  });

  it('goes to the next endpoint when one lags behind what a push has shown, although its list holds the cursor', async () => {
    const bench = await begun(2);
    const [first] = bench.chain.endpoints;
    if (first !== undefined) first.lagSlots = 100;
    bench.chain.tip += 200;
    const row = bench.chain.add(MINT);
    const pushed = bench.chain.add(MINT);
    bench.chain.tip += 2;
    bench.door.tail = [pushedEntry(pushed)];
    const { calls } = bench.chain;
    await bench.look();
    expect(bench.door.applied.get(row.signature)).toBe(1);
    // list and transaction: the first endpoint has neither
    expect(bench.chain.calls - calls).toBe(4);
  });

  it('goes to the next endpoint when one stands still, with nothing but the time to tell it', async () => {
    const bench = await begun(2);
    const [first] = bench.chain.endpoints;
    bench.chain.tip += 3_000;
    if (first !== undefined) first.lagSlots = 3_000;
    const row = bench.chain.add(MINT);
    bench.chain.tip += 2;
    await bench.look();
    expect(bench.door.applied.get(row.signature)).toBe(1);
  });

  it('takes what lagging endpoints have, says that they lag, and takes nothing back for it', async () => {
    const bench = await begun();
    const old = bench.chain.add(MINT);
    bench.chain.tip += 300;
    const pushed = bench.chain.add(MINT);
    bench.door.tail = [pushedEntry(pushed)];
    bench.chain.tip += 160;
    const [only] = bench.chain.endpoints;
    bench.observer.heardOf(bench.chain.tip - 2);
    if (only !== undefined) only.lagSlots = 200;
    await expect(bench.look()).rejects.toMatchObject({
      code: 'SOLANA_READ_FAILED',
      context: { reason: 'endpoints lag', slot: bench.chain.tip - 2 },
    });
    expect([...bench.door.applied.keys()]).toEqual([old.signature]);
    expect(bench.memory.suspects.size).toBe(0);
    expect(bench.door.retracted).toEqual([]);
  });

  it('keeps what was found before the endpoints failed', async () => {
    const bench = await begun();
    bench.chain.add(MINT);
    bench.chain.tip += 2;
    bench.door.failure = new Error('away');
    await expect(bench.look()).rejects.toThrow('away');
    bench.door.failure = null;
    await bench.look();
    expect(bench.door.applied.size).toBe(1);
  });

  it('tells that another leads', async () => {
    const bench = await begun();
    bench.door.refusal = 'stale_leader';
    bench.chain.add(MINT);
    bench.chain.tip += 2;
    expect(await bench.look()).toEqual({ tag: 'stale_leader' });
  });

  it('reads an address that joins later from the start of the round', async () => {
    const bench = await begun();
    const before = bench.chain.add(POOL, false, bench.chain.tip - 60);
    const inRound = bench.chain.add(POOL);
    bench.chain.tip += 5;
    bench.door.state = { ...bench.door.state, pools: [POOL] };
    await bench.look();
    expect([...bench.door.applied.keys()]).toEqual([inRound.signature]);
    expect(bench.door.applied.has(before.signature)).toBe(false);
    expect(cursorOf(bench, POOL)).toBe(inRound.signature);
  });

  it('drops a learned pool without a row for a day, and neither a busy one nor one that was given by hand', async () => {
    const bench = await begun();
    const pools = [POOL, BUSY, GIVEN];
    for (const pool of pools) bench.chain.add(pool);
    bench.chain.tip += 5;
    bench.door.state = { ...bench.door.state, pools, learned: [POOL, BUSY] };
    await bench.look();
    bench.chain.tip += DAY_SLOTS - 10;
    await bench.look();
    expect(bench.door.learned).toEqual([]);
    bench.chain.add(BUSY);
    bench.chain.tip += 20;
    await bench.look();
    expect(bench.door.learned).toEqual([{ add: [], remove: [POOL] }]);
    bench.door.state = { ...bench.door.state, pools: [BUSY, GIVEN], learned: [BUSY] };
    const { calls } = bench.chain;
    await bench.look();
    expect(bench.chain.calls - calls).toBe(3);
  });

  it('reads again behind the cursor after a restart, so that nothing judged late is lost', async () => {
    const bench = await begun();
    const row = bench.chain.add(MINT);
    bench.chain.tip += 2;
    await bench.look();
    bench.restart();
    await bench.look();
    expect(bench.door.applied.get(row.signature)).toBe(2);
  });

  it('leaves a transaction of the future alone until its time comes', async () => {
    const bench = await begun();
    bench.chain.add(MINT);
    const tip = bench.chain.tip;
    bench.chain.tip += 2;
    const nowMs = bench.nowMs;
    const row = { ...bench.chain.add(MINT, false, tip), blockTimeSec: nowMs / 1000 + 30 };
    bench.chain.rows[bench.chain.rows.length - 1] = row;
    await bench.look();
    expect(bench.door.applied.has(row.signature)).toBe(false);
    bench.chain.tip += 100;
    await bench.look();
    expect(bench.door.applied.get(row.signature)).toBe(1);
  });

  it('reports the failure of all endpoints', async () => {
    const bench = await begun();
    for (const endpoint of bench.chain.endpoints) endpoint.isFailing = true;
    await expect(bench.look()).rejects.toBeInstanceOf(SolanaError);
  });

  it('deals with a list that is too long from its oldest row on, look after look, and misses nothing', async () => {
    const bench = new ReadingBench();
    await bench.look();
    const rows = Array.from({ length: 6_000 }, (_, number) => {
      if (number % 3 === 0) bench.chain.tip += 1;
      return bench.chain.add(MINT);
    });
    bench.chain.tip += 3;
    bench.polling.mostRows = 2_500;
    let looks = 0;
    do {
      await bench.look();
      looks += 1;
    } while (bench.memory.wantsLook && looks < 20);
    expect(bench.memory.nextDueAtMs).toBeNull();
    expect(looks).toBeGreaterThan(2);
    const applied = rows.filter(({ signature }) => bench.door.applied.get(signature) === 1);
    expect(applied).toHaveLength(rows.length);
    expect(bench.door.cursors).toMatchObject([{ signature: rows.at(-1)?.signature }]);
  });

  it('wants a look after many pushes, and forgets what no list will show again', async () => {
    const bench = new ReadingBench();
    await bench.look();
    const old = bench.chain.add(MINT);
    bench.chain.tip += 3;
    await bench.look();
    bench.chain.tip += 400;
    const young = bench.chain.add(MINT);
    bench.chain.tip += 3;
    await bench.look();
    bench.memory.sawPushes(19_999);
    expect(bench.memory.wantsLook).toBe(false);
    bench.memory.sawPushes(1);
    expect(bench.memory.nextDueAtMs).toBe(Number.NEGATIVE_INFINITY);
    bench.chain.tip += 400;
    bench.chain.add(MINT);
    bench.chain.tip += 3;
    await bench.look();
    expect(bench.memory.wantsLook).toBe(false);
    expect([bench.memory.isJudged(old), bench.memory.isJudged(young)]).toEqual([false, true]);
  });
});
