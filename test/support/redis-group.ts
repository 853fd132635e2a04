import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { eventually } from './eventually';
import { makeTestFolder, removeTestFolder } from './run-folder';

const PASSWORD = 'password-of-the-group';
const GROUP = 'timers';
const DOWN_AFTER_MS = 1_000;
const LAST_PORT_WITH_BUS = 55_000;

/** One redis-server process of a group. */
export interface Member {
  readonly port: number;
  readonly client: Redis;
  /** `kill -9`. */
  kill(): Promise<void>;
}

/** Several redis-server processes that belong together: replicas with sentinels, or a cluster. */
export class RedisGroup implements AsyncDisposable {
  private readonly children: ChildProcess[] = [];
  private readonly clients: Redis[] = [];

  private constructor(
    private readonly folder: string,
    private seeds: readonly number[] = [],
    private scheme: 'sentinel' | 'cluster' = 'sentinel',
  ) {}

  /** For `REDIS_URL`. */
  get url(): string {
    const hosts = this.seeds.map((port) => `127.0.0.1:${port}`).join(',');
    const path = this.scheme === 'sentinel' ? `/${GROUP}?sentinelPassword=${PASSWORD}` : '';
    return `redis-${this.scheme}://:${PASSWORD}@${hosts}${path}`;
  }

  /** A server, a replica of it, and three sentinels that agree by two. */
  static async sentinel(): Promise<{ group: RedisGroup; master: Member; replica: Member }> {
    const group = new RedisGroup(await makeTestFolder('sentinel'));
    const [one = 0, two = 0, ...sentinels] = await freePorts(5);
    const master = await group.start(one, ['appendonly yes']);
    const replica = await group.start(two, ['appendonly yes', `replicaof 127.0.0.1 ${one}`]);
    await eventually(
      () => replica.client.info('replication'),
      (text) => text.includes('master_link_status:up'),
    );
    const watch = [
      `sentinel monitor ${GROUP} 127.0.0.1 ${one} 2`,
      `sentinel auth-pass ${GROUP} ${PASSWORD}`,
      `sentinel down-after-milliseconds ${GROUP} ${DOWN_AFTER_MS}`,
      `sentinel failover-timeout ${GROUP} 5000`,
    ];
    const watchers = await Promise.all(sentinels.map((port) => group.start(port, watch, ['--sentinel'])));
    for (const { client } of watchers)
      await eventually(
        () => client.call('SENTINEL', 'MASTER', GROUP).then((reply) => String(reply)),
        (text) => text.includes('num-other-sentinels,2') && text.includes('num-slaves,1'),
      );
    group.seeds = sentinels;
    return { group, master, replica };
  }

  /** Three nodes that share the slots, and a replica of the one that has the slot of `key`. */
  static async cluster(key: string): Promise<{ group: RedisGroup; owner: Member; replica: Member }> {
    const group = new RedisGroup(await makeTestFolder('cluster'), [], 'cluster');
    const ports = await freePorts(4);
    const settings = ['cluster-enabled yes', `cluster-node-timeout ${DOWN_AFTER_MS}`, 'appendonly yes'];
    const members = await Promise.all(ports.map((port) => group.start(port, settings)));
    const [first, second, third, fourth] = members;
    if (first === undefined || second === undefined || third === undefined || fourth === undefined)
      throw new Error('a node is missing');
    const masters = [first, second, third];
    const shares = [0, 5_461, 10_923, 16_384];
    for (const [at, { client }] of masters.entries())
      await client.call('CLUSTER', 'ADDSLOTSRANGE', String(shares[at]), String((shares[at + 1] ?? 0) - 1));
    for (const [at, { client }] of members.entries()) {
      await client.call('CLUSTER', 'SET-CONFIG-EPOCH', String(at + 1));
      await client.call('CLUSTER', 'MEET', '127.0.0.1', String(first.port));
    }
    const isComplete = (text: string): boolean => /cluster_state:ok[^]*cluster_known_nodes:4/.test(text);
    for (const { client } of members)
      await eventually(() => client.call('CLUSTER', 'INFO').then((reply) => String(reply)), isComplete);
    const slot = Number(await first.client.call('CLUSTER', 'KEYSLOT', key));
    const owner = masters[shares.findIndex((_, at) => slot < (shares[at + 1] ?? 0))] ?? first;
    await fourth.client.call('CLUSTER', 'REPLICATE', String(await owner.client.call('CLUSTER', 'MYID')));
    await eventually(
      () => fourth.client.info('replication'),
      (text) => text.includes('master_link_status:up'),
    );
    group.seeds = masters.map(({ port }) => port);
    return { group, owner, replica: fourth };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.clients) client.disconnect();
    await Promise.all(this.children.map(end));
    await removeTestFolder(this.folder);
  }

  private async start(port: number, lines: readonly string[], args: readonly string[] = []): Promise<Member> {
    const folder = join(this.folder, String(port));
    await mkdir(folder);
    const common = [`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`, `requirepass ${PASSWORD}`];
    const auth = args.length > 0 ? [] : [`masterauth ${PASSWORD}`, 'save ""'];
    const file = join(folder, 'redis.conf');
    await writeFile(file, `${[...common, ...auth, ...lines].join('\n')}\n`);
    const child = spawn('redis-server', [file, ...args], { stdio: 'ignore' });
    this.children.push(child);
    const client = new Redis({ host: '127.0.0.1', port, password: PASSWORD, retryStrategy: () => 50 });
    client.on('error', () => undefined);
    this.clients.push(client);
    await eventually(
      () => client.ping('ready'),
      (answer) => answer === 'ready',
    );
    return { port, client, kill: () => end(child) };
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Ports with room above them for the bus of a cluster. */
async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    listener.close();
    await once(listener, 'close');
    if (address !== null && typeof address === 'object' && address.port < LAST_PORT_WITH_BUS)
      found.add(address.port);
  }
  return [...found];
}
