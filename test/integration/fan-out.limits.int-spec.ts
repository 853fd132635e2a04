import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { buildSchema } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { PUBLIC_ADMISSION } from '../../src/graphql/socket/admission';
import { SocketEndpoint } from '../../src/graphql/socket/endpoint';
import type { CloseCode } from '../../src/graphql/socket/frames';
import { acceptance } from '../../src/graphql/socket/handshake';
import { Operations } from '../../src/graphql/socket/operations';
import { ApiRig } from '../support/api-rig';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { RawSocket } from '../support/raw-socket';
import { testDatabase, testRedis } from '../support/servers';

const noHandlesLeft = watchOpenHandles();

/** An endpoint with short times on a server of its own. */
async function startEndpoint(schema: GraphQLSchema) {
  const dropped: (CloseCode | 'silent')[] = [];
  const operations = new Operations(schema);
  const endpoint = new SocketEndpoint(
    {
      operations,
      admit: () => PUBLIC_ADMISSION,
      maxPerAddress: () => 3,
      dropped: (code) => dropped.push(code),
    },
    { initMs: 100, pingMs: 240, closeMs: 200 },
  );
  const server: Server = createServer();
  server.on('upgrade', (request, socket, head) => {
    socket.write(acceptance(request));
    endpoint.take(socket, 'here', head);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    host: `127.0.0.1:${port}`,
    endpoint,
    operations,
    dropped,
    async [Symbol.asyncDispose]() {
      await endpoint.close();
      server.close();
      await once(server, 'close');
    },
  };
}

const schema = (): GraphQLSchema =>
  buildSchema('type Query { ok: String } type Subscription { never: String }');

describe('the limits of the socket endpoint', () => {
  afterAll(() => noHandlesLeft());

  it('cuts off a client that answers no ping, and no other', async () => {
    await using it = await startEndpoint(schema());
    const [dead, alive] = [await RawSocket.ready(it.host), await RawSocket.ready(it.host)];
    dead.pause();
    await eventually(
      () => it.endpoint.size,
      (size) => size === 1,
    );
    expect(it.dropped).toEqual(['silent']);
    dead.terminate();
    alive.send({ type: 'ping' });
    expect(await alive.next()).toEqual({ type: 'pong' });
    await alive.close();
  });

  it('closes those that do not initialise, counts the room of an address, and gives it back', async () => {
    await using it = await startEndpoint(schema());
    const sockets = [await RawSocket.open(it.host), await RawSocket.open(it.host)];
    expect(it.endpoint.hasRoomFor('here')).toBe(true);
    sockets.push(await RawSocket.open(it.host));
    expect([it.endpoint.hasRoomFor('here'), it.endpoint.hasRoomFor('there')]).toEqual([false, true]);
    for (const socket of sockets) expect((await socket.ended).code).toBe(4408);
    expect([it.endpoint.size, it.endpoint.hasRoomFor('here')]).toEqual([0, true]);
  });

  it('closes all with 1001 when it stops, and waits no longer than its time for the deaf', async () => {
    const it = await startEndpoint(schema());
    const [polite, deaf] = [await RawSocket.ready(it.host), await RawSocket.ready(it.host)];
    deaf.pause();
    await it[Symbol.asyncDispose]();
    expect((await polite.ended).code).toBe(1001);
    deaf.terminate();
  });

  it('sends them away one after the other when it drains, and one that waits for an answer once it has it', async () => {
    const slow = schema();
    const asked = slow.getQueryType()?.getFields()['ok'];
    if (asked === undefined) throw new Error('there is no such field');
    let answer = (_text: string): void => undefined;
    asked.resolve = async () => await new Promise<string>((resolve) => (answer = resolve));
    await using it = await startEndpoint(slow);
    const waiting = await RawSocket.ready(it.host);
    waiting.subscribe('1', '{ ok }');
    const idle = [await RawSocket.ready(it.host), await RawSocket.ready(it.host)];
    const drained = it.endpoint.drain(60_000);
    for (const socket of idle) expect((await socket.ended).code).toBe(1001);
    expect([it.endpoint.isClosed, it.endpoint.size]).toEqual([true, 1]);
    answer('at last');
    expect(await waiting.next()).toMatchObject({ type: 'next', payload: { data: { ok: 'at last' } } });
    expect((await waiting.ended).code).toBe(1001);
    await drained;
  });

  it('keeps documents and groups in bounded memory', async () => {
    const operations = new Operations(schema());
    for (let number = 0; number < 1_200; number += 1) operations.documents.prepare(`{ a${number}: ok }`);
    expect(operations.documents.size).toBe(1_000);
    const long = `#${'x'.repeat(60_000)}\n`;
    for (let number = 0; number < 100; number += 1) operations.documents.prepare(`${long}{ b${number}: ok }`);
    expect(operations.documents.size).toBeLessThan(75);
  });

  it('gives a document that was asked for again the same number', () => {
    const operations = new Operations(schema());
    const first = operations.documents.prepare('{ ok }');
    expect(operations.documents.prepare('{ ok }')).toBe(first);
  });
});

describe('the limits of the service', () => {
  it('takes no more than 1,000 sockets of one address, and 100 different subscriptions', async () => {
    await using redis = await testRedis();
    await using database = await testDatabase();
    await using rig = await ApiRig.start({
      REDIS_URL: redis.url,
      DATABASE_URL: database.url,
      REDIS_KEY_PREFIX: redis.keyPrefix,
      RATE_LIMITING_ENABLED: 'true',
    });
    const sockets = await Promise.all(Array.from({ length: 1_000 }, () => RawSocket.open(rig.host)));
    await expect(RawSocket.open(rig.host)).rejects.toThrow('429');
    for (const socket of sockets.slice(3)) socket.terminate();
    const [one, two, three] = sockets;
    let refused = 0;
    for (const [index, socket] of [one, two, three].entries()) {
      if (socket === undefined) throw new Error('no socket');
      socket.send({ type: 'connection_init' });
      await socket.next();
      for (let number = 0; number < 40; number += 1)
        socket.subscribe(String(number), `subscription { timerUpdated { a${index * 40 + number}: id } }`);
      for (let number = 0; number < 40; number += 1) if ((await socket.next()).type === 'error') refused += 1;
    }
    expect(refused).toBe(20);
    const text = await (await rig.get('/metrics')).text();
    expect(text).toMatch(/^ws_groups 100$/m);
    expect(text).toMatch(/^ws_shared_subscriptions 100$/m);
    expect(text).toMatch(/^ws_refused_total\{reason="address_limit"\} 1$/m);
    for (const socket of [one, two, three]) await socket?.close();
    await eventually(
      async () => await (await rig.get('/metrics')).text(),
      (metrics) => /^ws_groups 0$/m.test(metrics) && /^ws_connections 0$/m.test(metrics),
    );
  });
});
