import fc from 'fast-check';
import { EventRepository } from '../../src/history/event.repository';
import { parseChange } from '../../src/history/change.parser';
import type { TradeFilter } from '../../src/history/domain/filters';
import type { PageRequest } from '../../src/history/domain/page';
import type { HistoryService } from '../../src/history/history.service';
import type { FoldedTrade } from '../../src/timer/domain/trade';
import { HistoryBench } from '../support/history-bench';
import { changeRecord, foldedTrade, resetEvent } from '../support/history-records';
import type { RecordParts } from '../support/history-records';
import { watchOpenHandles } from '../support/open-handles';

const expectNoOpenHandles = watchOpenHandles();
const SECOND_MS = 1_732_350_000_000;
let bench: HistoryBench;
let history: HistoryService;

beforeAll(async () => {
  bench = await HistoryBench.open();
  history = bench.history();
});

afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await expectNoOpenHandles();
});

async function write(timerId: string, revision: number, parts: RecordParts): Promise<void> {
  const change = parseChange(JSON.stringify(changeRecord(revision, { ...parts, timerId })), timerId);
  await new EventRepository(bench.postgres).write([{ change, position: '0' }]);
}

async function names(timerId: string, filter: TradeFilter = {}, page: PageRequest = {}): Promise<string[]> {
  return (await history.trades(timerId, filter, page)).edges.map(({ node }) => node.signature);
}

function tradeAt(second: number, name: string, parts: Partial<FoldedTrade> = {}): FoldedTrade {
  return foldedTrade(name, { blockTimeMs: SECOND_MS + second * 1000, slot: 1000 + second, ...parts });
}

