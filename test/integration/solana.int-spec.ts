import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ConfigModule } from '../../src/config/config.module';
import { parseEnv } from '../../src/config/env';
import { startDemoChain } from '../../src/demo/demo-chain';
import type { DemoChain } from '../../src/demo/demo-chain';
import { MetricsService } from '../../src/metrics/metrics.service';
import { NestLogger } from '../../src/platform/logging/logger';
import { PlatformModule } from '../../src/platform/platform.module';
import { demoTarget } from '../../src/solana/domain/chain-target';
import { SolanaModule } from '../../src/solana/solana.module';
import { SolanaService } from '../../src/solana/solana.service';
import { DEFAULT_RULES } from '../../src/timer/domain/timer';
import { viewAt } from '../../src/timer/domain/timer.events';
import { TimerModule } from '../../src/timer/timer.module';
import { TimerService } from '../../src/timer/timer.service';
import type { TimerSnapshot } from '../../src/timer/timer.service';
import { blocksPass } from '../support/demo-control';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { testDatabase, testRedis } from '../support/servers';
import type { TestDatabase, TestRedis } from '../support/servers';
import { silentLog } from '../support/silent-log';

interface Placed {
  readonly signature: string;
  readonly slot: number;
  readonly blockTime: number;
}

function placedOf(value: unknown): Placed {
  if (typeof value !== 'object' || value === null) throw new Error('nothing was placed');
  if (!('signature' in value && 'slot' in value && 'blockTime' in value))
    throw new Error(JSON.stringify(value));
  return { signature: String(value.signature), slot: Number(value.slot), blockTime: Number(value.blockTime) };
}

describe('instances that read the demo chain', () => {
  const checkOpenHandles = watchOpenHandles();
  let redis: TestRedis;
  let database: TestDatabase;
  let folder: string;
  let demo: DemoChain;
  const instances: INestApplicationContext[] = [];

  beforeAll(async () => {
    [redis, database, folder] = await Promise.all([
      testRedis(),
      testDatabase(),
      mkdtemp(join(tmpdir(), 'solana-')),
    ]);
    demo = await startDemoChain({ dataDir: folder, autoplay: false });
  });

  afterAll(async () => {
    for (const instance of instances) await instance.close();
    await demo.close();
    await redis.close();
    await database.drop();
    await rm(folder, { recursive: true });
    await checkOpenHandles();
  });

  async function start(name: string): Promise<INestApplicationContext> {
    const { env } = parseEnv({
      NODE_ENV: 'test',
      INSTANCE_ID: name,
      REDIS_URL: redis.url,
      REDIS_KEY_PREFIX: redis.keyPrefix,
      DATABASE_URL: database.url,
      SOLANA_POLLING_INTERVAL: '1000',
      TIMER_SETTLE_COMMITMENT: 'confirmed',
      TIMER_SETTLE_MARGIN: '0',
    });
    const target = demoTarget(demo.url, () => demo.status().sentence);
    const testing = await Test.createTestingModule({
      imports: [ConfigModule.forRoot(env), PlatformModule, TimerModule, SolanaModule.forRoot(target)],
    }).compile();
    testing.useLogger(new NestLogger(silentLog));
    testing.enableShutdownHooks();
    const instance = await testing.init();
    instances.push(instance);
    return instance;
  }

  async function stop(instance: INestApplicationContext | undefined): Promise<void> {
    if (instance === undefined) return;
    instances.splice(instances.indexOf(instance), 1);
    await instance.close();
  }

  const statusOf = (instance: INestApplicationContext): ReturnType<SolanaService['status']> =>
    instance.get(SolanaService).status();

  async function timer(instance: INestApplicationContext, id = 'global'): Promise<TimerSnapshot> {
    const snapshot = await instance.get(TimerService).current(id);
    if (snapshot === null) throw new Error(`no timer ${id}`);
    return snapshot;
  }

  async function placeTrade(options: object = {}): Promise<Placed> {
    const body = JSON.stringify({ counting: true, ...options });
    const response = await fetch(new URL('/demo/transactions', demo.url), { method: 'POST', body });
    return placedOf(await response.json());
  }

  const hasSeen =
    ({ signature }: Placed) =>
    (snapshot: TimerSnapshot): boolean =>
      snapshot.view.lastTrade?.signature === signature;

  it('moves the countdown by a trade on the chain, on every instance, and goes on when the leader leaves', async () => {
    const first = await start('first');
    await blocksPass(Date.now());
    await eventually(
      () => statusOf(first),
      ({ isLeader, status }) => isLeader && status === 'ok',
    );
    const second = await start('second');
    const before = await timer(first);
    const one = await placeTrade();
    const after = await eventually(() => timer(second), hasSeen(one));
    expect(after.view.deadlineMs).toBe(one.blockTime * 1000 + before.view.durationMs);
    expect(await statusOf(second)).toMatchObject({
      kind: 'demo',
      status: 'ok',
      isLeader: false,
      note: expect.stringContaining('recorded mainnet trades'),
    });
    const metrics = await first.get(MetricsService, { strict: false }).text();
    expect(metrics).toMatch(
      /solana_rpc_calls_total\{method="getTransaction",endpoint="[^"]*",purpose="fetch"\} [1-9]/,
    );
    expect(metrics).toContain('solana_is_leader 1');
    await stop(first);
    const two = await placeTrade();
    await eventually(() => timer(second), hasSeen(two));
    expect(await statusOf(second)).toMatchObject({ isLeader: true });
    await stop(second);
    const missed = await placeTrade();
    const third = await start('third');
    const caughtUp = await eventually(() => timer(third), hasSeen(missed));
    expect(caughtUp.view.lastTrade?.source).toBe('POLLING');
  });

  it('closes a round once the chain is read past its deadline, with the last trade as the winner', async () => {
    const [instance = await start('closing')] = instances;
    const created = await instance.get(TimerService).create(
      {
        id: 'short',
        tokenAddress: demo.mint,
        durationMs: 20_000,
        rules: DEFAULT_RULES,
        pools: [],
        chainReading: true,
        isPaused: false,
      },
      { actor: 'test', reason: null },
    );
    expect(created).not.toHaveProperty('refusal');
    const cursorKey = `${redis.keyPrefix}:{short}:cursors`;
    await eventually(
      () => redis.client.hlen(cursorKey),
      (count) => count > 0,
    );
    // block times are whole seconds: one of the timer's first second would be before its making
    const { view } = await eventually(
      () => timer(instance, 'short'),
      ({ nowMs, view: { startedAtMs } }) => nowMs > startedAtMs + 3_000,
    );
    expect(view.phase).toBe('RUNNING');
    const winner = await placeTrade();
    await eventually(() => timer(instance, 'short'), hasSeen(winner));
    const ended = await eventually(
      () => timer(instance, 'short'),
      ({ view }) => view.phase === 'EXPIRED',
      60_000,
    );
    expect(viewAt(ended.view, ended.nowMs).status).toBe('EXPIRED');
    expect(ended.view).toMatchObject({ round: 1, deadlineMs: winner.blockTime * 1000 + 20_000 });
    expect(hasSeen(winner)(ended)).toBe(true);
  }, 110_000);
});
