import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { sampleTape } from '../../test/support/sample-tape';
import type { DemoChain } from './demo-chain';
import { DEMO_MINT, startDemoChain } from './demo-chain';
import { isRecord } from './json';
import { producedAtOrBelow } from './slots';

let dataDir = '';
let nowMs = 0;
let demo: DemoChain;

beforeEach(async () => {
  nowMs = 1_795_000_000_000;
  dataDir = mkdtempSync(join(tmpdir(), 'demo-chain-'));
  demo = await startDemoChain({ dataDir, autoplay: false, tape: sampleTape(3, 2), now: () => nowMs });
});
afterEach(async () => {
  await demo.close();
  rmSync(dataDir, { recursive: true });
});

async function post(
  path: string,
  body: unknown,
): Promise<{ status: number; headers: Headers; json: unknown }> {
  const answer = await fetch(`${demo.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
  return { status: answer.status, headers: answer.headers, json: await answer.json() };
}

const rpc = (method: string, ...params: unknown[]): ReturnType<typeof post> =>
  post('/?api-key=x', { jsonrpc: '2.0', id: 1, method, params });

const signatureOf = (json: unknown): string => (isRecord(json) ? String(json['signature']) : '');

const behave = (body: unknown): ReturnType<typeof post> => post('/demo/behave', body);

async function listed(): Promise<unknown> {
  const { json } = await rpc('getSignaturesForAddress', DEMO_MINT, { commitment: 'confirmed' });
  return json;
}

describe('startDemoChain', () => {
  it('serves JSON-RPC, one call or a batch, on the loopback', async () => {
    expect(demo.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const slot = producedAtOrBelow(demo.chain.newestSlot - 32);
    expect((await rpc('getSlot')).json).toEqual({ jsonrpc: '2.0', id: 1, result: slot });
    const batch = [1, 2].map((id) => ({ jsonrpc: '2.0', id, method: 'getSlot' }));
    expect((await post('/', batch)).json).toEqual([1, 2].map((id) => ({ jsonrpc: '2.0', id, result: slot })));
    expect(demo.status().calls).toEqual({ getSlot: 3 });
  });

  it('says what it is and where it stands', async () => {
    const { json: placed } = await post('/demo/transactions', { counting: true });
    const answer = await fetch(`${demo.url}/demo`);
    expect(await answer.json()).toMatchObject({
      sentence: 'recorded mainnet trades, mint replaced, re-timed, pass 1',
      mint: DEMO_MINT,
      pass: 1,
      position: 1,
      entries: 5,
      slot: demo.chain.newestSlot,
      silent: true,
      lastPlacement: placed,
      failure: null,
    });
  });

  it('places a transaction where it is told, lists it for the mint, and gives it', async () => {
    const blockTime = nowMs / 1000 - 20;
    const placed = await post('/demo/transactions', { counting: true, blockTime });
    expect(placed).toMatchObject({ status: 201, json: { entry: 'trade 0', expected: 'buy', blockTime } });
    const signature = signatureOf(placed.json);
    expect(await listed()).toMatchObject({ result: [{ signature, blockTime }] });
    expect((await rpc('getTransaction', signature)).json).toMatchObject({ result: { blockTime } });
    expect(await (await fetch(`${demo.url}/demo/transactions`)).json()).toEqual([placed.json]);
  });

  it('plays by itself, and is silent again when told', async () => {
    await behave({ silent: false });
    for (let second = 0; second < 30; second += 1) {
      nowMs += 1000;
      await rpc('getHealth');
    }
    const played = await (await fetch(`${demo.url}/demo/transactions`)).json();
    expect(played).toHaveLength(demo.status().position + 5 * (demo.status().pass - 1));
    expect(demo.status().pass).toBeGreaterThan(1);
    await behave({ silent: true });
    nowMs += 60_000;
    await rpc('getHealth');
    expect(await (await fetch(`${demo.url}/demo/transactions`)).json()).toEqual(played);
  });

  it('goes on after a restart where it stopped', async () => {
    const { json: first } = await post('/demo/transactions', { counting: true });
    await demo.close();
    demo = await startDemoChain({ dataDir, autoplay: false, tape: sampleTape(3, 2), now: () => nowMs });
    const { json: second } = await post('/demo/transactions', { counting: true });
    expect(await (await fetch(`${demo.url}/demo/transactions`)).json()).toEqual([first, second]);
    expect(second).not.toMatchObject({ entry: 'trade 0' });
  });

  it('falls silent and says why where the state cannot be kept, shows nothing it could not keep, and goes on when told', async () => {
    await behave({ silent: false });
    rmSync(dataDir, { recursive: true });
    nowMs += 10_000;
    const { json } = await rpc('getHealth');
    expect(json).toMatchObject({ result: 'ok' });
    expect(demo.status()).toMatchObject({
      silent: true,
      failure: 'DEMO_STATE_FAILED',
    });
    expect(demo.chain.transactions).toEqual([]);
    mkdirSync(dataDir);
    expect((await behave({ silent: false })).status).toBe(200);
    nowMs += 10_000;
    await rpc('getHealth');
    expect(demo.status()).toMatchObject({ silent: false, failure: null });
    expect(demo.chain.transactions).toHaveLength(1);
  });

  it('refuses a mint that is none and a port that is taken', async () => {
    const started = startDemoChain({ dataDir, mint: 'x', tape: sampleTape(1, 0) });
    await expect(started).rejects.toMatchObject({ code: 'DEMO_OPTION_INVALID' });
    const port = Number(new URL(demo.url).port);
    const second = startDemoChain({ dataDir, port, tape: sampleTape(1, 0) });
    await expect(second).rejects.toMatchObject({ code: 'DEMO_LISTEN_FAILED', context: { port } });
  });

  it('leaves nothing open, not even a connection that a client keeps', async () => {
    await rpc('getHealth');
    await demo.close();
    await expect(rpc('getHealth')).rejects.toThrow('fetch failed');
  });

  it('ends although a client is in the middle of a request', async () => {
    const socket = connect(Number(new URL(demo.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write('POST / HTTP/1.1\r\nHost: demo\r\nContent-Length: 10\r\n\r\n{');
    await rpc('getHealth');
    const closed = once(socket, 'close');
    await Promise.all([demo.close(), closed]);
    expect(socket.destroyed).toBe(true);
  });

  it('leaves neither server nor timer behind', async () => {
    const other = mkdtempSync(join(tmpdir(), 'demo-chain-'));
    const before = process.getActiveResourcesInfo().toSorted();
    const second = await startDemoChain({ dataDir: other, tape: sampleTape(1, 0) });
    expect(process.getActiveResourcesInfo()).toEqual(expect.arrayContaining(['TCPServerWrap', 'Timeout']));
    await second.close();
    // a closed handle leaves the list in the closing phase of the event loop's next turn
    await setImmediate();
    await setImmediate();
    expect(process.getActiveResourcesInfo().toSorted()).toEqual(before);
    rmSync(other, { recursive: true });
  });

  it('does not fall back over a restart even where nothing was played since', async () => {
    nowMs += 60_000;
    const slot = demo.status().slot;
    await demo.close();
    nowMs -= 60_000;
    demo = await startDemoChain({ dataDir, autoplay: false, tape: sampleTape(3, 2), now: () => nowMs });
    expect(demo.status().slot).toBe(slot);
  });
});

describe('misbehaving', () => {
  it('answers the next calls with 429 and when to come back, then is well again', async () => {
    await behave({ rateLimit: { count: 2, retryAfterSec: 3 } });
    for (const answer of [await rpc('getSlot'), await rpc('getSlot')]) {
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '3']);
    }
    expect((await rpc('getSlot')).status).toBe(200);
  });

  it('answers the next calls with 500, or closes the connection', async () => {
    await behave({ failNext: 1, dropNext: 1 });
    await expect(rpc('getSlot')).rejects.toThrow('fetch failed');
    expect((await rpc('getSlot')).status).toBe(500);
    expect((await rpc('getSlot')).status).toBe(200);
    expect(demo.status().calls).toEqual({ getSlot: 1 });
  });

  it('lags and holds its slot', async () => {
    const slot = demo.chain.newestSlot;
    const seen = async (): Promise<unknown> => (await rpc('getSlot', { commitment: 'processed' })).json;
    await behave({ lagSlots: 50 });
    expect(await seen()).toMatchObject({ result: producedAtOrBelow(slot - 50) });
    await behave({ lagSlots: 0, holdSlot: true });
    nowMs += 40_000;
    expect(await seen()).toMatchObject({ result: producedAtOrBelow(slot) });
    await behave({ holdSlot: null });
    expect(await seen()).toMatchObject({ result: producedAtOrBelow(slot + 100) });
  });

  it('lists late, out of order, without what it forgot, and gives null for what it lists', async () => {
    const place = async (body: object): Promise<string> => {
      const { json } = await post('/demo/transactions', { ...body, blockTime: nowMs / 1000 - 20 });
      return signatureOf(json);
    };
    const [one, two] = [await place({ counting: true }), await place({ counting: true })];
    await behave({ lateIndexSlots: 10, reorderRows: true, nullTransactions: [two] });
    const three = await place({ counting: true });
    expect(await listed()).toMatchObject({ result: [{ signature: one }, { signature: two }] });
    expect((await rpc('getTransaction', two)).json).toMatchObject({ result: null });
    nowMs += 4000;
    await behave({ reset: true, forgetSignatures: [one] });
    expect(await listed()).toMatchObject({ result: [{ signature: three }, { signature: two }] });
    expect((await rpc('getTransaction', two)).json).toHaveProperty('result.slot');
    expect((await rpc('getTransaction', one)).json).toMatchObject({ result: null });
  });

  it('returns on reset to how it was started', async () => {
    const { json: start } = await behave({});
    await behave({ silent: false, lagSlots: 5, failNext: 3, forgetSignatures: ['x'] });
    expect((await behave({ reset: true })).json).toEqual(start);
    expect(start).toMatchObject({ silent: true, lagSlots: 0, failNext: 0, forgetSignatures: [] });
  });

  it.each([
    ['/demo/behave', 'text', 'the body must be a JSON object'],
    ['/demo/behave', { lagSlots: -1 }, 'lagSlots must be a count of slots'],
    ['/demo/behave', { rateLimit: { count: 1 } }, 'rateLimit must be { count, retryAfterSec } or null'],
    ['/demo/behave', { toString: 1 }, 'unknown field toString'],
    ['/demo/transactions', {}, 'the body needs either entry'],
    ['/demo/transactions', { entry: 'trade 0', counting: true }, 'the body needs either entry'],
    ['/demo/transactions', { entry: 'no such' }, 'no entry no such'],
    ['/demo/transactions', { counting: true, slot: 1, blockTime: 1 }, 'give slot or blockTime, not both'],
    ['/demo/transactions', { counting: true, blockTime: 1 }, 'the place is outside'],
    ['/demo/transactions', { counting: true, signature: 'x' }, 'signature must be base58 of 64 bytes'],
  ])('refuses POST %s %j with 400, says why, and changes nothing', async (path, body, why) => {
    const before = demo.status();
    const answer = await post(path, body);
    expect(answer.status).toBe(400);
    expect(isRecord(answer.json) ? answer.json['error'] : '').toEqual(expect.stringContaining(why));
    expect(demo.status()).toEqual(before);
  });

  it('refuses other routes, other methods and bodies over 1 MB', async () => {
    expect((await post('/demo/else', {})).status).toBe(404);
    expect((await fetch(demo.url)).status).toBe(405);
    expect((await post('/', 'x'.repeat(1_000_001))).status).toBe(413);
  });
});
