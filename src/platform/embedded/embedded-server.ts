import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../logging/logger';
import { EmbeddedError } from './embedded.errors';
import { thisMachine } from './machine';
import type { Machine } from './machine';

/** A server of our own on the loopback. */
export interface EmbeddedServer {
  /** With user and password: a secret. */
  readonly url: string;
  readonly pid: number;
  /** True when it ran already and was taken over. */
  readonly isAdopted: boolean;
  /** Stops the server, unless another process uses it; waits until it is gone. */
  stop(): Promise<void>;
}

/** What an embedded server needs to start. */
export interface EmbeddedOptions {
  /** Folder of this server alone; made when missing, kept over restarts. */
  readonly folder: string;
  readonly log: Log;
  /** The computer; only tests give another one. */
  readonly machine?: Machine;
}

/** A running server that was found or started, before anybody uses it. */
export interface Found {
  readonly url: string;
  readonly pid: number;
  readonly isAdopted: boolean;
}

/** How long a server may take to answer after its start, in ms; a long log has to be read first. */
export const readyTimeoutMs = 60_000;

/** The computer that the options name, or this one. */
export function machineOf(options: EmbeddedOptions): Machine {
  return options.machine ?? thisMachine;
}

/**
 * Makes the folder of a server, closed to others.
 *
 * @throws EmbeddedError `PLATFORM_DATA_DIR_FAILED` when it cannot be made
 */
export async function makeFolder(folder: string, mode: number): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode });
  } catch (cause) {
    const hint = `The data folder ${folder} cannot be made; set DATA_DIR to one that can.`;
    throw new EmbeddedError('PLATFORM_DATA_DIR_FAILED', { hint }, { cause });
  }
}

/** The password kept in a folder, made at first use; 48 hexadecimal digits, readable by its owner only. */
export async function readPassword(folder: string): Promise<string> {
  const file = join(folder, 'password');
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (/^[\da-f]{48}$/.test(kept)) return kept;
  const made = randomBytes(24).toString('hex');
  await writeFile(file, made, { mode: 0o600 });
  return made;
}

/** The last lines of a server's log, for the error that says why it did not start. */
export async function readLogTail(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-5).join('\n');
}
