import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from './processes';

/**
 * Notes that this process uses the server in `folder`. The last user to leave stops it, so that a second start in
 * the same folder can share the server of the first.
 *
 * @returns a function that takes the note back and tells whether no living process uses the server any more
 */
export async function enterAsUser(folder: string): Promise<() => Promise<boolean>> {
  const users = join(folder, 'users');
  const own = join(users, `${process.pid}-${randomBytes(4).toString('hex')}`);
  await mkdir(users, { recursive: true });
  await writeFile(own, '');
  return async () => {
    await rm(own, { force: true });
    return (await countUsers(users)) === 0;
  };
}

async function countUsers(users: string): Promise<number> {
  let count = 0;
  for (const name of await readdir(users).catch(() => [])) {
    if (await isAlive(Number.parseInt(name, 10))) count += 1;
    else await rm(join(users, name), { force: true });
  }
  return count;
}
