import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const pollMs = 20;

/** The code of a system error (`EEXIST`, …); null for anything else. */
export function codeOf(error: unknown): string | null {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode && typeof error.code === 'string' ? error.code : null;
}

/** Whether a process runs; one that ended and was not reaped yet does not. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !/^\d+ \(.*\) Z/s.test(stat);
}

/** The command line of a process, arguments separated by blanks; empty when it cannot be known. */
export async function readCommandLine(pid: number): Promise<string> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim();
  } catch {
    return execute('ps', ['-p', String(pid), '-o', 'command=']).then(
      ({ stdout }) => stdout.trim(),
      () => '',
    );
  }
}

/** Sends `signal` and waits until the process is gone; false when it still runs after `timeoutMs`. */
export async function endProcess(pid: number, signal: NodeJS.Signals, timeoutMs: number): Promise<boolean> {
  try {
    process.kill(pid, signal);
  } catch {
    return true;
  }
  const giveUpAt = performance.now() + timeoutMs;
  while (await isAlive(pid)) {
    if (performance.now() > giveUpAt) return false;
    await delay(pollMs);
  }
  return true;
}

/** A free TCP port of the loopback: `preferred` when it is free, so that a server comes back where it was. */
export async function findFreePort(preferred = 0): Promise<number> {
  const port = await bindOnce(preferred);
  return port ?? (await bindOnce(0)) ?? Promise.reject(new Error('the loopback has no free port'));
}

async function bindOnce(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(address === null || typeof address === 'string' ? null : address.port));
    });
  });
}

/** Repeats `attempt` until it gives a value; null when `isOver` says that waiting is in vain, or after `timeoutMs`. */
export async function pollUntil<Value>(
  attempt: () => Promise<Value | null>,
  timeoutMs: number,
  isOver: () => boolean | Promise<boolean>,
): Promise<Value | null> {
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    const value = await attempt();
    if (value !== null) return value;
    if (performance.now() > giveUpAt || (await isOver())) return null;
    await delay(pollMs);
  }
}
