import { join } from 'node:path';
import type { EmbeddedServer } from '../../src/platform/embedded/embedded-server';
import { startEmbeddedPostgres } from '../../src/platform/embedded/postgres-server';
import { endProcess } from '../../src/platform/embedded/processes';
import { startEmbeddedRedis } from '../../src/platform/embedded/redis-server';
import { makeTestFolder, removeTestFolder } from './run-folder';
import { silentLog } from './silent-log';

const endTimeoutMs = 10_000;

/** A server of one suite, for suites that stop, kill and start it again. It keeps its URL and its data. */
export class OwnServer implements AsyncDisposable {
  /**
   * @param folder - test folder, removed by `remove`
   * @param open - starts the server in it
   * @param running - the server as first started
   */
  constructor(
    private readonly folder: string,
    private readonly open: () => Promise<EmbeddedServer>,
    private running: EmbeddedServer,
  ) {}

  /** With credentials; the same after `start`. */
  get url(): string {
    return this.running.url;
  }

  /** Process id of the server as last started. */
  get pid(): number {
    return this.running.pid;
  }

  /** Stops it in order; resolves when it is gone. */
  async stop(): Promise<void> {
    await this.running.stop();
  }

  /** `kill -9`; resolves when it is gone. */
  async kill(): Promise<void> {
    if (!(await endProcess(this.pid, 'SIGKILL', endTimeoutMs)))
      throw new Error('the server outlived SIGKILL');
    await this.running.stop();
  }

  /** Starts it again on the same port and data. @throws when the port was taken meanwhile */
  async start(): Promise<void> {
    const before = this.url;
    this.running = await this.open();
    if (this.url !== before) throw new Error('the port was taken meanwhile');
  }

  /** Freezes the process: connections stay open and nothing is answered. */
  freeze(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  /** Ends `freeze`. */
  thaw(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  /** Stops it and removes its data; for afterAll. */
  async remove(): Promise<void> {
    await removeTestFolder(this.folder);
  }

  /** The same as `remove`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.remove();
  }
}

/** A Redis of its own, with an append-only file. */
export async function startOwnRedis(): Promise<OwnServer> {
  const folder = await makeTestFolder('redis');
  const open = (): Promise<EmbeddedServer> =>
    startEmbeddedRedis({ folder: join(folder, 'redis'), log: silentLog });
  return new OwnServer(folder, open, await open());
}

/** A Postgres of its own, durable, with an empty database. */
export async function startOwnPostgres(): Promise<OwnServer> {
  const folder = await makeTestFolder('postgres');
  const open = (): Promise<EmbeddedServer> =>
    startEmbeddedPostgres({ folder: join(folder, 'postgres'), log: silentLog });
  return new OwnServer(folder, open, await open());
}
