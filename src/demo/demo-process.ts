import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../platform/embedded/embedded-server';
import { endProcess, isAlive, pollUntil, readCommandLine } from '../platform/embedded/processes';
import { spawnServer } from '../platform/embedded/spawn-server';
import { withLock } from '../platform/embedded/start-lock';
import { enterAsUser } from '../platform/embedded/users';
import type { Log } from '../platform/logging/logger';
import { DemoError } from './demo.errors';

const READY_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 5_000;
const ASK_TIMEOUT_MS = 2_000;
const ASK_EVERY_MS = 3_000;

/** A demo chain in a process of its own, shared by all instances that run on the same data folder. */
export interface DemoProcess {
  /** JSON-RPC endpoint on the loopback. */
  readonly url: string;
  /** What it plays, for people; as of a few seconds ago. */
  sentence(): string;
  /** Leaves it, and stops it where no other instance uses it. */
  stop(): Promise<void>;
}

/** Where the demo chain keeps its state, and what it plays. */
export interface DemoProcessOptions {
  readonly folder: string;
  readonly mint: string;
  readonly log: Log;
}

interface Running {
  readonly pid: number;
  readonly url: string;
}

/**
 * Starts the demo chain on a free loopback port, or takes over the one that runs in `folder`.
 *
 * @throws DemoError DEMO_LISTEN_FAILED when it does not answer in time
 */
export async function startDemoProcess(options: DemoProcessOptions): Promise<DemoProcess> {
  const { folder, log } = options;
  await makeFolder(folder, 0o700);
  const lock = join(folder, 'start.lock');
  return await withLock(lock, async () => {
    const adopted = await adopt(folder);
    const running = adopted ?? (await start(options));
    const leave = await enterAsUser(folder);
    log.info({ pid: running.pid, isAdopted: adopted !== null }, 'demo chain started');
    let sentence = (await ask(running.url)) ?? '';
    const asking = setInterval(() => {
      void ask(running.url).then((answer) => (sentence = answer ?? sentence));
    }, ASK_EVERY_MS);
    asking.unref();
    const stop = async (): Promise<void> => {
      clearInterval(asking);
      await withLock(lock, async () => {
        if (!(await leave())) return;
        const isGone = await endProcess(running.pid, 'SIGTERM', STOP_TIMEOUT_MS);
        if (!isGone) await endProcess(running.pid, 'SIGKILL', STOP_TIMEOUT_MS);
      });
    };
    return { url: running.url, sentence: () => sentence, stop };
  });
}

async function adopt(folder: string): Promise<Running | null> {
  const running = await readRunning(folder);
  if (running === null || !(await isAlive(running.pid))) return null;
  // the id may have been given to another program since
  if (!(await readCommandLine(running.pid)).includes(folder)) return null;
  return (await ask(running.url)) === null ? null : running;
}

async function start({ folder, mint }: DemoProcessOptions): Promise<Running> {
  const logFile = join(folder, 'server.log');
  const program = join(__dirname, 'main.js');
  const args = [program, '--data-dir', folder, '--mint', mint];
  const server = spawnServer({ binary: process.execPath, args, folder, logFile });
  const url = await pollUntil(
    () => readUrl(logFile),
    READY_TIMEOUT_MS,
    () => server.hasEnded(),
  );
  if (url === null || server.pid === null) {
    const lines = await readFile(logFile, 'utf8').catch(() => '');
    throw new DemoError('DEMO_LISTEN_FAILED', { lines: lines.slice(-1_000) });
  }
  const running = { pid: server.pid, url };
  await writeFile(join(folder, 'running.json'), JSON.stringify(running));
  return running;
}

async function readRunning(folder: string): Promise<Running | null> {
  const text = await readFile(join(folder, 'running.json'), 'utf8').catch(() => '');
  const pid = Number(/"pid":(\d+)/.exec(text)?.[1]);
  const url = /"url":"(http:[^"]+)"/.exec(text)?.[1];
  return pid > 0 && url !== undefined ? { pid, url } : null;
}

async function readUrl(logFile: string): Promise<string | null> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return /"url":"(http:[^"]+)"/.exec(text)?.[1] ?? null;
}

async function ask(url: string): Promise<string | null> {
  try {
    const response = await fetch(new URL('/demo', url), { signal: AbortSignal.timeout(ASK_TIMEOUT_MS) });
    return /"sentence":"([^"]+)"/.exec(await response.text())?.[1] ?? null;
  } catch {
    return null;
  }
}
