import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { createTimerClient } from '../../client/src/timer-client';
import type { TimerClient } from '../../client/src/timer-client';
import { Balancer } from '../../test/support/balancer';
import { Cleanup } from '../../test/support/cleanup';
import { eventually } from '../../test/support/eventually';
import { SECRET } from '../../test/support/instance';
import type { Instance } from '../../test/support/instance';
import { World } from '../../test/support/world';
import { Reader } from './reader';
import { Requests } from './requests';
import { Connections, Viewer } from './viewer';

/** What each instance runs with beside servers and chain. */
const ENVIRONMENT = { TIMER_DEFAULT_DURATION: '3600000', DRAIN_NOTICE_MS: '1000', LOG_LEVEL: 'warn' };
const MINT = 'So11111111111111111111111111111111111111112';
const INSTANCES = 3;
const OPENED_AT_ONCE = 100;
const TRADE_EVERY_MS = 500;
/** Rounds that end by the clock alone while instances are replaced, so that ends can be missed too. */
const ROUND_MS = 60_000;
const ROUNDS_APART_MS = 5_000;

/** A client of our library, and the trades that it told. */
export interface LibraryClient {
  readonly timer: TimerClient;
  readonly trades: string[];
}

/** Three instances behind a balancer, a chain on which trades come, and everybody who watches. */
export class Scene {
  readonly connections = new Connections();
  readonly viewers: Viewer[] = [];
  readonly readers: Reader[] = [];
  readonly library: LibraryClient[] = [];
  /** How long clients of our library were away, ms. */
  readonly libraryAwayMs: number[] = [];
  readonly timerIds: string[] = [];
  /** Trades placed on the chain, by signature. */
  readonly placed: string[] = [];
  readonly requests: Requests;
  private readonly cleanup = new Cleanup();
  private readonly silence = new AbortController();
  private trading: Promise<void> = Promise.resolve();
  private instances: Instance[] = [];

  private constructor(
    readonly world: World,
    readonly balancer: Balancer,
  ) {
    this.requests = new Requests(balancer.url);
  }

  static async start(): Promise<Scene> {
    const world = await World.start();
    const scene = new Scene(world, await Balancer.start());
    scene.cleanup.add(world, (it) => it.close());
    scene.cleanup.add(scene.balancer, (it) => it.close());
    for (let count = 0; count < INSTANCES; count += 1) await scene.startInstance();
    return scene;
  }

  /** An instance that serves. */
  get serving(): Instance {
    const [first] = this.instances;
    if (first === undefined) throw new Error('no instance serves');
    return first;
  }

  /** Connects everybody: of the subscribers a tenth read by cursor, and a fiftieth use our library. */
  async connect(subscribers: number): Promise<void> {
    await this.createTimers();
    const [readers, library] = [Math.ceil(subscribers / 10), Math.ceil(subscribers / 50)];
    for (let count = 0; count < library; count += 1) this.addLibraryClient();
    for (let count = 0; count < subscribers - library; count += 1) {
      const { connections, timerIds } = this;
      if (count < readers) this.readers.push(new Reader(this.balancer.url, connections, timerIds));
      else this.viewers.push(new Viewer(this.balancer.url, connections));
      if (count % OPENED_AT_ONCE === 0) await delay(20);
    }
    await this.allConnected();
  }

  /** Lets trades come until `quiet`. */
  trade(): void {
    this.trading = this.placeTrades();
  }

  async quiet(): Promise<void> {
    this.silence.abort();
    await this.trading;
  }

  /** Starts a new instance, then stops the oldest, as a rolling update does. @returns how the old one ended */
  async replaceOldest(): Promise<{ exitCode: number | null; tookMs: number; had: number }> {
    const [oldest] = this.instances;
    if (oldest === undefined) throw new Error('there is no instance');
    await this.startInstance();
    this.instances.shift();
    const had = this.balancer.countOf(oldest.url);
    const startedAt = performance.now();
    const exitCode = await oldest.end('SIGTERM');
    const tookMs = Math.round(performance.now() - startedAt);
    await this.allConnected();
    return { exitCode, tookMs, had };
  }

  async close(): Promise<void> {
    await this.quiet();
    await this.requests.end();
    for (const { timer } of this.library) timer.close();
    await Promise.all([...this.viewers, ...this.readers].map((viewer) => viewer.close()));
    await this.cleanup.run();
  }

  private async startInstance(): Promise<void> {
    const instance = await this.world.instance(ENVIRONMENT);
    this.instances.push(instance);
    await this.balancer.add(instance.url);
  }

  private async createTimers(): Promise<void> {
    for (let count = 0; count < INSTANCES; count += 1) {
      const id = `by-the-clock-${count}`;
      const durationMs = ROUND_MS + count * ROUNDS_APART_MS;
      const input = { id, tokenAddress: MINT, chainReading: false, durationMs };
      const { errors } = await this.serving.graphql(
        'mutation ($input: CreateTimerInput!) { createTimer(input: $input) { timer { id } } }',
        { input },
        SECRET,
      );
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      this.timerIds.push(id);
    }
  }

  private addLibraryClient(): void {
    const trades: string[] = [];
    const timer = createTimerClient({ url: this.balancer.url, webSocket: WebSocket });
    timer.onTrade(({ signature }) => trades.push(signature));
    let lostAt: number | null = null;
    timer.onConnection(({ status }) => {
      if (status === 'reconnecting') lostAt ??= performance.now();
      if (status !== 'live' || lostAt === null) return;
      this.libraryAwayMs.push(performance.now() - lostAt);
      lostAt = null;
    });
    this.library.push({ timer, trades });
  }

  private async allConnected(): Promise<void> {
    const wanted = this.viewers.length + this.readers.length;
    await eventually(
      () => [
        this.connections.open,
        this.library.filter(({ timer }) => timer.connection.status === 'live').length,
      ],
      ([open, live]) => open === wanted && live === this.library.length,
      60_000,
    );
  }

  private async placeTrades(): Promise<void> {
    const { signal } = this.silence;
    while (!signal.aborted) {
      this.placed.push((await this.world.chain.place({ counting: true })).signature);
      await delay(TRADE_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
