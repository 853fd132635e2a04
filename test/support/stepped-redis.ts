import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findFreePort } from '../../src/platform/embedded/processes';
import { eventually } from './eventually';
import { makeTestFolder, removeTestFolder } from './run-folder';

const PASSWORD = 'of-a-test';

/** A real redis-server whose clock can be set: libfaketime stands between it and the clock of the machine. */
export class SteppedRedis implements AsyncDisposable {
  private aheadMs = 0;

  private constructor(
    private readonly folder: string,
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  /** @throws where libfaketime or redis-server is missing */
  static async start(): Promise<SteppedRedis> {
    const library = faketimeLibrary();
    const folder = await makeTestFolder('stepped');
    const port = await findFreePort(0);
    await writeFile(join(folder, 'time'), '+0s');
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--requirepass', PASSWORD];
    const child = spawn(serverProgram(), [...args, '--dir', folder, '--save', '', '--appendonly', 'no'], {
      stdio: 'ignore',
      env: {
        ...process.env,
        // with the allocator of libc: the one that Debian's Redis brings asks for the time before libfaketime is ready
        LD_PRELOAD: `${library}:libc.so.6`,
        FAKETIME_TIMESTAMP_FILE: join(folder, 'time'),
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
        DONT_FAKE_MONOTONIC: '1',
      },
    });
    const server = new SteppedRedis(folder, child, `redis://:${PASSWORD}@127.0.0.1:${port}`);
    try {
      await eventually(
        () => server.timeMs().catch(() => 0),
        (ms) => ms > 0,
      );
      return server;
    } catch (err) {
      await server[Symbol.asyncDispose]();
      throw err;
    }
  }

  /** What `TIME` says, epoch ms. */
  async timeMs(): Promise<number> {
    const client = new Redis(this.url, {
      lazyConnect: true,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const [seconds, microseconds] = await client.time();
      return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
    } finally {
      client.disconnect();
    }
  }

  /** Sets the server's clock forward, or back, and waits until it says so. */
  async step(ms: number): Promise<void> {
    this.aheadMs += ms;
    const file = join(this.folder, 'time');
    await writeFile(`${file}.new`, `${this.aheadMs < 0 ? '' : '+'}${(this.aheadMs / 1000).toFixed(3)}s`);
    await rename(`${file}.new`, file);
    await eventually(
      async () => Math.abs((await this.timeMs()) - Date.now() - this.aheadMs),
      (differenceMs) => differenceMs < 1_500,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
    await removeTestFolder(this.folder);
  }
}

function faketimeLibrary(): string {
  const found = ['/usr/lib', '/usr/lib64']
    .filter(existsSync)
    .flatMap((root) =>
      ['', ...readdirSync(root)].map((folder) => join(root, folder, 'faketime', 'libfaketimeMT.so.1')),
    )
    .find(existsSync);
  if (found === undefined) throw new Error('libfaketime is missing: apt-get install -y libfaketime');
  return found;
}

function serverProgram(): string {
  const found = ['redis-server', 'valkey-server'].find(
    (name) => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name], { stdio: 'ignore' }).status === 0,
  );
  if (found === undefined) throw new Error('redis-server is missing: apt-get install -y redis-server');
  return found;
}
