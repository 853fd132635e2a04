import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Env } from '../config/env';

/** The admin secret, and whether it was made here rather than given. */
export interface AdminSecret {
  readonly text: string;
  readonly isMade: boolean;
}

/** The secret of the environment, else the one kept in the data folder, else a new one that is kept there. */
export async function findAdminSecret(env: Pick<Env, 'adminSecret' | 'dataDir'>): Promise<AdminSecret> {
  if (env.adminSecret !== null) return { text: env.adminSecret.reveal(), isMade: false };
  const folder = resolve(env.dataDir);
  const file = join(folder, 'admin-secret');
  await mkdir(folder, { recursive: true });
  const made = randomBytes(24).toString('base64url');
  // two first starts at once: whoever writes first has made the secret of both
  await writeFile(file, made, { mode: 0o600, flag: 'wx' }).catch(() => undefined);
  return { text: (await readFile(file, 'utf8')).trim(), isMade: true };
}
