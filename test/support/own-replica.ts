import { execFile } from 'node:child_process';
import { appendFile, chown, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { EmbeddedServer } from '../../src/platform/embedded/embedded-server';
import { startEmbeddedPostgres } from '../../src/platform/embedded/postgres-server';
import { OwnServer } from './own-servers';
import { makeTestFolder } from './run-folder';
import { silentLog } from './silent-log';

const execute = promisify(execFile);

/**
 * A Postgres and a replica of it that follows by streaming. The replica begins as a copy of the stopped server's data,
 * since the embedded programs have no pg_basebackup.
 */
export async function startReplicated(): Promise<{ primary: OwnServer; replica: OwnServer }> {
  const [one, other] = [await makeTestFolder('primary'), await makeTestFolder('replica')];
  const primary = await opened(one);
  await primary.stop();
  // with owners: as root the server runs as another user
  await execute('cp', ['-a', join(one, 'postgres'), join(other, 'postgres')]);
  await rm(join(other, 'postgres/port'), { force: true });
  await primary.start();
  const { username, password, port } = new URL(primary.url);
  const data = join(other, 'postgres/data');
  const { uid, gid } = await stat(data);
  await writeFile(join(data, 'standby.signal'), '');
  await chown(join(data, 'standby.signal'), uid, gid);
  await appendFile(
    join(data, 'postgresql.auto.conf'),
    `primary_conninfo = 'host=127.0.0.1 port=${port} user=${username} password=${password}'\nhot_standby = on\n`,
  );
  return { primary, replica: await opened(other) };
}

async function opened(folder: string): Promise<OwnServer> {
  const open = (): Promise<EmbeddedServer> =>
    startEmbeddedPostgres({ folder: join(folder, 'postgres'), log: silentLog });
  return new OwnServer(folder, open, await open());
}
