import { readdirSync, readFileSync } from 'node:fs';
import { Balancer } from '../support/balancer';
import { Cleanup } from '../support/cleanup';
import { eventually } from '../support/eventually';
import { Instance, SECRET } from '../support/instance';
import { World } from '../support/world';
import { Link } from './link';

const STARTS = 20;
/** Health, as far as it is asked for here. */
interface Health {
  readonly status: string;
}

/** An instance with the links that it alone has. */
export interface Post {
  readonly id: string;
  readonly redis: Link;
  readonly postgres: Link;
  readonly chain: Link;
  /** Null while it is being replaced. */
  instance: Instance | null;
}

/** Own servers, a chain under control, and instances that reach them by links of their own, behind a balancer. */
export class Fleet implements AsyncDisposable {
  readonly posts: Post[] = [];
  /** What instances wrote last that ended although nobody told them to. */
  readonly crashes: string[] = [];
  private readonly cleanup = new Cleanup();

  private constructor(
    readonly world: World,
    readonly balancer: Balancer,
    /** Between half of the viewers and the balancer. */
    readonly viewers: Link,
  ) {}

  /** Starts everything and waits until what is placed on the chain counts. */
  static async start(instances: number): Promise<Fleet> {
    const cleanup = new Cleanup();
    try {
      const world = cleanup.add(await World.start(), (it) => it.close());
      const balancer = cleanup.add(await Balancer.start(), (it) => it.close());
      const viewers = cleanup.add(await Link.to(balancer.url), (it) => it.close());
      const fleet = new Fleet(world, balancer, viewers);
      fleet.cleanup.add(cleanup, (it) => it.run());
      for (let number = 1; number <= instances; number += 1) await fleet.addPost(`instance-${number}`);
      await world.chain.passes(Date.now());
      return fleet;
    } catch (err) {
      await cleanup.run();
      throw err;
    }
  }

  /** The instances that run, or seem to. */
  get running(): readonly Instance[] {
    return this.posts.flatMap(({ instance }) => (instance === null ? [] : [instance]));
  }

  /** The post that a number of the plan means. */
  post(which: number): Post {
    const post = this.posts[which % this.posts.length];
    if (post === undefined) throw new Error('there is no instance');
    return post;
  }

  /** Ends an instance; the post is empty afterwards. */
  async end(post: Post, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const { instance } = post;
    post.instance = null;
    if (instance === null) return;
    this.noteCrash(instance);
    instance.thaw();
    await instance.end(signal);
    await instance.close();
  }

  /** Starts an instance at the post, again and again while its servers cannot be reached, as an orchestrator does. */
  async fill(post: Post): Promise<void> {
    if (post.instance !== null && !post.instance.hasEnded) return;
    if (post.instance !== null) await this.end(post, 'SIGKILL');
    for (let left = STARTS; ; left -= 1) {
      try {
        post.instance = await Instance.start(this.environmentOf(post));
        break;
      } catch (err) {
        if (left === 1) throw err;
      }
    }
    await this.balancer.add(post.instance.url);
  }

  /** Every instance is there, has what it needs, and one reads the chain. */
  async isWell(): Promise<void> {
    for (const post of this.posts) await this.fill(post);
    await eventually(
      () => Promise.all(this.running.map(healthOf)),
      (found) => found.every(({ status }) => status === 'healthy'),
      120_000,
    );
  }

  /** Freezes Postgres with all of its processes, or thaws it. */
  signalPostgres(signal: 'SIGSTOP' | 'SIGCONT'): void {
    const { pid } = this.world.postgres;
    for (const one of [pid, ...childrenOf(pid)]) {
      try {
        process.kill(one, signal);
      } catch {
        // a backend that left meanwhile needs none
      }
    }
  }

  /** Ends everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const post of this.posts) await this.end(post, 'SIGKILL');
    await this.cleanup.run();
  }

  private async addPost(id: string): Promise<void> {
    const { redis, postgres, chain } = this.world;
    const links = await Promise.all([redis, postgres, chain].map(({ url }) => Link.to(url)));
    const [toRedis, toPostgres, toChain] = links.map((link) => this.cleanup.add(link, (it) => it.close()));
    if (toRedis === undefined || toPostgres === undefined || toChain === undefined)
      throw new Error('a link is missing');
    const post: Post = { id, redis: toRedis, postgres: toPostgres, chain: toChain, instance: null };
    this.posts.push(post);
    await this.fill(post);
  }

  private environmentOf({ id, redis, postgres, chain }: Post): Record<string, string> {
    return {
      INSTANCE_ID: id,
      REDIS_URL: redis.url,
      DATABASE_URL: postgres.url,
      SOLANA_RPC_ENDPOINTS: chain.url,
      SOLANA_POLLING_INTERVAL: '1000',
      HELIUS_WEBHOOK_SECRET: SECRET,
      TIMER_DEFAULT_DURATION: '60000',
      LOG_LEVEL: 'warn',
    };
  }

  private noteCrash(instance: Instance): void {
    if (instance.hasEnded) this.crashes.push(instance.log.slice(-2_000));
  }
}

async function healthOf({ url }: Instance): Promise<Health> {
  const health: Health = JSON.parse(await (await fetch(`${url}/api/health`)).text());
  return health;
}

function childrenOf(pid: number): number[] {
  const isNumber = (name: string): boolean => /^\d+$/.test(name);
  return readdirSync('/proc')
    .filter(isNumber)
    .map(Number)
    .filter((one) => parentOf(one) === pid);
}

function parentOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]);
  } catch {
    return 0;
  }
}
