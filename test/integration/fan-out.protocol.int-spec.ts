import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ADMIN_SECRET, ApiRig } from '../support/api-rig';
import { watchOpenHandles } from '../support/open-handles';
import { RawSocket } from '../support/raw-socket';
import { testDatabase, testRedis } from '../support/servers';

const noHandlesLeft = watchOpenHandles();
const HANDSHAKE =
  'Host: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

describe('the socket endpoint, by the graphql-transport-ws protocol', () => {
  let rig: ApiRig;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    const redis = await testRedis();
    closing.push(() => redis.close());
    const database = await testDatabase();
    closing.push(() => database.drop());
    rig = await ApiRig.start({
      REDIS_URL: redis.url,
      DATABASE_URL: database.url,
      REDIS_KEY_PREFIX: redis.keyPrefix,
    });
    closing.push(() => rig.close());
  });

  afterAll(async () => {
    for (const close of closing.reverse()) await close();
    await noHandlesLeft();
  });

  it('acknowledges connection_init, and answers pings before and after it, with their payload', async () => {
    const socket = await RawSocket.open(rig.host);
    socket.send({ type: 'ping' });
    socket.send({ type: 'connection_init' });
    socket.send({ type: 'ping', payload: { at: 'é' } });
    socket.send({ type: 'pong' });
    expect(await socket.next()).toEqual({ type: 'pong' });
    expect(await socket.next()).toEqual({ type: 'connection_ack' });
    expect(await socket.next()).toEqual({ type: 'pong', payload: { at: 'é' } });
    await socket.close();
  });

  it('answers queries and mutations, each by next and complete, under ids of any text', async () => {
    const socket = await RawSocket.ready(rig.host, { authorization: `Bearer ${ADMIN_SECRET}` });
    const id = '"quoted" \u{1f600}';
    socket.subscribe(id, 'query ($id: ID!) { timer(id: $id) { id } }', { variables: { id: 'global' } });
    expect(await socket.next()).toEqual({ id, type: 'next', payload: { data: { timer: { id: 'global' } } } });
    expect(await socket.next()).toEqual({ id, type: 'complete' });
    socket.subscribe(id, 'mutation { resetTimer { timer { id } } }');
    expect(await socket.next()).toMatchObject({ id, type: 'next', payload: { data: { resetTimer: {} } } });
    expect(await socket.next()).toEqual({ id, type: 'complete' });
    await socket.close();
  });

  it('takes the operation that is named, and refuses one that is not there', async () => {
    const socket = await RawSocket.ready(rig.host);
    const query = 'query a { clock } query b { timers { id } }';
    socket.subscribe('1', query, { operationName: 'b', extensions: {} });
    expect(await socket.next()).toMatchObject({ payload: { data: { timers: expect.any(Array) } } });
    expect(await socket.next()).toEqual({ id: '1', type: 'complete' });
    for (const more of [{}, { operationName: 'c' }]) {
      socket.subscribe('2', query, more);
      expect(await socket.next()).toMatchObject({
        id: '2',
        type: 'error',
        payload: [{ extensions: { code: 'BAD_USER_INPUT' } }],
      });
    }
    await socket.close();
  });

  it('answers what is invalid by an error message, and goes on', async () => {
    const socket = await RawSocket.ready(rig.host);
    for (const query of ['{ nothing }', '{ clock', 'subscription { timerUpdated(id: {}) { id } }']) {
      socket.subscribe('1', query);
      expect(await socket.next()).toMatchObject({ id: '1', type: 'error' });
    }
    socket.subscribe('1', '{ clock }');
    expect(await socket.next()).toMatchObject({ id: '1', type: 'next' });
    await socket.close();
  });

  it('answers a failed resolver by errors within next, and null data', async () => {
    const socket = await RawSocket.ready(rig.host);
    socket.subscribe('1', 'mutation { resetTimer { timer { id } } }');
    expect(await socket.next()).toMatchObject({
      type: 'next',
      payload: { data: null, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    });
    expect(await socket.next()).toEqual({ id: '1', type: 'complete' });
    await socket.close();
  });

  it('sends nothing for an operation that the client has completed, and lets its id be used again', async () => {
    const socket = await RawSocket.ready(rig.host);
    for (let count = 0; count < 3; count += 1) {
      socket.subscribe('1', 'subscription { timerUpdated { id } }');
      expect(await socket.next()).toMatchObject({ id: '1', type: 'next' });
      socket.send({ id: '1', type: 'complete' });
    }
    socket.send({ id: 'never begun', type: 'complete' });
    socket.send({ type: 'ping' });
    expect(await socket.next()).toEqual({ type: 'pong' });
    await socket.close();
  });

  it.each<[string, number, readonly unknown[]]>([
    ['text that is no JSON', 4400, ['{']],
    ['a message without type', 4400, [{}]],
    ['an unknown type', 4400, [{ type: 'start' }]],
    ['a list', 4400, [[]]],
    ['a message of the server', 4400, [{ type: 'next', id: '1', payload: {} }]],
    ['an operation without id', 4400, [{ type: 'subscribe', payload: { query: '{ clock }' } }]],
    ['an empty id', 4400, [{ type: 'subscribe', id: '', payload: { query: '{ clock }' } }]],
    ['an operation without query', 4400, [{ type: 'subscribe', id: '1', payload: {} }]],
    [
      'variables that are a list',
      4400,
      [{ type: 'subscribe', id: '1', payload: { query: '', variables: [] } }],
    ],
    ['a payload that is none', 4400, [{ type: 'connection_init', payload: 'x' }]],
    [
      'an operation before connection_init',
      4401,
      [{ type: 'subscribe', id: '1', payload: { query: '{ clock }' } }],
    ],
    ['a wrong secret', 4403, [{ type: 'connection_init', payload: { authorization: 'Bearer wrong' } }]],
    ['a second connection_init', 4429, [{ type: 'connection_init' }, { type: 'connection_init' }]],
    [
      'an id that is in use',
      4409,
      [
        { type: 'connection_init' },
        { type: 'subscribe', id: '1', payload: { query: 'subscription { timerTick { id } }' } },
        { type: 'subscribe', id: '1', payload: { query: '{ clock }' } },
      ],
    ],
  ])('closes on %s with %i', async (_, code, messages) => {
    const socket = await RawSocket.open(rig.host);
    for (const message of messages) socket.send(message);
    const ending = await socket.ended;
    expect(ending).toEqual({ code, reason: expect.stringMatching(/\w/) });
  });

  it('closes with 4408 when connection_init does not come', async () => {
    const socket = await RawSocket.open(rig.host);
    const startedAt = performance.now();
    expect(await socket.ended).toEqual({ code: 4408, reason: 'Connection initialisation timeout' });
    expect(performance.now() - startedAt).toBeGreaterThan(2_900);
  });

  it.each<[string, string | string[]]>([
    ['none', []],
    ['another', 'graphql-ws'],
  ])('closes with 4406 where the subprotocol is %s', async (_, protocol) => {
    // the client library refuses a handshake that chose none of its subprotocols, so the code is read by hand
    const lines = Array.isArray(protocol) ? '' : `Sec-WebSocket-Protocol: ${protocol}\r\n`;
    const bytes = await exchange(`GET /graphql HTTP/1.1\r\n${HANDSHAKE}${lines}\r\n`);
    const frame = bytes.subarray(bytes.indexOf('\r\n\r\n') + 4);
    expect([frame[0], frame.readUInt16BE(2)]).toEqual([0x88, 4406]);
  });

  it('takes a subprotocol among others', async () => {
    const socket = await RawSocket.open(rig.host, { protocol: ['graphql-ws', 'graphql-transport-ws'] });
    socket.send({ type: 'connection_init' });
    expect(await socket.next()).toEqual({ type: 'connection_ack' });
    await socket.close();
  });

  it('answers 50 operations of a socket at a time, and refuses the next by an error', async () => {
    const socket = await RawSocket.ready(rig.host);
    for (let number = 1; number <= 51; number += 1)
      socket.subscribe(String(number), 'subscription { tradeDetected { id } }');
    expect(await socket.next()).toMatchObject({
      id: '51',
      type: 'error',
      payload: [{ message: 'at most 50 operations at a time on one socket' }],
    });
    await socket.close();
  });

  it('closes a socket that sends more than 100 messages in a second, whatever they are', async () => {
    const socket = await RawSocket.ready(rig.host);
    for (let count = 0; count < 250; count += 1) socket.send({ type: 'pong' });
    expect(await socket.ended).toEqual({ code: 1008, reason: 'more than 100 messages in a second' });
  });

  it('echoes the close of a client', async () => {
    const socket = await RawSocket.ready(rig.host);
    await socket.close(4_321);
    expect((await socket.ended).code).toBe(4_321);
  });

  it.each([
    ['another path', 'GET /elsewhere HTTP/1.1\r\n', '404'],
    ['another method', 'POST /graphql HTTP/1.1\r\n', '405'],
  ])('refuses the handshake for %s', async (_, line, status) => {
    expect((await exchange(`${line}${HANDSHAKE}\r\n`)).toString('latin1', 9, 12)).toBe(status);
  });

  it.each([
    ['a key that is none', HANDSHAKE.replace(/Key: .*\r/, 'Key: short\r'), '400'],
    ['another version', HANDSHAKE.replace('Version: 13', 'Version: 8'), '426'],
  ])('refuses the handshake with %s', async (_, headers, status) => {
    const answer = await exchange(`GET /graphql HTTP/1.1\r\n${headers}\r\n`);
    expect(answer.toString('latin1', 9, 12)).toBe(status);
  });

  it('survives clients that reset in the middle of anything', async () => {
    const { hostname, port } = new URL(`http://${rig.host}`);
    for (const text of ['GET /graphql HTTP/1.1\r\n', `GET /graphql HTTP/1.1\r\n${HANDSHAKE}\r\n`]) {
      const socket = connect(Number(port), hostname);
      await new Promise<void>((resolve) => socket.write(text, () => resolve()));
      await nextTurn();
      socket.resetAndDestroy();
    }
    const socket = await RawSocket.ready(rig.host);
    socket.terminate();
    expect((await rig.get('/api/health/live')).status).toBe(200);
  });

  it('takes a plain request at the same path', async () => {
    const status = await new Promise((resolve) => {
      request(`http://${rig.host}/graphql?query={clock}`, { headers: { 'apollo-require-preflight': 'x' } })
        .once('response', (response) => {
          response.resume();
          resolve(response.statusCode);
        })
        .end();
    });
    expect(status).toBe(200);
  });

  /** Sends bytes on a socket of its own; everything that comes back until it ends. */
  async function exchange(text: string): Promise<Buffer> {
    const { hostname, port } = new URL(`http://${rig.host}`);
    const socket = connect(Number(port), hostname);
    socket.write(text);
    const pieces: Buffer[] = [];
    socket.on('data', (piece: Buffer) => pieces.push(piece));
    await once(socket, 'close');
    return Buffer.concat(pieces);
  }
});
