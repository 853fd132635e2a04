import { Client } from 'pg';
import { buildSchema } from '../../src/graphql/build-schema';
import { parseChange } from '../../src/history/change.parser';
import { EventRepository } from '../../src/history/event.repository';
import { PostgresService } from '../../src/platform/postgres/postgres.service';
import { ApiRig } from '../support/api-rig';
import { Cleanup } from '../support/cleanup';
import { changeRecord, foldedTrade, resetEvent } from '../support/history-records';
import type { RecordParts } from '../support/history-records';
import { watchOpenHandles } from '../support/open-handles';
import { describeConnection } from '../support/relay-contract';
import type { RelayArguments, RelayPage, RelayTarget } from '../support/relay-contract';
import { testDatabase, testRedis } from '../support/servers';

const noHandlesLeft = watchOpenHandles();
const cleanup = new Cleanup();
const T0 = Date.parse('2026-09-30T23:59:58Z');
/** Fields and the selection by which a row is told from others. */
const LISTS = { trades: 'name: blockTime', timerEvents: 'name: revision', rounds: 'name: number' } as const;
type List = keyof typeof LISTS;

let rig: ApiRig;
let repository: EventRepository;
let client: Client;
let number = 0;

beforeAll(async () => {
  const redis = cleanup.add(await testRedis(), (it) => it.close());
  const database = cleanup.add(await testDatabase(), (it) => it.drop());
  const servers = { REDIS_URL: redis.url, DATABASE_URL: database.url, REDIS_KEY_PREFIX: redis.keyPrefix };
  rig = cleanup.add(await ApiRig.start(servers), (it) => it.close());
  const postgres = new PostgresService(database.url);
  await postgres.connect();
  cleanup.add(postgres, (it) => it.onApplicationShutdown());
  repository = new EventRepository(postgres);
  client = new Client({ connectionString: database.url });
  await client.connect();
  cleanup.add(client, (it) => it.end());
});

afterAll(async () => {
  await cleanup.run();
  await noHandlesLeft();
});

/** A timer of one test whose rows are added one by one, each newer than the last, over the edge of a month. */
class TestList implements RelayTarget {
  private timerId = '';
  private rows = 0;

  constructor(readonly list: List) {}

  async fill(count: number): Promise<readonly string[]> {
    number += 1;
    this.timerId = `${this.list.toLowerCase()}-${number}`;
    this.rows = 0;
    const names: string[] = [];
    for (let row = 0; row < count; row += 1) names.unshift(await this.addNewer());
    return names;
  }

  async addNewer(): Promise<string> {
    this.rows += 1;
    const row = this.rows;
    const blockTimeMs = T0 + row * 1000;
    if (this.list === 'rounds') {
      await this.write(row, {});
      const times = [new Date(blockTimeMs), new Date(blockTimeMs + 500)];
      await client.query('insert into rounds values ($1, $2, $3, $4, true, true, null, null, 1, 1, 1)', [
        ...[this.timerId, row, ...times],
      ]);
      return String(row);
    }
    if (this.list === 'trades') {
      await this.write(row, { trades: [await wellFormed(foldedTrade(`S${row}`, { blockTimeMs }))] });
      return String(blockTimeMs);
    }
    const event = resetEvent(row, null, { timerId: this.timerId, atMs: blockTimeMs });
    await this.write(row, { events: [event] });
    return String(row);
  }

