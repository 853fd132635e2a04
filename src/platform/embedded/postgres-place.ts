import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeFolder } from './embedded-server';

const execute = promisify(execFile);
/** `nobody` on every system: Postgres refuses to run as root, and no user has to be made for it. */
const nobodyId = 65_534;
const outsideFolder = '/var/lib/darwin-timer';

/** Where a Postgres lives and as whom it runs. */
export interface PostgresPlace {
  /** Holds data, password and log; the server's user owns it. */
  readonly folder: string;
  /** Where the programs may be copied to when that user cannot reach node_modules. */
  readonly copyTo: string;
  /** User and group id to run as; undefined: the own one. */
  readonly userId: number | undefined;
}

/**
 * Makes the folder ready. As root the server runs as nobody; when nobody cannot reach `folder` (a closed home
 * directory, say), the data lives under /var/lib/darwin-timer, and a note in `folder` names the place.
 *
 * @throws EmbeddedError `PLATFORM_DATA_DIR_FAILED`
 */
export async function choosePlace(folder: string): Promise<PostgresPlace> {
  await makeFolder(folder, 0o755);
  if (process.getuid?.() !== 0) return { folder, copyTo: join(folder, 'native'), userId: undefined };
  if (await canReach(folder)) {
    await chown(folder, nobodyId, nobodyId);
    return { folder, copyTo: join(folder, 'native'), userId: nobodyId };
  }
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const outside = join(outsideFolder, name);
  await makeFolder(outside, 0o755);
  await chown(outside, nobodyId, nobodyId);
  await writeFile(join(folder, 'moved-to'), `${outside}\n`);
  return { folder: outside, copyTo: join(outside, 'native'), userId: nobodyId };
}

async function canReach(folder: string): Promise<boolean> {
  return execute('sh', ['-c', 'cd "$1"', 'sh', folder], { cwd: '/', uid: nobodyId, gid: nobodyId }).then(
    () => true,
    () => false,
  );
}
