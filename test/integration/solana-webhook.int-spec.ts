import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { Server } from 'node:http';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Secret } from '../../src/config/secret';
import { ChainObserver } from '../../src/solana/chain-observer';
import { IngestService } from '../../src/solana/ingest.service';
import { InboxStore } from '../../src/solana/redis/inbox.store';
import { PushDesk } from '../../src/solana/sources/push-desk';
import { ReadingList } from '../../src/solana/sources/reading-list';
import { TimerMemories } from '../../src/solana/sources/timer-memory';
import { WebhookDoor } from '../../src/solana/sources/webhook.door';
import { WebhookReceiver } from '../../src/solana/sources/webhook.receiver';
import { WebhookSource } from '../../src/solana/sources/webhook.source';
import { viewOf } from '../../src/timer/domain/timer.events';
import type { TimerService } from '../../src/timer/timer.service';
import { eventually } from '../support/eventually';
import { blockTimeSecOf, MemoryChain } from '../support/memory-chain';
import { MemoryTimerDoor, stateWith } from '../support/memory-timer-door';
import { watchOpenHandles } from '../support/open-handles';
import { startOwnRedis } from '../support/own-servers';
import { testRedis } from '../support/servers';
import type { TestRedis } from '../support/servers';
import { signatureOf, swapPayload } from '../support/swap-payload';

const SECRET = 'what-helius-must-send';
const MINT = '9VxExA1iRPbuLLdSJ2rB3nyBxsyLReT4aqzZBMaBaY1p';
const TIP = 10_000;
const checkOpenHandles = watchOpenHandles();

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** A receiver over real HTTP. */
class Receiver implements AsyncDisposable {
  private constructor(
    private readonly server: Server,
    private readonly url: string,
  ) {}

