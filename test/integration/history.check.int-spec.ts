import { markLost } from '../../src/app/rebuild.command';
import { verifyHistory } from '../../src/app/verify-history.command';
import type { VerifyReport } from '../../src/app/verify-history.command';
import { BackfillKeeper } from '../../src/history/backfill.keeper';
import { EventRepository } from '../../src/history/event.repository';
import { audit } from '../../src/history/check/audit.command';
import type { Audit } from '../../src/history/check/audit.command';
import { closedLog } from '../../src/history/check/closed-log';
import { readLog } from '../../src/history/check/log.reader';
import { readLogLine } from '../../src/history/check/read-log-line';
import type { LogLine } from '../../src/history/domain/log-lines';
import { PostgresReader } from '../../src/platform/postgres/postgres.reader';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { testDatabase, testRedis } from '../support/servers';
import { newTimer } from '../support/timer-lab';
import { TimerRig } from '../support/timer-rig';

const noHandlesLeft = watchOpenHandles();
const order = { actor: 'admin', reason: null };

let cleanup: Cleanup;
let rig: TimerRig;
let reader: PostgresReader;

beforeEach(async () => {
  cleanup = new Cleanup();
  const redis = cleanup.add(await testRedis(), (it) => it.close());
  const database = cleanup.add(await testDatabase(), (it) => it.drop());
  const servers = { redisUrl: redis.url, databaseUrl: database.url, keyPrefix: redis.keyPrefix };
  rig = cleanup.add(await TimerRig.start({ ...servers, isHistorian: true }), (it) => it.close());
  reader = cleanup.add(new PostgresReader(database.url), (it) => it.onApplicationShutdown());
});

afterEach(async () => {
  await cleanup.run();
});

afterAll(async () => {
  await noHandlesLeft();
});

/** A timer whose first round has a winner, whose second was voided, and whose third is open, all of it written. */
async function play(id: string): Promise<void> {
  await rig.timers.create(newTimer({ id, durationMs: 60_000 }), order);
  await rig.timers.apply(id, { trades: [-1, -2].map((second) => rig.trade(second)), cursors: [] }, 1);
  const deadlineMs = (await state(id)).current.deadlineMs;
  await rig.timers.settle(id, { slot: 4_000_000_000, blockTimeMs: deadlineMs + 60_000 }, 1);
  const opener = rig.trade(0, { slot: 4_000_000_001, blockTimeMs: deadlineMs + 61_000 });
  await rig.timers.apply(id, { trades: [opener], cursors: [] }, 1);
  await rig.timers.pause(id, order);
  const other = { tokenAddress: 'So11111111111111111111111111111111111111112' };
  await rig.timers.configure(id, other, order);
  await rig.timers.resume(id, order);
  await untilWritten(id);
}

async function state(id: string) {
  const log = await rig.store.load(id);
  if (log === null) throw new Error(`there is no timer ${id}`);
  return log.state;
}

async function untilWritten(id: string): Promise<void> {
  const { epoch, revision } = await state(id);
  await eventually(
    () =>
      rig.postgres.query<{ epoch: number; revision: string }>(
        'select epoch, revision from timers where id = $1',
        [id],
      ),
    ([row]) => row?.epoch === epoch && Number(row.revision) === revision,
  );
}

function logOf(id: string): AsyncGenerator<readonly LogLine[]> {
  return readLog(reader, id, new AbortController().signal);
}

async function audited(
  lines: AsyncIterable<readonly LogLine[]>,
  round: number | null = null,
): Promise<Audit> {
  const found = await audit(lines, round);
  if (found === null) throw new Error('the log has no timer');
  return found;
}

