import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Machine } from './machine';

const execute = promisify(execFile);

/** The two programs that are needed of Postgres, and their major version. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly majorVersion: string;
}

/**
 * Finds Postgres: first the one that npm brought for this platform, then the one on PATH.
 *
 * @param copyTo - where the npm one is copied to when `userId` cannot reach it in node_modules
 * @param userId - who will run it; undefined: the own user
 * @returns null when neither runs here
 */
export async function findPostgres(
  machine: Machine,
  copyTo: string,
  userId: number | undefined,
): Promise<PostgresBinaries | null> {
  const packaged = await machine.findPostgresPackage();
  if (packaged !== null) {
    await linkLibraries(packaged);
    const inPlace = await readVersion(join(packaged, 'native'), userId);
    if (inPlace !== null) return inPlace;
    const copied = await copyNative(packaged, join(copyTo, await packageVersion(packaged)), userId);
    if (copied !== null) return copied;
  }
  const postgres = await machine.findBinary('postgres');
  const initdb = await machine.findBinary('initdb');
  if (postgres === null || initdb === null) return null;
  const majorVersion = await askVersion(postgres, userId);
  return majorVersion === null ? null : { postgres, initdb, majorVersion };
}

/** Makes the library links that the package's own install step makes, which `--ignore-scripts` leaves out. */
async function linkLibraries(packaged: string): Promise<void> {
  const links = parseLinks(
    await readFile(join(packaged, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  );
  for (const { source, target } of links) {
    await mkdir(dirname(join(packaged, target)), { recursive: true }).catch(() => undefined);
    // there already, or a folder that cannot be written: whether the program runs is tested next
    await symlink(join(packaged, source), join(packaged, target)).catch(() => undefined);
  }
}

function parseLinks(text: string): { source: string; target: string }[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown) => {
    if (typeof item !== 'object' || item === null || !('source' in item) || !('target' in item)) return [];
    const { source, target } = item;
    return typeof source === 'string' && typeof target === 'string' ? [{ source, target }] : [];
  });
}

async function packageVersion(packaged: string): Promise<string> {
  const manifest = await readFile(join(packaged, 'package.json'), 'utf8');
  return /"version": *"([\w.-]+)"/.exec(manifest)?.[1] ?? 'unknown';
}

async function copyNative(
  packaged: string,
  copyTo: string,
  userId: number | undefined,
): Promise<PostgresBinaries | null> {
  const there = await readVersion(copyTo, userId);
  if (there !== null) return there;
  await mkdir(copyTo, { recursive: true, mode: 0o755 });
  // links become files, so that the copy does not lead back to where it came from
  await cp(join(packaged, 'native'), copyTo, { recursive: true, dereference: true, force: true });
  return readVersion(copyTo, userId);
}

async function readVersion(native: string, userId: number | undefined): Promise<PostgresBinaries | null> {
  const postgres = join(native, 'bin', 'postgres');
  const majorVersion = await askVersion(postgres, userId);
  return majorVersion === null ? null : { postgres, initdb: join(native, 'bin', 'initdb'), majorVersion };
}

async function askVersion(postgres: string, userId: number | undefined): Promise<string | null> {
  const asUser = userId === undefined ? {} : { uid: userId, gid: userId };
  return execute(postgres, ['--version'], { cwd: '/', timeout: 10_000, ...asUser }).then(
    ({ stdout }) => /\(PostgreSQL\) (\d+)/.exec(stdout)?.[1] ?? null,
    () => null,
  );
}
