import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { ApiRig } from '../support/api-rig';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { startOwnRedis } from '../support/own-servers';
import type { OwnServer } from '../support/own-servers';
import { RawSocket } from '../support/raw-socket';
import { testDatabase } from '../support/servers';
import { Redis } from 'ioredis';

const noHandlesLeft = watchOpenHandles();
const STATES = 'subscription { timerUpdated { epoch revision stale } }';
/** Sooner than a heartbeat, which would tell it too. */
const BEFORE_A_HEARTBEAT_MS = 12_000;

interface Seen {
  readonly epoch: number;
  readonly revision: number;
  readonly stale: boolean;
}

describe('what viewers hear when Redis goes away', () => {
  let server: OwnServer;
  let rig: ApiRig;
  let socket: RawSocket;
  let stream: IncomingMessage;
  let streamed = '';
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    server = await startOwnRedis();
    closing.push(() => server.remove());
    const database = await testDatabase();
    closing.push(() => database.drop());
    // the watcher recovers the timer when another server answers
    const ROLES = 'api,historian,watcher';
    rig = await ApiRig.start({ REDIS_URL: server.url, DATABASE_URL: database.url, ROLES });
    closing.push(() => rig.close());
  }, 60_000);

  afterAll(async () => {
    for (const close of closing.reverse()) await close();
    await noHandlesLeft();
  });

  beforeEach(async () => {
    await eventually(
      () => rig.timers.current('global'),
      (found) => found?.isStale === false,
    );
    socket = await RawSocket.ready(rig.host);
    socket.subscribe('1', STATES);
    await told((it) => it?.stale === false);
    streamed = '';
    stream = await new Promise((resolve) => {
      request(`http://${rig.host}/api/timer/stream`, resolve).end();
    });
    stream.on('data', (chunk: Buffer) => (streamed += chunk.toString()));
    stream.on('error', () => undefined);
  });

  afterEach(async () => {
    stream.destroy();
    await socket.close();
  });

  function seen(): Seen[] {
    const all: { payload?: { data?: { timerUpdated?: Seen } } }[] = JSON.parse(
      JSON.stringify(socket.messages),
    );
    return all.map(({ payload }) => payload?.data?.timerUpdated).filter((state) => state !== undefined);
  }

  const told = (satisfies: (state: Seen | undefined) => boolean): Promise<Seen | undefined> =>
    eventually(() => seen().at(-1), satisfies, BEFORE_A_HEARTBEAT_MS);

  /** `stale` of each event so far. */
  const flagsStreamed = (): string[] =>
    [...streamed.matchAll(/"stale":(\w+)/g)].map(([, flag]) => flag ?? '');

  const streamTold = (flag: string): Promise<string | undefined> =>
    eventually(
      () => flagsStreamed().at(-1),
      (last) => last === flag,
      BEFORE_A_HEARTBEAT_MS,
    );

  it('that the state is stale, and no longer so when Redis is back', async () => {
    await server.stop();
    await told((it) => it?.stale === true);
    await streamTold('true');
    await server.start();
    await told((it) => it?.stale === false);
    await streamTold('false');
    const turnsOf = (flags: readonly string[]): string[] =>
      flags.filter((flag, at) => flag !== flags[at - 1]);
    expect(turnsOf(flagsStreamed())).toEqual(['false', 'true', 'false']);
    const states = seen();
    expect(turnsOf(states.map(({ stale }) => String(stale)))).toEqual(['false', 'true', 'false']);
    const places = states.map(({ epoch, revision }) => epoch * 1e6 + revision);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  }, 60_000);

  it('the same of a Redis that answers nothing, though its connections stay open', async () => {
    server.freeze();
    try {
      await told((it) => it?.stale === true);
    } finally {
      server.thaw();
    }
    await told((it) => it?.stale === false);
  }, 60_000);

  it('that it is stale to one who comes meanwhile', async () => {
    await server.stop();
    await told((it) => it?.stale === true);
    const late = await RawSocket.ready(rig.host);
    late.subscribe('1', STATES);
    expect(await late.next()).toMatchObject({ payload: { data: { timerUpdated: { stale: true } } } });
    await server.start();
    await told((it) => it?.stale === false);
    await eventually(
      () => JSON.stringify(late.messages.at(-1)),
      (last) => last.includes('"stale":false'),
      BEFORE_A_HEARTBEAT_MS,
    );
    await late.close();
  }, 60_000);

  it('what was published while the subscribing connection alone was cut', async () => {
    const redis = new Redis(server.url);
    const before = seen().at(-1)?.revision ?? 0;
    await redis.client('KILL', 'TYPE', 'pubsub');
    await rig.timers.reset('global', { actor: 'test', reason: null });
    await redis.quit();
    await told((it) => it?.stale === false && it.revision > before);
  }, 60_000);
});
