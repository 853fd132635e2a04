import type { ChangeRecord } from '../../src/timer/domain/timer.events';
import type { FoldedTrade } from '../../src/timer/domain/trade';
import { tradeKey } from '../../src/timer/domain/trade';
import { HistoryBench } from '../support/history-bench';
import { changeRecord, foldedTrade, resetEvent } from '../support/history-records';
import { watchOpenHandles } from '../support/open-handles';

const expectNoOpenHandles = watchOpenHandles();
const MINUTE_MS = 60_000;
const START_MS = 1_732_352_400_000;
const NOWHERE = { round: null, movedDeadline: false, isWaiting: false };

let bench: HistoryBench;

beforeEach(async () => {
  bench = await HistoryBench.open();
});

afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

afterAll(async () => {
  await expectNoOpenHandles();
});

/** A trade so many minutes after the start, with the amount and trader given. */
function trade(name: string, minute: number, trader: string, parts: Partial<FoldedTrade> = {}): FoldedTrade {
  const place = { slot: 300_000_000 + minute * 150, blockTimeMs: START_MS + minute * MINUTE_MS };
  return foldedTrade(name, { ...place, trader, ...parts });
}

function found(revision: number, timerId: string, one: FoldedTrade): ChangeRecord {
  const deadlineMs = one.blockTimeMs + 5_000;
  const event = resetEvent(revision, one, { timerId, deadlineMs, atMs: START_MS + revision });
  return changeRecord(revision, { timerId, trades: [one], events: [event], atMs: START_MS + revision });
}

function retracted(revision: number, timerId: string, one: FoldedTrade): ChangeRecord {
  return changeRecord(revision, { timerId, trades: [{ ...one, ...NOWHERE }], retracted: [tradeKey(one)] });
}

async function write(...records: readonly ChangeRecord[]): Promise<void> {
  const historian = bench.historian(`historian-${records.length}-${String(Math.random())}`);
  historian.start();
  await bench.append(...records);
  await bench.untilWritten(historian);
  await historian.stop();
  expect(await historian.status()).toMatchObject({ mismatches: 0, setAside: 0 });
}

const SUMS = ['trade_buckets', 'price_buckets', 'trader_days', 'trader_totals'];

/** Everything that is summed up of a timer. */
async function sumsOf(timerId: string): Promise<unknown> {
  const tables = SUMS.map(async (table): Promise<[string, unknown]> => {
    const rows = await bench.postgres.query<{ row: Record<string, unknown> }>(
      `select to_jsonb(t) - 'timer_id' as row from ${table} t where timer_id = $1 order by to_jsonb(t)::text`,
      [timerId],
    );
    return [table, rows.map(({ row }) => row)];
  });
  return Object.fromEntries(await Promise.all(tables));
}

const signaturesOf = async (timerId: string): Promise<string[]> =>
  (await bench.history().trades(timerId)).edges.map(({ node }) => node.signature);

const THREE = [
  trade('a-1', 0, 'ann', { amountRaw: '1000000', quoteRaw: '7' }),
  trade('a-2', 3, 'ann', { amountRaw: '3000000', quoteRaw: '90' }),
  trade('b-1', 3, 'ben', { slot: 300_000_451, amountRaw: '5000000' }),
  trade('a-3', 70, 'ann', { side: 'SELL', amountRaw: '250000' }),
] as const;

describe('a trade that the chain gave up', () => {
  it.each(THREE.map((gone) => [gone.signature, gone] as const))(
    'leaves nothing of itself in trades and sums: %s',
    async (_name, gone) => {
      const all = THREE.map((one, at) => found(at + 1, 'global', one));
      const others = THREE.filter((one) => one !== gone).map((one) =>
        found(THREE.indexOf(one) + 1, 'twin', one),
      );
      await write(...all, ...others);
      await write(retracted(9, 'global', gone));
      expect(await sumsOf('global')).toEqual(await sumsOf('twin'));
      expect(await signaturesOf('global')).toEqual(await signaturesOf('twin'));
      expect(await bench.count(`saves where timer_id = 'global' and signature = '${gone.signature}'`)).toBe(
        0,
      );
      expect(await bench.count("trade_keys where timer_id = 'global'")).toBe(THREE.length - 1);
    },
  );

  it('is still named by the event that it made', async () => {
    const [first] = THREE;
    await write(found(1, 'global', first));
    await write(retracted(2, 'global', first));
    const [event] = (await bench.history().timerEvents('global')).edges;
    expect(event?.node).toMatchObject({ type: 'RESET', trade: { signature: 'a-1', round: null } });
  });

  it('is taken in anew where the chain has it again, at its new place and without an alarm', async () => {
    const [first] = THREE;
    const again = { ...first, slot: first.slot + 40, blockTimeMs: first.blockTimeMs + 2 * MINUTE_MS };
    await write(found(1, 'global', first), retracted(2, 'global', first), found(3, 'global', again));
    await write(found(1, 'twin', again));
    expect((await bench.history().trades('global')).edges.map(({ node }) => node)).toMatchObject([
      { signature: 'a-1', slot: again.slot, blockTimeMs: again.blockTimeMs, round: 1 },
    ]);
    expect(await sumsOf('global')).toEqual(await sumsOf('twin'));
  });

  it('does not come back by a record that is older and delivered again or late', async () => {
    const [first, second] = THREE;
    await write(retracted(2, 'global', first));
    await write(found(1, 'global', first), found(3, 'global', second));
    expect(await signaturesOf('global')).toEqual(['a-2']);
    expect(await bench.count('retracted_trades')).toBe(1);
  });
});
