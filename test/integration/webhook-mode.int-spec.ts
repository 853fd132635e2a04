import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ConfigModule } from '../../src/config/config.module';
import { parseEnv } from '../../src/config/env';
import { Secret } from '../../src/config/secret';
import { startDemoChain } from '../../src/demo/demo-chain';
import type { DemoChain } from '../../src/demo/demo-chain';
import { NestLogger } from '../../src/platform/logging/logger';
import { LimitsModule } from '../../src/platform/limits/limits.module';
import { PlatformModule } from '../../src/platform/platform.module';
import { SettingsService } from '../../src/settings/settings.service';
import { SettingsModule } from '../../src/settings/settings.module';
import { CreditLedger } from '../../src/solana/credits/credit.ledger';
import { SolanaModule } from '../../src/solana/solana.module';
import { TimerModule } from '../../src/timer/timer.module';
import { TimerService } from '../../src/timer/timer.service';
import type { ReadingState } from '../../src/timer/timer.service';
import { eventually } from '../support/eventually';
import { FakeHelius, HELIUS_KEY } from '../support/fake-helius';
import { watchOpenHandles } from '../support/open-handles';
import { testDatabase, testRedis } from '../support/servers';
import type { TestDatabase, TestRedis } from '../support/servers';
import { silentLog } from '../support/silent-log';

const SECRET = 'what-helius-must-send';
const checkOpenHandles = watchOpenHandles();

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return address === null || typeof address === 'string' ? 0 : address.port;
}

describe('webhook mode', () => {
  let redis: TestRedis;
  let database: TestDatabase;
  let folder: string;
  let demo: DemoChain;
  let helius: FakeHelius;
  let app: INestApplication;
  let address: string;

  beforeAll(async () => {
    [redis, database, folder, helius] = await Promise.all([
      testRedis(),
      testDatabase(),
      mkdtemp(join(tmpdir(), 'webhook-mode-')),
      FakeHelius.start(),
    ]);
    demo = await startDemoChain({ dataDir: folder, autoplay: false });
    const port = await freePort();
    address = `http://127.0.0.1:${port}/api/webhook/helius`;
    const { env } = parseEnv({
      NODE_ENV: 'test',
      REDIS_URL: redis.url,
      REDIS_KEY_PREFIX: redis.keyPrefix,
      DATABASE_URL: database.url,
      SOLANA_POLLING_INTERVAL: '1000',
      HELIUS_API_KEY: HELIUS_KEY,
      HELIUS_WEBHOOK_MODE: 'true',
      HELIUS_WEBHOOK_SECRET: SECRET,
      HELIUS_WEBHOOK_URL: address,
    });
    const endpoints = [{ name: '1:demo', url: new Secret(demo.url) }];
    const solana = SolanaModule.forRoot({ kind: 'rpc', endpoints, note: () => null }, helius.baseUrl);
    const testing = await Test.createTestingModule({
      imports: [
        ConfigModule.forRoot(env),
        PlatformModule,
        LimitsModule.forRoot(SettingsModule),
        TimerModule,
        solana,
      ],
    }).compile();
    testing.useLogger(new NestLogger(silentLog));
    app = testing.createNestApplication({ bodyParser: false });
    app.useLogger(new NestLogger(silentLog));
    await app.listen(port, '127.0.0.1');
  });

  afterAll(async () => {
    await app.close();
    await demo.close();
    await helius[Symbol.asyncDispose]();
    await redis.close();
    await database.drop();
    await rm(folder, { recursive: true });
    await checkOpenHandles();
  });

  async function reading(): Promise<ReadingState> {
    const state = await app.get(TimerService).reading('global');
    if (state === null) throw new Error('no timer');
    return state;
  }

  async function call(method: string, ...params: unknown[]): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const response = await fetch(demo.url, { method: 'POST', body });
    const answer: { result?: unknown } = JSON.parse(await response.text());
    return answer.result;
  }

  async function placeTrade(): Promise<string> {
    const body = JSON.stringify({ counting: true });
    const response = await fetch(new URL('/demo/transactions', demo.url), { method: 'POST', body });
    return /"signature":"(\w+)"/.exec(await response.text())?.[1] ?? '';
  }

  const listings = (): number => demo.status().calls['getSignaturesForAddress'] ?? 0;

  it('registers one webhook for the watched mint', async () => {
    await eventually(
      () => [...helius.webhooks.values()],
      (webhooks) => webhooks.length === 1,
    );
    expect(helius.only).toMatchObject({ webhookURL: address, accountAddresses: [demo.mint], active: true });
  });

  it('counts once what two pushes and the sweep bring', async () => {
    // trades of the second in which the timer was made may be older than it
    const { createdAtMs } = (await reading()).state;
    await eventually(
      () => Date.now(),
      (nowMs) => nowMs > createdAtMs + 2_000,
    );
    const signature = await placeTrade();
    const transaction = await eventually(
      () => call('getTransaction', signature, { commitment: 'confirmed', maxSupportedTransactionVersion: 0 }),
      (result) => result !== null && result !== undefined,
    );
    expect(await helius.deliver([demo.mint], [transaction])).toEqual([200]);
    expect(await helius.deliver([demo.mint], [transaction, transaction])).toEqual([200]);
    await eventually(reading, ({ state }) => state.current.lastTrade?.signature === signature);
    const before = listings();
    await eventually(listings, (count) => count >= before + 3);
    const { state, tail } = await reading();
    expect(state.current.counts).toMatchObject({ trades: 1, resets: 1 });
    expect(tail.filter((entry) => entry.kind === 'trade')).toHaveLength(1);
  });

  it('reads on when nothing is pushed any more', async () => {
    helius.only.active = false;
    const signature = await placeTrade();
    const { state } = await eventually(
      reading,
      (found) => found.state.current.lastTrade?.signature === signature,
    );
    expect(state.current.lastTrade?.source).toBe('POLLING');
  });

  it('removes the webhook when the mode is switched off', async () => {
    const settings = app.get(SettingsService);
    await settings.update(
      { monitoring: { sources: { webhook: false, websocket: false } } },
      { expectedVersion: null, actor: 'test', reason: null },
    );
    await eventually(
      () => helius.webhooks.size,
      (size) => size === 0,
    );
  });

  it('looks no sooner than the mode allows, however much the websocket tells, and listens no more without credits', async () => {
    await app.get(SettingsService).update(
      {
        monitoring: {
          sources: { webhook: false, websocket: true },
          mode: 'BALANCED',
          completeness: 'DEADLINE',
          fixedIntervalMs: null,
        },
      },
      { expectedVersion: null, actor: 'test', reason: null },
    );
    await eventually(
      () => demo.status().sockets,
      (sockets) => sockets === 1,
    );
    const before = listings();
    // each in a block of its own, so that each is told for itself
    for (let block = 0; block < 4; block += 1) {
      const signature = await placeTrade();
      await eventually(
        () =>
          call('getTransaction', signature, { commitment: 'confirmed', maxSupportedTransactionVersion: 0 }),
        (result) => result !== null && result !== undefined,
      );
    }
    expect(listings() - before).toBeLessThanOrEqual(1);
    app.get(CreditLedger).exhausted(60_000);
    await eventually(
      () => demo.status().sockets,
      (sockets) => sockets === 0,
    );
  });
});
