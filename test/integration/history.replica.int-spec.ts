import { Logger } from '@nestjs/common';
import { HistoryService } from '../../src/history/history.service';
import { PostgresReader } from '../../src/platform/postgres/postgres.reader';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { HistoryBench } from '../support/history-bench';
import { tradeRecord } from '../support/history-records';
import { migrate } from '../support/migrate';
import { watchOpenHandles } from '../support/open-handles';
import { startReplicated } from '../support/own-replica';
import type { OwnServer } from '../support/own-servers';

const expectNoOpenHandles = watchOpenHandles();
const cleanup = new Cleanup();
let replica: OwnServer;
let bench: HistoryBench;
let reader: PostgresReader;
let history: HistoryService;

beforeAll(async () => {
  jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  const servers = await startReplicated();
  replica = cleanup.add(servers.replica, (it) => it.remove());
  cleanup.add(servers.primary, (it) => it.remove());
  await migrate(servers.primary.url);
  bench = cleanup.add(await HistoryBench.open({ postgres: servers.primary.url }), (it) =>
    it[Symbol.asyncDispose](),
  );
  reader = cleanup.add(new PostgresReader(replica.url), (it) => it.onApplicationShutdown());
  history = new HistoryService(reader, bench.historian('reader'));
  bench.historian().start();
}, 120_000);

afterAll(async () => {
  await cleanup.run();
  jest.restoreAllMocks();
  await expectNoOpenHandles();
});

const signatures = async (): Promise<string[]> =>
  (await history.trades('global')).edges.map(({ node }) => node.signature);

describe('a read replica', () => {
  it('gives what was written to the other server, and is not behind', async () => {
    await bench.append(tradeRecord(1), tradeRecord(2));
    await eventually(signatures, (found) => found.length === 2);
    await eventually(
      () => reader.lagSec(),
      (lag) => lag === 0,
    );
    expect(await reader.query('select pg_is_in_recovery() as it')).toEqual([{ it: true }]);
  });

  it('streams exports', async () => {
    const found: string[] = [];
    for await (const trades of history.exportTrades('global', {}, new AbortController().signal))
      found.push(...trades.map(({ signature }) => signature));
    expect(found).toEqual(['Sig2x', 'Sig1x']);
  });

  it('tells how far it is behind while it replays nothing', async () => {
    await reader.query('select pg_wal_replay_pause()');
    await bench.append(tradeRecord(3));
    await eventually(
      () => bench.count('trades'),
      (count) => count === 3,
    );
    expect(await signatures()).toHaveLength(2);
    await eventually(
      () => reader.lagSec(),
      (lag) => lag > 0,
    );
    await reader.query('select pg_wal_replay_resume()');
    await eventually(signatures, (found) => found.length === 3);
  });

  it('that is away makes history unavailable; the server that is written to is not asked in its place', async () => {
    await replica.stop();
    await expect(history.trades('global')).rejects.toMatchObject({ code: 'HISTORY_STORE_FAILED' });
    await bench.append(tradeRecord(4));
    await eventually(
      () => bench.count('trades'),
      (count) => count === 4,
    );
    await replica.start();
    await eventually(
      () => signatures().catch(() => []),
      (found) => found.length === 4,
    );
  });
});
