import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually';
import { HistoryBench } from '../support/history-bench';
import { tradeRecord } from '../support/history-records';
import { watchOpenHandles } from '../support/open-handles';

const noHandlesLeft = watchOpenHandles();
const KILLS = 50;
/** Longest life of a historian after it has begun: from nothing at all to several batches. */
const LONGEST_LIFE_MS = 700;
const PACE = { batchSize: 40, blockMs: 20, claimIdleMs: 100, claimEveryMs: 50 };

let bench: HistoryBench;

beforeAll(async () => {
  bench = await HistoryBench.open();
});

afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await noHandlesLeft();
});

async function startHistorian(instanceId: string): Promise<ChildProcess> {
  const order = {
    ...{ redisUrl: bench.redisUrl, keyPrefix: bench.redis.keyPrefix, postgresUrl: bench.postgresUrl },
    ...{ instanceId, pace: PACE },
  };
  const script = join(process.cwd(), 'test/support/historian-process.cjs');
  const child = spawn(process.execPath, [script, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

describe('a historian that is killed again and again while trades come', () => {
  it(`has every trade once after ${KILLS} kills at random moments`, async () => {
    let revision = 0;
    const over = new AbortController();
    const trading = (async () => {
      while (!over.signal.aborted) {
        const some = Array.from({ length: 10 }, () => tradeRecord((revision += 1)));
        await bench.append(...some);
        await delay(25);
      }
    })();
    const counts: number[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      // now under its old name, now under a new one, as a restarted process and a replaced one do
      const child = await startHistorian(kill % 2 === 0 ? 'historian' : `historian-${kill}`);
      await delay(Math.random() * LONGEST_LIFE_MS);
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      counts.push(await bench.count('trades'));
    }
    over.abort();
    await trading;
    // it was killed in the middle of its work, most times, and not always before it
    expect(new Set(counts).size).toBeGreaterThan(KILLS / 4);
    expect(counts.at(-1)).toBeLessThan(revision);

    const last = bench.historian('last');
    last.start();
    await eventually(
      () => last.lag(),
      (lag) => lag === 0,
      60_000,
    );
    expect(await bench.count('trades')).toBe(revision);
    expect(await bench.count('(select distinct signature from trades) s')).toBe(revision);
    expect(await bench.count('timer_events')).toBe(revision);
    const [sums] = await bench.postgres.query<{ n: string }>(
      "select sum(buys + sells) as n from trade_buckets where size = 'DAY'",
    );
    expect(Number(sums?.n)).toBe(revision);
    expect(await last.status()).toMatchObject({ mismatches: 0, setAside: 0 });
    const [timer] = await bench.postgres.query<{ revision: string }>('select revision from timers');
    expect(Number(timer?.revision)).toBe(revision);
  }, 300_000);
});
