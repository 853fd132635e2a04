import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { startDemoChain } from '../../src/demo/demo-chain';
import type { DemoChain } from '../../src/demo/demo-chain';
import { ChainObserver } from '../../src/solana/chain-observer';
import { demoTarget } from '../../src/solana/domain/chain-target';
import type { ChainTarget } from '../../src/solana/domain/chain-target';
import { Secret } from '../../src/config/secret';
import { PushTrust } from '../../src/solana/domain/push-trust';
import { IngestService } from '../../src/solana/ingest.service';
import { chainSourceOf } from '../../src/solana/rpc/chain-source';
import { CreditMeter } from '../../src/solana/rpc/credit-meter';
import { socketUrlOf } from '../../src/solana/rpc/log-socket';
import { PushDesk } from '../../src/solana/sources/push-desk';
import { ReadingList } from '../../src/solana/sources/reading-list';
import { TimerMemories } from '../../src/solana/sources/timer-memory';
import { WebSocketSource } from '../../src/solana/sources/websocket.source';
import { viewOf } from '../../src/timer/domain/timer.events';
import { eventually } from '../support/eventually';
import { MemoryTimerDoor, stateWith } from '../support/memory-timer-door';
import { watchOpenHandles } from '../support/open-handles';

const checkOpenHandles = watchOpenHandles();
const QUICK = { silenceMs: 2_000, pingMs: 200, openMs: 2_000 };