describe('an audit', () => {
  it('finds the recorded rounds again from trades and acts, in the database and in an export', async () => {
    await play('audited');
    const found = await audited(logOf('audited'));
    expect(found).toMatchObject({ timerId: 'audited', differences: [] });
    expect(found.rounds).toBeGreaterThanOrEqual(2);
    expect(found.open.round).toBe((await state('audited')).current.round);
    expect(found.open.deadlineMs).toBe((await state('audited')).current.deadlineMs);

    const text: string[] = [];
    for await (const lines of logOf('audited')) text.push(...lines.map((line) => JSON.stringify(line)));
    const again = (async function* () {
      for (const line of text) yield await Promise.resolve([readLogLine(line)]);
    })();
    expect(await audited(again)).toEqual(found);
  });

  it('names a round that was recorded otherwise, and only that', async () => {
    await play('audited');
    await rig.postgres.query(
      `update rounds set winner = 'somebody', ended_at = ended_at + interval '1 s' where timer_id = 'audited' and round = 1`,
    );
    const fields = (await audited(logOf('audited'))).differences.map(
      ({ round, field }) => `${round} ${field}`,
    );
    expect(fields).toEqual(['1 endedAtMs', '1 winner']);
    expect((await audited(logOf('audited'), 2)).differences).toEqual([]);
    expect(await audit(logOf('nobody'), null)).toBeNull();
  });
});

describe('a log', () => {
  it('is refused where retention has dropped trades that it would begin with', async () => {
    await play('audited');
    await rig.postgres.query(`insert into history_floors values ('trades', now() + interval '1 day')`);
    await expect(audited(logOf('audited'))).rejects.toMatchObject({ code: 'HISTORY_LOG_MISSING' });
    await rig.postgres.query(`update history_floors set kept_from = now() - interval '40 days'`);
    expect((await audited(logOf('audited'))).differences).toEqual([]);
  });

  it('that was cut off at a line is not taken for a whole one', async () => {
    await play('audited');
    const lines: LogLine[] = [];
    for await (const part of logOf('audited')) lines.push(...part);
    const asFile = async function* (kept: readonly LogLine[]) {
      yield await Promise.resolve(kept);
    };
    expect((await audited(closedLog(asFile(lines)))).differences).toEqual([]);
    for (const cut of [lines.slice(0, -1), lines.toSpliced(-3, 1)])
      await expect(audited(closedLog(asFile(cut)))).rejects.toMatchObject({
        code: 'HISTORY_EXPORT_MALFORMED',
      });
  });
});

describe('what an audit does not fold', () => {
  it('is a trade that the chain gave up; a rebuild from history does not count it again either', async () => {
    await rig.timers.create(newTimer({ id: 'audited', durationMs: 60_000 }), order);
    const [kept, gone] = [rig.trade(-1), rig.trade(-9)];
    await rig.timers.apply('audited', { trades: [kept, gone], cursors: [] }, 1);
    await untilWritten('audited');
    await rig.timers.retract('audited', [`${gone.signature}:0`], [], 1);
    const before = (await state('audited')).current;
    expect(before).toMatchObject({ lastTrade: { signature: kept.signature }, counts: { trades: 1 } });
    await untilWritten('audited');
    await markLost(rig.redis, 'audited', true);
    rig.log.forget('audited');
    await rig.recovery.recover('audited');
    expect((await state('audited')).current).toEqual(before);
    await rig.timers.settle('audited', { slot: 4_000_000_000, blockTimeMs: before.deadlineMs + 60_000 }, 1);
    await untilWritten('audited');
    expect(await audited(logOf('audited'))).toMatchObject({ rounds: 1, trades: 1, differences: [] });
  });

  it('is a trade that was filled in later, whether a round counts it or not', async () => {
    await rig.timers.create(newTimer({ id: 'audited', durationMs: 60_000 }), order);
    await rig.timers.apply('audited', { trades: [rig.trade(-1)], cursors: [] }, 1);
    const { deadlineMs } = (await state('audited')).current;
    await rig.timers.settle('audited', { slot: 4_000_000_000, blockTimeMs: deadlineMs + 60_000 }, 1);
    await untilWritten('audited');
    const [first] = await rig.ledger.endsFrom('audited', 1);
    if (first === undefined) throw new Error('no round has ended');
    const trade = rig.trade(0, {
      signature: 'filled',
      blockTimeMs: first.endedAtMs - 1_000,
      source: 'BACKFILL',
    });
    const keeper = new BackfillKeeper(rig.postgres, new EventRepository(rig.postgres));
    await keeper.timers();
    const range = { fromMs: first.startedAtMs, toMs: first.endedAtMs };
    const walk = { timerId: 'audited', mint: trade.mint, address: trade.mint, ...range };
    const progress = { beforeSignature: null, reachedMs: null, listed: 1, fetched: 1, trades: 1, missing: 0 };
    await keeper.keep(walk, [trade], { ...progress, isDone: true });
    expect(await audited(logOf('audited'))).toMatchObject({ differences: [] });
    await rig.postgres.query(
      "update rounds set is_complete = false where timer_id = 'audited' and round = 1",
    );
    expect(await keeper.complete('audited', range)).toEqual([1]);
    expect((await rig.ledger.endsFrom('audited', 1))[0]?.counts.trades).toBe(first.counts.trades + 1);
    expect(await audited(logOf('audited'))).toMatchObject({ differences: [] });
    await rig.postgres.query(
      "update rounds set trades = trades + 1 where timer_id = 'audited' and round = 1",
    );
    expect((await audited(logOf('audited'))).differences).toMatchObject([{ round: 1, field: 'trades' }]);
  });
});

