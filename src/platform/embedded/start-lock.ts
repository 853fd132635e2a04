import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedError } from './embedded.errors';
import { codeOf, isAlive } from './processes';

const pollMs = 50;
const timeoutMs = 120_000;
/** No start takes so long: an older lock was left behind, and its process id has been given to somebody else. */
const oldestMs = 300_000;

/**
 * Runs `work` while no other process on this computer does so with the same file. The lock of a dead process is
 * taken over.
 *
 * @throws EmbeddedError `PLATFORM_DATA_DIR_FAILED` when another process holds it for two minutes
 */
export async function withLock<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!(await tryLock(file))) {
    if (performance.now() > giveUpAt) {
      const hint = `Another start holds ${file}; end that process or remove the file.`;
      throw new EmbeddedError('PLATFORM_DATA_DIR_FAILED', { hint });
    }
    await delay(pollMs);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function tryLock(file: string): Promise<boolean> {
  // linked into place with its content, so that nobody ever reads a lock without a holder
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, String(process.pid));
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  const held = await readLock(file);
  if (held !== null && (held.ageMs > oldestMs || !(await isAlive(held.pid)))) await discard(file, held.pid);
  return false;
}

async function readLock(file: string): Promise<{ pid: number; ageMs: number } | null> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    return { pid: Number(text), ageMs: Date.now() - mtimeMs };
  } catch {
    return null;
  }
}

/** Removes a dead lock by renaming it first, so that of two who try only one removes it. */
async function discard(file: string, holder: number): Promise<void> {
  const aside = `${file}.${process.pid}.dead`;
  await rename(file, aside).catch(() => undefined);
  const found = (await readLock(aside))?.pid ?? holder;
  if (found === holder) await rm(aside, { force: true });
  else await rename(aside, file).catch(() => undefined);
}
