import { Client } from 'pg';
import { Cleanup } from './cleanup';
import { DemoControl } from './demo-control';
import { Instance, SECRET } from './instance';
import { startOwnPostgres, startOwnRedis } from './own-servers';
import type { OwnServer } from './own-servers';

/** Own servers, a demo chain under control, and any number of instances on them. */
export class World {
  private readonly cleanup = new Cleanup();
  private hasTimer = false;

  private constructor(
    readonly redis: OwnServer,
    readonly postgres: OwnServer,
    readonly chain: DemoControl,
  ) {}

  /** @param isPlaying - whether the chain plays its tape by itself */
  static async start(isPlaying = false): Promise<World> {
    const cleanup = new Cleanup();
    try {
      const redis = cleanup.add(await startOwnRedis(), (it) => it.remove());
      const postgres = cleanup.add(await startOwnPostgres(), (it) => it.remove());
      const chain = cleanup.add(await DemoControl.start(isPlaying), (it) => it.close());
      const world = new World(redis, postgres, chain);
      world.cleanup.add(cleanup, (it) => it.run());
      return world;
    } catch (err) {
      await cleanup.run();
      throw err;
    }
  }

  /** Starts one more instance, polling the chain every second; what is placed from then on counts for its timer. */
  async instance(environment: Readonly<Record<string, string>> = {}): Promise<Instance> {
    const started = await Instance.start({
      REDIS_URL: this.redis.url,
      DATABASE_URL: this.postgres.url,
      SOLANA_RPC_ENDPOINTS: this.chain.url,
      SOLANA_POLLING_INTERVAL: '1000',
      HELIUS_WEBHOOK_SECRET: SECRET,
      TIMER_DEFAULT_DURATION: '60000',
      ...environment,
    });
    this.cleanup.add(started, (it) => it.close());
    if (!this.hasTimer) await this.chain.passes(Date.now());
    this.hasTimer = true;
    return started;
  }

  /** Rows of one statement on the service's database. */
  async query<Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    const client = new Client({ connectionString: this.postgres.url });
    await client.connect();
    try {
      return (await client.query<Row>(sql, [...parameters])).rows;
    } finally {
      await client.end();
    }
  }

  /** Ends everything. */
  async close(): Promise<void> {
    await this.cleanup.run();
  }
}
