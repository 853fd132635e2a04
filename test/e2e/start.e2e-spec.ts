import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from '../../src/platform/embedded/processes';
import { eventually } from '../support/eventually';
import { watchOpenHandles } from '../support/open-handles';
import { makeTestFolder, removeTestFolder } from '../support/run-folder';

const noHandlesLeft = watchOpenHandles();

/** `npm start` as a terminal runs it: a process group of its own, on servers and a demo chain of its own. */
class Started {
  private constructor(
    readonly child: ChildProcess,
    readonly folder: string,
    private readonly output: { text: string },
  ) {}

  static async begin(environment: Readonly<Record<string, string>> = {}): Promise<Started> {
    const folder = await makeTestFolder('start');
    const output = { text: '' };
    const child = spawn('npm', ['start'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: folder,
        PORT: '0',
        DATA_DIR: join(folder, 'data'),
        ...environment,
      },
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (output.text += chunk.toString()));
    }
    return new Started(child, folder, output);
  }

  get text(): string {
    return this.output.text;
  }

  /** Resolves when it runs; gives its address. */
  async running(): Promise<string> {
    const text = await eventually(
      () => this.text,
      (found) => found.includes('Admin secret'),
      60_000,
    );
    return /Page\s+(\S+)/.exec(text)?.[1] ?? '';
  }

  /** Process ids of what was started beside it. */
  async helpers(): Promise<readonly number[]> {
    const read = (file: string): Promise<string> => readFile(join(this.folder, 'data', file), 'utf8');
    const demo = /"pid":(\d+)/.exec(await read('demo/running.json'))?.[1];
    const redis = await read('redis/redis.pid');
    const started = [...this.text.matchAll(/"pid":(\d+)/g)].map(([, pid]) => Number(pid));
    return [...new Set([...started, Number(demo), Number(redis)])];
  }

  /** Signals the whole group, as Ctrl-C in a terminal does. @returns the exit code, null after a signal */
  async signal(name: NodeJS.Signals): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.child.once('exit', (code) => resolve(code)));
    process.kill(-(this.child.pid ?? 0), name);
    return await ended;
  }

  async remove(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) await this.signal('SIGTERM');
    await removeTestFolder(this.folder);
  }
}

describe('npm start', () => {
  const begun: Started[] = [];

  afterAll(async () => {
    for (const started of begun) await started.remove();
    await noHandlesLeft();
  }, 60_000);

  async function begin(environment: Readonly<Record<string, string>> = {}): Promise<Started> {
    const started = await Started.begin(environment);
    begun.push(started);
    return started;
  }

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'stops everything that it has started on %s to the whole group',
    async (name) => {
      const started = await begin();
      const url = await started.running();
      expect((await fetch(`${url}api/health`)).status).toBe(200);
      const helpers = await started.helpers();
      expect(helpers).toHaveLength(3);
      await started.signal(name);
      await eventually(
        async () => (await Promise.all(helpers.map((pid) => isAlive(pid)))).filter(Boolean).length,
        (alive) => alive === 0,
      );
    },
    120_000,
  );

  it('starts a server again that was killed, and goes on', async () => {
    const started = await begin();
    const url = await started.running();
    const redis = Number(await readFile(join(started.folder, 'data/redis/redis.pid'), 'utf8'));
    process.kill(redis, 'SIGKILL');
    await eventually(
      () => started.text,
      (text) => text.includes('embedded server started again') && text.includes('timer recovered'),
    );
    const timer = await (await fetch(`${url}api/timer`)).text();
    expect(timer).toContain('"epoch":2');
  }, 120_000);

  it.each([
    ['a server that is not there', { DATABASE_URL: 'postgres://u:p@127.0.0.1:9/none' }, 'DATABASE_URL'],
    [
      'a bad variable',
      { TIMER_DEFAULT_DURATION: '5' },
      'TIMER_DEFAULT_DURATION must be a whole number (ms) from',
    ],
  ])(
    'ends with one clear message and code 1 for %s',
    async (_, environment, words) => {
      const started = await begin(environment);
      const code = await new Promise((resolve) => started.child.once('exit', resolve));
      expect(code).toBe(1);
      expect(started.text).toContain(words);
      expect(started.text).not.toMatch(/^\s+at /m);
      expect(started.text).not.toContain('u:p@');
    },
    60_000,
  );
});