  async ask(args: RelayArguments): Promise<RelayPage> {
    const text = Object.entries(args).map(([name, value]) => `, ${name}: ${JSON.stringify(value)}`);
    const { data, errors } = await rig.graphql(
      `{ page: ${this.list}(timerId: "${this.timerId}"${text.join('')}) { edges { cursor node { ${LISTS[this.list]} } }
         nodes { ${LISTS[this.list]} } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
    );
    if (errors[0] !== undefined) throw Object.assign(new Error(errors[0].message), errors[0].extensions);
    return readPage(data?.['page']);
  }

  async askWithForeignCursors(): Promise<readonly unknown[]> {
    const codes: unknown[] = [];
    for (const other of lists.filter(({ list }) => list !== this.list)) {
      await other.fill(1);
      const { pageInfo } = await other.ask({});
      const after = pageInfo.endCursor ?? '';
      await this.ask({ after }).catch((err: unknown) => codes.push(Reflect.get(Object(err), 'code')));
    }
    return codes;
  }

  private async write(revision: number, parts: RecordParts): Promise<void> {
    const record = changeRecord(revision, { ...parts, timerId: this.timerId });
    const { current } = record.state;
    // without an open round, which would be a row of its own
    const state = { ...record.state, current: { ...current, phase: 'EXPIRED' } };
    const change = parseChange(JSON.stringify({ ...record, state }), this.timerId);
    await repository.write([{ change, position: '0' }]);
  }
}

const lists = [new TestList('trades'), new TestList('timerEvents'), new TestList('rounds')];

async function wellFormed<Trade extends object>(trade: Trade): Promise<Trade> {
  const { signature, trader } = rig.trade((number += 1));
  return await Promise.resolve({ ...trade, signature, trader, quoteMint: null, quoteRaw: null });
}

/** The page with its names as texts. */
function readPage(value: unknown): RelayPage {
  const page: RelayPage = JSON.parse(
    JSON.stringify(value, (key, part: unknown) => (key === 'name' ? String(part) : part)),
  );
  return page;
}

for (const list of lists) describeConnection(list.list, () => list);

describe('the schema', () => {
  it('has no connection that is checked neither here nor beside the audit log', async () => {
    const fields = Object.values((await buildSchema()).getQueryType()?.getFields() ?? {});
    const connections = fields.filter(({ type }) => String(type).endsWith('Connection!'));
    const others = ['settingsHistory', 'auditLog', 'webhookDeliveries'];
    expect(connections.map(({ name }) => name).sort()).toEqual([...Object.keys(LISTS), ...others].sort());
  });
});

describe('rounds', () => {
  it('begin with the open one, which has no end yet, and have it once when it has ended', async () => {
    const trade = await wellFormed(foldedTrade('O1', { blockTimeMs: T0 }));
    const record = changeRecord(1, { timerId: 'open', trades: [trade] });
    const state = {
      ...record.state,
      unfetched: 2,
      current: {
        ...record.state.current,
        round: 3,
        counts: { trades: 4, resets: 2, volume: '1.25' },
        lastTrade: trade,
      },
    };
    const change = parseChange(JSON.stringify({ ...record, state }), 'open');
    await repository.write([{ change, position: '0' }]);
    const query = `{ rounds(timerId: "open") { nodes { number endedAt trades resets volume winner complete void lastTrade { id } } } }`;
    const open = await rig.graphql(query);
    expect(open.data).toEqual({
      rounds: {
        nodes: [
          {
            ...{ number: 3, endedAt: null, trades: 4, resets: 2, volume: '1.25', winner: null },
            ...{ complete: false, void: false, lastTrade: { id: `${trade.signature}:0` } },
          },
        ],
      },
    });
    await client.query(`insert into rounds values ('open', 3, $1, $1, true, true, null, null, 4, 2, 1.25)`, [
      new Date(T0),
    ]);
    const ended = await rig.graphql(query);
    expect(ended.data).toMatchObject({ rounds: { nodes: [{ number: 3, endedAt: T0, void: true }] } });
  });
});

describe('costs', () => {
  it('are refused when one operation asks for too many rows, whatever fields it splits them over', async () => {
    const fields = (count: number): string =>
      Array.from({ length: count }, (_, at) => `p${at}: trades(first: 500) { nodes { id } }`).join(' ');
    expect((await rig.graphql(`{ ${fields(4)} }`)).errors).toEqual([]);
    const { errors } = await rig.graphql(`{ ${fields(4)} rounds { nodes { number } } }`);
    expect(errors[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'operation', message: expect.stringContaining('may ask for 2000') }],
    });
  });

  it('are refused when there would be too many buckets', async () => {
    const { errors } = await rig.graphql(
      '{ tradeBuckets(from: 0, to: 1000000000000, bucket: MINUTE) { start } }',
    );
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path: 'to' }] });
  });

  it('are small for buckets and figures of a timer that has no trade', async () => {
    const { data, errors } = await rig.graphql(
      `{ tradeBuckets(from: 0, to: 120000, bucket: MINUTE) { start buys volume open quoteMint complete }
         timerStats { trades volume byVolume { trader } bySaves { trader } longestWaitSec from to } }`,
    );
    expect(errors).toEqual([]);
    const empty = { buys: 0, volume: '0', open: null, quoteMint: null, complete: true };
    expect(data).toEqual({
      tradeBuckets: [
        { start: 0, ...empty },
        { start: 60_000, ...empty },
      ],
      timerStats: {
        trades: 0,
        volume: '0',
        byVolume: [],
        bySaves: [],
        longestWaitSec: null,
        from: null,
        to: null,
      },
    });
    const nobody = await rig.graphql('{ timerStats(timerId: "nobody") { trades } }');
    expect(nobody.errors[0]?.extensions).toEqual({ code: 'NOT_FOUND' });
  });
});