describe('WebSocketSource', () => {
  let folder: string;
  let demo: DemoChain;
  let bench: Bench;

  beforeEach(async () => {
    Logger.overrideLogger(false);
    folder = await mkdtemp(join(tmpdir(), 'websocket-'));
    demo = await startDemoChain({ dataDir: folder, autoplay: false });
    bench = new Bench();
  });

  afterEach(async () => {
    await bench.end();
    await demo.close();
    await rm(folder, { recursive: true });
  });

  afterAll(async () => {
    await checkOpenHandles();
  });

  /** A leader that follows the demo chain for a timer in memory. */
  class Bench {
    readonly door = new MemoryTimerDoor(stateWith(demo.mint, Date.now() - 60_000));
    readonly trust = new PushTrust();
    readonly billed: string[] = [];
    readonly slots: number[] = [];
    gaps = 0;
    isWanted = true;
    isFetching = true;
    /** Resolves when the timers are known. */
    listed: Promise<unknown> = Promise.resolve();
    private readonly stop = new AbortController();
    private running: Promise<string> | null = null;

    start(target: ChainTarget = demoTarget(demo.url, () => '')): void {
      const clock = { now: () => Date.now(), isSuspect: false, observeBlock: () => undefined };
      const { door } = this;
      const timers = {
        list: async () => {
          await this.listed;
          return [{ view: viewOf(door.state), nowMs: Date.now(), isStale: false }];
        },
        reading: () => door.reading(),
        apply: door.apply.bind(door),
        learn: door.learn.bind(door),
      };
      const list = new ReadingList(timers);
      const chain = chainSourceOf(
        demoTarget(demo.url, () => ''),
        new CreditMeter(),
      );
      const ingest = new IngestService(new ChainObserver(clock));
      const memories = new TimerMemories();
      const source = new WebSocketSource({
        target,
        desk: new PushDesk({ timers, chain, ingest, memories, list }),
        list,
        trust: this.trust,
        onGap: () => (this.gaps += 1),
        onSlot: (slot) => this.slots.push(slot),
        isWanted: () => this.isWanted,
        isFetching: () => this.isFetching,
        onCall: (method) => this.billed.push(method),
        nowMs: () => Date.now(),
        pace: QUICK,
      });
      this.running = source.run(1, this.stop.signal);
    }

    async end(): Promise<string | null> {
      this.stop.abort();
      return await this.running;
    }

    get level(): string {
      return this.trust.levelAt(performance.now());
    }

    async untilTrusted(): Promise<void> {
      await eventually(
        () => this.level,
        (level) => level === 'TRUSTED',
      );
    }
  }

  async function post(path: string, body: unknown): Promise<string> {
    const answer = await fetch(new URL(path, demo.url), { method: 'POST', body: JSON.stringify(body) });
    return await answer.text();
  }

  async function placeTrade(): Promise<string> {
    return /"signature":"(\w+)"/.exec(await post('/demo/transactions', { counting: true }))?.[1] ?? '';
  }

  const brought = (signature: string): Promise<number> =>
    eventually(
      () => bench.door.applied.get(signature) ?? 0,
      (count) => count === 1,
    );

  it('brings a trade as soon as it is told, once, and asks for a look when it has connected', async () => {
    bench.start();
    await bench.untilTrusted();
    expect(bench.gaps).toBe(1);
    await brought(await placeTrade());
    expect(bench.billed[0]).toBe('webSocketConnection');
    expect(bench.slots.length).toBeGreaterThan(0);
    expect(demo.status().calls['getSignaturesForAddress'] ?? 0).toBe(0);
  });

  it('subscribes also where it has connected before the addresses are known', async () => {
    bench.listed = eventually(
      () => demo.status().sockets,
      (sockets) => sockets === 1,
    );
    bench.start();
    await bench.untilTrusted();
    expect(bench.billed).toEqual(['webSocketConnection']);
  });

  it('connects again after a drop, and asks for a look at what lies between', async () => {
    bench.start();
    await bench.untilTrusted();
    await post('/demo/behave', { dropSockets: true });
    // it may be silent for a moment only
    await eventually(
      () => bench.gaps,
      (gaps) => gaps === 2,
    );
    await bench.untilTrusted();
    await brought(await placeTrade());
    expect(bench.billed.filter((method) => method === 'webSocketConnection')).toHaveLength(2);
  });

  it('takes a connection without heartbeat for dead', async () => {
    bench.start();
    await bench.untilTrusted();
    await post('/demo/behave', { muteSockets: true });
    await eventually(
      () => bench.level,
      (level) => level === 'SILENT',
    );
    await post('/demo/behave', { muteSockets: false });
    await bench.untilTrusted();
    await brought(await placeTrade());
  });

  it('goes to the next endpoint where one refuses', async () => {
    const [second] = demoTarget(demo.url, () => '').endpoints;
    if (second === undefined) throw new Error('no endpoint');
    const first = { name: '1:refuses', url: new Secret('http://127.0.0.1:1/') };
    bench.start({ kind: 'rpc', endpoints: [first, second], note: () => null });
    await bench.untilTrusted();
  });

  it('only asks for a look where looks decide what is fetched', async () => {
    bench.isFetching = false;
    bench.start();
    await bench.untilTrusted();
    await placeTrade();
    await eventually(
      () => bench.gaps,
      (gaps) => gaps > 1,
    );
    expect(bench.door.applied.size).toBe(0);
    expect(demo.status().calls['getTransaction'] ?? 0).toBe(0);
  });

  it('connects and disconnects with the setting', async () => {
    bench.isWanted = false;
    bench.start();
    expect(demo.status().sockets).toBe(0);
    bench.isWanted = true;
    await bench.untilTrusted();
    bench.isWanted = false;
    await eventually(
      () => demo.status().sockets,
      (sockets) => sockets === 0,
    );
    expect(bench.level).toBe('SILENT');
  });

  it('stops following where another leads', async () => {
    bench.start();
    await bench.untilTrusted();
    bench.door.refusal = 'stale_leader';
    await placeTrade();
    await eventually(
      () => demo.status().sockets,
      (sockets) => sockets === 0,
    );
    expect(await bench.end()).toBe('stale_leader');
  });
});

describe('socketUrlOf', () => {
  it.each([
    ['https://mainnet.example/?api-key=k', 'wss://mainnet.example/?api-key=k'],
    ['http://127.0.0.1:8899/path', 'ws://127.0.0.1:8899/path'],
  ])('derives from %s', (http, socket) => {
    expect(socketUrlOf(http)).toBe(socket);
  });
});
