import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/** What is needed to start a server program. */
export interface ServerCommand {
  readonly binary: string;
  readonly args: readonly string[];
  readonly folder: string;
  /** Takes what the program prints; emptied at each start. */
  readonly logFile: string;
  /** User and group id to run as; the own one when left out. */
  readonly userId?: number;
}

/** A started server program. */
export interface ServerProcess {
  /** Null when the program could not even be started. */
  readonly pid: number | null;
  hasEnded(): boolean;
}

/**
 * Starts a server program in a process group of its own: Ctrl-C reaches only us, who stop it when nobody needs it any
 * more. It writes to a file and not to a pipe, so that it does not depend on our life.
 */
export function spawnServer(command: ServerCommand): ServerProcess {
  const log = openSync(command.logFile, 'w', 0o600);
  let ended = false;
  const child = spawn(command.binary, command.args, {
    cwd: command.folder,
    detached: true,
    stdio: ['ignore', log, log],
    ...(command.userId === undefined ? {} : { uid: command.userId, gid: command.userId }),
  });
  closeSync(log);
  child.once('exit', () => (ended = true));
  child.once('error', () => (ended = true));
  child.unref();
  return { pid: child.pid ?? null, hasEnded: () => ended };
}