describe('verify-history', () => {
  async function verified(
    range = { fromMs: Date.now() - 3_600_000, toMs: Date.now() + 3_600_000 },
  ): Promise<VerifyReport> {
    const { redis } = rig;
    const needs = { redis, reader, chain: null, callsPerSecond: 10, signal: new AbortController().signal };
    const [report] = await verifyHistory(needs, 'audited', range);
    if (report === undefined) throw new Error('there is no report');
    return report;
  }

  it('finds nothing where all is written', async () => {
    await play('audited');
    const report = await eventually(
      () => verified(),
      ({ waiting }) => waiting === 0,
    );
    expect(report.findings).toEqual([]);
    expect(report.entries).toBeGreaterThan(5);
  });

  it('finds nothing where the range begins or ends within a minute that has trades on both sides', async () => {
    await play('audited');
    await eventually(
      () => verified(),
      ({ waiting }) => waiting === 0,
    );
    const times = await rig.postgres.query<{ atMs: number }>(
      'select distinct (extract(epoch from block_time) * 1000)::float8 as "atMs" from trades order by 1',
    );
    const middle = times[Math.floor(times.length / 2)]?.atMs ?? 0;
    for (const range of [
      { fromMs: middle, toMs: Date.now() + 3_600_000 },
      { fromMs: Date.now() - 3_600_000, toMs: middle },
    ])
      expect((await verified(range)).findings).toEqual([]);
  });

  it('finds what is missing, different, summed up wrongly and set aside', async () => {
    await play('audited');
    await eventually(
      () => verified(),
      ({ waiting }) => waiting === 0,
    );
    const [trade] = await rig.postgres
      .query<{ signature: string }>(
        'delete from trades where signature = (select min(signature) from trades) returning signature',
      )
      .then((answer) => answer.flat());
    await rig.postgres.query(
      'update trades set amount_raw = 7 where signature = (select max(signature) from trades)',
    );
    await rig.postgres.query('delete from event_keys where revision = 1');
    await rig.postgres.query("update trade_buckets set traders = traders + 1 where size = 'MINUTE'");
    await rig.redis.commands.xadd(`${rig.redis.keyPrefix}:{audited}:events:poison`, '*', 'entry', '1-0');
    const found = (await verified()).findings.map(({ kind, against }) => `${against} ${kind}`);
    expect(new Set(found)).toEqual(
      new Set([
        'stream missing',
        'stream different',
        'stream set aside',
        'postgres missing',
        'postgres different',
      ]),
    );
    expect((await verified()).findings).toContainEqual({
      ...{ kind: 'missing', against: 'postgres', identity: `audited ${trade?.signature} 0` },
    });
  });
});

describe('a rebuild', () => {
  it.each([
    ['from the newer side', false],
    ['from history alone', true],
  ])('%s gives every timer a new epoch, and nothing else moves', async (_name, isFromHistory) => {
    await play('audited');
    const before = await state('audited');
    await markLost(rig.redis, 'audited', isFromHistory);
    rig.log.forget('audited');
    await rig.recovery.recover('audited');
    const after = await state('audited');
    expect(after.epoch).toBe(before.epoch + 1);
    expect(after.current).toEqual(before.current);
    await untilWritten('audited');
    expect(await audited(logOf('audited'))).toMatchObject({ differences: [] });
  });
});