  static async start(inbox: InboxStore, secret: string | null = SECRET): Promise<Receiver> {
    const receiver = new WebhookReceiver(secret === null ? null : new Secret(secret), inbox);
    // whom it limits is webhook-limit.int-spec.ts' matter
    const door = new WebhookDoor(receiver, { spendNow: () => null });
    const server = createServer((request, response) => void door.use(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    return new Receiver(server, `http://127.0.0.1:${port}/api/webhook/helius`);
  }

  async post(body: string, authorization: string | null = SECRET): Promise<Reply> {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...(authorization === null ? {} : { authorization }),
    };
    return await new Promise<Reply>((resolve, reject) => {
      const request = httpRequest(this.url, { method: 'POST', headers, agent: false }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.close();
    await once(this.server, 'close');
  }
}

describe('POST /api/webhook/helius', () => {
  let redis: TestRedis;
  const key = (name: string): string => `${redis.keyPrefix}:${name}`;
  const lengthOf = async (name: string): Promise<number> => redis.client.xlen(`${key(name)}:{webhook}:inbox`);

  beforeAll(async () => {
    Logger.overrideLogger(false);
    redis = await testRedis();
  });

  afterAll(async () => {
    await redis.close();
  });

  it('keeps a body and answers without waiting for a leader', async () => {
    await using receiver = await Receiver.start(new InboxStore(redis.client, key('keep')));
    expect(await receiver.post(JSON.stringify([{ signature: 'x' }]))).toEqual({
      status: 200,
      body: { ok: true },
    });
    expect(await lengthOf('keep')).toBe(1);
  });

  it.each([
    ['without a secret', null],
    ['with a wrong one', 'what-helius-must-senD'],
    ['with a longer one', `${SECRET}x`],
  ])('refuses a sender %s', async (_, authorization) => {
    await using receiver = await Receiver.start(new InboxStore(redis.client, key('auth')));
    const { status, body } = await receiver.post('[]', authorization);
    expect({ status, body }).toMatchObject({ status: 401, body: { error: { code: 'UNAUTHENTICATED' } } });
    expect(JSON.stringify(body)).not.toContain(SECRET);
    expect(await lengthOf('auth')).toBe(0);
  });

  it('takes nothing while no secret is set', async () => {
    await using receiver = await Receiver.start(new InboxStore(redis.client, key('none')), null);
    expect(await receiver.post('[]')).toMatchObject({
      status: 503,
      body: {
        error: { code: 'SERVICE_UNAVAILABLE', message: expect.stringContaining('HELIUS_WEBHOOK_SECRET') },
      },
    });
  });

  it.each([
    ['no JSON', '{', 'JSON'],
    ['an object', '{"signature":"x"}', 'array'],
    ['an array of other things', '[{"a":1}, 7]', 'Element 1'],
  ])('names what is wrong with %s', async (_, text, word) => {
    await using receiver = await Receiver.start(new InboxStore(redis.client, key('bad')));
    expect(await receiver.post(text)).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_USER_INPUT', message: expect.stringContaining(word) } },
    });
    expect(await lengthOf('bad')).toBe(0);
  });

  it('takes 1.9 MB and refuses 5 MB', async () => {
    await using receiver = await Receiver.start(new InboxStore(redis.client, key('size')));
    const bodyOf = (bytes: number): string => JSON.stringify([{ filler: 'x'.repeat(bytes) }]);
    expect((await receiver.post(bodyOf(1_900_000))).status).toBe(200);
    expect(await receiver.post(bodyOf(5_000_000))).toMatchObject({
      status: 413,
      body: { error: { code: 'BAD_USER_INPUT' } },
    });
    expect(await lengthOf('size')).toBe(1);
  });

  it('holds its answers back while much waits for the leader, but not for good', async () => {
    const inbox = new InboxStore(redis.client, key('crowded'));
    await using receiver = await Receiver.start(inbox);
    for (let body = 0; body < 1_700; body += 1) await inbox.put('[]');
    const before = performance.now();
    expect((await receiver.post('[]')).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThan(300);
    expect(await lengthOf('crowded')).toBe(1_701);
  });

  it('asks for another try while Redis is away', async () => {
    await using own = await startOwnRedis();
    const client = new Redis(own.url, { maxRetriesPerRequest: 1, retryStrategy: () => 50 });
    client.on('error', () => undefined);
    await using receiver = await Receiver.start(new InboxStore(client, 'away'));
    expect((await receiver.post('[]')).status).toBe(200);
    own.freeze();
    const before = performance.now();
    expect(await receiver.post('[]')).toMatchObject({
      status: 503,
      body: { error: { code: 'SERVICE_UNAVAILABLE' } },
    });
    expect(performance.now() - before).toBeLessThan(5_000);
    own.thaw();
    client.disconnect();
  });
});

describe('WebhookSource', () => {
  let redis: TestRedis;
  let blocking: Redis;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    redis = await testRedis();
    blocking = new Redis(redis.url, { maxRetriesPerRequest: null });
  });

  afterAll(async () => {
    blocking.disconnect();
    await redis.close();
    await checkOpenHandles();
  });

  /** A leader that works an inbox over a timer and a chain in memory. */
  class Bench {
    readonly chain = new MemoryChain(MINT, 1, TIP);
    readonly door = new MemoryTimerDoor(stateWith(MINT, blockTimeSecOf(TIP) * 1000));
    readonly inbox: InboxStore;
    readonly stop = new AbortController();
    readonly brought: string[] = [];
    readonly backlogs: boolean[] = [];
    events = 0;
    commits = 0;
    private readonly source: WebhookSource;

    /** @param isTold - whether it is known where the chain is */
    constructor(name: string, { instanceId = 'a', isTold = true } = {}) {
      const keyPrefix = `${redis.keyPrefix}:${name}`;
      const clock = {
        now: () => blockTimeSecOf(TIP) * 1000,
        isSuspect: false,
        observeBlock: () => undefined,
      };
      this.inbox = new InboxStore(redis.client, keyPrefix);
      const { door, chain, inbox } = this;
      const timers: Pick<TimerService, 'list' | 'reading' | 'apply' | 'learn'> = {
        list: () => Promise.resolve([{ view: viewOf(door.state), nowMs: clock.now(), isStale: false }]),
        reading: () => door.reading(),
        apply: (id, found) => {
          this.commits += 1;
          return door.apply(id, found);
        },
        learn: () => Promise.reject(new Error('not implemented')),
      };
      const ingest = new IngestService(new ChainObserver(clock));
      const memories = new TimerMemories();
      if (isTold) memories.of(door.state).sawPlace({ slot: TIP, timeMs: clock.now() });
      const list = new ReadingList(timers);
      const desk = new PushDesk({ timers, chain, ingest, memories, list });
      const trust = { brought: (signatures: readonly string[]) => this.brought.push(...signatures) };
      const onEvents = (count: number): number => (this.events += count);
      const onBacklog = (isBehind: boolean): number => this.backlogs.push(isBehind);
      const told = { trust, onEvents, onBacklog };
      this.source = new WebhookSource({ inbox, blocking, desk, ...told, instanceId });
      this.lengthKey = `${keyPrefix}:{webhook}:inbox`;
    }

    private readonly lengthKey: string;

    /** Works until the inbox is empty. */
    async drain(): Promise<string> {
      const running = this.source.run(1, this.stop.signal);
      const isEmpty = eventually(
        () => redis.client.xlen(this.lengthKey),
        (length) => length === 0,
      );
      const first = await Promise.race([running, isEmpty.then(() => 'empty')]);
      this.stop.abort();
      await running;
      return first;
    }

    get applied(): readonly (readonly [string, number])[] {
      return [...this.door.applied];
    }
  }

  const place = { slot: TIP - 5, blockTimeSec: blockTimeSecOf(TIP - 5), mint: MINT };
  const swap = (number: number, part: object = {}): Record<string, unknown> =>
    swapPayload({ signature: signatureOf(number), ...place, ...part });

  it('judges the bodies that wait, the same transaction once', async () => {
    const bench = new Bench('judge');
    await bench.inbox.put(JSON.stringify([swap(1), swap(2)]));
    await bench.inbox.put(JSON.stringify([swap(1)]));
    expect(await bench.drain()).toBe('empty');
    expect(bench.applied).toEqual([
      [signatureOf(1), 1],
      [signatureOf(2), 1],
    ]);
    expect(bench.events).toBe(3);
    expect([...new Set(bench.brought)]).toEqual([signatureOf(1), signatureOf(2)]);
  });

  it('writes what waits in few commits, however many bodies it came in', async () => {
    const bench = new Bench('batch');
    for (let number = 1; number <= 300; number += 1)
      await bench.inbox.put(JSON.stringify([swap(1_000 + number)]));
    await bench.drain();
    expect(bench.applied).toHaveLength(300);
    expect(bench.commits).toBeLessThan(20);
    expect(bench.backlogs).toContain(true);
  });

  it('makes nothing of failed transactions, of other mints, and of transactions without meta', async () => {
    const bench = new Bench('nothing');
    const bare = Object.fromEntries(Object.entries(swap(3)).filter(([name]) => name !== 'meta'));
    const other = swap(4, { mint: 'So11111111111111111111111111111111111111112' });
    await bench.inbox.put(JSON.stringify([swap(2, { hasFailed: true }), other, bare, {}]));
    await bench.inbox.put(JSON.stringify([swap(5)]));
    await bench.drain();
    expect(bench.applied).toEqual([[signatureOf(5), 1]]);
  });

  it('fetches what was pushed without a block time', async () => {
    const bench = new Bench('timeless');
    bench.chain.rows.push({ address: MINT, signature: signatureOf(6), hasFailed: false, ...place });
    await bench.inbox.put(JSON.stringify([swap(6, { blockTimeSec: null })]));
    await bench.drain();
    expect(bench.applied).toEqual([[signatureOf(6), 1]]);
  });

  it('asks the chain for what is said to stand far from it, and takes its neighbours', async () => {
    const bench = new Bench('far');
    bench.chain.rows.push({ address: MINT, signature: signatureOf(20), hasFailed: false, ...place });
    const far = [swap(20, { slot: TIP + 900_000 }), swap(21, { slot: TIP - 9_000 }), swap(22, { slot: -1 })];
    await bench.inbox.put(JSON.stringify([...far, swap(23)]));
    await bench.drain();
    expect(bench.applied).toEqual([
      [signatureOf(20), 1],
      [signatureOf(23), 1],
    ]);
    expect(bench.chain.fetched).toEqual([signatureOf(20)]);
  });

  it('asks the chain for everything before it has seen where the chain is', async () => {
    const bench = new Bench('untold', { isTold: false });
    bench.chain.rows.push({ address: MINT, signature: signatureOf(30), hasFailed: false, ...place });
    await bench.inbox.put(JSON.stringify([swap(30), swap(31)]));
    await bench.drain();
    expect(bench.applied).toEqual([[signatureOf(30), 1]]);
  });

  it('judges an enhanced body by its balance changes', async () => {
    const bench = new Bench('enhanced');
    const change = (userAccount: string, mint: string, tokenAmount: string): unknown => ({
      userAccount,
      tokenAccount: `${userAccount.slice(0, 20)}${mint.slice(0, 20)}`,
      mint,
      rawTokenAmount: { tokenAmount, decimals: 6 },
    });
    const trader = 'HN7cABqLq46Es1jh92dQQisAq662SmxELLLsHHe4YWrH';
    const pool = '5Q544fKrFoe6tsEbD7S8EmxGTJYAKtTVhAW5Q5pge4j1';
    const dollar = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGkZwyTDt1v';
    const entry = (account: string, ...tokenBalanceChanges: unknown[]): unknown => ({
      account,
      nativeBalanceChange: 0,
      tokenBalanceChanges,
    });
    const body = {
      signature: signatureOf(10),
      slot: place.slot,
      timestamp: place.blockTimeSec,
      type: 'UNKNOWN',
      source: 'UNKNOWN',
      fee: 5_000,
      feePayer: trader,
      transactionError: null,
      nativeTransfers: [],
      tokenTransfers: [],
      instructions: [
        { programId: pool, accounts: [trader], data: '3Bxs4h24hBtQy9rw', innerInstructions: [] },
      ],
      accountData: [
        entry(trader, change(trader, MINT, '5000000'), change(trader, dollar, '-2000000')),
        entry(pool, change(pool, MINT, '-5000000'), change(pool, dollar, '2000000')),
      ],
      events: {},
    };
    await bench.inbox.put(JSON.stringify([body]));
    await bench.drain();
    expect(bench.applied).toEqual([[signatureOf(10), 1]]);
  });

  it('leaves to the sweep what the chain does not know yet', async () => {
    const bench = new Bench('unknown');
    await bench.inbox.put(JSON.stringify([swap(7, { blockTimeSec: null })]));
    await bench.drain();
    expect(bench.applied).toEqual([]);
  });

  it('takes over what a dead leader has read', async () => {
    const bench = new Bench('taken');
    await bench.inbox.prepare();
    await bench.inbox.put(JSON.stringify([swap(8)]));
    expect(await bench.inbox.read(blocking, 'dead', 20)).toHaveLength(1);
    expect(await bench.drain()).toBe('empty');
    expect(bench.applied).toEqual([[signatureOf(8), 1]]);
  });

  it('keeps a body until its trades are in', async () => {
    const bench = new Bench('refused');
    await bench.inbox.put(JSON.stringify([swap(9)]));
    bench.door.refusal = 'stale_leader';
    expect(await bench.drain()).toBe('stale_leader');
    const heir = new Bench('refused', { instanceId: 'b' });
    expect(await heir.drain()).toBe('empty');
    expect(heir.applied).toEqual([[signatureOf(9), 1]]);
  });
});
