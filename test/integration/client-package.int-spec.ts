import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { makeTestFolder, removeTestFolder } from '../support/run-folder';

const root = process.cwd();
const built = join(root, 'dist/client');
const MOST_BYTES = 6 * 1024;
let folder: string;

beforeAll(async () => {
  folder = await makeTestFolder('package');
  await mkdir(join(folder, 'node_modules/@darwin-timer'), { recursive: true });
  await symlink(built, join(folder, 'node_modules/@darwin-timer/client'));
  for (const name of ['graphql-ws', 'graphql', 'react', '@types', 'ws'])
    await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name));
});
afterAll(async () => {
  await removeTestFolder(folder);
});

async function run(file: string, text: string): Promise<string> {
  await writeFile(join(folder, file), text);
  // the real paths would be those of this project
  const args = ['--preserve-symlinks', '--preserve-symlinks-main', join(folder, file)];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.trim();
}

describe('the package of the client', () => {
  it.each([
    ['esm.mjs', `import { createTimerClient } from '@darwin-timer/client';`],
    ['cjs.cjs', `const { createTimerClient } = require('@darwin-timer/client');`],
  ])('can be taken as %s', async (file, line) => {
    expect(await run(file, `${line}\nconsole.log(typeof createTimerClient);`)).toBe('function');
  });

  it.each([
    ['esm-react.mjs', `import { useTimer } from '@darwin-timer/client/react';`],
    ['cjs-react.cjs', `const { useTimer } = require('@darwin-timer/client/react');`],
  ])('has its hook for React as %s', async (file, line) => {
    expect(await run(file, `${line}\nconsole.log(typeof useTimer);`)).toBe('function');
  });

  it.each(['mts', 'cts'])('has types for a .%s file', async (extension) => {
    const file = join(folder, `types.${extension}`);
    await writeFile(
      file,
      `import { createTimerClient } from '@darwin-timer/client';
import { useTimer } from '@darwin-timer/client/react';
const timer = createTimerClient({ url: 'https://timer.example' });
const left: number | null = timer.remainingMs();
// @ts-expect-error a state has no such field
timer.onChange((state) => state.nonsense);
export const seen: typeof useTimer = useTimer;
export { left };
`,
    );
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const args = [
      tsc,
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--skipLibCheck',
      '--lib',
      'es2023,dom',
      file,
    ];
    const { stdout, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });

  it('is at most 6 kB without graphql-ws, compressed', async () => {
    const seen = new Set<string>();
    const sizeOf = async (name: string): Promise<number> => {
      if (seen.has(name)) return 0;
      seen.add(name);
      const text = await readFile(join(built, name), 'utf8');
      const others = [...text.matchAll(/from\s*["']\.\/([^"']+)["']/g)].map((match) => match[1] ?? '');
      let size = gzipSync(text, { level: 9 }).length;
      for (const other of others) size += await sizeOf(other);
      return size;
    };
    const size = await sizeOf('index.mjs');
    expect(seen.size).toBeGreaterThan(1);
    expect(size).toBeGreaterThan(1_000);
    expect(size).toBeLessThanOrEqual(MOST_BYTES);
  });

  it('depends on graphql-ws alone, and ships no test', async () => {
    const manifest: { dependencies: object } = JSON.parse(
      await readFile(join(built, 'package.json'), 'utf8'),
    );
    expect(Object.keys(manifest.dependencies)).toEqual(['graphql-ws']);
    expect((await readdir(built)).filter((name) => name.includes('spec'))).toEqual([]);
  });
});