describe('trades', () => {
  const few = [
    tradeAt(1, 'A', { trader: 'X', side: 'BUY', amountRaw: '1000000', round: 1, movedDeadline: true }),
    tradeAt(2, 'B', { trader: 'Y', side: 'SELL', amountRaw: '2500000', round: 1, movedDeadline: false }),
    tradeAt(2, 'C', { trader: 'X', side: 'SELL', program: 'Orca', source: 'WEBHOOK', round: 2 }),
    tradeAt(3, 'D', { trader: 'Z', amountRaw: '10000000', round: null, movedDeadline: false }),
  ];

  beforeAll(async () => {
    await write('filters', 1, { trades: few });
    await write('another', 1, { trades: [tradeAt(9, 'Q')] });
  });

  it('come newest first, of one timer only', async () => {
    expect(await names('filters')).toEqual(['D', 'C', 'B', 'A']);
    expect(await names('nobody')).toEqual([]);
  });

  it.each<[string, TradeFilter, string[]]>([
    ['from, inclusive', { fromMs: SECOND_MS + 2000 }, ['D', 'C', 'B']],
    ['to, exclusive', { toMs: SECOND_MS + 2000 }, ['A']],
    ['bounds beyond all calendars', { fromMs: -1, toMs: Number.MAX_SAFE_INTEGER }, ['D', 'C', 'B', 'A']],
    ['side', { side: 'SELL' }, ['C', 'B']],
    ['trader', { trader: 'X' }, ['C', 'A']],
    ['program', { program: 'Orca' }, ['C']],
    ['minAmount by value, not by text', { minAmount: '2.5' }, ['D', 'B']],
    ['maxAmount', { maxAmount: '2.50' }, ['C', 'B', 'A']],
    ['source', { source: 'WEBHOOK' }, ['C']],
    ['movedDeadline', { movedDeadline: false }, ['D', 'B']],
    ['round', { round: 1 }, ['B', 'A']],
    ['a round that no column can hold', { round: 2 ** 40 }, []],
    ['several at once, null restricting nothing', { side: 'SELL', trader: 'X', round: null }, ['C']],
  ])('can be asked by %s', async (_name, filter, expected) => {
    expect(await names('filters', filter)).toEqual(expected);
  });

  it('refuses a filter that nothing can be compared with', async () => {
    const refused = { code: 'HISTORY_FILTER_INVALID' };
    await expect(history.trades('filters', { minAmount: '1e3' })).rejects.toMatchObject(refused);
    await expect(history.trades('filters', { program: 'a\0' })).rejects.toMatchObject(refused);
    const backwards = { fromMs: 2, toMs: 1 };
    await expect(history.trades('filters', backwards)).rejects.toMatchObject(refused);
    await expect(history.timerEvents('filters', backwards)).rejects.toMatchObject(refused);
  });

  it('refuses a cursor of another list', async () => {
    await write('filters', 2, { events: [resetEvent(2, null, { timerId: 'filters' })] });
    const cursor = (await history.timerEvents('filters')).edges[0]?.cursor;
    await expect(history.trades('filters', {}, { after: cursor })).rejects.toMatchObject({
      code: 'HISTORY_CURSOR_INVALID',
    });
  });

  it('are paged from both ends with page information', async () => {
    const first = await history.trades('filters', {}, { first: 2 });
    expect(first.edges.map(({ node }) => node.signature)).toEqual(['D', 'C']);
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const rest = await history.trades('filters', {}, { first: 2, after: first.pageInfo.endCursor });
    expect(rest.edges.map(({ node }) => node.signature)).toEqual(['B', 'A']);
    expect(rest.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const last = await history.trades('filters', {}, { last: 3 });
    expect(last.edges.map(({ node }) => node.signature)).toEqual(['C', 'B', 'A']);
    expect(last.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect(await names('filters', {}, { last: 1, before: last.pageInfo.startCursor })).toEqual(['D']);
    expect(await names('filters', {}, { first: 0 })).toEqual([]);
  });

  it('each come once over all pages, whatever is added between two of them', async () => {
    const place = fc.record({
      second: fc.integer({ min: 0, max: 6 }),
      index: fc.integer({ min: 0, max: 2 }),
    });
    const rows = fc.uniqueArray(place, {
      selector: ({ second, index }) => `${second}-${index}`,
      maxLength: 20,
    });
    const asked = fc.record({
      before: rows,
      added: rows,
      size: fc.integer({ min: 1, max: 4 }),
      isBackward: fc.boolean(),
    });
    let run = 0;
    const property = fc.asyncProperty(asked, async ({ before, added, size, isBackward }) => {
      run += 1;
      const timerId = `pages-${run}`;
      const rowOf = (kind: string) => (at: { second: number; index: number }) =>
        tradeAt(at.second, `${kind}${at.second}`, { index: at.index });
      await write(timerId, 1, { trades: before.map(rowOf('R')) });
      const seen: string[] = [];
      let cursor: string | null = null;
      for (let pages = 0; pages < 60; pages += 1) {
        const request: PageRequest = isBackward
          ? { last: size, before: cursor }
          : { first: size, after: cursor };
        const { edges, pageInfo } = await history.trades(timerId, {}, request);
        const page = edges.map(({ node }) => `${node.signature}:${node.index}`);
        seen.push(...(isBackward ? page.reverse() : page));
        const next = added[pages];
        if (next !== undefined) await write(timerId, pages + 2, { trades: [rowOf('Added')(next)] });
        if (!(isBackward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage)) break;
        cursor = isBackward ? pageInfo.startCursor : pageInfo.endCursor;
      }
      const newestFirst = [...before].sort((a, b) => b.second - a.second || b.index - a.index);
      const expected = newestFirst.map(({ second, index }) => `R${second}:${index}`);
      expect(seen.filter((name) => name.startsWith('R'))).toEqual(isBackward ? expected.reverse() : expected);
      expect(new Set(seen).size).toBe(seen.length);
    });
    await fc.assert(property, { numRuns: 25 });
  });
});

describe('timerEvents', () => {
  const trade = tradeAt(1, 'E', { round: 4 });

  beforeAll(async () => {
    const event = (revision: number, parts: Partial<ReturnType<typeof resetEvent>>) =>
      resetEvent(revision, null, { timerId: 'events', atMs: SECOND_MS + revision * 1000, ...parts });
    await write('events', 1, { events: [event(1, { type: 'CREATED', actor: 'admin', deadlineMs: null })] });
    await write('events', 2, {
      trades: [trade],
      events: [event(2, { trade, round: 4 }), event(2, { number: 1, type: 'SETTLING', round: 4 })],
    });
    await write('events', 3, {
      epoch: 2,
      events: [event(3, { epoch: 2, type: 'RECOVERED', reason: 'lost' })],
    });
  });

  it('come newest commit first, with the trade as it is known now', async () => {
    await write('events', 4, { epoch: 2, trades: [{ ...trade, round: 5, movedDeadline: false }] });
    const { edges } = await history.timerEvents('events');
    expect(edges.map(({ node }) => node.type)).toEqual(['RECOVERED', 'SETTLING', 'RESET', 'CREATED']);
    expect(edges.map(({ node }) => node.trade?.round ?? null)).toEqual([null, null, 5, null]);
    expect(edges[0]?.node).toMatchObject({
      epoch: 2,
      revision: 3,
      number: 0,
      reason: 'lost',
      actor: 'chain',
    });
    expect(edges[3]?.node.deadlineMs).toBeNull();
  });

  it.each([
    ['from and to', { fromMs: SECOND_MS + 2000, toMs: SECOND_MS + 3000 }, ['SETTLING', 'RESET']],
    ['types', { types: ['CREATED', 'RECOVERED'] as const }, ['RECOVERED', 'CREATED']],
    ['no type at all', { types: [] }, []],
    ['round', { round: 4 }, ['SETTLING', 'RESET']],
    ['actor', { actor: 'admin' }, ['CREATED']],
  ])('can be asked by %s', async (_name, filter, expected) => {
    const { edges } = await history.timerEvents('events', filter);
    expect(edges.map(({ node }) => node.type)).toEqual(expected);
  });

  it('are paged through every event of one commit', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page = await history.timerEvents('events', {}, { first: 1, after });
      seen.push(...page.edges.map(({ node }) => node.type));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).toEqual(['RECOVERED', 'SETTLING', 'RESET', 'CREATED']);
  });
});

describe('rounds', () => {
  it('come newest first as they ended', async () => {
    const lastTrade = tradeAt(5, 'F');
    const insert = `insert into rounds values ($1, $2, $3, $4, $5, true, $6, $7, 3, 2, 12.5)`;
    const times = [new Date(SECOND_MS + 1), new Date(SECOND_MS + 60_007)];
    await bench.postgres.query(insert, ['rounds', 1, ...times, true, null, null]);
    await bench.postgres.query(insert, ['rounds', 2, ...times, false, 'Trader1', JSON.stringify(lastTrade)]);
    const { edges, pageInfo } = await history.rounds('rounds', { first: 1 });
    expect(edges[0]?.node).toEqual({
      timerId: 'rounds',
      round: 2,
      startedAtMs: SECOND_MS + 1,
      endedAtMs: SECOND_MS + 60_007,
      isVoid: false,
      isComplete: true,
      winner: 'Trader1',
      lastTrade,
      counts: { trades: 3, resets: 2, volume: '12.5' },
    });
    const older = await history.rounds('rounds', { first: 1, after: pageInfo.endCursor });
    expect(older.edges[0]?.node).toMatchObject({ round: 1, isVoid: true, winner: null, lastTrade: null });
  });
});
