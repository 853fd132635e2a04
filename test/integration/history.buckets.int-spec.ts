import fc from 'fast-check';
import { parseChange } from '../../src/history/change.parser';
import { BUCKET_MS } from '../../src/history/domain/buckets';
import type { BucketSize } from '../../src/history/domain/buckets';
import { EventRepository } from '../../src/history/event.repository';
import type { HistoryService } from '../../src/history/history.service';
import { addDecimals, compareDecimals } from '../../src/timer/domain/decimal';
import { tradePicture } from '../../src/timer/domain/picture';
import { compareChainOrder } from '../../src/timer/domain/trade';
import type { FoldedTrade } from '../../src/timer/domain/trade';
import { HistoryBench } from '../support/history-bench';
import { changeRecord, foldedTrade, resetEvent } from '../support/history-records';
import type { RecordParts } from '../support/history-records';
import { watchOpenHandles } from '../support/open-handles';

const expectNoOpenHandles = watchOpenHandles();
/** Shortly before midnight, so that every size of buckets has an edge nearby. */
const T0 = Date.parse('2026-10-31T23:58:00Z');
const SIZES: readonly BucketSize[] = ['MINUTE', 'FIVE_MINUTES', 'HOUR', 'DAY'];
let bench: HistoryBench;
let history: HistoryService;
let repository: EventRepository;

beforeAll(async () => {
  bench = await HistoryBench.open();
  history = bench.history();
  repository = new EventRepository(bench.postgres);
});

afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await expectNoOpenHandles();
});

async function write(timerId: string, revision: number, parts: RecordParts): Promise<void> {
  const change = parseChange(JSON.stringify(changeRecord(revision, { ...parts, timerId })), timerId);
  await repository.write([{ change, position: '0' }]);
}

/** What a bucket must hold, from its trades alone. */
function naiveBucket(trades: readonly FoldedTrade[]) {
  const inOrder = [...trades].sort(compareChainOrder);
  const pictures = inOrder.map((trade) => tradePicture('x', trade));
  const priced = pictures.flatMap(({ price }) => (price === null ? [] : [price]));
  const byValue = [...priced].sort(compareDecimals);
  return {
    buys: trades.filter(({ side }) => side === 'BUY').length,
    sells: trades.filter(({ side }) => side === 'SELL').length,
    volume: pictures.reduce((sum, { amount }) => addDecimals(sum, amount), '0'),
    quoteVolume: pictures.reduce((sum, { quoteAmount }) => addDecimals(sum, quoteAmount ?? '0'), '0'),
    traders: new Set(trades.map(({ trader }) => trader)).size,
    open: priced[0] ?? null,
    high: byValue.at(-1) ?? null,
    low: byValue[0] ?? null,
    close: priced.at(-1) ?? null,
  };
}

async function expectBuckets(timerId: string, trades: readonly FoldedTrade[]): Promise<void> {
  for (const size of SIZES) {
    const buckets = await history.tradeBuckets(timerId, size, T0, T0 + 8 * 60_000);
    for (const { startMs, ...bucket } of buckets) {
      const inside = trades.filter(
        ({ blockTimeMs }) => blockTimeMs >= startMs && blockTimeMs < startMs + BUCKET_MS[size],
      );
      expect({ size, startMs, ...bucket }).toMatchObject({ size, startMs, ...naiveBucket(inside) });
    }
  }
}

