import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { Client } from 'pg';
import { readLogLine } from '../../src/history/check/read-log-line';
import { PostgresReader } from '../../src/platform/postgres/postgres.reader';
import { ApiRig } from '../support/api-rig';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { loadTrades } from '../support/history-load';
import { watchOpenHandles } from '../support/open-handles';
import { testDatabase, testRedis } from '../support/servers';

const noHandlesLeft = watchOpenHandles();
const cleanup = new Cleanup();
const FROM = Date.parse('2026-08-15T00:00:00Z');
const ROWS = 40_000;
let rig: ApiRig;
let client: Client;
let locker: Client;
let databaseUrl: string;

beforeAll(async () => {
  const redis = cleanup.add(await testRedis(), (it) => it.close());
  const database = cleanup.add(await testDatabase(), (it) => it.drop());
  const servers = { REDIS_URL: redis.url, DATABASE_URL: database.url, REDIS_KEY_PREFIX: redis.keyPrefix };
  rig = cleanup.add(await ApiRig.start(servers), (it) => it.close());
  databaseUrl = database.url;
  client = new Client({ connectionString: database.url });
  await client.connect();
  cleanup.add(client, (it) => it.end());
  locker = new Client({ connectionString: database.url });
  await locker.connect();
  cleanup.add(locker, (it) => it.end());
  await loadTrades(client, { timerId: 'global', rows: ROWS, fromMs: FROM, toMs: FROM + 30 * 86_400_000 });
}, 60_000);

afterAll(async () => {
  await cleanup.run();
  await noHandlesLeft();
});

/** Begins to fetch, and leaves the body unread. */
async function open(path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const asked = request(`http://${rig.host}${path}`, { headers });
  asked.on('error', () => undefined);
  asked.end();
  return await new Promise((resolve) => asked.once('response', resolve));
}

