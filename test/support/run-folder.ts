import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcess, isAlive, readCommandLine } from '../../src/platform/embedded/processes';

const prefix = 'darwin-timer-test-';
const variable = 'DARWIN_TIMER_TEST_RUN';

/** Makes the folder of this test run, open to the user that Postgres runs as, and tells the workers about it. */
export async function openRunFolder(): Promise<void> {
  process.env[variable] = await makeTestFolder('run');
}

/** Folder of this test run. @throws when the run was not opened by the global setup */
export function runFolder(): string {
  const folder = process.env[variable];
  if (folder === undefined) throw new Error('test/support/global-setup.ts did not run');
  return folder;
}

/** A new folder under the temporary folder of the system, named after this process. */
export async function makeTestFolder(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-${name}-`));
  await chmod(folder, 0o755);
  return folder;
}

/** Ends every server that runs in a test folder and removes it. */
export async function removeTestFolder(folder: string): Promise<void> {
  await Promise.all([
    endServer(join(folder, 'redis', 'redis.pid'), 'SIGTERM'),
    endServer(join(folder, 'postgres', 'data', 'postmaster.pid'), 'SIGINT'),
  ]);
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Removes what killed test runs left behind: folders whose process is gone, and the servers in them. */
export async function sweepOldFolders(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(prefix));
  for (const name of names) {
    const owner = Number.parseInt(name.slice(prefix.length), 10);
    if (!(await isAlive(owner))) await removeTestFolder(join(tmpdir(), name));
  }
}

async function endServer(pidFile: string, signal: NodeJS.Signals): Promise<void> {
  const pid = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10);
  if (!(pid > 0) || !/redis|valkey|postgres/.test(await readCommandLine(pid))) return;
  if (!(await endProcess(pid, signal, 10_000))) await endProcess(pid, 'SIGKILL', 10_000);
}