describe('tradeBuckets', () => {
  const trade = fc
    .record({
      second: fc.integer({ min: 0, max: 479 }),
      trader: fc.constantFrom('A', 'B', 'C'),
      side: fc.constantFrom('BUY' as const, 'SELL' as const),
      amountRaw: fc.integer({ min: 1, max: 3_000_000 }).map(String),
      quoteRaw: fc.option(fc.integer({ min: 1, max: 900 }).map(String)),
      blockIndex: fc.option(fc.integer({ min: 0, max: 3 })),
    })
    .map(({ second, quoteRaw, ...rest }) => ({
      ...rest,
      ...(quoteRaw === null ? { quoteMint: null, quoteRaw, quoteDecimals: null } : { quoteRaw }),
      blockTimeMs: T0 + second * 1000,
      slot: 1_000 + second,
    }));

  it('agree with the trades themselves, in whatever order and batches these are found and corrected', async () => {
    let run = 0;
    const asked = fc.record({
      trades: fc.array(trade, { minLength: 1, maxLength: 14 }),
      batches: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 14, maxLength: 14 }),
      places: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 14, maxLength: 14 }),
    });
    const property = fc.asyncProperty(asked, async ({ trades, batches, places }) => {
      run += 1;
      const timerId = `buckets-${run}`;
      const found = trades.map((parts, index) => foldedTrade(`S${index}`, parts));
      let revision = 0;
      for (let at = 0; at < found.length; revision += 1) {
        const next = at + (batches[revision] ?? 1);
        await write(timerId, revision + 1, { trades: found.slice(at, next) });
        at = next;
      }
      await expectBuckets(timerId, found);
      const placed = found.map((one, index) => ({ ...one, blockIndex: places[index] ?? null }));
      await write(timerId, revision + 1, { trades: placed });
      await expectBuckets(timerId, placed);
    });
    await fc.assert(property, { numRuns: 20 });
  }, 60_000);

  it('count each trade once, also when its entry is written again', async () => {
    const trades = [1, 2, 3].map((n) =>
      foldedTrade(`R${n}`, { blockTimeMs: T0 + n * 1000, trader: `T${n}` }),
    );
    await write('again', 1, { trades });
    await write('again', 1, { trades });
    const [bucket] = await history.tradeBuckets('again', 'DAY', T0, T0 + 1);
    expect(bucket).toMatchObject({ buys: 3, sells: 0, traders: 3, volume: '4.5' });
  });

  it('begin and end where whole buckets do, with empty ones between', async () => {
    await write('edges', 1, { trades: [foldedTrade('E1', { blockTimeMs: T0 + 30_000 })] });
    const buckets = await history.tradeBuckets('edges', 'MINUTE', T0 + 59_999, T0 + 120_001);
    expect(buckets.map(({ startMs, buys }) => [startMs - T0, buys])).toEqual([
      [0, 1],
      [60_000, 0],
      [120_000, 0],
    ]);
    expect(await history.tradeBuckets('edges', 'MINUTE', T0, T0)).toEqual([]);
  });

  it('tell prices in the quote that most trades of the answer are against', async () => {
    const against = (name: string, quoteMint: string, quoteRaw: string) =>
      foldedTrade(name, { quoteMint, quoteRaw, blockTimeMs: T0, amountRaw: '1000000' });
    await write('quotes', 1, {
      trades: [against('Q1', 'Usd', '5'), against('Q2', 'Sol', '7'), against('Q3', 'Sol', '9')],
    });
    const [bucket] = await history.tradeBuckets('quotes', 'MINUTE', T0, T0 + 1);
    expect(bucket).toMatchObject({
      ...{ buys: 3, quoteMint: 'Sol', quoteVolume: '0.000000016', high: '0.000000009', low: '0.000000007' },
    });
  });

  it('are incomplete while they touch a round whose trades were not all fetched', async () => {
    const insert = `insert into rounds values ('gaps', 1, $1, $2, false, false, null, null, 1, 1, 1)`;
    await bench.postgres.query(insert, [new Date(T0 + 60_000), new Date(T0 + 119_000)]);
    const buckets = await history.tradeBuckets('gaps', 'MINUTE', T0, T0 + 180_000);
    expect(buckets.map(({ isComplete }) => isComplete)).toEqual([true, false, true]);
  });

  it('are refused when they are too many, or end before they begin', async () => {
    await expect(history.tradeBuckets('edges', 'MINUTE', 0, T0)).rejects.toMatchObject({
      code: 'HISTORY_COST_EXCEEDED',
      context: { field: 'to', problem: expect.stringContaining('more than 4500 buckets') },
    });
    await expect(history.tradeBuckets('edges', 'MINUTE', T0, T0 - 1)).rejects.toMatchObject({
      code: 'HISTORY_FILTER_INVALID',
    });
  });
});

