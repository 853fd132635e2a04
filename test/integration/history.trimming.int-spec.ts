import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listOf } from '../../src/history/stream.entry';
import { HistoryBench, until } from '../support/history-bench';
import { tradeRecord } from '../support/history-records';
import { watchOpenHandles } from '../support/open-handles';

const expectNoOpenHandles = watchOpenHandles();
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

/** Entries of an hour ago, by their ids. */
async function appendOld(count: number): Promise<string[]> {
  const [nowSec] = await bench.client.time();
  const ids: string[] = [];
  for (let at = 1; at <= count; at += 1) {
    const id = `${(Number(nowSec) - 3600) * 1000}-${at}`;
    await bench.client.xadd(bench.keys().events, id, 'change', JSON.stringify(tradeRecord(at)));
    ids.push(id);
  }
  return ids;
}

async function idsLeft(): Promise<string[]> {
  return (await bench.client.xrange(bench.keys().events, '-', '+')).map(([id]) => id);
}

describe('trimming', () => {
  it('removes what is written and older than the time to live, and keeps what is younger', async () => {
    const old = await appendOld(5);
    const young = await bench.append(tradeRecord(6));
    const historian = bench.historian('historian-1', {}, 60);
    historian.start();
    await bench.untilWritten(historian);
    await until('old entries are gone', async () => !(await idsLeft()).includes(old[4] ?? ''));
    expect(await idsLeft()).toEqual(young);
    expect(await bench.count('trades')).toBe(6);
  });

  it('keeps what is old enough by age but younger than the time to live', async () => {
    const old = await appendOld(3);
    const historian = bench.historian('historian-1', {}, 3700);
    historian.start();
    await bench.untilWritten(historian);
    await bench.append(tradeRecord(4));
    await bench.untilWritten(historian);
    expect((await idsLeft()).slice(0, 3)).toEqual(old);
  });

  it('never removes what any group holds unacknowledged, or has not been given', async () => {
    const old = await appendOld(6);
    const { events } = bench.keys();
    await bench.client.xgroup('CREATE', events, 'exports', '0');
    await bench.client.xreadgroup('GROUP', 'exports', 'x', 'COUNT', 4, 'STREAMS', events, '>');
    await bench.client.xack(events, 'exports', old[0] ?? '', old[2] ?? '');
    await bench.append(tradeRecord(7));
    const historian = bench.historian('historian-1', {}, 60);
    historian.start();
    await bench.untilWritten(historian);
    await until('the first is gone', async () => !(await idsLeft()).includes(old[0] ?? ''));
    expect((await idsLeft()).slice(0, 5)).toEqual(old.slice(1));

    await bench.client.xack(events, 'exports', old[1] ?? '', old[3] ?? '');
    await until('the acknowledged are gone', async () => !(await idsLeft()).includes(old[2] ?? ''));
    expect(await idsLeft()).toEqual(expect.arrayContaining(old.slice(4)));
  });

  it('forgets consumers that are long gone, but none that holds an entry', async () => {
    const { events } = bench.keys();
    await bench.append(tradeRecord(1));
    await bench.deliverTo('holding', 1);
    await bench.client.xgroup('CREATECONSUMER', events, 'history', 'gone');
    const script = readFileSync(join(__dirname, '../../src/history/forget-consumers.lua'), 'utf8');
    expect(await bench.client.eval(script, 1, events, 'history', 3_600_000)).toBe(0);
    expect(await bench.client.eval(script, 1, events, 'history', 0)).toBe(1);
    const [consumer] = listOf(await bench.client.xinfo('CONSUMERS', events, 'history'));
    expect(consumer).toEqual(expect.arrayContaining(['name', 'holding', 'pending', 1]));
  });
});
