import { ScriptedNode } from '../../../test/support/scripted-node';
import type { Script } from '../../../test/support/scripted-node';
import { Secret } from '../../config/secret';
import { SolanaError } from '../domain/solana.errors';
import { chainSourceOf } from './chain-source';
import { purposeIs } from '../purpose-of-call';
import { CreditMeter } from './credit-meter';
import type { RpcPool } from './rpc-pool';

const KEY = 'key-that-nobody-may-see';
const MINT = '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p';
const SIGNATURE = '5'.repeat(87);

describe('RpcPool', () => {
  const nodes: ScriptedNode[] = [];

  async function poolOf(
    scripts: readonly (readonly Script[])[],
    limits: { timeoutMs?: number; rounds?: number; longestWaitMs?: number; openMs?: number } = {},
  ): Promise<{ pool: RpcPool; meter: CreditMeter }> {
    for (const script of scripts) {
      const node = await ScriptedNode.start();
      node.script = [...script];
      nodes.push(node);
    }
    const meter = new CreditMeter();
    const endpoints = nodes.map(({ port }, index) => ({
      name: `node-${index}`,
      url: new Secret(`http://127.0.0.1:${port}/?api-key=${KEY}`),
    }));
    const { timeoutMs = 2_000, rounds = 2, longestWaitMs = 100, openMs = 60_000 } = limits;
    const pool = chainSourceOf({ kind: 'rpc', endpoints, note: () => null }, meter, {
      timeoutMs,
      breaker: { failures: 2, openMs },
      pool: { rounds, backoffMs: 2, longestWaitMs },
    });
    return { pool, meter };
  }

  it('keeps the rate limit of the plan at endpoints of Helius, and only there', async () => {
    const node = await ScriptedNode.start();
    nodes.push(node);
    node.script = Array.from({ length: 6 }, (_, slot) => ({ result: slot }));
    const url = new Secret(`http://127.0.0.1:${node.port}/`);
    const poolAt = (name: string): RpcPool =>
      chainSourceOf(
        { kind: 'rpc', endpoints: [{ name, url }], note: () => null },
        new CreditMeter(),
        undefined,
        () => 0.01,
      );
    const other = poolAt('1:rpc.example.org');
    const helius = poolAt('1:mainnet.helius-rpc.com');
    expect(await helius.slot('confirmed')).toBe(0);
    const stop = new AbortController();
    const second = helius.slot('confirmed', stop.signal);
    for (let slot = 1; slot < 4; slot += 1) expect(await other.slot('confirmed')).toBe(slot);
    stop.abort();
    await expect(second).rejects.toMatchObject({ name: 'AbortError' });
    expect(node.calls).toHaveLength(4);
  });

  const callsOf = (index: number): readonly string[] => nodes[index]?.calls ?? [];

  afterEach(async () => {
    for (const node of nodes.splice(0)) await node[Symbol.asyncDispose]();
  });

  it('reads slots, times, rows and transactions as plain numbers', async () => {
    const row = {
      signature: SIGNATURE,
      slot: 7,
      err: null,
      memo: null,
      blockTime: 9,
      confirmationStatus: 'confirmed',
    };
    const payload = { slot: 7, blockTime: 9, meta: { fee: 5_000, preBalances: [10] }, version: 0 };
    const { pool } = await poolOf([
      [
        { result: 7 },
        { result: 9 },
        { result: [row, { ...row, err: { InstructionError: [0, 'x'] }, blockTime: null }] },
        { result: payload },
        { result: null },
        { result: { signatures: [SIGNATURE] } },
      ],
    ]);
    expect(await pool.slot('finalized')).toBe(7);
    expect(await pool.blockTime(7)).toBe(9);
    expect(await pool.signatures(MINT, { limit: 10, commitment: 'confirmed', minContextSlot: 5 })).toEqual([
      { signature: SIGNATURE, slot: 7, hasFailed: false, blockTimeSec: 9 },
      { signature: SIGNATURE, slot: 7, hasFailed: true, blockTimeSec: null },
    ]);
    expect(await pool.transaction(SIGNATURE, 'confirmed')).toEqual(payload);
    expect(await pool.transaction(SIGNATURE, 'confirmed')).toBeNull();
    expect(await pool.blockSignatures(7)).toEqual([SIGNATURE]);
  });

  it.each<[string, Script]>([
    ['500', { status: 500 }],
    ['429', { status: 429, headers: { 'retry-after': '1' } }],
    ['no JSON', { text: '<html>' }],
    ['an unhealthy node', { rpcCode: -32005 }],
    ['a node behind', { rpcCode: -32016 }],
    ['a refused key', { status: 401 }],
    ['no answer in time', { hangs: true }],
  ])('goes to the next endpoint on %s', async (_, script) => {
    const { pool } = await poolOf([[script], [{ result: 42 }]], { timeoutMs: 200 });
    expect(await pool.slot('confirmed')).toBe(42);
  });

  it('takes an endpoint for failing that is behind what it is asked for, although it answers the rest', async () => {
    const { pool } = await poolOf([[{ result: 42 }]]);
    const [node, endpoint] = [nodes[0], pool.endpoints[0]];
    if (node === undefined || endpoint === undefined) throw new Error('no node');
    const ask = { limit: 10, commitment: 'confirmed', minContextSlot: 50 } as const;
    node.byMethod = { getSignaturesForAddress: { rpcCode: -32016 } };
    await expect(endpoint.signatures(MINT, ask)).rejects.toMatchObject({ code: 'SOLANA_SLOT_NOT_FOUND' });
    expect(await endpoint.slot('confirmed')).toBe(42);
    expect(endpoint.failingForMs).toBeGreaterThan(0);
    node.byMethod = { getSignaturesForAddress: { result: [] } };
    expect(await endpoint.signatures(MINT, ask)).toEqual([]);
    expect(endpoint.failingForMs).toBe(0);
  });

  it('tries again after a while once all have failed', async () => {
    const { pool } = await poolOf([[{ status: 500 }, { result: 5 }]]);
    expect(await pool.slot('confirmed')).toBe(5);
    expect(callsOf(0)).toHaveLength(2);
  });

  it('waits as long as Retry-After asks, and fails at once where that is too long', async () => {
    const tooMany = { status: 429, headers: { 'retry-after': '1' } };
    const { pool } = await poolOf([[tooMany, { result: 5 }]], { longestWaitMs: 1_500 });
    const before = performance.now();
    expect(await pool.slot('confirmed')).toBe(5);
    expect(performance.now() - before).toBeGreaterThanOrEqual(990);
  });

  it('does not wait for a rest that is too long', async () => {
    const { pool } = await poolOf([[{ status: 429, headers: { 'retry-after': '600' } }]]);
    await expect(pool.slot('confirmed')).rejects.toMatchObject({ code: 'SOLANA_RATE_EXCEEDED' });
    await expect(pool.slot('confirmed')).rejects.toBeInstanceOf(SolanaError);
    expect(callsOf(0)).toHaveLength(1);
  });

  it('leaves an endpoint alone after failures in a row', async () => {
    const { pool } = await poolOf([[{ status: 500 }], [{ result: 1 }]]);
    for (let index = 0; index < 4; index++) await pool.slot('confirmed');
    expect(callsOf(0)).toHaveLength(2);
    expect(callsOf(1)).toHaveLength(4);
    expect(pool.endpoints.map(({ isUsable }) => isUsable)).toEqual([false, true]);
  });

  it('knows how each endpoint has done: its slot, its latency, its errors', async () => {
    const { pool } = await poolOf([[{ status: 500 }, { result: 41 }], [{ result: 42 }]]);
    expect(pool.endpoints[0]?.health).toEqual({
      name: 'node-0',
      isUsable: true,
      slot: null,
      latencyMs: null,
      errorRatio: 0,
    });
    await pool.slot('confirmed');
    await pool.slot('confirmed');
    expect(pool.endpoints.map(({ health }) => health)).toMatchObject([
      { slot: 41, errorRatio: 0.5, latencyMs: expect.any(Number) },
      { slot: 42, errorRatio: 0, isUsable: true },
    ]);
  });

  it('asks nobody else about a fault of its own', async () => {
    const { pool } = await poolOf([[{ rpcCode: -32602 }], [{ result: 1 }]]);
    await expect(pool.slot('confirmed')).rejects.toMatchObject({ code: 'SOLANA_REQUEST_INVALID' });
    expect(callsOf(1)).toHaveLength(0);
  });

  it.each([
    [-32016, 'SOLANA_SLOT_NOT_FOUND'],
    [-32004, 'SOLANA_SLOT_NOT_FOUND'],
    [-32005, 'SOLANA_LAG_EXCEEDED'],
    [-32010, 'SOLANA_HISTORY_MISSING'],
    [-32011, 'SOLANA_HISTORY_MISSING'],
    [429, 'SOLANA_RATE_EXCEEDED'],
    [-1, 'SOLANA_RPC_FAILED'],
  ])('names RPC error %d %s', async (rpcCode, code) => {
    const { pool } = await poolOf([[{ rpcCode }]], { rounds: 1 });
    const list = pool.signatures(MINT, { limit: 1, commitment: 'confirmed' });
    await expect(list).rejects.toMatchObject({
      code,
      context: { method: 'getSignaturesForAddress', rpcCode },
    });
  });

  it('has no time for a skipped slot', async () => {
    const { pool } = await poolOf([[{ rpcCode: -32009 }]]);
    expect(await pool.blockTime(3)).toBeNull();
  });

  it('repeats a task of several reads as a whole on the next endpoint', async () => {
    const { pool } = await poolOf([[{ result: 1 }, { status: 500 }], [{ result: 2 }]]);
    const both = await pool.withEndpoint(async (endpoint) => [
      await endpoint.slot('confirmed'),
      await endpoint.slot('confirmed'),
    ]);
    expect(both).toEqual([2, 2]);
  });

  it('counts every request in credits, by method and endpoint', async () => {
    const { pool, meter } = await poolOf([[{ status: 500 }], [{ result: 1 }]]);
    await pool.slot('confirmed');
    expect(meter.counts()).toEqual([
      { method: 'getSlot', endpoint: 'node-0', purpose: 'other', address: null, calls: 1, credits: 1 },
      { method: 'getSlot', endpoint: 'node-1', purpose: 'other', address: null, calls: 1, credits: 1 },
    ]);
  });

  it('counts a list for its address and for the purpose of the work', async () => {
    const { pool, meter } = await poolOf([[{ result: [] }]]);
    await purposeIs('settle', () => pool.signatures(MINT, { limit: 5, commitment: 'finalized' }));
    expect(meter.drain()).toMatchObject([
      { method: 'getSignaturesForAddress', purpose: 'settle', address: MINT, calls: 1 },
    ]);
    expect(meter.drain()).toEqual([]);
  });

  it.each<[string, Script]>([
    ['by HTTP', { status: 429, text: '{"error":"max usage reached"}' }],
    ['in the answer', { text: '{"error":{"code":-32429,"message":"Credits exhausted for this month"}}' }],
  ])('understands %s that the credits are used up, and leaves the endpoint alone', async (_, script) => {
    const { pool } = await poolOf([[script]]);
    await expect(pool.slot('confirmed')).rejects.toMatchObject({ code: 'SOLANA_CREDITS_EXCEEDED' });
    expect(callsOf(0)).toHaveLength(1);
    expect(pool.endpoints[0]?.isUsable).toBe(false);
  });

  it('takes any other 429 for a matter of pace', async () => {
    const { pool } = await poolOf([[{ status: 429, text: 'rate limit exceeded: too many requests' }]], {
      rounds: 1,
    });
    await expect(pool.slot('confirmed')).rejects.toMatchObject({ code: 'SOLANA_RATE_EXCEEDED' });
  });

  it('keeps the URL out of every error', async () => {
    const { pool } = await poolOf([[{ status: 500 }]], { rounds: 1 });
    await nodes.splice(0)[0]?.[Symbol.asyncDispose]();
    const err: unknown = await pool.slot('confirmed').catch((thrown: unknown) => thrown);
    expect(err).toMatchObject({
      code: 'SOLANA_RPC_FAILED',
      context: { endpoint: 'node-0', cause: 'ECONNREFUSED' },
    });
    expect(JSON.stringify(err) + String(err instanceof Error && err.stack)).not.toContain(KEY);
  });

  it('stops at once when its caller does, and holds nothing against the endpoint', async () => {
    const { pool } = await poolOf([[{ hangs: true }]]);
    const stop = new AbortController();
    const reading = pool.slot('confirmed', stop.signal);
    stop.abort();
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    expect(pool.endpoints[0]?.isUsable).toBe(true);
  });
});