describe('timerStats', () => {
  const at = (second: number, name: string, parts: Partial<FoldedTrade> = {}) =>
    foldedTrade(name, { blockTimeMs: T0 + second * 1000, slot: 1_000 + second, trader: name, ...parts });

  it('sum up whole minutes over the edge of a day, with waits, traders and leaders', async () => {
    const trades = [
      at(0, 'A', { amountRaw: '1000000' }),
      at(0, 'B', { side: 'SELL', amountRaw: '9000000' }),
      at(7, 'C', { amountRaw: '2000000', movedDeadline: false }),
      at(200, 'D', { trader: 'A', amountRaw: '4000000' }),
      at(500, 'E', { amountRaw: '500000' }),
    ];
    for (const [index, one] of [...trades].reverse().entries())
      await write('stats', index + 1, { trades: [one] });
    expect(await history.timerStats('stats', null, T0 + 300_000)).toMatchObject({
      ...{ buys: 3, sells: 1, volume: '16', traders: 3, resets: 3, longestWaitSec: 193, shortestWaitSec: 7 },
      byVolume: [
        { trader: 'B', trades: 1, volume: '9' },
        { trader: 'A', trades: 2, volume: '5' },
        { trader: 'C', trades: 1, volume: '2' },
      ],
      resetsPerHour: (3 * 3600) / 300,
    });
    expect(await history.timerStats('stats', T0 + 60_000, T0 + 240_000)).toMatchObject({
      ...{ buys: 1, sells: 0, traders: 1, longestWaitSec: null, shortestWaitSec: null },
    });
    expect(await history.timerStats('stats', null, null)).toMatchObject({ buys: 4, sells: 1, traders: 4 });
  });

  it('follow when the fold gives a trade another effect', async () => {
    const trade = at(0, 'M', { movedDeadline: true });
    await write('effect', 1, { trades: [trade] });
    await write('effect', 2, { trades: [{ ...trade, movedDeadline: false, round: null }] });
    await write('effect', 1, { trades: [trade] });
    expect(await history.timerStats('effect', null, null)).toMatchObject({ resets: 0, buys: 1 });
  });

  it('know who saved a round in its last ten seconds, in whatever order events are written', async () => {
    const event = (revision: number, second: number, name: string, deadlineSec: number) => {
      const trade = at(second, name, { trader: name });
      const parts = { timerId: 'saves', atMs: T0 + second * 1000 + 500, deadlineMs: T0 + deadlineSec * 1000 };
      return { revision, trade, event: resetEvent(revision, trade, parts) };
    };
    const moves = [
      event(1, 0, 'opener', 60),
      event(2, 55, 'saver', 115),
      event(3, 60, 'early', 120),
      event(4, 120, 'closest', 180),
    ];
    for (const index of [3, 0, 2, 1]) {
      const move = moves[index];
      if (move !== undefined)
        await write('saves', move.revision, { trades: [move.trade], events: [move.event] });
    }
    const { bySaves } = await history.timerStats('saves', null, null);
    expect(bySaves).toEqual([
      { trader: 'closest', saves: 1, closestMs: 0 },
      { trader: 'saver', saves: 1, closestMs: 5_000 },
    ]);
  });

  it('are null where nothing is known', async () => {
    expect(await history.timerStats('nobody', null, null)).toMatchObject({
      ...{
        buys: 0,
        volume: '0',
        traders: 0,
        resetsPerHour: null,
        longestWaitSec: null,
        byVolume: [],
        bySaves: [],
      },
    });
  });
});