async function textOf(body: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** What the connections for streams do now. */
async function streams(): Promise<string[]> {
  const { rows } = await client.query<{ state: string }>(
    "select state from pg_stat_activity where application_name = 'darwin-timer-streams' and datname = current_database()",
  );
  return rows.map(({ state }) => state);
}

const isFree = (states: readonly string[]): boolean => states.every((state) => state === 'idle');

describe('an export', () => {
  it('holds every trade once as CSV, newest first, in an attachment', async () => {
    const response = await rig.get('/api/history/trades.csv');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename=trades.csv');
    const lines = (await response.text()).split('\r\n');
    expect(lines.pop()).toBe('');
    expect(lines.shift()).toBe(
      'id,timerId,signature,index,slot,blockTime,detectedAt,side,amount,trader,quoteMint,quoteAmount,price,program,source,round,movedDeadline',
    );
    const slots = lines.map((line) => Number(line.split(',')[4]));
    expect(slots).toEqual(Array.from({ length: ROWS }, (_, at) => 300_000_000 + ROWS - at));
  });

  it('has the fields and the filters of the query as NDJSON', async () => {
    const query = `from=${FROM + 86_400_000}&to=${FROM + 2 * 86_400_000}&side=SELL&minAmount=5&movedDeadline=true`;
    const response = await rig.get(`/api/history/trades.ndjson?${query}`);
    expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    const trades: unknown[] = (await response.text())
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(trades.length).toBeGreaterThan(100);
    for (const trade of trades)
      expect(trade).toMatchObject({ timerId: 'global', side: 'SELL', movedDeadline: true });
    const { rows } = await client.query<{ n: string }>(
      `select count(*) as n from trades where block_time >= $1 and block_time < $2 and side = 'SELL' and amount >= 5
       and moved_deadline`,
      [new Date(FROM + 86_400_000), new Date(FROM + 2 * 86_400_000)],
    );
    expect(trades).toHaveLength(Number(rows[0]?.n));
  });

  it('is zipped for those who take it, and holds the same', async () => {
    const path = '/api/history/trades.ndjson?round=7';
    const plain = await open(path);
    expect(plain.headers['content-encoding']).toBeUndefined();
    const zipped = await open(path, { 'accept-encoding': 'br;q=0.5, gzip' });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    const text = await textOf(plain);
    expect(text.split('\n')).toHaveLength(101);
    expect(await textOf(zipped.pipe(createGunzip()))).toBe(text);
  });

  it('is refused with all problems, and is not found for a timer that nobody knows', async () => {
    const refused = await rig.get('/api/history/trades.csv?side=HOLD&round=0&colour=red&from=1&from=2');
    expect(refused.status).toBe(400);
    const body: unknown = await refused.json();
    expect(body).toMatchObject({
      error: {
        code: 'BAD_USER_INPUT',
        fields: [{ path: 'side' }, { path: 'round' }, { path: 'colour' }, { path: 'from' }],
      },
    });
    expect((await rig.get('/api/history/trades.csv?timerId=nobody')).status).toBe(404);
    const empty = await rig.get('/api/history/trades.csv?program=Nobody');
    expect([empty.status, (await empty.text()).split('\r\n').length]).toEqual([200, 2]);
  });

  it('gives the whole log of a timer: how it began, its ends, and every trade, oldest first', async () => {
    const response = await rig.get('/api/history/audit.ndjson?timerId=global');
    const lines = (await response.text()).trimEnd().split('\n');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      kind: 'timer',
      timerId: 'global',
      origin: { round: 1 },
    });
    expect((await rig.get('/api/history/audit.ndjson?side=BUY')).status).toBe(400);
    const kinds = new Set(lines.map((line) => readLogLine(line).kind));
    expect([...kinds]).toEqual(['timer', 'close']);
    await client.query(
      "update timers set origin = jsonb_set(state, '{base,lastEndMs}', '0') where id = 'global'",
    );
    const whole = (await (await rig.get('/api/history/audit.ndjson')).text()).trimEnd().split('\n');
    expect(whole).toHaveLength(1 + ROWS / 100 + 1 + ROWS + 1);
    expect(JSON.parse(whole.at(-1) ?? '')).toEqual({ kind: 'close', lines: whole.length - 1 });
    expect(JSON.parse(whole.at(-2) ?? '')).toMatchObject({
      kind: 'trade',
      trade: { slot: 300_000_000 + ROWS },
    });
  });

  it('reads no further than its receiver does, and is over when the receiver goes', async () => {
    const response = await open('/api/history/trades.ndjson');
    response.pause();
    // waiting in the middle of its transaction: the rest has not been fetched
    await eventually(streams, (states) => states.includes('idle in transaction'));
    response.destroy();
    await eventually(streams, isFree, 2_000);
  });

  it('frees its query at once when the receiver goes while Postgres is still working', async () => {
    await locker.query('begin');
    await locker.query('lock table trades in access exclusive mode');
    try {
      const asked = request(`http://${rig.host}/api/history/trades.csv`);
      asked.on('error', () => undefined);
      asked.end();
      await eventually(streams, (states) => states.includes('active'));
      asked.destroy();
      await eventually(streams, isFree, 2_000);
    } finally {
      await locker.query('rollback');
    }
  });

  it('frees its query at once also while all connections for reading are busy', async () => {
    await locker.query('select pg_advisory_lock(7)');
    const reader = new PostgresReader(databaseUrl);
    const waits = Array.from({ length: 8 }, () => reader.query('select pg_advisory_xact_lock(7)'));
    try {
      const stop = new AbortController();
      const rows = reader.stream('select pg_advisory_xact_lock(7)', [], stop.signal);
      const first = expect(rows.next()).rejects.toMatchObject({ code: '57014' });
      await eventually(streams, (states) => states.includes('active'));
      stop.abort();
      await first;
    } finally {
      await locker.query('select pg_advisory_unlock(7)');
      await Promise.all(waits);
      await reader.onApplicationShutdown();
    }
  });

  it('is not read to its end where only its headers are asked for', async () => {
    const answer = await fetch(`http://${rig.host}/api/history/trades.csv`, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/csv; charset=utf-8; header=present',
    ]);
    await eventually(streams, isFree, 2_000);
  });

  it('is refused for a time that ends before it begins, as pages and sums are', async () => {
    const answer = await rig.get('/api/history/trades.csv?from=2000&to=1000');
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('lies before from')]);
  });

  it('is served beside others up to a bound, beyond which it is refused until one is over', async () => {
    const slow = await Promise.all(Array.from({ length: 4 }, () => open('/api/history/trades.ndjson')));
    for (const one of slow) one.pause();
    const refused = await rig.get('/api/history/trades.csv');
    expect(refused.status).toBe(503);
    for (const one of slow) one.destroy();
    await eventually(streams, isFree, 2_000);
    const served = await open('/api/history/trades.csv?round=7');
    expect(served.statusCode).toBe(200);
    await textOf(served);
  });
});
