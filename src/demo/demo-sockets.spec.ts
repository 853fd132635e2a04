import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { eventually } from '../../test/support/eventually';
import { sampleTape } from '../../test/support/sample-tape';
import type { DemoChain } from './demo-chain';
import { DEMO_MINT, startDemoChain } from './demo-chain';
import { isRecord } from './json';

let dataDir = '';
let nowMs = 0;
let demo: DemoChain;
const clients: Client[] = [];

beforeEach(async () => {
  nowMs = 1_795_000_000_000;
  dataDir = mkdtempSync(join(tmpdir(), 'demo-sockets-'));
  demo = await startDemoChain({ dataDir, autoplay: false, tape: sampleTape(3, 2), now: () => nowMs });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.terminate();
  await demo.close();
  rmSync(dataDir, { recursive: true });
});

/** A client that keeps what it was sent. */
class Client {
  readonly answers: Record<string, unknown>[] = [];
  readonly notices: Record<string, unknown>[] = [];
  isClosed = false;

  constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      const message: unknown = JSON.parse(data.toString());
      if (isRecord(message)) ('id' in message ? this.answers : this.notices).push(message);
    });
    socket.on('close', () => (this.isClosed = true));
  }

  async ask(method: string, ...params: unknown[]): Promise<Record<string, unknown>> {
    const id = this.answers.length + 1;
    this.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    await eventually(
      () => this.answers.length,
      (count) => count === id,
    );
    return this.answers[id - 1] ?? {};
  }
}

async function connect(): Promise<Client> {
  const client = new Client(new WebSocket(`${demo.url.replace('http', 'ws')}/?api-key=x`));
  clients.push(client);
  await new Promise((resolve) => client.socket.once('open', resolve));
  return client;
}

async function post(path: string, body: unknown): Promise<Record<string, unknown>> {
  const answer = await fetch(`${demo.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
  const json: unknown = await answer.json();
  return isRecord(json) ? json : {};
}

const mentions = (...addresses: string[]): unknown => ({ mentions: addresses });
const confirmed = { commitment: 'confirmed' };

describe('the sockets of the demo chain', () => {
  it('tell of a transaction that names the address once it is confirmed', async () => {
    const client = await connect();
    const { result } = await client.ask('logsSubscribe', mentions(DEMO_MINT), confirmed);
    const placed = await post('/demo/transactions', { counting: true });
    nowMs += 4_000;
    const [notice] = await eventually(
      () => client.notices,
      (notices) => notices.length > 0,
    );
    expect(notice).toMatchObject({
      method: 'logsNotification',
      params: {
        subscription: result,
        result: { context: { slot: placed['slot'] }, value: { signature: placed['signature'], err: null } },
      },
    });
    await client.ask('logsUnsubscribe', result);
    const watch = await client.ask('logsSubscribe', mentions(DEMO_MINT), confirmed);
    await post('/demo/transactions', { counting: true });
    nowMs += 4_000;
    await eventually(
      () => client.notices.length,
      (count) => count > 1,
    );
    expect(client.notices.at(-1)).toMatchObject({ params: { subscription: watch['result'] } });
    expect(client.notices).toHaveLength(2);
  });

  it('tell the slots, and nothing while they are muted', async () => {
    const client = await connect();
    await client.ask('slotSubscribe');
    nowMs += 4_000;
    const [notice] = await eventually(
      () => client.notices,
      (notices) => notices.length > 0,
    );
    expect(notice).toMatchObject({
      method: 'slotNotification',
      params: { result: { slot: demo.chain.slot('processed') } },
    });
    await post('/demo/behave', { muteSockets: true });
    const heard = client.notices.length;
    nowMs += 4_000;
    await client.ask('slotUnsubscribe', 99);
    expect(client.notices).toHaveLength(heard);
  });

  it('break on command, once, and never tell what happened meanwhile', async () => {
    const client = await connect();
    await client.ask('logsSubscribe', mentions(DEMO_MINT), confirmed);
    expect(demo.status().sockets).toBe(1);
    expect(await post('/demo/behave', { dropSockets: true })).toMatchObject({ dropSockets: false });
    await eventually(
      () => client.isClosed,
      (isClosed) => isClosed,
    );
    await post('/demo/transactions', { counting: true });
    nowMs += 4_000;
    const other = await connect();
    await other.ask('logsSubscribe', mentions(DEMO_MINT), confirmed);
    const second = await post('/demo/transactions', { counting: true });
    nowMs += 4_000;
    const notices = await eventually(
      () => other.notices,
      (list) => list.length > 0,
    );
    expect(JSON.stringify(notices)).toContain(String(second['signature']));
    expect(notices).toHaveLength(1);
  });

  it('refuse what a node refuses', async () => {
    const client = await connect();
    const two = await client.ask('logsSubscribe', mentions(DEMO_MINT, DEMO_MINT));
    expect(two).toMatchObject({
      error: { code: -32602, message: 'Invalid Request: Only 1 address supported' },
    });
    expect(await client.ask('logsSubscribe', mentions('x'))).toMatchObject({ error: { code: -32602 } });
    expect(await client.ask('getSlot')).toMatchObject({ error: { code: -32601 } });
    expect(await client.ask('slotUnsubscribe', 77)).toMatchObject({ result: false });
    client.socket.send('no json');
    const answer = await eventually(
      () => client.answers.at(-1),
      (last) => last?.['id'] === null,
    );
    expect(answer).toMatchObject({ error: { code: -32600 } });
  });
});
